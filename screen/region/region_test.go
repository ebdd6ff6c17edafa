package region

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// placeTests are country cells with what stands beside them in the row, and the place
// they come to; "" is unknown. Beside the names of countries, which sources_test.go takes
// from ISO 3166-1, GeoNames and CLDR, these are what lists hold: codes, aliases of the
// parts of a country, names that mean several countries, and other evidence.
var placeTests = []struct {
	cell, state, phone, host, want string
}{
	// codes of a country column are countries, although they are states' too
	{"GB", "", "", "", "GB"}, {"gb", "", "", "", "GB"}, {"UK", "", "", "", "GB"}, {"uk", "", "", "", "GB"}, {"GBR", "", "", "", "GB"}, {" DE ", "", "", "", "DE"},
	{"CA", "", "+14155550100", "", "CA"}, {"CA", "California", "", "", "CA"}, {"DE", "", "+13025550100", "", "DE"}, {"IN", "", "+13175550100", "", "IN"},
	{"AL", "", "", "", "AL"}, {"GA", "", "+14045550100", "", "GA"}, {"CO", "", "", "", "CO"}, {"ID", "", "", "", "ID"}, {"IL", "", "", "", "IL"}, {"LA", "", "", "", "LA"},
	{"MA", "", "", "", "MA"}, {"MD", "", "", "", "MD"}, {"ME", "", "", "", "ME"}, {"MO", "", "", "", "MO"}, {"MT", "", "", "", "MT"}, {"NE", "", "", "", "NE"},
	{"PA", "", "", "", "PA"}, {"SC", "", "", "", "SC"}, {"VA", "", "", "", "VA"}, {"AR", "", "", "", "AR"}, {"KY", "", "", "", "KY"}, {"deu", "", "", "", "DE"},
	{"FL", "", "", "", ""}, {"TX", "", "", "", ""}, {"NY", "", "", "", ""}, {"XX", "", "", "", ""}, {"ZZ", "", "", "", ""}, {"AA", "", "", "", ""},
	{"EL", "", "", "", "GR"}, {"XI", "", "", "", "GB-NIR"}, {"EU", "", "", "", ""}, {"IC", "", "", "", "ES"}, {"GER", "", "", "", "DE"}, {"SUI", "", "", "", "CH"},
	{"us-ca", "", "", "", "US-CA"}, {"US-CA", "", "", "", "US-CA"}, {"GB-SCT", "", "", "", "GB-SCT"},
	// Namibia, or "not available"
	{"NA", "", "", "", ""}, {"NA", "", "+26461234567", "", "NA"}, {"N/A", "", "", "", ""}, {"NA", "", "+4930123456", "", ""}, {"Namibia", "", "", "", "NA"},
	// the United Kingdom, its parts, and what is none of them
	{"United Kingdom", "", "", "", "GB"}, {"Great Britain", "", "", "", "GB"}, {"U.K.", "", "", "", "GB"}, {"the UK", "", "", "", "GB"}, {"England", "", "", "", "GB-ENG"},
	{"ENGLAND", "", "", "", "GB-ENG"}, {"Scotland", "", "", "", "GB-SCT"}, {"Wales", "", "", "", "GB-WLS"}, {"Cymru", "", "", "", "GB-WLS"},
	{"Northern Ireland", "", "", "", "GB-NIR"}, {"England, UK", "", "", "", "GB-ENG"}, {"United Kingdom (Scotland)", "", "", "", "GB-SCT"}, {"UK - England", "", "", "", "GB-ENG"},
	{"London, United Kingdom", "", "", "", "GB"}, {"Jersey", "", "", "", "JE"}, {"Guernsey", "", "", "", "GG"}, {"Isle of Man", "", "", "", "IM"}, {"Gibraltar", "", "", "", "GI"},
	{"Jersey", "", "+441534555000", "", "JE"}, {"Jersey", "New Jersey", "", "", ""}, {"Jersey", "", "+12015550100", "", ""}, {"New Jersey", "", "", "", "US-NJ"},
	{"Channel Islands", "", "", "", ""}, {"Channel Islands", "", "+441481555000", "", "GG"}, {"Channel Islands", "", "", "kelp.co.uk", ""},
	{"Royaume-Uni", "", "", "", "GB"}, {"Vereinigtes Königreich", "", "", "", "GB"}, {"Großbritannien", "", "", "", "GB"}, {"Grossbritannien", "", "", "", "GB"},
	{"Regno Unito", "", "", "", "GB"}, {"Reino Unido", "", "", "", "GB"}, {"Verenigd Koninkrijk", "", "", "", "GB"}, {"Groot-Brittannië", "", "", "", "GB"},
	{"Storbritannien", "", "", "", "GB"}, {"Wielka Brytania", "", "", "", "GB"}, {"UK & Ireland", "", "", "", ""}, {"UK & Ireland", "", "+353123456789", "", "IE"},
	// Ireland
	{"Ireland", "", "", "", "IE"}, {"Republic of Ireland", "", "", "", "IE"}, {"Éire", "", "", "", "IE"}, {"Eire", "", "", "", "IE"},
	// the Netherlands, Germany and neighbours
	{"Holland", "", "", "", "NL"}, {"The Netherlands", "", "", "", "NL"}, {"Pays-Bas", "", "", "", "NL"}, {"Países Bajos", "", "", "", "NL"}, {"Paises Bajos", "", "", "", "NL"},
	{"Niederlande", "", "", "", "NL"}, {"Nederland", "", "", "", "NL"}, {"Deutschland", "", "", "", "DE"}, {"Allemagne", "", "", "", "DE"}, {"Alemania", "", "", "", "DE"},
	{"Duitsland", "", "", "", "DE"}, {"Germania", "", "", "", "DE"}, {"Niemcy", "", "", "", "DE"}, {"Německo", "", "", "", "DE"}, {"Германия", "", "", "", "DE"},
	{"Γερμανία", "", "", "", "DE"}, {"德国", "", "", "", "DE"}, {"ドイツ", "", "", "", "DE"}, {"독일", "", "", "", "DE"}, {"ألمانيا", "", "", "", "DE"},
	{"Germany (DE)", "", "", "", "DE"}, {"DE - Germany", "", "", "", "DE"}, {"Berlin, Germany", "", "", "", "DE"}, {"Germany/Austria", "", "", "", ""}, {"GERMANY ", "", "", "", "DE"},
	{"Österreich", "", "", "", "AT"}, {"Oesterreich", "", "", "", "AT"}, {"Osterreich", "", "", "", "AT"}, {"Austria", "", "", "", "AT"}, {"Australia", "", "", "", "AU"},
	{"Schweiz", "", "", "", "CH"}, {"Suisse", "", "", "", "CH"}, {"Svizzera", "", "", "", "CH"}, {"Switzerland", "", "", "", "CH"}, {"Liechtenstein", "", "", "", "LI"},
	{"Czech Republic", "", "", "", "CZ"}, {"Czechia", "", "", "", "CZ"}, {"Tschechien", "", "", "", "CZ"}, {"Czechoslovakia", "", "", "", ""}, {"Slovensko", "", "", "", "SK"},
	{"Slovenija", "", "", "", "SI"}, {"Magyarország", "", "", "", "HU"}, {"Türkiye", "", "", "", "TR"}, {"Turkey", "", "", "", "TR"}, {"Hrvatska", "", "", "", "HR"},
	{"Benelux", "", "", "", ""}, {"Benelux", "", "+3120555000", "", "NL"}, {"DACH", "", "", "kelp.at", "AT"}, {"DACH", "", "+4930123456", "kelp.at", ""}, {"Scandinavia", "", "", "", ""},
	{"Bosnia and Herzegovina", "", "", "", "BA"}, {"Bosnia & Herzegovina", "", "", "", "BA"}, {"Kosovo", "", "", "", "XK"},
	{"Macedonia", "", "", "", "MK"}, {"Macedonia", "", "+38921234567", "", "MK"}, {"Macedonia", "", "+302310123456", "", ""}, {"North Macedonia", "", "+302310123456", "", "MK"},
	{"Northern Cyprus", "", "", "", ""}, {"Soviet Union", "", "", "", ""}, {"Serbia and Montenegro", "", "", "", ""}, {"Serbia and Montenegro", "", "", "kelp.rs", "RS"},
	// what belongs to the Union and what does not, by its own name
	{"Martinique", "", "", "", "MQ"}, {"La Réunion", "", "", "", "RE"}, {"Guyane", "", "", "", "GF"}, {"Canary Islands", "", "", "", "ES"}, {"Islas Canarias", "", "", "", "ES"},
	{"Azores", "", "", "", "PT"}, {"Greenland", "", "", "", "GL"}, {"Faroe Islands", "", "", "", "FO"}, {"New Caledonia", "", "", "", "NC"}, {"Åland", "", "", "", "AX"},
	{"Curaçao", "", "", "", "CW"}, {"Aruba", "", "", "", "AW"}, {"Saint Martin", "", "", "", ""}, {"Sint Maarten", "", "", "", "SX"}, {"Netherlands Antilles", "", "", "", ""},
	{"Saint Martin", "", "+17215205555", "", "SX"}, {"French Polynesia", "", "", "", "PF"}, {"Svalbard", "", "", "", "SJ"}, {"Monaco", "", "", "", "MC"},
	// Georgia, and others that need something beside them
	{"Georgia", "", "", "", "GE"}, {"Georgia", "", "+995322123456", "", "GE"}, {"Georgia", "Georgia", "", "", ""}, {"Georgia", "", "+14045550100", "", ""},
	{"Georgia", "Texas", "", "", ""}, {"Atlanta, Georgia", "", "", "", ""}, {"Tbilisi, Georgia", "", "+995322123456", "", "GE"}, {"Georgia", "", "", "kelp.ge", "GE"},
	{"Congo", "", "", "", ""}, {"Congo", "", "+24381234567", "", "CD"}, {"Congo", "", "+24222123456", "", "CG"}, {"Congo", "", "+3225550100", "", ""}, {"Kongo", "", "", "", ""},
	{"DR Congo", "", "", "", "CD"}, {"Congo-Brazzaville", "", "", "", "CG"}, {"Congo (DRC)", "", "", "", "CD"}, {"Democratic Republic of the Congo", "", "", "", "CD"},
	{"Korea", "", "", "", ""}, {"Korea", "", "+82212345678", "", "KR"}, {"Korea", "", "", "kelp.co.kr", "KR"}, {"South Korea", "", "", "", "KR"}, {"Korea, Republic of", "", "", "", "KR"},
	{"Corée du Sud", "", "", "", "KR"}, {"Korea, Democratic People's Republic of", "", "", "", "KP"}, {"Guinea", "", "", "", "GN"}, {"Guinea-Bissau", "", "", "", "GW"},
	{"Equatorial Guinea", "", "", "", "GQ"}, {"Papua New Guinea", "", "", "", "PG"}, {"Sudan", "", "", "", "SD"}, {"Sudan", "", "+211912345678", "", ""},
	{"Samoa", "", "", "", "WS"}, {"Samoa", "", "+16845550100", "", ""}, {"Virgin Islands", "", "", "", ""}, {"Virgin Islands", "", "+13405550100", "", "VI"},
	{"Virgin Islands, British", "", "", "", "VG"}, {"Dominica", "", "", "", "DM"}, {"Dominican Republic", "", "", "", "DO"}, {"Niger", "", "", "", "NE"}, {"Nigeria", "", "", "", "NG"},
	{"Micronesia", "", "", "", "FM"}, {"Palestine", "", "", "", "PS"}, {"Republic of China", "", "", "", "TW"}, {"China", "", "", "", "CN"}, {"Taiwan", "", "", "", "TW"},
	// America
	{"United States", "", "", "", "US"}, {"USA", "", "", "", "US"}, {"U.S.A.", "", "", "", "US"}, {"U. S. A.", "", "", "", "US"}, {"US", "", "", "", "US"}, {"America", "", "", "", "US"},
	{"Etats-Unis", "", "", "", "US"}, {"Vereinigte Staaten", "", "", "", "US"}, {"EE. UU.", "", "", "", "US"}, {"EEUU", "", "", "", "US"}, {"Estados Unidos", "", "", "", "US"},
	{"California", "", "", "", "US-CA"}, {"San Jose, California, USA", "", "", "", "US-CA"}, {"California, United States", "", "", "", "US-CA"}, {"Columbus, GA", "", "", "", ""}, {"Puerto Rico", "", "", "", "PR"},
	{"Mexico", "", "", "", "MX"}, {"México", "", "", "", "MX"}, {"New Mexico", "", "", "", "US-NM"}, {"Canada", "", "", "", "CA"}, {"Québec, Canada", "", "", "", "CA"}, {"North America", "", "", "", ""},
	{"Cote d'Ivoire", "", "", "", "CI"}, {"Côte d’Ivoire", "", "", "", "CI"}, {"Ivory Coast", "", "", "", "CI"}, {"St. Lucia", "", "", "", "LC"}, {"St Kitts & Nevis", "", "", "", "KN"},
	// a cell that says nothing: the telephone number, the state, the domain
	{"", "", "+442079460000", "kelp.de", "GB"}, {"", "", "+441481555000", "", "GG"}, {"", "", "+441534555000", "", "JE"}, {"", "", "+441624555000", "", "IM"},
	{"", "", "+447781555000", "", "GG"}, {"", "", "+447797555000", "", "JE"}, {"", "", "+447624555000", "", "IM"}, {"", "", "+447700900123", "", "GB"},
	{"", "", "+4930123456", "", "DE"}, {"", "", "+14155550100", "", "US-CA"}, {"", "", "+12125550100", "", "US-NY"}, {"", "", "+14165550100", "", "CA"},
	{"", "", "+18765550100", "", "JM"}, {"", "", "+17875550100", "", "PR"}, {"", "", "+18005550100", "", ""}, {"", "", "+13105550100", "", "US-CA"}, {"", "", "+14025550100", "", "US-NE"},
	{"", "", "+77011234567", "", "KZ"}, {"", "", "+74951234567", "", "RU"}, {"", "", "+590590123456", "", ""}, {"", "", "+390669812345", "", "VA"}, {"", "", "+390612345678", "", "IT"},
	{"", "", "+35818123456", "", "AX"}, {"", "", "+3589123456", "", "FI"}, {"", "", "+59991234567", "", "CW"}, {"", "", "+262692123456", "", "RE"}, {"", "", "+262639123456", "", "YT"},
	{"", "California", "", "", "US-CA"}, {"", "Scotland", "", "", "GB-SCT"}, {"", "CA", "", "", ""}, {"", "Bavaria", "", "", ""},
	{"", "", "", "kelp.de", "DE"}, {"", "", "", "kelp.co.uk", "GB"}, {"", "", "", "kelp.com", ""}, {"", "", "", "kelp.eu", ""}, {"", "", "", "kelp.io", ""}, {"", "", "", "kelp.ai", ""},
	{"", "", "", "kelp.co", ""}, {"", "", "", "kelp.com.co", ""}, {"", "", "", "kelp.me", ""}, {"", "", "", "kelp.tv", ""}, {"", "", "", "kelp.fm", ""}, {"", "", "", "kelp.gg", ""},
	{"", "", "", "kelp.ch", "CH"}, {"", "", "", "xn--mller-kva.de", "DE"}, {"", "", "", "kelp.xn--p1ai", "RU"}, {"", "", "", "kelp.scot", "GB-SCT"}, {"", "", "", "agency.gov", "US"},
	{"", "", "", "gov.uk", "GB"}, {"", "", "", "", ""}, {"-", "", "+4930123456", "", "DE"}, {"unknown", "", "", "kelp.fr", "FR"}, {"EMEA", "", "+4930123456", "", "DE"},
	{"Narnia", "", "", "", ""}, {"Narnia", "", "+4930123456", "", "DE"}, {"12345", "", "", "", ""}, {"?", "", "", "", ""}, {strings.Repeat("Germany ", 20), "", "", "", ""},
	// a conflict does not override the cell
	{"Germany", "", "+442079460000", "kelp.fr", "DE"}, {"France", "California", "", "", "FR"},
}

