package csvio

import (
	"bytes"
	"fmt"

	"sluice/formats"
)

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
