package suppress

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
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

// sealedText appends the footer that gives the text's SHA-256.
func sealedText(s string) string { return s + fmt.Sprintf("# sha256: %x\n", sha256.Sum256([]byte(s))) }

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
	{"domain of no known kind", "@widgets.zzzz\n*.gadgets.zzzz\n", "@widgets.zzzz @a.gadgets.zzzz", ""},
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
	{"packed", string(bytes.Repeat([]byte{0}, 20)) + string(janeSum[:]) + string(bytes.Repeat([]byte{0xff}, 20)), jane, june},
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
	{"MD5", june + "\n" + digestLine(md5.New) + "\n", jane + " " + june, "joe@widgets.example"},
	{"MD5 with prefix", "{MD5}" + strings.ToUpper(digestLine(md5.New)) + "\n", jane, june},
	{"SHA-256", digestLine(sha256.New) + ":12\n", jane, june},
	{"SHA-256 in base64", base64.StdEncoding.EncodeToString(sumOf(sha256.New, jane)), jane, june},
	{"SHA-512 in base64", base64.StdEncoding.EncodeToString(sumOf(sha512.New, jane)), jane, june},
	{"SHA-512", "sha-512: " + digestLine(sha512.New), jane, june},
	{"column of MD5", "id,md5\n1," + digestLine(md5.New) + "\n", jane, june},
	{"csv, digests of two kinds", "md5,sha1\nd8578edf8458ce06fbc5bb76a58c5ca4," + janeHex + "\n", jane, ""},
	{"csv without header", "7,jane@widgets.example,x\n8,june@widgets.example,y\n", jane + " " + june, ""},
	{"csv with an unknown header", "Kontakt,Wann\njane@widgets.example,gestern\njune@widgets.example,heute\n", jane + " " + june, ""},
	{"csv, row over lines", "note,email\n\"a\nb, c\",jane@widgets.example\nx,june@widgets.example\n", jane + " " + june, ""},
	{"csv, last row over lines", "email,note\njune@widgets.example,x\njane@widgets.example,\"a\nb\"", jane + " " + june, ""},
	{"csv, several names of a person", "email,phone,linkedin\njane@widgets.example,+4930123456,linkedin.com/in/jane\n",
		jane + " +4930123456 linkedin.com/in/jane", ""},
	{"csv, a person's domain is no entry", "email,domain\njane@widgets.example,widgets.example\n,gadgets.example\n",
		jane + " @gadgets.example", "@widgets.example"},
	{"csv, a street is no address", "email,address\njane@widgets.example,1 High Street\n,june@widgets.example\n,2 High Street\n",
		jane + " " + june, ""},
	{"csv, address alone", "reason,address\nbounce,jane@widgets.example\n", jane, ""},
	{"csv, websites", "company,website\nWidgets,https://www.widgets.example/about\n", "@widgets.example", ""},
	{"csv with the spreadsheets' line", "sep=;\r\nDatum;Mail\r\n1.1.2024;jane@widgets.example\r\n", jane, ""},
	{"csv, pipe", "1|jane@widgets.example\n2|june@widgets.example\n", jane + " " + june, ""},
	{"comments in csv", "# \"made by\nemail,x\n# jane, \"quoted\njane@widgets.example,1\n", jane, ""},
	{"footer", jane + "\n# count: 1\n", jane, ""},
	{"digest footer", sealedText(jane + "\n"), jane, ""},
	{"digest footer under a byte order mark", sealedText("\ufeff" + jane + "\r\n"), jane, ""},
	{"digest footer in gzip", gz(sealedText(jane + "\n")), jane, ""},
	{"odd address", "jane..doe@widgets.example\n", "jane..doe@widgets.example", ""},
	{"quote never closed", "name,email\n\"Jane,jane@widgets.example\nJoe,june@widgets.example\n", jane + " " + june, ""},
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
		for _, a := range x.Algorithms() {
			if k = a.AddressKey([]byte(what)); x.Lookup(&k) != 0 {
				return true
			}
		}
		return false
	}
	return x.Lookup(&k) != 0
}

