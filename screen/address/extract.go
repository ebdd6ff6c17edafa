package address

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// extract takes the address out of what may surround it: white space and trailing
// punctuation, quotes and brackets, "mailto:", "Name <…>". Of several addresses it
// takes none. The result aliases s, or scratch if a mailto URL had escapes.
func (p *Parser) extract(s []byte) []byte {
	// Each turn takes off one layer. More than a few never belong together, and
	// a bound keeps "<<<<…>>>>" from costing its square.
	for range 6 {
		n := len(s)
		s = trimTail(s)
		s = unwrap(s)
		s = p.unmail(s)
		s = angle(s)
		if len(s) == n {
			break
		}
	}
	return s
}

// trim returns s without white space and invisible characters at its ends.
func trim(s []byte) []byte {
	for len(s) > 0 {
		r, size := rune(s[0]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s)
		}
		if !blank(r) {
			break
		}
		s = s[size:]
	}
	for len(s) > 0 {
		r, size := rune(s[len(s)-1]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeLastRune(s)
		}
		if !blank(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

// trimTail is trim, and takes off trailing semicolons, commas and full stops too.
func trimTail(s []byte) []byte {
	for {
		s = trim(s)
		n := len(s)
		if n == 0 {
			return s
		}
		switch s[n-1] {
		case ';', ',', '.':
			s = s[:n-1]
			continue
		}
		if r, size := utf8.DecodeLastRune(s); fullStop(r) {
			s = s[:n-size]
			continue
		}
		return s
	}
}

// unwrap takes off a pair of quotes or brackets around the whole of s.
func unwrap(s []byte) []byte {
	if len(s) < 2 {
		return s
	}
	first, last := s[0], s[len(s)-1]
	switch first {
	case '"', '\'', '`':
		if first == last {
			return s[1 : len(s)-1]
		}
	case '(', '<', '[', '{':
		if i := strings.IndexByte("()<>[]{}", first); last == "()<>[]{}"[i+1] {
			return balanced(s, first, last)
		}
	default:
		if first < utf8.RuneSelf || last < utf8.RuneSelf {
			return s
		}
		a, n := utf8.DecodeRune(s)
		b, m := utf8.DecodeLastRune(s)
		if n+m <= len(s) && quotation(a) && quotation(b) {
			return s[n : len(s)-m]
		}
	}
	return s
}

// balanced takes off the brackets around s unless they belong to different pairs, as
// in "<a> b <c>".
func balanced(s []byte, open, end byte) []byte {
	inner := s[1 : len(s)-1]
	if bytes.IndexByte(inner, open) >= 0 || bytes.IndexByte(inner, end) >= 0 {
		return s
	}
	return inner
}

// quotation reports whether r is a quotation mark or bracket outside ASCII. Which of
// them open and which close differs from language to language.
func quotation(r rune) bool {
	switch r {
	case '«', '»', '‹', '›', '“', '”', '„', '‟', '‘', '’', '‚', '‛',
		'「', '」', '『', '』', '【', '】', '（', '）', '＜', '＞', '〈', '〉', '《', '》', '＂', '＇':
		return true
	}
	return false
}

// unmail returns the address of a mailto URL (RFC 6068), or s if it is none.
func (p *Parser) unmail(s []byte) []byte {
	const scheme = "mailto:"
	if len(s) < len(scheme) || s[6] != ':' || !equalFoldASCII(s[:len(scheme)], scheme) {
		return s
	}
	s = s[len(scheme):]
	if i := bytes.IndexByte(s, '?'); i >= 0 {
		s = s[:i]
	}
	if bytes.IndexByte(s, '%') < 0 {
		return s
	}
	p.unesc = appendUnescaped(p.unesc[:0], s)
	return p.unesc
}

// appendUnescaped appends s with its percent escapes decoded; what is not one stays.
func appendUnescaped(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi < 16 && lo < 16 {
				dst = append(dst, hi<<4|lo)
				i += 2
				continue
			}
		}
		dst = append(dst, s[i])
	}
	return dst
}

func unhex(c byte) byte {
	switch {
	case c-'0' < 10:
		return c - '0'
	case c|0x20-'a' < 6:
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// angle returns what stands in the angle brackets of "Name <address>". An address
// outside of them must be the same one, as mail programs show it for want of a name;
// otherwise s is more than one address and stays as it is.
func angle(s []byte) []byte {
	i := bytes.LastIndexByte(s, '<')
	if i < 0 {
		return s
	}
	n := bytes.IndexByte(s[i:], '>')
	if n < 0 {
		return s
	}
	inner, before, after := trim(s[i+1:i+n]), s[:i], s[i+n+1:]
	if !hasAt(inner) || hasAt(after) {
		return s
	}
	if hasAt(before) && !equalFoldASCII(trimName(before), string(trimName(inner))) {
		return s
	}
	return inner
}

// trimName takes white space and the quotes around a display name off.
func trimName(s []byte) []byte {
	return unwrap(unwrap(trim(s)))
}

// hasAt reports whether s has an @, full-width or not.
func hasAt(s []byte) bool {
	return bytes.IndexByte(s, '@') >= 0 || bytes.Contains(s, []byte("＠"))
}

func equalFoldASCII(s []byte, t string) bool {
	if len(s) != len(t) {
		return false
	}
	for i, c := range s {
		if lowerASCII(c) != lowerASCII(t[i]) {
			return false
		}
	}
	return true
}
