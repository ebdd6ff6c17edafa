package position

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"

	"sluice/screen/words"
)

//go:embed words.txt
var wordsText string

// A Position is what a job title says. A title may name several departments: "Sales and
// Marketing Director".
type Position struct {
	Departments Departments
	Seniority   Seniority
}

// longestPhrase is how many words a phrase of the table has at most, longestTitle how many
// bytes of a title are looked at.
const (
	longestPhrase = 5
	longestTitle  = 256
)

// An affix is what a long word starts or ends with.
type affix struct {
	text string
	says Position
}

type table struct {
	phrases map[string]Position
	stems   []affix // that long words start with
	ends    []affix // that they end with
}

var known = sync.OnceValue(func() *table {
	t := &table{phrases: map[string]Position{}}
	for line := range strings.Lines(wordsText) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || name[0] == '#' {
			continue
		}
		for phrase := range strings.SplitSeq(list, "|") {
			var says Position
			if d, ok := DepartmentNamed(name); ok {
				says.Departments = says.Departments.With(d)
			} else if says.Seniority, ok = SeniorityNamed(name); !ok {
				panic("words.txt: " + name)
			}
			switch {
			case strings.HasSuffix(phrase, "-"):
				t.stems = append(t.stems, affix{strings.TrimSuffix(phrase, "-"), says})
			case strings.HasPrefix(phrase, "-"):
				t.ends = append(t.ends, affix{phrase[1:], says})
			default:
				p := t.phrases[phrase]
				p.Departments |= says.Departments
				if p.Seniority == UnknownSeniority {
					p.Seniority = says.Seniority
				}
				t.phrases[phrase] = p
			}
		}
	}
	return t
})

// A Reader reads titles and columns for one goroutine. It owns its buffers.
type Reader struct{ fold words.Folder }

// Title returns what the words of a job title say. Of several ranks the highest counts, but
// whoever assists is an assistant, and a vice president no president.
func (r *Reader) Title(cell []byte) Position {
	var p Position
	if len(cell) > longestTitle {
		return p
	}
	t, text := known(), r.fold.Fold(cell)
	for len(text) > 0 {
		says, size := t.longest(text)
		p.Departments |= says.Departments
		switch s := says.Seniority; {
		case s == UnknownSeniority:
		case s == Junior && p.Seniority != Junior:
			p.Seniority = Junior
		case p.Seniority == UnknownSeniority || s < p.Seniority && p.Seniority != Junior:
			p.Seniority = s
		}
		text = bytes.TrimPrefix(text[size:], []byte(" "))
	}
	return p
}

// longest returns what the longest phrase that text starts with says, or else its first
// word, and how many bytes that is.
func (t *table) longest(text []byte) (says Position, size int) {
	var ends [longestPhrase]int
	n := 0
	for i := 0; n < longestPhrase && i <= len(text); i++ {
		if i == len(text) || text[i] == ' ' {
			ends[n] = i
			n++
		}
	}
	for k := n - 1; k >= 0; k-- {
		if says, ok := t.phrases[string(text[:ends[k]])]; ok {
			if k > 0 && says.Seniority == UnknownSeniority { // software engineer: its last word may have one
				says.Seniority = t.phrases[string(text[ends[k-1]+1:ends[k]])].Seniority
			}
			return says, ends[k]
		}
	}
	return t.word(text[:ends[0]]), ends[0]
}

// word returns what the start and the end of a compound word say: Vertriebsleiter.
func (t *table) word(w []byte) (says Position) {
	for _, a := range t.stems {
		if len(w) > len(a.text)+2 && string(w[:len(a.text)]) == a.text {
			says.Departments |= a.says.Departments
		}
	}
	longest := 0
	for _, a := range t.ends {
		if n := len(w) - len(a.text); n > 1 && len(a.text) > longest && string(w[n:]) == a.text {
			says.Seniority, longest = a.says.Seniority, len(a.text)
		}
	}
	return says
}

// Department returns the departments that a column for them names: by stable name or by
// the words of titles.
func (r *Reader) Department(cell []byte) Departments {
	if len(cell) > longestTitle {
		return 0
	}
	folded := r.fold.Fold(cell)
	for d := UnknownDepartment + 1; d < NumDepartments; d++ {
		if sameName(departmentNames[d], folded) {
			return Departments(0).With(d)
		}
	}
	return r.Title(cell).Departments
}

// Seniority returns the rank that a column for it names: by stable name or by the words of
// titles.
func (r *Reader) Seniority(cell []byte) Seniority {
	if len(cell) > longestTitle {
		return UnknownSeniority
	}
	folded := r.fold.Fold(cell)
	for s := UnknownSeniority + 1; s < NumSeniorities; s++ {
		if sameName(seniorityNames[s], folded) {
			return s
		}
	}
	return r.Title(cell).Seniority
}

// sameName reports whether folded text is a stable name, blanks for underscores.
func sameName(name string, folded []byte) bool {
	if len(name) != len(folded) {
		return false
	}
	for i, c := range folded {
		if c != name[i] && !(c == ' ' && name[i] == '_') {
			return false
		}
	}
	return true
}
