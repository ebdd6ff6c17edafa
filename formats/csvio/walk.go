package csvio

import "bytes"

// A kind is why a record is at fault.
type kind uint8

const (
	bareQuote kind = iota // a quote inside an unquoted cell
	textAfter             // text after a closing quote
	openQuote             // a quote never closed
	overlong              // a record above MaxRecord, of which nothing was kept

	closed   // no fault: a quoted cell and its end
	needMore // no fault: the bytes at hand do not tell
)

// A mark is a part of a block that is one faulty record, with its line end.
type mark struct {
	lo, hi uint32
	col    uint32 // the 1-based column of the quote
	kind   kind
}

// A walker finds the faulty quotes of a block. It is the one place that decides where
// records end.
type walker struct {
	comma, quote byte
	maxCell      int
}

// walk appends to marks the faulty records of buf, which starts at a record, up to
// cut: the end of the last record that is certain to end in buf. With eof nothing
// follows buf and cut is its length. What is not marked is regular: its quotes, taken
// in turn, open and close cells or are doubled.
//
// Bytes are seen once, or twice with a kernel, and once more behind an unclosed quote:
// in the text that it swallows all quotes are doubled, so no cell starting there is
// left open in turn.
func (d *walker) walk(buf []byte, marks []mark, eof bool) (cut int, _ []mark) {
	i := 0 // where a record starts
	for {
		q, why := d.fault(buf, i, eof)
		end := q
		if why != needMore {
			end = orEnd(q, bytes.IndexByte(buf[q:], '\n'), len(buf)) + 1
			if end > len(buf) && eof {
				end = len(buf)
			} else if end > len(buf) {
				why = needMore
			}
		}
		if why == needMore && eof {
			return len(buf), marks
		}
		start := d.recordStart(buf, i, q, false)
		if why == needMore {
			return start, marks
		}
		marks = append(marks, mark{lo: uint32(start), hi: uint32(end), col: d.column(buf[start:q]), kind: why})
		i = end
	}
}

// fault returns the first quote from i on that is not as it should be, and why. With
// needMore what follows that quote, or the end of buf, is what is not known.
func (d *walker) fault(buf []byte, i int, eof bool) (int, kind) {
	if vector {
		i = d.skip(buf, i)
	}
	for {
		k := bytes.IndexByte(buf[i:], d.quote)
		if k < 0 {
			return len(buf), needMore
		}
		q := i + k
		if q > 0 && buf[q-1] != d.comma && buf[q-1] != '\n' {
			return q, bareQuote
		}
		end, why := d.close(buf, q, eof)
		if why != closed {
			return q, why
		}
		i = end
	}
}

// skip passes over whole records that are regular. It leaves all that is doubtful, and
// the last records of buf, to be looked at with care.
func (d *walker) skip(buf []byte, i int) int {
	for {
		to := min(len(buf), i+1+d.maxCell) // no cell that is closed before is too long
		blocks := (to - i - 2) / scanned
		if blocks <= 0 {
			return i
		}
		n, open := quotesVector(&buf[i], blocks, d.comma, d.quote)
		start := d.recordStart(buf, i, i+n*scanned, open)
		if n < blocks || to == len(buf) || start == i {
			return start
		}
		i = start
	}
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
				return p, closed
			}
			return 0, needMore
		}
		switch buf[p] {
		case d.comma, '\n':
			return p, closed
		case d.quote:
			p++
			continue
		case '\r':
			if p+1 == len(buf) {
				if eof {
					return p, closed
				}
				return 0, needMore
			}
			if buf[p+1] == '\n' {
				return p, closed
			}
		}
		return 0, textAfter
	}
}

// recordStart returns where the record around position q starts. All quotes from from
// on, where a record starts, up to q are regular; open says that q stands in quotes.
func (d *walker) recordStart(buf []byte, from, q int, open bool) int {
	for ; q > from; q-- {
		switch buf[q-1] {
		case d.quote:
			open = !open
		case '\n':
			if !open {
				return q
			}
		}
	}
	return from
}

// column returns the 1-based column that follows the regular start of a record.
func (d *walker) column(start []byte) uint32 {
	n, open := uint32(1), false
	for _, b := range start {
		switch b {
		case d.quote:
			open = !open
		case d.comma:
			if !open {
				n++
			}
		}
	}
	return n
}
