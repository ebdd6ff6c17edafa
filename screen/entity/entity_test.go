package entity

import (
	"bytes"
	"testing"
)

// nameTests are names of companies and what they are in a row of the United Kingdom. The
// names are invented; the forms are those of Companies Act 2006, ss 58-60; LLP Act 2000,
// Sch para 2; C(AICE) Act 2004, s 33; Charities Act 2011, s 212; and, abroad, ISO 20275.
var nameTests = []struct {
	name   string
	nation Nation
	want   Subscriber
}{
	// limited companies, and how they are written
	{"Kelp Foods Ltd", UnknownNation, Corporate}, {"Kelp Foods Limited", UnknownNation, Corporate}, {"KELP FOODS LTD", UnknownNation, Corporate},
	{"kelp foods ltd", UnknownNation, Corporate}, {"Kelp Foods Ltd.", UnknownNation, Corporate}, {"Kelp Foods L.T.D.", UnknownNation, Corporate},
	{"Kelp Foods L T D", UnknownNation, Corporate}, {"Kelp Foods, Ltd", UnknownNation, Corporate}, {"Kelp Foods (Ltd)", UnknownNation, Corporate},
	{"Kelp Foods (UK) Limited", UnknownNation, Corporate}, {"Kelp Foods Limited (UK)", UnknownNation, Corporate}, {"Kelp Foods Ltd UK", UnknownNation, Corporate},
	{"Kelp Foods Ltd, United Kingdom", UnknownNation, Corporate}, {"Kelp Foods Ltd - Leeds", UnknownNation, Corporate}, {"Kelp Ltd (in liquidation)", UnknownNation, Corporate},
	{"Smith & Jones Ltd", UnknownNation, Corporate}, {"A B Smith & Co Ltd", UnknownNation, Corporate}, {"Smith's Ltd", UnknownNation, Corporate}, {"Kelp Co. Ltd.", UnknownNation, Corporate},
	{"Kelp Foods PLC", UnknownNation, Corporate}, {"Kelp Foods plc", UnknownNation, Corporate}, {"Kelp Foods P.L.C.", UnknownNation, Corporate}, {"Kelp Foods p l c", UnknownNation, Corporate},
	{"Kelp Public Limited Company", UnknownNation, Corporate}, {"Kelp Law LLP", UnknownNation, Corporate}, {"Kelp Law L.L.P.", UnknownNation, Corporate},
	{"Kelp Limited Liability Partnership", UnknownNation, Corporate}, {"Kelp Smith Partnership LLP", UnknownNation, Corporate}, {"The Kelp Partnership Limited", UnknownNation, Corporate},
	{"Kelp Care CIC", UnknownNation, Corporate}, {"Kelp Care C.I.C.", UnknownNation, Corporate}, {"Kelp Community Interest Company", UnknownNation, Corporate}, {"Kelp Trust CIO", UnknownNation, Corporate},
	{"Kelp Trust SCIO", Scotland, Corporate}, {"Kelp Charitable Incorporated Organisation", UnknownNation, Corporate}, {"Kelp Housing Company Limited by Guarantee", UnknownNation, Corporate},
	// Welsh forms
	{"Gwymon Cyf", UnknownNation, Corporate}, {"Gwymon Cyf.", UnknownNation, Corporate}, {"Gwymon Cyfyngedig", UnknownNation, Corporate}, {"Gwymon CCC", UnknownNation, Corporate},
	{"Gwymon Cwmni Cyfyngedig Cyhoeddus", UnknownNation, Corporate}, {"Gwymon PAC", UnknownNation, Corporate}, {"Gwymon CBC", UnknownNation, Corporate},
	// forms from elsewhere
	{"Tang GmbH", UnknownNation, Corporate}, {"Tang Gmbh", UnknownNation, Corporate}, {"Tang mbH", UnknownNation, Corporate}, {"Tang AG", UnknownNation, Corporate}, {"Tang S.A.", UnknownNation, Corporate},
	{"Tang SA", UnknownNation, Corporate}, {"Tang S. A.", UnknownNation, Corporate}, {"Tang SAS", UnknownNation, Corporate}, {"Tang SARL", UnknownNation, Corporate}, {"Tang S.à r.l.", UnknownNation, Corporate},
	{"Tang Inc", UnknownNation, Corporate}, {"Tang, Inc.", UnknownNation, Corporate}, {"Tang Corp.", UnknownNation, Corporate}, {"Tang Corporation", UnknownNation, Corporate}, {"Tang LLC", UnknownNation, Corporate},
	{"Tang L.L.C.", UnknownNation, Corporate}, {"Tang BV", UnknownNation, Corporate}, {"Tang B.V.", UnknownNation, Corporate}, {"Tang NV", UnknownNation, Corporate}, {"Tang S.p.A.", UnknownNation, Corporate},
	{"Tang S.r.l.", UnknownNation, Corporate}, {"Tang SL", UnknownNation, Corporate}, {"Tang AB", UnknownNation, Corporate}, {"Tang A/S", UnknownNation, Corporate}, {"Tang ApS", UnknownNation, Corporate},
	{"Tang AS", UnknownNation, Corporate}, {"Tang Oy", UnknownNation, Corporate}, {"Tang Sp. z o.o.", UnknownNation, Corporate}, {"Tang s.r.o.", UnknownNation, Corporate}, {"Tang d.o.o.", UnknownNation, Corporate},
	{"Tang Kft.", UnknownNation, Corporate}, {"Tang Pty Ltd", UnknownNation, Corporate}, {"Tang DAC", UnknownNation, Corporate}, {"Tang Sdn Bhd", UnknownNation, Corporate}, {"Tang Co., Ltd.", UnknownNation, Corporate},
	{"Tang UG (haftungsbeschränkt)", UnknownNation, Corporate}, {"Tang Lda.", UnknownNation, Corporate},
	// no form at its place
	{"Limited Edition Prints", UnknownNation, Unknown}, {"Ltd Edition Prints", UnknownNation, Unknown}, {"Unlimited Prints", UnknownNation, Unknown}, {"Prints Unlimited", UnknownNation, Unknown},
	{"The Limited", UnknownNation, Unknown}, {"Limited", UnknownNation, Unknown}, {"Ltd", UnknownNation, Unknown}, {"Incorporated Thoughts", UnknownNation, Unknown}, {"Plc Training Services", UnknownNation, Unknown},
	{"Kelp Foods", UnknownNation, Unknown}, {"Smith & Sons", UnknownNation, Unknown}, {"Smith and Daughters", UnknownNation, Unknown}, {"Smith & Co", UnknownNation, Unknown}, {"Smith Brothers", UnknownNation, Unknown},
	{"Altd", UnknownNation, Unknown}, {"Coltd", UnknownNation, Unknown}, {"Kelpinc", UnknownNation, Unknown}, {"Casa Sa", UnknownNation, Unknown}, {"such as", UnknownNation, Unknown}, {"Farm and Ag", UnknownNation, Unknown},
	{"KELP AG", UnknownNation, Unknown}, {"JANE DOE SE", UnknownNation, Unknown}, {"Kelp & Co. KG", UnknownNation, Unknown}, {"", UnknownNation, Unknown}, {"---", UnknownNation, Unknown}, {"&", UnknownNation, Unknown},
	{"Kelp Group", UnknownNation, Unknown}, {"University of Kelp", UnknownNation, Unknown}, {"Partnership for Kelp", UnknownNation, Unknown}, {"Corporation Street Dental", UnknownNation, Unknown},
	// sole traders and partnerships
	{"Jane Doe t/a Kelp Foods", UnknownNation, Individual}, {"Jane Doe T/A Kelp Foods", UnknownNation, Individual}, {"Jane Doe trading as Kelp Foods", UnknownNation, Individual},
	{"Jane Doe (trading as Kelp Foods)", UnknownNation, Individual}, {"Jane Doe, sole trader", UnknownNation, Individual}, {"Kelp Foods (Sole Trader)", UnknownNation, Individual},
	{"Jane Doe - self-employed", UnknownNation, Individual}, {"The Kelp Partnership", UnknownNation, Individual}, {"Smith & Jones Partnership", Elsewhere, Individual},
	{"Smith & Jones Partnership", Scotland, Corporate}, {"Tang e.K.", UnknownNation, Individual}, {"Tang GbR", UnknownNation, Individual}, {"Tang VOF", UnknownNation, Individual},
	{"Kelp Foods Ltd t/a Kelp Leeds", UnknownNation, Corporate}, {"Kelp Foods Limited trading as Kelp", UnknownNation, Corporate}, {"Jane Doe t/a Kelp Foods Ltd", UnknownNation, Unknown},
	// limited partnerships are legal persons in Scotland only
	{"Kelp Fund LP", Scotland, Corporate}, {"Kelp Fund L.P.", Scotland, Corporate}, {"Kelp Fund Limited Partnership", Scotland, Corporate}, {"Kelp Fund LP", Elsewhere, Individual},
	{"Kelp Fund LP", UnknownNation, Unknown}, {"Kelp Fund Limited Partnership", UnknownNation, Unknown}, {"LP Records", Scotland, Unknown},
}

