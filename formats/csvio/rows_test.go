package csvio

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/formats"
)

// In rowTests ¶ marks where a row starts, § where a cell starts and ‖ where it ends.
// ✗ with code, column and a colon stands for a faulty row. The marks are taken out
// before reading, put back from what was found, and compared. The header is a,b.
var rowTests = []struct {
	name, in string
	want     [][]string // the cells of rows that are not faulty
}{
	{"plain", "¶§1‖,§2‖\n¶§3‖,§4‖\n", [][]string{{"1", "2"}, {"3", "4"}}},
	{"crlf", "¶§1‖,§2‖\r\n¶§3‖,§4‖\r\n", [][]string{{"1", "2"}, {"3", "4"}}},
	{"mixed, no last end", "¶§1‖,§2‖\r\n¶§3‖,§4‖\n¶§5‖,§6‖", [][]string{{"1", "2"}, {"3", "4"}, {"5", "6"}}},
	{"half a crlf at the end", "¶§1‖,§2‖\r", [][]string{{"1", "2"}}},
	{"cr in a cell", "¶§1\r‖,§\r2\r‖\r\n", [][]string{{"1\r", "\r2\r"}}},
	{"empty cells", "¶§‖,§‖\n¶§‖,§‖\r\n¶§‖,§‖", [][]string{{"", ""}, {"", ""}, {"", ""}}},
	{"quoted newline", "¶\"§x\ny‖\",§2‖\n¶§3‖,\"§\r\n‖\"\r\n", [][]string{{"x\ny", "2"}, {"3", "\r\n"}}},
	{"quoted delimiter", "¶\"§x,y‖\",\"§,‖\"", [][]string{{"x,y", ","}}},
	{"quoted, empty", "¶\"§‖\",\"§‖\"\n", [][]string{{"", ""}}},
	{"blank lines", "\n¶§1‖,§2‖\n\n\r\n¶§3‖,§4‖\n\r\n", [][]string{{"1", "2"}, {"3", "4"}}},
	{"spaces are no blank line", "✗ragged0: \n", nil},
	{"space before a quote", "✗quote1: \"x\",y\n¶§1‖,§2‖\n", [][]string{{"1", "2"}}},
	{"too few", "✗ragged0:1\n¶§1‖,§2‖\n", [][]string{{"1", "2"}}},
	{"too many", "✗ragged0:1,\"2\n\",3\n¶§1‖,§2‖\n", [][]string{{"1", "2"}}},
	{"bare quote", "¶§1‖,§2‖\n✗quote2:3,4\"\n¶§5‖,§6‖\n", [][]string{{"1", "2"}, {"5", "6"}}},
	{"bare quote after a long cell", "✗quote2:\"x\n\",4\"\n¶§5‖,§6‖\n", [][]string{{"5", "6"}}},
	{"text after a quote", "✗quote1:\"3\"x,4\n¶§5‖,§6‖\n", [][]string{{"5", "6"}}},
	{"text after a quote, lines later", "✗quote2:3,\"x\n✗quote1:4\"y,z\n¶§5‖,§6‖\n", [][]string{{"5", "6"}}},
	{"cr after a quote", "✗quote2:3,\"4\"\rx\n¶§5‖,§6‖\n", [][]string{{"5", "6"}}},
	{"open quote", "¶§1‖,§2‖\n✗quote2:3,\"4\n¶§5‖,§6‖\n", [][]string{{"1", "2"}, {"5", "6"}}},
	{"open quote in the last line", "✗quote1:\"3,4", nil},
	{"open quote, then good ones", "✗quote1:\"3,4\n¶\"§\"‖\",§6‖", [][]string{{"\"", "6"}}},
	{"invalid", "✗encoding2:1,\xff\n¶§ä‖,§2‖\n", [][]string{{"ä", "2"}}},
	{"nul", "✗encoding1:\x00,\n¶§1‖,§2‖\n", [][]string{{"1", "2"}}},
	{"invalid and ragged", "✗encoding3:1,2,\xff\n", nil},
}

func TestRows(t *testing.T) {
	for _, tt := range rowTests {
		t.Run(tt.name, func(t *testing.T) {
			// A doubled quote is rewritten, so its cell does not lie in the list.
			marked := strings.ReplaceAll(tt.in, "\"§\"‖\"", "\"\"\"\"")
			plain := unmark(marked)
			const header = "a,b\n"
			for _, block := range []int{1, 2, 3, 5, 7, 11, 64, 0} {
				o := Options{Comma: ',', Header: HeaderYes, Encoding: UTF8, BlockSize: block}
				got, cells := markRows(t, header+plain, len(header), o)
				if got != header+marked {
					t.Errorf("block size %d:\n got %q\nwant %q", block, got[len(header):], marked)
				}
				if d := cmp.Diff(tt.want, cells); d != "" {
					t.Errorf("block size %d: cells differ (-want +got):\n%s", block, d)
				}
			}
		})
	}
}

// unmark takes the marks out.
func unmark(s string) string {
	for {
		i := strings.Index(s, "✗")
		if i < 0 {
			break
		}
		s = s[:i] + s[i+strings.Index(s[i:], ":")+1:]
	}
	return strings.NewReplacer("¶", "", "§", "", "‖", "").Replace(s)
}

