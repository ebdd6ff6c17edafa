// Package bench holds the benchmarks that answer what a whole run costs and where the
// time goes, on lists of package corpus. RESULTS.md has the figures.
package bench

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"

	"sluice/bench/corpus"
	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/screen"
	"sluice/screen/suppress"
)

// stageRows is the list of the stage benchmarks: 17 MB, more than the caches hold.
const stageRows = 100_000

var stageList = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := corpus.WriteCSV(&b, corpus.Options{Seed: 1, Rows: stageRows}); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// index is a million digests, of which 2 % are on the list.
var index = sync.OnceValue(func() *suppress.Index {
	var b bytes.Buffer
	err := corpus.WriteSuppress(&b, corpus.SuppressOptions{Seed: 2, Entries: 1_000_000, Kind: corpus.SHA1, Hits: 20,
		List: corpus.Options{Seed: 1, Rows: stageRows}})
	if err != nil {
		panic(err)
	}
	var build suppress.Builder
	if _, err := build.AddReader(context.Background(), &b, suppress.ListSpec{Name: "million"}); err != nil {
		panic(err)
	}
	x, err := build.Build()
	if err != nil {
		panic(err)
	}
	return x
})

// perRow reports the time of one row.
func perRow(b *testing.B, rows int64) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/row")
}

// chunks calls use for every chunk of the stage list.
func chunks(b *testing.B, use func(formats.Chunk)) {
	r, err := csvio.NewReader(bytes.NewReader(stageList()), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		use(c)
		c.Release()
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
}

func roles(b *testing.B) map[screen.Role][]int {
	r, err := csvio.NewReader(bytes.NewReader(stageList()), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	roles, err := screen.FindRoles(r.Schema().Names(), nil)
	if err != nil {
		b.Fatal(err)
	}
	return roles
}

// BenchmarkScreen decides on rows that were decoded before: what the rules cost by
// themselves, and that they allocate nothing.
func BenchmarkScreen(b *testing.B) {
	roles := roles(b)
	w := screen.New(screen.Options{Indexes: []*suppress.Index{index()}, Roles: roles}).Worker()
	ins, release := inputs(b, roles)
	defer release()
	var out screen.Outcome
	b.ReportAllocs()
	for b.Loop() {
		for i := range ins {
			if err := w.Screen(&ins[i], &out); err != nil {
				b.Fatal(err)
			}
		}
	}
	perRow(b, int64(b.N)*stageRows)
}

// inputs returns what Screen sees of every chunk of the stage list, all columns of all
// roles, until release is called.
func inputs(b *testing.B, roles map[screen.Role][]int) (ins []screen.Input, release func()) {
	r, err := csvio.NewReader(bytes.NewReader(stageList()), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var held []formats.Chunk
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		held = append(held, c)
		in := screen.Input{N: c.Len()}
		for role := range screen.NumRoles {
			if in.Cols[role], err = c.Decode(nil, roles[role]); err != nil {
				b.Fatal(err)
			}
		}
		if in.Strays, err = c.Strays(nil, roles[screen.Email][:1]); err != nil {
			b.Fatal(err)
		}
		if in.Formulas, err = c.Formulas(nil); err != nil {
			b.Fatal(err)
		}
		for _, f := range c.Faults() {
			in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
		}
		ins = append(ins, in)
	}
	return ins, func() {
		for _, c := range held {
			c.Release()
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStage takes the CSV path apart: read (cut into chunks of whole records),
// decode (find the cells the rules look at), screen (decide).
func BenchmarkStage(b *testing.B) {
	roles := roles(b)
	size := int64(len(stageList()))
	b.Run("read", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			chunks(b, func(formats.Chunk) {})
		}
		perRow(b, int64(b.N)*stageRows)
	})
	cols := append(append([]int{}, roles[screen.Email]...), roles[screen.Website]...)
	b.Run("read+decode", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		var views []column.View
		var cells []column.Cell
		var rows []int
		for b.Loop() {
			chunks(b, func(c formats.Chunk) {
				var err error
				if views, err = c.Decode(views[:0], cols); err != nil {
					b.Fatal(err)
				}
				if cells, err = c.Strays(cells[:0], cols[:1]); err != nil {
					b.Fatal(err)
				}
				if rows, err = c.Formulas(rows[:0]); err != nil {
					b.Fatal(err)
				}
			})
		}
		perRow(b, int64(b.N)*stageRows)
	})
	b.Run("read+decode+screen", func(b *testing.B) {
		b.SetBytes(size)
		w := screen.New(screen.Options{Indexes: []*suppress.Index{index()}, Roles: roles}).Worker()
		var views []column.View
		var in screen.Input
		var out screen.Outcome
		b.ReportAllocs()
		for b.Loop() {
			chunks(b, func(c formats.Chunk) {
				var err error
				if views, err = c.Decode(views[:0], cols); err != nil {
					b.Fatal(err)
				}
				in.N, in.Cols[screen.Email], in.Cols[screen.Website] = c.Len(), views[:1], views[1:]
				if in.Strays, err = c.Strays(in.Strays[:0], cols[:1]); err != nil {
					b.Fatal(err)
				}
				in.Broken = in.Broken[:0]
				for _, f := range c.Faults() {
					in.Broken = append(in.Broken, column.Cell{Row: f.Row, Text: f.Raw})
				}
				if err := w.Screen(&in, &out); err != nil {
					b.Fatal(err)
				}
			})
		}
		perRow(b, int64(b.N)*stageRows)
	})
}
