package parquetio

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"sluice/formats"
	"sluice/formats/column"
)

// A part is the selected rows of one foreign chunk, column by column.
type part struct {
	cols []cells
	rows int
}

// A rowBuffer collects parts, in order, into row groups. Where a group ends is a
// function of the rows alone, so that the output does not depend on how the source
// was cut into chunks. It is used from commits only, one at a time.
type rowBuffer struct {
	specs    []colSpec
	maxRows  int
	maxBytes int
	open     *part // the group being filled; nil if none
	bytes    int   // of its values
	fresh    func() *part
	full     func(*part) error // takes a finished group
}

// add appends the rows of p, passing on every group that they fill.
func (b *rowBuffer) add(p *part) error {
	at := make([]cellCursor, len(p.cols))
	for at[0].row < p.rows {
		if b.open == nil {
			b.open = b.fresh()
		}
		end := b.take(p, at)
		for i := range p.cols {
			b.open.cols[i].add(&p.cols[i], at[i], end[i])
		}
		b.open.rows += end[0].row - at[0].row
		b.bytes = b.open.bytes()
		at = end
		if b.open.rows >= b.maxRows || b.bytes >= b.maxBytes {
			if err := b.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush passes the open group on, full or not.
func (b *rowBuffer) flush() error {
	g := b.open
	if g == nil {
		return nil
	}
	b.open, b.bytes = nil, 0
	return b.full(g)
}

// take returns the cursors up to which rows of p go into the open group: all of
// them if the group holds them, else up to the row that fills it.
func (b *rowBuffer) take(p *part, at []cellCursor) []cellCursor {
	end := make([]cellCursor, len(p.cols))
	if at[0].row == 0 && b.open.rows+p.rows <= b.maxRows && b.bytes+p.bytes() < b.maxBytes {
		for i := range p.cols {
			end[i] = p.cols[i].end()
		}
		return end
	}
	copy(end, at)
	bytes := b.bytes
	for rows := b.open.rows; end[0].row < p.rows && rows < b.maxRows && bytes < b.maxBytes; rows++ {
		for i := range p.cols {
			next := p.cols[i].next(end[i], b.specs[i].width)
			bytes += next.off - end[i].off
			end[i] = next
		}
	}
	return end
}

// bytes is what the values take: a function of the rows alone.
func (p *part) bytes() int {
	n := 0
	for i := range p.cols {
		n += len(p.cols[i].values)
	}
	return n
}

func (p *part) reset() {
	for i := range p.cols {
		p.cols[i].reset()
	}
	p.rows = 0
}

// A partPool keeps parts from chunk to chunk.
type partPool struct {
	pool sync.Pool
	cols int
}

func (pp *partPool) get() *part {
	if p, ok := pp.pool.Get().(*part); ok {
		return p
	}
	return &part{cols: make([]cells, pp.cols)}
}

// put gives p back. A part that one huge chunk made huge is left to the collector.
func (pp *partPool) put(p *part) {
	const keep = 2 * maxGroupBytes
	size := 0
	for i := range p.cols {
		size += cap(p.cols[i].values)
	}
	if size <= keep {
		p.reset()
		pp.pool.Put(p)
	}
}

var errCell = errors.New("internal error: a cell is not the text of a value of its column's type")

// collect copies the selected rows of c and of the extra columns into p.
func (w *Writer) collect(p *part, c formats.Chunk, sel column.Selection, extra []column.View) error {
	if len(extra) != len(w.specs)-len(w.cols) {
		return fmt.Errorf("internal error: %d extra columns for a writer of %d", len(extra), len(w.specs)-len(w.cols))
	}
	p.rows = sel.Len()
	return w.all.Decode(c, sel, extra, func(views []column.View) error {
		for i := range w.specs {
			if err := p.cols[i].collect(&w.specs[i], views[i], c, sel); err != nil {
				return err
			}
		}
		return nil
	})
}

// collect copies the selected cells of one column.
func (b *cells) collect(s *colSpec, v column.View, c formats.Chunk, sel column.Selection) error {
	if s.parse == nil {
		b.addText(v, sel)
	} else if row := b.addParsed(s, v, sel, faulty(c)); row >= 0 {
		return &formats.Error{Pos: c.Position(row), Code: "internal", Column: s.name, Err: errCell}
	}
	if len(b.values) > maxCellBytes { // else no cell can be too large
		if row := largeCell(v, sel); row >= 0 {
			return &formats.Error{Pos: c.Position(row), Code: "limit", Column: s.name, Err: errCellSize,
				Hint: "write CSV (--to csv)"}
		}
	}
	return nil
}

// faulty returns a function that tells whether a row is faulty: its cells are
// empty text, which is no number or time.
func faulty(c formats.Chunk) func(row int) bool {
	return func(row int) bool {
		_, found := slices.BinarySearchFunc(c.Faults(), row, func(f formats.Fault, row int) int { return f.Row - row })
		return found
	}
}

func largeCell(v column.View, sel column.Selection) int {
	for _, r := range sel {
		for i := r.Lo; i < r.Hi; i++ {
			if s := v.Spans[i]; s.Hi-s.Lo > maxCellBytes-8 {
				return i
			}
		}
	}
	return -1
}
