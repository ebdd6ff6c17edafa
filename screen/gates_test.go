package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/formats/column"
	"sluice/screen/age"
	"sluice/screen/position"
	"sluice/screen/region"
	"sluice/screen/suppress"
)

// today is the day of the run in these tests.
var today = time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC)

func day(s string) age.Date {
	d, status := age.Layout{}.Read([]byte(s))
	if status != age.OK {
		panic(s)
	}
	return d
}

func set(names ...string) region.Set {
	s, err := region.ParseSet(names...)
	if err != nil {
		panic(err)
	}
	return s
}

// judged returns the reasons and flags of one row that has nothing else wrong with it,
// and what each gate's answer rests on.
func judged(t *testing.T, g *Gates, cells map[Role]string) string {
	t.Helper()
	if err := g.Check(); err != nil {
		t.Fatal(err)
	}
	if cells[Email] == "" {
		cells[Email] = "jane@kelpfoods.com"
	}
	var out Outcome
	if err := New(Options{Gates: g}).Worker().Screen(One(cells), &out); err != nil {
		t.Fatal(err)
	}
	d := out.Decisions[0]
	s := []string{names(d)}
	for gate, on := range d.Evidence {
		if on != EvidenceNone {
			s = append(s, fmt.Sprintf("%s:%s", Gate(gate), on))
		}
	}
	return strings.TrimSpace(strings.Join(s, " "))
}

type cells = map[Role]string

