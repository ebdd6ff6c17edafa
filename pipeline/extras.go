package pipeline

import (
	"math"

	"sluice/formats/column"
)

// extras builds further columns for the rows of a batch: cells that are appended to
// one buffer, for the rows that have any.
type extras struct {
	buf   []byte
	spans [][]column.Span
	views []column.View
}

// reset makes room for cols columns of n empty cells each.
func (x *extras) reset(cols, n int) {
	x.buf, x.views = x.buf[:0], x.views[:0]
	for len(x.spans) < cols {
		x.spans = append(x.spans, nil)
	}
	for c := range cols {
		if cap(x.spans[c]) < n {
			x.spans[c] = make([]column.Span, n)
		}
		x.spans[c] = x.spans[c][:n]
		clear(x.spans[c])
	}
}

// end makes what was appended to buf since it was lo bytes long the cell of row i
// in column c. Cells beyond what a span can address stay empty.
func (x *extras) end(c, i, lo int) {
	if len(x.buf) > math.MaxUint32 {
		x.buf = x.buf[:lo]
		return
	}
	x.spans[c][i] = column.Span{Lo: uint32(lo), Hi: uint32(len(x.buf))}
}

// columns returns the views. They are valid until the next reset.
func (x *extras) columns(cols int) []column.View {
	for c := range cols {
		x.views = append(x.views, column.View{Data: x.buf, Spans: x.spans[c]})
	}
	return x.views
}
