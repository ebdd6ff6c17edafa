package csvio

import (
	"bytes"
	"fmt"
	"math"
	"unicode/utf8"

	"sluice/formats"
)

// A row is one record of a block: where it starts, where its line feed stands (or the
// input ends), and the place of its first delimiter in the block's index of them. Of
// a row of w cells the first w-1 end at the delimiters, the last at end.
type row struct{ lo, end, sep uint32 }

// faulty is the sep of a row that has no cells.
const faulty = 1<<32 - 1

// A fold says that before the rows from row on there are more lines than rows, and
// how many more: line feeds in quotes, and blank lines.
type fold struct{ row, more int }

// index finds all rows and cells, once.
//
// First the delimiters and line feeds of the whole block are found, whether quoted or
// not. That tells at once which rows have the right number of cells. Only rows in
// which the reader has marked quoted cells have their delimiters sorted out one by one.
func (c *chunk) index() {
	if c.indexed {
		return
	}
	c.indexed = true
	data := c.buf[:c.n]
	c.scan.find(data, c.r.walker.comma)
	width := len(c.r.schema.Fields)
	limit := c.r.o.MaxCell
	text := c.text(data)
	rows, seps, lines, marks := c.rows[:0], c.scan.seps, c.scan.lines, c.marks
	k, j := 0, 0 // the first of seps, and of lines, from lo on
	for lo := 0; lo < len(data); {
		e := int(lines[j])
		if end := int(seps[e]); e-k == width-1 &&
			(len(marks) == 0 || int(marks[0].lo) > end) && text.bad > end && end-lo <= limit {
			rows = append(rows, row{uint32(lo), uint32(end), uint32(k)})
			k, j, lo = e+1, j+1, end+1
			continue
		}
		if len(marks) > 0 && marks[0].kind != quotedCell && int(marks[0].lo) == lo {
			lo = int(marks[0].hi)
			rows = append(rows, row{marks[0].lo, marks[0].hi - 1, faulty})
			if data[lo-1] != '\n' {
				rows[len(rows)-1].end++
			}
			c.quoteFault(len(rows)-1, marks[0])
			c.fold(len(rows), countLines(data[marks[0].lo:lo])-1)
			marks = marks[1:]
			for int(seps[k]) < lo {
				k++
			}
			for int(lines[j]) < k {
				j++
			}
			text.skip(lo)
			continue
		}
		first, n, line := k, k, j // seps[first:n] are the row's, closed up over those in quotes
		for {
			for len(marks) > 0 && marks[0].lo < seps[k] {
				for seps[k] < marks[0].hi {
					k++
				}
				marks = marks[1:]
			}
			for int(lines[j]) < k {
				j++
			}
			if int(lines[j]) == k {
				break
			}
			seps[n] = seps[k]
			n++
			k++
		}
		end := int(seps[k])
		r := row{uint32(lo), uint32(end), uint32(first)}
		next := min(end+1, len(data))
		folded := j - line
		k, j = k+1, j+1
		if width != 1 && blank(data[lo:next]) == next-lo {
			c.blanks++
			c.fold(len(rows), 1)
			lo = next
			continue
		}
		check := text.bad <= end
		if n-first != width-1 || check || end-lo > limit {
			if f, bad := c.examine(r, seps[first:n], check); bad {
				f.Row = len(rows)
				c.faults = append(c.faults, f)
				r.sep = faulty
			}
			text.skip(next)
		}
		rows = append(rows, r)
		c.fold(len(rows), folded)
		lo = next
	}
	c.lines = c.before + c.skipped + int64(len(rows))
	if len(c.folds) > 0 {
		c.lines += int64(c.folds[len(c.folds)-1].more)
	}
	if c.skipped > 0 {
		rows = append(rows, row{0, 0, faulty})
		c.quoteFault(0, marks[0])
	}
	c.rows = rows
	c.r.rows.Add(int64(len(rows)))
	if c.blanks > 0 {
		c.r.blanks.Add(int64(c.blanks))
	}
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

// hi returns where the record of r ends, its line end included.
func (c *chunk) hi(r row) uint32 { return min(r.end+1, uint32(c.n)) }

// A notText finds the bytes of a block that are no text, in ascending order, so that
// only the records they are in are looked at once more.
type notText struct {
	data         []byte
	highs        []uint32 // of the scan: stretches yet to be looked at
	bad          int      // the first byte of either kind that may still count; none if beyond data
	invalid, nul int
}

// text looks the block through, and notes whether cells need converting.
func (c *chunk) text(data []byte) notText {
	t := notText{data: data, highs: c.scan.highs, invalid: -1, nul: -1}
	if c.r.dialect.Encoding == Windows1252 {
		c.convert = len(t.highs) > 0
		t.highs = nil
	}
	if !c.scan.nul {
		t.nul = math.MaxInt
	}
	t.skip(0)
	return t
}

// skip passes over what lies before position lo, where a record starts.
func (t *notText) skip(lo int) {
	if t.invalid < lo {
		t.invalid = t.nextInvalid(lo)
	}
	if t.nul < lo {
		t.nul = orEnd(lo, bytes.IndexByte(t.data[lo:], 0), math.MaxInt)
	}
	t.bad = min(t.invalid, t.nul)
}

// nextInvalid returns the first byte from lo on that is not UTF-8. It looks at no more
// than the stretches that have bytes above ASCII, and at characters that go on behind.
func (t *notText) nextInvalid(lo int) int {
	for ; len(t.highs) > 0; t.highs = t.highs[1:] {
		from, to := max(lo, int(t.highs[0])), min(int(t.highs[0])+scanned, len(t.data))
		if from >= to {
			continue
		}
		for last := min(to+utf8.UTFMax-1, len(t.data)); to < last && !utf8.RuneStart(t.data[to]); {
			to++
		}
		if k := firstInvalid(t.data[from:to]); k >= 0 {
			return from + k
		}
		lo = to
	}
	return math.MaxInt
}

// quoteFault notes the fault of row i that the reader found.
func (c *chunk) quoteFault(i int, m mark) {
	f := formats.Fault{Row: i, Code: "quote", Column: int(m.col)}
	switch m.kind {
	case bareQuote:
		f.Detail = "quote inside an unquoted cell"
	case textAfter:
		f.Detail = "text after a closing quote"
	case openQuote:
		f.Detail = "quote never closed"
	case overlong:
		f.Code = "limit"
		f.Detail = fmt.Sprintf("record longer than %d bytes", c.r.o.MaxRecord)
		c.faults = append(c.faults, f)
		return
	}
	f.Raw = c.raw(c.buf[m.lo:m.hi])
	c.faults = append(c.faults, f)
}

// examine says what is wrong with a record whose quotes are right. Of several
// faults the first of these counts: bytes that are no text, a cell that is too long,
// the wrong number of cells.
func (c *chunk) examine(r row, seps []uint32, check bool) (formats.Fault, bool) {
	width := len(c.r.schema.Fields)
	record := c.buf[r.lo:c.hi(r)]
	if check {
		if at, why := c.notText(record); why != "" {
			col := 1
			for _, s := range seps {
				if s < r.lo+uint32(at) {
					col++
				}
			}
			return formats.Fault{Code: "encoding", Detail: why, Column: col, Raw: c.raw(record)}, true
		}
	}
	if limit := c.r.o.MaxCell; len(record) > limit {
		lo := int(r.lo)
		for i := 0; i <= len(seps); i++ {
			hi := int(r.lo) + len(trimLineEnd(record))
			if i < len(seps) {
				hi = int(seps[i])
			}
			// What is in quotes the reader has checked.
			if hi-lo > limit && c.buf[lo] != c.r.walker.quote {
				why := fmt.Sprintf("cell longer than %d bytes", limit)
				return formats.Fault{Code: "limit", Detail: why, Column: i + 1, Raw: c.raw(record)}, true
			}
			lo = hi + 1
		}
	}
	if len(seps) != width-1 {
		if c.ragged.cells != len(seps)+1 {
			c.ragged.cells = len(seps) + 1
			c.ragged.detail = fmt.Sprintf("%d cells instead of %d", c.ragged.cells, width)
		}
		return formats.Fault{Code: "ragged", Detail: c.ragged.detail, Raw: c.raw(record)}, true
	}
	return formats.Fault{}, false
}

// notText returns the place of the first byte of a record that is no text, and why.
func (c *chunk) notText(record []byte) (at int, why string) {
	bad := -1
	if c.r.dialect.Encoding != Windows1252 {
		bad = firstInvalid(record)
	}
	nul := bytes.IndexByte(record, 0)
	switch {
	case nul >= 0 && (bad < 0 || nul < bad):
		return nul, "NUL byte"
	case bad < 0:
		return 0, ""
	case c.r.dialect.Encoding == UTF8:
		return bad, "not valid UTF-8"
	}
	return bad, "not valid UTF-16"
}

// firstInvalid returns the place of the first byte that is not UTF-8, or -1.
func firstInvalid(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// raw returns a record without its line end for a Fault, as UTF-8.
func (c *chunk) raw(record []byte) []byte {
	b := trimLineEnd(record)
	if c.r.dialect.Encoding == Windows1252 && !isASCII(b) {
		return decode1252(nil, b)
	}
	return b[:len(b):len(b)]
}

// trimLineEnd returns a record without LF, CRLF, or a CR that ends the input.
func trimLineEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}
