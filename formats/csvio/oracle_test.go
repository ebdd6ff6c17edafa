package csvio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sluice/formats"
	"sluice/formats/column"
)

// A record is all that can be asked about one row, with absolute positions.
type record struct {
	Cells  []string
	Code   string
	Detail string
	Column int
	Raw    string
	Row    int64
	Line   int64
	Offset int64

	lengths []int // of unquoted cells, while the oracle checks them
}

// A list is all that can be asked about a whole list.
type list struct {
	Names    []string
	Records  []record
	Strays   []string // row:col:text
	Formulas []int64
	Lines    int64
	Blanks   string
	Err      string
}

// readList reads a list the way a pipeline does.
func readList(in []byte, o Options, skip ...int) list {
	r, err := NewReader(bytes.NewReader(in), "list.csv", o)
	if err != nil {
		return list{Err: err.Error()}
	}
	defer r.Close()
	l := list{Names: r.Schema().Names()}
	rows := int64(0)
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			l.Err = err.Error()
			break
		}
		l.add(c, len(l.Names), rows, skip)
		rows += int64(c.Len())
		l.Lines += c.Lines()
		if c.Len() == 0 {
			l.Err = "chunk without rows"
		}
		c.Release()
	}
	info := r.Info()
	if info.Rows != rows {
		l.Err = fmt.Sprintf("Info counts %d rows, there were %d", info.Rows, rows)
	}
	l.Blanks = info.Settings[len(info.Settings)-1].Value
	return l
}

func (l *list) add(c formats.Chunk, width int, rows int64, skip []int) {
	var views []column.View
	for col := range width { // one by one: earlier views must stay valid
		var err error
		if views, err = c.Decode(views, []int{col}); err != nil {
			l.Err = err.Error()
			return
		}
	}
	strays, _ := c.Strays(nil, skip)
	formulas, _ := c.Formulas(nil)
	faults := c.Faults()
	for i := range c.Len() {
		p := c.Position(i)
		rec := record{Row: rows + p.Row, Line: l.Lines + p.Line, Offset: p.Offset}
		if len(faults) > 0 && faults[0].Row == i {
			f := faults[0]
			rec.Code, rec.Detail, rec.Column, rec.Raw = f.Code, f.Detail, f.Column, string(f.Raw)
			faults = faults[1:]
			for _, v := range views {
				if len(v.At(i)) > 0 {
					l.Err = "faulty row with cells"
				}
			}
		} else {
			for _, v := range views {
				rec.Cells = append(rec.Cells, string(v.At(i)))
			}
		}
		l.Records = append(l.Records, rec)
	}
	if len(faults) > 0 {
		l.Err = "fault of no row"
	}
	for _, s := range strays {
		l.Strays = append(l.Strays, fmt.Sprintf("%d:%d:%s", rows+int64(s.Row), s.Col, s.Text))
	}
	for _, f := range formulas {
		l.Formulas = append(l.Formulas, rows+int64(f))
	}
}

// oracle reads a list in UTF-8 with a header one byte after the other, with all of
// it in memory: slow and, we hope, obvious.
func oracle(in []byte, names []string, headerLen int, o Options, skip ...int) list {
	o, _ = o.withDefaults()
	l := list{Names: names}
	pos, line := headerLen, int64(1+bytes.Count(in[:headerLen], []byte("\n")))
	blanks := 0
	for pos < len(in) {
		rec, end := oracleRecord(in, pos, o)
		text := in[pos:end]
		isBlank := string(text) == "\n" || string(text) == "\r\n" || string(text) == "\r"
		if isBlank && rec.Code == "" && len(names) != 1 {
			blanks++
		} else {
			rec.Row, rec.Line, rec.Offset = int64(len(l.Records)+1), line, int64(pos)
			rec.check(text, len(names), o)
			for col, cell := range rec.Cells {
				skipped := false
				for _, s := range skip {
					skipped = skipped || s == col
				}
				if !skipped && (strings.ContainsAny(cell, "@＠") || strings.Contains(cell, "%40")) {
					l.Strays = append(l.Strays, fmt.Sprintf("%d:%d:%s", len(l.Records), col, cell))
				}
			}
			for _, cell := range rec.Cells {
				if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
					l.Formulas = append(l.Formulas, int64(len(l.Records)))
					break
				}
			}
			l.Records = append(l.Records, rec)
		}
		line += int64(bytes.Count(text, []byte("\n")))
		pos = end
	}
	// Blank lines after the last row belong to no chunk, so Lines is not compared.
	l.Blanks = fmt.Sprint(blanks)
	return l
}

