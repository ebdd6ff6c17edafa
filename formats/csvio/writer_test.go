package csvio

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/formats"
	"sluice/formats/column"
)

// rewrite reads a list and writes the rows that keep says, with the extra columns.
func rewrite(t *testing.T, in []byte, o Options, wo *WriterOptions, keep func(row int) bool) []byte {
	t.Helper()
	r, err := NewReader(bytes.NewReader(in), "list.csv", o)
	if err != nil {
		t.Fatalf("list %q: %v", in, err)
	}
	var own WriterOptions
	if wo == nil {
		wo = &own
	}
	if wo.Dialect == (Dialect{}) {
		wo.Dialect, wo.HeaderBytes = r.Dialect(), r.HeaderBytes()
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, r.Schema(), *wo)
	if err != nil {
		t.Fatalf("list %q: %v", in, err)
	}
	copyList(t, r, w, len(wo.Extra), keep)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// copyList writes the rows of one reader. Extra cells hold the row's number in its
// chunk's file, or a quote where that is even.
func copyList(t *testing.T, r *Reader, w *Writer, extras int, keep func(int) bool) {
	t.Helper()
	row := 0
	for {
		c, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var sel column.Selection
		data := []byte{}
		spans := make([]column.Span, c.Len())
		for i := range c.Len() {
			lo := uint32(len(data))
			data = append(data, "é\""[row%2*2:2+row%2]...)
			spans[i] = column.Span{Lo: lo, Hi: uint32(len(data))}
			if keep == nil || keep(row) {
				sel = sel.Add(i)
			}
			row++
		}
		var views []column.View
		for range extras {
			views = append(views, column.View{Data: data, Spans: spans})
		}
		commit, err := w.Encode(c, sel, views)
		if err != nil {
			t.Fatal(err)
		}
		if err := commit(); err != nil {
			t.Fatal(err)
		}
		c.Release()
	}
}

func utf16Text(s string, big, mark bool) []byte {
	if mark {
		s = "\uFEFF" + s
	}
	return appendUTF16(nil, []byte(s), big)
}

func text1252(t testing.TB, s string) []byte {
	b, ok := encode1252(nil, []byte(s))
	if !ok {
		t.Fatalf("%q does not fit Windows-1252", s)
	}
	return b
}

// TestKeepAll wants a list of which every row is kept to come out as it went in.
func TestKeepAll(t *testing.T) {
	body := "name,note\r\nÄnne,\"x\ny\"\nBö,\"a \"\"b\"\"\"\r\n\"\", z\nlast,€"
	lists := map[string][]byte{
		"mixed line ends":      []byte(body),
		"byte order mark":      []byte("\uFEFF" + body + "\n"),
		"windows-1252":         text1252(t, body),
		"utf-16le":             utf16Text(body+"😀", false, true),
		"utf-16be":             utf16Text(body+"😀\r\n", true, true),
		"utf-16le, no mark":    utf16Text(body, false, false),
		"header only":          []byte("name,note"),
		"header only, line":    []byte("name,note\r\n"),
		"no header":            []byte("Ann,ann@widgets.example\nBob,bob@widgets.example"),
		"no header, mark":      []byte("\uFEFFAnn,ann@widgets.example\n"),
		"one column, blanks":   []byte("name\n\na\r\n\r\n\n"),
		"one column, no end":   []byte("name\nx\n\r"),
		"semicolons, quoted":   []byte("\"a\";\"b\"\n\"1\";2\n"),
		"ends in half a CRLF":  []byte("a,b\n1,2\r"),
		"tabs, cells of blank": []byte("a\tb\n\t\n \t \n"),
	}
	for name, in := range lists {
		for _, block := range []int{1, 7, 0} {
			if got := rewrite(t, in, Options{BlockSize: block}, nil, nil); !bytes.Equal(got, in) {
				t.Errorf("%s, block size %d:\n in %q\nout %q", name, block, in, got)
			}
		}
	}
}

func TestWriter(t *testing.T) {
	odd := func(i int) bool { return i%2 == 1 }
	never := func(int) bool { return false }
	tests := []struct {
		name, in, want string
		o              WriterOptions
		keep           func(int) bool
	}{
		{"some rows", "a,b\n1,1\n2,\"2\n\"\n3,3\n4,4", "a,b\n2,\"2\n\"\n4,4", WriterOptions{}, odd},
		{"no rows", "a,b\r\n1,1\r\n", "a,b\r\n", WriterOptions{}, never},
		{"blank lines go", "a,b\n\n1,1\n\r\n2,2\n\n", "a,b\n1,1\n2,2\n", WriterOptions{}, nil},
		{"faulty rows are empty", "a,b\n1,1\n2\n\"3,3\n4,4\n", "a,b\n1,1\n,\n,\n4,4\n", WriterOptions{}, nil},
		{"faulty row, one column", "a\n1\n2\"\n", "a\n1\n\"\"\n", WriterOptions{}, nil},
		{"extra cells", "a,b\r\n1,1\n2,\"2\"\r\n3\n4,4", "a,b,x,\"y,z\"\r\n1,1,é,é\n2,\"2\",\"\"\"\",\"\"\"\"\r\n,,é,é\r\n4,4,\"\"\"\",\"\"\"\"",
			WriterOptions{Extra: []string{"x", "y,z"}}, nil},
		{"extra cell, one column", "a\n\n1\n", "a,x\n,é\n1,\"\"\"\"\n", WriterOptions{Extra: []string{"x"}}, nil},
		{"extra cell, header without end", "a,b", "a,b,x", WriterOptions{Extra: []string{"x"}}, nil},
		{"extra cell, no header", "a@b.example,2\n", "a@b.example,2,é\n", WriterOptions{Extra: []string{"x"}}, nil},
		{"another delimiter", "a,b\n1;1,\"2\"\"\"\n ,\"\r\n\"\n3", "a;b\r\n\"1;1\";\"2\"\"\"\r\n\" \";\"\r\n\"\r\n;\r\n",
			WriterOptions{Dialect: Dialect{Comma: ';', LineEnd: "\r\n"}}, nil},
		{"another quote", "a;b\n'x';\"y\"\n", "a;b\n'''x''';y\n", WriterOptions{Dialect: Dialect{Comma: ';', Quote: '\''}}, nil},
		{"one column, rendered", "a\n\nx\n", "a\n''\nx\n", WriterOptions{Dialect: Dialect{Quote: '\''}}, nil},
		{"names without a header", "a;b\n1;2\n", "1,2\n", WriterOptions{Dialect: Dialect{Header: HeaderNo}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, block := range []int{1, 5, 0} {
				o := tt.o
				got := string(rewrite(t, []byte(tt.in), Options{BlockSize: block}, &o, tt.keep))
				if got != tt.want {
					t.Errorf("block size %d: list %q\n got %q\nwant %q", block, tt.in, got, tt.want)
				}
			}
		})
	}
}

// TestWriterTwoInputs wants a line end added between inputs, and only there.
func TestWriterTwoInputs(t *testing.T) {
	for _, tt := range []struct{ first, second, want string }{
		{"a,b\n1,1", "a,b\n2,2", "a,b\n1,1\n2,2"},
		{"a,b\r\n1,1", "a,b\n2,2\n", "a,b\r\n1,1\r\n2,2\n"},
		{"a,b\r\n1,1\r", "a,b\n2,2\n", "a,b\r\n1,1\r\n2,2\n"},
		{"a,b", "a,b\n2,2\n", "a,b\n2,2\n"},
		{"a,b\n1,1\n", "a,b", "a,b\n1,1\n"},
		{"a,b\n1,1", "\uFEFFa;b\nü;2\n", "a,b\n1,1\nü,2\n"},
	} {
		var out bytes.Buffer
		var w *Writer
		for _, in := range []string{tt.first, tt.second} {
			r, err := NewReader(strings.NewReader(in), "list.csv", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if w == nil {
				if w, err = NewWriter(&out, r.Schema(), WriterOptions{Dialect: r.Dialect(), HeaderBytes: r.HeaderBytes()}); err != nil {
					t.Fatal(err)
				}
			}
			copyList(t, r, w, 0, nil)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if out.String() != tt.want {
			t.Errorf("lists %q and %q:\n got %q\nwant %q", tt.first, tt.second, out.String(), tt.want)
		}
	}
}

// TestWriterEncodings renders and copies rows in other encodings than UTF-8.
func TestWriterEncodings(t *testing.T) {
	in := "name,note\nÄnne,\"ü\n\"\nBö,x\n"
	for _, tt := range []struct {
		name string
		in   []byte
		o    WriterOptions
		want []byte
	}{
		{"utf-8 to windows-1252", []byte(in), WriterOptions{Dialect: Dialect{Encoding: Windows1252}}, text1252(t, in)},
		{"utf-8 to utf-16", []byte(in), WriterOptions{Dialect: Dialect{Encoding: UTF16BE, BOM: true}}, utf16Text(in, true, true)},
		{"windows-1252 to utf-8", text1252(t, in), WriterOptions{Dialect: Dialect{Comma: ','}}, []byte(in)},
		{"utf-16 with an extra cell", utf16Text("a,b\nä,1\n", false, true), WriterOptions{Extra: []string{"ß"}},
			utf16Text("a,b,ß\nä,1,é\n", false, true)},
		{"windows-1252 with an extra cell", text1252(t, "a,b\nä,1\n"), WriterOptions{Extra: []string{"ß"}},
			text1252(t, "a,b,ß\nä,1,é\n")},
	} {
		o := tt.o
		if got := rewrite(t, tt.in, Options{}, &o, nil); !bytes.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
	r, _ := chunks(t, []byte("name\n你\n"), Options{})
	_, all := chunks(t, []byte("name\nx\n你\n"), Options{})
	w, err := NewWriter(io.Discard, r.Schema(), WriterOptions{Dialect: Dialect{Encoding: Windows1252}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Encode(all[0], column.All(2), nil)
	var e *formats.Error
	if !errors.As(err, &e) || e.Code != "encoding" || e.Pos.Row != 2 {
		t.Errorf("a cell that Windows-1252 lacks: error %#v, want code encoding in row 2", err)
	}
}

// TestRenderReadsBack wants any cells that are rendered to be read back.
func TestRenderReadsBack(t *testing.T) {
	cells := []string{"", " ", "a", "\"", "\"\"", ",", "\n", "\r", "\r\n", "\t", "ä,\"x\"\n", "=1", "a\r", "\ra"}
	var in bytes.Buffer
	r := newRenderer(Dialect{}.WithDefaults(), 2)
	in.WriteString("a,b\n")
	var want [][]string
	for _, x := range cells {
		for _, y := range cells {
			line, _ := r.cell(nil, []byte(x))
			line, _ = r.cell(append(line, ','), []byte(y))
			in.Write(append(line, '\n'))
			want = append(want, []string{x, y})
		}
	}
	var got [][]string
	for _, rec := range readList(in.Bytes(), Options{}).Records {
		got = append(got, rec.Cells)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("rendered cells and what is read back differ (-want +got):\n%s", d)
	}
}
