package pii

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainLetters are letters that do not decompose into one of a to z and a mark.
var plainLetters = map[rune]string{'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'æ': "ae", 'œ': "oe", 'ð': "d", 'þ': "th", 'ı': "i", '№': "no", '#': "number", 'º': "", 'ª': "", '°': ""}

var numeroSigns = strings.NewReplacer("Nº", "no ", "N°", "n ", "№", "no ")

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
	runes := []rune(norm.NFKD.String(numeroSigns.Replace(untyped(header))))
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
			if prev == 0 || plural(runes, i) {
				// no boundary: IDs, URLs
			} else if unicode.IsDigit(prev) || unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsUpper(prev) && unicode.IsLower(next)) {
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
	return joined(words)
}

// untyped drops the prefix with which programs write a field's type before its name:
// strFirstName, txtEmail.
func untyped(header string) string {
	for _, prefix := range []string{"str", "txt", "fld", "vch", "dte", "chk", "cbo", "lng"} {
		if rest, ok := strings.CutPrefix(header, prefix); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return rest
		}
	}
	return header
}

// plural reports whether the letter at i is the last of an abbreviation with the s of its
// plural behind it, as in IDs.
func plural(runes []rune, i int) bool {
	return i > 0 && i+1 < len(runes) && runes[i+1] == 's' && unicode.IsUpper(runes[i]) && unicode.IsUpper(runes[i-1]) &&
		(i+2 == len(runes) || !unicode.IsLetter(runes[i+2]))
}

// twoWords are names that are one word and are written as two, or in camelCase.
var twoWords = map[string]string{"linked": "in", "you": "tube", "git": "hub", "whats": "app", "tik": "tok", "hub": "spot", "zoom": "info", "face": "book", "pay": "pal"}

// joined puts such names together.
func joined(words []string) []string {
	out := words[:0]
	for _, w := range words {
		if n := len(out); n > 0 && twoWords[out[n-1]] == w {
			out[n-1] += w
			continue
		}
		out = append(out, w)
	}
	return out
}

// germanSpellings undoes the writing of umlauts with an e.
var germanSpellings = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// appendWords appends to dst the words of a cell, folded as a header's are but for
// camelCase, divided by single spaces. Plain ASCII does not allocate.
func appendWords(dst, cell []byte) []byte {
	start := len(dst)
	for _, b := range cell {
		switch {
		case b >= 0x80:
			return append(dst[:start], strings.Join(fold(strings.ToLower(string(cell))), " ")...)
		case b >= 'A' && b <= 'Z':
			dst = append(dst, b+'a'-'A')
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9':
			dst = append(dst, b)
		case len(dst) > start && dst[len(dst)-1] != ' ':
			dst = append(dst, ' ')
		}
	}
	if len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
