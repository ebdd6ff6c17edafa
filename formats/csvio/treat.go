package csvio

import (
	"slices"

	"sluice/formats/column"
	"sluice/formats/treated"
)

// A treatment is how rows are put together of which some columns are left out and others
// replaced: of stretches of neighbouring cells that are copied as they stand, and of
// cells that are rendered.
type treatment struct {
	pieces   []piece
	replaced *treated.Decoder
}

// A piece is the source's columns first to last, or, if view is not negative, one column
// that is replaced by the text in that view.
type piece struct{ first, last, view int }

func newTreatment(cols []treated.Column, source int) *treatment {
	t := &treatment{replaced: treated.NewDecoder(treated.Replaced(cols))}
	views := 0
	for _, c := range cols {
		switch n := len(t.pieces); {
		case c.Replace != nil:
			t.pieces = append(t.pieces, piece{c.From, c.From, views})
			views++
		case n > 0 && t.pieces[n-1].view < 0 && t.pieces[n-1].last+1 == c.From:
			t.pieces[n-1].last = c.From
		default:
			t.pieces = append(t.pieces, piece{c.From, c.From, -1})
		}
	}
	return t
}

// treatHeader returns the cells of the header, which has no line end, that are written.
func (w *Writer) treatHeader(header []byte) (out []byte) {
	s := splitter{w.dialect.Comma, w.dialect.Quote}
	cells, _, _ := s.split(nil, header, true) // a reader has done so before
	for i, p := range w.treat.pieces {
		if i > 0 {
			out = append(out, w.dialect.Comma)
		}
		out = append(out, header[cells[p.first].Lo:cells[p.last].Hi]...)
	}
	if len(out) == 0 && w.renderer.single {
		out = append(out, w.dialect.Quote, w.dialect.Quote)
	}
	return out
}

// treated puts together the selected records of c.
func (w *Writer) treated(c *chunk, sel column.Selection, extra []column.View) (commit func() error, err error) {
	err = w.treat.replaced.Decode(c, sel, extra, func(views []column.View) (err error) {
		commit, err = w.build(func(out []byte) ([]byte, error) { return w.treatRows(out, c, sel, views) })
		return err
	})
	return commit, err
}

// treatRows appends the selected records of c. views are those of the replaced columns,
// then those of the extra ones. Of a faulty record nothing is copied: nobody knows which
// of its bytes belong to a column that must not be written.
func (w *Writer) treatRows(out []byte, c *chunk, sel column.Selection, views []column.View) ([]byte, error) {
	var err error
	extra := views[len(views)-w.extra:]
	for _, run := range sel {
		// Room for all that is copied, so that only what is rendered makes out grow.
		out = slices.Grow(out, int(c.hi(c.rows[run.Hi-1])-c.rows[run.Lo].lo))
		for i := run.Lo; i < run.Hi; i++ {
			r, end := &c.rows[i], []byte(w.dialect.LineEnd)
			if r.cell == faulty {
				out = w.renderer.emptyRow(out, w.width)
			} else {
				end = c.lineEnd(r)
				if out, err = w.treatRow(out, c, r, views, i); err != nil {
					return out, cellError(c, i, err)
				}
			}
			for _, v := range extra {
				out = append(out, w.dialect.Comma)
				if out, err = w.renderer.cell(out, v.At(i)); err != nil {
					return out, cellError(c, i, err)
				}
			}
			out = append(out, end...)
		}
	}
	return out, nil
}

// lineEnd returns what stands behind the last cell of r; nothing at the end of the input.
func (c *chunk) lineEnd(r *row) []byte {
	_, hi := c.place(r, len(c.r.schema.Fields)-1)
	return c.buf[hi:c.hi(*r)]
}

// treatRow appends the cells of row i, which is r.
func (w *Writer) treatRow(out []byte, c *chunk, r *row, views []column.View, i int) ([]byte, error) {
	var err error
	var hi uint32
	pieces := w.treat.pieces
	for k := range pieces {
		p := &pieces[k]
		if k > 0 {
			out = append(out, w.dialect.Comma)
		}
		if p.view >= 0 {
			if out, err = w.renderer.cell(out, views[p.view].At(i)); err != nil {
				return out, err
			}
			continue
		}
		var lo uint32
		lo, hi = c.place(r, p.first)
		if p.last > p.first {
			_, hi = c.place(r, p.last)
		}
		out = append(out, c.buf[lo:hi]...)
	}
	if last := pieces[len(pieces)-1]; last.view < 0 {
		lo, _ := c.place(r, last.last)
		return w.closeRow(out, c.buf[lo:hi], last.last < w.source-1), nil
	}
	return out, nil
}

// closeRow sees to the last of the cells that were copied, which out ends with: moved to
// the end of the record it must not be taken for a blank line or a part of the line end.
func (w *Writer) closeRow(out, cell []byte, moved bool) []byte {
	if w.extra > 0 {
		return out
	}
	if len(cell) == 0 && w.renderer.single {
		return append(out, w.dialect.Quote, w.dialect.Quote)
	}
	if moved && len(cell) > 0 && cell[len(cell)-1] == '\r' {
		out = append(out[:len(out)-len(cell)], w.dialect.Quote)
		return append(append(out, cell...), w.dialect.Quote) // it has no quotes within
	}
	return out
}
