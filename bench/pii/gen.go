package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A row is one invented person with a firm; other is somebody else.
type row struct {
	*rand.Rand
	*locale
	i                       int
	first, last, mid, title string
	male                    bool
	otherFirst, otherLast   string
	company, domain         string
	home, office            place
}

func newRow(seed, i int, l *locale) *row {
	r := &row{Rand: rand.New(rand.NewPCG(uint64(seed), uint64(i))), locale: l, i: i}
	n := r.IntN(len(l.first))
	r.first, r.male = l.first[n], n%2 == 0
	r.last, r.mid = pick(r, l.last), pick(r, l.first)
	r.otherFirst, r.otherLast = pick(r, l.first), pick(r, l.last)
	r.title = pick(r, l.titles)
	name := pick(r, firmWords) + pick(r, firmWords2)
	r.domain = plain(name) + "-demo." + pick(r, tlds)
	r.company = name
	if r.IntN(4) > 0 {
		r.company += " " + pick(r, l.legal)
	}
	r.home, r.office = pick(r, l.places), pick(r, l.places)
	return r
}

func pick[T any](r *row, from []T) T { return from[r.IntN(len(from))] }

// plain is the text as it stands in hosts and addresses.
func plain(s string) string {
	s = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l").Replace(strings.ToLower(s))
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) {
			return c
		}
		return -1
	}, norm.NFD.String(s))
}

func (r *row) local(first, last string) string {
	first, last = plain(first), plain(last)
	switch r.IntN(6) {
	case 0:
		return first[:1] + "." + last
	case 1:
		return first[:1] + last
	case 2:
		return first
	}
	return first + "." + last
}

func (r *row) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(r.IntN(10))
	}
	if n > 1 && b[0] == '0' {
		b[0] = '1'
	}
	return string(b)
}

func (r *row) hex(n int) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(r.Uint64())))
	return hex.EncodeToString(sum[:])[:n]
}

func (r *row) date(from, to int, layout string) string {
	y, m, d := from+r.IntN(to-from), 1+r.IntN(12), 1+r.IntN(28)
	switch layout {
	case "fr":
		return fmt.Sprintf("%02d/%02d/%d", d, m, y)
	case "de":
		return fmt.Sprintf("%02d.%02d.%d", d, m, y)
	case "time":
		return fmt.Sprintf("%d-%02d-%02d %02d:%02d:%02d", y, m, d, r.IntN(24), r.IntN(60), r.IntN(60))
	}
	return fmt.Sprintf("%d-%02d-%02d", y, m, d)
}

// value makes one cell of a kind. A kind in braces is a list of values to choose from.
func (r *row) value(kind string) (string, error) {
	if list, ok := strings.CutPrefix(kind, "{"); ok {
		values := strings.Split(strings.TrimSuffix(list, "}"), "; ")
		return strings.TrimSpace(values[r.IntN(len(values))]), nil
	}
	if n, ok := strings.CutPrefix(kind, "digits"); ok {
		var k int
		fmt.Sscan(n, &k)
		return r.digits(k), nil
	}
	if n, ok := strings.CutPrefix(kind, "hex"); ok {
		var k int
		fmt.Sscan(n, &k)
		return r.hex(k), nil
	}
	if f, ok := kinds[kind]; ok {
		return f(r), nil
	}
	if f, ok := numbers[kind]; ok {
		return f(r), nil
	}
	return "", fmt.Errorf("no kind of value is called %q", kind)
}

