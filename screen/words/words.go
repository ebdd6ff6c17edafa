// Package words brings text to the form in which it is compared with lists of words.
package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Folder reduces text to lower-case letters and digits without accents, one blank
// between words. Full stops and apostrophes are dropped, so that "V.P." is "vp". It owns
// its buffers and is for one goroutine.
type Folder struct {
	iter       norm.Iter
	plain, out []byte
}

// Fold returns text folded, which is good until the next call.
func (f *Folder) Fold(text []byte) []byte {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			f.plain = f.plain[:0]
			for f.iter.Init(norm.NFKD, text); !f.iter.Done(); {
				f.plain = append(f.plain, f.iter.Next()...)
			}
			text = f.plain
			break
		}
	}
	out, blank := f.out[:0], false
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(text[i:])
		}
		i += size
		switch {
		case c < utf8.RuneSelf && (c-'a' >= 0 && c-'a' < 26 || c-'0' >= 0 && c-'0' < 10):
		case c < utf8.RuneSelf && c-'A' >= 0 && c-'A' < 26:
			c |= 0x20
		case c == '.' || c == '\'' || c == '’' || c >= utf8.RuneSelf && unicode.Is(unicode.Mn, c):
			continue
		case c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			c = unicode.ToLower(c)
		default:
			blank = len(out) > 0
			continue
		}
		if blank {
			out, blank = append(out, ' '), false
		}
		switch c {
		case 'ß':
			out = append(out, "ss"...)
		case 'ø':
			out = append(out, 'o')
		case 'ł':
			out = append(out, 'l')
		default:
			out = utf8.AppendRune(out, c)
		}
	}
	f.out = out
	return out
}

// Fold is Folder.Fold for text that is folded once.
func Fold(text string) string {
	var f Folder
	return string(f.Fold([]byte(text)))
}

// Nothing reports whether a folded cell is empty or a word for nothing: n/a, none, unknown.
func Nothing(folded []byte) bool {
	switch string(folded) {
	case "", "na", "n a", "null", "none", "nil", "nan", "unknown", "not available", "not applicable", "undefined", "unbekannt", "inconnu",
		"desconocido", "sconosciuto", "onbekend", "tbd", "tbc", "keine", "aucun", "aucune":
		return true
	}
	return false
}