func TestAccepted(t *testing.T) {
	for _, c := range accepted {
		t.Run(c.name, func(t *testing.T) {
			x, infos, err := load(t, ListSpec{}, c.text)
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

// manyLines returns n addresses, one a line, with the text bad instead of every
// address whose line is a multiple of step.
func manyLines(n, step int, bad string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i%step == 0 {
			b.WriteString(bad + "\n")
		} else {
			fmt.Fprintf(&b, "jane%d@widgets.example\n", i)
		}
	}
	return b.String()
}

func digestLine(f func() hash.Hash) string { return hex.EncodeToString(sumOf(f, jane)) }

func sumOf(f func() hash.Hash, s string) []byte {
	h := f()
	h.Write([]byte(s))
	return h.Sum(nil)
}

// refused are lists that must not be used, with what their owner is told.
var refused = []struct {
	name  string
	spec  ListSpec
	text  string
	code  Code
	want  string
	lines []int64
}{
	{"empty", ListSpec{}, "", NoEntries, "list.txt: list list.txt (opt_out): is empty", nil},
	{"only comments", ListSpec{Name: "dnc"}, "# nothing\n\n", NoEntries, "list.txt: list dnc (opt_out): has no entry", nil},
	{"only a header", ListSpec{}, "email\n", NoEntries, "list.txt: list list.txt (opt_out): has no entry", nil},
	{"only traps", ListSpec{}, "da39a3ee5e6b4b0d3255bfef95601890afd80709\n", NoEntries,
		"list.txt: list list.txt (opt_out): has no entry", nil},
	{"gzip of nothing", ListSpec{}, gz(""), NoEntries, "list.txt: list list.txt (opt_out): has no entry", nil},
	{"stale", ListSpec{MaxAge: 48 * time.Hour, AsOf: clock.Add(-73 * time.Hour), Now: clock}, jane, Stale,
		"list.txt: list list.txt (opt_out): is 3 days old; at most 2 days is allowed", nil},
	{"age unknown", ListSpec{MaxAge: time.Hour, Now: clock}, jane, Stale,
		"list.txt: list list.txt (opt_out): its age is not known, and at most 1h0m is allowed", nil},
	{"no clock", ListSpec{MaxAge: time.Hour, AsOf: clock}, jane, Stale,
		"list.txt: list list.txt (opt_out): its age cannot be told without a clock", nil},
	{"gzip cut short", ListSpec{}, cut(gz(manyLines(1000, 2000, "")), 40), Damaged,
		"list.txt: list list.txt (opt_out): ends in the middle of its gzip data", nil},
	{"gzip with a flipped byte", ListSpec{}, flip(gz(manyLines(1000, 2000, "")), 60), Damaged,
		"list.txt: list list.txt (opt_out): its gzip data is damaged", nil},
	{"gzip with something behind", ListSpec{}, gz(jane) + "june@widgets.example", Damaged,
		"list.txt: list list.txt (opt_out): its gzip data is damaged", nil},
	{"zstd cut short", ListSpec{}, cut(zst(manyLines(1000, 2000, "")), 20), Damaged,
		"list.txt: list list.txt (opt_out): ends in the middle of its zstd data", nil},
	{"count", ListSpec{}, jane + "\n" + june + "\n# count: 3\n", Damaged,
		"list.txt:3: list list.txt (opt_out): the comment counts 3 entries, the list has 2", []int64{3}},
	{"checksum", ListSpec{}, strings.Replace(sealedText(jane+"\n"), "jane", "june", 1), Damaged,
		"list.txt:2: list list.txt (opt_out): the text above does not have the SHA-256 that the comment gives", []int64{2}},
	{"zip", ListSpec{}, "PK\x03\x04....", Damaged, "list.txt: list list.txt (opt_out): its ZIP directory is damaged or missing", nil},
	{"one bad line in an erasure list", ListSpec{Class: Erasure}, manyLines(1000, 777, "who knows"), BadLines,
		"list.txt:777: list list.txt (erasure): the line is neither an address, a domain, a digest, a telephone number nor a profile",
		[]int64{777}},
	{"two bad lines in an objection list", ListSpec{Class: Objection}, manyLines(1000, 400, "who knows"), BadLines,
		"list.txt:400: list list.txt (objection): 2 of 1000 lines are neither an address, a domain, a digest, a telephone number nor a profile: lines 400, 800",
		[]int64{400, 800}},
	{"more than one in a hundred", ListSpec{}, manyLines(300, 75, "who knows"), BadLines,
		"list.txt:75: list list.txt (opt_out): 4 of 300 lines are neither an address, a domain, a digest, a telephone number nor a profile: lines 75, 150, 225, 300",
		[]int64{75, 150, 225, 300}},
	{"short digest", ListSpec{}, janeHex[:39] + "\n", BadLines,
		"list.txt:1: list list.txt (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile", []int64{1}},
	{"a name that looks like a domain", ListSpec{}, "john.smith\n", BadLines,
		"list.txt:1: list list.txt (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile", []int64{1}},
	{"wrong prefix", ListSpec{}, "md5:" + janeHex, BadLines,
		"list.txt:1: list list.txt (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile", []int64{1}},
	{"two addresses in a line", ListSpec{}, jane + " " + june + "\n", BadLines,
		"list.txt:1: list list.txt (opt_out): the line is neither an address, a domain, a digest, a telephone number nor a profile", []int64{1}},
	{"packed, cut short", ListSpec{}, packed(5000)[:99_990], Damaged,
		"list.txt: list list.txt (opt_out): its length is no multiple of 20, the size of a packed digest", nil},
	{"bytes that are no digests", ListSpec{}, flip(packed(1000), 1700) + packed(1000), Unreadable,
		"list.txt: list list.txt (opt_out): is neither text nor packed digests in ascending order", nil},
	{"zero bytes at the end", ListSpec{}, manyLines(1000, 2000, "") + strings.Repeat("\x00", 500), Damaged,
		"list.txt:1001: list list.txt (opt_out): zero bytes in the text", []int64{1001}},
	{"cut in a digest", ListSpec{}, cut(string(hexLines(1000)), 12), Damaged,
		"list.txt:1000: list list.txt (opt_out): the list ends in the middle of a line", []int64{1000}},
	{"endless line", ListSpec{}, jane + "\n" + strings.Repeat("x", 3<<20) + "\n", Damaged,
		"list.txt:2: list list.txt (opt_out): a line of more than 1 MiB", []int64{2}},
}

var clock = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

func cut(s string, n int) string { return s[:len(s)-n] }

func flip(s string, at int) string {
	b := []byte(s)
	b[at] ^= 0x10
	return string(b)
}

func packed(n int) string {
	var b []byte
	keys, _ := sortKeys([][]Key{randomKeys(n, rand.New(rand.NewPCG(2, 2)))}, 1)
	for _, k := range keys {
		b = append(b, k[:]...)
	}
	return string(b)
}

func TestRefused(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := load(t, c.spec, c.text)
			var e *ListError
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a ListError", err)
			}
			if e.Code != c.code || e.Error() != c.want || !slices.Equal(e.Lines.First, c.lines) {
				t.Errorf("got  %s: %v (lines %v)\nwant %s: %s (lines %v)", e.Code, e, e.Lines.First, c.code, c.want, c.lines)
			}
			if e.Hint == "" && e.Code != Unreadable {
				t.Error("no hint")
			}
		})
	}
}

