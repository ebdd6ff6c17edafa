package domain

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func src(text string) Source { return Source{"list.txt", strings.NewReader(text)} }

func TestOverrides(t *testing.T) {
	o, err := LoadOverrides(
		[]Source{src("\ufeff# ours\n*.gmail.com\nMailinator.COM # really\r\n\r\nbücher.example\nok.bad.example\nboth.example\n")},
		[]Source{src("@bad.example\n.worse.example\nacme.com\nedu\nboth.example\n")})
	if err != nil {
		t.Fatal(err)
	}
	tables := Embedded().With(o)
	for _, tt := range []struct{ host, want string }{
		{"gmail.com", ""},
		{"mail.gmail.com", ""},
		{"mailinator.com", ""},
		{"googlemail.com", "freemail reviewed"},
		{"bad.example", "denied reviewed bad.example"},
		{"a.bad.example", "denied reviewed bad.example"},
		{"ok.bad.example", ""},
		{"a.ok.bad.example", ""},
		{"worse.example", "denied reviewed worse.example"},
		{"acme.com", "denied reviewed acme.com"},
		{"dept.school.edu", "denied reviewed edu"},
		{"both.example", ""},
		{"xn--bcher-kva.example", ""},
	} {
		got := ""
		if e, name, ok := tables.Lookup([]byte(tt.host)); ok {
			got = fmt.Sprintf("%v %v", e.Class, e.Tier)
			if e.Class == Denied {
				got += " " + string(name)
			}
		}
		if got != tt.want {
			t.Errorf("Lookup(%s) = %q, want %q", tt.host, got, tt.want)
		}
	}
	if e, _, ok := Embedded().Lookup([]byte("gmail.com")); !ok || e.Class != Freemail {
		t.Error("With changed the embedded tables")
	}
	v := tables.Versions()
	if last := v[len(v)-1]; last.Name != "allow" || last.Version != "list.txt" || last.Entries != 5 {
		t.Errorf("version of the file: %+v", last)
	}
}

// TestListErrors wants every wrong line by number and none by content.
func TestListErrors(t *testing.T) {
	overrides := func(s Source) error { _, err := LoadOverrides(nil, []Source{s}); return err }
	aliases := func(s Source) error { _, err := LoadAliases(s); return err }
	targets := func(s Source) error { _, err := LoadTargets(s); return err }
	for _, tt := range []struct {
		name, in string
		load     func(Source) error
		want     string
		is       error
	}{
		{"override", "a.example\nse cret\n\n192.0.2.1\n", overrides, "list.txt:2: not a domain name\nlist.txt:4: not a domain name", ErrDomain},
		{"override word", "secret\n", overrides, "list.txt:1: not a domain name", ErrDomain},
		{"override address", "secret@a.example\n", overrides, "list.txt:1: not a domain name", ErrDomain},
		{"override encoding", "a.example\n\xff\n", overrides, "list.txt: not UTF-8 text", ErrEncoding},
		{"override UTF-16", "a\x00.\x00", overrides, "list.txt: not UTF-8 text", ErrEncoding},
		{"alias alone", "a.example: b.example\nc.example:\n", aliases, "list.txt:2: want a company domain and at least one mail domain", ErrPair},
		{"alias wrong", "a.example: b.example\nc.example: sec_ret\n", aliases, "list.txt:2: not a domain name", ErrDomain},
		{"target", "domain\na.example\nsecret\ncom\n", targets, "list.txt:3: not a domain name\nlist.txt:4: not a domain name", ErrDomain},
		{"target shared", "a.example\nlinkedin.com/company/secret\n", targets, "list.txt:2: a shared host, not one company's domain", ErrShared},
		{"targets empty", "# none\n\n", targets, "list.txt: no domain in it", ErrEmpty},
		{"targets header only", "domain\n", targets, "list.txt: no domain in it", ErrEmpty},
		{"targets no column", "secret,thing\nmore,words\n", targets, "list.txt: no column of domains or websites found", ErrNoColumn},
	} {
		err := tt.load(src(tt.in))
		if err == nil || err.Error() != tt.want || !errors.Is(err, tt.is) {
			t.Errorf("%s: error %q, want %q", tt.name, err, tt.want)
		}
	}
	err := overrides(src(strings.Repeat("?\n", 50)))
	if n := strings.Count(err.Error(), "\n"); n != maxErrors || !strings.HasSuffix(err.Error(), "and 30 more lines") {
		t.Errorf("50 wrong lines make %d lines of error: %v", n+1, err)
	}
}

