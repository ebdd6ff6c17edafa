package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"sluice/formats"
	"sluice/formats/column"
)

// A table is a list in memory: rows of cells, nil for null.
type table struct {
	schema formats.Schema
	rows   [][][]byte
	faulty map[int]bool
}

func texts(names ...string) formats.Schema {
	var s formats.Schema
	for _, n := range names {
		s.Fields = append(s.Fields, formats.Field{Name: n})
	}
	return s
}

// chunk cuts rows [lo, hi) out of the table.
func (t *table) chunk(lo, hi int) *foreign {
	c := &foreign{}
	for i := lo; i < hi; i++ {
		if t.faulty[i] {
			c.faults = append(c.faults, formats.Fault{Row: i - lo, Code: "ragged"})
		}
	}
	for j := range t.schema.Fields {
		v := column.View{Data: []byte("padding")}
		for i, row := range t.rows[lo:hi] {
			cell := row[j]
			if t.faulty[lo+i] {
				cell = []byte{}
			}
			if cell == nil {
				if v.Nulls == nil {
					v.Nulls = make([]bool, hi-lo)
				}
				v.Nulls[i] = true
			}
			n := uint32(len(v.Data))
			v.Data = append(v.Data, cell...)
			v.Spans = append(v.Spans, column.Span{Lo: n, Hi: n + uint32(len(cell))})
		}
		c.views = append(c.views, v)
	}
	c.n = hi - lo
	return c
}

// A foreign is a chunk of another format.
type foreign struct {
	formats.Chunk
	n      int
	views  []column.View
	faults []formats.Fault
}

func (c *foreign) Len() int { return c.n }

func (c *foreign) Decode(views []column.View, cols []int) ([]column.View, error) {
	for _, i := range cols {
		views = append(views, c.views[i])
	}
	return views, nil
}

func (c *foreign) Faults() []formats.Fault { return c.faults }

func (c *foreign) Position(i int) formats.Position {
	return formats.Position{File: "list.test", Row: int64(i + 1), Offset: -1}
}

// write writes the rows that keep selects, in chunks of size rows.
func (t *table) write(tb testing.TB, size int, o WriterOptions, adjust func(*Writer), keep func(row int) bool) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, &t.schema, o)
	if err != nil {
		tb.Fatalf("NewWriter: %v", err)
	}
	if adjust != nil {
		adjust(w)
	}
	for lo := 0; lo < len(t.rows); lo += size {
		hi := min(lo+size, len(t.rows))
		var sel column.Selection
		for i := lo; i < hi; i++ {
			if keep == nil || keep(i) {
				sel = sel.Add(i - lo)
			}
		}
		var extra []column.View
		for e := range o.Extra {
			x := table{schema: texts("x")}
			for i := lo; i < hi; i++ {
				x.rows = append(x.rows, [][]byte{fmt.Appendf(nil, "extra %d of %d", e, i)})
			}
			extra = append(extra, x.chunk(0, hi-lo).views[0])
		}
		commit, err := w.Encode(t.chunk(lo, hi), sel, extra)
		if err != nil {
			tb.Fatalf("Encode: %v", err)
		}
		if err := commit(); err != nil {
			tb.Fatalf("commit: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatalf("Close: %v", err)
	}
	return out.Bytes()
}

// smallGroups makes row groups end often.
func smallGroups(rows, size int) func(*Writer) {
	return func(w *Writer) { w.rows.maxRows, w.rows.maxBytes = rows, size }
}

// readAll reads a file with parquet-go. A null is nil, a byte array its bytes, any
// other value its %v.
func readAll(tb testing.TB, data []byte) (names []string, rows [][][]byte) {
	tb.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatalf("parquet-go: %v", err)
	}
	for _, c := range f.Root().Columns() {
		names = append(names, c.Name())
	}
	for _, g := range f.RowGroups() {
		r := g.Rows()
		buf := make([]parquet.Row, 100)
		n := int64(0)
		for n < g.NumRows() {
			m, err := r.ReadRows(buf)
			for _, row := range buf[:m] {
				rows = append(rows, cellsOf(row))
			}
			n += int64(m)
			if m == 0 && err != nil {
				tb.Fatalf("parquet-go: after %d of %d rows: %v", n, g.NumRows(), err)
			}
		}
		r.Close()
	}
	return names, rows
}

