package csvio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
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
// First the delimiters of the whole block are found, whether quoted or not, then the
// line feeds, which with a look at two delimiters tell whether a row has the right
// number of cells. Only rows in which the reader has marked quoted cells have their
// delimiters sorted out one by one.
func (c *chunk) index() {
	if c.indexed {
		return
	}
	c.indexed = true
	data := c.buf[:c.n]
	width := len(c.r.schema.Fields)
	limit := c.r.o.MaxCell
	c.seps = separators(c.seps, data, c.r.walker.comma)
	text := c.text(data)
	rows, seps, marks := c.rows[:0], c.seps, c.marks
	k := 0 // the first delimiter from lo on
	for lo := 0; lo < len(data); {
		end := lineEnd(data, lo)
		last := k + width - 1 // the first delimiter behind a row of the right width
		if last < len(seps) && int(seps[last]) > end && (width == 1 || int(seps[last-1]) < end) &&
			(len(marks) == 0 || int(marks[0].lo) > end) && text.bad > end && end-lo <= limit {
			rows = append(rows, row{uint32(lo), uint32(end), uint32(k)})
			k, lo = last, end+1
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
			text.skip(lo)
			continue
		}
		line := end
		first, n := k, k // seps[first:n] are the row's, closed up over those in quotes
		for ; ; k++ {
			for len(marks) > 0 && int(marks[0].lo) < min(end, int(seps[k])) {
				for int(seps[k]) < int(marks[0].hi) {
					k++
				}
				if end < int(marks[0].hi) {
					end = lineEnd(data, int(marks[0].hi))
				}
				marks = marks[1:]
			}
			if int(seps[k]) > end {
				break
			}
			seps[n] = seps[k]
			n++
		}
		r := row{uint32(lo), uint32(end), uint32(first)}
		next := min(end+1, len(data))
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
		if line != end {
			c.fold(len(rows), bytes.Count(data[line:end], []byte{'\n'}))
		}
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

// lineEnd returns the position of the first line feed from lo on, or the end.
func lineEnd(data []byte, lo int) int {
	if k := bytes.IndexByte(data[lo:], '\n'); k >= 0 {
		return lo + k
	}
	return len(data)
}

// A notText finds the bytes of a block that are no text, in ascending order, so that
// only the records they are in are looked at once more.
type notText struct {
	data         []byte
	utf8         bool
	bad          int // the first byte of either kind that may still count; none if beyond data
	invalid, nul int
}

// text looks the block through, and notes whether cells need converting.
func (c *chunk) text(data []byte) notText {
	t := notText{data: data, utf8: c.r.dialect.Encoding != Windows1252, invalid: -1, nul: -1}
	if !t.utf8 {
		c.convert = !isASCII(data)
	}
	t.skip(0)
	return t
}

// skip passes over what lies before position lo, where a record starts.
func (t *notText) skip(lo int) {
	if t.bad >= lo && t.nul >= 0 {
		return
	}
	if t.invalid < lo {
		t.invalid = math.MaxInt
		if k := -1; t.utf8 {
			if k = firstInvalid(t.data[lo:]); k >= 0 {
				t.invalid = lo + k
			}
		}
	}
	if t.nul < lo {
		t.nul = orEnd(lo, bytes.IndexByte(t.data[lo:], 0), math.MaxInt)
	}
	t.bad = min(t.invalid, t.nul)
}

// slack is how many bytes behind the end of a block may be read: separators takes
// 64 at a time.
const slack = 64

// separators returns the positions of all delimiters in data in the memory of seps,
// and behind them one that lies above any other. It is the kernel of the reader:
// whatever finds the same positions faster can take its place.
//
// Eight words are reduced to one bit a byte before any bit is looked at, and six
// positions are written whether there are as many or not, so that hardly a branch
// depends on the data. For the rows of BenchmarkIndex (EPYC, Go 1.26) that takes 37 ns
// each; a bytes.IndexByte for each cell takes 77.
func separators(seps []uint32, data []byte, comma byte) []uint32 {
	c := ones * uint64(comma)
	seps, n := seps[:cap(seps)], 0
	for lo := 0; lo < len(data); lo += 64 {
		d := (*[64]byte)(data[lo : lo+64 : cap(data)])
		m := zeroBytes(binary.LittleEndian.Uint64(d[0:])^c) |
			zeroBytes(binary.LittleEndian.Uint64(d[8:])^c)<<8 |
			zeroBytes(binary.LittleEndian.Uint64(d[16:])^c)<<16 |
			zeroBytes(binary.LittleEndian.Uint64(d[24:])^c)<<24 |
			zeroBytes(binary.LittleEndian.Uint64(d[32:])^c)<<32 |
			zeroBytes(binary.LittleEndian.Uint64(d[40:])^c)<<40 |
			zeroBytes(binary.LittleEndian.Uint64(d[48:])^c)<<48 |
			zeroBytes(binary.LittleEndian.Uint64(d[56:])^c)<<56
		if rest := len(data) - lo; rest < 64 {
			m &= 1<<uint(rest) - 1
		}
		if len(seps)-n <= 64 {
			more := make([]uint32, 2*len(seps)+1024)
			copy(more, seps)
			seps = more
		}
		s, count := (*[64]uint32)(seps[n:]), bits.OnesCount64(m)
		s[0] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		s[1] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		s[2] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		s[3] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		s[4] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		s[5] = uint32(lo + bits.TrailingZeros64(m))
		m &= m - 1
		for i := 6; m != 0; m &= m - 1 {
			s[i&63] = uint32(lo + bits.TrailingZeros64(m))
			i++
		}
		n += count
	}
	if len(seps) == 0 {
		seps = make([]uint32, 1)
	}
	seps[n] = 1<<32 - 1
	return seps[:n+1]
}

const (
	ones = 0x0101010101010101
	lows = 0x7f7f7f7f7f7f7f7f
)

// zeroBytes returns eight bits, one for each byte of x, set where it is zero. The
// multiplication gathers the high bits of the bytes in the top byte.
func zeroBytes(x uint64) uint64 {
	x = ^((x&lows + lows) | x | lows)
	return (x >> 7) * 0x0102040810204080 >> 56
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
	for lo := 0; lo < len(b); {
		hi := min(lo+512, len(b)) // what is looked at twice if something is wrong in it
		for k := hi; hi < len(b) && k > hi-utf8.UTFMax; k-- {
			if utf8.RuneStart(b[k]) {
				hi = k
				break
			}
		}
		if utf8.Valid(b[lo:hi]) {
			lo = hi
			continue
		}
		for {
			r, n := utf8.DecodeRune(b[lo:hi])
			if r == utf8.RuneError && n <= 1 {
				return lo
			}
			lo += n
		}
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
