package csvio

import (
	"bytes"
)

// A kind is what a mark stands for: a quoted cell, or a record that is at fault and why.
type kind uint8

const (
	quotedCell kind = iota
	bareQuote       // a quote inside an unquoted cell
	textAfter       // text after a closing quote
	openQuote       // a quote never closed
	overlong        // a record above MaxRecord, of which nothing was kept

	needMore // not a mark: the bytes at hand do not tell
)

// A mark is a part of a block in which delimiters and line feeds mean nothing: a
// quoted cell with its quotes, or a whole faulty record with its line end.
type mark struct {
	lo, hi uint32
	col    uint32 // of a faulty record: the 1-based column of the quote
	kind   kind
}

// A walker finds the quotes of a block. It is the one place that decides where
// records end.
type walker struct {
	comma, quote byte
	maxCell      int
}

// walk appends to marks those of buf, which starts at a record, up to cut: the end
// of the last record that is certain to end in buf. With eof nothing follows buf and
// cut is its length.
//
// Every quote is looked at once, and only for an unclosed one are bytes seen twice:
// in the text that an unclosed quote swallows all quotes are doubled, so no cell
// starting there is left open in turn.
func (d *walker) walk(buf []byte, marks []mark, eof bool) (cut int, _ []mark) {
	i := 0 // outside quotes
	for {
		k := bytes.IndexByte(buf[i:], d.quote)
		if k < 0 {
			break
		}
		q := i + k
		end, why := 0, bareQuote
		if q == 0 || buf[q-1] == d.comma || buf[q-1] == '\n' {
			end, why = d.close(buf, q, eof)
		}
		if why == quotedCell {
			marks = append(marks, mark{lo: uint32(q), hi: uint32(end)})
			i = end
			continue
		}
		start, kept := recordStart(buf, marks, q)
		if why != needMore {
			end = q + bytes.IndexByte(buf[q:], '\n') + 1
			if end == q && eof {
				end = len(buf)
			} else if end == q {
				why = needMore
			}
		}
		if why == needMore {
			return start, marks[:kept]
		}
		col := d.column(buf, marks[kept:], start, q)
		marks = append(marks[:kept], mark{lo: uint32(start), hi: uint32(end), col: col, kind: why})
		i = end
	}
	if eof {
		return len(buf), marks
	}
	start, kept := recordStart(buf, marks, len(buf))
	return start, marks[:kept]
}

// close returns the end of the quoted cell that starts at q, behind its closing quote.
func (d *walker) close(buf []byte, q int, eof bool) (int, kind) {
	last := q + 1 + d.maxCell // where a closing quote may stand at most
	for p := q + 1; ; {
		k := -1
		if p <= last {
			k = bytes.IndexByte(buf[p:min(len(buf), last+1)], d.quote)
		}
		if k < 0 {
			if last < len(buf) || eof {
				return 0, openQuote
			}
			return 0, needMore
		}
		p += k + 1 // behind the quote
		if p == len(buf) {
			if eof {
				return p, quotedCell
			}
			return 0, needMore
		}
		switch buf[p] {
		case d.comma, '\n':
			return p, quotedCell
		case d.quote:
			p++
			continue
		case '\r':
			if p+1 == len(buf) {
				if eof {
					return p, quotedCell
				}
				return 0, needMore
			}
			if buf[p+1] == '\n' {
				return p, quotedCell
			}
		}
		return 0, textAfter
	}
}

// recordStart returns where the record around position q starts, and how many of
// marks lie before it. It looks back no further than that record.
func recordStart(buf []byte, marks []mark, q int) (start, kept int) {
	for m := len(marks) - 1; m >= 0; m-- {
		if k := bytes.LastIndexByte(buf[marks[m].hi:q], '\n'); k >= 0 {
			return int(marks[m].hi) + k + 1, m + 1
		}
		if marks[m].kind != quotedCell {
			return int(marks[m].hi), m + 1
		}
		q = int(marks[m].lo)
	}
	return bytes.LastIndexByte(buf[:q], '\n') + 1, 0
}

// column returns the 1-based column of position q in the record that starts at
// start and whose quoted cells before q are given.
func (d *walker) column(buf []byte, quoted []mark, start, q int) uint32 {
	n, comma := 1, []byte{d.comma}
	for _, m := range quoted {
		n += bytes.Count(buf[start:m.lo], comma)
		start = int(m.hi)
	}
	return uint32(n + bytes.Count(buf[start:q], comma))
}
