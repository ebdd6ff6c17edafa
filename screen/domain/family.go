package domain

import (
	"bytes"
	"strings"
)

// Shapes are the first bytes and lengths of a set of labels: bit n of element c is set if
// one starts with c and is n bytes long. They spare nearly every host the look-up in a map
// of the labels.
type shapes [256]uint32

func (s *shapes) add(label string) { s[label[0]] |= 1 << len(label) }

func (s *shapes) has(label []byte) bool {
	return len(label) > 0 && len(label) < 32 && s[label[0]]>>len(label)&1 != 0
}

// A family is a provider that has the same label under the suffixes of many countries:
// yahoo.fr, yahoo.co.uk, yahoo.com.br.
type family struct {
	countries bool            // any suffix under a country's top-level domain
	suffixes  map[string]bool // true: also this one; false: not this one
}

// sold are country top-level domains that are sold to the world as words, so that a
// name under one says nothing about a country: gmx.io is not gmx.de's.
var sold = map[string]bool{
	"ac": true, "ai": true, "am": true, "cc": true, "cd": true, "co": true, "fm": true, "gg": true,
	"gs": true, "io": true, "is": true, "la": true, "ly": true, "me": true, "ms": true,
	"nu": true, "pw": true, "sc": true, "sh": true, "so": true, "st": true, "tk": true, "to": true,
	"tv": true, "vc": true, "vg": true, "ws": true, "eu": true, "ml": true, "ga": true, "cf": true, "gq": true,
}

// addFamilies reads lines "label suffix ...", where a suffix is "*" for those of all
// countries, a public suffix, or one with a leading "!" that is somebody else's.
func (x *names) addFamilies(text string) {
	eachLine(text, func(off, n int) {
		words := strings.Fields(text[off : off+n])
		fam := &family{suffixes: map[string]bool{}}
		for _, w := range words[1:] {
			switch {
			case w == "*":
				fam.countries = true
			case w[0] == '!':
				fam.suffixes[w[1:]] = false
			default:
				fam.suffixes[w] = true
			}
		}
		label := words[0]
		x.families[label] = fam
		x.shapes.add(label)
	})
}

// family reports whether name, whose first label ends at dot, is a family's.
func (x *names) family(name []byte, dot int) bool {
	if !x.shapes.has(name[:dot]) {
		return false
	}
	fam := x.families[string(name[:dot])]
	if fam == nil {
		return false
	}
	suffix := name[dot+1:]
	if ours, ok := fam.suffixes[string(suffix)]; ok || !fam.countries {
		return ours
	}
	tld := suffix[bytes.LastIndexByte(suffix, '.')+1:]
	if len(tld) != 2 || sold[string(tld)] {
		return false
	}
	// Only suffixes under which countries register, not private ones.
	if start, listed := suffixStart(suffix); start != 0 || !listed {
		return false
	}
	val, _ := x.get(suffix)
	return val&suffixPrivate == 0
}