// TestRefusedListIsForgotten loads a good list after a bad one.
func TestRefusedListIsForgotten(t *testing.T) {
	var b Builder
	ctx := context.Background()
	if _, err := b.AddReader(ctx, strings.NewReader(june+"\nbad\n"), ListSpec{Path: "a"}); err == nil {
		t.Fatal("a bad list was taken")
	}
	info, err := b.AddReader(ctx, strings.NewReader(jane), ListSpec{Path: "b"})
	if err != nil || info.ID != 1 {
		t.Fatalf("list %d, error %v; want list 1", info.ID, err)
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if !found(x, jane) || found(x, june) {
		t.Error("want an index of the second list alone")
	}
}

// TestPacked reads packed digests of every algorithm.
func TestPacked(t *testing.T) {
	for a, f := range []func() hash.Hash{sha1.New, md5.New, sha256.New, sha512.New} {
		alg := Algorithm(a)
		var sums []string
		for i := range 500 {
			sums = append(sums, string(sumOf(f, fmt.Sprintf("jane%d@widgets.example", i))))
		}
		nothing := alg.nothing()
		sums = append(sums, string(nothing[:alg.Size()]))
		slices.Sort(sums)
		text := strings.Join(sums, "")
		x, infos, err := load(t, ListSpec{Packed: alg}, text)
		if err != nil {
			t.Errorf("%v: %v", alg, err)
			continue
		}
		if !found(x, "jane7@widgets.example") || found(x, jane) || infos[0].Total() != 500 || infos[0].Traps != 1 || infos[0].Algorithms != AlgorithmSet(0).With(alg) {
			t.Errorf("%v: %+v", alg, infos[0])
		}
		var e *ListError
		if _, _, err := load(t, ListSpec{Packed: alg}, text[:len(text)-3]); !errors.As(err, &e) || e.Code != Damaged && e.Code != Unreadable && e.Code != BadLines {
			t.Errorf("%v, cut short: %v", alg, err)
		}
		if _, _, err := load(t, ListSpec{Packed: (alg + 1) % numAlgorithms}, text); err == nil {
			t.Errorf("%v taken for another algorithm", alg)
		}
	}
}

func TestToleratedLines(t *testing.T) {
	_, infos, err := load(t, ListSpec{Class: Bounce}, manyLines(1000, 150, "who knows"))
	if err != nil {
		t.Fatal(err)
	}
	want := Lines{6, []int64{150, 300, 450, 600, 750, 900}}
	if diff := cmp.Diff(want, infos[0].Refused); diff != "" {
		t.Error(diff)
	}
	if _, _, err := load(t, ListSpec{Class: Bounce}, manyLines(20_200, 200, "who knows")); err == nil {
		t.Error("101 unreadable lines of 20,200 were tolerated")
	}
	if _, _, err := load(t, ListSpec{Class: Bounce}, manyLines(20_000, 200, "who knows")); err != nil {
		t.Errorf("100 unreadable lines of 20,000: %v", err)
	}
}

func TestListInfo(t *testing.T) {
	text := "\ufeff# our list\n" +
		"email;phone;name\n" +
		jane + ";;Jane\n" +
		janeHex + ";;\n" + // again
		"\n" +
		";+49 30 123456;Joe\n" +
		";;nobody\n" +
		"@gadgets.example;;\n" +
		"@gadgets.example;;\n" +
		"gmail.com;;\n" +
		"da39a3ee5e6b4b0d3255bfef95601890afd80709;;\n" +
		"d41d8cd98f00b204e9800998ecf8427e;;\n" +
		june + ";call her;\n"
	x, infos, err := load(t, ListSpec{Path: "lists/out.csv", Class: DoNotSell, Scope: "acme", AsOf: clock}, text)
	if err != nil {
		t.Fatal(err)
	}
	want := ListInfo{
		ID: 1, Name: "out.csv", Path: "lists/out.csv", Class: DoNotSell, Scope: "acme",
		Lines: 13, Entries: [NumKinds]int64{Address: 2, Digest: 1, Domain: 3, Phone: 1}, Algorithms: 1 << SHA1, Duplicates: 2, Traps: 2,
		Comments: 1, Blanks: 2,
		Warnings: []Warning{
			{7, "a record without an entry in the columns that are read"},
			{10, "covers every address at a consumer mail provider"},
			{13, "a number or profile that cannot be read, beside an entry that can"},
		},
		Layout: Layout{Format: "csv", Compression: "none", Encoding: "utf-8", Delimiter: ";", Header: true, Columns: []string{"email", "phone"}},
		AsOf:   clock, AsOfSource: "set",
		SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(text))), Bytes: int64(len(text)),
	}
	if diff := cmp.Diff(want, infos[0]); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if diff := cmp.Diff(infos, x.Lists()); diff != "" {
		t.Errorf("Lists() differs from what AddReader returned:\n%s", diff)
	}
	if keys, domains := x.Len(); keys != 3 || domains != 2 {
		t.Errorf("Len: %d keys, %d domains; want 3, 2", keys, domains)
	}
	for kind, want := range map[Kind]bool{Address: true, Digest: true, Domain: true, Phone: true, Profile: false} {
		if x.Holds(kind) != want {
			t.Errorf("Holds(%v) = %v", kind, !want)
		}
	}
	for _, text := range []string{gz(text), zst(text), "\xff\xfe" + utf16le(text[3:])} {
		_, infos, err := load(t, ListSpec{}, text)
		if want := fmt.Sprintf("%x", sha256.Sum256([]byte(text))); err != nil || infos[0].SHA256 != want || infos[0].Bytes != int64(len(text)) {
			t.Errorf("%s: error %v; SHA-256 or size are not those of the stored file", infos[0].Layout.Compression, err)
		}
	}
}

