package parquetio

import (
	"encoding/binary"
	"slices"

	"sluice/formats/column"
)

// Rows that come from another format are collected column by column in the form
// in which a page holds them: PLAIN values, one after the other, nulls aside. So
// a page without a dictionary is a slice of what was collected.

// A cells is a run of one column's cells. Its zero value holds none.
type cells struct {
	values []byte // the non-null cells, PLAIN encoded; of BOOLEAN, a byte each
	rows   int
	nulls  int
	// levels has a byte a row, 1 for a value and 0 for null. It is empty as long
	// as nulls is 0.
	levels []byte
}

func (c *cells) reset() {
	c.values, c.levels = c.values[:0], c.levels[:0]
	c.rows, c.nulls = 0, 0
}

// addNull appends a null.
func (c *cells) addNull() {
	c.spellLevels()
	c.levels = append(c.levels, 0)
	c.rows++
	c.nulls++
}

// addLevels counts n values whose bytes were appended.
func (c *cells) addLevels(n int) {
	c.rows += n
	if c.nulls > 0 {
		c.levels = appendOnes(c.levels, n)
	}
}

func (c *cells) spellLevels() {
	if c.nulls == 0 {
		c.levels = appendOnes(c.levels[:0], c.rows)
	}
}

func appendOnes(b []byte, n int) []byte {
	b = slices.Grow(b, n)
	for range n {
		b = append(b, 1)
	}
	return b
}

// add appends the rows of d from cursor lo to cursor hi.
func (c *cells) add(d *cells, lo, hi cellCursor) {
	c.values = append(c.values, d.values[lo.off:hi.off]...)
	if d.nulls == 0 {
		c.addLevels(hi.row - lo.row)
		return
	}
	levels := d.levels[lo.row:hi.row]
	nulls := 0
	for _, l := range levels {
		nulls += int(1 - l)
	}
	if nulls == 0 {
		c.addLevels(len(levels))
		return
	}
	c.spellLevels()
	c.levels = append(c.levels, levels...)
	c.rows += len(levels)
	c.nulls += nulls
}

// addText appends the selected cells of v as byte arrays.
func (c *cells) addText(v column.View, sel column.Selection) {
	size := 0
	for _, r := range sel {
		for _, s := range v.Spans[r.Lo:r.Hi] {
			size += 4 + int(s.Hi-s.Lo)
		}
	}
	b := slices.Grow(c.values, size)
	for _, r := range sel {
		if v.Nulls == nil {
			for _, s := range v.Spans[r.Lo:r.Hi] {
				b = binary.LittleEndian.AppendUint32(b, s.Hi-s.Lo)
				b = append(b, v.Data[s.Lo:s.Hi]...)
			}
			c.addLevels(r.Hi - r.Lo)
			continue
		}
		for i := r.Lo; i < r.Hi; i++ {
			if v.Nulls[i] {
				c.addNull()
				continue
			}
			s := v.Spans[i]
			b = binary.LittleEndian.AppendUint32(b, s.Hi-s.Lo)
			b = append(b, v.Data[s.Lo:s.Hi]...)
			c.addLevels(1)
		}
	}
	c.values = b
}

// addParsed appends the selected cells of v, turned into values by s's parser. It
// returns the first row that does not parse, or -1. Rows for which empty returns
// true become null instead.
func (c *cells) addParsed(s *colSpec, v column.View, sel column.Selection, empty func(row int) bool) int {
	for _, r := range sel {
		for i := r.Lo; i < r.Hi; i++ {
			if v.Null(i) {
				c.addNull()
				continue
			}
			n := len(c.values)
			b, ok := s.parse(c.values, v.At(i))
			if ok {
				c.values = b
				c.addLevels(1)
				continue
			}
			c.values = b[:n]
			if !empty(i) {
				return i
			}
			c.addNull()
		}
	}
	return -1
}

// A cellCursor is a place in a cells: before row, whose value starts at off.
type cellCursor struct{ row, off int }

// next returns the cursor after the row at p. width is the spec's.
func (c *cells) next(p cellCursor, width int) cellCursor {
	if c.nulls == 0 || c.levels[p.row] != 0 {
		if width == 0 {
			p.off += 4 + int(binary.LittleEndian.Uint32(c.values[p.off:]))
		} else {
			p.off += width
		}
	}
	p.row++
	return p
}

// end returns the cursor after the last row.
func (c *cells) end() cellCursor { return cellCursor{c.rows, len(c.values)} }
