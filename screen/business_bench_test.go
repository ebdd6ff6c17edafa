package screen

import (
	"bytes"
	"encoding/csv"
	"sync"
	"testing"

	"sluice/bench/corpus"
	"sluice/formats/column"
)

// prospects are the first rows of a list as package corpus makes them.
var prospects = sync.OnceValue(func() *Input {
	const rows = 1 << 16
	var text bytes.Buffer
	if err := corpus.WriteCSV(&text, corpus.Options{Seed: 1, Rows: rows, Clean: true}); err != nil {
		panic(err)
	}
	records, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		panic(err)
	}
	in := &Input{N: rows}
	for role, col := range map[Role]int{Email: 2, Website: 5} {
		var v column.View
		for _, r := range records[1:] {
			lo := uint32(len(v.Data))
			v.Data = append(v.Data, r[col]...)
			v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
		}
		in.Cols[role] = []column.View{v}
	}
	return in
})

// batches calls use with the rows of prospects, as many at a time as a block of CSV has.
func batches(use func(in *Input)) {
	const rows = 4096
	all := prospects()
	for lo := 0; lo < all.N; lo += rows {
		in := Input{N: rows}
		for role := range NumRoles {
			for _, v := range all.Cols[role] {
				in.Cols[role] = append(in.Cols[role], column.View{Data: v.Data, Spans: v.Spans[lo : lo+rows]})
			}
		}
		use(&in)
	}
}

// BenchmarkScreen is the cost of a row without suppression lists: business is what
// hosts and websites have in it.
func BenchmarkScreen(b *testing.B) {
	w := New(Options{Roles: map[Role][]int{Email: {2}, Website: {5}}}).Worker()
	var out Outcome
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			batches(func(in *Input) {
				if err := w.Screen(in, &out); err != nil {
					b.Fatal(err)
				}
			})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*prospects().N), "ns/row")
	})
	b.Run("business", func(b *testing.B) {
		var parsed []rows
		batches(func(in *Input) {
			var r rows
			r.parse(&w.parser, in)
			parsed = append(parsed, r)
		})
		for b.Loop() {
			k := 0
			batches(func(in *Input) {
				out.Reset(in.N)
				w.rows = parsed[k]
				k++
				w.business(in, &out)
			})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*prospects().N), "ns/row")
	})
}