func TestOfName(t *testing.T) {
	var r Reader
	for _, tt := range nameTests {
		if got := r.OfName([]byte(tt.name), tt.nation); got != tt.want {
			t.Errorf("%q in nation %d: %v, want %v", tt.name, tt.nation, got, tt.want)
		}
	}
	if n := len(nameTests) + len(numberTests) + len(formTests) + len(hostTests); len(nameTests) < 80 || n < 180 {
		t.Errorf("%d names of %d cases, want at least 80", len(nameTests), n)
	}
}

// numberTests have the prefixes of Companies House's customer guide.
var numberTests = []struct {
	cell string
	want Subscriber
}{
	{"01234567", Corporate}, {"12345678", Corporate}, {"1234567", Corporate}, {"123456", Corporate}, {"12345", Unknown}, {"123456789", Unknown}, {"00000000", Unknown},
	{"SC123456", Corporate}, {"sc123456", Corporate}, {"SC 123456", Corporate}, {"NI012345", Corporate}, {"OC301234", Corporate}, {"SO300123", Corporate}, {"NC000123", Corporate},
	{"CE012345", Corporate}, {"CS001234", Corporate}, {"FC012345", Corporate}, {"BR012345", Corporate}, {"IP12345R", Unknown}, {"RS007654", Corporate}, {"RC000123", Corporate}, {"R0000123", Corporate},
	{"SL012345", Corporate}, {"SG000123", Corporate}, {"LP012345", Individual}, {"NL000123", Individual}, {"ZC000123", Corporate}, {"OE000123", Corporate}, {"GE000123", Corporate}, {"SE000123", Corporate},
	{"XX123456", Unknown}, {"SC12345678", Unknown}, {"SC", Unknown}, {"SC000000", Unknown}, {"HRB 12345", Unknown}, {"GB123456789", Unknown}, {"n/a", Unknown}, {"", Unknown}, {"-", Unknown}, {"SC12A456", Unknown},
	{" 01234567 ", Corporate}, {"0123 4567", Corporate}, {"12-345678", Corporate}, {"123.45", Unknown},
}

