package csvio

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sluice/formats/column"
)

// headSize is how many bytes of a list are looked at to recognise how it is
// written: a few hundred records, and independent of the block size.
const headSize = 64 << 10

// detectEncoding recognises the encoding of a list from its first bytes. mark is the
// length of the byte order mark.
func detectEncoding(head []byte) (encoding string, mark int) {
	for _, e := range []string{UTF8, UTF16LE, UTF16BE} {
		if m := bom(e); bytes.HasPrefix(head, []byte(m)) {
			return e, len(m)
		}
	}
	// In UTF-16 the delimiters, digits and most letters have a zero in one half.
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	units := len(head) / 2
	switch {
	case zeros[1] > 0 && zeros[1]*4 >= units && zeros[0]*8 <= zeros[1]:
		return UTF16LE, 0
	case zeros[0] > 0 && zeros[0]*4 >= units && zeros[1]*8 <= zeros[0]:
		return UTF16BE, 0
	}
	// Words with accents in Windows-1252 are hardly ever valid UTF-8, and the other
	// way round a list of UTF-8 has at most a few broken records.
	good, bad := 0, 0
	for b := head; len(b) > 0; {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r != utf8.RuneError || n > 1 {
			good++
		} else if utf8.FullRune(b) { // not just cut off by the end of the head
			bad++
		}
		b = b[n:]
	}
	if bad > good {
		return Windows1252, 0
	}
	return UTF8, 0
}

// A problem is why a record cannot be divided into cells.
type problem uint8

const (
	fine problem = iota
	cutOff
	quoting
)

// A splitter divides single records, one byte after the other. It serves the head
// of a list only.
type splitter struct{ comma, quote byte }

// split appends the cells of the record that buf starts with, quotes included and
// line end not, and returns where the next one starts.
func (s splitter) split(cells []column.Span, buf []byte, eof bool) ([]column.Span, int, problem) {
	for i := 0; ; {
		lo := i
		if i < len(buf) && buf[i] == s.quote {
			if i = s.closing(buf, i); i < 0 {
				if eof {
					return cells, 0, quoting
				}
				return cells, 0, cutOff
			}
			rest := buf[i:]
			if len(rest) < 2 && !eof {
				return cells, 0, cutOff
			}
			if len(rest) > 0 && rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n') {
				i++
			} else if len(rest) > 0 && rest[0] != s.comma && rest[0] != '\n' {
				return cells, 0, quoting
			}
		} else {
			for i < len(buf) && buf[i] != s.comma && buf[i] != '\n' && buf[i] != s.quote {
				i++
			}
			if i < len(buf) && buf[i] == s.quote {
				return cells, 0, quoting
			}
		}
		if i == len(buf) && !eof {
			return cells, 0, cutOff
		}
		hi := i
		if (i == len(buf) || buf[i] == '\n') && hi > lo && buf[hi-1] == '\r' {
			hi--
		}
		cells = append(cells, column.Span{Lo: uint32(lo), Hi: uint32(hi)})
		if i == len(buf) {
			return cells, i, fine
		}
		i++
		if buf[i-1] == '\n' {
			return cells, i, fine
		}
	}
}

// closing returns the position behind the quote that closes the one at i, or -1.
func (s splitter) closing(buf []byte, i int) int {
	for i++; ; i += 2 {
		k := bytes.IndexByte(buf[i:], s.quote)
		if k < 0 {
			return -1
		}
		i += k
		if i+1 >= len(buf) || buf[i+1] != s.quote {
			return i + 1
		}
	}
}

// detectComma returns the delimiter under which the records of the head agree best
// with the first one on the number of cells; of two, the one that makes more cells.
// ok is false when no delimiter divides the first record.
func detectComma(head []byte, quote byte, eof bool) (comma byte, ok bool) {
	best := 0.0
	for _, c := range []byte(",;\t|^") {
		if c == quote {
			continue
		}
		if s := agreement(head, splitter{c, quote}, eof); s > best {
			best, comma = s, c
		}
	}
	if best == 0 {
		if quote == ',' {
			return ';', false
		}
		return ',', false
	}
	return comma, true
}

// agreement is the share of records that have as many cells as the first one, times
// the number of its delimiters.
func agreement(head []byte, s splitter, eof bool) float64 {
	const enough = 500 // records
	var cells []column.Span
	width, same, n := 0, 0, 0
	for len(head) > 0 && n < enough {
		if k := blank(head); k > 0 {
			head = head[k:]
			continue
		}
		var end int
		var p problem
		cells, end, p = s.split(cells[:0], head, eof)
		if p == cutOff && n > 0 {
			break
		}
		n++
		if p == fine {
			if width == 0 {
				width = len(cells)
			}
			if width < 2 {
				return 0
			}
			if len(cells) == width {
				same++
			}
			head = head[end:]
			continue
		}
		k := bytes.IndexByte(head, '\n')
		if k < 0 {
			break
		}
		head = head[k+1:]
	}
	if n == 0 || width < 2 {
		return 0
	}
	return float64(same) / float64(n) * float64(width-1)
}

// blank returns the length of the blank line that b starts with, or 0.
func blank(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	case len(b) == 1 && b[0] == '\r':
		return 1
	}
	return 0
}

// detectLineEnd returns lf, crlf or mixed.
func detectLineEnd(head []byte) string {
	crlf := bytes.Count(head, []byte("\r\n"))
	switch lf := bytes.Count(head, []byte("\n")); {
	case crlf == 0:
		return "lf"
	case crlf == lf:
		return "crlf"
	}
	return "mixed"
}

// looksLikeData reports whether a cell of a first record is no column name: an
// address, a link, a number longer than a date; and in a list of one column a host name
// or a digest.
func looksLikeData(cell string, alone bool) bool {
	s := strings.ToLower(strings.TrimSpace(cell))
	if at := strings.IndexAny(s, "@＠"); at > 0 && strings.Contains(s[at:], ".") {
		return true
	}
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") {
		return true
	}
	if n := digits(s); only(s, "0123456789+-./() ") && (n >= 9 || s[0] == '+' && n >= 6) {
		return true
	}
	if !alone {
		return false
	}
	switch len(s) {
	case 32, 40, 64:
		if only(s, "0123456789abcdef") {
			return true
		}
	}
	return strings.Contains(strings.Trim(s, "."), ".") && only(s, "abcdefghijklmnopqrstuvwxyz0123456789-.")
}

func only(s, chars string) bool { return s != "" && strings.Trim(s, chars) == "" }

func digits(s string) int {
	n := 0
	for _, c := range []byte(s) {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	return n
}