// check finds the faults that do not move the end of a record.
func (r *record) check(text []byte, width int, o Options) {
	if r.Code != "" {
		return
	}
	cells, raw := r.Cells, string(text)
	raw = strings.TrimSuffix(raw, "\n")
	raw = strings.TrimSuffix(raw, "\r")
	fault := func(code, detail string, col int) {
		*r = record{Code: code, Detail: detail, Column: col, Raw: raw, Row: r.Row, Line: r.Line, Offset: r.Offset}
	}
	for i, c := range cells {
		for k := 0; k < len(c); {
			x, n := utf8.DecodeRuneInString(c[k:])
			if x == 0 {
				fault("encoding", "NUL byte", i+1)
				return
			}
			if x == utf8.RuneError && n == 1 {
				fault("encoding", "not valid UTF-8", i+1)
				return
			}
			k += n
		}
	}
	for i, n := range r.lengths {
		if n > o.MaxCell {
			fault("limit", fmt.Sprintf("cell longer than %d bytes", o.MaxCell), i+1)
			return
		}
	}
	if len(cells) != width {
		fault("ragged", fmt.Sprintf("%d cells instead of %d", len(cells), width), 0)
		return
	}
	r.lengths = nil
}

// oracleRecord reads the record at pos, seeing MaxRecord bytes of it.
func oracleRecord(in []byte, pos int, o Options) (record, int) {
	window, eof := in[pos:], true
	if len(window) > o.MaxRecord {
		window, eof = window[:o.MaxRecord], false
	}
	const (
		start = iota
		unquoted
		quoted
		closed
		closedCR
	)
	var rec record
	var cell []byte
	state, col, quote, from := start, 1, 0, 0
	tooLong := func() (record, int) {
		k := bytes.IndexByte(in[pos+o.MaxRecord:], '\n')
		if k < 0 {
			return record{Code: "limit", Detail: fmt.Sprintf("record longer than %d bytes", o.MaxRecord)}, len(in)
		}
		return record{Code: "limit", Detail: fmt.Sprintf("record longer than %d bytes", o.MaxRecord)}, pos + o.MaxRecord + k + 1
	}
	fault := func(at int, detail string) (record, int) {
		k := bytes.IndexByte(window[at:], '\n')
		end := at + k + 1
		if k < 0 {
			if !eof {
				return tooLong()
			}
			end = len(window)
		}
		raw := strings.TrimSuffix(strings.TrimSuffix(string(window[:end]), "\n"), "\r")
		return record{Code: "quote", Detail: detail, Column: col, Raw: raw}, pos + end
	}
	endCell := func(i int, last bool) {
		n := i - from
		if state == unquoted && last && len(cell) > 0 && cell[len(cell)-1] == '\r' {
			cell, n = cell[:len(cell)-1], n-1
		}
		if state == closed || state == closedCR {
			n = 0 // its length was checked on the way
		}
		rec.Cells = append(rec.Cells, string(cell))
		rec.lengths = append(rec.lengths, n)
		cell, state, from = nil, start, i+1
		col++
	}
	for i, b := range window {
		switch state {
		case start, unquoted:
			switch b {
			case o.Quote:
				if state == unquoted {
					return fault(i, "quote inside an unquoted cell")
				}
				state, quote = quoted, i
			case o.Comma:
				endCell(i, false)
			case '\n':
				endCell(i, true)
				return rec, pos + i + 1
			default:
				state = unquoted
				cell = append(cell, b)
			}
		case quoted:
			if b == o.Quote {
				state = closed
			} else if i >= quote+1+o.MaxCell {
				return fault(quote, "quote never closed")
			} else {
				cell = append(cell, b)
			}
		case closed:
			switch b {
			case o.Quote:
				state = quoted
				cell = append(cell, b)
				if i >= quote+1+o.MaxCell { // no room for a closing one
					return fault(quote, "quote never closed")
				}
			case o.Comma:
				endCell(i, false)
			case '\n':
				endCell(i, true)
				return rec, pos + i + 1
			case '\r':
				state = closedCR
			default:
				return fault(quote, "text after a closing quote")
			}
		case closedCR:
			if b != '\n' {
				return fault(quote, "text after a closing quote")
			}
			endCell(i, true)
			return rec, pos + i + 1
		}
	}
	if !eof {
		return tooLong()
	}
	if state == quoted {
		return fault(quote, "quote never closed")
	}
	endCell(len(window), true)
	return rec, len(in)
}

