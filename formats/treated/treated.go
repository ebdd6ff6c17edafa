// Package treated writes lists of which some columns are left out and others replaced,
// whatever the format: between a writer and the chunks that it renders it puts a list of
// the columns that remain.
//
// A writer that is given such chunks does not recognise them as its own format's, so it
// renders them from their text: typed columns keep their types, cells of CSV their text,
// though not their quotes.
package treated

import (
	"errors"
	"math"
	"sync"

	"sluice/formats"
	"sluice/formats/column"
)

// A Column is one column of the output.
type Column struct {
	From int // the source's column
	// Replace appends what is written in place of a cell; nil writes the cell as it is.
	// It may be called concurrently. What is replaced is text, whatever it was before.
	// Nulls stay nulls.
	Replace func(dst, cell []byte) []byte
}

// Schema returns the columns of the output.
func Schema(s *formats.Schema, cols []Column) *formats.Schema {
	out := &formats.Schema{}
	for _, c := range cols {
		f := s.Fields[c.From]
		if c.Replace != nil {
			f.Type = formats.Type{}
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

// A Writer gives the columns that remain to another writer, which was made for Schema.
type Writer struct {
	to    formats.Writer
	cols  []Column
	spare sync.Pool // of *chunk
}

// NewWriter returns a Writer over to.
func NewWriter(to formats.Writer, cols []Column) *Writer {
	w := &Writer{to: to, cols: cols}
	w.spare.New = func() any { return &chunk{replaced: make([]replaced, len(cols))} }
	return w
}

// Encode implements formats.Writer.
func (w *Writer) Encode(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	t := w.spare.Get().(*chunk)
	t.Chunk, t.cols, t.sel = c, w.cols, sel
	commit, err := w.to.Encode(t, sel, extra)
	t.Chunk, t.sel = nil, nil
	w.spare.Put(t)
	return commit, err
}

// Close implements formats.Writer.
func (w *Writer) Close() error { return w.to.Close() }

// A chunk is the selected rows of another one, with other columns. It is used by one
// goroutine, and only while Encode runs: writers copy what they keep.
type chunk struct {
	formats.Chunk
	cols     []Column
	sel      column.Selection
	replaced []replaced
	from     []int
}

// A replaced column holds what was written in place of the selected cells.
type replaced struct {
	data  []byte
	spans []column.Span
}

// Decode implements formats.Chunk. Of replaced columns only the selected rows have text.
func (t *chunk) Decode(views []column.View, cols []int) ([]column.View, error) {
	t.from = t.from[:0]
	for _, c := range cols {
		t.from = append(t.from, t.cols[c].From)
	}
	start := len(views)
	views, err := t.Chunk.Decode(views, t.from)
	if err != nil {
		return views, err
	}
	for i, c := range cols {
		if replace := t.cols[c].Replace; replace != nil {
			v := &views[start+i]
			if *v, err = t.replaced[c].fill(*v, t.sel, replace); err != nil {
				return views, err
			}
		}
	}
	return views, nil
}

// fill replaces the selected cells of v.
func (r *replaced) fill(v column.View, sel column.Selection, replace func(dst, cell []byte) []byte) (column.View, error) {
	if cap(r.spans) < v.Len() {
		r.spans = make([]column.Span, v.Len()+v.Len()/8)
	}
	r.spans = r.spans[:v.Len()]
	clear(r.spans)
	r.data = r.data[:0]
	for _, run := range sel {
		for i := run.Lo; i < run.Hi; i++ {
			if v.Null(i) {
				continue
			}
			lo := len(r.data)
			r.data = replace(r.data, v.At(i))
			r.spans[i] = column.Span{Lo: uint32(lo), Hi: uint32(len(r.data))}
		}
	}
	if len(r.data) > math.MaxUint32 {
		return v, errors.New("more than 4 GiB of text in the place of one column's cells")
	}
	return column.View{Data: r.data, Spans: r.spans, Nulls: v.Nulls}, nil
}

// Strays implements formats.Chunk. Nothing asks for them on the way out.
func (t *chunk) Strays(cells []column.Cell, _ []int) ([]column.Cell, error) { return cells, nil }

// Formulas implements formats.Chunk. Nothing asks for them on the way out.
func (t *chunk) Formulas(rows []int) ([]int, error) { return rows, nil }
