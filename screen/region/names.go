package region

import (
	"fmt"
	"strings"
	"sync"
)

// A Reading is what a country cell says.
type Reading struct {
	// Code is the place, if the cell names one; or the likelier of several.
	Code Code
	// Rivals are all the places that the cell may mean, if they are several or need
	// something else in the row that points to them: Code is among them, or is Unknown.
	Rivals []Code
	// Said reports whether the cell holds anything but a word for nothing.
	Said bool
}

// names is every folded name and code, and what it means.
var names = sync.OnceValue(func() map[string]Reading {
	t := territories()
	m := make(map[string]Reading, 12_000)
	for code, c := range t.codes {
		m[Fold(code)] = Reading{Code: c, Said: true}
	}
	eachLine("data/names.txt", func(line string) {
		code, list, _ := strings.Cut(line, ": ")
		for name := range strings.SplitSeq(list, "|") {
			m[name] = Reading{Code: t.codes[code], Said: true}
		}
	})
	for c := 1; c < len(t.all); c++ {
		if name := Fold(t.all[c].name); m[name].Code == Unknown {
			m[name] = Reading{Code: Code(c), Said: true}
		}
	}
	eachLine("data/aliases.txt", func(line string) {
		list, means, _ := strings.Cut(line, ": ")
		r := meaning(t, means)
		for name := range strings.SplitSeq(list, "|") {
			m[name] = r
		}
	})
	return m
})

// meaning reads what aliases.txt has behind a name.
func meaning(t *table, s string) Reading {
	r := Reading{Said: true}
	if s == "-" {
		return Reading{}
	}
	sure, codes, rivalled := strings.Cut(s, " ? ")
	switch {
	case rivalled:
		r.Code = mustCode(t, sure)
		r.Rivals = append(r.Rivals, r.Code)
	case strings.HasPrefix(s, "~ "):
		codes = s[2:]
	case !strings.Contains(s, " "):
		r.Code = mustCode(t, s)
	default:
		codes = s
	}
	for code := range strings.FieldsSeq(codes) {
		r.Rivals = append(r.Rivals, mustCode(t, code))
	}
	return r
}

func mustCode(t *table, code string) Code {
	c, ok := t.codes[code]
	if !ok {
		panic(fmt.Sprintf("data: no such territory: %q", code)) // embedded
	}
	return c
}

// Fold returns a name as names are compared.
func Fold(name string) string {
	var f folder
	return string(f.fold([]byte(name)))
}

// HandNamed reports whether aliases.txt says what a folded name means.
func HandNamed(name string) (found bool) {
	eachLine("data/aliases.txt", func(line string) {
		list, _, _ := strings.Cut(line, ": ")
		found = found || strings.Contains("|"+list+"|", "|"+name+"|")
	})
	return found
}

// Countries returns the alpha-2 codes of all countries, ascending.
func Countries() []string {
	var codes []string
	for _, e := range territories().all[1:] {
		if e.of == 0 {
			codes = append(codes, e.code)
		}
	}
	return codes
}
