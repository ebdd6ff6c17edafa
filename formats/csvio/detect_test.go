package csvio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sluice/formats"
)

// how returns the settings of a list as name=value(how), in order.
func how(t *testing.T, in []byte, o Options) string {
	t.Helper()
	r, err := NewReader(bytes.NewReader(in), "list.csv", o)
	if err != nil {
		return err.Error()
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Len()
		c.Release()
	}
	var b strings.Builder
	for i, s := range r.Info().Settings {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%s(%s)", s.Name, s.Value, s.How)
	}
	return b.String()
}

func TestSettings(t *testing.T) {
	const text = "name;note\nÄnne;ü,x\n"
	tests := []struct {
		name string
		in   []byte
		o    Options
		want string
	}{
		{"plain", []byte("a,b\n1,2\n\n3,4\n"), Options{},
			"encoding=utf-8(default) bom=no(detected) delimiter=,(detected) quote=\"(default) header=yes(detected) line_end=lf(detected) blank_lines=1(detected)"},
		{"utf-8", []byte(text), Options{},
			"encoding=utf-8(detected) bom=no(detected) delimiter=;(detected) quote=\"(default) header=yes(detected) line_end=lf(detected) blank_lines=0(detected)"},
		{"windows-1252", text1252(t, text), Options{},
			"encoding=windows-1252(detected) bom=no(detected) delimiter=;(detected) quote=\"(default) header=yes(detected) line_end=lf(detected) blank_lines=0(detected)"},
		{"utf-16", utf16Text(text, true, false), Options{},
			"encoding=utf-16be(detected) bom=no(detected) delimiter=;(detected) quote=\"(default) header=yes(detected) line_end=lf(detected) blank_lines=0(detected)"},
		{"all set", []byte("\uFEFFa\tb\r\n1\t2\n"), Options{Comma: '\t', Quote: '\'', Header: HeaderNo, Encoding: UTF8},
			"encoding=utf-8(set) bom=yes(detected) delimiter=tab(set) quote='(set) header=no(set) line_end=mixed(detected) blank_lines=0(detected)"},
		{"one column", []byte("name\r\nx\r\n"), Options{},
			"encoding=utf-8(default) bom=no(detected) delimiter=,(default) quote=\"(default) header=yes(detected) line_end=crlf(detected) blank_lines=0(detected)"},
	}
	for _, tt := range tests {
		if got := how(t, tt.in, tt.o); got != tt.want {
			t.Errorf("%s: settings\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestDetectEncoding(t *testing.T) {
	long := strings.Repeat("name,città\n", 100)
	for _, tt := range []struct {
		name string
		in   string
		want string
		mark int
	}{
		{"ascii", "a,b\n", UTF8, 0},
		{"utf-8 with a mark", "\uFEFFa", UTF8, 3},
		{"utf-8 with a mark, invalid", "\uFEFFa\xff\xff", UTF8, 3},
		{"utf-8 with one broken record", long + "\xe0\n", UTF8, 0},
		{"cut within a character", "ä\xc3", UTF8, 0},
		{"windows-1252", "M\xfcller,Gr\xfc\xdfe\n", Windows1252, 0},
		{"utf-16le with a mark", "\xff\xfea\x00", UTF16LE, 2},
		{"utf-16be with a mark", "\xfe\xff\x00a", UTF16BE, 2},
		{"utf-16le", "a\x00,\x00b\x00", UTF16LE, 0},
		{"utf-16be, Chinese", string(utf16Text("姓名,公司,电话\n王,广州,123\n", true, false)), UTF16BE, 0},
		{"zeros everywhere", "\x00\x00\x00\x00", UTF8, 0},
		{"nothing", "", UTF8, 0},
	} {
		if got, mark := detectEncoding([]byte(tt.in)); got != tt.want || mark != tt.mark {
			t.Errorf("%s: encoding %s with a mark of %d bytes, want %s and %d", tt.name, got, mark, tt.want, tt.mark)
		}
	}
}

func TestDetectComma(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"comma", "a,b\n1,2\n", ","},
		{"semicolon, decimal commas", "id;price, EUR;name\n1;2,50;x\n2;3,50;y\n", ";"},
		{"tab, commas in text", "a\tb\nx, y\tz, v, w\n", "\t"},
		{"bar", "a|b|c\n1|2|3\n", "|"},
		{"caret", "a^b\n1^2\n", "^"},
		{"comma, semicolons in quotes", "a,b\n\"1;2;3\",x\n", ","},
		{"ragged rows", "a;b;c;d,e\n1;2;3;4,5\n1;2\n2;3;4;5,6\n", ";"},
		{"broken quotes", "a;b\n1;\"2\"x\n\"3;4\n5;6\n", ";"},
		{"one column", "name\nx, y\n", ", by default"},
		{"blank lines first", "\n\r\na;b\n", ";"},
		{"delimiters in quotes only", "\"a;b\"\n\"c;d\"\n", ", by default"},
	} {
		c, ok := detectComma([]byte(tt.in), '"', true)
		got := string(rune(c))
		if !ok {
			got += " by default"
		}
		if got != tt.want {
			t.Errorf("%s: delimiter %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHeader(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		o        Options
		want     []string
		rows     int
	}{
		{"names", "a,\"b \"\"c\"\"\",\"d\ne\"\n1,2,3\n", Options{}, []string{"a", "b \"c\"", "d\ne"}, 1},
		{"names repeat", "a,a,\n1,2,3\n", Options{}, []string{"a", "a", ""}, 1},
		{"blank lines first", "\n\r\na,b\n1,2\n", Options{}, []string{"a", "b"}, 1},
		{"windows-1252", "Stra\xdfe,b\n1,2\n", Options{}, []string{"Straße", "b"}, 1},
		{"years and days", "name,2024,2025-01-31\nx,1,2\n", Options{}, []string{"name", "2024", "2025-01-31"}, 1},
		{"an address", "Ann,ann@widgets.example\nBob,bob@widgets.example\n", Options{}, []string{"column_1", "column_2"}, 2},
		{"a link", "Ann,https://widgets.example\n", Options{}, []string{"column_1", "column_2"}, 1},
		{"a telephone number", "Ann,+49 30 1234567\n", Options{}, []string{"column_1", "column_2"}, 1},
		{"hosts", "widgets.example\ngadgets.example\n", Options{}, []string{"column_1"}, 2},
		{"digests", strings.Repeat("0a", 20) + "\n", Options{}, []string{"column_1"}, 1},
		{"paths are names", "person.email,company.domain\n", Options{}, []string{"person.email", "company.domain"}, 0},
		{"set: no", "a,b\n1,2\n", Options{Header: HeaderNo}, []string{"column_1", "column_2"}, 2},
		{"set: yes", "a@b.example,b\n1,2\n", Options{Header: HeaderYes}, []string{"a@b.example", "b"}, 1},
		{"no header, blank lines are rows", "\n\nx@widgets.example\n", Options{}, []string{"column_1"}, 3},
		{"no header, blank lines are none", "\n\nx,y@widgets.example\n", Options{}, []string{"column_1", "column_2"}, 1},
		{"without end", "a,b", Options{}, []string{"a", "b"}, 0},
	} {
		for _, tt.o.BlockSize = range []int{1, 0} {
			l := readList([]byte(tt.in), tt.o)
			if d := cmp.Diff(tt.want, l.Names); d != "" || len(l.Records) != tt.rows || l.Err != "" {
				t.Errorf("%s: %d rows, want %d; error %q; names (-want +got):\n%s", tt.name, len(l.Records), tt.rows, l.Err, d)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		o        Options
		code     string
		line     int64
		says     string
	}{
		{"no bytes", "", Options{}, "empty", 0, "empty"},
		{"only a mark", "\uFEFF", Options{}, "empty", 0, "empty"},
		{"only blank lines", "\n\r\n\n", Options{}, "header", 4, "blank"},
		{"no names", "\n,,\n1,2,3\n", Options{}, "header", 2, "no columns"},
		{"old Mac", "a,b\r1,2\r3,4\r", Options{}, "header", 1, "bare CR"},
		{"old Mac, quoted", "\"a\",\"b\"\r\"1\",\"2\"\r", Options{}, "header", 1, "bare CR"},
		{"open quote", "a,\"b\n1,2\n", Options{}, "header", 1, "unbalanced quote"},
		{"bare quote", "a,b\"\n1,2\n", Options{}, "header", 1, "unbalanced quote"},
		{"text after quote", "\"a\"b\n1,2\n", Options{}, "header", 1, "unbalanced quote"},
		{"too long", "a,b,c,d,e,f\n", Options{MaxHeader: 8}, "header", 1, "longer than 8 bytes"},
		{"too long for the head", strings.Repeat("x,", 200<<10), Options{MaxHeader: 300 << 10}, "header", 1, "longer than"},
		{"too many columns", "a,b,c\n", Options{MaxColumns: 2}, "header", 1, "3 columns"},
		{"invalid", "name,ort,\xff\n" + strings.Repeat("ä,ü,ö\n", 3), Options{}, "header", 1, "not valid UTF-8"},
		{"binary", "\x7fELF\x00\x00\x01\n\x00\x00\x00", Options{}, "header", 1, "NUL"},
		{"options: encoding", "a\n", Options{Encoding: "latin-7"}, "options", 0, "latin-7"},
		{"options: delimiter", "a\n", Options{Comma: '"'}, "options", 0, "same"},
		{"options: line end as quote", "a\n", Options{Quote: '\n'}, "options", 0, "line end"},
	} {
		_, err := NewReader(strings.NewReader(tt.in), "list.csv", tt.o)
		var e *formats.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v, want a *formats.Error", tt.name, err)
			continue
		}
		if e.Code != tt.code || e.Pos.Line != tt.line || !strings.Contains(e.Error(), tt.says) {
			t.Errorf("%s: error %q with code %s in line %d, want %q, %s, %d", tt.name, e, e.Code, e.Pos.Line, tt.says, tt.code, tt.line)
		}
	}
}

// TestLongHeader reads a header that does not fit what is looked at first.
func TestLongHeader(t *testing.T) {
	var b strings.Builder
	for i := range 16000 {
		fmt.Fprintf(&b, "column number %d,", i)
	}
	in := b.String() + "last\n" + strings.Repeat(",", 16000) + "\n"
	for _, block := range []int{100, 0} {
		l := readList([]byte(in), Options{BlockSize: block})
		if l.Err != "" || len(l.Names) != 16001 || len(l.Records) != 1 || len(l.Records[0].Cells) != 16001 {
			t.Errorf("block size %d: %d columns and %d rows, error %q; want 16001 and 1", block, len(l.Names), len(l.Records), l.Err)
		}
	}
}

// TestReadErrors wants an error of the input to come through, not to look like its end.
func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, in := range []string{"", "a,b\n1,2\n", "a,b\n" + strings.Repeat("1,2\n", 100_000)} {
		for _, want := range []error{broken, io.ErrUnexpectedEOF} {
			r, err := NewReader(io.MultiReader(strings.NewReader(in), iotest.ErrReader(want)), "list.csv", Options{})
			for err == nil {
				_, err = r.Next()
			}
			var e *formats.Error
			if !errors.Is(err, want) || !errors.As(err, &e) || e.Pos.File != "list.csv" {
				t.Errorf("list of %d bytes: error %v, want %v with the list's name", len(in), err, want)
			}
		}
	}
	r, err := NewReader(iotest.OneByteReader(strings.NewReader("a,b\n1,2\n")), "list.csv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.Next(); err != nil || c.Len() != 1 {
		t.Errorf("read byte by byte: %v", err)
	}
	r.Close()
	if _, err := r.Next(); err == nil || err == io.EOF {
		t.Errorf("Next of a closed reader: error %v", err)
	}
}

// TestEncodings reads random lists in UTF-16 and Windows-1252 and wants what the
// oracle says of the same list in UTF-8, with positions in the list as it is.
func TestEncodings(t *testing.T) {
	seed := int64(1252)
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewSource(seed))
	common := []string{"a", "bc", ",", ",", "\"", "\"\"", "\n", "\r\n", "@", "ä", "é\u201c", "\x00", "=", ",\"ü\"\"\n\",", "x@y.example"}
	wide := append([]string{"😀", "＠", "\xed\xa0\x80", "\xed\xb0\x80", "字"}, common...)
	const header = "a,ö\n"
	for range 400 {
		var text []byte
		parts, encoding := wide, []string{UTF16LE, UTF16BE, Windows1252}[rnd.Intn(3)]
		if encoding == Windows1252 {
			parts = common
		}
		for range rnd.Intn(40) {
			text = append(text, parts[rnd.Intn(len(parts))]...)
		}
		text = append([]byte(header), bytes.ReplaceAll(text, []byte("\xed\xa0\x80\xed\xb0\x80"), nil)...)
		o := Options{Comma: ',', Header: HeaderYes, Encoding: encoding}
		want := oracle(text, []string{"a", "ö"}, len(header), o, 0)
		var in []byte
		mark := 0
		if encoding == Windows1252 {
			in = text1252(t, string(text))
		} else {
			if rnd.Intn(2) == 0 {
				in, mark = append(in, bom(encoding)...), 2
			}
			in = appendWTF16(in, text, encoding == UTF16BE)
			if rnd.Intn(4) == 0 {
				in = append(in, 'x')
				text = append(text, 0xff)
				want = oracle(text, []string{"a", "ö"}, len(header), o, 0)
			}
		}
		for i := range want.Records {
			rec := &want.Records[i]
			before := text[:rec.Offset]
			if encoding == Windows1252 {
				rec.Offset = int64(len(text1252(t, string(before))))
			} else {
				rec.Offset = int64(mark) + utf16Len(before)
			}
			rec.Detail = strings.Replace(rec.Detail, "UTF-8", "UTF-16", 1)
		}
		for _, o.BlockSize = range []int{1 + rnd.Intn(40), 0} {
			if d := diffLists(want, readList(in, o, 0)); d != "" {
				t.Fatalf("%s list %q, block size %d: oracle and reader differ (-oracle +reader):\n%s", encoding, text, o.BlockSize, d)
			}
		}
	}
}

// appendWTF16 is appendUTF16 for text with unpaired surrogates.
func appendWTF16(dst, src []byte, big bool) []byte {
	for len(src) > 0 {
		if src[0] == 0xED && src[1] >= 0xA0 {
			x := uint16(0xD000) | uint16(src[1]&0x3F)<<6 | uint16(src[2]&0x3F)
			if big {
				dst = append(dst, byte(x>>8), byte(x))
			} else {
				dst = append(dst, byte(x), byte(x>>8))
			}
			src = src[3:]
			continue
		}
		_, n := utf8.DecodeRune(src)
		dst = appendUTF16(dst, src[:n], big)
		src = src[n:]
	}
	return dst
}

// FuzzDetect reads anything, in two block sizes, and wants the same of both; what can
// be read must also come out as it went in, or as rows that read the same.
func FuzzDetect(f *testing.F) {
	f.Add([]byte("a;b\n1;\"2\n"), uint8(1))
	f.Add([]byte("\xff\xfea\x00,\x00\xd8\x00\n\x00"), uint8(3))
	f.Add([]byte("\xfcber,b\r\n1\r2"), uint8(2))
	f.Add([]byte("\x00a\x00\n\n\x00\xd8\x00\x00"), uint8(5))
	f.Fuzz(func(t *testing.T, in []byte, block uint8) {
		want := readList(in, Options{})
		got := readList(in, Options{BlockSize: int(block)})
		if d := diffLists(want, got); d != "" {
			t.Fatalf("list %q: block size %d makes a difference (-default +it):\n%s", in, block, d)
		}
		if want.Err != "" {
			return
		}
		out := rewrite(t, in, Options{BlockSize: int(block)}, nil, nil)
		r, err := NewReader(bytes.NewReader(in), "list.csv", Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := r.Dialect()
		again := readList(out, Options{Comma: d.Comma, Quote: d.Quote, Header: d.Header, Encoding: d.Encoding})
		if again.Err != "" && len(want.Records) == 0 {
			return // no header and no rows leave an empty list
		}
		if len(again.Records) != len(want.Records) {
			t.Fatalf("list %q has %d rows, %q written from it %d", in, len(want.Records), out, len(again.Records))
		}
		for i, rec := range want.Records {
			if rec.Code == "" && !slices.Equal(rec.Cells, again.Records[i].Cells) {
				t.Fatalf("list %q, row %d: cells %q, read back %q", in, i, rec.Cells, again.Records[i].Cells)
			}
		}
	})
}
