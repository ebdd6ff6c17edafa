package csvio

import (
	"bytes"
	"fmt"
	"math"

	"sluice/formats"
	"sluice/formats/column"
)

// A chunk is a block of whole records. It owns its buffer and everything it hands
// out points into that; Release gives it back to the reader it came from.
type chunk struct {
	r *Reader

	// Set by the reader's goroutine.
	buf     []byte // the block, then cells that had to be rewritten
	n       int    // length of the block
	marks   []mark
	offset  int64 // of the block in the input
	before  int64 // lines between the previous chunk and this one
	skipped int64 // lines of the record that was not kept, if this chunk stands for one

	// Filled by index.
	indexed bool
	convert bool // cells may have to be converted from Windows-1252
	rows    []row
	scan    scan
	faults  []formats.Fault
	folds   []fold
	blanks  int   // blank lines that are no rows
	lines   int64 // as Lines returns

	ragged struct { // what was said of the last ragged row: many are alike
		cells  int
		detail string
	}

	columns [][]column.Span // one for each view handed out; those from used on are free
	used    int

	last struct { // the place of the last Position
		row   int
		folds int    // how many of c.folds are before it
		lo    uint32 // and where in the block it starts
		extra int64  // bytes of input up to there
	}
}

// Len returns the number of rows.
func (c *chunk) Len() int {
	c.index()
	return len(c.rows)
}

// Faults returns the faulty rows, ascending.
func (c *chunk) Faults() []formats.Fault {
	c.index()
	return c.faults
}

// Lines returns the number of lines from the previous chunk's end to this one's.
func (c *chunk) Lines() int64 {
	c.index()
	return c.lines
}

// Decode appends a view for each of cols. Cells lie in the block, but for those with
// doubled quotes and those of Windows-1252 that are not ASCII, which are rewritten
// behind it.
func (c *chunk) Decode(views []column.View, cols []int) ([]column.View, error) {
	c.index()
	from := len(views)
	for _, col := range cols {
		if col < 0 || col >= len(c.r.schema.Fields) {
			return views, fmt.Errorf("%s: no column %d in a list of %d", c.r.name, col+1, len(c.r.schema.Fields))
		}
		spans := c.column()
		c.cells(spans, col)
		views = append(views, column.View{Spans: spans})
	}
	if len(c.buf) > math.MaxInt32 {
		return views, fmt.Errorf("%s: too many cells were asked for", c.r.name)
	}
	for i := from; i < len(views); i++ {
		views[i].Data = c.buf
	}
	return views, nil
}

// column returns room for the cells of one column.
func (c *chunk) column() []column.Span {
	if c.used == len(c.columns) {
		c.columns = append(c.columns, nil)
	}
	spans := c.columns[c.used]
	if cap(spans) < len(c.rows) {
		spans = make([]column.Span, len(c.rows)+len(c.rows)/8)
		c.columns[c.used] = spans
	}
	c.used++
	return spans[:len(c.rows):len(c.rows)]
}

// cells fills spans with the texts of the cells of column col.
func (c *chunk) cells(spans []column.Span, col int) {
	buf, quote, convert := c.buf, c.r.walker.quote, c.convert
	if col == 0 || col == len(c.r.schema.Fields)-1 {
		for i := range c.rows {
			spans[i] = column.Span{}
			if r := &c.rows[i]; r.cell != faulty {
				lo, hi := c.place(r, col)
				if lo < hi && (buf[lo] == quote || convert) {
					lo, hi = c.rewrite(lo, hi)
				}
				spans[i] = column.Span{Lo: lo, Hi: hi}
			}
		}
		return
	}
	seps, before := c.scan.seps, col-1
	for i := range c.rows {
		if first := c.rows[i].cell; first != faulty {
			ends := (*[2]uint32)(seps[int(first)+before:])
			lo, hi := ends[0]+1, ends[1]
			if buf[lo] == quote || convert { // where an empty cell would start, a delimiter stands
				lo, hi = c.rewrite(lo, hi)
			}
			spans[i] = column.Span{Lo: lo, Hi: hi}
		} else {
			spans[i] = column.Span{}
		}
	}
}

// place returns where a cell stands in the block, with its quotes.
func (c *chunk) place(r *row, col int) (lo, hi uint32) {
	lo, hi = r.lo, r.end
	k := int(r.cell) + col
	if col > 0 {
		lo = c.scan.seps[k-1] + 1
	}
	if col < len(c.r.schema.Fields)-1 {
		hi = c.scan.seps[k]
	} else if lo < hi && c.buf[hi-1] == '\r' {
		hi--
	}
	return lo, hi
}

// rewrite returns the text of the cell that stands in [lo, hi), which may be quoted:
// where it is if that is its text already, else a copy behind the block.
func (c *chunk) rewrite(lo, hi uint32) (uint32, uint32) {
	quote := c.r.walker.quote
	doubled := false
	if c.buf[lo] == quote {
		lo, hi = lo+1, hi-1
		doubled = bytes.IndexByte(c.buf[lo:hi], quote) >= 0
	}
	cell := c.buf[lo:hi]
	foreign := c.convert && !isASCII(cell)
	if !doubled && !foreign {
		return lo, hi
	}
	from := len(c.buf)
	buf := c.buf
	for len(cell) > 0 {
		part := cell
		if doubled {
			if k := bytes.IndexByte(cell, quote); k >= 0 {
				part = cell[:k+1]
				cell = cell[1:] // the second of the two
			}
		}
		cell = cell[len(part):]
		if foreign {
			buf = decode1252(buf, part)
		} else {
			buf = append(buf, part...)
		}
	}
	c.buf = buf
	return uint32(from), uint32(len(buf))
}

// Position says where row i starts. Asked in ascending order it looks at each byte
// of the block at most once, and at none but in UTF-16.
func (c *chunk) Position(i int) formats.Position {
	c.index()
	lo := c.rows[i].lo
	if i < c.last.row {
		c.last.folds, c.last.lo, c.last.extra = 0, 0, 0
	}
	c.last.row = i
	for c.last.folds < len(c.folds) && c.folds[c.last.folds].row <= i {
		c.last.folds++
	}
	line := int64(i)
	if c.last.folds > 0 {
		line += int64(c.folds[c.last.folds-1].more)
	}
	c.last.extra += c.r.rawLen(c.buf[c.last.lo:lo])
	c.last.lo = lo
	return formats.Position{
		File:   c.r.name,
		Row:    int64(i) + 1,
		Line:   c.before + line + 1,
		Offset: c.offset + c.last.extra,
	}
}

// Release gives the chunk back. It may be called from any goroutine.
func (c *chunk) Release() {
	poison(c.buf)
	clear(c.faults)
	*c = chunk{
		r: c.r, buf: c.buf[:0], marks: c.marks[:0], rows: c.rows[:0], scan: c.scan,
		faults: c.faults[:0], folds: c.folds[:0], columns: c.columns,
	}
	c.r.put(c)
}

// grow makes room for want bytes and what is read or written behind them.
func (c *chunk) grow(want int) {
	if cap(c.buf) >= want+slack {
		return
	}
	buf := make([]byte, len(c.buf), want+want/16+slack)
	copy(buf, c.buf)
	c.buf = buf
}