func TestAliasForms(t *testing.T) {
	a, err := LoadAliases(
		src("# ours\nwww.Acme.com: acme-mail.com  acme.net\nacme.com: acme.org # more\n"),
		src("company_domain,mail_domain\nwidgets.example,wid.example\nwidgets.example;wdg.example;wgt.example\n\"gus.example\"\tgus.test\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		site, mail string
		want       bool
	}{
		{"acme.com", "acme-mail.com", true},
		{"shop.acme.com", "acme.net", true},
		{"acme.com", "eu.acme.org", true},
		{"acme.com", "notacme.org", false},
		{"acme.org", "acme.com", false},
		{"widgets.example", "wid.example", true},
		{"widgets.example", "wgt.example", true},
		{"gus.example", "gus.test", true},
		{"other.example", "wid.example", false},
	} {
		if got := a.Has([]byte(tt.site), []byte(tt.mail)); got != tt.want {
			t.Errorf("Has(%s, %s) = %v", tt.site, tt.mail, got)
		}
	}
}

func TestTargetForms(t *testing.T) {
	for name, in := range map[string]string{
		"plain":         "# accounts\nwidgets.example\nwww.Gus.example.\n\nhttps://trust.nhs.uk/x\n",
		"urls":          "https://www.widgets.example/en\nhttp://shop.gus.example\ntrust.nhs.uk\n",
		"header":        "Name,Company Website,City\n\"Widgets.com, Ltd\",widgets.example,X\nGus,gus.example,Y\nNone,n/a,Z\nTrust,https://trust.nhs.uk,Q\n",
		"semicolon":     "name;domain\nWidgets;widgets.example\nGus;gus.example\nT;trust.nhs.uk\n",
		"by looking":    "account\tthing\nWidgets\twidgets.example\nGus.com\tgus.example\nT\ttrust.nhs.uk\n",
		"bom and crlf":  "\ufeffdomain\r\nwidgets.example\r\ngus.example\r\ntrust.nhs.uk\r\n",
		"quoted breaks": "name,domain\n\"Wid\ngets\",widgets.example\nGus,gus.example\nT,trust.nhs.uk\n",
	} {
		got, err := LoadTargets(src(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Len() != 3 {
			t.Errorf("%s: %d companies, want 3", name, got.Len())
		}
		for host, want := range map[string]bool{
			"widgets.example": true, "mail.widgets.example": true, "gus.example": true,
			"trust.nhs.uk": true, "nhs.uk": false, "other.example": false, "gus.com": false,
		} {
			if got.Has([]byte(host)) != want {
				t.Errorf("%s: Has(%s) = %v", name, host, !want)
			}
		}
	}
}

// TestOneEdit compares with a table of distances by definition.
func TestOneEdit(t *testing.T) {
	var words []string
	for _, base := range []string{"abcab", "abcb", "bacab"} {
		words = append(words, base)
		for i := range len(base) + 1 {
			for _, c := range "abcx" {
				words = append(words, base[:i]+string(c)+base[i:])
				if i < len(base) {
					words = append(words, base[:i]+string(c)+base[i+1:], base[:i]+base[i+1:])
				}
			}
		}
	}
	for _, a := range words {
		for _, b := range words {
			if got, want := oneEdit([]byte(a), []byte(b)), distance(a, b) <= 1; got != want {
				t.Errorf("oneEdit(%s, %s) = %v, want %v", a, b, got, want)
			}
		}
	}
}

// distance is the optimal string alignment distance, by its recurrence.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func FuzzFiles(f *testing.F) {
	f.Add([]byte("a.example: b.example, c.example\n"))
	f.Add([]byte("name;domain\n\"x\ny\";a.example\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := func() Source { return src(string(text)) }
		for _, err := range []error{
			func() error { _, err := LoadOverrides([]Source{s()}, []Source{s()}); return err }(),
			func() error { _, err := LoadAliases(s()); return err }(),
			func() error { _, err := LoadTargets(s()); return err }(),
		} {
			if le := (*ListError)(nil); err != nil && (!errors.As(err, &le) || le.Name != "list.txt") {
				t.Errorf("error without a position: %v", err)
			}
		}
	})
}
