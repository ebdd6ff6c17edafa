package csvio

import (
	"bytes"
	"slices"

	"sluice/formats/column"
)

// wideAt is U+FF20, the full-width at sign, in UTF-8. Windows-1252 has none. escapedAt is
// how URLs spell an at sign.
const wideAt, escapedAt = "\uFF20", "%40"

// Strays appends the cells outside the columns skip that hold an at sign. It looks at
// none but those in which the scan found what may be one.
func (c *chunk) Strays(cells []column.Cell, skip []int) ([]column.Cell, error) {
	c.index()
	last, i := uint32(faulty), 0
	for _, k := range c.scan.strays {
		if k == last {
			continue
		}
		last = k
		if i = c.rowOf(k, i); i == len(c.rows) {
			break
		}
		r := &c.rows[i]
		if k < r.cell { // a faulty row
			continue
		}
		col := int(k - r.cell)
		if slices.Contains(skip, col) {
			continue
		}
		if lo, hi := c.place(r, col); hasSign(c.buf[lo:hi]) {
			cells = append(cells, c.cell(i, col))
		}
	}
	return cells, nil
}

func hasSign(cell []byte) bool {
	return bytes.IndexByte(cell, '@') >= 0 || bytes.Contains(cell, []byte(wideAt)) || bytes.Contains(cell, []byte(escapedAt))
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
	lo, hi := c.place(&c.rows[i], col)
	if lo < hi && (c.buf[lo] == c.r.walker.quote || c.convert) {
		lo, hi = c.rewrite(lo, hi)
	}
	return column.Cell{Row: i, Col: col, Text: c.buf[lo:hi:hi]}
}

// Formulas appends the rows with a cell that a spreadsheet would run. What the scan
// found needs another look if it may be the CR of a line end, or a quote.
func (c *chunk) Formulas(rows []int) ([]int, error) {
	c.index()
	width := len(c.r.schema.Fields)
	all := formulaStart[c.r.walker.quote]
	last, i := -1, 0
	for _, k := range c.scan.formulas {
		if i = c.rowOf(k, i); i == len(c.rows) {
			break
		}
		r := &c.rows[i]
		if i == last || k < r.cell { // found already, or a faulty row
			continue
		}
		if col := int(k - r.cell); all || col == width-1 {
			if !c.formula(c.place(r, col)) {
				continue
			}
		}
		rows = append(rows, i)
		last = i
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
