package keyfile

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/screen/suppress"
)

// randomKeys returns n keys, ascending.
func randomKeys(r *rand.Rand, n int) []suppress.Key {
	keys := make([]suppress.Key, n)
	for i := range keys {
		binary.BigEndian.PutUint64(keys[i][:], r.Uint64())
		binary.BigEndian.PutUint64(keys[i][8:], r.Uint64())
	}
	slices.SortFunc(keys, func(a, b suppress.Key) int { return slices.Compare(a[:], b[:]) })
	return keys
}

// benchRows is how many rows the lists of benchmarks have; each has two keys.
const benchRows = 1_000_000

func benchWrite(b testing.TB, out io.Writer, r *rand.Rand) {
	w := NewWriter(out, About{})
	for range benchRows {
		if err := w.Row([]uint64{r.Uint64(), r.Uint64()}); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkWriter makes the key file of a million rows.
func BenchmarkWriter(b *testing.B) {
	for b.Loop() {
		benchWrite(b, io.Discard, rand.New(rand.NewPCG(1, 2)))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchRows), "ns/row")
}

// BenchmarkSort compares the sort of a segment's records with the library's.
func BenchmarkSort(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	records := make([]uint64, 1<<21)
	for i := range records {
		records[i] = r.Uint64()
	}
	work, scratch := make([]uint64, len(records)), make([]uint64, len(records))
	b.Run("radix", func(b *testing.B) {
		for b.Loop() {
			copy(work, records)
			sortRecords(work, scratch)
		}
	})
	b.Run("slices", func(b *testing.B) {
		for b.Loop() {
			copy(work, records)
			slices.Sort(work)
		}
	})
}

// BenchmarkFind opens the key file of a million rows and asks it for ten thousand keys.
func BenchmarkFind(b *testing.B) {
	path := filepath.Join(b.TempDir(), "list.keys")
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	benchWrite(b, out, r)
	out.Close()
	for _, n := range []int{10, 10_000} {
		b.Run(map[int]string{10: "ten", 10_000: "ten-thousand"}[n], func(b *testing.B) {
			keys := randomKeys(r, n)
			for b.Loop() {
				f, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := f.Find(keys); err != nil {
					b.Fatal(err)
				}
				f.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/key")
		})
	}
}

// BenchmarkFindAll asks the key file of a million rows for all entries of an index.
func BenchmarkFindAll(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	var out strings.Builder
	benchWrite(b, &out, r)
	f, err := parse("list", []byte(out.String()))
	if err != nil {
		b.Fatal(err)
	}
	var text strings.Builder
	const entries = 1_000_000
	for _, k := range randomKeys(r, entries) {
		text.WriteString(hex.EncodeToString(k[:]))
		text.WriteByte('\n')
	}
	var lists suppress.Builder
	if _, err := lists.AddReader(context.Background(), strings.NewReader(text.String()), suppress.ListSpec{Path: "list", Class: suppress.Erasure}); err != nil {
		b.Fatal(err)
	}
	x, err := lists.Build()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.FindAll(x); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*entries), "ns/entry")
}
