package csvio

import (
	"bytes"

	"sluice/formats/column"
)

// wideAt is U+FF20, the full-width at sign, in UTF-8. Windows-1252 has none. escapedAt is
// how URLs spell an at sign.
var wideAt, escapedAt = []byte("\uFF20"), []byte("%40")

// Strays appends the cells outside the columns skip that hold an at sign. Where only
// the cells of one skipped column hold one, that is one search and one comparison a row.
func (c *chunk) Strays(cells []column.Cell, skip []int) ([]column.Cell, error) {
	c.index()
	data := c.buf[:c.n]
	width := len(c.r.schema.Fields)
	signs := atSigns{data, -1, -1, -1}
	i := 0
	for at := signs.next(0); at < len(data); {
		for int(c.rows[i].end) < at {
			i++
		}
		r := c.rows[i]
		if r.sep == faulty {
			at = signs.next(int(r.end))
			continue
		}
		ends := c.scan.seps[r.sep : int(r.sep)+width-1]
		col := -1
		for _, s := range skip {
			if s >= 0 && s < width && (s == width-1 || at < int(ends[s])) && (s == 0 || at > int(ends[s-1])) {
				col = s
				break
			}
		}
		if col < 0 {
			for col = 0; col < len(ends) && int(ends[col]) < at; {
				col++
			}
			cells = append(cells, c.cell(i, col))
		}
		if col < len(ends) {
			at = signs.next(int(ends[col]) + 1)
		} else {
			at = signs.next(int(r.end))
		}
	}
	return cells, nil
}

// atSigns finds the at signs of a block, in ascending order. It remembers the first
// one of each kind that may still count, so that one kind is not searched for over
// and over while the other is found.
type atSigns struct {
	data                  []byte
	narrow, wide, escaped int
}

// next returns the position of the first at sign from from on, or the block's end.
func (a *atSigns) next(from int) int {
	if a.wide < from {
		a.wide = orEnd(from, bytes.Index(a.data[from:], wideAt), len(a.data))
	}
	if a.narrow < from {
		a.narrow = orEnd(from, bytes.IndexByte(a.data[from:], '@'), len(a.data))
	}
	if a.escaped < from {
		a.escaped = orEnd(from, bytes.Index(a.data[from:], escapedAt), len(a.data))
	}
	return min(a.narrow, a.wide, a.escaped)
}

// orEnd turns what an index function found from from on into a position.
func orEnd(from, found, end int) int {
	if found < 0 {
		return end
	}
	return from + found
}

// cell returns a cell of a row that is not faulty.
func (c *chunk) cell(i, col int) column.Cell {
	lo, hi := c.span(&c.rows[i], col, col == len(c.r.schema.Fields)-1)
	return column.Cell{Row: i, Col: col, Text: c.buf[lo:hi:hi]}
}

// Formulas appends the rows with a cell that a spreadsheet would run.
func (c *chunk) Formulas(rows []int) ([]int, error) {
	c.index()
	data, quote := c.buf[:c.n+1], c.r.walker.quote
	width := len(c.r.schema.Fields)
	// In first, a quote asks for a look at the byte behind it. The delimiter starts
	// nothing but an empty cell.
	first := formulaStart
	first[quote] = true
	first[c.r.walker.comma] = false
	for i := range c.rows {
		r := &c.rows[i]
		if r.sep == faulty {
			continue
		}
		at, found := r.lo, false
		for _, end := range c.scan.seps[r.sep : int(r.sep)+width-1] {
			if first[data[at]] && c.formula(at, end) {
				found = true
				break
			}
			at = end + 1
		}
		if !found && first[data[at]] {
			end := r.end
			if end > at && data[end-1] == '\r' {
				end--
			}
			found = c.formula(at, end)
		}
		if found {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

// formula reports whether the cell in [lo, hi) would be run. In quotes, a doubled
// one is text that starts with a quote.
func (c *chunk) formula(lo, hi uint32) bool {
	if lo < hi && c.buf[lo] == c.r.walker.quote {
		lo, hi = lo+1, hi-1
	}
	return lo < hi && formulaStart[c.buf[lo]]
}

// formulaStart marks the bytes that make a spreadsheet take a cell for a formula,
// after OWASP's page on CSV injection.
var formulaStart = [256]bool{'=': true, '+': true, '-': true, '@': true, '\t': true, '\r': true}
