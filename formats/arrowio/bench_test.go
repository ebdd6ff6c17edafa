package arrowio

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/formatstest"
)

// benchList is rows of formatstest as a stream: 4 text columns, 60 bytes a row.
func benchList(b *testing.B, rows int, compression string) []byte {
	var out bytes.Buffer
	l := &formatstest.List{Rows: formatstest.Rows(rows, 1), ChunkRows: 1 << 16}
	w, err := NewWriter(&out, l.Schema(), WriterOptions{Compression: compression})
	if err != nil {
		b.Fatal(err)
	}
	pump(b, l, w, func(n int) column.Selection { return column.All(n) }, nil)
	return out.Bytes()
}

// pump moves rows from r to w, and lets look see each chunk.
func pump(b *testing.B, r formats.Reader, w formats.Writer, sel func(n int) column.Selection, look func(formats.Chunk)) {
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		if look != nil {
			look(c)
		}
		if w != nil {
			commit, err := w.Encode(c, sel(c.Len()), nil)
			if err == nil {
				err = commit()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		c.Release()
	}
	if w != nil {
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScreen reads what rules need: two columns, strays and formulas.
func BenchmarkScreen(b *testing.B) {
	for _, compression := range []string{"none", "lz4", "zstd"} {
		const rows = 200_000
		stored := benchList(b, rows, compression)
		b.Run(compression, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := NewReader(bytes.NewReader(stored), "list", Options{})
				if err != nil {
					b.Fatal(err)
				}
				var views []column.View
				var cells []column.Cell
				pump(b, r, nil, nil, func(c formats.Chunk) {
					if views, err = c.Decode(views[:0], []int{1, 2}); err == nil {
						cells, err = c.Strays(cells[:0], []int{1, 2})
					}
					if err != nil {
						b.Fatal(err)
					}
				})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}

// BenchmarkFilter drops every fourth row, and none, and writes a stream of the same
// compression.
func BenchmarkFilter(b *testing.B) {
	for _, compression := range []string{"none", "lz4", "zstd"} {
		const rows = 200_000
		stored := benchList(b, rows, compression)
		for _, drop := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/drop=%t", compression, drop), func(b *testing.B) {
				b.ReportAllocs()
				var sel column.Selection
				choose := func(n int) column.Selection {
					if !drop {
						return column.All(n)
					}
					sel = sel[:0]
					for i := range n {
						if i*7%4 != 0 {
							sel = sel.Add(i)
						}
					}
					return sel
				}
				for b.Loop() {
					r, err := NewReader(bytes.NewReader(stored), "list", Options{})
					if err != nil {
						b.Fatal(err)
					}
					w, err := NewWriter(io.Discard, r.Schema(), WriterOptions{Like: r})
					if err != nil {
						b.Fatal(err)
					}
					pump(b, r, w, choose, nil)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
			})
		}
	}
}

// BenchmarkForeign writes rows that come as text from elsewhere.
func BenchmarkForeign(b *testing.B) {
	const rows = 100_000
	list := formatstest.Rows(rows, 1)
	b.ReportAllocs()
	for b.Loop() {
		l := &formatstest.List{Rows: list, ChunkRows: 1 << 14}
		w, err := NewWriter(io.Discard, l.Schema(), WriterOptions{})
		if err != nil {
			b.Fatal(err)
		}
		pump(b, l, w, column.All, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}
