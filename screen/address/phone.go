package address

import (
	"bytes"
	"unicode/utf8"
)

// Lengths of a number with its calling code, in digits. The upper limit is E.164's; the
// shortest numbers that have one are about as long as the lower.
const (
	minPhone = 7
	maxPhone = 15
)

// AppendPhone appends the telephone number in raw in E.164 form, "+442079460000". It
// reads + and 00 (and 011 for calling code 1), separators, the (0) that is dropped
// behind a calling code, full-width and Arabic digits, tel: URLs, and drops extensions.
// Of several numbers it takes the first. A number without a calling code is taken for
// one of the country with the given code ("44"), or refused if that is empty. It
// reports false, and appends nothing, if raw is not a telephone number.
func AppendPhone(dst, raw []byte, callingCode string) ([]byte, bool) {
	var d dialled
	if !d.read(raw) {
		return dst, false
	}
	digits := d.digits[:d.n]
	switch {
	case d.plus:
	case bytes.HasPrefix(digits, []byte("00")):
		digits, d.plus = digits[2:], true
	case callingCode == "1" && bytes.HasPrefix(digits, []byte("011")):
		digits, d.plus = digits[3:], true
	case callingCode == "":
		return dst, false
	}
	var code string
	if d.plus {
		code = codeOf(digits)
		if code == "" {
			return dst, false
		}
		digits = digits[len(code):]
		if !keepsZero(code) {
			digits = bytes.TrimLeft(digits, "0")
		}
	} else {
		code = callingCode
		if codeOf([]byte(code)) != code {
			return dst, false
		}
		digits = national(digits, code)
	}
	if n := len(code) + len(digits); n < minPhone || n > maxPhone || code == "1" && len(digits) != 10 {
		return dst, false
	}
	dst = append(append(dst, '+'), code...)
	return append(dst, digits...), true
}

// national takes the trunk prefix off a number dialled within the country of code, or
// the calling code off one written without its plus.
func national(digits []byte, code string) []byte {
	if len(digits) >= 11 && bytes.HasPrefix(digits, []byte(code)) {
		digits = digits[len(code):]
	}
	switch code {
	case "7":
		if len(digits) == 11 && digits[0] == '8' {
			return digits[1:]
		}
	case "36":
		return bytes.TrimPrefix(digits, []byte("06"))
	case "370":
		if len(digits) == 9 && (digits[0] == '8' || digits[0] == '0') {
			return digits[1:]
		}
	case "375":
		return bytes.TrimPrefix(digits, []byte("80"))
	}
	if !keepsZero(code) {
		return bytes.TrimLeft(digits, "0")
	}
	return digits
}

// keepsZero reports whether numbers of a country may begin with a zero that is dialled
// from abroad too, since its numbering plan has no trunk prefix 0: Italy and what is
// within, Côte d'Ivoire, Burkina Faso, Benin, Congo; and of the codes that belong to no
// country. Source: the national numbering plans as published by ITU-T under E.129.
func keepsZero(code string) bool {
	switch code {
	case "39", "378", "379", "225", "226", "229", "242",
		"800", "808", "870", "878", "881", "882", "883", "888", "979":
		return true
	}
	return false
}

// dialled is a number as it was written: its digits, and whether a plus came first.
type dialled struct {
	digits [maxPhone + 8]byte // room for prefixes
	n      int
	plus   bool
}

// read takes the digits out of raw and reports whether raw is nothing but a number.
func (d *dialled) read(raw []byte) bool {
	if n := len(raw) - 1; n < 0 || raw[0] != '+' || raw[n]-'0' >= 10 { // else there is nothing around it
		raw = withoutMarks(raw)
	}
	for i := 0; i < len(raw); {
		// Nearly all are of this kind; a zero may be one that is not dialled.
		c := raw[i]
		if c-'1' < 9 || c == '0' && (i == 0 || raw[i-1] != '(' && raw[i-1] != '[') {
			if !d.add(c) {
				return false
			}
			i++
			continue
		}
		if c == ' ' || c == '-' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		c = asciiDigit(r)
		switch {
		case c == '0' && d.n > 0 && trunkZero(raw[:i], raw[i+size:]):
			if !d.dropsZero() && !d.add('0') {
				return false
			}
		case c != 0:
			if !d.add(c) {
				return false
			}
		case r == '+' || r == '＋':
			if d.n > 0 {
				return d.n >= minPhone // the next number starts
			}
			d.plus = true
		case separator(r):
		case r == '\n' || r == '\r' || r == ';' || r == ',' || r == '|' || r == '#' || extension(raw[i:]):
			return d.n >= minPhone
		default:
			return false
		}
		i += size
	}
	return d.n > 0
}

// withoutMarks returns raw without what may stand around a number.
func withoutMarks(raw []byte) []byte {
	raw = trim(raw)
	if len(raw) > 4 && equalFoldASCII(raw[:4], "tel:") {
		raw = raw[4:]
	}
	raw = bytes.Trim(raw, "='\"` ")
	if n := len(raw) - 2; n > 0 && string(raw[n:]) == ".0" && digitsOnly(raw[:n]) {
		raw = raw[:n] // a number that a spreadsheet has taken for one
	}
	return raw
}

func (d *dialled) add(c byte) bool {
	if d.n == len(d.digits) {
		return false
	}
	d.digits[d.n] = c
	d.n++
	return true
}

// dropsZero reports whether the digits so far are a calling code behind which a zero
// in brackets is not dialled.
func (d *dialled) dropsZero() bool {
	digits := d.digits[:d.n]
	if !d.plus {
		if !bytes.HasPrefix(digits, []byte("00")) {
			return false
		}
		digits = digits[2:]
	}
	return !keepsZero(codeOf(digits))
}

// trunkZero reports whether a zero between before and after stands alone in brackets.
func trunkZero(before, after []byte) bool {
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	open, end := before[len(before)-1], after[0]
	return open == '(' && end == ')' || open == '[' && end == ']'
}

// asciiDigit returns the ASCII digit that r stands for, or 0.
func asciiDigit(r rune) byte {
	for _, zero := range [...]rune{'0', '０', '٠', '۰'} {
		if r >= zero && r < zero+10 {
			return byte(r-zero) + '0'
		}
	}
	return 0
}

func digitsOnly(s []byte) bool {
	for _, c := range s {
		if c-'0' >= 10 {
			return false
		}
	}
	return true
}

// separator reports whether r stands between the digits of one number.
func separator(r rune) bool {
	switch r {
	case ' ', '-', '.', '/', '(', ')', '[', ']', '_', '\\', '·', '•', '−', '－', '（', '）', '．', '　', '／':
		return true
	}
	return r >= 0x2010 && r <= 0x2015 || r > ' ' && r != utf8.RuneError && blank(r) || r == '\t'
}

// extension reports whether s begins with a word for an extension.
func extension(s []byte) bool {
	for _, word := range [...]string{"ext", "x", "durchwahl", "dw", "app", "poste", "int", "toestel", "apparat"} {
		if n := len(word); len(s) > n && equalFoldASCII(s[:n], word) {
			// The number must follow, perhaps after the rest of an abbreviation.
			rest := bytes.TrimLeft(s[n:], "ensionarENSIONAR.:=# ")
			return len(rest) > 0 && rest[0]-'0' < 10
		}
	}
	return false
}
