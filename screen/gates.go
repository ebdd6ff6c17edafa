package screen

import (
	"time"

	"sluice/screen/age"
	"sluice/screen/position"
	"sluice/screen/region"
)

// Gates are the questions of law, age and relevance that a policy asks of every row:
// plain data, filled from the policy file. nil asks nothing.
//
// Evidence may be missing. A gate that cannot tell does not keep the row: it finds the
// reason that sends it to quarantine (region_unknown, lia_missing, pecr_unknown, …).
type Gates struct {
	// Clock is the day to which ages and expiries are counted, in UTC.
	Clock time.Time

	// Regions are tried in order: the first whose territories hold the place where the
	// row's person is decides. Where that is, is read off the country cell, else the
	// telephone numbers, else the country-code domain: location, not citizenship.
	Regions []RegionGate
	// Elsewhere is what becomes of rows of a known place that no gate names. Allow if zero.
	Elsewhere Action
	// LIAs are the legitimate interest assessments that gates may require.
	LIAs []LIA

	// PECR asks for evidence that subscribers in the United Kingdom are companies: the
	// Privacy and Electronic Communications Regulations 2003 let only these be written to
	// without consent. A row that says the person consented passes.
	PECR bool

	Retention  Retention
	Provenance Provenance
	Relevance  Relevance

	// Files says what is known of whole inputs, by the input's name as messages have it.
	// Others is what holds for inputs that are not named. A row's own cell goes before.
	Files  map[string]File
	Others File
}

// An Action is what a region gate asks of a row.
type Action uint8

// The actions.
const (
	Allow          Action = iota // nothing
	Exclude                      // the row may not be used: region_excluded
	RequireLIA                   // a passed assessment must cover the place: lia_missing, lia_failed
	RequireConsent               // the row must say that the person consented: consent_required
)

// A RegionGate says what becomes of rows from some territories.
type RegionGate struct {
	Territories region.Set
	Action      Action
	LIAs        []string // ids of the assessments that satisfy RequireLIA; any if empty
}

// An LIA is a Legitimate Interest Assessment (GDPR Art. 6(1)(f)) somebody has made.
type LIA struct {
	ID      string
	Done    age.Date   // the day it was made; one in the future does not count. 0 for not known, which does not count either
	Expires age.Date   // the last day it may be relied on; 0 for no end
	Passed  bool       // its outcome: the interest outweighs. One that failed and still stands is lia_failed
	Covers  region.Set // the territories it was made for; the empty set covers nothing
}

// Retention says how old rows may be.
type Retention struct {
	// Months is for how many calendar months after its day of collection a row may be
	// kept; 0 for no limit. See age.Date.Outlives for the last day.
	Months int
	// ClientMonths is for how many after the day since when the person is no client any
	// more; 0 for no limit. A row without that day is still a client's.
	ClientMonths int
}

// Provenance says what must be recorded about where rows came from.
type Provenance struct {
	RequireSource bool // source_missing
	RequireBasis  bool // basis_missing
	// Bases are the legal bases that may be relied on; the six of GDPR Art. 6(1) if empty.
	Bases []LegalBasis
	// RequireAttestation asks of bought rows that their supplier is one of Suppliers with
	// an attestation that holds: supplier_unattested. A row is bought if it, or its file,
	// names a supplier, or if its source is the name of one of Suppliers or one of Bought.
	RequireAttestation bool
	Suppliers          []SupplierAttestation
	Bought             []string // sources that mean that rows were bought: "purchased list"
}

// A SupplierAttestation is a supplier's word that the data it sells was gathered lawfully.
type SupplierAttestation struct {
	Name    string   // as cells have it, case and spaces aside
	Given   age.Date // the day it was given; one in the future, or 0 for not known, does not count
	Expires age.Date // the last day it holds; 0 for no end
}

// Relevance says whom the list is meant for. A row must be of one of Departments and of
// one of Seniorities, where these are given; one that is not, or of which that cannot be
// told, is off_target.
type Relevance struct {
	Departments position.Departments
	Seniorities position.Seniorities
}

// A File is what is known of all rows of an input.
type File struct {
	Source    string // where they came from
	Supplier  string // who sold them
	Basis     LegalBasis
	Collected age.Date // the day they were collected; 0 if not known
	// Layouts of the two date columns, as age.Detect finds them in the input's head. The
	// zero Layout reads only dates that can be read in one way.
	CollectedLayout, InactiveLayout age.Layout
}
