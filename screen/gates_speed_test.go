package screen

import (
	"fmt"
	"testing"

	"sluice/formats/column"
	"sluice/screen/position"
)

// TestGatesDoNotAllocate: no gate allocates for a row, whatever its cells.
func TestGatesDoNotAllocate(t *testing.T) {
	if raced {
		t.Skip("the race detector makes hashing allocate")
	}
	var mails []string
	columns := map[Role][]string{}
	for i := range 400 {
		mails = append(mails, fmt.Sprintf("jane.doe%d@kelp%d.co.uk", i, i%50))
		for role, of := range map[Role][]string{
			Country: {"United Kingdom", "Österreich", "USA", "", "Congo", "Berlin, Germany"}, Phone: {"+44 20 7946 0000", "", "(415) 555-0100"},
			State: {"", "CA", "Scotland"}, City: {"San Jose, CA", "Leeds"}, Postcode: {"95110", "EH1 1AA"}, Company: {"Kelp Foods Ltd", "Müller Söhne", "Jane Doe t/a Kelp"},
			CompanyNumber: {"", "SC123456"}, LegalForm: {"", "Sole trader"}, Collected: {"2025-01-15", "4. März 2025", "x"}, Source: {"Trade fair", "Messe Köln"},
			Basis: {"Berechtigtes Interesse", "?"}, Consent: {"ja", ""}, Supplier: {"", "Kelp Data"}, Title: {"Head of Sales", "Geschäftsführerin"},
		} {
			columns[role] = append(columns[role], of[i%len(of)])
		}
	}
	in := mailColumn(mails...)
	for role, texts := range columns {
		in.Cols[role] = []column.View{mailColumn(texts...).Col(Email)}
	}
	g := &Gates{Clock: today, PECR: true, Regions: []RegionGate{{Territories: set("US-CA", "DE"), Action: RequireConsent}}, Retention: Retention{Months: 24, ClientMonths: 12},
		Provenance: Provenance{RequireSource: true, RequireBasis: true, RequireAttestation: true}, Relevance: Relevance{Departments: position.Departments(0).With(position.Sales), Seniorities: 2}}
	w := New(Options{Gates: g}).Worker()
	var out Outcome
	if n := testing.AllocsPerRun(20, func() { w.Screen(in, &out) }); n > 0 {
		t.Errorf("%v allocations for a batch", n)
	}
}