func TestOfNumber(t *testing.T) {
	for _, tt := range numberTests {
		if got := OfNumber([]byte(tt.cell)); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.cell, got, tt.want)
		}
	}
}

// formTests have the company categories of Companies House's bulk data and the types of its API.
var formTests = []struct {
	cell   string
	nation Nation
	want   Subscriber
}{
	{"Private Limited Company", UnknownNation, Corporate}, {"Ltd", UnknownNation, Corporate}, {"LTD.", UnknownNation, Corporate}, {"Public Limited Company", UnknownNation, Corporate}, {"plc", UnknownNation, Corporate},
	{"Limited Liability Partnership", UnknownNation, Corporate}, {"LLP", UnknownNation, Corporate}, {"PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)", UnknownNation, Corporate},
	{"PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)", UnknownNation, Corporate}, {"private-limited-guarant-nsc", UnknownNation, Corporate}, {"Community Interest Company", UnknownNation, Corporate},
	{"Charitable Incorporated Organisation", UnknownNation, Corporate}, {"Scottish Charitable Incorporated Organisation", UnknownNation, Corporate}, {"Royal Charter Company", UnknownNation, Corporate}, {"Registered Society", UnknownNation, Corporate},
	{"Industrial and Provident Society", UnknownNation, Corporate}, {"Overseas Entity", UnknownNation, Corporate}, {"private-unlimited", UnknownNation, Corporate}, {"Scottish Partnership", UnknownNation, Corporate},
	{"scottish-partnership", UnknownNation, Corporate}, {"Corporate", UnknownNation, Corporate}, {"corporate subscriber", UnknownNation, Corporate}, {"Government Agency", UnknownNation, Corporate}, {"Local Authority", UnknownNation, Corporate},
	{"GmbH", UnknownNation, Corporate}, {"SA", UnknownNation, Corporate}, {"s.a.", UnknownNation, Corporate}, {"bv", UnknownNation, Corporate}, {"A/S", UnknownNation, Corporate},
	{"Sole trader", UnknownNation, Individual}, {"sole_trader", UnknownNation, Individual}, {"Sole Proprietorship", UnknownNation, Individual}, {"Self-employed", UnknownNation, Individual}, {"Individual", UnknownNation, Individual},
	{"individual subscriber", UnknownNation, Individual}, {"Unincorporated association", UnknownNation, Individual}, {"Partnership", UnknownNation, Individual}, {"Partnership", Scotland, Corporate}, {"Partnership", Elsewhere, Individual},
	{"General Partnership", UnknownNation, Individual}, {"Limited Partnership", UnknownNation, Unknown}, {"Limited Partnership", Scotland, Corporate}, {"limited-partnership", Elsewhere, Individual}, {"LP", Scotland, Corporate},
	{"Charity", UnknownNation, Unknown}, {"SME", UnknownNation, Unknown}, {"Customer", UnknownNation, Unknown}, {"", UnknownNation, Unknown}, {"?", UnknownNation, Unknown}, {"Einzelunternehmen", UnknownNation, Individual}, {"Eenmanszaak", UnknownNation, Individual},
}

