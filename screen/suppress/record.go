package suppress

import "bytes"

// A record is a line, or in a file of columns a row, which may have line breaks inside
// quotes.

// maxRecord bounds how far a quoted cell is followed over line breaks. A quote that is
// still open then was never meant to be one.
const maxRecord = 16 << 10

// A dialect is how a text is cut into records and cells. The zero delim stands for one
// value a line, in which quotes have no meaning.
type dialect struct {
	delim  byte
	eol    byte // '\n', or '\r' for a text that has no '\n'
	fields int  // how many cells a record of several lines must have to be believed
}

// next returns the end of the first record of text, its line break included. It
// returns 0 if text ends before the record does, which at the end of the list, when
// last is true, ends a record too.
//
// A record that spans lines must have the right number of cells and nothing behind a
// closing quote. If not, a stray quote would swallow rows: then the first line alone is
// the record (and will not be readable), and reading goes on at the next line.
func (d *dialect) next(text []byte, last bool) int {
	line := bytes.IndexByte(text, d.eol) + 1
	if line == 0 {
		if !last {
			return 0
		}
		line = len(text)
	}
	if d.delim == 0 || bytes.IndexByte(text[:line], '"') < 0 || isComment(text[:line]) {
		return line
	}
	if len(text) > maxRecord {
		text, last = text[:maxRecord], true
	}
	end, complete := d.quotedEnd(text, last)
	if !complete && !last {
		return 0
	}
	return max(end, line)
}

// quotedEnd returns where the record at the start of text ends by the rules of
// RFC 4180, or 0 if it breaks them. It is not complete if more text could say more,
// which last rules out.
func (d *dialect) quotedEnd(text []byte, last bool) (end int, complete bool) {
	lines, cells := 0, 1
	atEnd := func(i int) (int, bool) {
		if !last || lines > 0 && cells != d.fields {
			return 0, last
		}
		return i, true
	}
	for i := 0; ; {
		if i < len(text) && text[i] == '"' { // a quoted cell
			for i++; ; {
				q := bytes.IndexByte(text[i:], '"')
				if q < 0 {
					return 0, false
				}
				lines += bytes.Count(text[i:i+q], []byte{d.eol})
				i += q + 1
				if i == len(text) {
					return atEnd(i) // a second quote or a delimiter may follow
				}
				if text[i] != '"' {
					break
				}
				i++
			}
			if c := text[i]; c != d.delim && c != d.eol && c != '\r' {
				return 0, true
			}
		}
		for i < len(text) && text[i] != d.delim && text[i] != d.eol {
			i++
		}
		if i == len(text) {
			return atEnd(i)
		}
		if text[i] == d.eol {
			if lines > 0 && cells != d.fields {
				return 0, true
			}
			return i + 1, true
		}
		cells++
		i++
	}
}

// cells appends the cells of a record to dst, quotes removed; those with doubled
// quotes are copied. The line break must be gone.
func (d *dialect) cells(dst [][]byte, rec []byte) [][]byte {
	if d.delim == 0 {
		return append(dst, rec)
	}
	for {
		var cell []byte
		if len(rec) > 0 && rec[0] == '"' {
			end := closingQuote(rec)
			if end > 0 && (end+1 == len(rec) || rec[end+1] == d.delim) {
				cell, rec = rec[1:end], rec[end+1:]
				if bytes.IndexByte(cell, '"') >= 0 {
					cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
				}
				dst = append(dst, cell)
				if len(rec) == 0 {
					return dst
				}
				rec = rec[1:]
				continue
			}
		}
		i := bytes.IndexByte(rec, d.delim)
		if i < 0 {
			return append(dst, rec)
		}
		dst = append(dst, rec[:i:i])
		rec = rec[i+1:]
	}
}

// closingQuote returns where the quote that opens s closes, or -1.
func closingQuote(s []byte) int {
	for i := 1; i < len(s); i++ {
		q := bytes.IndexByte(s[i:], '"')
		if q < 0 {
			return -1
		}
		i += q
		if i+1 == len(s) || s[i+1] != '"' {
			return i
		}
		i++
	}
	return -1
}

// cutBreak removes the line break from the end of a record.
func (d *dialect) cutBreak(rec []byte) []byte {
	if n := len(rec); n > 0 && rec[n-1] == d.eol {
		rec = rec[:n-1]
	}
	if n := len(rec); n > 0 && rec[n-1] == '\r' {
		rec = rec[:n-1]
	}
	return rec
}

// isComment reports whether a record is a comment: its first visible byte is #, or it
// is the line with which spreadsheets announce a delimiter, "sep=;".
func isComment(rec []byte) bool {
	for _, c := range rec {
		if c != ' ' && c != '\t' {
			return c == '#' || (c == 's' || c == 'S') && hasPrefixFold(rec, "sep=") && len(bytes.TrimRight(rec, "\r\n")) == 5
		}
	}
	return false
}
