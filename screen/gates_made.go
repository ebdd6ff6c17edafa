package screen

import (
	"sluice/screen/age"
	"sluice/screen/region"
	"sluice/screen/words"
)

// gates is Gates made ready for rows: whatever does not depend on the row is settled.
// Read-only.
type gates struct {
	*Gates
	now       age.Date
	located   bool     // some gate asks where rows are
	rulings   []ruling // by region.Code
	states    bool     // the states of the United States differ
	nations   bool     // so do, or may, the nations of the United Kingdom
	old       age.Date // rows collected on that day or before are too old
	inactive  age.Date // so are clients inactive since
	bases     [NumLegalBases]bool
	bought    map[string]bool // folded sources that mean a row was bought, and
	attested  map[string]bool // folded suppliers: whether their attestation holds
	asksBasis bool            // some gate reads the legal basis

	us, gb, scotland region.Code
}

// A ruling is what the region gates say of a place.
type ruling struct {
	reason   Reason // NumReasons for none
	consent  bool   // unless the person consented it is consent_required
	assessed bool   // an assessment settled it
}

var allowed = ruling{reason: NumReasons}

// ready returns the gates ready for rows, or nil for nil.
func (g *Gates) ready() *gates {
	if g == nil {
		return nil
	}
	m := &gates{Gates: g, now: age.On(g.Clock), located: len(g.Regions) > 0 || g.PECR || g.Elsewhere != Allow}
	m.us, _ = region.Parse("US")
	m.gb, _ = region.Parse("GB")
	m.scotland, _ = region.Parse("GB-SCT")
	m.asksBasis = g.Provenance.RequireBasis || g.PECR || g.consents()
	if m.located {
		m.rulings = make([]ruling, region.NumCodes())
		for c := range m.rulings {
			m.rulings[c] = m.rule(region.Code(c), 0)
		}
		for c := range region.Code(len(m.rulings)) {
			switch c.Country() {
			case m.us:
				m.states = m.states || m.rulings[c] != m.rulings[m.us]
			case m.gb:
				m.nations = m.nations || m.rulings[c] != m.rulings[m.gb]
			}
		}
		m.nations = m.nations || g.PECR
	}
	m.old, m.inactive = lastOld(m.now, g.Retention.Months), lastOld(m.now, g.Retention.ClientMonths)
	for _, b := range g.Provenance.Bases {
		m.bases[b] = true
	}
	for b := range m.bases {
		m.bases[b] = b != 0 && (m.bases[b] || len(g.Provenance.Bases) == 0)
	}
	m.bought, m.attested = map[string]bool{}, map[string]bool{}
	for _, s := range g.Provenance.Bought {
		m.bought[words.Fold(s)] = true
	}
	for _, s := range g.Provenance.Suppliers {
		m.attested[words.Fold(s.Name)] = stands(s.Given, s.Expires, m.now)
	}
	return m
}

// stands reports whether something of one day that expires after another holds now.
func stands(from, until, now age.Date) bool {
	return from != 0 && from <= now && (until == 0 || now <= until)
}

// lastOld returns the last day of which everything is older than n months at now, or 0
// if n is 0, so that a row's age is one comparison.
func lastOld(now age.Date, n int) age.Date {
	if n == 0 {
		return 0
	}
	d := now.AddMonths(-n) + 4
	for !d.Outlives(n, now) {
		d--
	}
	return d
}

// rule returns what the region gates from number i on say of place c. Where it cannot be
// told whether a gate is for c, both answers are looked at; they may be the same.
func (m *gates) rule(c region.Code, i int) ruling {
	if i == len(m.Regions) {
		return m.act(m.Elsewhere, nil, c)
	}
	r := &m.Regions[i]
	switch r.Territories.Has(c) {
	case region.Yes:
		return m.act(r.Action, r.LIAs, c)
	case region.No:
		return m.rule(c, i+1)
	}
	if here := m.act(r.Action, r.LIAs, c); c != region.Unknown && here == m.rule(c, i+1) {
		return here
	}
	return ruling{reason: RegionUnknown}
}

// act returns what an action asks of rows in place c.
func (m *gates) act(a Action, lias []string, c region.Code) ruling {
	switch a {
	case Exclude:
		return ruling{reason: RegionExcluded}
	case RequireConsent:
		return ruling{reason: NumReasons, consent: true}
	case RequireLIA:
		return m.assess(lias, c)
	}
	return allowed
}

// assess looks for an assessment that covers c and stands: one that passed goes before
// one that failed.
func (m *gates) assess(ids []string, c region.Code) ruling {
	found := ruling{reason: LIAMissing}
	for _, l := range m.LIAs {
		if len(ids) > 0 && !contains(ids, l.ID) || !stands(l.Done, l.Expires, m.now) || l.Covers.Has(c) != region.Yes {
			continue
		}
		if l.Passed {
			return ruling{reason: NumReasons, assessed: true}
		}
		found = ruling{reason: LIAFailed, assessed: true}
	}
	return found
}

func contains(ids []string, id string) bool {
	for _, s := range ids {
		if s == id {
			return true
		}
	}
	return false
}

// file returns what is known of the input of that name.
func (m *gates) file(name string) File {
	if f, ok := m.Files[name]; ok {
		return f
	}
	return m.Others
}
