package region

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
)

// states is the parts of the United States and the United Kingdom by folded name, and
// those of the United States by two-letter code.
var states = sync.OnceValue(func() *struct {
	byName map[string]Code
	byCode [26 * 26]Code
} {
	m := new(struct {
		byName map[string]Code
		byCode [26 * 26]Code
	})
	m.byName = map[string]Code{}
	t := territories()
	for c, e := range t.all {
		if e.of == 0 {
			continue
		}
		m.byName[Fold(e.name)] = Code(c)
		if e.of == t.us {
			m.byCode[stateIndex(e.code[3], e.code[4])] = Code(c)
		}
	}
	m.byName["washington dc"] = t.codes["US-DC"]
	m.byName["calif"] = t.codes["US-CA"]
	return m
})

// stateIndex is where a state of two letters stands.
func stateIndex(a, b byte) int { return int(a|0x20-'a')*26 + int(b|0x20-'a') }

// State returns the part of the United States or of the United Kingdom that a state cell
// names in full: codes such as CA are used in many countries, see InUS.
func (f *Finder) State(cell []byte) Code {
	if len(cell) == 0 || len(cell) > longestName {
		return Unknown
	}
	return states().byName[string(f.folder.fold(cell))]
}

// A USPlace is the cells that tell the state of somebody in the United States.
type USPlace struct {
	State, City, Postcode []byte
	Phone                 Code // of a telephone number
}

// InUS returns the state of a row that is in the United States, and what told; the
// United States if nothing did. The state cell goes first, by name or code, then a state
// behind the city ("San Jose, CA"), then the ZIP code, then the area code.
func (f *Finder) InUS(p USPlace) (Code, USClue) {
	us := territories().us
	if c := f.stateOrCode(p.State); c != Unknown && c.Country() == us {
		return c, USState
	}
	if i := bytes.LastIndexByte(p.City, ','); i >= 0 && len(p.City) <= longestName {
		if c := f.stateOrCode(p.City[i+1:]); c != Unknown && c.Country() == us {
			return c, USCity
		}
	}
	if c := zipState(p.Postcode); c != Unknown {
		return c, USPostcode
	}
	if p.Phone != us && p.Phone.Country() == us {
		return p.Phone, USPhone
	}
	return us, USNothing
}

// A USClue says what told a state.
type USClue uint8

// What tells states.
const (
	USNothing USClue = iota
	USState
	USCity
	USPostcode
	USPhone
)

// stateOrCode reads the name of a state, or its code with or without "US-" before it.
func (f *Finder) stateOrCode(cell []byte) Code {
	cell = bytes.Trim(cell, " .\t")
	code := cell
	if len(code) == 5 && (code[0]|0x20) == 'u' && (code[1]|0x20) == 's' && code[2] == '-' {
		code = code[3:]
	}
	if len(code) > 2 && code[2] == ' ' { // "CA 95110"
		code = code[:2]
	}
	if len(code) == 2 {
		if code[0]|0x20 < 'a' || code[0]|0x20 > 'z' || code[1]|0x20 < 'a' || code[1]|0x20 > 'z' {
			return Unknown
		}
		return states().byCode[stateIndex(code[0], code[1])]
	}
	return f.State(cell)
}

// zips is the state of each three-digit ZIP prefix.
var zips = sync.OnceValue(func() (m [1000]Code) {
	t := territories()
	eachLine("data/zips.txt", func(line string) {
		code, ranges, _ := strings.Cut(line, ": ")
		for r := range strings.FieldsSeq(ranges) {
			lo, hi, ok := strings.Cut(r, "-")
			if !ok {
				hi = lo
			}
			first, _ := strconv.Atoi(lo)
			last, _ := strconv.Atoi(hi)
			for i := first; i <= last; i++ {
				m[i] = mustCode(t, code)
			}
		}
	})
	return m
})

// zipState returns the state of a ZIP code, 95110 or 95110-1234.
func zipState(cell []byte) Code {
	cell = bytes.TrimSpace(cell)
	if len(cell) != 5 && !(len(cell) == 10 && cell[5] == '-') {
		return Unknown
	}
	n := 0
	for _, c := range cell[:5] {
		if c -= '0'; c > 9 {
			return Unknown
		}
		n = n*10 + int(c)
	}
	return zips()[n/100]
}
