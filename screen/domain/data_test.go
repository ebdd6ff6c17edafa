package domain

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"
)

// readTable returns the text of a file of data.
func readTable(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile("data/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func lines(t testing.TB, file string) []string {
	t.Helper()
	var out []string
	text := readTable(t, file)
	eachLine(text, func(off, n int) { out = append(out, text[off:off+n]) })
	return out
}

// TestTablesAreClean holds every entry of the provider tables to what matching takes
// for granted: canonical, registrable, and in one table only.
func TestTablesAreClean(t *testing.T) {
	var c Canon
	in := map[string]string{}
	for _, s := range sections {
		text := s.text
		if !strings.HasPrefix(text, "# version: 2") || !strings.HasSuffix(text, "\n") || len(text) >= maxText || strings.Contains(text, "\r") {
			t.Errorf("%s: want a version in the first line and a newline after each", s.name)
		}
		for _, d := range lines(t, s.name+".txt") {
			host, ok := c.AppendHost(nil, []byte(d))
			if !ok || string(host) != d {
				t.Errorf("%s: %q is not canonical", s.name, d)
				continue
			}
			if reg, kind := Registrable(host); kind != KindRegistrable || reg == nil || Reserved(host) {
				t.Errorf("%s: %s has no registrable domain", s.name, d)
			}
			if other, ok := in[d]; ok {
				t.Errorf("%s is in %s and %s", d, other, s.name)
			}
			in[d] = s.name
		}
	}
	for _, d := range lines(t, "removed.txt") {
		if f, ok := in[d]; ok {
			t.Errorf("%s is removed, and in %s", d, f)
		}
	}
	for _, d := range lines(t, "shared_hosts.txt") {
		d = strings.TrimSuffix(d, ".*")
		if host, ok := c.AppendHost(nil, []byte(d)); !ok || string(host) != d {
			t.Errorf("shared_hosts.txt: %q is not canonical", d)
		}
	}
	if n := len(lines(t, "shared_hosts.txt")); n < 150 {
		t.Errorf("only %d shared hosts", n)
	}
}

// TestLookupFindsEveryEntry looks every line up, and a host below it.
func TestLookupFindsEveryEntry(t *testing.T) {
	tables := Embedded()
	for _, s := range sections {
		for _, d := range lines(t, s.name+".txt") {
			e, matched, ok := tables.Lookup([]byte(d))
			if s.allowed {
				if ok {
					t.Errorf("Lookup(%s) = %v, although it is allowed", d, e)
				}
				continue
			}
			if !ok || e != s.entry || string(matched) != d {
				t.Errorf("Lookup(%s) = %v, %s, %v; want %v", d, e, matched, ok, s.entry)
			}
			if e, matched, ok := tables.Lookup([]byte("no-such-host." + d)); !ok || e != s.entry || string(matched) != d {
				t.Errorf("Lookup(no-such-host.%s) = %v, %s, %v; want %v", d, e, matched, ok, s.entry)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	tables := Embedded()
	for _, tt := range []struct {
		host string
		want string // "class tier", "" for nothing
	}{
		{"gmail.com", "freemail reviewed"},
		{"smtp.gmail.com", "freemail reviewed"},
		{"comcast.net", "isp reviewed"},
		{"austin.rr.com", "isp reviewed"},
		{"comcast.com", ""},
		{"t-online.de", "isp reviewed"},
		{"telekom.de", ""},
		{"privaterelay.appleid.com", "relay reviewed"},
		{"appleid.com", ""},
		{"duck.com", "relay reviewed"},
		{"mailinator.com", "disposable reviewed"},
		{"yahoo.com.br", "freemail reviewed"},
		{"yahoo.co.nz", "freemail reviewed"},
		{"mail.yahoo.pt", "freemail reviewed"},
		{"yahoo.jobs", ""},
		{"yahoo.io", ""},
		{"yahooinc.com", ""},
		{"gmx.us", "freemail reviewed"},
		{"gmx.io", ""}, // a country's domain sold as a word
		{"gmx.co.za", ""},
		{"outlook.com.tr", "freemail reviewed"},
		{"outlook.events", ""},
		{"outlookindia.com", ""},
		{"live.fr", "freemail reviewed"},
		{"live.company", ""},
		{"livenation.com", ""},
		{"acme-live.com", ""},
		{"corp.mail.ru", ""},
		{"mail.ru", "freemail reviewed"},
		{"proton.me", "freemail reviewed"},
		{"proton.ch", ""},
		{"aol.blogspot.com", ""},
		{"dell.com", ""},
		{"att.com", ""},
		{"att.net", "isp reviewed"},
		{"starbucks.com", ""},
		{"stanford.edu", ""},
		{"widgets.example", ""},
		{"com", ""},
		{"", ""},
	} {
		got := ""
		if e, _, ok := tables.Lookup([]byte(tt.host)); ok {
			got = e.Class.String() + " " + e.Tier.String()
		}
		if got != tt.want {
			t.Errorf("Lookup(%s) = %q, want %q", tt.host, got, tt.want)
		}
	}
}

func TestVersions(t *testing.T) {
	for _, v := range Embedded().Versions() {
		if len(v.SHA256) != 64 || v.Entries == 0 || !strings.HasPrefix(v.Version, "2") || v.Name == "" {
			t.Errorf("incomplete: %+v", v)
		}
	}
}

// TestSuffixesAgree compares with golang.org/x/net/publicsuffix, which is slower and
// allocates, on every rule, below it, beside it and above it.
func TestSuffixesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"a", "www", "acme", "com", "co", "uk", "xn--p1ai", "city", "github", "compute", "0"}
	check := func(host string) {
		want, icann := publicsuffix.PublicSuffix(host)
		start, known := suffixStart([]byte(host))
		if got := host[start:]; got != want {
			t.Errorf("suffix of %s: %s, want %s", host, got, want)
		}
		// x/net: a suffix that is neither ICANN's nor has a dot is unknown.
		if unmanaged := !icann && !strings.Contains(want, "."); unmanaged && known && strings.Contains(host, ".") && want != "ck" {
			if val, _ := allNames().get([]byte(want)); val&suffixAny == 0 {
				t.Errorf("%s is taken for known", host)
			}
		}
	}
	eachLine(suffixText, func(off, n int) {
		rule := strings.TrimPrefix(strings.TrimPrefix(suffixText[off:off+n], "!"), "*.")
		check(rule)
		check("acme." + rule)
		check("a.acme." + rule)
		check("a.b.c." + rule)
		check(words[r.IntN(len(words))] + "." + words[r.IntN(len(words))] + "." + rule)
		for {
			_, parent, ok := strings.Cut(rule, ".")
			if !ok {
				return
			}
			check("acme." + parent)
			rule = parent
		}
	})
	for range 20000 {
		var h []string
		for range 1 + r.IntN(4) {
			h = append(h, words[r.IntN(len(words))])
		}
		check(strings.Join(h, "."))
	}
}

// TestFactsAgree compares Facts with the single questions, on every name that some file
// has and on names beside, below and above it.
func TestFactsAgree(t *testing.T) {
	var c Canon
	over, err := LoadOverrides([]Source{{"allow", strings.NewReader("acme.gmail.com\nyahoo.de\n")}}, []Source{{"deny", strings.NewReader("acme.co.uk\n")}})
	if err != nil {
		t.Fatal(err)
	}
	plain, with := Embedded(), Embedded().With(over)
	var hosts [][]byte
	check := func(host string) {
		t.Helper()
		hosts = append(hosts, []byte(host))
		for _, tables := range []*Tables{plain, with} {
			if got, want := tables.Facts([]byte(host)), tables.facts([]byte(host)); got != want {
				t.Errorf("%s: %+v, want %+v", host, got, want)
			}
		}
		if _, ok := c.AppendHost(nil, []byte(host)); ok {
			reg, _ := Registrable([]byte(host))
			if got := plain.Facts([]byte(host)).Registrable([]byte(host)); string(got) != string(reg) {
				t.Errorf("%s: registrable domain %s, want %s", host, got, reg)
			}
		}
	}
	around := func(name string) {
		check(name)
		check("acme." + name)
		check("www.acme." + name)
		check("a" + name)
		check(name + "a")
		check("yahoo." + name)
		check("wixsite." + name)
		check("example." + name)
		if _, parent, ok := strings.Cut(name, "."); ok {
			check(parent)
			check("acme." + parent)
			check("x.y.example." + parent)
		}
	}
	const sample = 64
	for _, text := range append(slices.Clone(allNames().texts), familiesText) {
		i := 0
		eachLine(text, func(off, n int) {
			if i++; len(text) > 1<<20 && i%sample != 0 {
				return // one in sample of the largest
			}
			name := strings.Trim(text[off:off+n], "!*.")
			around(name)
			if len(text) > 1<<16 && i%sample != 0 {
				return
			}
			label, _, _ := strings.Cut(name, " ")
			for _, suffix := range []string{"de", "com", "co.uk", "co", "xn--p1ai", "blogspot.com", "nosuchtld", "ck", "www.ck", "kawasaki.jp", "city.kawasaki.jp"} {
				check(label + "." + suffix)
			}
		})
	}
	for _, host := range []string{"", ".", "a", "com", ".com", "a..com", "acme.com.", "com.", "[192.0.2.1]", "[192.0.2.1].com", "192.0.2.1", "a.1",
		"example", "example.com", "a.example.com", "example.de", "example.org", "anexample.com", "a.test", "test", "x.arpa", "acme.gmail.com",
		"\x00\x00.com", "acme.com\x00", "a.\x00\x00", "acme.museum", "acme.travelersinsurance", "acme.vermögensberatung", "gmail.com", "a.gmail.com"} {
		check(host)
		check("x" + host)
		check("." + host)
		check(strings.Repeat("abcdefg.", 40) + host)
	}
	facts, regs := make([]Facts, len(hosts)), make([]uint8, len(hosts))
	for _, tables := range []*Tables{plain, with} {
		tables.Plain(regs, hosts)
		tables.FactsOf(facts, hosts, regs)
		for i, host := range hosts {
			want := tables.Facts(host)
			if facts[i] != want {
				t.Errorf("%s among others: %+v, want %+v", host, facts[i], want)
			}
			if regs[i] > 0 && want != (Facts{Reg: int32(regs[i])}) {
				t.Errorf("%s is no plain host: %+v", host, want)
			}
		}
	}
}

// TestPlain wants the common forms of hosts known for plain, and others not.
func TestPlain(t *testing.T) {
	for host, want := range map[string]uint8{
		"kelp-foods.com": 14, "kelp-foods.co.uk": 16, "mail.kelp-foods.co.uk": 16, "kelp.de": 7, "bmw.de": 6, "uk.kelp-foods.com": 14,
		"kelp-foods-and-other-foods-of-the-sea.com": 41, "xn--mnchen-3ya.de": 17,
		"gmail.com": 0, "a.gmail.com": 0, "yahoo.fr": 0, "co.uk": 0, "com": 0, "": 0, "kelp.nosuchtld": 0, "widgets.example": 0,
		"example.com": 0, "192.0.2.1": 0, "acme.blogspot.com": 0, "x.acme.ck": 0, "facebook.com": 0,
	} {
		var regs [1]uint8
		if Embedded().Plain(regs[:], [][]byte{[]byte(host)}); regs[0] != want {
			t.Errorf("Plain(%s) = %d, want %d", host, regs[0], want)
		}
	}
}

func FuzzFacts(f *testing.F) {
	for _, host := range []string{"acme.co.uk", "mail.yahoo.fr", "a.b.kawasaki.jp", "example.com", "acme.blogspot.com", "x.nosuchtld", "wix.com"} {
		f.Add([]byte(host))
	}
	f.Fuzz(func(t *testing.T, host []byte) {
		if got, want := Embedded().Facts(host), Embedded().facts(host); got != want {
			t.Errorf("%q: %+v, want %+v", host, got, want)
		}
		var among [1]Facts
		var regs [1]uint8
		Embedded().Plain(regs[:], [][]byte{host})
		if Embedded().FactsOf(among[:], [][]byte{host}, regs[:]); among[0] != Embedded().facts(host) {
			t.Errorf("%q among others: %+v, want %+v", host, among[0], Embedded().facts(host))
		}
	})
}

// TestIndexMiss makes sure that parts and extensions of lines are no entries.
func TestIndexMiss(t *testing.T) {
	x := newIndex(8, "alpha\nbeta\ngamma\n")
	eachLine(x.texts[0], func(off, n int) { x.add(0, off, n, 0) })
	for _, k := range []string{"", "a", "alph", "alphab", "alpha\nbeta", "beta\n", "eta", "gamma\n"} {
		if _, ok := x.get([]byte(k)); ok {
			t.Errorf("get(%q) found", k)
		}
	}
	for _, k := range []string{"alpha", "beta", "gamma"} {
		if _, ok := x.get([]byte(k)); !ok {
			t.Errorf("get(%q) not found", k)
		}
	}
}

// TestIndexAgainstMap fills small tables to every load and compares with a map.
func TestIndexAgainstMap(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for n := 1; n < 200; n++ {
		var text strings.Builder
		want := map[string]value{}
		for range n {
			w := strconv.Itoa(r.IntN(300))
			want[w] = 0
			text.WriteString(w + "\n")
		}
		x := newIndex(n, text.String())
		eachLine(text.String(), func(off, n int) {
			val := value(1) << (textBits + r.IntN(valueBits-textBits))
			want[text.String()[off:off+n]] |= val
			x.add(0, off, n, val)
		})
		for i := range 310 {
			k := strconv.Itoa(i)
			got, ok := x.get([]byte(k))
			if val, in := want[k]; ok != in || got != val {
				t.Fatalf("%d lines: get(%s) = %d, %v; want %d, %v", n, k, got, ok, val, in)
			}
		}
	}
}

func TestShared(t *testing.T) {
	for _, tt := range []struct {
		site string
		path bool
		mail string
		want bool
	}{
		{"facebook.com", true, "acme.com", true},
		{"facebook.com", false, "acme.com", true},
		{"m.facebook.com", true, "acme.com", true},
		{"facebook.com", false, "facebook.com", false}, // its own staff
		{"facebook.com", true, "facebook.com", true},   // a page, whoever writes
		{"uk.linkedin.com", true, "acme.co.uk", true},
		{"linkedin.com", false, "corp.linkedin.com", false},
		{"sites.google.com", true, "acme.com", true},
		{"google.com", false, "google.com", false},
		{"acme.wordpress.com", false, "acme.com", true},
		{"acme.wixsite.com", true, "acme.com", true},
		{"acme.github.io", false, "acme.com", true},
		{"acme.blogspot.com", false, "acme.com", true},
		{"acme.blogspot.co.uk", false, "acme.com", true},
		{"blogspot.acme.com", false, "acme.com", false},
		{"linktr.ee", true, "acme.com", true},
		{"amazon.co.uk", true, "acme.com", true},
		{"amazon.de", false, "amazon.de", false},
		{"acme.com", true, "acme.com", false},
		{"notfacebook.com", true, "acme.com", false},
		{"", false, "", false},
	} {
		if got := Shared([]byte(tt.site), tt.path, []byte(tt.mail)); got != tt.want {
			t.Errorf("Shared(%s, path %v, %s) = %v, want %v", tt.site, tt.path, tt.mail, got, tt.want)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	var c Canon
	tables, buf := Embedded(), make([]byte, 0, 256)
	mail, site, cell := []byte("mail.widgets.co.uk"), []byte("widgets.co.uk"), []byte("https://www.Widgets.co.uk/about")
	other := []byte("otherco.com")
	regs, facts, hosts := make([]uint8, 3), make([]Facts, 3), [][]byte{mail, site, other}
	for name, f := range map[string]func(){
		"AppendHost":  func() { c.AppendHost(buf, mail) },
		"WebsiteHost": func() { c.WebsiteHost(buf, cell) },
		"Registrable": func() { Registrable(mail) },
		"Reserved":    func() { Reserved(mail) },
		"Lookup":      func() { tables.Lookup(mail) },
		"Match":       func() { Match(mail, site, nil); Match(mail, other, nil) },
		"Facts":       func() { tables.Facts(mail) },
		"FactsOf":     func() { tables.FactsOf(facts, hosts, regs) },
		"Plain":       func() { tables.Plain(regs, hosts) },
		"Shared":      func() { Shared(site, true, mail) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func FuzzHost(f *testing.F) {
	for _, tt := range hostTests {
		f.Add([]byte(tt.in))
	}
	for _, tt := range siteTests {
		f.Add([]byte(tt.in))
	}
	var c Canon
	valid := func(t *testing.T, host []byte) {
		if isLiteral(host) {
			return
		}
		if len(host) == 0 || len(host) > maxHost {
			t.Fatalf("host of %d bytes", len(host))
		}
		for _, l := range bytes.Split(host, []byte(".")) {
			if len(l) == 0 || len(l) > maxLabel {
				t.Fatalf("host %q has a label of %d bytes", host, len(l))
			}
			for _, b := range l {
				if hostByte[b] != b {
					t.Fatalf("host %q holds byte %x", host, b)
				}
			}
		}
		again, ok := c.AppendHost(nil, host)
		if !ok || !bytes.Equal(again, host) {
			t.Fatalf("canonical %q becomes %q, %v", host, again, ok)
		}
		Registrable(host)
		Reserved(host)
		Embedded().Lookup(host)
		if r := Match(host, host, nil); r != Same {
			t.Fatalf("Match(%q) with itself: %v", host, r)
		}
		Match(host, []byte("widgets.com"), nil)
		Shared(host, false, host)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if host, ok := c.AppendHost(nil, raw); ok {
			valid(t, bytes.Clone(host))
		} else if len(host) != 0 {
			t.Fatalf("appended %q to what is no host", host)
		}
		host, site := c.WebsiteHost(nil, raw)
		if site.Kind == SiteHost {
			valid(t, bytes.Clone(host))
		}
		slow, slowSite := c.appendSite(nil, raw)
		if !bytes.Equal(host, slow) || site.Kind != slowSite.Kind || site.Path != slowSite.Path || len(site.Rest) != len(slowSite.Rest) {
			t.Fatalf("WebsiteHost(%q) = %q, %+v; the slow way %q, %+v", raw, host, site, slow, slowSite)
		}
		if path, is := IsSite(raw, host); is && site.Kind == SiteHost && site.Path != path {
			t.Fatalf("IsSite(%q, %q) is true, path %t; WebsiteHost says %+v", raw, host, path, site)
		}
		if len(site.Rest) > 3*len(raw) {
			t.Fatal("the rest is longer than the cell")
		}
	})
}
