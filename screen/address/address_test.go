package address

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

type vector struct {
	Input, Canonical, Status, SHA1, MD5, SHA256 string
	Alternates                                  map[string]struct{ Form, SHA1 string }
}

func vectors(t testing.TB) []vector {
	f, err := os.Open("../../testdata/vectors/email_canonical.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var vs []vector
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var v vector
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		vs = append(vs, v)
	}
	if len(vs) < 40 {
		t.Fatalf("%d vectors, want at least 40", len(vs))
	}
	return vs
}

func sha1Hex(s []byte) string {
	sum := sha1.Sum(s)
	return hex.EncodeToString(sum[:])
}

func TestVectors(t *testing.T) {
	var p Parser
	for _, v := range vectors(t) {
		var got Parsed
		p.Parse([]byte(v.Input), &got)
		if string(got.Canon) != v.Canonical || got.Status.String() != v.Status {
			t.Errorf("Parse(%+q) = %+q, %v; want %+q, %s", v.Input, got.Canon, got.Status, v.Canonical, v.Status)
			continue
		}
		if want := strings.LastIndexByte(v.Canonical, '@'); int(got.At) != want {
			t.Errorf("Parse(%+q).At = %d, want %d", v.Input, got.At, want)
		}
		if v.Canonical != "" {
			m, s := md5.Sum(got.Canon), sha256.Sum256(got.Canon)
			if sha1Hex(got.Canon) != v.SHA1 || hex.EncodeToString(m[:]) != v.MD5 || hex.EncodeToString(s[:]) != v.SHA256 {
				t.Errorf("Parse(%+q): digests differ", v.Input)
			}
		}
		forms, want := map[string]string{}, map[string]string{}
		for _, alt := range p.Alternates([]byte(v.Input), got.Canon, got.Info, AllForms) {
			forms[alt.Form.String()] = string(alt.Text)
		}
		for name, alt := range v.Alternates {
			if sha1Hex([]byte(alt.Form)) != alt.SHA1 {
				t.Errorf("vector %+q: %s is not what was hashed", v.Input, name)
			}
			if alt.Form != v.Canonical { // the file lists one of these
				want[name] = alt.Form
			}
		}
		if d := cmp.Diff(want, forms); d != "" {
			t.Errorf("Alternates(%+q) (-want +got):\n%s", v.Input, d)
		}
	}
}

