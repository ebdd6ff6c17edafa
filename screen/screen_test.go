package screen

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"testing"

	"sluice/formats/column"
	"sluice/screen/domain"
	"sluice/screen/suppress"
)

func testIndex(t testing.TB, lists map[string]string) *suppress.Index {
	t.Helper()
	var b suppress.Builder
	for class := range suppress.NumClasses {
		text, ok := lists[class.String()]
		if !ok {
			continue
		}
		if _, err := b.AddReader(context.Background(), strings.NewReader(text), suppress.ListSpec{Name: class.String(), Class: class}); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func sha(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// names returns the reasons and flags of d, joined by blanks.
func names(d Decision) string {
	var s []string
	for r := range NumReasons {
		if d.Reasons.Has(r) {
			s = append(s, r.String())
		}
	}
	for f := range NumFlags {
		if d.Flags.Has(f) {
			s = append(s, "+"+f.String())
		}
	}
	return strings.Join(s, " ")
}

// TestReasons screens one row a case against lists, tables, aliases and targets.
func TestReasons(t *testing.T) {
	index := testIndex(t, map[string]string{
		"opt_out":             "optout@kelpfoods.com\nkelpdata.com\n+442079460000\nhttps://www.linkedin.com/in/jane-doe\nboth@kelpfoods.com\n",
		"erasure":             sha("gone@kelpfoods.com") + "\n" + sha("Raw.Case@kelpfoods.com") + "\n" + sha("both@kelpfoods.com") + "\n",
		"erasure_state":       "state@kelpfoods.com\n",
		"objection":           "objector@kelpfoods.com\n",
		"consent_withdrawn":   "withdrew@kelpfoods.com\n",
		"do_not_sell":         "nosell@kelpfoods.com\n",
		"restriction":         "restricted@kelpfoods.com\n",
		"automated_objection": "auto@kelpfoods.com\n",
		"bounce":              "bounced@kelpfoods.com\n",
	})
	aliases, err := domain.LoadAliases(domain.Source{Name: "aliases", R: strings.NewReader("kelpfoods.com: kelp-mail.net\n")})
	if err != nil {
		t.Fatal(err)
	}
	const site = "https://www.kelpfoods.com/about"
	tests := []struct {
		name, email, website, phone, social, stray, want string
	}{
		{name: "kept", email: "jane@kelpfoods.com", website: site},
		{name: "mixed case", email: "Jane@KelpFoods.com", website: site},
		{name: "erased", email: "gone@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, mixed case", email: "GONE@Kelpfoods.com", website: site, want: "erased"},
		{name: "erased, with tag", email: "gone+crm@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, as it was hashed", email: "Raw.Case@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, in a note", email: "jane@kelpfoods.com", website: site, stray: "or write to Gone@kelpfoods.com!", want: "erased"},
		{name: "erased, behind a mark", email: "=gone@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, behind a dash", email: "-gone@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, behind a word", email: "email=gone@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, in a link", email: "jane@kelpfoods.com", website: site, stray: "https://t.kelpfoods.com/?e=Gone%40kelpfoods.com&x=1", want: "erased"},
		{name: "erased, with a slip", email: "jane@kelpfoods.com", website: site, stray: "gone@@kelpfoods.com", want: "erased"},
		{name: "erased, with a slip in its own cell", email: "gone@@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, escaped in its own cell", email: "gone%40kelpfoods.com", website: site, want: "erased"},
		{name: "erased, beside another", email: "jane@kelpfoods.com; gone@kelpfoods.com", website: site, want: "erased"},
		{name: "erased outranks opted out", email: "both@kelpfoods.com", website: site, want: "erased"},
		{name: "erased, at a free-mail host", email: "gone@kelpfoods.com", website: "gmail.com", want: "erased"},
		{name: "state", email: "state@kelpfoods.com", website: site, want: "erased_state"},
		{name: "objected", email: "objector@kelpfoods.com", website: site, want: "objected"},
		{name: "withdrew", email: "withdrew@kelpfoods.com", website: site, want: "consent_withdrawn"},
		{name: "do not sell", email: "nosell@kelpfoods.com", website: site, want: "do_not_sell"},
		{name: "restricted", email: "restricted@kelpfoods.com", website: site, want: "restricted"},
		{name: "no automated decisions", email: "auto@kelpfoods.com", website: site, want: "automated_objection"},
		{name: "bounced", email: "bounced@kelpfoods.com", website: site, want: "bounced"},
		{name: "opted out", email: "optout@kelpfoods.com", website: site, want: "excluded_email"},
		{name: "company opted out", email: "x@kelpdata.com", website: "kelpdata.com", want: "excluded_domain excluded_company"},
		{name: "and its subdomains", email: "x@mail.kelpdata.com", website: "kelpdata.com", want: "excluded_domain excluded_company +subdomain_match"},
		{name: "company opted out, mail elsewhere", email: "x@kelpfoods.com", website: "kelpdata.com", want: "excluded_company domain_mismatch"},
		{name: "company opted out, a doubled @", email: "x@@kelpdata.com", website: "kelpdata.com", want: "excluded_domain excluded_company email_multiple"},
		{name: "phone", email: "a@kelpfoods.com", website: site, phone: "+44 (0)20 7946 0000", want: "excluded_phone"},
		{name: "profile", email: "a@kelpfoods.com", website: site, social: "linkedin.com/in/jane-doe/", want: "excluded_social"},

		{name: "missing", email: "  ", website: site, want: "email_missing"},
		{name: "syntax", email: "jane..doe@kelpfoods.com", website: site, want: "email_syntax"},
		{name: "multiple", email: "a@kelpfoods.com, b@kelpfoods.com", website: site, want: "email_multiple"},
		{name: "domain syntax", email: "a@kelp-.com", website: site, want: "domain_syntax"},
		{name: "unknown TLD", email: "a@kelpfoods.zzz", website: site, want: "domain_unknown_tld"},
		{name: "public suffix", email: "a@co.uk", website: site, want: "domain_public_suffix"},
		{name: "an organisation on a suffix", email: "a@nhs.uk", website: "www.nhs.uk"},
		{name: "reserved", email: "a@example.com", website: "example.com", want: "domain_reserved"},
		{name: "IP literal", email: "a@[192.0.2.1]", website: site, want: "domain_reserved"},

		{name: "free-mail", email: "a@gmail.com", website: site, want: "freemail domain_mismatch"},
		{name: "free-mail by family", email: "a@yahoo.com.vn", website: site, want: "freemail domain_mismatch"},
		{name: "ISP", email: "a@comcast.net", website: site, want: "isp_mail domain_mismatch"},
		{name: "relay", email: "a@duck.com", website: site, want: "relay_alias domain_mismatch"},
		{name: "disposable", email: "a@mailinator.com", website: site, want: "disposable domain_mismatch"},
		{name: "its own website", email: "a@123box.net", website: "123box.net", want: "listed_but_company"},
		{name: "mismatch", email: "a@silberdata.com", website: site, want: "domain_mismatch"},
		{name: "other suffix", email: "a@kelpfoods.de", website: site, want: "domain_near"},
		{name: "typo", email: "a@kelpfods.com", website: site, want: "domain_near"},
		{name: "subdomain", email: "a@mail.kelpfoods.com", website: site, want: "+subdomain_match"},
		{name: "alias", email: "a@kelp-mail.net", website: site, want: "+alias_match"},
		{name: "no website", email: "a@kelpfoods.com", website: "n/a", want: "website_missing"},
		{name: "shared host", email: "a@kelpfoods.com", website: "facebook.com/kelp", want: "website_shared_host"},
		{name: "website is a provider", email: "a@kelpfoods.com", website: "gmail.com", want: "website_freemail"},

		{name: "role", email: "info@kelpfoods.com", website: site, want: "+role_account"},
		{name: "plus", email: "a+b@kelpfoods.com", website: site, want: "+plus_tag"},
		{name: "repaired", email: "Jane <a@kelpfoods.com>", website: site, want: "+repaired"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := One(map[Role]string{Email: tt.email, Website: tt.website, Phone: tt.phone, Social: tt.social})
			if tt.stray != "" {
				in.Strays = []column.Cell{{Text: []byte(tt.stray)}}
			}
			var out Outcome
			s := New(Options{Indexes: []*suppress.Index{index}, Aliases: aliases, Roles: map[Role][]int{Website: {1}}})
			if err := s.Worker().Screen(in, &out); err != nil {
				t.Fatal(err)
			}
			if got := names(out.Decisions[0]); got != tt.want {
				t.Errorf("%s with website %s: got %q, want %q", tt.email, tt.website, got, tt.want)
			}
			if d := out.Decisions[0]; d.Reasons&(1<<RowMalformed-1) != 0 && d.List == 0 {
				t.Error("no list is named")
			}
		})
	}
}

// TestBroken: a broken record is searched for addresses before it may go to quarantine.
func TestBroken(t *testing.T) {
	s := New(Options{Indexes: []*suppress.Index{testIndex(t, map[string]string{"erasure": sha("gone@kelpfoods.com")})}})
	for text, want := range map[string]string{
		`Max,"gone@kelpfoods.com,x`:           "erased",
		`Max;mailto:GONE@kelpfoods.com;`:      "erased",
		`Max,"jane@kelpfoods.com"x`:           "row_malformed",
		"Max,gone@kelpfoods.com\xff,x":        "erased",
		`{"email":"gone+tag@kelpfoods.com"`:   "erased",
		`<a href='mailto:gone@kelpfoods.com'`: "erased",
	} {
		in := One(map[Role]string{Email: ""})
		in.Broken = []column.Cell{{Text: []byte(text), Col: -1}}
		var out Outcome
		if err := s.Worker().Screen(in, &out); err != nil {
			t.Fatal(err)
		}
		if got := names(out.Decisions[0]); got != want {
			t.Errorf("broken record %q: got %q, want %q", text, got, want)
		}
	}
}

// TestExplain: an explanation's verdict is the screening's.
func TestExplain(t *testing.T) {
	s := New(Options{Indexes: []*suppress.Index{testIndex(t, map[string]string{"opt_out": "kelpdata.com"})}, Roles: map[Role][]int{Website: {1}}})
	e, err := s.Explain(One(map[Role]string{Email: "ann@kelpdata.com", Website: "kelpdata.com"}), 0)
	if err != nil {
		t.Fatal(err)
	}
	if e.Verdict != "reject" || e.Reason != "excluded_domain" {
		t.Errorf("verdict %s for %s, want reject for excluded_domain", e.Verdict, e.Reason)
	}
	for _, f := range e.Findings {
		if strings.Contains(f.Evidence, "ann") {
			t.Errorf("evidence quotes the address: %s", f.Evidence)
		}
	}
}
