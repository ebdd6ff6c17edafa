package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"sluice/formats"
	"sluice/formats/column"
)

func open(tb testing.TB, data []byte) *Reader {
	tb.Helper()
	r, err := Open(bytes.NewReader(data), int64(len(data)), "list.parquet", Options{})
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	return r
}

// readText reads a file with our own reader, as text.
func readText(tb testing.TB, data []byte) (names []string, rows [][][]byte) {
	tb.Helper()
	r := open(tb, data)
	var cols []int
	for i := range r.Schema().Fields {
		cols = append(cols, i)
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			return r.Schema().Names(), rows
		}
		if err != nil {
			tb.Fatalf("Next: %v", err)
		}
		views, err := c.Decode(nil, cols)
		if err != nil {
			tb.Fatalf("Decode: %v", err)
		}
		for i := range c.Len() {
			row := make([][]byte, len(views))
			for j, v := range views {
				if !v.Null(i) {
					row[j] = append([]byte{}, v.At(i)...)
				}
			}
			rows = append(rows, row)
		}
		c.Release()
	}
}

// copyFile writes the rows of src that keep selects, group by group, with a text for
// each extra column.
func copyFile(tb testing.TB, src []byte, o WriterOptions, like bool, keep func(row int) bool) []byte {
	tb.Helper()
	return copySlices(tb, src, 0, o, like, keep)
}

