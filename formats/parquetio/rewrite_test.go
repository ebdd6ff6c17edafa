package parquetio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// selections are ways to keep rows.
var selections = map[string]func(seed uint64) func(row int) bool{
	"all":     func(uint64) func(int) bool { return func(int) bool { return true } },
	"none":    func(uint64) func(int) bool { return func(int) bool { return false } },
	"half":    func(s uint64) func(int) bool { return randomRows(s, 0.5) },
	"most":    func(s uint64) func(int) bool { return randomRows(s, 0.95) },
	"few":     func(s uint64) func(int) bool { return randomRows(s, 0.02) },
	"stretch": func(uint64) func(int) bool { return func(i int) bool { return i%97 < 60 } },
	"groups":  func(uint64) func(int) bool { return func(i int) bool { return i < 100 } }, // some whole, one in part, some none
}

func randomRows(seed uint64, share float64) func(int) bool {
	return func(row int) bool {
		return rand.New(rand.NewPCG(seed, uint64(row))).Float64() < share
	}
}

func TestRewriteFlat(t *testing.T) {
	rows := people(3, 240)
	eachLayout(t, func(t *testing.T, o ...parquet.WriterOption) { testRewrite(t, encode(t, rows, 80, o...), len(rows)) })
}

func TestRewriteNested(t *testing.T) {
	rows := companies(4, 200)
	eachLayout(t, func(t *testing.T, o ...parquet.WriterOption) { testRewrite(t, encode(t, rows, 70, o...), len(rows)) })
}

// testRewrite filters a file and compares the rows with those parquet-go finds in
// the source. Where nothing is compressed, no token of a dropped row may be found
// in the output.
func testRewrite(t *testing.T, data []byte, n int) {
	source := oracleRows(t, data)
	if len(source) != n {
		t.Fatalf("the oracle finds %d rows, want %d", len(source), n)
	}
	for name, selection := range selections {
		keep := selection(7)
		out := rewriteFile(t, data, keep)
		var want []string
		for i, row := range source {
			if keep(i) {
				want = append(want, row)
			}
		}
		got := oracleRows(t, out)
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows, want %d", name, len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%s: row %d:\n got %.300s\nwant %.300s", name, i, got[i], want[i])
			}
		}
		if bytes.Contains(data, []byte(token(n-1))) {
			for i := range n {
				// Titles and contacts share a token among neighbours.
				gone := !keep(i)
				for k := i / 12 * 12; k < i/12*12+48 && gone; k++ {
					gone = k/3 != i && k/4 != i || !keep(k)
				}
				for k := 3 * i; k < 4*i+4 && gone; k++ {
					gone = k >= n || !keep(k)
				}
				if gone && bytes.Contains(out, []byte(token(i))) {
					t.Fatalf("%s: %s of a dropped row is still in the file", name, token(i))
				}
			}
		}
		// What we wrote, we can read.
		if again := oracleRows(t, rewriteFile(t, out, func(int) bool { return true })); !slices.Equal(again, want) {
			t.Fatalf("%s: a second pass changed rows", name)
		}
	}
}

// TestRewriteLongPages makes pages long enough to be split, and some values longer
// than a page.
func TestRewriteLongPages(t *testing.T) {
	if raceEnabled {
		t.Skip("slow, and nothing runs beside it")
	}
	type row struct {
		S string   `parquet:"s"`
		L []string `parquet:"l,list"`
		N int64    `parquet:"n"`
	}
	r := rand.New(rand.NewPCG(5, 5))
	var rows []row
	for i := range 2500 {
		n := 1000
		if i%1000 == 0 {
			n = 3 << 20
		}
		v := row{S: token(i) + string(bytes.Repeat([]byte{'a' + byte(i%26)}, r.IntN(n)+1)), N: int64(i)}
		for range r.IntN(5) {
			v.L = append(v.L, string(bytes.Repeat([]byte{'l'}, r.IntN(500))))
		}
		rows = append(rows, v)
	}
	data := encode(t, rows, 2500, parquet.PageBufferSize(64<<20), parquet.Compression(&parquet.Snappy))
	source := oracleRows(t, data)
	keep := randomRows(1, 0.8)
	var want []string
	for i, s := range source {
		if keep(i) {
			want = append(want, s)
		}
	}
	out := rewriteFile(t, data, keep)
	if got := oracleRows(t, out); !slices.Equal(got, want) {
		t.Error("rows differ")
	}
	f, err := parquet.OpenFile(bytes.NewReader(out), int64(len(out)))
	if err != nil {
		t.Fatal(err)
	}
	pages, most := 0, 0
	p := f.RowGroups()[0].ColumnChunks()[0].Pages()
	for {
		page, err := p.ReadPage()
		if err != nil {
			break
		}
		pages++
		if n := int(page.Size()); n > most {
			most = n
		}
	}
	if pages < 3 || most > 6<<20 {
		t.Errorf("%d pages, the largest of %d bytes", pages, most)
	}
}

