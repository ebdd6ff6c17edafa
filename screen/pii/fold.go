package pii

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainLetters are letters that do not decompose into one of a to z and a mark.
var plainLetters = map[rune]string{'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'æ': "ae", 'œ': "oe", 'ð': "d", 'þ': "th", 'ı': "i", '№': "no", '#': "number", 'º': "", 'ª': "", '°': ""}

// fold reduces a header to lower-case words: accents and byte order marks dropped,
// camelCase, digits and every separator a boundary.
func fold(header string) []string {
	var words []string
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	runes := []rune(norm.NFKD.String(strings.NewReplacer("Nº", "no ", "N°", "n ", "№", "no ").Replace(header)))
	var prev rune
	for i, r := range runes {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		lower := unicode.ToLower(r)
		switch plain, odd := plainLetters[lower]; {
		case odd && r == '#':
			end()
			words = append(words, plain)
		case odd:
			b.WriteString(plain)
		case unicode.IsLetter(r):
			next := rune(0)
			if i+1 < len(runes) {
				next = runes[i+1]
			}
			if unicode.IsDigit(prev) || unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsUpper(prev) && unicode.IsLower(next)) {
				end()
			}
			b.WriteRune(lower)
		case unicode.IsDigit(r):
			if unicode.IsLetter(prev) {
				end()
			}
			b.WriteRune(r)
		default:
			end()
		}
		prev = r
	}
	end()
	return words
}

// germanSpellings undoes the writing of umlauts with an e.
var germanSpellings = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")