func TestOfForm(t *testing.T) {
	var r Reader
	for _, tt := range formTests {
		if got := r.OfForm([]byte(tt.cell), tt.nation); got != tt.want {
			t.Errorf("%q in nation %d: %v, want %v", tt.cell, tt.nation, got, tt.want)
		}
	}
}

var hostTests = []struct {
	host string
	want Subscriber
}{
	{"kelp.gov.uk", Corporate}, {"gov.uk", Corporate}, {"mail.kelp.gov.uk", Corporate}, {"kelp.nhs.uk", Corporate}, {"kelp.ac.uk", Corporate}, {"kelp.police.uk", Corporate}, {"kelp.gov.scot", Corporate}, {"llyw.cymru", Corporate},
	{"kelp.co.uk", Unknown}, {"kelpgov.uk", Unknown}, {"gov.uk.kelp.com", Unknown}, {"kelp.org.uk", Unknown}, {"kelp.sch.uk", Unknown}, {"nhs.net", Unknown}, {"", Unknown}, {"kelp.gov", Unknown},
}

func TestOfHost(t *testing.T) {
	for _, tt := range hostTests {
		if got := OfHost([]byte(tt.host)); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.host, got, tt.want)
		}
	}
}

func TestDoesNotAllocate(t *testing.T) {
	var r Reader
	cells := [][]byte{[]byte("Kelp Foods (UK) Limited"), []byte("Müller Söhne GmbH"), []byte("Jane Doe t/a Kelp"), []byte("Private Limited Company")}
	if n := testing.AllocsPerRun(50, func() {
		for _, c := range cells {
			r.OfName(c, UnknownNation)
			r.OfForm(c, UnknownNation)
			OfNumber(c)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzName: blanks around a name and its case change nothing about forms of more than two letters.
func FuzzName(f *testing.F) {
	for _, tt := range nameTests {
		f.Add([]byte(tt.name))
	}
	var r Reader
	f.Fuzz(func(t *testing.T, name []byte) {
		got := r.OfName(name, Elsewhere)
		if padded := r.OfName([]byte("  "+string(name)+" "), Elsewhere); len(name) < longestName-4 && padded != got {
			t.Errorf("%q: %v, with blanks %v", name, got, padded)
		}
		if got != Unknown && len(bytes.TrimSpace(name)) < 2 {
			t.Errorf("%q: %v", name, got)
		}
		r.OfForm(name, Scotland)
		OfNumber(name)
		OfHost(name)
	})
}

func BenchmarkOfName(b *testing.B) {
	var r Reader
	names := [][]byte{[]byte("Kelp Foods Ltd"), []byte("Quill Handel"), []byte("Silber Works Limited"), []byte("Müller Nordic GmbH"), []byte("Harbour Partners LLP")}
	i := 0
	for b.Loop() {
		r.OfName(names[i%len(names)], UnknownNation)
		i++
	}
}
