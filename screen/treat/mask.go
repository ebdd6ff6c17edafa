package treat

import (
	"bytes"
	"unicode/utf8"
)

var masks = [...]func(dst, cell []byte) []byte{Text: maskText, Address: maskAddress, Phone: maskPhone}

const stars = "***"

// maskText leaves the first character.
func maskText(dst, cell []byte) []byte {
	_, n := utf8.DecodeRune(cell)
	return append(append(dst, cell[:n]...), stars...)
}

// maskAddress leaves the first character and the host.
func maskAddress(dst, cell []byte) []byte {
	at := bytes.LastIndexByte(cell, '@')
	if at <= 0 {
		return append(dst, stars...)
	}
	_, n := utf8.DecodeRune(cell)
	dst = append(append(dst, cell[:min(n, at)]...), stars...)
	return append(dst, cell[at:]...)
}

// maskPhone leaves the sign and, of five digits or more, the last two; what stands between
// digits stays, so that the number's form can still be told.
func maskPhone(dst, cell []byte) []byte {
	digits := 0
	for _, c := range cell {
		if c-'0' < 10 {
			digits++
		}
	}
	shown := 2
	if digits < 5 {
		shown = 0
	}
	for _, c := range cell {
		if c-'0' < 10 {
			if digits--; digits >= shown {
				c = '*'
			}
		} else if c >= utf8.RuneSelf || c|0x20-'a' < 26 {
			c = '*' // digits of other scripts, and words
		}
		dst = append(dst, c)
	}
	return dst
}

func redact(dst, _ []byte) []byte { return append(dst, "[redacted]"...) }
