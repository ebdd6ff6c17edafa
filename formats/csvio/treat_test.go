package csvio

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"sluice/formats/column"
	"sluice/formats/treated"
)

// redacted is a Replacer that needs quotes.
func redacted(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
	for _, run := range rows {
		for i := run.Lo; i < run.Hi; i++ {
			spans[i].Lo = uint32(len(data))
			data = append(append(data, "[x],"...), v.At(i)...)
			spans[i].Hi = uint32(len(data))
		}
	}
	return data
}

func TestTreated(t *testing.T) {
	drop := func(from ...int) (cols []treated.Column) {
		for _, f := range from {
			cols = append(cols, treated.Column{From: f})
		}
		return cols
	}
	replace := []treated.Column{{From: 0}, {From: 1, Replace: redacted}, {From: 2}}
	none := func(int) bool { return false }
	for _, test := range []struct {
		name, in, want string
		cols           []treated.Column
		extra          []string
		keep           func(int) bool
	}{
		{"first", "a,b,c\n1,\" x\",\"3\"\"\"\n", "b,c\n\" x\",\"3\"\"\"\n", drop(1, 2), nil, nil},
		{"quotes stay", "\"a\",b,\"c\"\n\"1\",\"x\",\"3\"\"\"\n", "\"a\",\"c\"\n\"1\",\"3\"\"\"\n", drop(0, 2), nil, nil},
		{"last, CRLF", "a,b,c\r\n1,2,3\r\n4,5,6", "a,b\r\n1,2\r\n4,5", drop(0, 1), nil, nil},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r\n", "a\r\n1\n3\r\n", drop(0), nil, nil},
		{"a CR of its own", "a,b\n1\r,2\n\r,2\n", "a\n\"1\r\"\n\"\r\"\n", drop(0), nil, nil},
		{"half a CRLF", "a,b\n1,2\r", "a\n1\r", drop(0), nil, nil},
		{"one column left", "a,b\n,2\n\"\",3\n", "a\n\"\"\n\"\"\n", drop(0), nil, nil},
		{"one column left, without a name", "a,\n1,2\n", "\"\"\n2\n", drop(1), nil, nil},
		{"other order", "a,b,c\n1,2,3\r\n", "c,a,b\n3,1,2\r\n", drop(2, 0, 1), nil, nil},
		{"replaced", "a,b,c\n1,\"2\"\"\",\"3\"\n", "a,b,c\n1,\"[x],2\"\"\",\"3\"\n", replace, nil, nil},
		{"faulty", "a,b,c\n1,2,3\n1,secret\n1,se\"cret,3\n", "a,b,c\n1,\"[x],2\",3\n,,\n,,\n", replace, nil, nil},
		{"faulty, one column", "a,b\n1\n", "b\n\"\"\n", drop(1), nil, nil},
		{"extra", "a,b,c\r\n1,2,3\r\n4\r\n5,6,7\r", "a,c,x\r\n1,3,é\r\n,,\"\"\"\"\r\n5,7,é\r", drop(0, 2), []string{"x"}, nil},
		{"extra, one column", "a,b\n,2\n1\r,2\n", "a,x\n,é\n1\r,\"\"\"\"\n", drop(0), []string{"x"}, nil},
		{"blank lines go", "a,b\n\n1,2\n\n", "a\n1\n", drop(0), nil, nil},
		{"no rows", "a,b\n1,2\n", "b\n", drop(1), nil, none},
		{"no header", "x@a.example,2\n", "2\n", drop(1), nil, nil},
	} {
		for code, with := range map[string]func(string) []byte{
			UTF8:        func(s string) []byte { return []byte(s) },
			Windows1252: func(s string) []byte { return text1252(t, s) },
			UTF16LE:     func(s string) []byte { return utf16Text(s, false, true) },
		} {
			got := rewrite(t, with(test.in), Options{Encoding: code, Comma: ','}, &WriterOptions{Columns: test.cols, Extra: test.extra}, test.keep)
			if want := with(test.want); !bytes.Equal(got, want) {
				t.Errorf("%s, %s: got %q, want %q", test.name, code, got, want)
			}
		}
	}
}

