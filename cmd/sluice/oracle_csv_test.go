package main

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// An oracleRecord is one record of a delimited list, as the plain reader sees it.
type oracleRecord struct {
	raw    string   // with its line end
	cells  []string // unquoted; nil if the record is broken
	line   int      // from 1
	offset int
	broken bool
}

// text is the record without its line end.
func (r *oracleRecord) text() string {
	return strings.TrimSuffix(strings.TrimSuffix(r.raw, "\n"), "\r")
}

// oracleMaxCell is how far an unclosed quote reaches: the documented default.
const oracleMaxCell = 1 << 20

// oracleSplit divides a list of UTF-8 into its records, one byte after the other; the
// first is the header.
func oracleSplit(data string, comma byte) []oracleRecord {
	var records []oracleRecord
	pos, line, width := 0, 1, 0
	if strings.HasPrefix(data, "\ufeff") {
		pos = len("\ufeff")
	}
	for pos < len(data) {
		cells, end, ok := oracleCells(data, pos, comma)
		r := oracleRecord{raw: data[pos:end], cells: cells, line: line, offset: pos, broken: !ok}
		pos = end
		line += strings.Count(r.raw, "\n")
		if r.text() == "" && width != 1 {
			continue // a blank line
		}
		if width == 0 {
			width = len(cells)
		}
		if len(cells) != width || !utf8.ValidString(r.raw) || strings.Contains(r.raw, "\x00") {
			r.broken = true
		}
		if r.broken {
			r.cells = nil
		}
		records = append(records, r)
	}
	return records
}

// oracleCells reads the record at pos. For one whose quotes are wrong, end is behind the
// line of the quote that is at fault.
func oracleCells(data string, pos int, comma byte) (cells []string, end int, ok bool) {
	lineEnd := func(q int) int {
		for q < len(data) && data[q] != '\n' {
			q++
		}
		return min(q+1, len(data))
	}
	for {
		var cell []byte
		if pos < len(data) && data[pos] == '"' {
			quote := pos
			pos++
			for {
				if pos == len(data) || pos-quote > oracleMaxCell+1 {
					return nil, lineEnd(quote), false // never closed
				}
				if data[pos] == '"' {
					if pos+1 < len(data) && data[pos+1] == '"' {
						pos++
					} else {
						break
					}
				}
				cell = append(cell, data[pos])
				pos++
			}
			pos++
			rest := data[pos:]
			switch {
			case rest == "" || rest == "\r":
				return append(cells, string(cell)), len(data), true
			case rest[0] == '\n':
				return append(cells, string(cell)), pos + 1, true
			case strings.HasPrefix(rest, "\r\n"):
				return append(cells, string(cell)), pos + 2, true
			case rest[0] != comma:
				return nil, lineEnd(quote), false // text behind the closing quote
			}
			cells = append(cells, string(cell))
			pos++
			continue
		}
		for pos < len(data) && data[pos] != comma && data[pos] != '\n' {
			if data[pos] == '"' {
				return nil, lineEnd(pos), false // a quote in a cell that has none around it
			}
			cell = append(cell, data[pos])
			pos++
		}
		if pos < len(data) && data[pos] == comma {
			cells = append(cells, string(cell))
			pos++
			continue
		}
		cell = bytes.TrimSuffix(cell, []byte("\r"))
		return append(cells, string(cell)), min(pos+1, len(data)), true
	}
}
