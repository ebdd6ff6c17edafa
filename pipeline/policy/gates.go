package policy

import (
	"path"
	"strings"
	"time"

	"sluice/screen"
	"sluice/screen/age"
	"sluice/screen/position"
	"sluice/screen/region"
)

// Gates returns what the policy asks of rows by law, age and relevance, on the day of
// clock; inputs are the names of the files that are read. It is nil for a policy that asks
// nothing of the kind. The policy must be one that Load found nothing wrong with.
func (p *Policy) Gates(clock time.Time, inputs []string) *screen.Gates {
	g := &screen.Gates{Clock: clock, PECR: p.PECR, Elsewhere: actions[p.Elsewhere], Retention: screen.Retention(p.Retention)}
	for _, r := range p.Regions {
		g.Regions = append(g.Regions, screen.RegionGate{Territories: territories(r.Territories), Action: actions[r.Require], LIAs: r.LIA})
	}
	for _, l := range p.LIA {
		covers := territories(l.Territories)
		if len(l.Territories) == 0 {
			covers = region.All()
		}
		g.LIAs = append(g.LIAs, screen.LIA{ID: l.ID, Done: day(l.Date), Expires: day(l.Expires), Passed: l.Outcome == "passed", Covers: covers})
	}
	o := &p.Provenance
	g.Provenance = screen.Provenance{RequireSource: o.RequireSource, RequireBasis: o.RequireBasis, RequireAttestation: o.RequireAttestation, Bought: o.Bought}
	for _, name := range o.Bases {
		g.Provenance.Bases = append(g.Provenance.Bases, screen.LegalBasisNamed(name))
	}
	for _, s := range p.Suppliers {
		if s.Attested == "" {
			// Known, but without a word of it: its rows are bought and not attested.
			g.Provenance.Bought = append(append(g.Provenance.Bought, s.Name), s.Aliases...)
			continue
		}
		for _, name := range append([]string{s.Name}, s.Aliases...) {
			g.Provenance.Suppliers = append(g.Provenance.Suppliers, screen.SupplierAttestation{Name: name, Given: day(s.Attested), Expires: day(s.Expires)})
		}
	}
	for _, name := range p.Relevance.Departments {
		d, _ := position.DepartmentNamed(name)
		g.Relevance.Departments = g.Relevance.Departments.With(d)
	}
	for _, name := range p.Relevance.Seniorities {
		s, _ := position.SeniorityNamed(name)
		g.Relevance.Seniorities = g.Relevance.Seniorities.With(s)
	}
	if !p.asks() {
		return nil
	}
	g.Others = p.file(o.Default)
	g.Files = map[string]screen.File{}
	for _, name := range inputs {
		for _, f := range o.Files {
			if ok, _ := path.Match(f.Match, baseName(name)); ok {
				g.Files[name] = p.file(over(f, o.Default))
				break
			}
		}
	}
	return g
}

// asks reports whether any gate asks something.
func (p *Policy) asks() bool {
	o := &p.Provenance
	return len(p.Regions) > 0 || p.Elsewhere != "" && p.Elsewhere != "nothing" || p.PECR || p.Retention != Retention{} ||
		o.RequireSource || o.RequireBasis || o.RequireAttestation || len(p.Relevance.Departments) > 0 || len(p.Relevance.Seniorities) > 0
}

var actions = map[string]screen.Action{"": screen.Allow, "nothing": screen.Allow, "exclude": screen.Exclude, "lia": screen.RequireLIA, "consent": screen.RequireConsent}

func territories(names []string) region.Set {
	set, _ := region.ParseSet(names...) // Load has tried
	return set
}

func day(d Date) age.Date {
	if d == "" {
		return 0
	}
	return age.On(d.Day())
}

// file is what an origin says of the rows of a file.
func (p *Policy) file(o Origin) screen.File {
	f := screen.File{Source: o.Source, Supplier: o.Supplier, Basis: screen.LegalBasisNamed(o.Basis), Collected: day(o.Collected)}
	f.CollectedLayout, _ = age.ParseLayout(p.DateFormats["collected"])
	f.InactiveLayout, _ = age.ParseLayout(p.DateFormats["inactive"])
	return f
}

// over returns o with what it leaves open as in below.
func over(o, below Origin) Origin {
	if o.Source == "" {
		o.Source, o.Supplier = below.Source, below.Supplier
	}
	if o.Basis == "" {
		o.Basis, o.LIARef = below.Basis, below.LIARef
	}
	if o.Collected == "" {
		o.Collected = below.Collected
	}
	return o
}

// baseName returns the last part of a file's name, on any system.
func baseName(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

// OriginOf returns where a column of the data map came from, by its name, then its tag,
// then by default. Tags are dotted: the longest match is the closest.
func (p *Policy) OriginOf(column, tag string) Origin {
	o := &p.Provenance
	for _, c := range o.Columns {
		if c.Match == column {
			return over(c, o.Default)
		}
	}
	best := Origin{}
	for _, t := range o.Tags {
		if (tag == t.Match || strings.HasPrefix(tag, t.Match+".")) && len(t.Match) > len(best.Match) {
			best = t
		}
	}
	return over(best, o.Default)
}
