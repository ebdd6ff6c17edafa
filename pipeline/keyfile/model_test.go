package keyfile

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"sluice/screen/suppress"
)

// A list is the rows of a list, each as its keys.
type list [][]suppress.Key

// randomList returns n rows whose keys come from a number of people, so that rows share some.
func randomList(r *rand.Rand, n, people int) list {
	rows := make(list, n)
	for i := range rows {
		for range r.IntN(5) {
			rows[i] = append(rows[i], keyOf(r.IntN(people)))
		}
	}
	return rows
}

func keyOf(person int) suppress.Key { return sha1.Sum(binary.AppendVarint(nil, int64(person))) }

func heads(keys []suppress.Key) []uint64 {
	var h []uint64
	for _, k := range keys {
		h = append(h, binary.BigEndian.Uint64(k[:]))
	}
	return h
}

// small has a Writer make short units and segments, so that a short list has many.
func small(w *Writer, unit uint32, most int) *Writer {
	w.unitRows, w.most = unit, most
	return w
}

// write returns the key file of rows.
func write(t testing.TB, rows list, unit uint32, most int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := small(NewWriter(&out, About{Vocabulary, 7}), unit, most)
	for _, keys := range rows {
		if err := w.Row(heads(keys)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := parse("list.csv.keys", data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// holds reports whether one of the ranges has a row.
func holds(ranges []Range, row int64) bool {
	return slices.ContainsFunc(ranges, func(r Range) bool { return r.Lo <= row && row < r.Hi })
}

// checkFinds has f find every key of every row, and says how many stretches it finds for keys
// that no row has.
func checkFinds(t *testing.T, f *File, rows list, people int) (falsely int) {
	t.Helper()
	if f.Rows() != int64(len(rows)) {
		t.Fatalf("%d rows, want %d", f.Rows(), len(rows))
	}
	of := map[suppress.Key][]int64{}
	for i, keys := range rows {
		for _, k := range keys {
			of[k] = append(of[k], int64(i))
		}
	}
	for person := range people + people/2 { // a third of them in no row
		key := keyOf(person)
		hits, err := f.Find([]suppress.Key{key})
		if err != nil {
			t.Fatal(err)
		}
		var ranges []Range
		for i, h := range hits {
			if i > 0 && h.Lo < hits[i-1].Hi {
				t.Fatalf("person %d: stretches %v out of order", person, hits)
			}
			if !slices.ContainsFunc(of[key], func(row int64) bool { return h.Lo <= row && row < h.Hi }) {
				falsely++
			}
			ranges = append(ranges, h.Range)
		}
		for _, row := range of[key] {
			if !holds(ranges, row) {
				t.Fatalf("person %d: row %d is not in the stretches %v", person, row, ranges)
			}
		}
	}
	return falsely
}
