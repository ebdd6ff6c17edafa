package arrowio

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"

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

// cellTexts returns the text of every cell, by column; of a null, "null".
func cellTexts(t *testing.T, stored []byte) (names []string, cols [][]string) {
	t.Helper()
	r := mustOpen(t, stored, Options{})
	names = r.Schema().Names()
	cols = make([][]string, len(names))
	for {
		c, err := r.Next()
		if err == io.EOF {
			return names, cols
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range cols {
			views, err := c.Decode(nil, []int{i})
			if err != nil {
				t.Fatal(err)
			}
			for row := range views[0].Len() {
				cell := "=" + string(views[0].At(row))
				if views[0].Null(row) {
					cell = "null"
				}
				cols[i] = append(cols[i], cell)
			}
		}
		c.Release()
	}
}

// TestTreated leaves out and replaces columns of every type. Those that stay keep theirs.
func TestTreated(t *testing.T) {
	s := everyType()
	rng := rand.New(rand.NewPCG(3, 5))
	stored := stream(t, s, []arrow.Record{record(s, 90, rng), record(s, 60, rng)}, ipc.WithLZ4())
	names, before := cellTexts(t, stored)
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 2))
		keep := func(i int) bool { return seed%3 == 0 || i%7 < 4 }
		cols := []treated.Column{{From: rng.IntN(len(names))}}
		for c := range names {
			if c != cols[0].From && rng.IntN(2) == 0 {
				cols = append(cols, treated.Column{From: c})
				if rng.IntN(2) == 0 {
					cols[len(cols)-1].Replace = shout
				}
			}
		}
		out := filter(t, mustOpen(t, stored, Options{}), WriterOptions{File: seed%2 == 1, Columns: cols}, keep)
		schema, _ := readBack(t, out)
		got, after := cellTexts(t, out)
		for k, c := range cols {
			want, f := s.Field(c.From), schema.Field(k)
			if c.Replace != nil {
				want = arrow.Field{Name: want.Name, Type: arrow.BinaryTypes.String, Nullable: true}
			}
			if !f.Equal(want) || got[k] != names[c.From] {
				t.Fatalf("seed %d: column %d is %v, want %v", seed, k, f, want)
			}
			at := 0
			for i, cell := range before[c.From] {
				if !keep(i) {
					continue
				}
				if c.Replace != nil && cell != "null" {
					cell = "=" + string(bytes.ToUpper([]byte(cell[1:]))) + "!"
				}
				if after[k][at] != cell {
					t.Fatalf("seed %d, column %s, row %d: %q, want %q", seed, f.Name, i, after[k][at], cell)
				}
				at++
			}
			if len(after[k]) != at {
				t.Fatalf("seed %d: %d rows, want %d", seed, len(after[k]), at)
			}
		}
	}
}

// TestTreatedLeavesNothing looks for what the schema said of columns that are gone.
func TestTreatedLeavesNothing(t *testing.T) {
	secret := arrow.NewMetadata([]string{"about"}, []string{"hushed"})
	file := arrow.NewMetadata([]string{"pandas"}, []string{"telling"})
	s := arrow.NewSchema([]arrow.Field{
		{Name: "gone", Type: arrow.BinaryTypes.String, Metadata: secret},
		{Name: "masked", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Metadata: secret},
		{Name: "stays", Type: arrow.ListOf(arrow.BinaryTypes.String)},
	}, &file)
	stored := stream(t, s, []arrow.Record{record(s, 40, rand.New(rand.NewPCG(1, 1)))})
	out := filter(t, mustOpen(t, stored, Options{}), WriterOptions{Columns: []treated.Column{{From: 1, Replace: shout}, {From: 2}}}, func(int) bool { return true })
	for _, gone := range []string{"gone", "hushed", "telling"} {
		if !bytes.Contains(stored, []byte(gone)) || bytes.Contains(out, []byte(gone)) {
			t.Errorf("%q is still in the output, or was not in the source", gone)
		}
	}
}
