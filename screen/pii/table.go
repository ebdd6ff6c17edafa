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
		h.set, h.head, h.unknown = l.read(h.words)
		if byWhom(h.words) {
			h.set, h.head = tokenSet{}, tOther
			h.set.add(tOther)
		}
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
// (a given name, a birthday) weighs most; a firm's fields stand in tables of persons too,
// and a contact's in tables of firms, but then they say that they are the contact's.
func (t *table) readContext() {
	bare := false
	contact, person, firm, thing := 0, 0, 0, 0
	for i := range t.cols {
		h, p := &t.cols[i].heading, &t.cols[i].profile
		if h.has(tOther, tProprietor) {
			continue
		}
		ofFirm := h.has(tCompany, tSeat)
		switch {
		case h.has(tFirst, tLast) && !h.has(tPerson, tObject) && !ofFirm:
			bare = true
		case h.has(tFirst, tLast), h.has(tName) && h.has(tPerson):
			if !ofFirm {
				contact += 2
			}
		case h.has(tBirth, tGender) && !ofFirm:
			person += 2
		case h.has(tAffix, tNational, tPrivate, tMemberID, tMiddle, tTitle, tMobile, tCredential, tUsername, tDemographic, tFinance, tHealth) && !ofFirm && !h.has(tObject):
			person++
		case h.has(tName) && len(h.words) > 1 && !ofFirm && !h.has(tObject, tCompanyName):
			person += 2
		case h.has(tPerson) && !ofFirm && !h.has(tObject):
			contact++
		}
		switch {
		case h.has(tCompanyName), ofFirm && h.has(tName):
			firm += 2
		case h.has(tCompanyID, tProfile), ofFirm:
			firm++
		case h.has(tObject) && !h.has(contactData...):
			thing++
		}
		switch {
		case h.has(tEmail, tDomain, tPhone, tObject):
		case p.share(sFullName, most), p.share(sGiven, most):
			if h.set == (tokenSet{}) || h.has(tName, tNom, tNombre, tNome) && !h.has(tPerson) {
				person += 2
			}
		case p.share(sLegal, 500):
			firm++
		}
		if h.set == (tokenSet{}) && (p.share(sProfileFirm, most) || p.share(sRoleMail, most)) {
			firm++
		}
		if p.share(sProfilePerson, most) {
			person++
		}
	}
	person += min(contact, 3)
	t.accounts = !bare && firm >= 2 && firm > person && firm >= thing
	t.things = !t.accounts && !bare && (thing >= 3 && thing > person || thing > 0 && person == 0)
	t.people = !t.accounts && (bare || person > 0 || !t.things)
}
