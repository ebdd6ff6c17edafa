package suppress

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Lists that are no lines of text are read as text all the same: a transcoder writes a
// line for each of their records, and everything behind it (chunks, workers, counting,
// line numbers) is that of any list. The lines have these columns, divided by tabs. The
// first is never empty, so that no line looks like a comment or like nothing.
const (
	statusColumn = iota // "1" if the record says that the person may be contacted, else "0"
	whoColumn
	hashedColumn
	phoneColumn
	profileColumn
	vagueColumn
	domainColumn
	numColumns
)

// transcoded returns the layout of a transcoder's lines.
func transcoded(format string) *layout {
	return &layout{
		dialect: dialect{delim: '\t', eol: '\n', fields: numColumns},
		format:  format,
		columns: []column{
			{index: whoColumn, tier: who},
			{index: hashedColumn, tier: hashed},
			{index: phoneColumn, tier: also, role: phoneRole},
			{index: profileColumn, tier: also},
			{index: vagueColumn, tier: vague},
			{index: domainColumn, tier: where, role: domainRole},
		},
		status: &status{index: statusColumn, frees: []string{"1"}},
	}
}

// columnOf returns the column of a transcoder's line for a header of that meaning.
func columnOf(c column) int {
	switch {
	case c.tier == who:
		return whoColumn
	case c.tier == hashed:
		return hashedColumn
	case c.tier == also && c.role == phoneRole:
		return phoneColumn
	case c.tier == also:
		return profileColumn
	case c.tier == vague:
		return vagueColumn
	}
	return domainColumn
}

// A person is what a structured list says of one.
type person struct {
	cells [numColumns][]string
	free  bool
}

func (r *person) add(col int, value string) {
	if value != "" {
		r.cells[col] = append(r.cells[col], value)
	}
}

func (r *person) empty() bool {
	for _, c := range r.cells {
		if len(c) > 0 {
			return false
		}
	}
	return true
}

func (r *person) reset() { *r = person{} }

// A lineWriter writes records as lines, so that each stands on the line where it is in
// the source if that has no more than one a line.
type lineWriter struct {
	out    []byte
	line   int64 // that the next record would be written on, from 1
	filler int64 // blank lines written to get there
}

// maxFiller bounds the blank lines before one record.
const maxFiller = 1 << 16

// write appends the record that was read at the given line. A person has one line for
// each address.
func (w *lineWriter) write(r *person, line int64) {
	if w.line == 0 {
		w.line = 1
	}
	for n := 0; w.line < line && n < maxFiller; n++ {
		w.out = append(w.out, '\n')
		w.line++
		w.filler++
	}
	if len(r.cells[whoColumn])+len(r.cells[hashedColumn]) == 0 {
		// Nothing better names the person.
		r.cells[whoColumn], r.cells[vagueColumn] = r.cells[vagueColumn], nil
	}
	for n := 0; ; n++ {
		more := false
		w.out = append(w.out, '0')
		if r.free {
			w.out[len(w.out)-1] = '1'
		}
		for _, values := range r.cells[whoColumn:] {
			w.out = append(w.out, '\t')
			if n < len(values) {
				w.out = appendCell(w.out, values[n])
			}
			more = more || n+1 < len(values)
		}
		w.out = append(w.out, '\n')
		w.line++
		if !more {
			return
		}
	}
}

// appendCell appends a value without what would divide lines, cells or quotes.
func appendCell(dst []byte, value string) []byte {
	for i := range len(value) {
		c := value[i]
		switch c {
		case '\t', '\n', '\r':
			c = ' '
		case '"':
			c = '\''
		}
		dst = append(dst, c)
	}
	return dst
}

// A syntaxError is a structured list that breaks the rules of its format.
type syntaxError struct {
	format string // JSON, XML
	line   int64
	cut    bool // it ends too early
	what   string
}

func (e *syntaxError) Error() string { return e.format + ": " + e.what }

func (e *syntaxError) listError() *ListError {
	l := &ListError{Code: Damaged, Lines: Lines{1, []int64{e.line}}, Err: e, Hint: "fetch the list again"}
	if l.What = "its " + e.format + " is damaged: " + e.what; e.cut {
		l.What = "ends in the middle of its " + e.format
	}
	return l
}

