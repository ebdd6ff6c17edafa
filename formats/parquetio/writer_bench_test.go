package parquetio

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"testing"

	"sluice/bench/corpus"
	"sluice/formats/column"
)

// corpusTable returns a prospect list of eleven text columns.
func corpusTable(tb testing.TB, rows int) *table {
	tb.Helper()
	var buf bytes.Buffer
	if err := corpus.WriteCSV(&buf, corpus.Options{Seed: 1, Rows: int64(rows), Clean: true}); err != nil {
		tb.Fatal(err)
	}
	records, err := csv.NewReader(&buf).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	t := &table{schema: texts(records[0]...)}
	for _, rec := range records[1:] {
		row := make([][]byte, len(rec))
		for i, c := range rec {
			row[i] = []byte(c)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) { c.n += int64(len(p)); return len(p), nil }

// BenchmarkEncode writes a CSV list of eleven text columns as Parquet, a million rows
// in eight row groups: what it costs a row on so many workers, from views to
// compressed pages.
func BenchmarkEncode(b *testing.B) {
	const rows, times, block = 2 * maxGroupRows, 4, 6000
	t := corpusTable(b, rows)
	var chunks []*foreign
	size := int64(0)
	for lo := 0; lo < rows; lo += block {
		c := t.chunk(lo, min(lo+block, rows))
		for _, v := range c.views {
			size += int64(len(v.Data))
		}
		chunks = append(chunks, c)
	}
	t.rows = nil // millions of pointers that the collector need not follow
	for _, workers := range []int{1, 2} {
		for _, codec := range []string{"zstd", "snappy"} {
			b.Run(fmt.Sprintf("%s/workers=%d", codec, workers), func(b *testing.B) {
				b.SetBytes(size * times)
				b.ReportAllocs()
				var out counter
				for b.Loop() {
					out.n = 0
					w, err := NewWriter(&out, &t.schema, WriterOptions{Codec: codec, Workers: workers})
					if err != nil {
						b.Fatal(err)
					}
					for i := range times * len(chunks) {
						c := chunks[i%len(chunks)]
						commit, err := w.Encode(c, column.All(c.n), nil)
						if err == nil {
							err = commit()
						}
						if err != nil {
							b.Fatal(err)
						}
					}
					if err := w.Close(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows*times), "ns/row")
				b.ReportMetric(float64(out.n)/(rows*times), "outB/row")
			})
		}
	}
}