func cellsOf(row parquet.Row) [][]byte {
	var out [][]byte
	for _, v := range row {
		switch {
		case v.IsNull():
			out = append(out, nil)
		case v.Kind() == parquet.ByteArray || v.Kind() == parquet.FixedLenByteArray:
			out = append(out, append([]byte{}, v.ByteArray()...))
		default:
			out = append(out, fmt.Appendf(nil, "%v", v))
		}
	}
	return out
}

// sameRows reports the first cell that differs; nil is not the same as empty.
func sameRows(tb testing.TB, want, got [][][]byte) {
	tb.Helper()
	if len(want) != len(got) {
		tb.Errorf("%d rows, want %d", len(got), len(want))
		return
	}
	for i := range want {
		if len(want[i]) != len(got[i]) {
			tb.Errorf("row %d: %d cells, want %d", i, len(got[i]), len(want[i]))
			return
		}
		for j := range want[i] {
			if w, g := want[i][j], got[i][j]; !bytes.Equal(w, g) || (w == nil) != (g == nil) {
				tb.Errorf("row %d, column %d: %.50q (null: %v), want %.50q (null: %v)", i, j, g, g == nil, w, w == nil)
				return
			}
		}
	}
}

// randomTable makes columns of every shape that is encoded in another way:
// distinct, repeated, constant, empty, null, growing runs, long.
func randomTable(seed uint64, n int) *table {
	r := rand.New(rand.NewPCG(seed, 0))
	t := &table{schema: texts("address", "country", "constant", "empty", "nothing", "sometimes", "runs", "long")}
	countries := strings.Fields("DE FR GB IE NL SE AT CH PL CZ")
	run := 0
	for i := range n {
		var sometimes []byte
		if r.IntN(3) == 0 {
			sometimes = fmt.Appendf(nil, "n%d", r.IntN(50))
		}
		if r.IntN(20) == 0 {
			run++
		}
		long := []byte("-")
		if r.IntN(100) == 0 {
			long = bytes.Repeat([]byte("lang "), r.IntN(2000))
		}
		t.rows = append(t.rows, [][]byte{
			fmt.Appendf(nil, "person%d.%d@company.example", i, r.IntN(1000)),
			[]byte(countries[r.IntN(len(countries))]), []byte("c"), {}, nil, sometimes, fmt.Appendf(nil, "%d", run), long,
		})
	}
	return t
}

func TestWriterRoundTrip(t *testing.T) {
	tab := randomTable(1, 3000)
	for _, codec := range []string{"", "snappy", "gzip", "brotli", "lz4_raw", "none"} {
		data := tab.write(t, 500, WriterOptions{Codec: codec}, smallGroups(1300, maxGroupBytes), nil)
		names, rows := readAll(t, data)
		if diff := cmp.Diff(tab.schema.Names(), names); diff != "" {
			t.Errorf("codec %q: columns (-want +got):\n%s", codec, diff)
		}
		sameRows(t, tab.rows, rows)
	}
}

