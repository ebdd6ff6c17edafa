// Package screen decides, row by row, whether the owner of a prospect list may
// keep a person: roles that columns play, rules that find reasons, and the verdicts
// reasons lead to.
//
// A Screener is made once from the lists and tables of a run and shared. Each
// goroutine takes a Worker of its own, which holds the scratch space, and hands it
// batches of rows: whole columns at a time, so that addresses are made canonical,
// hashed and looked up in bulk and nothing is allocated for a row.
//
// Rules add reasons to a set; the lowest one decides, so their order of running
// does not matter. What people asked for is tested on every row, broken ones
// included, because it settles where the row's bytes may go.
package screen

import (
	"slices"

	"sluice/screen/address"
	"sluice/screen/domain"
	"sluice/screen/suppress"
)

// Options say what a Screener checks. The zero value checks everything that needs
// no further file, against the embedded tables, with no suppression list.
type Options struct {
	// Indexes are the suppression lists. A row is looked up in all of them. Lists are
	// numbered through: those of the second index follow on those of the first.
	Indexes []*suppress.Index
	Tables  *domain.Tables  // mailbox providers; nil for the embedded ones
	Aliases *domain.Aliases // further mail domains of companies; may be nil
	Targets *domain.Targets // the companies to keep; nil for all
	Forms   address.FormSet // alternate forms to test; 0 for address.DefaultForms
	Roles   map[Role][]int  // columns of the list: without a website column, matching is off
	Policy  *Policy         // what each reason leads to; nil for DefaultPolicy
	Gates   *Gates          // what law, age and relevance ask; nil for nothing
	Trace   bool            // note what every row can be looked up by: Outcome.Keys
}

// A Screener holds what all workers of a run share. It is read-only.
type Screener struct {
	indexes []index
	lists   []suppress.ListInfo // of all indexes: list id is lists[id-1]
	tables  *domain.Tables
	aliases *domain.Aliases
	targets *domain.Targets
	forms   address.FormSet
	policy  *Policy
	gates   *gates // nil if nothing is asked
	match   bool   // the list has a website column
	trace   bool

	phones, profiles, domains bool                 // some list may hold them
	further                   []suppress.Algorithm // that rows are hashed with, beside SHA-1
}

// New returns a Screener for o.
func New(o Options) *Screener {
	s := &Screener{tables: o.Tables, aliases: o.Aliases, targets: o.Targets,
		forms: o.Forms, policy: o.Policy, gates: o.Gates.ready(), match: len(o.Roles[Website]) > 0, trace: o.Trace}
	if s.tables == nil {
		s.tables = domain.Embedded()
	}
	if s.forms == 0 {
		s.forms = address.DefaultForms
	}
	if s.policy == nil {
		s.policy = DefaultPolicy()
	}
	var algorithms suppress.AlgorithmSet
	for _, x := range o.Indexes {
		s.indexes = append(s.indexes, index{x, suppress.ListID(len(s.lists))})
		s.lists = append(s.lists, x.Lists()...)
		s.phones = s.phones || x.Holds(suppress.Phone)
		s.profiles = s.profiles || x.Holds(suppress.Profile)
		if _, domains := x.Len(); domains > 0 {
			s.domains = true
		}
		for _, a := range x.Algorithms() {
			algorithms = algorithms.With(a)
		}
	}
	for _, a := range algorithms.List() {
		if a != suppress.SHA1 {
			s.further = append(s.further, a)
		}
	}
	return s
}

// An index is one of the indexes that rows are looked up in, and how many lists those
// before it have.
type index struct {
	*suppress.Index
	before suppress.ListID
}

// Policy returns what the screener's reasons lead to.
func (s *Screener) Policy() *Policy { return s.policy }

// Forms returns the forms in which addresses are looked up.
func (s *Screener) Forms() address.FormSet { return s.forms }

// FormNames returns the names of the forms in which addresses are looked up.
func (s *Screener) FormNames() []string {
	var names []string
	for f := range address.NumForms {
		if s.forms.Has(f) {
			names = append(names, f.String())
		}
	}
	return names
}

// Tables identifies the reference data that decisions rest on: the provider tables,
// and the operator's aliases and targets.
func (s *Screener) Tables() []domain.Version {
	versions := slices.Clone(s.tables.Versions())
	versions = append(versions, s.aliases.Versions()...)
	if s.targets != nil {
		versions = append(versions, s.targets.Versions()...)
	}
	return versions
}
