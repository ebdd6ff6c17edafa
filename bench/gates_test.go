package bench

import (
	"fmt"
	"testing"
	"time"

	"sluice/formats/column"
	"sluice/screen"
	"sluice/screen/position"
	"sluice/screen/region"
)

// gatesCases are the gates one by one, and all together.
func gatesCases(b *testing.B) map[string]*screen.Gates {
	set := func(names ...string) region.Set {
		s, err := region.ParseSet(names...)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	clock := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	place := []screen.RegionGate{{Territories: set("RU", "BY"), Action: screen.Exclude}, {Territories: set("US-CA"), Action: screen.Exclude},
		{Territories: set("EEA"), Action: screen.RequireLIA}}
	lias := []screen.LIA{{ID: "1", Done: 1, Passed: true, Covers: set("EEA")}}
	retention := screen.Retention{Months: 24}
	provenance := screen.Provenance{RequireBasis: true, RequireSource: true, RequireAttestation: true}
	relevance := screen.Relevance{Departments: position.Departments(0).With(position.Sales).With(position.IT), Seniorities: position.Seniorities(0).With(position.Head)}
	return map[string]*screen.Gates{
		"none":       nil,
		"region":     {Clock: clock, Regions: place, LIAs: lias},
		"pecr":       {Clock: clock, PECR: true},
		"retention":  {Clock: clock, Retention: retention},
		"provenance": {Clock: clock, Provenance: provenance},
		"relevance":  {Clock: clock, Relevance: relevance},
		"all":        {Clock: clock, Regions: place, LIAs: lias, PECR: true, Retention: retention, Provenance: provenance, Relevance: relevance},
	}
}

// BenchmarkGates decides on rows that were decoded before, without gates and with each: what
// a gate costs is the difference to none. The list has no columns for dates and
// provenance: they are made up here, as such columns look.
func BenchmarkGates(b *testing.B) {
	const rows = 100_000
	list := listOf(rows)
	cases := gatesCases(b)
	roles := rolesOf(b, list)
	names := []string{"first_name", "last_name", "email", "job_title", "company", "website", "country", "city", "phone", "linkedin_url", "notes"}
	all, err := screen.FindRoles(names, nil, cases["all"].Needs()...)
	if err != nil {
		b.Fatal(err)
	}
	for role, cols := range all {
		roles[role] = cols
	}
	ins, release := inputs(b, list, roles)
	defer release()
	for i := range ins {
		n := ins[i].N
		ins[i].Cols[screen.Collected] = []column.View{made(n, func(k int) string { return fmt.Sprintf("%d-%02d-%02d", 2021+k%5, 1+k%12, 1+k%28) })}
		ins[i].Cols[screen.Source] = []column.View{made(n, func(k int) string { return []string{"Trade fair", "Website form", "Referral", ""}[k%4] })}
		ins[i].Cols[screen.Basis] = []column.View{made(n, func(k int) string { return []string{"Legitimate interest", "consent"}[k%2] })}
	}
	for _, name := range []string{"none", "region", "pecr", "retention", "provenance", "relevance", "all"} {
		b.Run(name, func(b *testing.B) {
			w := screen.New(screen.Options{Roles: roles, Gates: cases[name]}).Worker()
			var out screen.Outcome
			b.ReportAllocs()
			measured(b, rows, int64(len(list)), func() {
				for i := range ins {
					if err := w.Screen(&ins[i], &out); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// made returns a column of n made-up cells.
func made(n int, cell func(i int) string) (v column.View) {
	for i := range n {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, cell(i)...)
		v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
	}
	return v
}
