// Package pii tells what the columns of a list hold: which are a person's name, address,
// number or secret, which are a company's, and which are nothing of the kind. Every
// column gets one of 47 tags, with a confidence and the evidence for it.
//
// Two witnesses are heard. The header is folded to words and read with a lexicon of
// several languages (lexicon.txt), which knows concepts (telephone), whose they are
// (company, owner) and what turns them into something else (status, hash). The values
// of a sample are looked at by detectors, most of which check something that chance
// does not make: check digits, hosts, number plans. Neighbouring columns decide what
// both leave open: whether the table is one of people or of firms, what a "Value" beside
// a "Label" is, whose name stands in the e-mail address of the same row.
//
// Nothing here keeps, returns or prints a value of the list.
package pii

import (
	"fmt"
	"slices"

	"sluice/formats/column"
)

// Version is the version of the vocabulary and of what recognises it. It changes when a
// column may get another tag than before.
const Version = "2"

// A Column is what Classify says of one column.
type Column struct {
	Name       string
	Tag        Tag
	Special    SpecialKind // which special category, where Tag is PersonSpecial
	Confidence int         // per mille
	DecidedBy  Decider
	Evidence   []string // in plain words, without a value of the list
	RunnersUp  []Candidate
	Subject    Subject
	Filled     int // non-empty cells of the sample
}

// A Candidate is a tag that was considered.
type Candidate struct {
	Tag        Tag
	Confidence int // per mille
}

// A Decider names what settled a tag, strongest first.
type Decider string

// The deciders.
const (
	ByOverride  Decider = "override"  // the user said so
	ByVeto      Decider = "veto"      // the values cannot be what the header says
	ByAgreement Decider = "agreement" // header and values say the same
	ByValues    Decider = "values"    // validated values
	ByHeader    Decider = "header"    // the header, read with its neighbours
	ByShape     Decider = "shape"     // values that look like it
	ByNothing   Decider = "nothing"   // neither says anything
)

// A Subject is whom the data is about.
type Subject string

// The subjects.
const (
	Prospect  Subject = "prospect" // the row's person
	Other     Subject = "other"    // someone else
	CompanyOf Subject = "company"
	Operator  Subject = "operator" // whoever keeps the list: its records and flags
)

// A SpecialKind is a category of GDPR Art. 9, or Art. 10.
type SpecialKind string

// The special categories.
const (
	Health    SpecialKind = "health"
	Ethnicity SpecialKind = "ethnicity"
	Religion  SpecialKind = "religion"
	Politics  SpecialKind = "politics"
	Union     SpecialKind = "union"
	SexLife   SpecialKind = "sex_life"
	Biometric SpecialKind = "biometric"
	Genetic   SpecialKind = "genetic"
	Criminal  SpecialKind = "criminal"
)

// special is what the foreign vocabularies call each kind.
var special = map[SpecialKind]struct{ fides, dpv string }{
	Health:    {"user.health_and_medical", "Health"},
	Ethnicity: {"user.demographic.race_ethnicity", "EthnicOrigin"},
	Religion:  {"user.demographic.religious_belief", "ReligiousBelief"},
	Politics:  {"user.demographic.political_opinion", "PoliticalAffiliation"},
	Union:     {"user.demographic.political_opinion", "TradeUnionMembership"},
	SexLife:   {"user.demographic.sexual_orientation", "Sexual"},
	Biometric: {"user.biometric", "Biometric"},
	Genetic:   {"user.health_and_medical.genetic", "Genetic"},
	Criminal:  {"user.criminal_history", "Criminal"},
}

// Fides returns the fideslang data category of the column, or "".
func (c *Column) Fides() string {
	if s, ok := special[c.Special]; ok && c.Tag == PersonSpecial {
		return s.fides
	}
	return c.Tag.Facts().Fides
}

// DPVTerm returns the address of the column's DPV term, or "".
func (c *Column) DPVTerm() string {
	if s, ok := special[c.Special]; ok && c.Tag == PersonSpecial {
		return "https://w3id.org/dpv/pd#" + s.dpv
	}
	return c.Tag.DPVTerm()
}

// subjectOf returns whom the tag's data is about when nothing else is known.
func subjectOf(t Tag) Subject {
	switch f := t.Facts(); {
	case t == OtherPerson:
		return Other
	case f.Class == CompanyData:
		return CompanyOf
	case t == None || t == RecordSource:
		return Operator
	}
	return Prospect
}

// Options adjust Classify. The zero value is the embedded lexicon and no overrides.
type Options struct {
	Overrides []Override // the first that fits a column decides
	Lexicon   *Lexicon   // further phrases, heard before the embedded ones
}

// Classify tags the columns with these headers by a sample of their cells: a View per
// column, all of one length. Fewer views than headers, and no rows, are allowed: then
// headers decide alone. It returns a Column per header, in order, and is a function of
// its arguments: the same list gives the same tags, whatever the order of its rows.
func Classify(headers []string, sample []column.View, o Options) []Column {
	t := newTable(headers, sample, o)
	t.readHeaders()
	t.readValues()
	t.readContext()
	t.readRelations()
	out := make([]Column, len(headers))
	for i := range t.cols {
		out[i] = t.decide(i)
	}
	for i, name := range headers {
		for _, ov := range o.Overrides {
			if ov.fits(name) {
				out[i] = overridden(out[i], ov)
				break
			}
		}
	}
	return out
}

// overridden is the column under the user's word.
func overridden(c Column, ov Override) Column {
	was := Candidate{c.Tag, c.Confidence}
	c.RunnersUp = slices.DeleteFunc(append([]Candidate{was}, c.RunnersUp...), func(r Candidate) bool { return r.Tag == ov.Tag })
	if len(c.RunnersUp) > maxRunnersUp {
		c.RunnersUp = c.RunnersUp[:maxRunnersUp]
	}
	if ov.Tag != PersonSpecial {
		c.Special = ""
	}
	if c.Tag != ov.Tag {
		c.Subject = subjectOf(ov.Tag)
	}
	c.Tag, c.Confidence, c.DecidedBy = ov.Tag, 1000, ByOverride
	c.Evidence = []string{fmt.Sprintf("override %s", ov.Pattern)}
	return c
}

// maxRunnersUp bounds what is written for a column.
const maxRunnersUp = 3
