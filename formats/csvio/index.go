package csvio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"sluice/formats"
)

// A row is one record of a block: its bytes with the line end, and where in the
// index of separators its own start. A row of w columns has w separators, each the
// end of a cell; the last is its line feed, or the end of the input.
type row struct{ lo, hi, sep uint32 }

// faulty is the sep of a row that has no cells.
const faulty = 1<<32 - 1

// index finds all rows and cells, once. The marks say where quoted cells and records
// with bad quotes are, so what is left to look for are line feeds and delimiters.
func (c *chunk) index() {
	if c.indexed {
		return
	}
	c.indexed = true
	data := c.buf[:c.n]
	width := len(c.r.schema.Fields)
	check := !c.text(data)
	rows, seps, n := c.rows[:0], c.seps[:cap(c.seps)], 0
	marks := c.marks
	for lo := 0; lo < len(data) || c.skipped > 0; {
		if len(marks) > 0 && marks[0].kind != quotedCell && int(marks[0].lo) == lo {
			rows = append(rows, row{marks[0].lo, marks[0].hi, faulty})
			c.quoteFault(len(rows)-1, marks[0])
			lo = int(marks[0].hi)
			if marks = marks[1:]; c.skipped > 0 {
				break
			}
			continue
		}
		first, at := n, lo
		end := lineEnd(data, lo)
		for len(marks) > 0 && int(marks[0].lo) < end {
			n, seps = separators(n, seps, data, at, int(marks[0].lo), c.r.walker.comma)
			at = int(marks[0].hi)
			if end < at {
				end = lineEnd(data, at)
			}
			marks = marks[1:]
		}
		n, seps = separators(n, seps, data, at, end, c.r.walker.comma)
		if n == len(seps) {
			seps = moreSeparators(seps)
		}
		seps[n] = uint32(end)
		n++
		next := min(end+1, len(data))
		if width != 1 && n == first+1 && end-lo <= 1 && blank(data[lo:next]) > 0 {
			c.blanks++
			n = first
			lo = next
			continue
		}
		r := row{uint32(lo), uint32(next), uint32(first)}
		if n-first != width || check || end-lo > c.r.o.MaxCell {
			if f, bad := c.examine(data, r, seps[first:n], check); bad {
				f.Row = len(rows)
				c.faults = append(c.faults, f)
				r.sep, n = faulty, first
			}
		}
		rows = append(rows, r)
		lo = next
	}
	c.rows, c.seps = rows, seps[:n]
	c.lines = c.before + c.skipped + int64(countLines(data))
	c.r.rows.Add(int64(len(rows)))
	if c.blanks > 0 {
		c.r.blanks.Add(int64(c.blanks))
	}
}

// lineEnd returns the position of the first line feed from lo on, or the end.
func lineEnd(data []byte, lo int) int {
	if k := bytes.IndexByte(data[lo:], '\n'); k >= 0 {
		return lo + k
	}
	return len(data)
}

// text reports whether the block is text without NUL throughout.
func (c *chunk) text(data []byte) bool {
	if c.r.dialect.Encoding == Windows1252 {
		c.ascii = isASCII(data)
	} else if !utf8.Valid(data) {
		return false
	}
	return bytes.IndexByte(data, 0) < 0
}

// slack is how many bytes behind the end of a block may be read: separators takes
// 64 at a time.
const slack = 64

// separators writes the positions of the delimiters in data[lo:hi] to seps from n on
// and returns n behind them. It is the kernel of the reader: whatever finds the same
// positions faster can take its place.
//
// Eight words are reduced to one bit a byte before any bit is looked at, so that
// branches depend on the data once in 64 bytes. In BenchmarkDecode that is 30 ns a
// row less than a bytes.IndexByte for each cell.
func separators(n int, seps []uint32, data []byte, lo, hi int, comma byte) (int, []uint32) {
	c := ones * uint64(comma)
	for ; lo < hi; lo += 64 {
		d := (*[64]byte)(data[lo : lo+64 : cap(data)])
		m := zeroBytes(binary.LittleEndian.Uint64(d[0:])^c) |
			zeroBytes(binary.LittleEndian.Uint64(d[8:])^c)<<8 |
			zeroBytes(binary.LittleEndian.Uint64(d[16:])^c)<<16 |
			zeroBytes(binary.LittleEndian.Uint64(d[24:])^c)<<24 |
			zeroBytes(binary.LittleEndian.Uint64(d[32:])^c)<<32 |
			zeroBytes(binary.LittleEndian.Uint64(d[40:])^c)<<40 |
			zeroBytes(binary.LittleEndian.Uint64(d[48:])^c)<<48 |
			zeroBytes(binary.LittleEndian.Uint64(d[56:])^c)<<56
		if hi-lo < 64 {
			m &= 1<<uint(hi-lo) - 1
		}
		if len(seps)-n < 64 {
			seps = moreSeparators(seps)
		}
		for ; m != 0; m &= m - 1 {
			seps[n] = uint32(lo + bits.TrailingZeros64(m))
			n++
		}
	}
	return n, seps
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

// moreSeparators returns seps with room for at least 64 more.
func moreSeparators(seps []uint32) []uint32 {
	more := make([]uint32, 2*len(seps)+1024)
	copy(more, seps)
	return more
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
	f.Raw = c.raw(m.lo, m.hi)
	c.faults = append(c.faults, f)
}

// examine says what is wrong with a record whose quotes are right. Of several
// faults the first of these counts: bytes that are no text, a cell that is too long,
// the wrong number of cells.
func (c *chunk) examine(data []byte, r row, seps []uint32, check bool) (formats.Fault, bool) {
	width := len(c.r.schema.Fields)
	if check {
		if at, why := c.notText(data[r.lo:r.hi]); why != "" {
			col := 1
			for _, s := range seps {
				if s < r.lo+uint32(at) {
					col++
				}
			}
			return formats.Fault{Code: "encoding", Detail: why, Column: col, Raw: c.raw(r.lo, r.hi)}, true
		}
	}
	lo := r.lo
	for i, s := range seps {
		hi := s
		if i == len(seps)-1 {
			hi = r.lo + uint32(len(trimLineEnd(data[r.lo:r.hi])))
		}
		if int(hi)-int(lo) > c.r.o.MaxCell+2 || int(hi)-int(lo) > c.r.o.MaxCell && data[lo] != c.r.walker.quote {
			why := fmt.Sprintf("cell longer than %d bytes", c.r.o.MaxCell)
			return formats.Fault{Code: "limit", Detail: why, Column: i + 1, Raw: c.raw(r.lo, r.hi)}, true
		}
		lo = s + 1
	}
	if len(seps) != width {
		why := fmt.Sprintf("%d cells instead of %d", len(seps), width)
		return formats.Fault{Code: "ragged", Detail: why, Raw: c.raw(r.lo, r.hi)}, true
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
func (c *chunk) raw(lo, hi uint32) []byte {
	b := trimLineEnd(c.buf[lo:hi:hi])
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