var kinds = map[string]func(*row) string{
	"first": func(r *row) string { return r.first }, "last": func(r *row) string { return r.last },
	"full": func(r *row) string { return r.first + " " + r.last }, "middle": func(r *row) string { return r.mid },
	"xfull": func(r *row) string { return r.otherFirst + " " + r.otherLast }, "xfirst": func(r *row) string { return r.otherFirst },
	"xmail":    func(r *row) string { return r.local(r.otherFirst, r.otherLast) + "@agency-demo.com" },
	"salut":    func(r *row) string { return pick(r, []string{"Mr", "Mrs", "Ms", "Dr."}) },
	"suffix":   func(r *row) string { return pick(r, []string{"Jr.", "PhD", "III"}) },
	"anrede":   func(r *row) string { return pick(r, []string{"Herr", "Frau"}) },
	"email":    func(r *row) string { return r.local(r.first, r.last) + "@" + r.domain },
	"privmail": func(r *row) string { return r.local(r.first, r.last) + r.digits(2) + "@" + pick(r, r.free) },
	"privmail2": func(r *row) string { // a shop's customers: mostly free mail, some not
		if r.IntN(2) == 0 {
			return r.local(r.first, r.last) + "@" + r.domain
		}
		return r.local(r.first, r.last) + r.digits(2) + "@" + pick(r, r.free)
	},
	"rolemail": func(r *row) string {
		return pick(r, []string{"info", "sales", "contact", "office", "hello"}) + "@" + r.domain
	},
	"phone": func(r *row) string {
		switch r.IntN(4) {
		case 0:
			return "0" + r.digits(3) + " " + r.digits(6)
		case 1:
			return "0" + r.digits(2) + "/" + r.digits(7)
		}
		return "+" + r.calling + " " + r.digits(3) + " " + r.digits(6)
	},
	"phonee164": func(r *row) string { return "+" + r.calling + r.digits(9) },
	"mobile":    func(r *row) string { return "+" + r.calling + " 7" + r.digits(2) + " " + r.digits(6) },
	"li": func(r *row) string {
		return "https://www.linkedin.com/in/" + plain(r.first) + "-" + plain(r.last) + "-" + r.hex(7)
	},
	"licompany": func(r *row) string { return "https://www.linkedin.com/company/" + plain(r.company) },
	"fb":        func(r *row) string { return "https://www.facebook.com/" + plain(r.first) + "." + plain(r.last) },
	"fbcompany": func(r *row) string { return "https://facebook.com/" + plain(r.company) },
	"tw":        func(r *row) string { return "https://twitter.com/" + plain(r.first) + plain(r.last) },
	"twcompany": func(r *row) string { return "https://twitter.com/" + plain(r.company) },
	"gh":        func(r *row) string { return "https://github.com/" + plain(r.first) + r.digits(2) },
	"handle":    func(r *row) string { return "@" + plain(r.first) + plain(r.last) },
	"username":  func(r *row) string { return plain(r.first)[:1] + plain(r.last) },
	"img":       func(r *row) string { return "https://cdn.example/avatars/" + r.hex(12) + ".jpg" },
	"company":   func(r *row) string { return r.company },
	"domain":    func(r *row) string { return r.domain },
	"url":       func(r *row) string { return pick(r, []string{"https://www.", "http://", "www."}) + r.domain },
	"street":    func(r *row) string { return fmt.Sprintf(pick(r, r.streets), 1+r.IntN(120)) },
	"houseno":   func(r *row) string { return fmt.Sprint(1+r.IntN(99)) + pick(r, []string{"", "", "a", "b"}) },
	"city":      func(r *row) string { return r.home.city }, "zip": func(r *row) string { return r.home.zip },
	"region": func(r *row) string { return r.home.region }, "usstate": func(r *row) string { return pick(r, states) },
	"fulladdr": func(r *row) string {
		return fmt.Sprintf(pick(r, r.streets), 1+r.IntN(120)) + ", " + r.home.zip + " " + r.home.city + ", " + r.country
	},
	"country": func(r *row) string { return pick(r, []string{r.country, r.country, "France", "Austria"}) },
	"cc":      func(r *row) string { return pick(r, []string{r.code, "FR", "AT", "US"}) },
	"title":   func(r *row) string { return r.title }, "dept": func(r *row) string { return pick(r, r.depts) },
	"industry": func(r *row) string { return pick(r, r.industries) },
	"employees": func(r *row) string {
		return pick(r, []string{"11-50", "51-200", "201-500", fmt.Sprint(5 + r.IntN(900))})
	},
	"revenue": func(r *row) string { return fmt.Sprint((1 + r.IntN(900)) * 100000) },
	"year":    func(r *row) string { return fmt.Sprint(1950 + r.IntN(70)) }, "age": func(r *row) string { return fmt.Sprint(18 + r.IntN(50)) },
	"birth": func(r *row) string { return r.date(1950, 2004, "") }, "birthde": func(r *row) string { return r.date(1950, 2004, "de") }, "birthfr": func(r *row) string { return r.date(1950, 2004, "fr") },
	"date": func(r *row) string { return r.date(2015, 2026, "") }, "datede": func(r *row) string { return r.date(2015, 2026, "de") }, "datefr": func(r *row) string { return r.date(2015, 2026, "fr") },
	"datetime": func(r *row) string { return r.date(2019, 2026, "time") },
	"epoch":    func(r *row) string { return fmt.Sprint(1600000000 + r.IntN(150000000)) },
	"bool":     func(r *row) string { return pick(r, []string{"true", "false"}) }, "yesno": func(r *row) string { return pick(r, []string{"Yes", "No"}) },
	"janein": func(r *row) string { return pick(r, []string{"ja", "nein"}) },
	"gender": func(r *row) string { return pick(r, []string{"Male", "Female"}) },
	"ip": func(r *row) string {
		return fmt.Sprintf("%d.%d.%d.%d", 20+r.IntN(180), r.IntN(256), r.IntN(256), 1+r.IntN(254))
	},
	"ua": func(r *row) string { return pick(r, agents) }, "tz": func(r *row) string { return pick(r, zones) },
	"lat": func(r *row) string { return fmt.Sprintf("%.5f", 36+r.Float64()*24) }, "lon": func(r *row) string { return fmt.Sprintf("%.5f", -9+r.Float64()*30) },
	"note": func(r *row) string { return pick(r, notes) }, "companytext": func(r *row) string { return pick(r, firmTexts) },
	"product": func(r *row) string { return pick(r, products) },
	"code":    func(r *row) string { return strings.ToUpper(r.hex(4)) + "-" + r.digits(4) },
	"seq":     func(r *row) string { return fmt.Sprint(1041 + r.i) }, "int10": func(r *row) string { return fmt.Sprint(r.IntN(10)) }, "int100": func(r *row) string { return fmt.Sprint(r.IntN(101)) },
	"money": func(r *row) string { return fmt.Sprintf("%d.%02d", 10+r.IntN(5000), r.IntN(100)) }, "pct": func(r *row) string { return fmt.Sprint(50+r.IntN(50)) + "%" },
	"uuid": func(r *row) string {
		h := r.hex(32)
		return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
	},
	"md5": func(r *row) string { return r.hex(32) }, "sha256": func(r *row) string { return r.hex(64) },
	"ulid": func(r *row) string { return "01" + strings.ToUpper(r.hex(24)) },
	"sfid": func(r *row) string { return "0031t0000" + pick(r, []string{"AbC", "xYz", "QrS"}) + r.digits(3) + "AAK" },
	"ref9": func(r *row) string {
		return strings.ToUpper(strings.Map(func(c rune) rune { return 'A' + c%26 }, r.hex(9)))
	},
	"bcrypt": func(r *row) string {
		return "$2y$10$" + base64.RawStdEncoding.EncodeToString([]byte(r.hex(40)))[:53]
	},
	"phpass": func(r *row) string {
		return "$P$B" + strings.ReplaceAll(base64.RawStdEncoding.EncodeToString([]byte(r.hex(24)))[:30], "+", ".")
	},
	"password": func(r *row) string { return r.hex(4) + "!" + strings.ToUpper(r.hex(3)) + "x" },
	"apikey":   func(r *row) string { return "sk_live_" + r.hex(24) },
	"jwt": func(r *row) string {
		return "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi" + r.hex(8) + "fQ." + r.hex(43)
	},
}
