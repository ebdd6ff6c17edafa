package pii

import (
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

// words reads a cell that has few words, and counts what kinds they are of.
func (p *profile) words(cell []byte) {
	k := knownValues()
	words := fold(string(cell))
	if len(words) == 0 || len(words) > 12 {
		return
	}
	whole := strings.Join(words, " ")
	one := len(words) == 1
	p.count(sYesNo, k.yesno[whole])
	p.count(sGender, k.gender[whole])
	p.count(sHonorific, k.honorific[whole])
	p.count(sState, k.state[whole])
	p.count(sCity, k.city[whole] || k.city[words[0]])
	p.count(sCountry, k.country[whole] || len(cell) < 40 && address.CallingCode(strings.TrimSpace(string(cell))) != "")
	given, family, legal, street, job := 0, 0, false, false, false
	for i, w := range words {
		if k.given[w] {
			given++
		}
		if k.family[w] {
			family++
		}
		legal = legal || k.legal[w] && i > 0
		street = street || k.street[w] || hasStreetEnd(w)
		job = job || k.job[w]
	}
	if len(words) >= 3 {
		legal = legal || k.legal[strings.Join(words[len(words)-2:], " ")] || k.legal[strings.Join(words[len(words)-3:], " ")]
	}
	digits := strings.ContainsAny(whole, "0123456789")
	p.count(sGiven, one && given == 1)
	p.count(sFamily, len(words) <= 2 && family > 0)
	p.count(sFullName, !digits && !legal && !job && len(words) >= 2 && len(words) <= 4 && given > 0)
	p.count(sLegal, legal)
	p.count(sStreet, street && digits && len(words) >= 2)
	p.count(sJob, job && !digits && !legal)
}

// hasStreetEnd reports whether a word is a street's name in one, as in German and Dutch.
func hasStreetEnd(w string) bool {
	if len(w) < 7 {
		return false
	}
	for _, end := range []string{"strasse", "str", "weg", "platz", "allee", "gasse", "straat", "laan", "gracht", "kade", "plein", "gatan", "vagen", "gade", "vej"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}