// copySlices is copyFile in chunks of some rows.
func copySlices(tb testing.TB, src []byte, rows int, o WriterOptions, like bool, keep func(row int) bool) []byte {
	tb.Helper()
	r := openBytes(tb, src, Options{ChunkRows: rows})
	if like {
		o.Like = r
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, r.Schema(), o)
	if err != nil {
		tb.Fatal(err)
	}
	row := 0
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		var sel column.Selection
		x := table{schema: texts("x")}
		for i := range c.Len() {
			if keep(row) {
				sel = sel.Add(i)
			}
			x.rows = append(x.rows, [][]byte{fmt.Append(nil, "row ", row)})
			row++
		}
		var extra []column.View
		for range o.Extra {
			extra = append(extra, x.chunk(0, c.Len()).views[0])
		}
		commit, err := w.Encode(c, sel, extra)
		if err == nil {
			err = commit()
		}
		if err != nil {
			tb.Fatal(err)
		}
		c.Release()
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// nested is a source with columns of every depth, in pages of the second version.
func nested(tb testing.TB, codec parquet.WriterOption) []byte {
	type item struct {
		Tag  string   `parquet:"tag,optional,dict"`
		Nums []int64  `parquet:"nums,list"`
		Note *float64 `parquet:"note"`
	}
	type record struct {
		Email string            `parquet:"email"`
		City  *string           `parquet:"city,dict"`
		Items []item            `parquet:"items"`
		Attrs map[string]string `parquet:"attrs"`
		Flag  bool              `parquet:"flag"`
		Seen  int64             `parquet:"seen,timestamp(microsecond),delta"`
	}
	var buf bytes.Buffer
	w := parquet.NewGenericWriter[record](&buf, codec, parquet.DataPageVersion(2), parquet.PageBufferSize(2000),
		parquet.KeyValueMetadata("origin", "test"))
	cities := []string{"Ulm", "Lyon", "Cork"}
	for i := range 600 {
		rec := record{Email: fmt.Sprintf("p%d@x.example", i), Flag: i%3 == 0, Seen: int64(i) * 1e9}
		if i%4 != 0 && i > 200 { // the first group's cities are all null
			rec.City = &cities[i%3]
		}
		for k := range i % 3 {
			it := item{Tag: fmt.Sprint("t", k)}
			for n := range i % 4 {
				it.Nums = append(it.Nums, int64(n*i))
			}
			if k == 1 {
				f := float64(i) / 2
				it.Note = &f
			}
			rec.Items = append(rec.Items, it)
		}
		if i%5 == 0 {
			rec.Attrs = map[string]string{"k": fmt.Sprint(i)}
		}
		if _, err := w.Write([]record{rec}); err != nil {
			tb.Fatal(err)
		}
		if i%200 == 199 {
			if err := w.Flush(); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// typed is a list with a column of each type.
func typed() *table {
	t := new(table)
	for _, tt := range typeTests {
		t.schema.Fields = append(t.schema.Fields, formats.Field{Name: tt.name, Type: tt.typ})
	}
	for i := range 8 {
		row := make([][]byte, len(typeTests))
		for j, tt := range typeTests {
			var good []string
			for cell, value := range tt.cells {
				if value != "refused" {
					good = append(good, cell)
				}
			}
			slices.Sort(good)
			if i < len(good) {
				row[j] = []byte(good[i])
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// TestTypesThroughReader writes text, reads it back as text with our reader, writes
// that, and wants the first file again. JSON is read as text and is not among them.
func TestTypesThroughReader(t *testing.T) {
	tab := typed()
	tab.schema.Fields = tab.schema.Fields[:len(typeTests)-1] // nested is the last
	first := tab.write(t, 3, WriterOptions{}, nil, nil)
	_, rows := readText(t, first)
	for i := range rows {
		for j := range rows[i] {
			if (rows[i][j] == nil) != (tab.rows[i][j] == nil) {
				t.Errorf("row %d, %s: null: %v, want %v", i, typeTests[j].name, rows[i][j] == nil, tab.rows[i][j] == nil)
			}
		}
	}
	second := copyFile(t, first, WriterOptions{}, false, func(int) bool { return true })
	if !bytes.Equal(second, first) {
		_, again := readText(t, second)
		sameRows(t, rows, again)
		t.Error("writing what was read makes another file")
	}
}

// TestCopyLike filters Parquet sources and compares with filtering what they hold.
func TestCopyLike(t *testing.T) {
	random := randomTable(8, 700)
	sources := map[string][]byte{
		"flat":          random.write(t, 400, WriterOptions{KeyValues: [][2]string{{"z", "1"}, {"a", "2"}}}, smallGroups(200, maxGroupBytes), nil),
		"flat snappy":   random.write(t, 400, WriterOptions{Codec: "snappy"}, smallGroups(200, maxGroupBytes), nil),
		"types":         typed().write(t, 3, WriterOptions{}, nil, nil),
		"nested snappy": nested(t, parquet.Compression(&parquet.Snappy)),
		"nested plain":  nested(t, parquet.Compression(&parquet.Uncompressed)),
	}
	keeps := map[string]func(int) bool{
		"all":          func(int) bool { return true },
		"none":         func(int) bool { return false },
		"some":         func(i int) bool { return i%7 < 4 },
		"second group": func(i int) bool { return i >= 200 && i < 400 },
		"one row":      func(i int) bool { return i == 4 },
	}
	for source, src := range sources {
		names, rows := readText(t, src)
		for keepName, keep := range keeps {
			for _, extra := range [][]string{nil, {"reason", names[0]}} {
				for _, codec := range []string{"", "zstd", "none"} {
					if codec != "" && (extra != nil) != (codec == "none") {
						continue // one of the two is enough with another codec
					}
					got := copyFile(t, src, WriterOptions{Extra: extra, Codec: codec}, true, keep)
					t.Run(fmt.Sprintf("%s/%s/%d/%s", source, keepName, len(extra), codec), func(t *testing.T) {
						checkCopy(t, got, names, rows, extra, codec, keep)
						m, want := footerOf(t, got), footerOf(t, src)
						if diff := cmp.Diff(want.keyValues, m.keyValues, cmp.AllowUnexported(keyValue{})); diff != "" {
							t.Errorf("key/values (-want +got):\n%s", diff)
						}
						if keepName == "all" && extra == nil && codec == "" {
							sameBody(t, got, src)
						}
					})
				}
			}
		}
	}
}

func checkCopy(t *testing.T, got []byte, names []string, rows [][][]byte, extra []string, codec string, keep func(int) bool) {
	t.Helper()
	wantNames := append([]string{}, names...)
	if extra != nil {
		wantNames = append(wantNames, "reason", names[0]+"_2")
	}
	var want [][][]byte
	for i, row := range rows {
		if !keep(i) {
			continue
		}
		for range extra {
			row = append(row[:len(row):len(row)], fmt.Append(nil, "row ", i))
		}
		want = append(want, row)
	}
	gotNames, gotRows := readText(t, got)
	if diff := cmp.Diff(wantNames, gotNames); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	sameRows(t, want, gotRows)
	if f, err := parquet.OpenFile(bytes.NewReader(got), int64(len(got))); err != nil {
		t.Errorf("parquet-go: %v", err)
	} else if f.NumRows() != int64(len(want)) {
		t.Errorf("parquet-go counts %d rows, want %d", f.NumRows(), len(want))
	} else {
		readAll(t, got) // without error
	}
	kind, _, err := parseCodec(codec)
	if err != nil {
		t.Fatal(err)
	}
	if codec == "" { // the source's, which is the same for all of its columns
		if g := footerOf(t, got).groups; len(g) > 0 {
			kind = g[0].columns[0].meta.codec
		}
	}
	for _, g := range footerOf(t, got).groups {
		for _, c := range g.columns {
			if c.meta.codec != kind {
				t.Errorf("column %s is compressed with %v, want %v", c.meta.path, c.meta.codec, kind)
			}
		}
	}
}

// sameBody wants the pages of two files to be the same, byte for byte.
func sameBody(t *testing.T, got, want []byte) {
	t.Helper()
	g, w := footerOf(t, got).groups, footerOf(t, want).groups
	if len(g) != len(w) {
		t.Fatalf("%d row groups, want %d", len(g), len(w))
	}
	for i := range g {
		for j := range g[i].columns {
			a, b := g[i].columns[j], w[i].columns[j]
			if !bytes.Equal(got[a.off:a.off+a.size], want[b.off:b.off+b.size]) {
				t.Errorf("row group %d, column %v: pages differ", i, a.meta.path)
			}
			if !bytes.Equal(a.meta.statistics, b.meta.statistics) {
				t.Errorf("row group %d, column %v: statistics differ", i, a.meta.path)
			}
		}
	}
}

// TestCopyTwice copies one of our own files whole: the copy is the file.
func TestCopyTwice(t *testing.T) {
	src := randomTable(9, 500).write(t, 100, WriterOptions{KeyValues: [][2]string{{"k", "v"}}}, smallGroups(200, maxGroupBytes), nil)
	got := copyFile(t, src, WriterOptions{KeyValues: [][2]string{{"k", "v"}}}, true, func(int) bool { return true })
	if !bytes.Equal(got, src) {
		t.Errorf("copy of %d bytes is not the file of %d", len(got), len(src))
	}
}

// TestCopyLikeAndNot filters a flat file both ways, encoded and through text.
func TestCopyLikeAndNot(t *testing.T) {
	src := randomTable(10, 700).write(t, 100, WriterOptions{}, smallGroups(250, maxGroupBytes), nil)
	keep := func(i int) bool { return i%3 != 0 }
	_, fast := readText(t, copyFile(t, src, WriterOptions{}, true, keep))
	_, slow := readText(t, copyFile(t, src, WriterOptions{}, false, keep))
	sameRows(t, slow, fast)
}

// TestExtraColumnsAreNotHidden: readers that find their own description of the
// columns believe it, and would not see, or not accept, a column more.
func TestExtraColumnsAreNotHidden(t *testing.T) {
	kvs := [][2]string{{"ARROW:schema", "x"}, {"owner", "sales"}, {"org.apache.spark.sql.parquet.row.metadata", "{}"}}
	tab := &table{schema: texts("a"), rows: [][][]byte{{[]byte("1")}}}
	src := tab.write(t, 1, WriterOptions{KeyValues: kvs}, nil, nil)
	all := func(int) bool { return true }
	if got := footerOf(t, copyFile(t, src, WriterOptions{}, true, all)).keyValues; len(got) != 3 {
		t.Errorf("without extra columns: %d entries of metadata, want 3", len(got))
	}
	got := footerOf(t, copyFile(t, src, WriterOptions{Extra: []string{"reason"}}, true, all)).keyValues
	want := []keyValue{{"owner", "sales", true}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(keyValue{})); diff != "" {
		t.Errorf("with extra columns: metadata (-want +got):\n%s", diff)
	}
}

func TestCopyRefusesOtherFiles(t *testing.T) {
	a := (&table{schema: texts("a", "b"), rows: [][][]byte{{[]byte("1"), []byte("2")}}})
	b := (&table{schema: texts("a", "c"), rows: [][][]byte{{[]byte("1"), []byte("2")}}})
	ra, rb := open(t, a.write(t, 1, WriterOptions{}, nil, nil)), open(t, b.write(t, 1, WriterOptions{}, nil, nil))
	if ra.Like(rb) || !ra.Like(ra) || !ra.Like(open(t, a.write(t, 1, WriterOptions{Codec: "none"}, nil, nil))) {
		t.Error("Like is wrong")
	}
	w, err := NewWriter(io.Discard, ra.Schema(), WriterOptions{Like: ra})
	if err != nil {
		t.Fatal(err)
	}
	own, err := rb.Next()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]formats.Chunk{"Parquet with other columns": own, "another format": a.chunk(0, 1)} {
		_, err := w.Encode(c, column.All(1), nil)
		var fe *formats.Error
		if !errors.As(err, &fe) || fe.Code != "schema" || fe.Hint == "" {
			t.Errorf("%s: error %v, want one with the code schema and a hint", name, err)
		}
	}
}
