package pii

import "sluice/formats/column"

// A sample is the head of the list: a Parquet or Arrow schema is fixed when its writer
// opens, before the rest is read. A thousand rows of eleven columns cost about ten
// milliseconds (BenchmarkClassify), a hundredth of a run of a million rows.
const (
	SampleRows  = 1000
	SampleBytes = 8 << 20
)

// A Sample collects the head of a list. The zero value is empty. It copies what it is
// given, so chunks may be released.
type Sample struct {
	cols []column.View
	rows int
	size int
}

// Add takes the rows of views, one View per column of the list, in order, until the
// sample is full, and reports whether it is.
func (s *Sample) Add(views []column.View) (full bool) {
	if s.cols == nil {
		s.cols = make([]column.View, len(views))
	}
	if len(views) == 0 {
		return true
	}
	for i := range views[0].Len() {
		if s.full() {
			return true
		}
		for c, v := range views {
			col := &s.cols[c]
			lo := uint32(len(col.Data))
			col.Data = append(col.Data, v.At(i)...)
			col.Spans = append(col.Spans, column.Span{Lo: lo, Hi: uint32(len(col.Data))})
			s.size += len(v.At(i))
		}
		s.rows++
	}
	return s.full()
}

func (s *Sample) full() bool { return s.rows >= SampleRows || s.size >= SampleBytes }

// Rows returns the number of rows taken.
func (s *Sample) Rows() int { return s.rows }

// Views returns the sample's columns; nil before the first Add.
func (s *Sample) Views() []column.View { return s.cols }
