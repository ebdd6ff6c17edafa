// Package bench holds the benchmarks that answer what a whole run costs and where the
// time goes, on lists of package corpus, beside the floors: what copying and hashing the
// same bytes takes. RESULTS.md has the figures.
//
//	go test ./bench -run '^$' -bench . -count 10 | tee new.txt && benchstat new.txt
//
// Names are key=value, for benchstat's -col and -filter. Lists have a million rows;
// -short makes them small, SLUICE_BENCH_LONG=1 adds ten million.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"sluice/bench/corpus"
	"sluice/screen/suppress"
)

// eachSize runs a benchmark for every length of list.
func eachSize(b *testing.B, run func(b *testing.B, rows int64)) {
	sizes := []int64{1_000_000}
	switch {
	case testing.Short():
		sizes = []int64{20_000}
	case os.Getenv("SLUICE_BENCH_LONG") != "":
		sizes = append(sizes, 10_000_000)
	}
	for _, rows := range sizes {
		name := fmt.Sprintf("rows=%dM", rows/1_000_000)
		if rows < 1_000_000 {
			name = fmt.Sprintf("rows=%dk", rows/1000)
		}
		b.Run(name, func(b *testing.B) { run(b, rows) })
	}
}

// listOf returns a list of so many rows in memory. It keeps the last one.
var listOf = keepLast(func(rows int64) []byte {
	var b bytes.Buffer
	if err := corpus.WriteCSV(&b, corpus.Options{Seed: 1, Rows: rows}); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// indexOf returns a million digests that name one in fifty of the rows of a list.
var indexOf = keepLast(func(rows int64) *suppress.Index {
	const entries = 1_000_000
	var b bytes.Buffer
	err := corpus.WriteSuppress(&b, corpus.SuppressOptions{Seed: 2, Entries: entries, Kind: corpus.SHA1, Hits: int(200 * rows / entries),
		List: corpus.Options{Seed: 1, Rows: rows}})
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

// keepLast returns a function that makes a thing again only if it is asked for another
// length than the last time.
func keepLast[T any](fill func(rows int64) T) func(rows int64) T {
	var mu sync.Mutex
	var last T
	var of int64
	return func(rows int64) T {
		mu.Lock()
		defer mu.Unlock()
		if of != rows {
			var none T
			last = none // gone before the next is made
			last, of = fill(rows), rows
		}
		return last
	}
}

// writtenOnce returns a file with so many well-formed rows, which every format can hold.
func writtenOnce(b *testing.B, dir string, rows int64) string {
	path := filepath.Join(dir, fmt.Sprintf("list-%d.csv", rows))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := corpus.WriteCSV(f, corpus.Options{Seed: 1, Rows: rows, Clean: true}); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// measured runs a benchmark's loop over a list and reports what one row takes: time,
// rows a second, and allocations, which must be next to none.
func measured(b *testing.B, rows, size int64, loop func()) {
	b.SetBytes(size)
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for b.Loop() {
		loop()
		n++
	}
	runtime.ReadMemStats(&after)
	all := float64(rows) * float64(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/all, "ns/row")
	b.ReportMetric(all/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/all, "allocs/row")
}