// TestTreatedDialect renders the columns of a list in another dialect.
func TestTreatedDialect(t *testing.T) {
	cols := []treated.Column{{From: 2}, {From: 0, Replace: redacted}}
	got := rewrite(t, []byte("a;b;c\n1;2;\"3\"\n4\n"), Options{}, &WriterOptions{Dialect: Dialect{Comma: ','}, Columns: cols}, nil)
	if want := "c,a\n3,\"[x],1\"\n,\"[x],\"\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A sheet is what is read of a list: texts, and cells as they stand in it.
type sheet struct {
	texts, raw [][]string
	faulty     []bool
}

// readSheet reads rows that are not faulty.
func readSheet(in []byte, o Options) (*sheet, *Reader, error) {
	r, err := NewReader(bytes.NewReader(in), "list.csv", o)
	if err != nil {
		return nil, nil, err
	}
	s := new(sheet)
	every := make([]int, len(r.Schema().Fields))
	for i := range every {
		every[i] = i
	}
	for {
		next, err := r.Next()
		if err == io.EOF {
			return s, r, nil
		} else if err != nil {
			return nil, nil, err
		}
		c := next.(*chunk)
		views, err := c.Decode(nil, every)
		if err != nil {
			return nil, nil, err
		}
		for i := range c.rows {
			s.faulty = append(s.faulty, c.rows[i].cell == faulty)
			var text, raw []string
			for col := range every {
				if c.rows[i].cell == faulty {
					text, raw = append(text, ""), append(raw, "")
					continue
				}
				lo, hi := c.place(&c.rows[i], col)
				text, raw = append(text, string(views[col].At(i))), append(raw, string(c.buf[lo:hi]))
			}
			s.texts, s.raw = append(s.texts, text), append(s.raw, raw)
		}
		c.Release()
	}
}

// FuzzTreated wants of any list, of which some columns go and others are replaced, that
// the cells which stay read as before, and stand there byte by byte as before unless they
// have come to the end of their record.
func FuzzTreated(f *testing.F) {
	for _, in := range []string{"a,b,c\n1,\"2\",3\r\n\"4\r\n\",,\"\"\"\"\n", "a,b\r\n1,x\"\n2\n\n,\r\n\r,2\r", "x;y\n\"\";\r\n \r;é", "a\n\n\"\"\nb"} {
		f.Add([]byte(in), uint16(0b01_10_01), false)
		f.Add([]byte(in), uint16(0b01_00_01), true)
		f.Add([]byte(in), uint16(0b00_01_00), false)
	}
	f.Fuzz(func(t *testing.T, in []byte, choice uint16, narrow bool) {
		o := Options{Encoding: UTF8}
		if narrow {
			o.Encoding = Windows1252
		}
		before, r, err := readSheet(in, o)
		if err != nil {
			t.Skip()
		}
		var cols []treated.Column
		for i := range r.Schema().Fields { // two bits a column: drop, keep, replace, keep
			switch choice >> (2 * (i % 8)) & 3 {
			case 1, 3:
				cols = append(cols, treated.Column{From: i})
			case 2:
				cols = append(cols, treated.Column{From: i, Replace: redacted})
			}
		}
		named := r.Dialect().Header == HeaderNo
		for _, c := range cols {
			named = named || strings.TrimSpace(r.Schema().Fields[c.From].Name) != ""
		}
		if len(cols) == 0 || !named {
			t.Skip() // a list of columns without names has no header
		}
		out := rewrite(t, in, o, &WriterOptions{Columns: cols}, nil)
		if bytes.HasPrefix(out, []byte("\uFEFF")) && !bytes.HasPrefix(in, []byte("\uFEFF")) {
			t.Skip() // what was a character of the second cell has become a byte order mark
		}
		if len(out) == 0 {
			return
		}
		d := r.Dialect()
		after, r2, err := readSheet(out, Options{Encoding: d.Encoding, Comma: d.Comma, Quote: d.Quote, Header: d.Header})
		if err != nil {
			t.Fatalf("of %q comes %q: %v", in, out, err)
		}
		if d.Header == HeaderYes {
			for i, name := range r2.Schema().Names() {
				if want := r.Schema().Fields[cols[i].From].Name; name != want {
					t.Fatalf("of %q comes %q: header %q", in, out, name)
				}
			}
		}
		if len(after.texts) != len(before.texts) {
			t.Fatalf("of %q comes %q: %d rows, want %d", in, out, len(after.texts), len(before.texts))
		}
		for i, row := range after.texts {
			for k, c := range cols {
				want := before.texts[i][c.From]
				if c.Replace != nil && !before.faulty[i] {
					want = "[x]," + want
				}
				if row[k] != want {
					t.Fatalf("of %q comes %q: row %d, column %d is %q, want %q", in, out, i, k, row[k], want)
				}
				if c.Replace == nil && k < len(cols)-1 && after.raw[i][k] != before.raw[i][c.From] {
					t.Fatalf("of %q comes %q: row %d, column %d stands there as %q, it was %q", in, out, i, k, after.raw[i][k], before.raw[i][c.From])
				}
			}
		}
	})
}
