package parquetio

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"sluice/formats/column"
	"sluice/formats/treated"
)

// shout is a Replacer.
func shout(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
	for _, run := range rows {
		for i := run.Lo; i < run.Hi; i++ {
			if !v.Null(i) {
				spans[i].Lo = uint32(len(data))
				data = append(bytes.ToUpper(append(data, v.At(i)...)), '!')
				spans[i].Hi = uint32(len(data))
			}
		}
	}
	return data
}

// TestTreated leaves out and replaces columns of every depth and type, and compares the
// text of the copy with that of the source. What is gone is gone from every byte.
func TestTreated(t *testing.T) {
	random := randomTable(4, 600)
	sources := map[string][]byte{
		"nested": nested(t, parquet.Compression(&parquet.Snappy)),
		"plain":  nested(t, parquet.Compression(&parquet.Uncompressed)),
		"flat":   random.write(t, 400, WriterOptions{}, smallGroups(200, maxGroupBytes), nil),
		"types":  typed().write(t, 3, WriterOptions{}, nil, nil),
	}
	keeps := map[string]func(int) bool{
		"all":   func(int) bool { return true },
		"some":  func(i int) bool { return i%5 < 2 },
		"first": func(i int) bool { return i < 200 },
	}
	for name, src := range sources {
		names, rows := readText(t, src)
		for how, keep := range keeps {
			for seed := range uint64(4) {
				rng := rand.New(rand.NewPCG(seed, 1))
				cols := []treated.Column{{From: rng.IntN(len(names))}}
				for c := range names {
					if c != cols[0].From && rng.IntN(2) == 0 {
						cols = append(cols, treated.Column{From: c})
						if rng.IntN(2) == 0 {
							cols[len(cols)-1].Replace = shout
						}
					}
				}
				o := WriterOptions{Columns: cols, KeyValues: [][2]string{{"k", "v"}}}
				if seed%2 == 1 {
					o.Extra = []string{"note"}
				}
				if seed > 1 {
					o.Codec = "zstd"
				}
				data := copySlices(t, src, 70*int(seed), o, true, keep)
				gotNames, got := readText(t, data)
				at := 0
				for i, row := range rows {
					if !keep(i) {
						continue
					}
					for k, c := range cols {
						want := row[c.From]
						if c.Replace != nil && want != nil {
							want = append(bytes.ToUpper(want), '!')
						}
						if gotNames[k] != names[c.From] || !bytes.Equal(got[at][k], want) || (got[at][k] == nil) != (want == nil) {
							t.Fatalf("%s, %s, seed %d: row %d, column %s is %q, want %q in %s", name, how, seed, i, gotNames[k], got[at][k], want, names[c.From])
						}
					}
					at++
				}
				if len(got) != at || len(gotNames) != len(cols)+len(o.Extra) {
					t.Fatalf("%s, %s, seed %d: %d rows of %q", name, how, seed, len(got), gotNames)
				}
				if f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data))); err != nil || f.NumRows() != int64(at) {
					t.Fatalf("%s, %s, seed %d: another reader: %v", name, how, seed, err)
				}
			}
		}
	}
}

// TestTreatedLeavesNothing looks for the names and values of columns in what is written
// without them.
func TestTreatedLeavesNothing(t *testing.T) {
	src := nested(t, parquet.Compression(&parquet.Uncompressed))
	cols := []treated.Column{{From: 0, Replace: shout}, {From: 5}}
	all := func(int) bool { return true }
	data := copyFile(t, src, WriterOptions{Columns: cols}, true, all)
	for _, gone := range []string{"@x.example", "Ulm", "Lyon", "city", "items", "attrs", "flag", "origin"} {
		if !bytes.Contains(src, []byte(gone)) {
			t.Errorf("%q is not in the source", gone)
		}
		if bytes.Contains(data, []byte(gone)) {
			t.Errorf("%q is still in the output", gone)
		}
	}
	r := openBytes(t, data, Options{})
	if got := fmt.Sprint(r.Schema().Fields); !strings.HasPrefix(got, "[{email {0 ") {
		t.Errorf("columns %s", got)
	}
	if n := len(chunks(t, r)); n != 3 {
		t.Errorf("%d row groups, want those of the source", n)
	}
}

// TestTreatedSorting wants rows to be called sorted by those columns alone that they can
// be seen to be sorted by.
func TestTreatedSorting(t *testing.T) {
	type row struct {
		A int64  `parquet:"a"`
		B string `parquet:"b"`
		C int64  `parquet:"c"`
	}
	var buf bytes.Buffer
	w := parquet.NewGenericWriter[row](&buf, parquet.SortingWriterConfig(parquet.SortingColumns(
		parquet.Descending("c"), parquet.Ascending("b"), parquet.Ascending("a"))))
	if _, err := w.Write([]row{{1, "x", 9}, {2, "y", 8}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		cols []treated.Column
		want string
	}{
		{[]treated.Column{{From: 1}, {From: 2}}, "[{1 true} {0 false}]"},
		{[]treated.Column{{From: 2}, {From: 1, Replace: shout}, {From: 0}}, "[{0 true}]"},
		{[]treated.Column{{From: 0}, {From: 1}}, "[]"},
	} {
		data := copyFile(t, buf.Bytes(), WriterOptions{Columns: test.cols}, true, func(int) bool { return true })
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		type sorted struct {
			column int32
			down   bool
		}
		got := []sorted{}
		for _, s := range f.Metadata().RowGroups[0].SortingColumns {
			got = append(got, sorted{s.ColumnIdx, s.Descending})
		}
		if fmt.Sprint(got) != test.want {
			t.Errorf("sorted by %v, want %s", got, test.want)
		}
	}
}