func TestPlaces(t *testing.T) {
	f := NewFinder()
	for _, tt := range placeTests {
		code, from := Settle(f.Country([]byte(tt.cell)), Clues{State: f.State([]byte(tt.state)), Phone: Phone([]byte(tt.phone)), Domain: Domain([]byte(tt.host))})
		if code.String() != tt.want {
			t.Errorf("country %q, state %q, phone %q, host %q: %q, want %q", tt.cell, tt.state, tt.phone, tt.host, code, tt.want)
		}
		if (from == FromNothing) != (code == Unknown) && from == FromNothing {
			t.Errorf("%q: %v from nothing", tt.cell, code)
		}
		again, _ := Settle(f.Country([]byte(tt.cell)), Clues{State: f.State([]byte(tt.state)), Phone: Phone([]byte(tt.phone)), Domain: Domain([]byte(tt.host))})
		if again != code {
			t.Errorf("%q is %v, and %v when it is met again", tt.cell, code, again)
		}
	}
	if n := len(placeTests); n < 300 {
		t.Errorf("%d cases, want at least 300", n)
	}
}

func TestUnitedStates(t *testing.T) {
	tests := []struct {
		state, city, postcode, phone, want string
	}{
		{"CA", "", "", "", "US-CA"}, {"ca", "", "", "", "US-CA"}, {"Calif.", "", "", "", "US-CA"}, {"California", "", "", "", "US-CA"}, {"US-CA", "", "", "", "US-CA"},
		{"NY", "Los Angeles, CA", "90001", "", "US-NY"}, {"", "San Jose, CA", "", "", "US-CA"}, {"", "San Jose, California", "", "", "US-CA"}, {"", "San Jose, CA 95110", "", "", "US-CA"},
		{"", "San Jose", "", "", "US"}, {"", "", "95110", "", "US-CA"}, {"", "", "95110-1234", "", "US-CA"}, {"", "", "9511", "", "US"}, {"", "", "10001", "", "US-NY"},
		{"", "", "96201", "", "US"}, {"", "", "96801", "", "US-HI"}, {"", "", "00901", "", "PR"}, {"", "", "", "+14155550100", "US-CA"}, {"", "", "", "+442079460000", "US"},
		{"", "", "", "+18005550100", "US"}, {"Ontario", "", "", "", "US"}, {"Scotland", "", "", "", "US"}, {"Georgia", "", "", "", "US-GA"}, {"XX", "", "73301", "", "US-TX"},
		{"", "Columbus, OH", "90001", "", "US-OH"}, {"", "", "SW1A 1AA", "", "US"}, {"Washington", "", "", "", "US-WA"}, {"DC", "", "", "", "US-DC"}, {"Washington, D.C.", "", "", "", "US-DC"},
	}
	f := NewFinder()
	for _, tt := range tests {
		got, clue := f.InUS(USPlace{State: []byte(tt.state), City: []byte(tt.city), Postcode: []byte(tt.postcode), Phone: Phone([]byte(tt.phone))})
		if got.String() != tt.want || (clue == USNothing) != (tt.want == "US") {
			t.Errorf("%+v: %v by clue %d", tt, got, clue)
		}
	}
}