// maxAhead is how much a decoder may read for one token: the size of the longest
// string, comment or tag that is followed.
const maxAhead = 1 << 20

var errLongToken = errors.New("a token of more than 1 MiB")

// A leash counts the lines that a decoder has read, and stops it when it reads far
// beyond the end of its last token.
type leash struct {
	r      io.Reader
	read   int64 // bytes handed out
	allow  int64 // how many may be
	breaks []int64
	line   int64 // of the last offset asked for, counted from 0
	err    error // of r, but for io.EOF
}

func newLeash(r io.Reader) *leash { return &leash{r: r, allow: maxAhead} }

func (l *leash) Read(p []byte) (int, error) {
	if l.read >= l.allow {
		return 0, errLongToken
	}
	p = p[:min(int64(len(p)), l.allow-l.read)]
	n, err := l.r.Read(p)
	for i := 0; i < n; i++ {
		j := bytes.IndexByte(p[i:n], '\n')
		if j < 0 {
			break
		}
		i += j
		l.breaks = append(l.breaks, l.read+int64(i))
	}
	l.read += int64(n)
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

// at says that a token ends at an offset, and returns its line, from 1.
func (l *leash) at(offset int64) int64 {
	l.allow = offset + maxAhead
	n := 0
	for n < len(l.breaks) && l.breaks[n] < offset {
		n++
	}
	l.line += int64(n)
	l.breaks = append(l.breaks[:0], l.breaks[n:]...)
	return l.line + 1
}

// isJSON and isXML look at the first bytes of a text. Neither takes a digest such as
// {SHA}… or an address such as <jane@widgets.example> for one.
func isJSON(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) < 2 || head[0] != '{' && head[0] != '[' {
		return false
	}
	next := bytes.TrimLeft(head[1:], " \t\r\n")
	if len(next) == 0 {
		return false
	}
	if head[0] == '{' {
		return next[0] == '"' || next[0] == '}'
	}
	return next[0] == '{' || next[0] == '"' || next[0] == '[' || next[0] == ']'
}

func isXML(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) < 3 || head[0] != '<' {
		return false
	}
	if head[1] == '?' || head[1] == '!' {
		return true
	}
	i := 1
	for i < len(head) && (head[i]|0x20-'a' < 26 || head[i]-'0' <= 9 || head[i] == '-' || head[i] == '_' || head[i] == ':') {
		i++
	}
	return i > 1 && i < len(head) && (head[i] == '>' || head[i] == ' ' || head[i] == '\n' || head[i] == '\r' || head[i] == '/') &&
		head[1]|0x20-'a' < 26
}

// isWebPage reports whether a text is a page of the web, such as the message that came
// instead of a list.
func isWebPage(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return hasPrefixFold(head, "<!doctype html") || hasPrefixFold(head, "<html")
}

// A transcoder is a structured list as lines.
type transcoder struct {
	lineWriter
	next func() error // writes more lines, or returns io.EOF
	at   int          // of out: where Read goes on
	err  error
}

func (t *transcoder) Read(p []byte) (int, error) {
	for t.at == len(t.out) {
		if t.err != nil {
			return 0, t.err
		}
		t.out, t.at = t.out[:0], 0
		t.err = t.next()
	}
	n := copy(p, t.out[t.at:])
	t.at += n
	return n, nil
}

// broken says what a decoder's error means.
func broken(format string, l *leash, offset int64, err error) error {
	if l.err != nil {
		return l.err
	}
	e := &syntaxError{format: format, line: l.at(offset), what: "it breaks the rules of the format"}
	switch {
	case errors.Is(err, errLongToken):
		e.what = errLongToken.Error()
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		e.cut = true
	}
	return e
}

// tooDeep is an error for structures nested beyond maxDepth.
func tooDeep(format string, line int64) error {
	return &syntaxError{format: format, line: line, what: fmt.Sprintf("nested more than %d deep", maxDepth)}
}

// maxDepth bounds nesting. No sender's export has more than six levels.
const maxDepth = 64