// TestRewriteStatistics compares bounds and null counts with the rows.
func TestRewriteStatistics(t *testing.T) {
	data := encode(t, people(6, 300), 300, parquet.Compression(&parquet.Zstd))
	out := rewriteFile(t, data, randomRows(2, 0.4))
	f, err := parquet.OpenFile(bytes.NewReader(out), int64(len(out)))
	if err != nil {
		t.Fatal(err)
	}
	group := f.RowGroups()[0]
	for i, c := range group.ColumnChunks() {
		var lo, hi parquet.Value
		nulls := int64(0)
		pages := c.Pages()
		for {
			p, err := pages.ReadPage()
			if err != nil {
				break
			}
			vals := make([]parquet.Value, p.NumValues())
			n, _ := p.Values().ReadValues(vals)
			for _, v := range vals[:n] {
				switch {
				case v.IsNull():
					nulls++
				case lo.IsNull():
					lo, hi = v.Clone(), v.Clone()
				default:
					if c.Type().Compare(v, lo) < 0 {
						lo = v.Clone()
					}
					if c.Type().Compare(v, hi) > 0 {
						hi = v.Clone()
					}
				}
			}
		}
		meta := f.Metadata().RowGroups[0].Columns[i].MetaData
		st := meta.Statistics
		name := meta.PathInSchema[0]
		if st.NullCount != nulls {
			t.Errorf("%s: null_count %d, want %d", name, st.NullCount, nulls)
		}
		if st.MinValue == nil && st.MaxValue == nil {
			continue
		}
		if got, want := fmt.Sprintf("%x %x", st.MinValue, st.MaxValue), fmt.Sprintf("%x %x", lo.Bytes(), hi.Bytes()); got != want {
			t.Errorf("%s: bounds %s, want %s", name, got, want)
		}
	}
}

// TestRewriteWholePages wants pages that keep all their rows to be copied, and those
// beside them to be filtered.
func TestRewriteWholePages(t *testing.T) {
	type row struct {
		Email string  `parquet:"email,plain"`
		Note  *string `parquet:"note,optional,plain"`
		N     int64   `parquet:"n"`
	}
	var rows []row
	r := rand.New(rand.NewPCG(6, 6))
	for i := range 20_000 {
		rows = append(rows, row{fmt.Sprintf("%s-%d@a%d.example", token(i), r.Uint32(), i%977), maybe(r, 0.3, fmt.Sprint("note ", r.Uint64())), r.Int64()})
	}
	data := encode(t, rows, len(rows), parquet.Compression(&parquet.Zstd), parquet.DataPageVersion(1), parquet.PageBufferSize(100<<10))
	for name, keep := range map[string]func(i int) bool{
		"one row gone":  func(i int) bool { return i != 9000 },
		"a stretch":     func(i int) bool { return i < 3000 || i >= 11_000 },
		"first and end": func(i int) bool { return i > 0 && i < len(rows)-1 },
	} {
		for _, chunkRows := range []int{0, 7000} {
			out, err := tryRewrite(data, keep, Options{ChunkRows: chunkRows, KeepGroups: true})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for i, row := range oracleRows(t, data) {
				if keep(i) {
					want = append(want, row)
				}
			}
			if got := oracleRows(t, out); !slices.Equal(got, want) {
				t.Fatalf("%s: %d rows that are not the %d kept", name, len(got), len(want))
			}
			copied, all := wholePages(t, data, out)
			if copied < all/4 || copied == all {
				t.Errorf("%s: %d of %d pages were copied as they are", name, copied, all)
			}
		}
	}
}

// wholePages counts the data pages of a file, and those that are in another file too.
func wholePages(t *testing.T, data, out []byte) (copied, all int) {
	src := bytes.NewReader(data)
	for _, g := range footerOf(t, data).groups {
		for _, c := range g.columns {
			var p pageReader
			p.reset(src, c.off, c.size, maxPageBytes)
			for {
				h, err := p.header()
				if err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				body, err := p.body(&h)
				if err != nil {
					t.Fatal(err)
				}
				if all++; bytes.Contains(out, body) {
					copied++
				}
			}
		}
	}
	return copied, all
}
