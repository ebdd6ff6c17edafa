package pii

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"sluice/formats/column"
)

// view is a column of these cells.
func view(cells ...string) column.View {
	var v column.View
	for _, c := range cells {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, c...)
		v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
	}
	return v
}

func tags(cols []Column) []string {
	var out []string
	for _, c := range cols {
		out = append(out, c.Tag.String())
	}
	return out
}

// Headers alone, each table in a language or of a kind of its own.
func TestHeaders(t *testing.T) {
	for _, test := range []struct{ headers, want string }{
		{"First Name|Last Name|Email|Personal Email|Email Status|Email Opt Out|Email Hash", "person.name.first|person.name.last|person.email|person.email.personal|none|person.consent|person.id"},
		{"Vorname|Name|Geburtsdatum|Geburtsort|Anrede|Kundennummer", "person.name.first|person.name.last|person.birth_date|person.demographic|person.name.affix|person.id"},
		{"Nom|Prénom|Société|N° de sécurité sociale|Arrêt maladie", "person.name.last|person.name.first|company.name|person.national_id|person.special"},
		{"Nombre|Apellidos|Correo electrónico|Empresa|Contraseña", "person.name.first|person.name.last|person.email|company.name|credential"},
		{"Name|Industry|Employees|VAT number|Phone|City|Country|Email", "company.name|company.profile|company.profile|company.id|company.phone|company.address|company.country|company.email"},
		{"Name|SKU|Price|Stock|Description", "none|none|none|none|none"},
		{"First name|Title|Job Title", "person.name.first|person.name.affix|person.job.title"},
		{"First name|Manager Email|Created By|Spouse|Owner ID", "person.name.first|other_person|other_person|other_person|other_person"},
		{"LinkedIn URL|Company LinkedIn URL|Last name", "person.social|company.social|person.name.last"},
		{"Last Name|Last Evaluation|First Order Date|customer_last", "person.name.last|person.activity|person.activity|person.name.last"},
		{"Vorname|Nachname|Geprüft von|Erstellt am|Validé par", "person.name.first|person.name.last|other_person|none|other_person"},
		{"First Name|Last Name|Service Name|Unit Name", "person.name.first|person.name.last|none|person.job.detail"},
		{"strFirstName|txtEmail|dateofbirth|datadinascita", "person.name.first|person.email|person.birth_date|person.birth_date"},
		{"First Name|IBAN|Branch Code|Account Type|Salary", "person.name.first|financial.account|financial.account|financial.account|person.financial"},
		{"nome|cpf|ctps|titulo_eleitor|cor_raca|banco|agencia", "person.name.full|person.national_id|person.national_id|person.national_id|person.special|financial.account|financial.account"},
		{"Company|Phone|CTPS|TPS", "company.name|person.phone|person.consent|person.consent"},
		{"EmpName|PAN|UAN_No|IFSC|HRA|BloodGroup", "person.name.full|person.national_id|person.national_id|financial.account|person.financial|person.special"},
		{"cognome|provincia_nascita|Comune Nas 1", "person.name.last|person.demographic|person.demographic"},
		{"emailaddress|firstname|companyname|mobilephone", "person.email|person.name.first|company.name|person.phone"},
	} {
		headers := strings.Split(test.headers, "|")
		if got := strings.Join(tags(Classify(headers, nil, Options{})), "|"); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.headers, got, test.want)
		}
	}
}