func TestParse(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, tt := range []struct {
		name, in, want string
		status         Status
		flags          Flags
	}{
		{"short", "a@b.io", "a@b.io", OK, 0},
		{"plus", "jane+x@w.example", "jane+x@w.example", OK, PlusTag},
		{"capitals", "JANE@W.EXAMPLE", "jane@w.example", OK, Cased},
		{"specials", "!#$%&'*+-/=?^_`{|}~@w.example", "!#$%&'*+-/=?^_`{|}~@w.example", OK, PlusTag},
		{"underscore first", "_jane_@w.example", "_jane_@w.example", OK, 0},
		{"two hyphens", "jane@a--b.example", "jane@a--b.example", OK, 0},
		{"hyphens three and four", "jane@r3---sn.example", "jane@r3---sn.example", OK, 0},
		{"longest local", long + "@w.example", long + "@w.example", OK, 0},
		{"local too long", long + "a@w.example", long + "a@w.example", Syntax, 0},
		{"longest label", "jane@" + long[1:] + ".example", "jane@" + long[1:] + ".example", OK, 0},
		{"label too long", "jane@" + long + ".example", "jane@" + long + ".example", DomainSyntax, 0},
		{"domain too long", "jane@" + strings.Repeat("a.", 126) + "ex", "jane@" + strings.Repeat("a.", 126) + "ex", DomainSyntax, 0},
		{"hyphen first", "jane@-w.example", "jane@-w.example", DomainSyntax, 0},
		{"hyphen last", "jane@w-.example", "jane@w-.example", DomainSyntax, 0},
		{"empty label", "jane@w..example", "jane@w..example", DomainSyntax, 0},
		{"underscore in domain", "jane@w_w.example", "jane@w_w.example", DomainSyntax, 0},
		{"comma in domain", "jane@w,example.com", "jane@w,example.com", DomainSyntax, 0},
		{"no domain", "jane.doe@", "jane.doe@", Syntax, 0},
		{"leading dot", ".jane@w.example", ".jane@w.example", Syntax, 0},
		{"dot before at", "jane.@w.example", "jane.@w.example", Syntax, 0},
		{"blank inside", "jane doe@w.example", "jane doe@w.example", Syntax, 0},
		{"line break inside", "jane\ndoe@w.example", "jane\ndoe@w.example", Syntax, 0},
		{"ideographic space", "jane　doe@w.example", "jane　doe@w.example", Syntax, NonASCII},
		{"bare IPv4", "jane.doe@192.0.2.10", "jane.doe@192.0.2.10", Reserved, 0},
		{"not quite IPv4", "jane.doe@192.0.2.310", "jane.doe@192.0.2.310", OK, 0},
		{"IPv6 literal", "jane@[IPv6:2001:DB8::1]", "jane@[ipv6:2001:db8::1]", Reserved, Cased},
		{"bad A-label", "jane@xn--a.example", "jane@xn--a.example", DomainSyntax, 0},
		{"A-label of ASCII", "jane@xn--abc-.example", "jane@xn--abc-.example", DomainSyntax, 0},
		{"quoted at", `"a@b"@w.example`, `"a@b"@w.example`, Syntax, 0},
		{"two ats", "jane@@w.example", "jane@@w.example", Multiple, 0},
		{"two, semicolon", "a@b.example;c@d.example", "a@b.example;c@d.example", Multiple, 0},
		{"two, angles", "A <a@b.example>, B <c@d.example>", "a <a@b.example>, b <c@d.example>", Multiple, Cased},
		{"name is another address", `"a@b.example" <c@d.example>`, `"a@b.example" <c@d.example>`, Multiple, 0},
		{"name is the address", `"Jane@W.example" <jane@w.example>`, "jane@w.example", OK, Repaired},
		{"name is the address in apostrophes", `"'jane@w.example'" <jane@w.example>`, "jane@w.example", OK, Repaired},
		{"angle first", "<jane@w.example> Jane", "jane@w.example", OK, Repaired},
		{"angle mailto", "Jane <MAILTO:jane%2Bx@w.example>;", "jane+x@w.example", OK, Repaired | PlusTag},
		{"brackets", "[jane@w.example]", "jane@w.example", OK, Repaired},
		{"parentheses", "(jane@w.example),", "jane@w.example", OK, Repaired},
		{"low and high quotes", "„jane@w.example“", "jane@w.example", OK, Repaired},
		{"brackets that do not match", "(jane@w.example*", "(jane@w.example*", Syntax, 0},
		{"only blanks", " \t\u00a0\u200b", "", Missing, Repaired},
		{"only punctuation", `"";`, "", Missing, Repaired},
		{"bad bytes", "ren\xe9@w.example", "ren\ufffd@w.example", Syntax, Repaired | InvalidUTF8 | NonASCII},
		{"bad bytes in domain", "jane@w\xe9.example", "jane@w\ufffd.example", DomainSyntax, Repaired | InvalidUTF8},
		{"mixed local", "jаne@w.example", "jаne@w.example", OK, NonASCII | Mixed}, // the a is Cyrillic
		{"mixed label", "jane@wіdget.example", "jane@xn--wdget-n2e.example", OK, Repaired | ALabel | Mixed},
		{"scripts apart", "иван@widgets.example", "иван@widgets.example", OK, NonASCII},
		{"japanese and latin", "abcかな漢字@w.example", "abcかな漢字@w.example", OK, NonASCII},
		{"capital with composed small", "J\u030c@w.example", "ǰ@w.example", OK, Repaired | NonASCII},
		{"joiner that matters", "jane@نامه\u200cای.com", "jane@xn--mgba3gch31f060k.com", OK, Repaired | ALabel},
		{"joiner that does not", "jane@при\u200dмер.example", "jane@xn--e1afmkfd.example", OK, Repaired | ALabel},
		{"bell and no-break space", "ja\ane\u00a0@w.example", "jane@w.example", OK, Repaired},
		{"wide dot at end", "jane@w.example。", "jane@w.example", OK, Repaired},
		{"long domain is not mapped", "jane@" + strings.Repeat("ü", 600) + ".example", "jane@" + strings.Repeat("ü", 600) + ".example", DomainSyntax, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var p Parser
			var got Parsed
			p.Parse([]byte(tt.in), &got)
			if string(got.Canon) != tt.want || got.Status != tt.status || got.Flags != tt.flags {
				t.Errorf("Parse(%+q) = %+q, %v, %07b; want %+q, %v, %07b", tt.in, got.Canon, got.Status, got.Flags, tt.want, tt.status, tt.flags)
			}
			dst, info := p.Append([]byte("e"), []byte(tt.in))
			if string(dst) != "e"+tt.want || info != got.Info {
				t.Errorf("Append(%+q) = %+q, %v; want %+q, %v", tt.in, dst, info, "e"+tt.want, got.Info)
			}
		})
	}
}

