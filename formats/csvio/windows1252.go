package csvio

import (
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode1252 appends Windows-1252 as UTF-8. The five bytes it leaves undefined
// become the control characters of the same number, as in the WHATWG standard.
func decode1252(dst, src []byte) []byte {
	for _, c := range src {
		if c < utf8.RuneSelf {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, runeOf1252(c))
		}
	}
	return dst
}

// runeOf1252 returns the character of a byte from 0x80 up.
func runeOf1252(c byte) rune {
	if r := charmap.Windows1252.DecodeByte(c); r != utf8.RuneError {
		return r
	}
	return rune(c) // one of the five
}

// encode1252 appends UTF-8 as Windows-1252. ok is false if that lacks a character.
func encode1252(dst, src []byte) (_ []byte, ok bool) {
	for len(src) > 0 {
		if src[0] < utf8.RuneSelf {
			dst = append(dst, src[0])
			src = src[1:]
			continue
		}
		r, n := utf8.DecodeRune(src)
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok && r >= 0x80 && r < 0xa0 && runeOf1252(byte(r)) == r {
			c, ok = byte(r), true
		}
		if !ok || r == utf8.RuneError {
			return dst, false
		}
		dst = append(dst, c)
		src = src[n:]
	}
	return dst, true
}

// isASCII reports whether b holds no byte from 0x80 up.
func isASCII(b []byte) bool {
	const high = 0x8080808080808080
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
