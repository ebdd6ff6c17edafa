package screen

import (
	"errors"
	"fmt"
	"slices"

	"sluice/screen/words"
)

// Needs returns the roles that the gates read beside those that every list is searched
// for: what to ask FindRoles for. It returns none for nil.
func (g *Gates) Needs() []Role {
	if g == nil {
		return nil
	}
	var roles []Role
	need := func(asked bool, which ...Role) {
		if asked {
			roles = append(roles, which...)
		}
	}
	need(len(g.Regions) > 0 || g.PECR || g.Elsewhere != Allow, State, City, Postcode)
	need(g.PECR, CompanyNumber, LegalForm)
	need(g.Retention.Months > 0, Collected)
	need(g.Retention.ClientMonths > 0, Inactive)
	need(g.Provenance.RequireSource || g.Provenance.RequireAttestation, Source)
	need(g.Provenance.RequireBasis || g.PECR || g.consents(), Basis)
	need(g.PECR || g.consents(), Consent)
	need(g.Provenance.RequireAttestation, Supplier)
	need(g.Relevance != Relevance{}, Title)
	need(g.Relevance.Departments != 0, Department)
	need(g.Relevance.Seniorities != 0, Seniority)
	return roles
}

// A roleSet is a set of roles.
type roleSet uint32

func (s roleSet) has(r Role) bool { return s>>r&1 != 0 }

// reads returns the roles whose columns the gates look at; none for nil.
func (g *gates) reads() (asked roleSet) {
	if g == nil {
		return 0
	}
	for _, r := range g.Needs() {
		asked |= 1 << r
	}
	if !g.located {
		return asked
	}
	asked |= 1<<Country | 1<<Phone
	if g.PECR {
		asked |= 1 << Company
	}
	if !g.states {
		asked &^= 1 << City
		if !g.PECR {
			asked &^= 1 << Postcode
		}
	}
	return asked
}

// consents reports whether some row may have to show consent.
func (g *Gates) consents() bool {
	return g.Elsewhere == RequireConsent ||
		slices.ContainsFunc(g.Regions, func(r RegionGate) bool { return r.Action == RequireConsent })
}

// mostMonths is the longest that rows may be kept for: beyond it is a slip of the pen.
const mostMonths = 1200

// Check reports everything that is wrong with the gates, before any list is read.
func (g *Gates) Check() error {
	if g == nil {
		return nil
	}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	ids := map[string]bool{}
	for i, l := range g.LIAs {
		switch {
		case l.ID == "":
			bad("assessment %d has no id", i+1)
		case ids[l.ID]:
			bad("two assessments have the id %q", l.ID)
		case l.Done == 0:
			bad("assessment %q has no date", l.ID)
		case l.Expires != 0 && l.Expires < l.Done:
			bad("assessment %q expires before it was made", l.ID)
		case l.Covers.Empty():
			bad("assessment %q covers no territory", l.ID)
		}
		ids[l.ID] = true
	}
	for i, r := range g.Regions {
		if r.Territories.Empty() {
			bad("region %d has no territories", i+1)
		}
		if r.Action > RequireConsent {
			bad("region %d has an unknown action", i+1)
		}
		for _, id := range r.LIAs {
			if !ids[id] {
				bad("region %d: there is no assessment with the id %q", i+1, id)
			}
		}
	}
	names := map[string]bool{}
	for i, s := range g.Provenance.Suppliers {
		key := words.Fold(s.Name)
		switch {
		case key == "":
			bad("supplier %d has no name", i+1)
		case names[key]:
			bad("two suppliers have the name %q", s.Name)
		case s.Given == 0:
			bad("the attestation of supplier %q has no date", s.Name)
		case s.Expires != 0 && s.Expires < s.Given:
			bad("the attestation of supplier %q expires before it was given", s.Name)
		}
		names[key] = true
	}
	if r := g.Retention; r.Months < 0 || r.ClientMonths < 0 || r.Months > mostMonths || r.ClientMonths > mostMonths {
		bad("retention takes a number of months from 1 to %d, or 0 for no limit", mostMonths)
	}
	if g.Clock.IsZero() && g.clocked() {
		bad("ages and expiries need the day of the run")
	}
	return errors.Join(errs...)
}

// clocked reports whether some answer depends on the day of the run.
func (g *Gates) clocked() bool {
	return len(g.LIAs) > 0 || g.Retention != Retention{} || g.Provenance.RequireAttestation
}