func TestSets(t *testing.T) {
	tests := []struct{ set, yes, no, maybe string }{
		{"EU", "DE FR IE CY AX GF GP MF MQ RE YT ES PT", "GB CH NO IS LI GL FO NC PF AW CW SX BQ BL PM GG JE IM GI GB-NIR SJ US", ""},
		{"EEA", "DE NO IS LI", "CH GB SJ", ""},
		{"GDPR", "DE NO SJ", "CH GB", ""},
		{"UK", "GB GB-ENG GB-SCT GB-NIR", "GG JE IM GI IE", ""},
		{"CROWN", "GG JE IM", "GB GI", ""},
		{"XI", "GB-NIR", "GB-ENG IE", "GB"},
		{"CH", "CH", "LI DE", ""},
		{"US-CA", "US-CA", "US-NY CA PR", "US"},
		{"US", "US US-CA US-NY", "PR CA", ""},
		{"gb-sct", "GB-SCT", "GB-ENG", "GB"},
		{"deu", "DE", "AT", ""},
		{"uk", "GB", "IE", ""},
	}
	for _, tt := range tests {
		s := mustSet(t, tt.set)
		for want, codes := range map[Answer]string{Yes: tt.yes, No: tt.no, Maybe: tt.maybe} {
			for code := range strings.FieldsSeq(codes) {
				c, ok := Parse(code)
				if got := s.Has(c); got != want || !ok {
					t.Errorf("%s in %s: %v, want %v", code, tt.set, got, want)
				}
			}
		}
		if s.Has(Unknown) != Maybe {
			t.Errorf("an unknown place in %s: %v", tt.set, s.Has(Unknown))
		}
	}
	if n := len(mustSet(t, "EU").Codes()); n != 27+7 {
		t.Errorf("the European Union has %d codes", n)
	}
	if (Set{}).Has(Unknown) != No {
		t.Error("something is in the empty set")
	}
	if got := mustSet(t, "US-CA", "US").Codes(); !slices.Equal(got, []string{"US"}) {
		t.Errorf("codes %v", got)
	}
	if _, err := ParseSet("EU", "Atlantis"); err == nil || !strings.Contains(err.Error(), `"Atlantis"`) {
		t.Errorf("error %v", err)
	}
	if NumCodes() > maxCodes {
		t.Errorf("%d codes do not fit into a Set", NumCodes())
	}
}

