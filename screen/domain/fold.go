package domain

import "unicode/utf8"

// folded returns raw with full-width forms of ASCII and ideographic full stops made
// plain, typographic quotes and spaces made ASCII, and invisible characters left out:
// what an input method, a word processor or a web page does to a name. ASCII comes
// back as it is; anything else is in buf.
func folded(buf *[]byte, raw []byte) []byte {
	i := 0
	for i < len(raw) && raw[i] < utf8.RuneSelf {
		i++
	}
	if i == len(raw) {
		return raw
	}
	out := append((*buf)[:0], raw[:i]...)
	for i < len(raw) {
		r, n := utf8.DecodeRune(raw[i:])
		if r = foldRune(r); r >= 0 {
			out = utf8.AppendRune(out, r)
		}
		i += n
	}
	*buf = out
	return out
}

// foldRune returns what stands for r, or -1 for nothing.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
		return r - 0xFF00 + 0x20
	case r == 0x3002 || r == 0xFF61 || r == 0xFF0E: // ideographic full stops
		return '.'
	case r == 0xA0, r == 0x1680, r >= 0x2000 && r <= 0x200A, r == 0x2028, r == 0x2029,
		r == 0x202F, r == 0x205F, r == 0x3000, r == 0x85:
		return ' '
	case r == 0xAD, r == 0x61C, r == 0x180E, r >= 0x200B && r <= 0x200F,
		r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r == 0xFEFF:
		return -1
	case r >= 0x2018 && r <= 0x201F, r == 0xAB, r == 0xBB, r == 0x2039, r == 0x203A:
		return '"'
	case r == 0x3001: // ideographic comma
		return ','
	}
	return r
}