func TestRegionGate(t *testing.T) {
	lia := func(outcome string, change func(*LIA)) *Gates {
		l := LIA{ID: "L1", Done: day("2025-01-01"), Expires: day("2026-12-31"), Passed: outcome == "passed", Covers: set("EEA")}
		if change != nil {
			change(&l)
		}
		return &Gates{Clock: today, LIAs: []LIA{l}, Regions: []RegionGate{{Territories: set("EEA"), Action: RequireLIA, LIAs: []string{l.ID}}}}
	}
	exclude := func(names ...string) *Gates {
		return &Gates{Regions: []RegionGate{{Territories: set(names...), Action: Exclude}}}
	}
	consent := &Gates{Regions: []RegionGate{{Territories: set("DE"), Action: RequireConsent}}}
	tests := []struct {
		name  string
		gates *Gates
		cells cells
		want  string
	}{
		{"nothing asked", &Gates{}, cells{Country: "Germany"}, ""},
		{"excluded", exclude("EU"), cells{Country: "Deutschland"}, "region_excluded region:country_column"},
		{"not excluded", exclude("EU"), cells{Country: "Norway"}, "region:country_column"},
		{"excluded by telephone", exclude("EU"), cells{Phone: "+49 30 123456"}, "region_excluded region:phone_prefix"},
		{"the cell goes before the telephone", exclude("EU"), cells{Country: "Norway", Phone: "+49 30 123456"}, "region:country_column"},
		{"excluded by domain", exclude("EU"), cells{Email: "jane@kelpfoods.de"}, "region_excluded +region_inferred region:country_domain"},
		{"excluded by the website's domain", exclude("EU"), cells{Website: "https://kelpfoods.fr/x"}, "region_excluded +region_inferred region:country_domain"},
		{"unknown", exclude("EU"), cells{}, "region_unknown"},
		{"unknown by a generic domain", exclude("EU"), cells{Email: "jane@kelpfoods.io"}, "region_unknown"},
		{"unknown by an ambiguous name", exclude("EU"), cells{Country: "Congo"}, "region_unknown region:unclear"},
		{"unknown by a name of nothing", exclude("EU"), cells{Country: "Narnia"}, "region_unknown region:unclear"},
		{"a name that a telephone settles", exclude("KR"), cells{Country: "Korea", Phone: "+82 2 1234 5678"}, "region_excluded region:phone_prefix"},
		{"Georgia", exclude("GE"), cells{Country: "Georgia"}, "region_excluded region:country_column"},
		{"Georgia beside a state", exclude("GE"), cells{Country: "Georgia", State: "Georgia"}, "region_unknown region:unclear"},
		{"the first gate decides", &Gates{Regions: []RegionGate{{Territories: set("FR"), Action: Allow}, {Territories: set("EU"), Action: Exclude}}}, cells{Country: "FR"}, "region:country_column"},
		{"the second where the first does not hold", &Gates{Regions: []RegionGate{{Territories: set("FR"), Action: Allow}, {Territories: set("EU"), Action: Exclude}}}, cells{Country: "DE"}, "region_excluded region:country_column"},
		{"elsewhere", &Gates{Regions: []RegionGate{{Territories: set("UK"), Action: Allow}}, Elsewhere: Exclude}, cells{Country: "FR"}, "region_excluded region:country_column"},
		{"Jersey is not the UK", &Gates{Regions: []RegionGate{{Territories: set("UK"), Action: Allow}}, Elsewhere: Exclude}, cells{Phone: "+44 1534 555000"}, "region_excluded region:phone_prefix"},
		{"a state unknown", exclude("US-CA"), cells{Country: "USA"}, "region_unknown region:country_column"},
		{"a state by its column", exclude("US-CA"), cells{Country: "USA", State: "CA"}, "region_excluded region:state_column"},
		{"another state", exclude("US-CA"), cells{Country: "USA", State: "Ohio"}, "region:state_column"},
		{"a state by the city cell", exclude("US-CA"), cells{Country: "USA", City: "San Jose, CA"}, "region_excluded region:city_column"},
		{"a state by ZIP code", exclude("US-CA"), cells{Country: "USA", Postcode: "95110"}, "region_excluded region:postcode_column"},
		{"a state by area code", exclude("US-CA"), cells{Country: "USA", Phone: "(415) 555-0100"}, "region_excluded region:phone_prefix"},
		{"no state needed", exclude("US"), cells{Country: "USA"}, "region_excluded region:country_column"},
		{"no state needed where both answers are the same", &Gates{Regions: []RegionGate{{Territories: set("US-CA"), Action: Exclude}, {Territories: set("US"), Action: Exclude}}}, cells{Country: "USA"}, "region_excluded region:country_column"},
		{"CA is Canada", exclude("US-CA"), cells{Country: "CA"}, "region:country_column"},

		{"assessed", lia("passed", nil), cells{Country: "Spain"}, "region:assessment"},
		{"not to be assessed", lia("passed", nil), cells{Country: "Japan"}, "region:country_column"},
		{"assessed and failed", lia("failed", nil), cells{Country: "Spain"}, "lia_failed region:assessment"},
		{"expired", lia("passed", func(l *LIA) { l.Expires = day("2026-03-30") }), cells{Country: "Spain"}, "lia_missing region:country_column"},
		{"on its last day", lia("passed", func(l *LIA) { l.Expires = day("2026-03-31") }), cells{Country: "Spain"}, "region:assessment"},
		{"without end", lia("passed", func(l *LIA) { l.Expires = 0 }), cells{Country: "Spain"}, "region:assessment"},
		{"not made yet", lia("passed", func(l *LIA) { l.Done = day("2026-04-01") }), cells{Country: "Spain"}, "lia_missing region:country_column"},
		{"made for other territories", lia("passed", func(l *LIA) { l.Covers = set("DE") }), cells{Country: "Spain"}, "lia_missing region:country_column"},
		{"failed and expired", lia("failed", func(l *LIA) { l.Expires = day("2026-03-30") }), cells{Country: "Spain"}, "lia_missing region:country_column"},
		{"none", &Gates{Regions: []RegionGate{{Territories: set("EEA"), Action: RequireLIA}}}, cells{Country: "Spain"}, "lia_missing region:country_column"},

		{"consent required", consent, cells{Country: "Germany"}, "consent_required region:country_column"},
		{"consented", consent, cells{Country: "Germany", Consent: "yes"}, "region:country_column"},
		{"consented in German", consent, cells{Country: "Germany", Consent: "Ja"}, "region:country_column"},
		{"consent refused", consent, cells{Country: "Germany", Consent: "no"}, "consent_required region:country_column"},
		{"consent is no date", consent, cells{Country: "Germany", Consent: "2024-01-01"}, "consent_required region:country_column"},
		{"consent as the legal basis", consent, cells{Country: "Germany", Basis: "Consent"}, "region:country_column"},
		{"consent of the whole file", &Gates{Regions: consent.Regions, Others: File{Basis: BasisConsent}}, cells{Country: "Germany"}, "region:country_column"},
		{"consent not required", consent, cells{Country: "France"}, "region:country_column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judged(t, tt.gates, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPECRGate(t *testing.T) {
	g := &Gates{PECR: true}
	tests := []struct {
		name  string
		cells cells
		want  string
	}{
		{"a company by its name", cells{Country: "UK", Company: "Kelp Foods Ltd"}, "region:country_column pecr:company_name"},
		{"a company by its number", cells{Country: "UK", Company: "Kelp Foods", CompanyNumber: "SC123456"}, "region:country_column pecr:company_number"},
		{"a company by its form", cells{Country: "UK", Company: "Kelp Foods", LegalForm: "Private Limited Company"}, "region:country_column pecr:legal_form_column"},
		{"a public body by its domain", cells{Country: "UK", Email: "jane@kelp.gov.uk"}, "region:country_column pecr:government_domain"},
		{"a sole trader by the column", cells{Country: "UK", LegalForm: "Sole trader"}, "pecr_individual region:country_column pecr:legal_form_column"},
		{"a sole trader by the name", cells{Country: "England", Company: "Jane Doe t/a Kelp"}, "pecr_individual region:country_column pecr:company_name"},
		{"a partnership", cells{Country: "UK", Company: "The Kelp Partnership"}, "pecr_individual region:country_column pecr:company_name"},
		{"a partnership in Scotland", cells{Country: "Scotland", Company: "The Kelp Partnership"}, "region:country_column pecr:company_name"},
		{"a partnership in Scotland, by state", cells{Country: "UK", State: "Scotland", Company: "The Kelp Partnership"}, "region:country_column pecr:company_name"},
		{"a limited partnership in Scotland, by postcode", cells{Country: "UK", Postcode: "EH1 1AA", Company: "Kelp Fund LP"}, "region:country_column pecr:company_name"},
		{"a limited partnership in England", cells{Country: "UK", Postcode: "SW1A 1AA", Company: "Kelp Fund LP"}, "pecr_individual region:country_column pecr:company_name"},
		{"a limited partnership somewhere", cells{Country: "UK", Company: "Kelp Fund LP"}, "pecr_unknown region:country_column"},
		{"no evidence", cells{Country: "UK", Company: "Kelp Foods"}, "pecr_unknown region:country_column"},
		{"no company", cells{Country: "UK"}, "pecr_unknown region:country_column"},
		{"a number and a trader's name", cells{Country: "UK", Company: "The Kelp Partnership", CompanyNumber: "00123456"}, "region:country_column pecr:company_number"},
		{"a trader by the column, a company by its name", cells{Country: "UK", LegalForm: "Sole trader", Company: "Kelp Ltd"}, "pecr_unknown region:country_column pecr:unclear"},
		{"elsewhere", cells{Country: "Germany", Company: "Tang"}, "region:country_column"},
		{"in Jersey", cells{Country: "Jersey", Company: "Kelp"}, "region:country_column"},
		{"somewhere", cells{Company: "Kelp Foods"}, "region_unknown"},
		{"somewhere, and a company", cells{Company: "Kelp Foods Ltd"}, "pecr:company_name"},
		{"a trader who consented", cells{Country: "UK", LegalForm: "Sole trader", Consent: "yes"}, "region:country_column pecr:row_column"},
		{"by telephone", cells{Phone: "+44 20 7946 0000", Company: "Kelp Foods"}, "pecr_unknown region:phone_prefix"},
		{"by domain", cells{Email: "jane@kelpfoods.co.uk", Company: "Kelp Foods Ltd"}, "+region_inferred region:country_domain pecr:company_name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judged(t, g, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRetentionGate(t *testing.T) {
	rows := func(months int) *Gates { return &Gates{Clock: today, Retention: Retention{Months: months}} }
	clients := &Gates{Clock: today, Retention: Retention{ClientMonths: 24}}
	filed := &Gates{Clock: today, Retention: Retention{Months: 24}, Files: map[string]File{"old.csv": {Collected: day("2020-01-01")}}, Others: File{Collected: day("2026-01-01")}}
	layout := func(name string) *Gates {
		l, err := age.ParseLayout(name)
		if err != nil {
			t.Fatal(err)
		}
		return &Gates{Clock: today, Retention: Retention{Months: 24}, Others: File{CollectedLayout: l}}
	}
	tests := []struct {
		name  string
		gates *Gates
		cells cells
		want  string
	}{
		{"young", rows(24), cells{Collected: "2025-01-15"}, "retention:row_column"},
		{"on its last day", rows(24), cells{Collected: "2024-03-31"}, "retention:row_column"},
		{"a day older", rows(24), cells{Collected: "2024-03-30"}, "retention_row retention:row_column"},
		{"clamped to the month's end", rows(1), cells{Collected: "2026-02-28"}, "retention_row retention:row_column"},
		{"missing", rows(24), cells{Collected: ""}, "date_missing"},
		{"no column", rows(24), cells{}, "date_missing"},
		{"a word for nothing", rows(24), cells{Collected: "n/a"}, "date_missing"},
		{"invalid", rows(24), cells{Collected: "2025-02-30"}, "date_invalid retention:row_column"},
		{"ambiguous", rows(24), cells{Collected: "03/04/2025"}, "date_invalid retention:row_column"},
		{"decided", layout("dd/mm/yyyy"), cells{Collected: "03/04/2025"}, "retention:row_column"},
		{"not of the layout", layout("mm/dd/yyyy"), cells{Collected: "25/04/2025"}, "date_invalid retention:row_column"},
		{"a spreadsheet's number", layout("excel"), cells{Collected: "45292"}, "retention_row retention:row_column"},
		{"tomorrow", rows(24), cells{Collected: "2026-04-01"}, "retention:row_column"},
		{"the day after", rows(24), cells{Collected: "2026-04-02"}, "date_invalid retention:row_column"},
		{"by the file", filed, cells{}, "retention:file_default"},
		{"the row goes before the file", filed, cells{Collected: "2020-01-01"}, "retention_row retention:row_column"},
		{"an invalid row is not saved by the file", filed, cells{Collected: "gone"}, "date_invalid retention:row_column"},
		{"still a client", clients, cells{Inactive: ""}, ""},
		{"a client until next year", clients, cells{Inactive: "2027-01-01"}, "retention:row_column"},
		{"inactive for less", clients, cells{Inactive: "2024-03-31"}, "retention:row_column"},
		{"inactive for more", clients, cells{Inactive: "2024-03-30"}, "retention_client retention:row_column"},
		{"inactive since when?", clients, cells{Inactive: "some time"}, "date_invalid retention:row_column"},
		{"both", &Gates{Clock: today, Retention: Retention{Months: 12, ClientMonths: 12}}, cells{Collected: "2020-01-01", Inactive: "2020-01-01"}, "retention_client retention_row retention:row_column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judged(t, tt.gates, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	in, out := One(cells{Email: "jane@kelpfoods.com"}), new(Outcome)
	in.File = "old.csv"
	if err := New(Options{Gates: filed}).Worker().Screen(in, out); err != nil || names(out.Decisions[0]) != "retention_row" {
		t.Errorf("a row of a file collected in 2020: %s, %v", names(out.Decisions[0]), err)
	}
}

// TestLastOld compares the cut that rows are compared with and the rule itself.
func TestLastOld(t *testing.T) {
	for now := age.Of(2023, 12, 20); now < age.Of(2025, 4, 5); now++ {
		for _, n := range []int{1, 2, 6, 12, 13, 24, 36, 1200} {
			cut := lastOld(now, n)
			for d := cut - 5; d < cut+40; d++ {
				if (d <= cut) != d.Outlives(n, now) {
					t.Fatalf("now %v, %d months: %v is older %v, the cut is %v", now, n, d, d.Outlives(n, now), cut)
				}
			}
		}
	}
}

func TestProvenanceGates(t *testing.T) {
	basis := &Gates{Provenance: Provenance{RequireBasis: true}}
	only := &Gates{Provenance: Provenance{RequireBasis: true, Bases: []LegalBasis{BasisConsent}}}
	source := &Gates{Provenance: Provenance{RequireSource: true}}
	supplier := &Gates{Clock: today, Provenance: Provenance{RequireAttestation: true, Bought: []string{"Purchased list"}, Suppliers: []SupplierAttestation{
		{Name: "Kelp Data", Given: day("2026-01-01"), Expires: day("2026-12-31")}, {Name: "Tang Data", Given: day("2024-01-01"), Expires: day("2024-12-31")}}}}
	filed := &Gates{Clock: today, Provenance: Provenance{RequireBasis: true, RequireSource: true, RequireAttestation: true, Suppliers: supplier.Provenance.Suppliers},
		Others: File{Basis: LegitimateInterests, Source: "Trade fair", Supplier: "Tang Data"}}
	tests := []struct {
		name  string
		gates *Gates
		cells cells
		want  string
	}{
		{"basis", basis, cells{Basis: "Legitimate interest"}, "basis:row_column"},
		{"basis by letter", basis, cells{Basis: "Art. 6(1)(f) GDPR"}, "basis:row_column"},
		{"basis in German", basis, cells{Basis: "Berechtigtes Interesse"}, "basis:row_column"},
		{"basis missing", basis, cells{}, "basis_missing"},
		{"a word for nothing", basis, cells{Basis: "n/a"}, "basis_missing"},
		{"not a basis", basis, cells{Basis: "we found it"}, "basis_missing basis:unclear"},
		{"one that may be relied on", only, cells{Basis: "Einwilligung"}, "basis:row_column"},
		{"one that may not", only, cells{Basis: "contract"}, "basis_missing basis:unclear"},
		{"source", source, cells{Source: "Trade fair"}, "source:row_column"},
		{"source missing", source, cells{}, "source_missing"},
		{"source unknown", source, cells{Source: "unknown"}, "source_missing"},
		{"attested", supplier, cells{Supplier: "kelp  data"}, "supplier:attestation"},
		{"attested once", supplier, cells{Supplier: "Tang Data"}, "supplier_unattested supplier:row_column"},
		{"unheard of", supplier, cells{Supplier: "Silber Data"}, "supplier_unattested supplier:row_column"},
		{"not bought", supplier, cells{Source: "Trade fair"}, ""},
		{"nothing said", supplier, cells{}, ""},
		{"bought, by its source", supplier, cells{Source: "purchased list"}, "supplier_unattested supplier:row_column"},
		{"a supplier as the source", supplier, cells{Source: "Kelp Data"}, "supplier:attestation"},
		{"bought of one that attested", supplier, cells{Source: "Purchased list", Supplier: "Kelp Data"}, "supplier:attestation"},
		{"by the file", filed, cells{}, "supplier_unattested basis:file_default source:file_default supplier:file_default"},
		{"the row goes before the file", filed, cells{Basis: "consent", Source: "fair", Supplier: "Kelp Data"}, "basis:row_column source:row_column supplier:attestation"},
		{"a nonsense basis is not saved by the file", filed, cells{Basis: "?!x", Supplier: "Kelp Data"}, "basis_missing basis:unclear source:file_default supplier:attestation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judged(t, tt.gates, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRelevanceGate(t *testing.T) {
	sales := Relevance{Departments: position.Departments(0).With(position.Sales)}
	chiefs := Relevance{Seniorities: position.Seniorities(0).With(position.Executive).With(position.Head)}
	both := Relevance{Departments: sales.Departments, Seniorities: chiefs.Seniorities}
	tests := []struct {
		name  string
		asks  Relevance
		cells cells
		want  string
	}{
		{"by title", sales, cells{Title: "Regional Sales Manager"}, "relevance:title_words"},
		{"another department", sales, cells{Title: "Accountant"}, "off_target relevance:title_words"},
		{"no title", sales, cells{}, "off_target"},
		{"a title that says nothing", sales, cells{Title: "Superstar"}, "off_target"},
		{"by column", sales, cells{Department: "Vertrieb", Title: "Accountant"}, "relevance:row_column"},
		{"another column", sales, cells{Department: "Finance", Title: "Sales Manager"}, "off_target relevance:row_column"},
		{"a column that says nothing", sales, cells{Department: "Building 4", Title: "Sales Manager"}, "relevance:title_words"},
		{"rank", chiefs, cells{Title: "Geschäftsführer"}, "relevance:title_words"},
		{"another rank", chiefs, cells{Title: "Junior Buyer"}, "off_target relevance:title_words"},
		{"rank by column", chiefs, cells{Seniority: "C-Level", Title: "x"}, "relevance:row_column"},
		{"both", both, cells{Title: "Head of Sales"}, "relevance:title_words"},
		{"one of both", both, cells{Title: "Sales Assistant"}, "off_target relevance:title_words"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judged(t, &Gates{Relevance: tt.asks}, tt.cells); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestGatesLeaveSealedRowsAlone: of a sealed row nothing is said, a broken one has no cells.
func TestGatesLeaveSealedRowsAlone(t *testing.T) {
	g := &Gates{PECR: true, Regions: []RegionGate{{Territories: set("UK"), Action: Exclude}}}
	s := New(Options{Gates: g, Indexes: []*suppress.Index{testIndex(t, map[string]string{"erasure": sha("gone@kelpfoods.com")})}})
	var out Outcome
	if err := s.Worker().Screen(One(cells{Email: "gone@kelpfoods.com", Country: "UK"}), &out); err != nil {
		t.Fatal(err)
	}
	if d := out.Decisions[0]; names(d) != "erased" || d.Evidence != [NumGates]EvidenceKind{} {
		t.Errorf("%s, evidence %v", names(d), d.Evidence)
	}
	in := One(cells{})
	in.Broken = []column.Cell{{Text: []byte("x"), Col: -1}}
	if err := s.Worker().Screen(in, &out); err != nil || names(out.Decisions[0]) != "row_malformed" {
		t.Errorf("broken: %s, %v", names(out.Decisions[0]), err)
	}
}

func TestGatesCheck(t *testing.T) {
	bad := &Gates{LIAs: []LIA{{}, {ID: "a"}, {ID: "a", Done: 3, Expires: 2}, {ID: "b", Done: 3}}, Regions: []RegionGate{{LIAs: []string{"c"}, Action: 9}},
		Retention: Retention{Months: -1}, Provenance: Provenance{Suppliers: []SupplierAttestation{{}, {Name: "x"}, {Name: "X", Given: 1}}}}
	err := bad.Check()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"has no id", `"a" has no date`, `two assessments have the id "a"`, `"b" covers no territory`, "region 1 has no territories", "unknown action",
		`no assessment with the id "c"`, "supplier 1 has no name", `attestation of supplier "x" has no date`, `two suppliers have the name "X"`, "retention takes", "need the day of the run"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if err := (*Gates)(nil).Check(); err != nil || (*Gates)(nil).Needs() != nil {
		t.Error("nil asks for something")
	}
}

func TestNeeds(t *testing.T) {
	g := &Gates{PECR: true, Retention: Retention{Months: 1, ClientMonths: 1}, Provenance: Provenance{RequireSource: true, RequireBasis: true, RequireAttestation: true},
		Relevance: Relevance{Departments: 2, Seniorities: 2}}
	needs := g.Needs()
	for r := lastPlain + 1; r < NumRoles; r++ {
		if !slices.Contains(needs, r) {
			t.Errorf("%v is not needed", r)
		}
	}
	names := []string{"email", "State", "Created At", "Lead Source"}
	roles, err := FindRoles(names, nil)
	if err != nil || len(roles[State])+len(roles[Collected]) != 0 {
		t.Errorf("roles %v, %v: found what no gate needs", roles, err)
	}
	if roles, err = FindRoles(names, nil, needs...); err != nil || len(roles[State]) != 1 || len(roles[Collected]) != 1 || len(roles[Source]) != 1 {
		t.Errorf("roles %v, %v", roles, err)
	}
}

func TestBasisWords(t *testing.T) {
	for text, want := range map[string]LegalBasis{
		"legitimate_interests": LegitimateInterests, "Legitimate interest – prospect/lead": LegitimateInterests, "6(1)(a)": BasisConsent, "6.1.f": LegitimateInterests,
		"Art. 6 Abs. 1 lit. f DSGVO": LegitimateInterests, "Art 6 (1) b": Contract, "article 6(1)(c)": LegalObligation, "intérêt légitime": LegitimateInterests,
		"interés legítimo": LegitimateInterests, "legittimo interesse": LegitimateInterests, "gerechtvaardigd belang": LegitimateInterests, "consentement": BasisConsent,
		"Performance of a contract": Contract, "public_task": PublicTask, "vital interests": VitalInterests, "consent withdrawn": NoBasis, "explicit consent withdrawn": NoBasis,
		"no consent": NoBasis, "": NoBasis, "6": NoBasis, "f": NoBasis, "other": NoBasis, "Not applicable": NoBasis,
	} {
		if got := LegalBasisNamed(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for b := NoBasis + 1; b < NumLegalBases; b++ {
		if LegalBasisNamed(b.String()) != b {
			t.Errorf("%v is not read by its name", b)
		}
	}
}
