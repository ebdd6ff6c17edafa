package pii

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"

	"sluice/screen/address"
)

//go:embed values.txt
var valuesText string

// kinds are the words that values are recognised by.
type kinds struct {
	given, family, city, job, honorific, gender, yesno, state, legal, street, country map[string]bool
}

var knownValues = sync.OnceValue(func() *kinds {
	k := new(kinds)
	into := map[string]*map[string]bool{
		"given": &k.given, "family": &k.family, "city": &k.city, "job": &k.job, "honorific": &k.honorific, "gender": &k.gender,
		"yesno": &k.yesno, "state": &k.state, "legal": &k.legal, "street": &k.street, "countries": &k.country,
	}
	for line := range strings.Lines(valuesText) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
		m := into[name]
		if !ok || m == nil {
			continue
		}
		*m = make(map[string]bool)
		for w := range strings.SplitSeq(list, ", ") {
			(*m)[w] = true
		}
	}
	return k
})

// wordShapes is what the words of a cell have been found to be, so that a value that
// stands in many rows is read once.
type wordShapes uint64

// words counts what kinds of words a cell has.
func (s *scanner) words(p *profile, cell []byte) {
	s.text = appendWords(s.text[:0], cell)
	if len(s.text) == 0 {
		return
	}
	found, ok := s.memo[string(s.text)]
	if !ok {
		found = s.wordShapes(s.text, cell)
		if len(s.memo) < 1<<15 {
			s.memo[string(s.text)] = found
		}
	}
	for shape := sYesNo; found>>shape != 0; shape++ {
		if found>>shape&1 == 1 {
			p.n[shape]++
		}
	}
}

// wordShapes says what kinds of words text is, which is the cell folded.
func (s *scanner) wordShapes(text, cell []byte) (found wordShapes) {
	k := knownValues()
	set := func(shape shape, yes bool) {
		if yes {
			found |= 1 << shape
		}
	}
	s.split = s.split[:0]
	for w := range bytes.SplitSeq(text, []byte(" ")) {
		s.split = append(s.split, w)
	}
	words := s.split
	if len(words) > 12 {
		return 0
	}
	given, family, legal, street, job, digits := 0, 0, false, false, false, false
	for i, w := range words {
		if k.given[string(w)] {
			given++
		}
		if k.family[string(w)] {
			family++
		}
		legal = legal || i > 0 && k.legal[string(w)]
		street = street || k.street[string(w)] || hasStreetEnd(w)
		job = job || k.job[string(w)]
		digits = digits || w[0] <= '9' || w[len(w)-1] <= '9'
	}
	for n := 2; n <= 3 && n < len(words); n++ { // s r l, sp z o o
		tail := text[len(text)-(n-1):]
		for _, w := range words[len(words)-n:] {
			tail = text[len(text)-min(len(text), len(tail)+len(w)):]
		}
		legal = legal || k.legal[string(tail)]
	}
	one := len(words) == 1
	set(sYesNo, k.yesno[string(text)])
	set(sGender, k.gender[string(text)])
	set(sHonorific, k.honorific[string(text)])
	set(sState, k.state[string(text)])
	set(sCity, k.city[string(text)] || k.city[string(words[0])])
	set(sCountry, k.country[string(text)] || !digits && len(cell) < 40 && address.CallingCode(string(bytes.TrimSpace(cell))) != "")
	set(sGiven, one && given == 1)
	set(sFamily, len(words) <= 2 && family > 0)
	set(sFullName, !digits && !legal && !job && len(words) >= 2 && len(words) <= 4 && given > 0)
	set(sLegal, legal && len(words) <= 6)
	set(sStreet, street && digits && len(words) >= 2)
	set(sJob, job && !digits && !legal)
	return found
}

// streetEnds end a street's name that is one word, as in German and Dutch.
var streetEnds = [][]byte{
	[]byte("strasse"), []byte("str"), []byte("weg"), []byte("platz"), []byte("allee"), []byte("gasse"), []byte("straat"), []byte("laan"),
	[]byte("gracht"), []byte("kade"), []byte("plein"), []byte("gatan"), []byte("vagen"), []byte("gade"), []byte("vej"),
}

func hasStreetEnd(w []byte) bool {
	if len(w) < 7 {
		return false
	}
	for _, end := range streetEnds {
		if bytes.HasSuffix(w, end) {
			return true
		}
	}
	return false
}