// TestMembers puts entries on several lists: a hit names all of them.
func TestMembers(t *testing.T) {
	x, infos, err := load(t, ListSpec{}, jane+"\na.example\n", janeHex+"\n"+juneHex+"\nb.c.d.example\nc.d.example\n",
		june+"\na.example\nb.a.example\nd.example\n", "+4930123456\n"+jane+"\nc.d.example\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		hit  Hit
		want []ListID
	}{
		{lookup(x, AddressKey([]byte(jane))), []ListID{1, 2, 4}},
		{lookup(x, AddressKey([]byte(june))), []ListID{2, 3}},
		{lookup(x, PhoneKey([]byte("+4930123456"))), []ListID{4}},
		{x.Domain([]byte("a.example")), []ListID{1, 3}},
		{x.Domain([]byte("b.a.example")), []ListID{1, 3}},
		{x.Domain([]byte("x.a.example")), []ListID{1, 3}},
		{x.Domain([]byte("c.d.example")), []ListID{2, 3, 4}},
		{x.Domain([]byte("d.example")), []ListID{3}},
		{0, nil},
		{999, nil},
	} {
		if got := x.Members(c.hit); !slices.Equal(got, c.want) {
			t.Errorf("hit %d: members %v, want %v", c.hit, got, c.want)
		}
	}
	if len(infos) != 4 || len(x.Lists()) != 4 {
		t.Errorf("%d lists", len(x.Lists()))
	}
}