// TestDataIsClean: names are folded, and every name and code has one meaning.
func TestDataIsClean(t *testing.T) {
	seen := map[string]string{}
	for _, file := range []string{"data/aliases.txt", "data/names.txt"} {
		eachLine(file, func(line string) {
			left, right, _ := strings.Cut(line, ": ")
			list, means := left, right
			if file == "data/names.txt" {
				list, means = right, left
			}
			for name := range strings.SplitSeq(list, "|") {
				if got := Fold(name); got != name {
					t.Errorf("%s: %q is folded %q", file, name, got)
				}
				if before, ok := seen[name]; ok && !(before == means && file == "data/aliases.txt") {
					t.Errorf("%s: %q is %s and %s", file, name, before, means)
				} else if ok {
					t.Errorf("%s: %q stands there twice", file, name)
				}
				seen[name] = means
			}
		})
	}
	for name := range seen {
		if c, ok := Parse(name); ok && name != "na" && name != "us" && name != "uk" && names()[name].Code != c {
			t.Errorf("%q is a code of %v and means %v", name, c, names()[name].Code)
		}
	}
}

func TestCountryDoesNotAllocate(t *testing.T) {
	f := NewFinder()
	cells := [][]byte{[]byte("Germany"), []byte("Österreich"), []byte("UK"), []byte("Narnia"), []byte("Congo"), []byte("Berlin, Germany"), []byte("")}
	for range 2 {
		if n := testing.AllocsPerRun(50, func() {
			for _, c := range cells {
				f.Country(c)
			}
		}); n > 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

// FuzzCountry: whatever is recognised has a code that is recognised as the same place,
// whatever the case, and a cell means the same when it is met again.
func FuzzCountry(f *testing.F) {
	for _, tt := range placeTests {
		f.Add([]byte(tt.cell))
	}
	finder := NewFinder()
	f.Fuzz(func(t *testing.T, cell []byte) {
		r := finder.Country(cell)
		if again := finder.Country(bytes.Clone(cell)); again.Code != r.Code || !slices.Equal(again.Rivals, r.Rivals) || again.Said != r.Said {
			t.Fatalf("%q: %v, then %v", cell, r, again)
		}
		if other := NewFinder().country(bytes.TrimSpace(cell)); len(cell) > 0 && other.Code != r.Code {
			t.Fatalf("%q: %v, fresh %v", cell, r, other)
		}
		if r.Code == Unknown {
			return
		}
		if c, ok := Parse(r.Code.String()); !ok || c != r.Code {
			t.Fatalf("%q is %v, whose code is not recognised", cell, r.Code)
		}
		if code := r.Code.String(); code != "NA" && finder.Country([]byte(code)).Code != r.Code {
			t.Fatalf("%q is %v, whose code in a cell is %v", cell, code, finder.Country([]byte(code)).Code)
		}
		finder.State(cell)
		finder.InUS(USPlace{State: cell, City: cell, Postcode: cell})
		Phone(cell)
		Domain(cell)
	})
}

func BenchmarkCountry(b *testing.B) {
	cells := [][]byte{[]byte("Germany"), []byte("United States"), []byte("France"), []byte("United Kingdom"), []byte("Österreich"), []byte("")}
	for name, f := range map[string]func(f *Finder, cell []byte) Reading{"met before": (*Finder).Country, "new": (*Finder).country} {
		b.Run(name, func(b *testing.B) {
			finder, i := NewFinder(), 0
			for b.Loop() {
				f(finder, cells[i%len(cells)])
				i++
			}
		})
	}
}
