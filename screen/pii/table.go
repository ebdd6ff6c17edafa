package pii

import (
	"sluice/formats/column"
)

// A table is a list being tagged.
type table struct {
	names  []string
	sample []column.View
	user   *Lexicon
	cols   []col
	tokens tokenSet // of all headers

	people   bool // rows are persons
	accounts bool // rows are firms
	things   bool // rows are neither: orders, products, files
}

// A col is one column being tagged.
type col struct {
	heading heading
	profile profile
	related relation
}

func newTable(headers []string, sample []column.View, o Options) *table {
	return &table{names: headers, sample: sample, user: o.Lexicon, cols: make([]col, len(headers))}
}

// any reports whether some header has one of the tokens.
func (t *table) any(ts ...token) bool { return t.tokens.hasAny(ts...) }

// readHeaders reads the headers, each by itself.
func (t *table) readHeaders() {
	l := embedded()
	for i, name := range t.names {
		h := &t.cols[i].heading
		h.words = fold(name)
		h.set, h.unknown = l.read(h.words)
		h.userTag, h.user = t.user.lookup(h.words)
		if !h.has(tOther, tObject) {
			t.tokens[0] |= h.set[0]
			t.tokens[1] |= h.set[1]
		}
	}
}

// readValues profiles the columns.
func (t *table) readValues() {
	s := newScanner()
	for i := range t.cols {
		if i < len(t.sample) {
			t.cols[i].profile = s.profile(t.sample[i])
		}
	}
}

// readContext decides what the rows are: persons, firms or things. What only a person has
// (a given name, a birthday) weighs most; a firm's fields stand in tables of persons too.
func (t *table) readContext() {
	person, firm, thing := 0, 0, 0
	for i := range t.cols {
		h, p := &t.cols[i].heading, &t.cols[i].profile
		someone := h.has(tOther, tProprietor)
		switch {
		case someone:
		case h.has(tFirst, tLast, tMiddle) && !h.has(tPerson, tCompany, tProprietor):
			person += 4
		case h.has(tFirst, tLast, tBirth, tGender) && !h.has(tCompany):
			person += 2
		case h.has(tName) && h.has(tPerson) && !h.has(tCompany):
			person += 3
		case h.has(tAffix, tNational, tPrivate, tMemberID) && !h.has(tCompany):
			person++
		case h.has(tTitle, tMobile, tCredential, tUsername, tDemographic, tFinance, tHealth) && !h.has(tCompany, tObject):
			person++
		case h.has(tName) && len(h.words) > 1 && !h.has(tCompany, tObject):
			person += 2
		}
		if h.has(tPerson) && !someone && !h.has(tCompany) {
			person++
		}
		switch {
		case someone:
		case h.has(tCompanyName), h.has(tCompany) && h.has(tName):
			firm += 2
		case h.has(tCompanyID, tProfile):
			firm++
		case h.has(tCompany) && len(h.words) > 1:
			firm++
		}
		if h.has(tObject) && !h.has(contactData...) {
			thing++
		}
		switch {
		case h.has(tEmail, tDomain, tPhone):
		case p.share(sFullName, most) && !someone && !h.has(tObject):
			person += 2
		case p.share(sGiven, most) && !someone:
			person += 2
		case p.share(sLegal, 500):
			firm++
		}
		if p.share(sProfilePerson, most) || p.share(sEmail, most) && !p.share(sRoleMail, most) && personalLocals(p) {
			person++
		}
	}
	t.accounts = firm >= 2 && firm > person
	t.things = !t.accounts && (thing >= 3 && thing > person || thing > 0 && person == 0)
	t.people = !t.accounts && (person > 0 || !t.things)
}

// personalLocals is whether addresses have been seen at all: an empty e-mail column tells
// nothing of its rows.
func personalLocals(p *profile) bool { return p.filled > 0 }