// same reports how two lists differ. Lines are left out.
func diffLists(want, got list) string {
	want.Lines, got.Lines = 0, 0
	if reflect.DeepEqual(want, got) {
		return "" // without the cost of a diff
	}
	return cmp.Diff(want, got, cmp.AllowUnexported(record{}))
}

// TestOracle reads random lists made of what matters, and wants what the oracle
// says, with any block size and any limits.
func TestOracle(t *testing.T) {
	seed := int64(20261121)
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewSource(seed))
	parts := []string{"a", "bc", ",", ",", ",", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", "@", "x@y.example",
		"=", "ä", "\xff", "\x00", "＠", "%40", "-,", "\",\"", "\n\n", "abcdefghijklmnop"}
	headers := []string{"a,b,c\n", "a\n", "\"a\nb\",\"c\"\r\n"}
	names := [][]string{{"a", "b", "c"}, {"a"}, {"a\nb", "c"}}
	n := 1500
	if testing.Short() {
		n = 500
	}
	for range n {
		h := rnd.Intn(len(headers))
		in := []byte(headers[h])
		for range rnd.Intn(60) {
			in = append(in, parts[rnd.Intn(len(parts))]...)
		}
		o := Options{Comma: ',', Quote: '"', Header: HeaderYes, Encoding: UTF8}
		if rnd.Intn(2) == 0 {
			o.MaxRecord = 1 + rnd.Intn(40)
			o.MaxCell = 1 + rnd.Intn(20)
		}
		want := oracle(in, names[h], len(headers[h]), o, 0)
		for _, o.BlockSize = range []int{1 + rnd.Intn(64), 1 + rnd.Intn(64), 0} {
			got := readList(in, o, 0)
			if d := diffLists(want, got); d != "" {
				t.Fatalf("list %q, options %+v:\noracle and reader differ (-oracle +reader):\n%s", in, o, d)
			}
		}
	}
}

// FuzzReader compares the reader with the oracle on any input.
func FuzzReader(f *testing.F) {
	f.Add([]byte("1,2,3\n\"x\ny\",,@\r\n"), uint16(7), uint16(0), uint16(0))
	f.Add([]byte("1,\"2,3\n4,5,6\n"), uint16(3), uint16(20), uint16(5))
	f.Add([]byte("\"\"\"\r\n\"\"\n\r"), uint16(1), uint16(9), uint16(3))
	f.Fuzz(func(t *testing.T, body []byte, block, maxRecord, maxCell uint16) {
		const header = "a,b,c\n"
		in := append([]byte(header), body...)
		o := Options{Comma: ',', Quote: '"', Header: HeaderYes, Encoding: UTF8,
			BlockSize: int(block), MaxRecord: int(maxRecord), MaxCell: int(maxCell)}
		if bytes.HasPrefix(in, []byte(bom(UTF8))) {
			return
		}
		want := oracle(in, []string{"a", "b", "c"}, len(header), o, 0)
		if d := diffLists(want, readList(in, o, 0)); d != "" {
			t.Fatalf("list %q, options %+v:\noracle and reader differ (-oracle +reader):\n%s", in, o, d)
		}
	})
}
