package suppress

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// The entries that list tests write in many ways.
const (
	jane = "jane@widgets.example"
	june = "june@widgets.example"
)

var (
	janeSum = sha1.Sum([]byte(jane))
	janeHex = hex.EncodeToString(janeSum[:])
	janeB64 = base64.StdEncoding.EncodeToString(janeSum[:])
	juneHex = fmt.Sprintf("%x", sha1.Sum([]byte(june)))
)

func load(t *testing.T, spec ListSpec, texts ...string) (*Index, []ListInfo, error) {
	t.Helper()
	b := Builder{Workers: 2}
	var infos []ListInfo
	for _, text := range texts {
		if spec.Path == "" {
			spec.Path = "list.txt"
		}
		info, err := b.AddReader(context.Background(), strings.NewReader(text), spec)
		if err != nil {
			return nil, nil, err
		}
		infos = append(infos, info)
	}
	x, err := b.Build()
	return x, infos, err
}

func utf16le(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func zst(s string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(s), nil))
}

// accepted are lists of one entry or a few. found are what must be found, as
// address:, phone:, profile:, domain:; absent what must not.
var accepted = []struct {
	name, text string
	found      string
	absent     string
}{
	{"address", jane, "jane@widgets.example", "june@widgets.example"},
	{"address in capitals", "JANE@Widgets.EXAMPLE\n", jane, ""},
	{"address with a name", "Jane Doe <jane@widgets.example>\n", jane, ""},
	{"address with a name that has a comma", "\"Doe, Jane\" <jane@widgets.example>\n", jane, ""},
	{"mailto", "mailto:jane@widgets.example\n", jane, ""},
	{"quoted", "\"jane@widgets.example\"\n'june@widgets.example'\n", jane + " " + june, ""},
	{"white space", " \tjane@widgets.example\u00a0 \n", jane, ""},
	{"domain", "widgets.example\n", "@widgets.example @mail.widgets.example", jane + " @xwidgets.example"},
	{"at domain", "@widgets.example\n", "@widgets.example", ""},
	{"star at domain", "*@Widgets.example\n", "@widgets.example", ""},
	{"star dot domain", "*.widgets.example\n", "@widgets.example @a.widgets.example", ""},
	{"dot domain", ".widgets.example\n", "@widgets.example", ""},
	{"www domain", "www.widgets.example\n", "@widgets.example", ""},
	{"site", "https://www.widgets.example/\n", "@widgets.example", ""},
	{"international domain", "bücher.example\n", "@xn--bcher-kva.example", ""},
	{"phone", "+49 30 123456\n", "+4930123456", ""},
	{"phone with 00", "0049 30 123456\n", "+4930123456", ""},
	{"tel", "tel:+49-30-123456\n", "+4930123456", ""},
	{"linkedin", "https://www.LinkedIn.com/in/jane-doe/?trk=x\n", "linkedin.com/in/jane-doe", ""},
	{"linkedin without scheme", "de.linkedin.com/in/jane-doe\n", "linkedin.com/in/jane-doe", ""},
	{"hex", janeHex + "\n", jane, june},
	{"hex in capitals", strings.ToUpper(janeHex) + "\r\n", jane, june},
	{"hex with 0x", "0x" + janeHex, jane, ""},
	{"hex with \\x", `\x` + janeHex, jane, ""},
	{"hex with sha1:", "sha1:" + janeHex, jane, ""},
	{"hex with SHA1: and space", "SHA1: " + janeHex, jane, ""},
	{"hex with {SHA}", "{SHA}" + janeHex, jane, ""},
	{"base64", janeB64, jane, ""},
	{"base64 with {SHA}", "{SHA}" + janeB64, jane, ""},
	{"base64 for URLs", base64.URLEncoding.EncodeToString(janeSum[:]), jane, ""},
	{"hash and count", janeHex + ":17\n" + juneHex + ":1\n", jane + " " + june, ""},
	{"packed", string(janeSum[:]) + string(bytes.Repeat([]byte{0xee, 1, 0xff}, 20)), jane, june},
	{"mixed", "# ours\n\njune@widgets.example\n" + janeHex + "\ngadgets.example\n+4930123456\nlinkedin.com/in/joe\n",
		jane + " " + june + " @gadgets.example +4930123456 linkedin.com/in/joe", ""},
	{"byte order mark", "\ufeff" + jane, jane, ""},
	{"utf-16 with mark", "\xff\xfe" + utf16le(jane+"\r\n"+june+"\r\n"), jane + " " + june, ""},
	{"utf-16 without mark", utf16le(jane + "\n"), jane, ""},
	{"windows-1252", "email;name\njane@widgets.example;J\xfcrgen\n", jane, ""},
	{"gzip", gz(jane + "\n"), jane, ""},
	{"gzip of two members", gz(jane+"\n") + gz(june+"\n"), jane + " " + june, ""},
	{"zstd", zst(jane + "\n"), jane, ""},
	{"crlf", jane + "\r\n" + june + "\r\n", jane + " " + june, ""},
	{"cr", jane + "\r" + june + "\r", jane + " " + june, ""},
	{"header", "E-Mail Address\n" + jane, jane, ""},
	{"csv by header", "name,email,date\n\"Doe, Jane\",jane@widgets.example,2024-01-02\nJoe,june@widgets.example,2024-01-03\n",
		jane + " " + june, ""},
	{"csv, German", "Datum;E-Mail-Adresse\n1.1.2024;jane@widgets.example\n", jane, ""},
	{"csv, French", "date;courriel\n1/1/2024;jane@widgets.example\n", jane, ""},
	{"csv, Spanish", "fecha\tcorreo electrónico\n1/1/2024\tjane@widgets.example\n", jane, ""},
	{"csv, digests", "id,sha1\n7," + janeHex + "\n", jane, ""},
	{"csv, digests of two kinds", "md5,sha1\nd8578edf8458ce06fbc5bb76a58c5ca4," + janeHex + "\n", jane, ""},
	{"csv without header", "7,jane@widgets.example,x\n8,june@widgets.example,y\n", jane + " " + june, ""},
	{"csv with an unknown header", "Kontakt,Wann\njane@widgets.example,gestern\njune@widgets.example,heute\n", jane + " " + june, ""},
	{"csv, row over lines", "note,email\n\"a\nb, c\",jane@widgets.example\nx,june@widgets.example\n", jane + " " + june, ""},
	{"csv, last row over lines", "email,note\njune@widgets.example,x\njane@widgets.example,\"a\nb\"", jane + " " + june, ""},
	{"csv, several names of a person", "email,phone,linkedin\njane@widgets.example,+4930123456,linkedin.com/in/jane\n",
		jane + " +4930123456 linkedin.com/in/jane", ""},
	{"csv, a person's domain is no entry", "email,domain\njane@widgets.example,widgets.example\n,gadgets.example\n",
		jane + " @gadgets.example", "@widgets.example"},
	{"csv, websites", "company,website\nWidgets,https://www.widgets.example/about\n", "@widgets.example", ""},
	{"csv, pipe", "1|jane@widgets.example\n2|june@widgets.example\n", jane + " " + june, ""},
	{"comments in csv", "# \"made by\nemail,x\n# jane, \"quoted\njane@widgets.example,1\n", jane, ""},
	{"footer", jane + "\n# count: 1\n", jane, ""},
	{"digest footer", jane + "\n# sha256: 9d1b3be8c65d8b2f3a4fbe0e1a9b56d0ff6b0ec4c1b4e2e1d3f8b1a2c3d4e5f6\n", "", ""}, // wrong; see refusals
	{"odd address", "jane..doe@widgets.example\n", "jane..doe@widgets.example", ""},
	{"quoted local part", "\"jane doe\"@widgets.example\n", "", ""},
}

func found(x *Index, what string) bool {
	var k Key
	switch {
	case strings.HasPrefix(what, "@"):
		return x.Domain([]byte(what[1:])) != 0
	case strings.HasPrefix(what, "+"):
		k = PhoneKey([]byte(what))
	case strings.Contains(what, "/"):
		k = ProfileKey([]byte(what))
	default:
		k = AddressKey([]byte(what))
	}
	return x.Lookup(&k) != 0
}

func TestAccepted(t *testing.T) {
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) {
			x, infos, err := load(t, ListSpec{}, c.text)
			if c.found == "" {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range strings.Fields(c.found) {
				if !found(x, f) {
					t.Errorf("%s not found; the list was read as %+v", f, infos[0])
				}
			}
			for _, f := range strings.Fields(c.absent) {
				if found(x, f) {
					t.Errorf("%s found; the list was read as %+v", f, infos[0])
				}
			}
			if n := infos[0].Refused.Total; n != 0 {
				t.Errorf("%d lines refused", n)
			}
		})
	}
}

var _ = errors.As
var _ = time.Now
var _ = slices.Sort[[]int]
var _ = rand.N[int]
var _ = cmp.Diff
