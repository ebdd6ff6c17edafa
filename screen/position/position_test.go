package position

import (
	"slices"
	"strings"
	"testing"

	"sluice/screen/words"
)

func TestTitle(t *testing.T) {
	tests := []struct {
		title       string
		departments string
		seniority   Seniority
	}{
		{"CEO", "management", Executive}, {"Chief Executive Officer", "management", Executive}, {"Managing Director", "management", Executive}, {"Founder & CEO", "management", Owner},
		{"Regional Sales Manager", "sales", Manager}, {"Head of Sales", "sales", Head}, {"Sales Director", "sales", Director}, {"VP Sales", "sales", VicePresident}, {"V.P. of Marketing", "marketing", VicePresident},
		{"Senior Vice President, Finance", "finance", VicePresident}, {"Account Executive", "sales", Specialist}, {"Executive Assistant to the CEO", "management administration", Junior}, {"Assistant Sales Manager", "sales", Junior},
		{"Sales and Marketing Director", "sales marketing", Director}, {"HR Business Partner", "human_resources", Specialist}, {"Software Engineer", "it", Specialist}, {"Senior Software Engineer", "it", Senior}, {"IT Manager", "it", Manager},
		{"Junior Buyer", "procurement", Junior}, {"Accountant", "finance", Specialist}, {"Customer Success Manager", "support", Manager}, {"Product Owner", "product", Specialist}, {"General Counsel", "legal", Specialist}, {"Superstar", "", UnknownSeniority}, {"", "", UnknownSeniority},
		{"Geschäftsführer", "management", Executive}, {"Geschäftsführerin", "management", Executive}, {"Vertriebsleiter", "sales", Head}, {"Leiter Einkauf", "procurement", Head}, {"Marketingleiterin", "marketing", Head}, {"Personalreferentin", "human_resources", UnknownSeniority},
		{"Einkäufer", "procurement", Specialist}, {"Abteilungsleiter IT", "it", Head}, {"Assistenz der Geschäftsführung", "administration", Junior}, {"Werkstudent Marketing", "marketing", Junior}, {"Vorstand Finanzen", "management finance", Executive}, {"Softwareentwickler", "it", Specialist},
		{"Directeur commercial", "sales", Director}, {"Directrice marketing", "marketing", Director}, {"Directeur général", "management", Executive}, {"Responsable achats", "procurement", Head}, {"Chef de projet", "operations", Manager}, {"Stagiaire RH", "human_resources", Junior}, {"Comptable", "finance", Specialist},
		{"Director general", "management", Executive}, {"Jefe de ventas", "sales", Head}, {"Directora de marketing", "marketing", Director}, {"Becario de recursos humanos", "human_resources", Junior},
		{"Amministratore delegato", "management", Executive}, {"Responsabile vendite", "sales", Head}, {"Direttore acquisti", "procurement", Director}, {"Impiegata contabile", "finance", Specialist},
		{"Algemeen directeur", "management", Executive}, {"Verkoopmanager", "sales", Manager}, {"Hoofd inkoop", "procurement", Head}, {"Medewerker klantenservice", "support", Specialist}, {"Eigenaar", "management", Owner},
		{strings.Repeat("Head of Sales ", 30), "", UnknownSeniority},
	}
	var r Reader
	for _, tt := range tests {
		p := r.Title([]byte(tt.title))
		var got []string
		for d := UnknownDepartment + 1; d < NumDepartments; d++ {
			if p.Departments.Has(d) {
				got = append(got, d.String())
			}
		}
		if strings.Join(got, " ") != tt.departments || p.Seniority != tt.seniority {
			t.Errorf("%q: %v, %v; want %s, %v", tt.title, got, p.Seniority, tt.departments, tt.seniority)
		}
	}
}

func TestColumns(t *testing.T) {
	var r Reader
	for text, want := range map[string]Department{"Human Resources": HumanResources, "human_resources": HumanResources, "HR": HumanResources, "Vertrieb": Sales, "Finance": Finance, "Medical": Medical,
		"Ressources humaines": HumanResources, "Building 4": 0, "": 0, "C-Suite": 0} {
		set := Departments(0)
		if want != 0 {
			set = set.With(want)
		}
		if got := r.Department([]byte(text)); got != set {
			t.Errorf("department %q: %b, want %v", text, got, want)
		}
	}
	for text, want := range map[string]Seniority{"C-Level": Executive, "c_suite": Executive, "VP": VicePresident, "vice_president": VicePresident, "Director": Director, "Entry": Junior, "senior": Senior, "Owner": Owner, "": 0, "x": 0} {
		if got := r.Seniority([]byte(text)); got != want {
			t.Errorf("seniority %q: %v, want %v", text, got, want)
		}
	}
}

// TestTable: the table's words are folded, and a name leads back to itself.
func TestTable(t *testing.T) {
	for phrase := range known().phrases {
		if words.Fold(phrase) != phrase || len(strings.Fields(phrase)) > longestPhrase {
			t.Errorf("%q is not as it is compared", phrase)
		}
	}
	for _, a := range slices.Concat(known().stems, known().ends) {
		if words.Fold(a.text) != a.text {
			t.Errorf("%q is not as it is compared", a.text)
		}
	}
	for d := UnknownDepartment + 1; d < NumDepartments; d++ {
		if got, ok := DepartmentNamed(d.String()); !ok || got != d {
			t.Errorf("%v", d)
		}
	}
	for s := UnknownSeniority + 1; s < NumSeniorities; s++ {
		if got, ok := SeniorityNamed(s.String()); !ok || got != s {
			t.Errorf("%v", s)
		}
	}
}

func FuzzTitle(f *testing.F) {
	f.Add([]byte("Vertriebsleiter/in"))
	var r Reader
	f.Fuzz(func(t *testing.T, cell []byte) {
		if p := r.Title(cell); p.Seniority >= NumSeniorities || p.Departments.Has(UnknownDepartment) {
			t.Errorf("%q: %v", cell, p)
		}
		r.Department(cell)
		r.Seniority(cell)
	})
}