// oracle is the syntax of an ASCII address in so many words.
var oracle = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*" +
	`@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func checkASCII(t *testing.T, s []byte) {
	if !ascii(s) || bytes.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return
	}
	want := bytes.ToLower(s)
	valid := oracle.Match(want)
	fast, slow := Parser{}, Parser{long: true}
	got, info := fast.Append(nil, s)
	got2, info2 := slow.Append(nil, s)
	if !bytes.Equal(got, got2) || info != info2 {
		t.Fatalf("Append(%q) = %q, %+v; the long way %q, %+v", s, got, info, got2, info2)
	}
	if info.Flags&Repaired == 0 && info.Status != Missing {
		if !bytes.Equal(got, want) {
			t.Fatalf("Append(%q) = %q, want %q", s, got, want)
		}
		if info.Status == OK && !valid {
			t.Fatalf("Append(%q) is OK, want a fault", s)
		}
		// What the pattern does not know: lengths, IP addresses, A-labels.
		at := bytes.LastIndexByte(s, '@')
		if valid && info.Status != OK && at <= maxLocal && len(s)-at < maxLabel && info.Status != Reserved && !bytes.Contains(want, []byte("xn--")) {
			t.Fatalf("Append(%q) is %v, want OK", s, info.Status)
		}
	}
	if plain, ok := plain(make([]byte, len(s)), s); ok && (!valid || plain != info) {
		t.Fatalf("plain(%q) = %+v, want %+v, valid %v", s, plain, info, valid)
	}
}

// TestPlainAgrees puts every byte at every place of addresses of every length.
func TestPlainAgrees(t *testing.T) {
	for _, s := range []string{"ab@c.example", "jane.doe@widgets.example", "o-b.x+y_z@a-b.c-d.example.test", strings.Repeat("jd.", 15) + "x@w.example.test.w"} {
		for i := range len(s) {
			for c := range 128 {
				if raceEnabled && c%3 != 0 {
					continue // there is no concurrency to watch
				}
				b := []byte(s)
				b[i] = byte(c)
				checkASCII(t, b)
				checkASCII(t, b[i:])
				checkASCII(t, b[:i+1])
			}
		}
	}
}

// TestLower compares with x/text, and with itself once more.
func TestLower(t *testing.T) {
	for _, s := range []string{"ΝΙΚΟΣ", "ΝΙΚΟΣ.ΑΣ", "Σ", "ΑΣ1", "ΑΣΣ ΣΑ", "ΌΣΟΣ'Σ", "İI", "ẞ", "ǅ", "ΑΣ\u0301", "ΑΣ\u0301Α", "DŽ"} {
		got := string(appendLower(nil, []byte(s), false))
		if want := cases.Lower(language.Und).String(s); got != want {
			t.Errorf("appendLower(%+q) = %+q, want %+q", s, got, want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	var p Parser
	var out Parsed
	dst := make([]byte, 0, 1<<10)
	for _, s := range []string{"jane.doe@widgets.example", " Jane <Jane.Doe+x@GMail.com>;", strings.Repeat("j.", 100) + "@w.example", "a@b.example, c@d.example"} {
		raw := []byte(s)
		if n := testing.AllocsPerRun(100, func() {
			var info Info
			p.Parse(raw, &out)
			dst, info = p.Append(dst[:0], raw)
			p.Alternates(raw, dst, info, AllForms)
		}); n != 0 {
			t.Errorf("%q: %v allocations, want none", s, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Input))
	}
	f.Add([]byte("J\u030c\u0323@\u0130.xn--\u00fc。\u200c.com"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var p, q Parser
		var a, b Parsed
		before := bytes.Clone(raw)
		p.Parse(raw, &a)
		if a.At >= 0 && (a.Canon[a.At] != '@' || bytes.LastIndexByte(a.Canon, '@') != int(a.At)) {
			t.Fatalf("Parse(%+q): At = %d of %+q", raw, a.At, a.Canon)
		}
		if len(a.Canon) == 0 != (a.Status == Missing) {
			t.Fatalf("Parse(%+q) = %+q, %v", raw, a.Canon, a.Status)
		}
		if a.Status == OK {
			q.Parse(a.Canon, &b)
			if b.Status != OK || !bytes.Equal(a.Canon, b.Canon) || b.Flags&^(PlusTag|Mixed|NonASCII|ALabel) != 0 {
				t.Fatalf("Parse(%+q) = %+q, whose canonical form is %+q, %v, %07b", raw, a.Canon, b.Canon, b.Status, b.Flags)
			}
		}
		got, info := q.Append([]byte("e"), raw)
		if !bytes.Equal(got[1:], a.Canon) || info != a.Info {
			t.Fatalf("Append(%+q) = %+q, %+v; Parse %+q, %+v", raw, got[1:], info, a.Canon, a.Info)
		}
		seen := map[string]Form{string(a.Canon): Canonical}
		canon := bytes.Clone(a.Canon)
		for _, alt := range p.Alternates(raw, canon, a.Info, AllForms) {
			if f, ok := seen[string(alt.Text)]; ok {
				t.Fatalf("Alternates(%+q): %v and %v are both %+q", raw, f, alt.Form, alt.Text)
			}
			seen[string(alt.Text)] = alt.Form
		}
		checkASCII(t, raw)
		if !bytes.Equal(raw, before) {
			t.Fatalf("Parse(%+q) changed its input", before)
		}
	})
}

// mails are addresses as they come: nine of ten plain, some in capitals, long or wrapped.
var mails = []string{
	"jane.doe@widgets.example", "john@acme-tools.example", "m.mustermann@werkzeuge.example", "p_smith@mail.gadgets.test",
	"Anna.Larsson@nordic.example", "kontakt@baeckerei.example", "a.very.long.name@department.bigcorp.example",
	"bob@bolts.test", "sales+emea@screws.example", " jane.roe@widgets.example",
}

func cells() (raw [][]byte, size int64) {
	for _, m := range mails {
		raw = append(raw, []byte(m))
		size += int64(len(m))
	}
	return raw, size
}

func BenchmarkAppend(b *testing.B) {
	all, _ := cells()
	for _, bb := range []struct {
		name string
		long bool
		raw  [][]byte
	}{{"plain24", false, all[:1]}, {"mix", false, all}, {"mix-long-way", true, all},
		{"unicode", false, [][]byte{[]byte("rené@münchen.example")}}, {"wrapped", false, [][]byte{[]byte("Jane Doe <Jane.Doe@widgets.example>")}}} {
		b.Run(bb.name, func(b *testing.B) {
			p := Parser{long: bb.long}
			dst := make([]byte, 0, 1<<10)
			b.ReportAllocs()
			for b.Loop() {
				dst = dst[:0]
				for _, s := range bb.raw {
					dst, _ = p.Append(dst, s)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(bb.raw)), "ns/addr")
		})
	}
}

func BenchmarkAlternates(b *testing.B) {
	var p Parser
	for _, m := range []string{"jane.doe@widgets.example", "Jane.Doe@widgets.example", "jane.doe+x@gmail.com"} {
		raw := []byte(m)
		var a Parsed
		p.Parse(raw, &a)
		canon := bytes.Clone(a.Canon)
		b.Run(m, func(b *testing.B) {
			for b.Loop() {
				p.Alternates(raw, canon, a.Info, DefaultForms)
			}
		})
	}
}
