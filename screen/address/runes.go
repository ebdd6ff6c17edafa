package address

import (
	"unicode"
	"unicode/utf8"
)

// blank reports whether r is white space or invisible.
func blank(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return unicode.IsSpace(r) || invisible(r)
}

func asciiSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }

// invisible reports whether r is a character beyond ASCII that shows nothing, or
// nothing but a gap that keeps words together, and so has no place in an address:
// controls, format and bidi characters, joiners, fillers, variation selectors and
// no-break spaces. It is Unicode's Default_Ignorable_Code_Point, with the latter and
// the interlinear and musical format characters.
func invisible(r rune) bool {
	switch {
	case r < 0xa0:
		return r >= 0x80 && r != 0x85 // NEL is white space
	case r == 0xa0, r == 0xad, r == 0x034f, r == 0x061c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5,
		r >= 0x180b && r <= 0x180f,
		r >= 0x200b && r <= 0x200f,
		r >= 0x202a && r <= 0x202f,
		r >= 0x2060 && r <= 0x206f,
		r == 0x3164,
		r >= 0xfe00 && r <= 0xfe0f,
		r == 0xfeff, r == 0xffa0,
		r >= 0xfff0 && r <= 0xfffb,
		r >= 0x1bca0 && r <= 0x1bca3,
		r >= 0x1d173 && r <= 0x1d17a,
		r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

// joiner reports whether r is the zero-width joiner or non-joiner.
func joiner(r rune) bool { return r == 0x200c || r == 0x200d }

// fullStop reports whether r is one of the dots that UTS #46 takes for an ASCII one.
func fullStop(r rune) bool { return r == '．' || r == '。' || r == '｡' }

// appendLower appends s in lower case as Python's str.lower and JavaScript's
// toLowerCase have it: Unicode's default mapping with its two special cases, İ, which
// becomes two characters, and Σ, which at the end of a word becomes ς. If simple, it
// maps each rune to one, as Go's strings.ToLower and many databases do. Bytes that are
// not UTF-8 stay.
func appendLower(dst, s []byte, simple bool) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = append(dst, lowerASCII(c))
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		switch {
		case r == utf8.RuneError:
			dst = append(dst, s[i:i+size]...)
		case r == 'İ' && !simple:
			dst = append(dst, "i\u0307"...)
		case r == 'Σ' && !simple && finalSigma(s[:i], s[i+size:]):
			dst = append(dst, "ς"...)
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		i += size
	}
	return dst
}

// finalSigma reports whether a sigma between before and after ends a word: The Unicode
// Standard, table 3-17, Final_Sigma.
func finalSigma(before, after []byte) bool {
	word := false
	for len(before) > 0 {
		r, size := utf8.DecodeLastRune(before)
		if !caseIgnorable(r) {
			word = cased(r)
			break
		}
		before = before[:len(before)-size]
	}
	if !word {
		return false
	}
	for len(after) > 0 {
		r, size := utf8.DecodeRune(after)
		if !caseIgnorable(r) {
			return !cased(r)
		}
		after = after[size:]
	}
	return true
}

func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

// caseIgnorable is Unicode's property Case_Ignorable. The runes named are those whose
// Word_Break is MidLetter, MidNumLet or Single_Quote.
func caseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027, 0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// appendUpper appends s with each rune in its simple upper case.
func appendUpper(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError {
			dst = append(dst, s[i:i+size]...)
		} else {
			dst = utf8.AppendRune(dst, unicode.ToUpper(r))
		}
		i += size
	}
	return dst
}

// A script is a bit of a set of scripts; those written together have bits in common.
type script uint8

// Sets of scripts that one word may have: one alphabet, or the writing systems that
// use several (UTS #39, section 5.1, table 1).
const (
	japanese script = 1 << iota
	chinese
	korean
	latin
	other
)

// scripts are those met most, most frequent first.
var scripts = []struct {
	table *unicode.RangeTable
	set   script
}{
	{unicode.Latin, japanese | chinese | korean | latin},
	{unicode.Han, japanese | chinese | korean},
	{unicode.Hiragana, japanese},
	{unicode.Katakana, japanese},
	{unicode.Bopomofo, chinese},
	{unicode.Hangul, korean},
	{unicode.Common, japanese | chinese | korean | latin | other},
	{unicode.Inherited, japanese | chinese | korean | latin | other},
	{unicode.Cyrillic, other}, {unicode.Greek, other}, {unicode.Arabic, other}, {unicode.Hebrew, other},
	{unicode.Armenian, other}, {unicode.Georgian, other}, {unicode.Thai, other}, {unicode.Devanagari, other},
}

// mixedScript reports whether s, a short text, mixes scripts that are not written
// together, such as a Cyrillic а among Latin letters.
func mixedScript(s []byte) bool {
	set := ^script(0)
	var alphabet *unicode.RangeTable // the one script of the kind other
	for _, r := range string(s) {
		if r < utf8.RuneSelf {
			if lowerASCII(byte(r))-'a' < 26 {
				set &^= other
			}
			continue
		}
		table, of := scriptOf(r)
		set &= of
		if of == other {
			if alphabet != nil && alphabet != table {
				return true
			}
			alphabet = table
		}
		if set == 0 {
			return true
		}
	}
	return set == 0
}

func scriptOf(r rune) (*unicode.RangeTable, script) {
	for _, s := range scripts {
		if unicode.Is(s.table, r) {
			return s.table, s.set
		}
	}
	for _, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return table, other
		}
	}
	return unicode.Common, ^script(0)
}
