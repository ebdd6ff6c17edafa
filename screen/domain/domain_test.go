package domain

import (
	"fmt"
	"strings"
	"testing"
)

var hostTests = []struct{ in, want string }{ // want "" for no host
	{"widgets.example", "widgets.example"},
	{"Widgets.EXAMPLE", "widgets.example"},
	{"  widgets.example\t", "widgets.example"},
	{"widgets.example.", "widgets.example"},
	{"widgets.example...", "widgets.example"},
	{"\"widgets.example\"", "widgets.example"},
	{"<widgets.example>", "widgets.example"},
	{"widgets.example>;", "widgets.example"},
	{"www.widgets.example", "www.widgets.example"}, // part of a mail domain
	{"a-b.c-d.example", "a-b.c-d.example"},
	{"r3---sn.widgets.example", "r3---sn.widgets.example"},
	{"123.widgets.example", "123.widgets.example"},
	{"wid gets.example", ""},
	{"wid_gets.example", ""},
	{"-widgets.example", ""},
	{"widgets-.example", ""},
	{"widgets..example", ""},
	{".widgets.example", ""},
	{"widgets.example/", ""},
	{"jo@widgets.example", ""},
	{"", ""},
	{".", ""},
	{"  ", ""},
	{"localhost", "localhost"},
	{"ｗｉｄｇｅｔｓ．ｅｘａｍｐｌｅ", "widgets.example"},
	{"widgets。example", "widgets.example"},
	{"widgets｡example", "widgets.example"},
	{"wid\u200bgets.example", "widgets.example"},
	{"\ufeffwidgets.example\u00a0", "widgets.example"},
	{"bücher.example", "xn--bcher-kva.example"},
	{"BÜCHER.example", "xn--bcher-kva.example"},
	{"bu\u0308cher.example", "xn--bcher-kva.example"},
	{"xn--bcher-kva.example", "xn--bcher-kva.example"},
	{"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
	{"xn--bcher-kva.example.", "xn--bcher-kva.example"},
	{"straße.example", "xn--strae-oqa.example"}, // non-transitional
	{"例え.テスト", "xn--r8jz45g.xn--zckzah"},
	{"xn--\u00e4.example", ""},
	{"xn--a-\xff.example", ""},
	{"\xff\xfe.example", ""},
	{"192.0.2.1", "192.0.2.1"},
	{"[192.0.2.1]", "192.0.2.1"},
	{"[IPv6:2001:DB8::1]", "[2001:db8::1]"},
	{"[2001:db8:0:0:0:0:0:1]", "[2001:db8::1]"},
	{"[fe80::1%eth0]", ""},
	{"192.0.2", ""},
	{"192.0.2.1.1", ""},
	{"１９２.0.2.1", "192.0.2.1"},
	{strings.Repeat("a", 63) + ".example", strings.Repeat("a", 63) + ".example"},
	{strings.Repeat("a", 64) + ".example", ""},
	{strings.Repeat("a.", 125) + "abc", strings.Repeat("a.", 125) + "abc"},
	{strings.Repeat("a.", 126) + "abc", ""},
}

func TestAppendHost(t *testing.T) {
	var c Canon
	for _, tt := range hostTests {
		got, ok := c.AppendHost([]byte("x"), []byte(tt.in))
		if ok != (tt.want != "") || string(got) != "x"+tt.want {
			t.Errorf("AppendHost(%q) = %q, %v; want %q", tt.in, got[1:], ok, tt.want)
		}
	}
}

// TestAppendHostAgain: what a Canon remembers of names, or has forgotten, changes nothing,
// and it remembers no more than so many.
func TestAppendHostAgain(t *testing.T) {
	var c Canon
	for range 2 {
		for i := range 2*maxMapped + 100 {
			for _, raw := range []string{fmt.Sprintf("bücher%d.example", i), fmt.Sprintf("bü_cher%d.example", i), "bücher.example"} {
				var fresh Canon
				want, wantOK := fresh.AppendHost(nil, []byte(raw))
				got, ok := c.AppendHost(nil, []byte(raw))
				if ok != wantOK || string(got) != string(want) {
					t.Fatalf("AppendHost(%q) = %q, %v; at first it was %q, %v", raw, got, ok, want, wantOK)
				}
			}
			if len(c.mapped) > maxMapped {
				t.Fatalf("%d names remembered", len(c.mapped))
			}
		}
	}
}

var siteTests = []struct {
	in   string
	kind SiteKind
	want string
	path bool
}{
	{"widgets.example", SiteHost, "widgets.example", false},
	{"www.widgets.example", SiteHost, "widgets.example", false},
	{"WWW.Widgets.Example", SiteHost, "widgets.example", false},
	{"http://widgets.example", SiteHost, "widgets.example", false},
	{"https://www.widgets.example/", SiteHost, "widgets.example", false},
	{"https://www.widgets.example/en/about?x=1#y", SiteHost, "widgets.example", true},
	{"HTTPS://WIDGETS.EXAMPLE:8443/x", SiteHost, "widgets.example", true},
	{"//widgets.example/x", SiteHost, "widgets.example", true},
	{"ftp://jo:pw@widgets.example/x", SiteHost, "widgets.example", true},
	{"http:/widgets.example", SiteHost, "widgets.example", false},
	{"http//widgets.example", SiteHost, "widgets.example", false},
	{"https:widgets.example", SiteHost, "widgets.example", false},
	{"http://http://widgets.example", SiteHost, "widgets.example", false},
	{`http:\\widgets.example\x`, SiteHost, "widgets.example", true},
	{"https:///widgets.example", SiteHost, "widgets.example", false},
	{"widgets.example:443", SiteHost, "widgets.example", false},
	{"widgets.example?utm=1", SiteHost, "widgets.example", true},
	{"widgets.example#", SiteHost, "widgets.example", false},
	{"info@widgets.example", SiteHost, "widgets.example", false},
	{"mailto:info@widgets.example", SiteHost, "widgets.example", false},
	{"widgets.example, widgets.test", SiteHost, "widgets.example", false},
	{"widgets.example;widgets.test", SiteHost, "widgets.example", false},
	{"widgets.example | widgets.test", SiteHost, "widgets.example", false},
	{"widgets.example\nwidgets.test", SiteHost, "widgets.example", false},
	{"Website: widgets.example", SiteHost, "widgets.example", false},
	{"Website:https://widgets.example", SiteHost, "widgets.example", false},
	{"see www.widgets.example", SiteHost, "widgets.example", false},
	{"n/a widgets.example", SiteHost, "widgets.example", false},
	{`"widgets.example"`, SiteHost, "widgets.example", false},
	{"<https://widgets.example>", SiteHost, "widgets.example", false},
	{"(widgets.example)", SiteHost, "widgets.example", false},
	{"[Widgets](https://widgets.example)", SiteHost, "widgets.example", false},
	{`=HYPERLINK("https://widgets.example/";"Widgets")`, SiteHost, "widgets.example", false},
	{`<a href="https://widgets.example/x">Widgets</a>`, SiteHost, "widgets.example", true},
	{"https://widgets.example/a,b", SiteHost, "widgets.example", true},
	{"widgets.example.", SiteHost, "widgets.example", false},
	{"*.widgets.example", SiteHost, "widgets.example", false},
	{"https://widgets.example/größe", SiteHost, "widgets.example", true},
	{"https://bücher.example/", SiteHost, "xn--bcher-kva.example", false},
	{"ｈｔｔｐｓ：／／ｗｉｄｇｅｔｓ．ｅｘａｍｐｌｅ／", SiteHost, "widgets.example", false},
	{"www.co.uk", SiteHost, "www.co.uk", false}, // co.uk is a suffix: this is the name
	{"www.example", SiteHost, "www.example", false},
	{"www.www.widgets.example", SiteHost, "www.widgets.example", false},
	{"https://medium.com/@widgets", SiteHost, "medium.com", true},
	{"http://192.0.2.1:8080/x", SiteIP, "192.0.2.1", true},
	{"http://[2001:db8::1]:80/", SiteIP, "[2001:db8::1]", false},
	{"", SiteMissing, "", false},
	{"  ", SiteMissing, "", false},
	{"-", SiteMissing, "", false},
	{"—", SiteMissing, "", false},
	{"n/a", SiteMissing, "", false},
	{"N.A.", SiteMissing, "", false},
	{"#N/A", SiteMissing, "", false},
	{"None", SiteMissing, "", false},
	{"NULL", SiteMissing, "", false},
	{"(null)", SiteMissing, "", false},
	{"unknown", SiteMissing, "", false},
	{"not available", SiteMissing, "", false},
	{"no website", SiteMissing, "", false},
	{"http://", SiteMissing, "", false},
	{"widgets", SiteInvalid, "", false},
	{"Widgets Ltd", SiteInvalid, "", false},
	{"http://localhost/", SiteInvalid, "", false},
	{"coming soon!", SiteInvalid, "", false},
	{"wid_gets.example", SiteInvalid, "", false},
	{"http://999.1.2.3", SiteInvalid, "", false},
}

func TestWebsiteHost(t *testing.T) {
	var c Canon
	for _, tt := range siteTests {
		got, site := c.WebsiteHost([]byte("x"), []byte(tt.in))
		if site.Kind != tt.kind || string(got) != "x"+tt.want || site.Path != tt.path {
			t.Errorf("WebsiteHost(%q) = %q, %v, path %v; want %q, %v, path %v",
				tt.in, got[1:], site.Kind, site.Path, tt.want, tt.kind, tt.path)
		}
	}
}

// TestWebsiteNoRest wants no rest where only separators follow the value.
func TestWebsiteNoRest(t *testing.T) {
	var c Canon
	for _, cell := range []string{"a.example", "a.example ", "a.example,", "\"a.example\";", "a.example | ", "<a.example>"} {
		if _, site := c.WebsiteHost(nil, []byte(cell)); site.Kind != SiteHost || site.Rest != nil {
			t.Errorf("WebsiteHost(%q): %v, rest %q", cell, site.Kind, site.Rest)
		}
	}
}

func TestWebsiteRest(t *testing.T) {
	var c Canon
	var got []string
	for cell := []byte("https://a.example/x; b.example, n/a, c.example|bücher.example、größe.example"); ; {
		host, site := c.WebsiteHost(nil, cell)
		if site.Kind != SiteHost {
			break
		}
		got = append(got, string(host))
		cell = site.Rest
	}
	if want := "a.example b.example c.example xn--bcher-kva.example xn--gre-6ka8i.example"; strings.Join(got, " ") != want {
		t.Errorf("values of the cell: %q, want %q", got, want)
	}
}

var matchTests = []struct {
	mail, site string
	want       Relation
}{
	{"acme.com", "acme.com", Same},
	{"acme.com", "shop.acme.com", Same},
	{"www.acme.com", "acme.com", Same},
	{"acme.com", "www.acme.com", Same},
	{"acme.co.uk", "acme.co.uk", Same},
	{"mail.acme.com", "mail.acme.com", Same},
	{"www.acme.com", "shop.acme.com", Same},
	{"mail.acme.com", "acme.com", Subdomain},
	{"mail.acme.com", "shop.acme.com", Subdomain},
	{"a.b.acme.co.uk", "acme.co.uk", Subdomain},
	{"acme-mail.com", "acme.com", Alias},
	{"eu.acme-mail.com", "www.acme.com", Alias},
	{"acme.com", "acme-mail.com", Mismatch}, // aliases have a direction
	{"acme.de", "acme.com", Near},
	{"acme.co.uk", "acme.com", Near},
	{"acme.uk.com", "acme.com", Near},
	{"mail.acme.de", "shop.acme.com", Near},
	{"widgetts.com", "widgets.com", Near},
	{"widgest.com", "widgets.com", Near},
	{"widgetx.com", "widgets.com", Near},
	{"widget.com", "widgets.com", Near},
	{"widgets.de", "widgetz.com", Near},
	{"wid-gets.com", "widgets.com", Near},
	{"wid-ge-ts.com", "widgets.com", Near},
	{"w1dgets.com", "widgets.com", Near},
	{"rnatter.com", "matter.com", Near},
	{"xn--mller-kva.de", "mueller.de", Near},       // müller
	{"xn--wdgets-pvf.com", "widgets.com", Near},    // Cyrillic і
	{"xn--caf-dma.com", "cafe.com", Near},          // café
	{"ibm.com", "ibs.com", Mismatch},               // too short for a typo
	{"dell.com", "bell.com", Mismatch},             // four letters
	{"widgetsinc.com", "widgets.com", Mismatch},    // two edits and more
	{"other.com", "acme.com", Mismatch},            //
	{"nhs.uk", "nhs.uk", Same},                     // suffixes: equal hosts only
	{"trust.nhs.uk", "nhs.uk", Mismatch},           //
	{"gov.uk", "www.gov.uk", Same},                 //
	{"a.github.io", "b.github.io", Mismatch},       // private suffix: different owners
	{"a.github.io", "a.github.io", Same},           //
	{"192.0.2.1", "192.0.2.1", Same},               //
	{"192.0.2.1", "192.0.2.2", Mismatch},           //
	{"k12.ca.us", "lausd.k12.ca.us", Mismatch},     //
	{"school.k12.ca.us", "school.k12.ca.us", Same}, //
	{"widgets.example", "www.widgets.example", Same},
	{"hr.widgets.test", "widgets.test", Subdomain},
}

func TestMatch(t *testing.T) {
	a, err := LoadAliases(Source{"aliases.txt", strings.NewReader("acme.com: acme-mail.com\n")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range matchTests {
		if got := Match([]byte(tt.mail), []byte(tt.site), a); got != tt.want {
			t.Errorf("Match(%s, %s) = %v, want %v", tt.mail, tt.site, got, tt.want)
		}
	}
	if got := Match([]byte("acme-mail.com"), []byte("acme.com"), nil); got != Mismatch {
		t.Errorf("without aliases: %v", got)
	}
}

func TestRegistrable(t *testing.T) {
	for _, tt := range []struct {
		host, want string
		kind       Kind
	}{
		{"acme.com", "acme.com", KindRegistrable},
		{"a.b.acme.com", "acme.com", KindRegistrable},
		{"a.acme.co.uk", "acme.co.uk", KindRegistrable},
		{"acme.uk.com", "acme.uk.com", KindRegistrable},
		{"a.acme.github.io", "acme.github.io", KindRegistrable},
		{"github.io", "", KindPublicSuffix},
		{"co.uk", "", KindPublicSuffix},
		{"com", "", KindPublicSuffix},
		{"nhs.uk", "", KindPublicSuffix},
		{"www.ck", "www.ck", KindRegistrable}, // exception
		{"a.www.ck", "www.ck", KindRegistrable},
		{"acme.ck", "", KindPublicSuffix}, // wildcard
		{"x.acme.ck", "x.acme.ck", KindRegistrable},
		{"acme.nosuchtld", "acme.nosuchtld", KindUnknownTLD},
		{"a.acme.con", "acme.con", KindUnknownTLD},
		{"nosuchtld", "", KindUnknownTLD},
		{"widgets.example", "widgets.example", KindRegistrable},
		{"a.widgets.test", "widgets.test", KindRegistrable},
		{"localhost", "", KindPublicSuffix},
		{"192.0.2.1", "2.1", KindUnknownTLD},
		{"xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn", KindRegistrable},
		{"", "", KindUnknownTLD},
	} {
		reg, kind := Registrable([]byte(tt.host))
		if string(reg) != tt.want || kind != tt.kind {
			t.Errorf("Registrable(%s) = %q, %v; want %q, %v", tt.host, reg, kind, tt.want, tt.kind)
		}
	}
}

func TestReserved(t *testing.T) {
	for _, h := range strings.Fields("example.com mail.example.com example.org example.net example.edu example.de mail.example.co.uk example.com.br widgets.example a.test " +
		"localhost x.localhost printer.local x.internal y.onion host.invalid 1.0.0.127.in-addr.arpa router 192.0.2.1 [2001:db8::1]") {
		if !Reserved([]byte(h)) {
			t.Errorf("Reserved(%s) = false", h)
		}
	}
	for _, h := range strings.Fields("acme.com myexample.com example.acme.com example-x.com test.de local.com 1and1.com 4.acme.com") {
		if Reserved([]byte(h)) {
			t.Errorf("Reserved(%s) = true", h)
		}
	}
}

// TestIsSite: wherever IsSite says yes, WebsiteHost finds that host, and the same path.
func TestIsSite(t *testing.T) {
	yes := 0
	for _, host := range []string{"acme.com", "nhs.uk", "mail.acme.co.uk", "xn--mnchen-3ya.de", "sales.acme-and-daughters.co.uk"} {
		for _, before := range []string{"", "http://", "https://", "www.", "https://www.", "HTTP://", " ", "//", "http:/", "x"} {
			for _, after := range []string{"", "/", "/about", "//", "/?q", "?q", ":80", " b.com", "/a b", ".", "x", "/\u00e9", "/;c.com", "/#"} {
				cell := []byte(before + host + after)
				path, is := IsSite(cell, []byte(host))
				if !is {
					continue
				}
				yes++
				var c Canon
				got, site := c.WebsiteHost(nil, cell)
				bare := strings.TrimPrefix(string(got), "www.")
				if site.Kind != SiteHost || bare != host || site.Path != path {
					t.Errorf("%q: IsSite says %s, path %t; WebsiteHost says %v %q, path %t", cell, host, path, site.Kind, got, site.Path)
				}
			}
		}
	}
	if yes < 100 {
		t.Errorf("IsSite knew %d of the cells only", yes)
	}
}
