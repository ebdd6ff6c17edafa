package region

import (
	"bytes"
	"encoding/binary"
)

// A Finder reads country cells for one goroutine. It remembers what it read, because a
// list's country cells repeat: a cell met before costs a comparison.
type Finder struct {
	folder folder
	memo   [memoSize]remembered
	buf    []byte
}

// memoSize is how many cells a Finder remembers, more than lists have countries, and
// probes in how many places one may stand, so that two of the same hash do not take turns.
const (
	memoSize = 256
	probes   = 4
)

// longestName bounds the cells that are looked at: no name is near as long.
const longestName = 96

type remembered struct {
	n       uint8
	text    [39]byte
	reading Reading
}

// NewFinder returns a Finder.
func NewFinder() *Finder {
	names()
	prefixes()
	return new(Finder)
}

// Country returns what a country cell says.
func (f *Finder) Country(cell []byte) Reading {
	if n := len(cell); n == 0 || cell[0] <= ' ' || cell[n-1] <= ' ' {
		if cell = bytes.TrimSpace(cell); len(cell) == 0 {
			return Reading{}
		}
	}
	if len(cell) > len(f.memo[0].text) {
		return f.country(cell)
	}
	slot := hash(cell)
	for i := range uint(probes) {
		m := &f.memo[(slot+i)%memoSize]
		if int(m.n) == len(cell) && string(m.text[:m.n]) == string(cell) {
			return m.reading
		}
		if m.n == 0 {
			slot += i
			break
		}
	}
	m := &f.memo[slot%memoSize]
	m.reading = f.country(cell)
	m.n = uint8(copy(m.text[:], cell))
	return m.reading
}

// hash mixes the length of a cell and its first and last eight bytes.
func hash(cell []byte) uint {
	var head, tail uint64
	if n := len(cell); n >= 8 {
		head, tail = binary.LittleEndian.Uint64(cell), binary.LittleEndian.Uint64(cell[n-8:])
	} else if n >= 4 {
		head, tail = uint64(binary.LittleEndian.Uint32(cell)), uint64(binary.LittleEndian.Uint32(cell[n-4:]))
	} else {
		for _, c := range cell {
			head = head<<8 | uint64(c)
		}
	}
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	return uint(((head*odd^tail)*odd + uint64(len(cell))) >> 40)
}

// country reads a cell: as a whole, or, if that names nothing, by its parts: "Germany
// (DE)", "Berlin, Germany", "FR - France". Of parts only names count, since GA in
// "Columbus, GA" is no country; and they must not name two.
func (f *Finder) country(cell []byte) Reading {
	if len(cell) > longestName {
		return Reading{Said: true}
	}
	whole := f.folder.fold(cell)
	if len(whole) == 0 {
		return Reading{}
	}
	known := names()
	if r, ok := known[string(whole)]; ok {
		return r
	}
	if r, ok := known[string(bytes.TrimPrefix(whole, []byte("republic of ")))]; ok && r.Code != Unknown {
		return r
	}
	found := Reading{Said: true}
	f.buf = append(f.buf[:0], cell...)
	parts := 0
	for rest := f.buf; len(rest) > 0; {
		var part []byte
		part, rest = nextPart(rest)
		name := f.folder.fold(part)
		if len(name) == 0 {
			continue
		}
		parts++
		r := known[string(name)]
		if len(name) < 4 || r.Code == Unknown && len(r.Rivals) == 0 {
			continue
		}
		switch {
		case len(r.Rivals) > 0:
			return Reading{Said: true, Rivals: r.Rivals} // with something beside it, it is less than sure
		case found.Code != Unknown && found.Code != r.Code && !within(found.Code, r.Code):
			return Reading{Said: true}
		case found.Code == Unknown || r.Code.Country() == found.Code:
			found.Code = r.Code // the smaller of the two
		}
	}
	return found
}

// within reports whether one of two places is a part of the other.
func within(a, b Code) bool { return a.Country() == b || b.Country() == a }

// nextPart cuts s at the next mark that divides the parts of an address or a note.
func nextPart(s []byte) (part, rest []byte) {
	i := bytes.IndexAny(s, ",()[]/;|:")
	if j := bytes.Index(s, []byte(" - ")); j >= 0 && (i < 0 || j < i) {
		return s[:j], s[j+3:]
	}
	if i < 0 {
		return s, nil
	}
	return s[:i], s[i+1:]
}

// Clues are what else in a row points to places; Unknown where nothing does.
type Clues struct {
	State  Code // of the state cell
	Phone  Code // of the telephone number
	Domain Code // of the mail host or website
}

// A From says what a place was read off.
type From uint8

// What places are read off.
const (
	FromNothing From = iota
	FromCountry
	FromState
	FromPhone
	FromDomain
)

// Settle returns the place that a country cell and the clues beside it come to. The cell
// goes before the telephone number, that before the state, that before the domain; a
// clue never overrides a cell that names one country. Of a name that means several
// countries a clue may tell which; if it points elsewhere, the place is unknown.
func Settle(r Reading, c Clues) (Code, From) {
	if len(r.Rivals) == 0 && r.Code != Unknown {
		return r.Code, FromCountry
	}
	clues := [...]struct {
		code Code
		from From
	}{{c.Phone, FromPhone}, {c.State, FromState}, {c.Domain, FromDomain}}
	if len(r.Rivals) == 0 {
		for _, clue := range clues {
			if clue.code != Unknown {
				return clue.code, clue.from
			}
		}
		return Unknown, FromNothing
	}
	if r.Code != Unknown { // one of them is the likelier: does anything speak for another?
		for _, clue := range clues {
			for _, rival := range r.Rivals {
				if rival != r.Code && clue.code != Unknown && clue.code.Country() == rival.Country() {
					return Unknown, clue.from
				}
			}
		}
		return r.Code, FromCountry
	}
	found, from := Unknown, FromNothing
	for _, clue := range clues {
		for _, rival := range r.Rivals {
			if clue.code == Unknown || clue.code.Country() != rival.Country() || found.Country() == rival.Country() {
				continue
			}
			if found != Unknown {
				return Unknown, clue.from // two clues, two countries
			}
			found, from = clue.code, clue.from
		}
	}
	return found, from
}
