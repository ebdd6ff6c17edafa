package arrowio

import (
	"bytes"
	"unicode/utf8"

	"sluice/formats/column"
)

// The other spellings of an at sign: full-width, and as URLs escape it.
var fullWidthAt, escapedAt = []byte("\uff20"), []byte("%40")

func hasAt(b []byte) bool {
	return bytes.IndexByte(b, '@') >= 0 || bytes.Contains(b, fullWidthAt) || bytes.Contains(b, escapedAt)
}

func isFormula(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	}
	return false
}

// ats calls yield for each text or binary leaf of values lo to hi that holds an at
// sign, with the value it is in. Text tells it from binary.
func (v *vec) ats(lo, hi int, yield func(i int, leaf []byte, text bool)) {
	switch v.f.layout {
	case layVar:
		v.atsVar(lo, hi, yield)
	case layView, layFixed:
		if v.f.layout == layFixed && v.f.typ != typeFixedSizeBinary {
			return
		}
		for i := lo; i < hi; i++ {
			if b := v.bytes(i); hasAt(b) {
				yield(i, b, v.f.isText())
			}
		}
	case layDict:
		at := v.dict.ats()
		for i := lo; at != nil && i < hi; i++ {
			if v.null(i) {
				continue
			}
			if x := v.index(i); at[x] {
				v.dict.v.ats(x, x+1, func(_ int, b []byte, text bool) { yield(i, b, text) })
			}
		}
	default:
		v.within(lo, hi, func(k *vec, from, to int, up func(int) int) {
			k.ats(from, to, func(j int, b []byte, text bool) {
				if i := up(j); !v.null(i) {
					yield(i, b, text)
				}
			})
		})
	}
}

// atsVar looks for the sign in all cells at once, because most columns have none.
func (v *vec) atsVar(lo, hi int, yield func(i int, leaf []byte, text bool)) {
	if lo == hi {
		return
	}
	from, to := v.offset(lo), v.offset(hi)
	next := func(pos int, find func([]byte) int) int {
		if p := find(v.data[pos:to]); p >= 0 {
			return pos + p
		}
		return to
	}
	at := func(b []byte) int { return bytes.IndexByte(b, '@') }
	wide := func(b []byte) int { return bytes.Index(b, fullWidthAt) }
	escaped := func(b []byte) int { return bytes.Index(b, escapedAt) }
	pa, pw, pe := next(from, at), next(from, wide), next(from, escaped)
	for i := lo; ; i++ {
		p := min(pa, pw, pe)
		if p >= to {
			return
		}
		for v.offset(i+1) <= p {
			i++
		}
		end := v.offset(i + 1)
		if b := v.bytes(i); hasAt(b) { // not for a null, nor a sign cut in two by a cell's end
			yield(i, b, v.f.isText())
		}
		if pa < end {
			pa = next(end, at)
		}
		if pw < end {
			pw = next(end, wide)
		}
		if pe < end {
			pe = next(end, escaped)
		}
	}
}

// Strays implements formats.Chunk. Binary cells are searched too; their text is what
// of them is UTF-8. Of nested values each text within is a cell of its own.
func (c *chunk) Strays(cells []column.Cell, skip []int) ([]column.Cell, error) {
	if err := c.prepare(); err != nil {
		return cells, err
	}
	start, parts := len(cells), 0
	for col, f := range c.b.r.fields {
		if !f.texty() || contains(skip, col) {
			continue
		}
		v, err := c.b.column(col)
		if err != nil {
			return cells, c.fail(col, err)
		}
		before := len(cells)
		v.ats(c.lo, c.lo+c.n, func(i int, b []byte, text bool) {
			if c.faulty(i - c.lo) {
				return
			}
			if !text && !utf8.Valid(b) {
				b = bytes.ToValidUTF8(b, []byte(" "))
			}
			cells = append(cells, column.Cell{Row: i - c.lo, Col: col, Text: b})
		})
		if len(cells) > before {
			parts++
		}
		if f.layout == layStruct || len(f.kids) > 0 {
			parts++ // not ascending among its own parts
		}
	}
	if parts > 1 {
		sortByRow(cells[start:], c.n)
	}
	return cells, nil
}

// sortByRow brings cells into the order of their rows, by counting; cells of one row
// stay in the order of their columns.
func sortByRow(cells []column.Cell, rows int) {
	at := make([]int, rows+1)
	for _, c := range cells {
		at[c.Row+1]++
	}
	for i := range rows {
		at[i+1] += at[i]
	}
	sorted := make([]column.Cell, len(cells))
	for _, c := range cells {
		sorted[at[c.Row]] = c
		at[c.Row]++
	}
	copy(cells, sorted)
}

func contains(cols []int, col int) bool {
	for _, c := range cols {
		if c == col {
			return true
		}
	}
	return false
}

// Formulas implements formats.Chunk. Only text columns count: a number that starts
// with a minus sign is a number.
func (c *chunk) Formulas(rows []int) ([]int, error) {
	if err := c.prepare(); err != nil {
		return rows, err
	}
	flags := c.scratch.flags(c.n)
	found := false
	for col, f := range c.b.r.fields {
		if !(f.isText() && (f.isBytes() || f.layout == layDict)) {
			continue
		}
		v, err := c.b.column(col)
		if err != nil {
			return rows, c.fail(col, err)
		}
		var dict []bool
		if f.layout == layDict {
			if dict = v.dict.formulas(); dict == nil {
				continue
			}
		}
		for i := range c.n {
			j := c.lo + i
			if dict != nil {
				if !v.null(j) && dict[v.index(j)] {
					flags[i], found = true, true
				}
			} else if isFormula(v.bytes(j)) {
				flags[i], found = true, true
			}
		}
	}
	for i := 0; found && i < c.n; i++ {
		if flags[i] && !c.faulty(i) {
			rows = append(rows, i)
		}
	}
	return rows, nil
}