// markRows reads a list and puts marks into it where rows, cells and faults were found.
func markRows(t *testing.T, in string, headerLen int, o Options) (string, [][]string) {
	t.Helper()
	r, all := chunks(t, []byte(in), o)
	marks := make([]string, len(in)+1) // before each byte
	var texts [][]string
	for _, c := range all {
		views, err := c.Decode(nil, []int{0, 1})
		if err != nil {
			t.Fatal(err)
		}
		faults := c.Faults()
		for i := range c.Len() {
			at := int(c.Position(i).Offset)
			if len(faults) > 0 && faults[0].Row == i {
				marks[at] += fmt.Sprintf("✗%s%d:", faults[0].Code, faults[0].Column)
				faults = faults[1:]
				continue
			}
			marks[at] += "¶"
			var cells []string
			for _, v := range views {
				cells = append(cells, string(v.At(i)))
				if s := v.Spans[i]; int(s.Hi) <= c.n {
					marks[int(c.offset)+int(s.Lo)] += "§"
					marks[int(c.offset)+int(s.Hi)] += "‖"
				}
			}
			texts = append(texts, cells)
		}
	}
	if int(r.offset) != len(in) {
		t.Errorf("the reader's offset at the end is %d of %d", r.offset, len(in))
	}
	var b strings.Builder
	for i, m := range marks {
		b.WriteString(m)
		if i < len(in) {
			b.WriteByte(in[i])
		}
	}
	return b.String(), texts
}

// TestLimits shows what is over which limit, and that neighbours are not.
func TestLimits(t *testing.T) {
	fault := func(code, detail string, col int, raw string) formats.Fault {
		return formats.Fault{Code: code, Detail: detail, Column: col, Raw: []byte(raw)}
	}
	o := Options{Comma: ',', Header: HeaderYes, MaxCell: 4, MaxRecord: 16}
	tests := []struct {
		name, in string
		want     []formats.Fault
		rows     int
	}{
		{"cell at its limit", "1234,\"1234\"\n", nil, 1},
		{"long cell", "1,12345\n", []formats.Fault{fault("limit", "cell longer than 4 bytes", 2, "1,12345")}, 1},
		{"long quoted cell", "\"12345\",1\n1,1\n", []formats.Fault{fault("quote", "quote never closed", 1, "\"12345\",1")}, 2},
		{"record at its limit", "1234,\"12\n\"\r\n1,1", nil, 2},
		{"long record", "12345678901234567,1\n1,1\n", []formats.Fault{{Code: "limit", Detail: "record longer than 16 bytes"}}, 2},
		{"long record, lines", "\"1\n\",\"1\n\",\"1\n\",\"1\n\"\n1,1\n", []formats.Fault{
			{Code: "limit", Detail: "record longer than 16 bytes"}, fault("quote", "quote never closed", 1, "\"")}, 3},
		{"long record without end", strings.Repeat("x", 100), []formats.Fault{{Code: "limit", Detail: "record longer than 16 bytes"}}, 1},
	}
	for _, tt := range tests {
		for _, o.BlockSize = range []int{1, 3, 8, 0} {
			_, all := chunks(t, []byte("a,b\n"+tt.in), o)
			var got []formats.Fault
			rows := 0
			for _, c := range all {
				for _, f := range c.Faults() {
					f.Row = 0
					got = append(got, f)
				}
				rows += c.Len()
			}
			if d := cmp.Diff(tt.want, got); d != "" || rows != tt.rows {
				t.Errorf("%s, block size %d: %d rows, want %d; faults (-want +got):\n%s", tt.name, o.BlockSize, rows, tt.rows, d)
			}
		}
	}
}

// TestSkipIsBounded reads a record far above the limit and wants no buffer to have
// grown with it.
func TestSkipIsBounded(t *testing.T) {
	in := "a,b\n" + strings.Repeat("x", 4<<20) + "\n1,2\n"
	_, all := chunks(t, []byte(in), Options{MaxRecord: 1 << 16, BlockSize: 1 << 12})
	if len(all) != 2 || all[0].Len() != 1 || all[1].Len() != 1 {
		t.Fatalf("got %d chunks, want one of the long record and one of the row behind it", len(all))
	}
	for _, c := range all {
		if cap(c.buf) > 1<<18 {
			t.Errorf("a buffer grew to %d bytes", cap(c.buf))
		}
	}
	if p := all[1].Position(0); p.Line != 1 || p.Offset != int64(len(in)-4) {
		t.Errorf("row behind a long record is at %+v, want line 1 of its chunk, offset %d", p, len(in)-4)
	}
}

// TestAgainstEncodingCSV wants the cells that the standard library finds in a
// regular list.
func TestAgainstEncodingCSV(t *testing.T) {
	lists := map[string][]byte{"prospects": prospects(1000)}
	rnd := rand.New(rand.NewSource(3))
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for range 2000 {
		rec := make([]string, 5)
		for i := range rec {
			for range rnd.Intn(6) {
				rec[i] += []string{"a", "ä", " ", ",", "\"", "\n", "x@y.example"}[rnd.Intn(7)]
			}
		}
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	lists["written by encoding/csv"] = b.Bytes()
	for name, in := range lists {
		want, err := csv.NewReader(bytes.NewReader(in)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range []int{1 << 10, 4097, 0} {
			l := readList(in, Options{Comma: ',', Header: HeaderYes, BlockSize: block})
			if l.Err != "" {
				t.Fatal(l.Err)
			}
			got := [][]string{l.Names}
			for _, rec := range l.Records {
				got = append(got, rec.Cells)
			}
			if !reflect.DeepEqual(want, got) { // a diff of equal lists takes long
				t.Fatalf("%s, block size %d: cells differ (-encoding/csv +csvio):\n%s", name, block, cmp.Diff(want, got))
			}
		}
	}
}
