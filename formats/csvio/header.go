package csvio

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"sluice/formats"
	"sluice/formats/column"
)

// A head is what the first bytes of a list told.
type head struct {
	dialect  Dialect
	names    []string
	settings []formats.Setting
	header   []byte // the header record with its line end, as UTF-8 or Windows-1252; nil without one
	blanks   int    // blank lines before the header
	used     int    // bytes up to the end of the header; 0 without one
}

// readHead recognises delimiter and header in b, the first bytes of the list without
// its byte order mark. With eof that is all of it. pos is where b starts.
func readHead(b []byte, eof bool, o Options, d Dialect, pos formats.Position) (*head, error) {
	h := &head{dialect: d}
	sample, whole := b, eof
	if len(b) > headSize {
		sample, whole = b[:headSize], false
	}
	h.dialect.Quote = o.Quote
	how := "set"
	if h.dialect.Comma = o.Comma; o.Comma == 0 {
		var ok bool
		how = "default"
		if h.dialect.Comma, ok = detectComma(sample, o.Quote, whole); ok {
			how = "detected"
		}
	}
	h.set("delimiter", delimiterName(h.dialect.Comma), how)
	h.set("quote", string(rune(o.Quote)), map[bool]string{true: "default", false: "set"}[o.Quote == '"'])

	at := 0
	for k := blank(b); k > 0; k = blank(b[at:]) {
		at += k
		h.blanks++
	}
	pos.Line = int64(h.blanks) + 1
	end, err := h.readNames(b[at:], eof, o, pos)
	if err != nil {
		return nil, err
	}
	how = "set"
	if h.dialect.Header = o.Header; o.Header == HeaderAuto {
		how = "detected"
		h.dialect.Header = HeaderYes
		for _, name := range h.names {
			if looksLikeData(name, len(h.names) == 1) {
				h.dialect.Header = HeaderNo
			}
		}
	}
	record := b[at : at+end]
	h.dialect.LineEnd = "\n"
	if bytes.HasSuffix(record, []byte("\r\n")) {
		h.dialect.LineEnd = "\r\n"
	}
	if h.dialect.Header == HeaderYes {
		h.header, h.used = bytes.Clone(record), at+end
		h.set("header", "yes", how)
	} else {
		for i := range h.names {
			h.names[i] = fmt.Sprintf("column_%d", i+1)
		}
		h.blanks = 0
		h.set("header", "no", how)
	}
	h.set("line_end", detectLineEnd(sample), "detected")
	return h, nil
}

func (h *head) set(name, value, how string) {
	h.settings = append(h.settings, formats.Setting{Name: name, Value: value, How: how})
}

func delimiterName(c byte) string {
	if c == '\t' {
		return "tab"
	}
	return string(rune(c))
}

// readNames fills names from the record at the start of b and returns its length, or
// says why that cannot be a header.
func (h *head) readNames(b []byte, eof bool, o Options, pos formats.Position) (int, error) {
	bad := func(hint, format string, args ...any) (int, error) {
		return 0, listError(pos, "header", hint, "header "+format, args...)
	}
	if len(b) == 0 {
		return bad("check that the export that made the file finished", "is missing: there are only blank lines")
	}
	if len(b) > o.MaxHeader {
		b, eof = b[:o.MaxHeader], false
	}
	s := splitter{h.dialect.Comma, o.Quote}
	cells, end, p := s.split(nil, b, eof)
	first := b[:bytes.IndexByte(b, '\n')+1] // the first line, if there is an end of it
	if p == fine {
		first = b[:end]
	} else if len(first) == 0 {
		first = b
	}
	if bytes.IndexByte(first, 0) >= 0 {
		return bad("check that the file is a text list; --encoding names its encoding",
			"holds NUL bytes: this is not a text list")
	}
	if bareCR(first, cells, p, o.Quote) {
		return bad("convert the file to LF or CRLF line ends",
			"holds a bare CR: lines that end in CR alone (old Mac) are not supported")
	}
	switch {
	case p == quoting:
		return bad("correct the first line, or name the quote with --quote", "has an unbalanced quote")
	case p == cutOff:
		return bad("check that the first line is the header; --delimiter and --quote name how its cells are set off",
			"is longer than %d bytes, or has a quote that is never closed", o.MaxHeader)
	case h.dialect.Encoding != Windows1252 && !utf8.Valid(first):
		return bad("name the encoding with --encoding", "is not valid %s", strings.ToUpper(h.dialect.Encoding))
	case len(cells) > o.MaxColumns:
		return bad("name the delimiter with --delimiter", "has %d columns, more than the limit of %d", len(cells), o.MaxColumns)
	}
	named := false
	for _, c := range cells {
		name := h.text(b[c.Lo:c.Hi])
		named = named || strings.TrimSpace(name) != ""
		h.names = append(h.names, name)
	}
	if !named && o.Header != HeaderNo {
		return bad("the first record must name the columns, or say that the list has no header", "names no columns")
	}
	return end, nil
}

// text returns a header cell without its quotes, as UTF-8.
func (h *head) text(cell []byte) string {
	q := h.dialect.Quote
	if len(cell) > 1 && cell[0] == q {
		cell = bytes.ReplaceAll(cell[1:len(cell)-1], []byte{q, q}, []byte{q})
	}
	if h.dialect.Encoding == Windows1252 {
		cell = decode1252(nil, cell)
	}
	return string(cell)
}

// bareCR reports whether a line ends in CR alone within the first record: in an
// unquoted cell, or anywhere if quotes are not balanced or the record has no end.
func bareCR(line []byte, cells []column.Span, p problem, quote byte) bool {
	if p != fine {
		n := bytes.Count(line, []byte("\r"))
		if bytes.HasSuffix(line, []byte("\r")) {
			n-- // may be half a CRLF
		}
		return n > bytes.Count(line, []byte("\r\n"))
	}
	for _, c := range cells {
		cell := line[c.Lo:c.Hi]
		if len(cell) > 0 && cell[0] != quote && bytes.IndexByte(cell, '\r') >= 0 {
			return true
		}
	}
	return false
}
