package csvio

import (
	"slices"

	"sluice/formats"
	"sluice/formats/column"
)

// oneRun returns the bytes of the selected rows if they lie side by side in the
// block and none is faulty: the list that keeps all its rows is written from where
// it was read.
func (c *chunk) oneRun(sel column.Selection) ([]byte, bool) {
	if len(sel) != 1 || sel[0].Lo == sel[0].Hi || c.blanks > 0 || len(c.faults) > 0 {
		return nil, false
	}
	lo, hi := c.rows[sel[0].Lo].lo, c.hi(c.rows[sel[0].Hi-1])
	return c.buf[lo:hi:hi], true
}

// copyRows appends the selected records of c as they stand, with the extra cells
// before their line ends.
func (w *Writer) copyRows(out []byte, c *chunk, sel column.Selection, extra []column.View) ([]byte, error) {
	if w.extra > 0 {
		return w.extendRows(out, c, sel, extra)
	}
	whole := c.blanks == 0 && len(c.faults) == 0
	out = slices.Grow(out, c.n) // at once: growing step by step took four times the memory
	for _, run := range sel {
		for i := run.Lo; i < run.Hi; {
			if r := c.rows[i]; r.cell == faulty && !(w.faulty && r.lo < r.end) {
				out = w.renderer.emptyRow(out, w.width)
				out = append(out, w.dialect.LineEnd...)
				i++
				continue
			}
			j := i + 1
			if whole {
				j = run.Hi
			}
			for j < run.Hi && c.rows[j].cell != faulty && c.rows[j].lo == c.rows[j-1].end+1 {
				j++
			}
			out = append(out, c.buf[c.rows[i].lo:c.hi(c.rows[j-1])]...)
			i = j
		}
	}
	return out, nil
}

func (w *Writer) extendRows(out []byte, c *chunk, sel column.Selection, extra []column.View) ([]byte, error) {
	var err error
	for _, run := range sel {
		for i := run.Lo; i < run.Hi; i++ {
			record, end := []byte(nil), []byte(w.dialect.LineEnd)
			if r := c.rows[i]; r.cell == faulty {
				out = w.renderer.emptyRow(out, w.width)
			} else {
				record = trimLineEnd(c.buf[r.lo:c.hi(r)])
				end = c.buf[int(r.lo)+len(record) : c.hi(r)]
			}
			out = append(out, record...)
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

// cellError says that row i of c cannot be written.
func cellError(c formats.Chunk, i int, err error) error {
	return &formats.Error{Pos: c.Position(i), Code: "encoding", Err: err, Hint: encodingHint}
}

const encodingHint = "write the output as UTF-8"
