package screen

import (
	"strings"
	"testing"

	"sluice/screen/position"
)

// TestExplainGates: every gate has its say, with the answer that the screening gave, and
// no cell is quoted.
func TestExplainGates(t *testing.T) {
	g := &Gates{Clock: today, PECR: true, Regions: []RegionGate{{Territories: set("US-CA"), Action: Exclude}, {Territories: set("UK"), Action: RequireLIA}},
		LIAs:       []LIA{{ID: "L1", Done: day("2025-01-01"), Passed: true, Covers: set("UK")}},
		Retention:  Retention{Months: 24, ClientMonths: 12},
		Provenance: Provenance{RequireSource: true, RequireBasis: true, RequireAttestation: true}, Relevance: Relevance{Departments: position.Departments(0).With(position.Sales)}}
	tests := []struct {
		name  string
		cells cells
		want  []string // rule: answer reason: some words
	}{
		{"passes", cells{Country: "UK", Company: "Quux Ltd", Basis: "legitimate interest", Source: "Quux fair", Collected: "2026-01-01", Title: "Sales Lead"}, []string{
			"region: pass : United Kingdom (GB) by the country column", "region: pass : assessment covers it", "pecr: pass : name has the form of a corporate subscriber",
			"basis: pass : the row records", "source: pass : the row says", "supplier: pass : nothing says", "retention: pass : no date", "relevance: pass : words of the job title"}},
		{"rejected", cells{Country: "UK", LegalForm: "sole trader", Supplier: "Quux Data", Collected: "2020-01-01", Title: "Quux"}, []string{
			"pecr: reject pecr_individual: an individual subscriber", "basis: quarantine basis_missing: no legal basis", "source: quarantine source_missing: neither",
			"supplier: quarantine supplier_unattested: was bought", "retention: reject retention_row: more than 24 calendar months", "relevance: quarantine off_target: neither a column"}},
		{"not known", cells{Country: "USA", Collected: "x"}, []string{
			"region: quarantine region_unknown: United States (US) by the country column, and the policy treats parts of it differently",
			"pecr: pass : not located in the United Kingdom", "retention: quarantine date_invalid: cannot be read"}},
		{"not located", cells{Country: "Quux"}, []string{"region: quarantine region_unknown: does not settle", "pecr: quarantine region_unknown: nothing in the row tells"}},
		{"excluded", cells{Country: "USA", State: "California"}, []string{"region: reject region_excluded: California (US-CA) by the state column"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.cells[Email] = "jane@kelpfoods.com"
			e, err := New(Options{Gates: g}).Explain(One(tt.cells), 0)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, f := range e.Findings {
				all = append(all, f.Rule+": "+f.Answer+" "+f.Reason+": "+f.Evidence)
				if strings.Contains(strings.ToLower(f.Evidence), "quux") || strings.Contains(f.Evidence, "%") {
					t.Errorf("evidence quotes a cell, or is badly formed: %s", f.Evidence)
				}
			}
			text := strings.Join(all, "\n")
			for _, want := range tt.want {
				head, words, _ := strings.Cut(want, ": ")
				answer, words, _ := strings.Cut(words, ": ")
				found := false
				for _, line := range all {
					found = found || strings.HasPrefix(line, head+": "+answer) && strings.Contains(line, words)
				}
				if !found {
					t.Errorf("no finding %q in\n%s", want, text)
				}
			}
		})
	}
}
