// Package treated is about lists of which some columns are left out and others replaced:
// what is written in the place of cells, whatever the format. Writers copy the columns
// that stay as they are in whatever way their format allows.
package treated

import (
	"errors"
	"math"
	"sync"

	"sluice/formats"
	"sluice/formats/column"
)

// A Column is one column of an output.
type Column struct {
	From int // the source's column
	// Replace writes what stands in the place of the cells; nil leaves them as they are.
	// What is replaced is text, whatever it was before. Nulls stay nulls.
	Replace column.Replacer
}

// All returns the columns of a list of n of which each stays as it is.
func All(n int) []Column {
	cols := make([]Column, n)
	for i := range cols {
		cols[i].From = i
	}
	return cols
}

// Replaced returns those of cols whose cells are replaced.
func Replaced(cols []Column) []Column {
	var out []Column
	for _, c := range cols {
		if c.Replace != nil {
			out = append(out, c)
		}
	}
	return out
}

// Schema returns the columns of the output. With nil for cols that is s.
func Schema(s *formats.Schema, cols []Column) *formats.Schema {
	if cols == nil {
		return s
	}
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

// A Decoder decodes columns as they are to be written. It may be used concurrently.
type Decoder struct {
	cols  []Column
	from  []int
	spare sync.Pool // of *texts
}

// NewDecoder returns a Decoder of cols.
func NewDecoder(cols []Column) *Decoder {
	d := &Decoder{cols: cols}
	for _, c := range cols {
		d.from = append(d.from, c.From)
	}
	return d
}

// texts are what was written in the place of cells, by column.
type texts struct {
	views    []column.View
	replaced []replaced
}

type replaced struct {
	data  []byte
	spans []column.Span
}

var errTooMuch = errors.New("more than 4 GiB of text in the place of one column's cells")

// Decode calls use with a view of c for each column, followed by those of extra. Of
// replaced columns the rows of sel alone have text. The views are valid until use
// returns.
func (d *Decoder) Decode(c formats.Chunk, sel column.Selection, extra []column.View, use func([]column.View) error) error {
	t, ok := d.spare.Get().(*texts)
	if !ok {
		t = &texts{replaced: make([]replaced, len(d.cols))}
	}
	defer d.spare.Put(t)
	var err error
	if t.views, err = c.Decode(t.views[:0], d.from); err != nil {
		return err
	}
	for i := range d.cols {
		if replace := d.cols[i].Replace; replace != nil {
			if t.views[i], err = t.replaced[i].fill(t.views[i], sel, replace); err != nil {
				return err
			}
		}
	}
	t.views = append(t.views, extra...)
	err = use(t.views)
	clear(t.views) // they point into the chunk
	return err
}

// fill replaces the selected cells of v.
func (r *replaced) fill(v column.View, sel column.Selection, replace column.Replacer) (column.View, error) {
	if cap(r.spans) < v.Len() {
		r.spans = make([]column.Span, v.Len()+v.Len()/8)
	}
	r.spans = r.spans[:v.Len()]
	clear(r.spans)
	if r.data = replace(r.data[:0], r.spans, v, sel); len(r.data) > math.MaxUint32 {
		return v, errTooMuch
	}
	return column.View{Data: r.data, Spans: r.spans, Nulls: v.Nulls}, nil
}