// TestWriterSelects writes some rows with extra columns.
func TestWriterSelects(t *testing.T) {
	tab := randomTable(2, 1000)
	tab.faulty = map[int]bool{6: true, 7: true}
	keep := func(i int) bool { return i%3 == 0 || i%7 == 0 }
	data := tab.write(t, 129, WriterOptions{Extra: []string{"reason", "country"}}, nil, keep)
	names, rows := readAll(t, data)
	wantNames := append(tab.schema.Names(), "reason", "country_2")
	if diff := cmp.Diff(wantNames, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	var want [][][]byte
	for i, row := range tab.rows {
		if !keep(i) {
			continue
		}
		if tab.faulty[i] {
			row = [][]byte{{}, {}, {}, {}, {}, {}, {}, {}}
		}
		want = append(want, append(row[:len(row):len(row)], fmt.Appendf(nil, "extra 0 of %d", i), fmt.Appendf(nil, "extra 1 of %d", i)))
	}
	sameRows(t, want, rows)
}

// TestWriterSameBytes cuts the same rows into chunks of any size, with any number
// of workers, and wants the same file.
func TestWriterSameBytes(t *testing.T) {
	tab := randomTable(3, 1200)
	keep := func(i int) bool { return i%5 != 1 }
	for _, limits := range []func(*Writer){smallGroups(700, maxGroupBytes), smallGroups(1<<20, 20_000), smallGroups(97, 5000)} {
		want := tab.write(t, len(tab.rows), WriterOptions{Workers: 1}, limits, keep)
		for _, size := range []int{1, 97, 700} {
			for _, workers := range []int{1, 3} {
				if got := tab.write(t, size, WriterOptions{Workers: workers}, limits, keep); !bytes.Equal(got, want) {
					t.Errorf("chunks of %d rows, %d workers: %d bytes differ from the %d of one chunk", size, workers, len(got), len(want))
				}
			}
		}
	}
}

func TestWriterEmpty(t *testing.T) {
	tab := &table{schema: texts("a", "b")}
	tab.schema.Fields = append(tab.schema.Fields, formats.Field{Name: "d", Type: formats.Type{Kind: formats.Date}})
	tab.rows = [][][]byte{{[]byte("x"), []byte("y"), nil}}
	none := func(int) bool { return false }
	for name, data := range map[string][]byte{
		"no rows kept": tab.write(t, 1, WriterOptions{Extra: []string{"e"}}, nil, none),
		"no chunk":     (&table{schema: tab.schema}).write(t, 1, WriterOptions{Extra: []string{"e"}}, nil, none),
	} {
		names, rows := readAll(t, data)
		if diff := cmp.Diff([]string{"a", "b", "d", "e"}, names); diff != "" || len(rows) != 0 {
			t.Errorf("%s: %d rows, columns (-want +got):\n%s", name, len(rows), diff)
		}
	}
}

// TestWriterHugeCells has cells larger than a page and than a row group.
func TestWriterHugeCells(t *testing.T) {
	tab := &table{schema: texts("a", "b")}
	r := rand.New(rand.NewPCG(4, 0))
	for i := range 40 {
		big := make([]byte, r.IntN(300_000)*(i%3))
		for j := range big {
			big[j] = 'a' + byte(r.IntN(26))
		}
		tab.rows = append(tab.rows, [][]byte{big, []byte("x")})
	}
	tab.rows[17][0] = bytes.Repeat([]byte("z"), 3<<20)
	data := tab.write(t, 9, WriterOptions{Codec: "snappy"}, smallGroups(1000, 2<<20), nil)
	_, rows := readAll(t, data)
	sameRows(t, tab.rows, rows)
}

func TestWriterWide(t *testing.T) {
	tab := &table{}
	var row [][]byte
	for i := range 1000 {
		tab.schema.Fields = append(tab.schema.Fields, formats.Field{Name: fmt.Sprint("column ", i)})
		row = append(row, fmt.Append(nil, i))
	}
	tab.rows = [][][]byte{row, row, row}
	_, rows := readAll(t, tab.write(t, 2, WriterOptions{}, smallGroups(2, maxGroupBytes), nil))
	sameRows(t, tab.rows, rows)
}

func TestWriterNames(t *testing.T) {
	specs := newSpecs(texts("Notes", "", "Notes", "Notes_2", "Notes", "a").Fields, []string{"a", "b"})
	var got []string
	for _, s := range specs {
		got = append(got, s.name)
	}
	want := []string{"Notes", "column_2", "Notes_3", "Notes_2", "Notes_4", "a", "a_2", "b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestWriterOptionsRefused(t *testing.T) {
	s := texts("a")
	if _, err := NewWriter(nil, &s, WriterOptions{Codec: "lzo"}); err == nil || !strings.Contains(err.Error(), "zstd, snappy") {
		t.Errorf("codec lzo: error %v, want one that names the codecs", err)
	}
	if _, err := NewWriter(nil, &formats.Schema{}, WriterOptions{}); err == nil {
		t.Error("no columns: no error")
	}
}

// failAfter fails once n bytes were written.
type failAfter struct{ n int }

var errFull = errors.New("disk full")

func (f *failAfter) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestWriterFails cuts the write at many points: the error must come out, nothing
// may be written after it, and no goroutine may be left.
func TestWriterFails(t *testing.T) {
	tab := randomTable(5, 600)
	whole := len(tab.write(t, 50, WriterOptions{}, smallGroups(100, maxGroupBytes), nil))
	before := runtime.NumGoroutine()
	for n := 0; n < whole; n += whole / 50 {
		w, err := NewWriter(&failAfter{n}, &tab.schema, WriterOptions{Workers: 3})
		if err != nil {
			t.Fatal(err)
		}
		smallGroups(100, maxGroupBytes)(w)
		var first error
		for lo := 0; lo < len(tab.rows); lo += 50 {
			commit, err := w.Encode(tab.chunk(lo, lo+50), column.All(50), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := commit(); first == nil {
				first = err
			} else if err != first {
				t.Errorf("cut at %d: commit returned %v after %v", n, err, first)
			}
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Errorf("cut at %d: Close returned %v, want %v", n, err, errFull)
		}
	}
	for i := 0; runtime.NumGoroutine() > before; i++ {
		if i == 100 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond) // those that Close waited for are just ending
	}
}

func TestWriterKeyValues(t *testing.T) {
	tab := &table{schema: texts("a")}
	data := tab.write(t, 1, WriterOptions{KeyValues: [][2]string{{"b", "1"}, {"a", ""}, {"b", "2"}}}, nil, nil)
	m := footerOf(t, data)
	want := []keyValue{{"b", "2", true}, {"a", "", true}}
	if diff := cmp.Diff(want, m.keyValues, cmp.AllowUnexported(keyValue{})); diff != "" {
		t.Errorf("key/values (-want +got):\n%s", diff)
	}
	if m.createdBy != "sluice" {
		t.Errorf("created by %q, want sluice", m.createdBy)
	}
}

// footerOf decodes a file's footer.
func footerOf(tb testing.TB, data []byte) *fileMeta {
	tb.Helper()
	n := int(le.Uint32(data[len(data)-8:]))
	m, err := parseFooter(data[len(data)-8-n:len(data)-8], Options{}.withDefaults())
	if err != nil {
		tb.Fatalf("footer: %v", err)
	}
	return m
}

// TestWriterConcurrent calls Encode for many chunks at once and commits in order.
func TestWriterConcurrent(t *testing.T) {
	tab := randomTable(11, 1200)
	limits := smallGroups(350, maxGroupBytes)
	want := tab.write(t, len(tab.rows), WriterOptions{}, limits, nil)
	var out bytes.Buffer
	w, err := NewWriter(&out, &tab.schema, WriterOptions{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	limits(w)
	type result struct {
		commit func() error
		err    error
	}
	var order []chan result
	for lo := 0; lo < len(tab.rows); lo += 60 {
		done := make(chan result, 1)
		order = append(order, done)
		go func() {
			commit, err := w.Encode(tab.chunk(lo, lo+60), column.All(60), nil)
			done <- result{commit, err}
		}()
	}
	for _, done := range order {
		r := <-done
		if r.err == nil {
			r.err = r.commit()
		}
		if r.err != nil {
			t.Fatal(r.err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Error("another file than with one chunk after the other")
	}
	if err := w.Close(); err == nil {
		t.Error("second Close: no error")
	}
}
