package pii

import (
	"testing"
)

// BenchmarkClassify tags a table of 1,000 rows, the most a sample has.
func BenchmarkClassify(b *testing.B) {
	headers, views := people(SampleRows)
	Classify(headers, views, Options{}) // tables and lexicon are built once a run
	for b.Loop() {
		Classify(headers, views, Options{})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*SampleRows*len(headers)), "ns/cell")
}

// BenchmarkWatch watches one row; a run watches one in WatchEvery.
func BenchmarkWatch(b *testing.B) {
	headers, views := people(SampleRows)
	w := NewWatch(Classify(headers, views, Options{}))
	i := 0
	for b.Loop() {
		w.Row(views, i%SampleRows)
		i++
	}
}