func lookup(x *Index, k Key) Hit { return x.Lookup(&k) }

// TestManyListsAgreeWithMap spreads entries over lists at random and compares every
// hit's members with a map.
func TestManyListsAgreeWithMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	pool := randomKeys(20_000, rng)
	want := map[Key][]ListID{}
	var texts []string
	for id := ListID(1); id <= 7; id++ {
		var b strings.Builder
		for _, k := range pool {
			if rng.IntN(int(id)+1) == 0 {
				fmt.Fprintf(&b, "%x\n", k)
				want[k] = append(want[k], id)
			}
		}
		texts = append(texts, b.String())
	}
	x, _, err := load(t, ListSpec{}, texts...)
	if err != nil {
		t.Fatal(err)
	}
	hits := make([]Hit, len(pool))
	var st Stats
	x.LookupBatch(pool, hits, &st)
	for i, k := range pool {
		if got := x.Members(hits[i]); !slices.Equal(got, want[k]) {
			t.Fatalf("key %x: members %v, want %v", k, got, want[k])
		}
	}
}

// TestBlankLinesCostNothing reads a text that is nearly all line breaks, as a few
// kilobytes of gzip can hold gigabytes of.
func TestBlankLinesCostNothing(t *testing.T) {
	var b Builder
	var info ListInfo
	text := strings.Repeat("\n", 3<<20) + jane
	chunks, err := b.read(context.Background(), &input{Reader: strings.NewReader(text)}, &ListSpec{}, &info)
	if err != nil || info.Blanks != 3<<20 {
		t.Fatalf("%d blank lines, error %v", info.Blanks, err)
	}
	room := 0
	for _, c := range chunks {
		room += cap(c.found.keys)
	}
	if room > 10 {
		t.Errorf("room for %d keys is kept for one entry", room)
	}
}

func TestClasses(t *testing.T) {
	for c := range NumClasses {
		if got, err := ParseClass(strings.ToUpper(strings.ReplaceAll(c.String(), "_", "-"))); err != nil || got != c {
			t.Errorf("ParseClass(%q) = %v, %v", c, got, err)
		}
		want := c == Erasure || c == ErasureState || c == Objection || c == ConsentWithdrawn
		if c.Sealed() != want {
			t.Errorf("%v.Sealed() = %v", c, c.Sealed())
		}
	}
	if _, err := ParseClass("optout"); err == nil {
		t.Error("ParseClass(optout): no error")
	}
}
