package domain

import (
	"bytes"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// minTypo is the length from which two labels a typo apart are near. Of shorter ones
// too many pairs are different companies: ibm and ibs, sap and saa, dell and bell.
const minTypo = 5

// near reports whether two labels could be meant to be one: equal, equal but for
// hyphens, accents and look-alike letters, or one edit (insert, delete, replace, swap
// neighbours) apart.
func near(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if min(len(a), len(b)) >= minTypo && oneEdit(a, b) {
		return true
	}
	if !alike(a, b) {
		return false
	}
	var bufA, bufB [maxLabel]byte
	sa, sb := skeleton(bufA[:0], a), skeleton(bufB[:0], b)
	if bytes.Equal(sa, sb) {
		return len(sa) > 0
	}
	// An A-label is compared by what it spells.
	return (isALabel(a) || isALabel(b)) && min(len(sa), len(sb)) >= minTypo && oneEdit(sa, sb)
}

// looks are letters that may stand for the same one at the start of a skeleton.
var looks = func() (t [256]byte) {
	for c := range t {
		t[c] = byte(c)
	}
	t['0'], t['1'], t['i'], t['5'], t['r'], t['v'] = 'o', 'l', 'l', 's', 'm', 'w'
	return t
}()

// alike reports whether the skeletons of two labels may be near, by a look at how they
// begin. It spares nearly all labels that differ their skeletons.
func alike(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 || a[0] == '-' || b[0] == '-' || isALabel(a) || isALabel(b) {
		return true
	}
	return looks[a[0]] == looks[b[0]]
}

func isALabel(s []byte) bool { return len(s) > 4 && string(s[:4]) == "xn--" }

// oneEdit reports whether the Damerau-Levenshtein distance of a and b is 1 or 0.
func oneEdit(a, b []byte) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) == 0:
		return true
	case len(a) < len(b):
		return bytes.Equal(a, b[1:])
	case bytes.Equal(a[1:], b[1:]):
		return true
	}
	return len(a) >= 2 && a[0] == b[1] && a[1] == b[0] && bytes.Equal(a[2:], b[2:])
}

// skeleton appends to dst what a label looks like: without hyphens, with the digits and
// letter pairs that pass for letters replaced, letters of other scripts as the Latin ones
// they resemble, and umlauts spelt out as their owners do when they can't be typed.
func skeleton(dst, label []byte) []byte {
	if isALabel(label) {
		u, err := idna.Punycode.ToUnicode(string(label))
		if err == nil {
			label = spelt(u)
		}
	}
	for i := 0; i < len(label); i++ {
		c := label[i]
		next := byte(0)
		if i+1 < len(label) {
			next = label[i+1]
		}
		switch {
		case c == '-':
			continue
		case c == '0':
			c = 'o'
		case c == '1' || c == 'i':
			c = 'l'
		case c == '5':
			c = 's'
		case c == 'r' && next == 'n':
			c = 'm'
			i++
		case c == 'v' && next == 'v':
			c = 'w'
			i++
		}
		dst = append(dst, c)
	}
	return dst
}

// latin spells letters out, those that look like Latin ones as these.
var latin = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "oe", "å", "aa", "œ", "oe", "đ", "d", "ð", "d", "ł", "l", "ı", "i",
	// Cyrillic
	"а", "a", "в", "b", "е", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x",
	"і", "i", "ј", "j", "ѕ", "s", "ԁ", "d", "ԛ", "q", "ԝ", "w", "һ", "h", "ь", "b",
	// Greek
	"α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x", "ω", "w",
)

// spelt returns a Unicode label in Latin letters without accents, as far as it has any.
func spelt(label string) []byte {
	label = latin.Replace(strings.ToLower(label))
	out := make([]byte, 0, len(label))
	for _, r := range norm.NFD.String(label) {
		if !unicode.Is(unicode.Mn, r) {
			out = append(out, string(r)...)
		}
	}
	return out
}