// Values that a header does not tell, or tells wrongly.
func TestValues(t *testing.T) {
	for _, test := range []struct {
		header string
		cells  string
		want   string
	}{
		{"x", "DE89 3704 0044 0532 0130 00|GB29NWBK60161331926819", "financial.account"},
		{"x", "4111111111111111|5500000000000004|340000000000009", "financial.card"},
		{"x", "4111111111111111|4111111111111129|4111111111111137|4111111111111145", "none"}, // a running number
		{"x", "RSSMRA80A01H501U|VRDGPP13A10B960P|BNCLRA85T41F205Y", "person.national_id"},
		{"x", "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "credential"},
		{"x", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "person.device"},
		{"x", "Europe/Berlin|America/New_York", "person.geo"},
		{"x", "https://www.linkedin.com/in/wanda-widget|linkedin.com/in/gus", "person.social"},
		{"x", "https://www.linkedin.com/company/kelp|linkedin.com/company/tarn", "company.social"},
		{"x", "info@kelpfoods-demo.com|sales@tarnworks-demo.com", "company.email"},
		{"x", "wanda@gmail.com|gus@gmx.de|una@yahoo.com", "person.email.personal"},
		{"Firmware", "1.2.3.4|10.0.2.1", "none"},
		{"Email", "yes|no|yes", "none"},
		{"IP rating", "IP67|IP54", "none"},
		{"Name", "#1001|#1002", "none"},
		{"Title", "Dr.|Prof.", "person.name.affix"},
		{"Title", "Sales Director|Head of IT", "person.job.title"},
		{"State", "active|closed|active", "none"},
		{"Website", "https://www.linkedin.com/in/wanda", "person.social"},
	} {
		got := Classify([]string{test.header, "First name"}, []column.View{view(strings.Split(test.cells, "|")...)}, Options{})[0]
		if got.Tag.String() != test.want {
			t.Errorf("%s with %s: %s (%s), want %s", test.header, test.cells, got.Tag, strings.Join(got.Evidence, "; "), test.want)
		}
	}
}

func TestOverridesAndLexicon(t *testing.T) {
	ov, err := NewOverride("em*", PersonEmailPersonal)
	if err != nil {
		t.Fatal(err)
	}
	l, errs := ParseLexicon("# ours\nperson.national_id: staff pass, Pass-Ref\n")
	if errs != nil {
		t.Fatal(errs)
	}
	got := Classify([]string{"Email", "pass ref", "Staff pass"}, nil, Options{Overrides: []Override{ov}, Lexicon: l})
	want := []string{"person.email.personal", "person.national_id", "person.national_id"}
	if !reflect.DeepEqual(tags(got), want) {
		t.Errorf("got %q, want %q", tags(got), want)
	}
	if c := got[0]; c.DecidedBy != ByOverride || c.Confidence != 1000 || len(c.RunnersUp) == 0 || c.RunnersUp[0].Tag != PersonEmail {
		t.Errorf("the override does not say what it overrides: %+v", c)
	}
}

// people is a small table with a value of most kinds.
func people(rows int) ([]string, []column.View) {
	headers := []string{"a", "Name", "mail", "c4", "Status", "Land", "Phone"}
	cells := make([][]string, len(headers))
	names := []string{"Wanda Widget", "Gus Gadget", "Una Urn", "Otto Oak", "Ida Ink"}
	for i := range rows {
		n := strings.ToLower(names[i%5])
		for c, v := range []string{
			"41.2.7." + string(rune('1'+i%9)), names[i%5], strings.ReplaceAll(n, " ", ".") + "@kelp-demo.com", "DE89370400440532013000",
			[]string{"open", "won"}[i%2], []string{"France", "Spain", ""}[i%3], "+49 221 55501" + string(rune('0'+i%10)) + "0",
		} {
			cells[c] = append(cells[c], v)
		}
	}
	var views []column.View
	for _, c := range cells {
		views = append(views, view(c...))
	}
	return headers, views
}

// TestOrderOfRows: the order of the rows does not matter.
func TestOrderOfRows(t *testing.T) {
	headers, views := people(40)
	want := Classify(headers, views, Options{})
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		perm := r.Perm(40)
		shuffled := make([]column.View, len(views))
		for c, v := range views {
			shuffled[c].Data = v.Data
			for _, i := range perm {
				shuffled[c].Spans = append(shuffled[c].Spans, v.Spans[i])
			}
		}
		if got := Classify(headers, shuffled, Options{}); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: tags differ in another order of rows:\n got %v\nwant %v", seed, got, want)
		}
	}
}

// TestEmptyColumn: a column without header and values changes nothing.
func TestEmptyColumn(t *testing.T) {
	headers, views := people(40)
	want := Classify(headers, views, Options{})
	blank := column.View{Spans: make([]column.Span, 40)}
	got := Classify(append([]string{""}, headers...), append([]column.View{blank}, views...), Options{})
	if !reflect.DeepEqual(got[1:], want) {
		t.Errorf("an empty column changes tags:\n got %v\nwant %v", tags(got[1:]), tags(want))
	}
	if got[0].Tag != None {
		t.Errorf("an empty column is %v, want none", got[0].Tag)
	}
}

// TestNoValues: what is written about columns has no value in it.
func TestNoValues(t *testing.T) {
	headers, views := people(40)
	for _, c := range Classify(headers, views, Options{}) {
		text := strings.Join(c.Evidence, " ")
		for _, secret := range []string{"Wanda", "kelp", "DE89", "221", "France"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: evidence has a value in it: %s", c.Name, text)
			}
		}
	}
}

func TestWatch(t *testing.T) {
	headers := []string{"First name", "Email", "Notes", "Status"}
	cols := Classify(headers, nil, Options{})
	views := []column.View{
		view("Wanda", "gus.gadget@kelp-demo.com", "DE89370400440532013000", "Ida"),
		view("a@b.com", "c@d.com", "e@f.com", "g@h.com"),
		view("", "x@y.com", "", ""),
		view("open", "sk_live_0123456789abcdef01234567", "won", "won"),
	}
	w, other := NewWatch(cols), NewWatch(cols)
	w.Row(views, 0)
	w.Row(views, 1)
	other.Row(views, 2)
	other.Row(views, 3)
	w.Add(other)
	if want := []int{2, 0, 0, 1}; !reflect.DeepEqual(w.Counts(), want) || w.Rows() != 4 {
		t.Errorf("counts %v of %d rows, want %v of 4", w.Counts(), w.Rows(), want)
	}
	if n := testing.AllocsPerRun(100, func() { w.Row(views, 1) }); n > 0 && !raceBuild {
		t.Errorf("a watched row allocates %v times", n)
	}
}

// FuzzClassify wants no panic, a column per header, and the same answer twice.
func FuzzClassify(f *testing.F) {
	f.Add("Email,Name,x", "a@b.com,Wanda,1.2.3.4")
	f.Add("\ufeffN° de tél,", "+33 1 23,,DE89370400440532013000")
	f.Add("Titel,IDs", "@,:::,1-1-1")
	f.Fuzz(func(t *testing.T, headers, cells string) {
		names := strings.Split(headers, ",")
		var views []column.View
		for range names {
			views = append(views, view(strings.Split(cells, ",")...))
		}
		got := Classify(names, views, Options{})
		if len(got) != len(names) {
			t.Fatalf("%d columns for %d headers", len(got), len(names))
		}
		if again := Classify(names, views, Options{}); !reflect.DeepEqual(got, again) {
			t.Fatal("two answers for one list")
		}
		w := NewWatch(got)
		for i := range views[0].Len() {
			w.Row(views, i)
		}
	})
}
