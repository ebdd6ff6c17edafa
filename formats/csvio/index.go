package csvio

import "slices"

// A row is one record of a block: where it starts, where its line feed stands (or the
// input ends), and its first cell. Of a row of w cells the first w-1 end at the
// delimiters, the last at end.
type row struct{ lo, end, cell uint32 }

// faulty is the first cell of a row that has none. It is above any other.
const faulty = 1<<32 - 1

// A fold says that before the rows from row on there are more lines than rows, and
// how many more: line feeds in quotes, and blank lines.
type fold struct{ row, more int }

// index finds all rows and cells, once: those of the regular parts of the block and,
// between them, the faulty records that the reader found.
func (c *chunk) index() {
	if c.indexed {
		return
	}
	c.indexed = true
	c.scan.reset()
	lo := 0
	for _, m := range c.marks {
		if m.kind == overlong {
			continue
		}
		c.records(lo, int(m.lo))
		lo = int(m.hi)
		end := m.hi
		if c.buf[lo-1] == '\n' {
			end--
		}
		c.rows = append(c.rows, row{m.lo, end, faulty})
		c.quoteFault(len(c.rows)-1, m)
		c.fold(len(c.rows), countLines(c.buf[m.lo:m.hi])-1)
	}
	c.records(lo, c.n)
	c.lines = c.before + c.skipped + int64(len(c.rows))
	if len(c.folds) > 0 {
		c.lines += int64(c.folds[len(c.folds)-1].more)
	}
	if c.skipped > 0 {
		c.rows = append(c.rows, row{0, 0, faulty})
		c.quoteFault(0, c.marks[0])
	}
	c.r.rows.Add(int64(len(c.rows)))
	if c.blanks > 0 {
		c.r.blanks.Add(int64(c.blanks))
	}
}

// records adds the rows of the block from lo to hi, which are whole records with their
// quotes as they should be.
func (c *chunk) records(lo, hi int) {
	s := &c.scan
	first, line := len(s.seps), len(s.lines)
	s.find(c.buf[:c.n], lo, hi, c.r.walker.comma, c.r.walker.quote)
	width, limit, text := len(c.r.schema.Fields), c.r.o.MaxCell, c.text(lo, hi)
	seps, lines, inner := s.seps, s.lines[line:], s.inner
	rows := slices.Grow(c.rows, len(lines))
	for _, last := range lines {
		last := int(last)
		end := int(seps[last])
		r := row{uint32(lo), uint32(end), uint32(first)}
		if last-first != width-1 || end >= text.bad || end-lo > limit {
			next := min(end+1, c.n)
			if width != 1 && blank(c.buf[lo:next]) == next-lo {
				c.blanks++
				c.fold(len(rows), 1)
				first, lo = last+1, next
				continue
			}
			check := text.bad <= end
			if f, bad := c.examine(r, seps[first:last], check); bad {
				f.Row = len(rows)
				c.faults = append(c.faults, f)
				r.cell = faulty
			}
			text.skip(next)
		}
		rows = append(rows, r)
		folded := 0
		for ; int(inner[0]) <= last; inner = inner[1:] {
			folded++
		}
		if folded > 0 {
			c.fold(len(rows), folded)
		}
		first, lo = last+1, end+1
	}
	c.rows = rows
}

// fold notes that more lines than there are rows come before row.
func (c *chunk) fold(row, more int) {
	n := len(c.folds)
	switch {
	case more == 0:
	case n > 0 && c.folds[n-1].row == row:
		c.folds[n-1].more += more
	case n > 0:
		c.folds = append(c.folds, fold{row, c.folds[n-1].more + more})
	default:
		c.folds = append(c.folds, fold{row, more})
	}
}

// rowOf returns the row from i on that cell k stands in, or the next one if it stands
// in none.
func (c *chunk) rowOf(k uint32, i int) int {
	for end := c.scan.seps[k]; i < len(c.rows) && c.rows[i].end < end; {
		i++
	}
	return i
}

// hi returns where the record of r ends, its line end included.
func (c *chunk) hi(r row) uint32 { return min(r.end+1, uint32(c.n)) }
