package suppress

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// probes are lists that somebody has made of "Jane@Widgets.example" in their own way.
var probes = []struct {
	name, text string
	want       string // the finding, in words; empty for none
	screened   bool
	onlyText   bool // an index does not hold it
}{
	{"plain", "JANE@WIDGETS.EXAMPLE\n", "in full, form upper", true, true},
	{"SHA-1", janeHex, "SHA-1, form canonical", true, false},
	{"SHA-256 in base64", base64.StdEncoding.EncodeToString(sumOf(sha256.New, jane)), "SHA-256, form canonical", true, false},
	{"MD5 of the address as it was", hexOf(sumOf(md5.New, "Jane@Widgets.example")), "MD5, form as_is", true, false},
	{"upper case", hexOf(sumOf(sha1.New, "JANE@WIDGETS.EXAMPLE")), "SHA-1, form upper", false, false},
	{"first letter", hexOf(sumOf(sha1.New, "Jane@widgets.example")), "SHA-1, form canonical, first letter upper case", false, false},
	{"line feed", hexOf(sumOf(sha1.New, jane+"\n")), "SHA-1, form canonical, a line feed behind it", false, false},
	{"carriage return and line feed", hexOf(sumOf(md5.New, jane+"\r\n")), "MD5, form canonical, a carriage return and line feed behind it", false, false},
	{"UTF-16", hexOf(sumOf(sha256.New, utf16le(jane))), "SHA-256, form canonical, as UTF-16, little-endian", false, false},
	{"UTF-16 and upper case", hexOf(sumOf(sha1.New, utf16le("JANE@WIDGETS.EXAMPLE"))), "SHA-1, form upper, as UTF-16, little-endian", false, false},
	{"quotes", hexOf(sumOf(sha1.New, `"`+jane+`"`)), "SHA-1, form canonical, double quotes around it", false, false},
	{"twice", hexOf(sumOf(sha1.New, janeHex)), "SHA-1, form canonical, then hashed again: the SHA-1 in hex", false, false},
	{"SHA-256 of MD5", hexOf(sumOf(sha256.New, digestLine(md5.New))), "SHA-256, form canonical, then hashed again: the MD5 in hex", false, false},
	{"salt before", hexOf(sumOf(sha1.New, "pepper"+jane)), "SHA-1, form canonical, the salt before it", false, false},
	{"salt behind", hexOf(sumOf(sha256.New, jane+"salt")), "SHA-256, form canonical, the salt behind it", false, false},
	{"salts", hexOf(sumOf(sha256.New, "pepper"+jane+"salt")), "SHA-256, form canonical, salts around it", false, false},
	{"HMAC", hexOf(hmacOf("salt", jane)), "SHA-256, form canonical, the salt as the key of an HMAC", false, false},
	{"domain alone", hexOf(sumOf(sha1.New, "widgets.example")), "SHA-1, form domain", false, false},
	{"base64 of hex", base64.StdEncoding.EncodeToString([]byte(janeHex)), "SHA-1, form canonical, as base64 of the digest in hex", false, true},
	{"in a column", "id;x\n1;" + janeHex + "\n", "SHA-1, form canonical", true, false},
	{"not there", juneHex, "", false, false},
}

func hmacOf(key, text string) []byte {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return h.Sum(nil)
}

func TestProbe(t *testing.T) {
	addr := []byte("Jane@Widgets.example")
	check := func(t *testing.T, got []Finding, want string, screened bool) {
		t.Helper()
		if want == "" {
			if len(got) > 0 {
				t.Errorf("found %v", got)
			}
			return
		}
		if len(got) != 1 || got[0].String() != want || got[0].Screened != screened || (got[0].Remedy == "") != screened {
			t.Errorf("found %v %+v, want %s, screened %v", got, got, want, screened)
		}
	}
	for _, c := range probes {
		t.Run(c.name, func(t *testing.T) {
			var o ProbeOptions
			if strings.Contains(c.want, "salt") {
				o = ProbeOptions{SaltPrefix: []byte("pepper"), SaltSuffix: []byte("salt")}
			}
			got, err := ProbeText(strings.NewReader(c.text+"\n"), addr, o)
			if err != nil {
				t.Fatal(err)
			}
			check(t, got, c.want, c.screened)
			if len(got) == 1 && got[0].Lines.Total != 1 {
				t.Errorf("on lines %v", got[0].Lines)
			}
			if c.onlyText {
				return
			}
			x, _, err := load(t, ListSpec{}, c.text+"\n")
			if err != nil {
				t.Fatal(err)
			}
			got = x.Probe(addr, o)
			check(t, got, c.want, c.screened)
			if len(got) == 1 && len(got[0].Lists) != 1 {
				t.Errorf("on lists %v", got[0].Lists)
			}
		})
	}
	var text bytes.Buffer
	for i := range 100 {
		fmt.Fprintf(&text, "%x\n", sha1.Sum([]byte{byte(i)}))
	}
	if got, err := ProbeText(&text, addr, ProbeOptions{}); err != nil || got != nil {
		t.Errorf("found %v, error %v", got, err)
	}
}

func TestProbePacked(t *testing.T) {
	text := string(bytes.Repeat([]byte{0}, 20)) + string(janeSum[:]) + string(bytes.Repeat([]byte{0xff}, 20))
	got, err := ProbeText(strings.NewReader(text), []byte(jane), ProbeOptions{})
	if err != nil || len(got) != 1 || got[0].Lines.First[0] != 2 {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestProbeDomain(t *testing.T) {
	x, _, err := load(t, ListSpec{}, "widgets.example\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Probe([]byte(jane), ProbeOptions{}); len(got) != 1 || got[0].Form != "domain" || !got[0].Screened {
		t.Errorf("%+v", got)
	}
}

// FuzzProbe probes any text for any address: no panic.
func FuzzProbe(f *testing.F) {
	for _, c := range probes {
		f.Add([]byte(c.text), jane)
	}
	f.Add([]byte{0, 1, 2, 0xff}, "\xff@\x00")
	f.Fuzz(func(t *testing.T, text []byte, addr string) {
		if len(text) > 1<<14 || len(addr) > 100 {
			return
		}
		got, _ := ProbeText(bytes.NewReader(text), []byte(addr), ProbeOptions{})
		for _, g := range got {
			if g.Lines.Total == 0 {
				t.Errorf("%v without a line", g)
			}
		}
	})
}
