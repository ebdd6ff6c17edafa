package region

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

// table reads a tab-separated file of testdata.
func testTable(t testing.TB, file string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if line[0] != '#' {
			rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
	}
	return rows
}

// TestCodesAgainstISO: the codes are those of ISO 3166-1, and Kosovo's.
func TestCodesAgainstISO(t *testing.T) {
	var want []string
	for _, row := range testTable(t, "iso3166.tsv") {
		want = append(want, row[0])
		c, ok := Parse(row[0])
		if !ok || c.String() != row[0] {
			t.Errorf("%s is not in the table", row[0])
			continue
		}
		if other, ok := Parse(strings.ToLower(row[1])); !ok || other != c {
			t.Errorf("%s is %v, want %s", row[1], other, row[0])
		}
	}
	want = append(want, "XK")
	slices.Sort(want)
	if got := Countries(); !slices.Equal(got, want) {
		t.Errorf("countries %v, want %v", got, want)
	}
}

// TestCodesAgainstCLDR compares the codes with those that x/text has from CLDR, and the
// European Union with CLDR's: which counts what has a code of its own, outermost regions,
// only in part.
func TestCodesAgainstCLDR(t *testing.T) {
	eu := language.MustParseRegion("EU")
	set := mustSet(t, "EU")
	for _, code := range Countries() {
		r, err := language.ParseRegion(code)
		if err != nil {
			t.Errorf("CLDR has no %s", code)
			continue
		}
		c, _ := Parse(code)
		if got := territories().all[c].alpha3; got != r.ISO3() && code != "XK" { // CLDR: XKK
			t.Errorf("%s has the alpha-3 code %s, in CLDR %s", code, got, r.ISO3())
		}
		ours, theirs := set.Has(c) == Yes, eu.Contains(r)
		outermost := slices.Contains(strings.Fields("AX GF GP MF MQ RE YT"), code)
		if ours != theirs && !(outermost && ours) && code != "GB" { // this CLDR is of 2017
			t.Errorf("%s in the European Union: %v, in CLDR %v", code, ours, theirs)
		}
	}
}

// TestNamesAgainstISO and TestNamesAgainstGeoNames: every name they have is read as the country they give it to.
func TestNamesAgainstISO(t *testing.T) {
	f := NewFinder()
	for _, row := range testTable(t, "iso3166.tsv") {
		for _, name := range row[2:] {
			expect(t, f, name, row[0])
		}
	}
}

func TestNamesAgainstGeoNames(t *testing.T) {
	f := NewFinder()
	for _, row := range testTable(t, "geonames.tsv") {
		expect(t, f, row[2], row[0])
		expect(t, f, row[1], row[0])
		expect(t, f, strings.ToLower(row[0]), row[0])
	}
}

func TestNamesAgainstNewerCLDR(t *testing.T) {
	f := NewFinder()
	for _, row := range testTable(t, "cldr.tsv") {
		for _, name := range row[1:] {
			expect(t, f, name, row[0])
		}
	}
}

// expect checks a name against a country of a source. A name that we hold for ambiguous
// may be any of those that it means.
func expect(t *testing.T, f *Finder, name, code string) {
	t.Helper()
	r := f.Country([]byte(name))
	want, _ := Parse(code)
	if r.Code == want || r.Code == Unknown && slices.Contains(r.Rivals, want) {
		return
	}
	t.Errorf("%q is %v (or %v), want %s", name, r.Code, r.Rivals, code)
}

// TestDomainsAgainstGeoNames: what a country-code domain tells is that country, or nothing.
func TestDomainsAgainstGeoNames(t *testing.T) {
	silent := 0
	for _, row := range testTable(t, "geonames.tsv") {
		if row[3] == "" {
			continue
		}
		switch got := Domain([]byte("www.kelp" + row[3])).String(); got {
		case row[0]:
		case "":
			silent++
		default:
			t.Errorf("%s is %s, want %s", row[3], got, row[0])
		}
	}
	if silent > 85 {
		t.Errorf("%d country-code domains tell nothing", silent)
	}
}

// TestPhonesAgainstLibphonenumber: an example number of a territory tells that territory,
// or, where territories share a range, nothing.
func TestPhonesAgainstLibphonenumber(t *testing.T) {
	silent, told := 0, 0
	for _, row := range testTable(t, "phones.tsv") {
		got := Phone([]byte(row[1]))
		switch {
		case got == Unknown:
			silent++
		case got.Country().String() == row[0]:
			told++
		case slices.Contains(shareRange, row[0]+" "+got.String()):
		default:
			t.Errorf("%s is %v, want %s", row[1], got, row[0])
		}
	}
	if told < 440 || silent > 30 {
		t.Errorf("%d numbers told their territory and %d nothing", told, silent)
	}
}

// shareRange are territories that number within another's range, which the example
// numbers show and prefixes cannot tell: each beside what is read.
var shareRange = []string{"AC SH", "TA SH", "AX FI", "CC AU", "CX AU", "EH MA", "NF AQ", "SJ NO", "VA IT", "KZ RU", "YT RE"}

// TestPhonesAgainstGeoNames: a number that starts with GeoNames's calling code is from there.
func TestPhonesAgainstGeoNames(t *testing.T) {
	for _, row := range testTable(t, "geonames.tsv") {
		digits := strings.NewReplacer("+", "", "-", "").Replace(row[4])
		if digits == "" || strings.Contains(row[4], " ") {
			continue
		}
		got := Phone([]byte("+" + digits + "0000000000"[:max(0, 11-len(digits))]))
		if got != Unknown && got.Country().String() != row[0] && !slices.Contains(shareRange, row[0]+" "+got.String()) {
			t.Errorf("%s: +%s is %v", row[0], digits, got)
		}
	}
}

func mustSet(t testing.TB, names ...string) Set {
	t.Helper()
	s, err := ParseSet(names...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
