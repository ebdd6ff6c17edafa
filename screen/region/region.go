// Package region tells where a row's person is, as far as law asks: the country, or the
// part of a country whose law is its own, such as California. It says where, never who:
// a location is no citizenship.
//
// Everything it knows is in the text files under data, with their sources.
package region

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed data/*.txt
var files embed.FS

// A Code stands for a territory: a country of ISO 3166-1, or a part of one. The zero Code
// is an unknown place. Codes are numbered within one build of the program; what lasts is
// their String.
type Code uint16

// Unknown is the place of which nothing is known.
const Unknown Code = 0

// maxCodes is how many codes there may be: a Set has a bit for each.
const maxCodes = 320

// A territory is what stands in the table for a Code.
type territory struct {
	code, alpha3, name string
	parts              int  // codes that follow it and are its parts
	of                 Code // the country it is a part of, or 0
}

// table is the territories by Code, the first of them unused, and the codes by name.
type table struct {
	all    []territory
	codes  map[string]Code // by ISO code
	sets   map[string]Set
	gb, us Code
}

var territories = sync.OnceValue(func() *table {
	t := &table{all: make([]territory, 1), codes: map[string]Code{}, sets: map[string]Set{}}
	var country Code
	eachLine("data/territories.txt", func(line string) {
		code, rest, _ := strings.Cut(line, " ")
		alpha3, name, _ := strings.Cut(rest, " ")
		c := Code(len(t.all))
		e := territory{code: code, name: name}
		if alpha3 == "-" {
			e.of = country
			t.all[country].parts++
		} else {
			country, e.alpha3 = c, alpha3
			t.codes[alpha3] = c
		}
		t.codes[code] = c
		t.all = append(t.all, e)
	})
	t.gb, t.us = t.codes["GB"], t.codes["US"]
	eachLine("data/sets.txt", func(line string) {
		name, members, _ := strings.Cut(line, ":")
		s := t.sets[name]
		for m := range strings.FieldsSeq(members) {
			if set, ok := strings.CutPrefix(m, "@"); ok {
				s = s.Union(t.sets[set])
			} else {
				s.add(t, t.codes[m])
			}
		}
		t.sets[name] = s
	})
	return t
})

// eachLine calls f with the lines of an embedded file that are neither empty nor comments.
func eachLine(file string, f func(line string)) {
	text, err := files.ReadFile(file)
	if err != nil {
		panic(err) // embedded
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' {
			f(line)
		}
	}
}

// Parse returns the territory of an ISO 3166 code, "DE", "DEU", "US-CA", or "UK", in any case.
func Parse(code string) (Code, bool) {
	code = strings.ToUpper(code)
	if code == "UK" {
		code = "GB"
	}
	c, ok := territories().codes[code]
	return c, ok
}

// NumCodes returns the number of codes, the unknown place included: codes are below it.
func NumCodes() int { return len(territories().all) }

// String returns the ISO 3166 code, "DE" or "US-CA", and "" for the unknown place.
func (c Code) String() string { return territories().all[c].code }

// Name returns the English name.
func (c Code) Name() string { return territories().all[c].name }

// Country returns the country that c is a part of, or c.
func (c Code) Country() Code {
	if of := territories().all[c].of; of != 0 {
		return of
	}
	return c
}

// Version identifies the tables.
func Version() string {
	text, _ := files.ReadFile("data/territories.txt")
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimPrefix(line, "# version: ")
}

// An Answer is what can be said to a question when evidence may be missing.
type Answer uint8

// The answers.
const (
	No Answer = iota
	Maybe
	Yes
)

func (a Answer) String() string { return [...]string{"no", "maybe", "yes"}[a] }

// A Set is a set of territories. The zero Set is empty. Sets compare with ==.
type Set struct{ bits [maxCodes / 64]uint64 }

func (s *Set) set(c Code)     { s.bits[c/64] |= 1 << (c % 64) }
func (s Set) bit(c Code) bool { return s.bits[c/64]>>(c%64)&1 != 0 }

// add puts c and its parts into s.
func (s *Set) add(t *table, c Code) {
	for i := range Code(t.all[c].parts + 1) {
		s.set(c + i)
	}
}

// Union returns the territories that are in either set.
func (s Set) Union(o Set) Set {
	for i := range s.bits {
		s.bits[i] |= o.bits[i]
	}
	return s
}

// Empty reports whether the set has no territory.
func (s Set) Empty() bool { return s == Set{} }

// Has reports whether c is in the set. Of a country of which only parts are in it, and of
// the unknown place, it is Maybe, unless the set is empty.
func (s Set) Has(c Code) Answer {
	if c == Unknown {
		if s.Empty() {
			return No
		}
		return Maybe
	}
	if s.bit(c) {
		return Yes
	}
	for i := range Code(territories().all[c].parts) {
		if s.bit(c + 1 + i) {
			return Maybe
		}
	}
	return No
}

// Codes returns the ISO codes of the territories in the set, parts only where their
// country is not in it as a whole.
func (s Set) Codes() []string {
	var codes []string
	t := territories()
	for c := Code(1); int(c) < len(t.all); c++ {
		if s.bit(c) && !(t.all[c].of != 0 && s.bit(t.all[c].of)) {
			codes = append(codes, t.all[c].code)
		}
	}
	return codes
}

// ParseSet returns the territories of the names: ISO 3166 codes ("DE", "DEU", "US-CA"),
// "UK", and the named sets: see SetNames. Case does not matter.
func ParseSet(names ...string) (Set, error) {
	var s Set
	t := territories()
	for _, name := range names {
		if set, ok := t.sets[strings.ToUpper(name)]; ok {
			s = s.Union(set)
		} else if c, ok := Parse(name); ok {
			s.add(t, c)
		} else {
			return Set{}, fmt.Errorf("%q is neither an ISO 3166 code nor one of the sets %s", name, strings.Join(SetNames(), ", "))
		}
	}
	return s, nil
}

// SetNames returns the names of the sets, in the order of the table.
func SetNames() []string {
	var names []string
	eachLine("data/sets.txt", func(line string) {
		name, _, _ := strings.Cut(line, ":")
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	})
	return names
}

// All returns the set of all territories.
func All() Set {
	var s Set
	t := territories()
	for c := 1; c < len(t.all); c++ {
		s.add(t, Code(c))
	}
	return s
}
