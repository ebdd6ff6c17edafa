package arrowio

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/formatstest"
)

// TestText reads one value of each kind as text, and builds it again from that text.
func TestText(t *testing.T) {
	num := func(s string) decimal128.Num {
		n, err := decimal128.FromString(s, 38, 4)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	at := func(sec, nano int64, per int64) arrow.Timestamp { return arrow.Timestamp(sec*per + nano) }
	for _, c := range []struct {
		typ  arrow.DataType
		add  func(array.Builder)
		want string
		back bool // whether the kind can be built from text
	}{
		{arrow.BinaryTypes.String, func(b array.Builder) { b.(*array.StringBuilder).Append("é@x") }, "é@x", true},
		{arrow.BinaryTypes.String, func(b array.Builder) { b.(*array.StringBuilder).Append("") }, "", true},
		{arrow.BinaryTypes.Binary, func(b array.Builder) { b.(*array.BinaryBuilder).Append([]byte{0, 255}) }, "00ff", true},
		{arrow.FixedWidthTypes.Boolean, func(b array.Builder) { b.(*array.BooleanBuilder).Append(true) }, "true", true},
		{arrow.PrimitiveTypes.Int8, func(b array.Builder) { b.(*array.Int8Builder).Append(-128) }, "-128", true},
		{arrow.PrimitiveTypes.Int64, func(b array.Builder) { b.(*array.Int64Builder).Append(math.MinInt64) }, "-9223372036854775808", true},
		{arrow.PrimitiveTypes.Uint64, func(b array.Builder) { b.(*array.Uint64Builder).Append(math.MaxUint64) }, "18446744073709551615", true},
		{arrow.PrimitiveTypes.Float32, func(b array.Builder) { b.(*array.Float32Builder).Append(0.1) }, "0.1", true},
		{arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(1234567.5) }, "1234567.5", true},
		{arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(math.Inf(-1)) }, "-Inf", true},
		{arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(math.NaN()) }, "NaN", true},
		{&arrow.Decimal128Type{Precision: 38, Scale: 4}, func(b array.Builder) { b.(*array.Decimal128Builder).Append(num("-0.0012")) }, "-0.0012", true},
		{&arrow.Decimal128Type{Precision: 38, Scale: 4}, func(b array.Builder) {
			b.(*array.Decimal128Builder).Append(num("123456789012345678901234567890.5"))
		}, "123456789012345678901234567890.5000", true},
		{&arrow.Decimal128Type{Precision: 38, Scale: 4}, func(b array.Builder) {
			b.(*array.Decimal128Builder).Append(num("-123456789012345678901234567890.5"))
		}, "-123456789012345678901234567890.5000", true},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(-1) }, "1969-12-31", true},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(11016) }, "2000-02-29", true},
		{arrow.FixedWidthTypes.Date64, func(b array.Builder) { b.(*array.Date64Builder).Append(-86_400_001) }, "1969-12-30", false},
		{arrow.FixedWidthTypes.Time32s, func(b array.Builder) { b.(*array.Time32Builder).Append(86_399) }, "23:59:59", true},
		{arrow.FixedWidthTypes.Time64ns, func(b array.Builder) { b.(*array.Time64Builder).Append(3600e9 + 1_500_000) }, "01:00:00.0015", true},
		{&arrow.TimestampType{Unit: arrow.Second}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(-1) }, "1969-12-31T23:59:59", true},
		{&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(at(1, 50, 1000)) }, "1970-01-01T00:00:01.050Z", true},
		{&arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(-1) }, "1969-12-31T23:59:59.999999999Z", true},
		{arrow.ListOf(arrow.BinaryTypes.String), func(b array.Builder) {
			l := b.(*array.ListBuilder)
			l.Append(true)
			l.ValueBuilder().(*array.StringBuilder).AppendValues([]string{"a\"b", "", "x\ny"}, []bool{true, false, true})
		}, `["a\"b",null,"x\ny"]`, false},
		{arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64), func(b array.Builder) {
			m := b.(*array.MapBuilder)
			m.Append(true)
			m.KeyBuilder().(*array.StringBuilder).Append("k")
			m.ItemBuilder().(*array.Float64Builder).Append(1e300)
		}, `{"k":1e+300}`, false},
	} {
		s := arrow.NewSchema([]arrow.Field{{Name: "v", Type: c.typ, Nullable: true}}, nil)
		b := array.NewRecordBuilder(memory.DefaultAllocator, s)
		c.add(b.Field(0))
		b.Field(0).AppendNull()
		stored := stream(t, s, []arrow.Record{b.NewRecord()})
		r := mustOpen(t, stored, Options{})
		chunk, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		views, err := chunk.Decode(nil, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(views[0].At(0)); got != c.want || views[0].Null(0) {
			t.Errorf("%s: text %q, want %q", c.typ, got, c.want)
		}
		if got := views[0].At(1); len(got) > 0 || !views[0].Null(1) {
			t.Errorf("%s: a null has %d bytes of text", c.typ, len(got))
		}
		if !c.back {
			continue
		}
		var out bytes.Buffer
		w, err := NewWriter(&out, r.Schema(), WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		commit, err := w.Encode(foreign{chunk}, column.All(2), nil)
		if err == nil {
			err = commit()
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Errorf("%s: from text: %v", c.typ, err)
			continue
		}
		_, want := readBack(t, stored)
		if _, got := readBack(t, out.Bytes()); !slices.Equal(got, want) {
			t.Errorf("%s: from text came %q, want %q", c.typ, got, want)
		}
	}
}

// foreign hides that a chunk is of this package.
type foreign struct{ formats.Chunk }

func TestDateAgainstItself(t *testing.T) {
	for days := int64(-800_000); days < 3_000_000; days += 37 {
		text := appendDate(nil, days)
		if got, rest, ok := parseDate(text); got != days || len(rest) > 0 || !ok {
			t.Fatalf("day %d is %s, which is day %d", days, text, got)
		}
	}
}

// TestForeignErrors names the row and column of text that a type cannot hold, and
// does not quote it.
func TestForeignErrors(t *testing.T) {
	for _, c := range []struct {
		typ  formats.Type
		text string
	}{
		{formats.Type{Kind: formats.Int, Bits: 8}, "300secret"},
		{formats.Type{Kind: formats.Int, Bits: 8}, ""},
		{formats.Type{Kind: formats.Uint, Bits: 8}, "-1"},
		{formats.Type{Kind: formats.Bool}, "yes"},
		{formats.Type{Kind: formats.Date}, "2023-02-29"},
		{formats.Type{Kind: formats.Time, Unit: formats.Second}, "24:00:00"},
		{formats.Type{Kind: formats.Timestamp, Unit: formats.Micro, UTC: true}, "2023-02-28T00:00:00"},
		{formats.Type{Kind: formats.Decimal, Precision: 4, Scale: 2}, "123.45"},
		{formats.Type{Kind: formats.Decimal, Precision: 4, Scale: 2}, "1.234"},
		{formats.Type{Kind: formats.Binary}, "0"},
	} {
		l := &formatstest.List{Name: "l", Rows: [][]string{{"a", "b"}, {"x", "y"}, {"x", c.text}}}
		chunk, _ := l.Next()
		w, err := NewWriter(io.Discard, &formats.Schema{Fields: []formats.Field{{Name: "a"}, {Name: "b", Type: c.typ}}}, WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Encode(chunk, column.Selection{{Lo: 1, Hi: 2}}, nil)
		var fe *formats.Error
		if !errors.As(err, &fe) || fe.Pos.Row != 2 || fe.Column != "b" || c.text != "" && strings.Contains(err.Error(), c.text) {
			t.Errorf("kind %d: error %v, want one at row 2, column b, without the cell", c.typ.Kind, err)
		}
	}
}

// TestNothingStaysBehind looks for bytes of dropped rows, of nulls and of rows
// outside a slice in the output, in every kind of column that holds bytes.
func TestNothingStaysBehind(t *testing.T) {
	text := arrow.BinaryTypes.String
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: text}
	types := []arrow.DataType{text, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView, arrow.BinaryTypes.Binary,
		dict, arrow.ListOf(text), arrow.FixedSizeListOf(1, text), arrow.StructOf(arrow.Field{Name: "a", Type: text, Nullable: true}),
		arrow.ListOf(dict), &arrow.FixedSizeBinaryType{ByteWidth: 20}}
	var fields []arrow.Field
	for i, typ := range types {
		fields = append(fields, arrow.Field{Name: string(rune('a' + i)), Type: typ, Nullable: true})
	}
	s := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	const rows = 60
	gone := func(i int) bool { return i < 7 || i >= 50 || i%3 == 0 }
	var add func(b array.Builder, v string)
	add = func(b array.Builder, v string) {
		switch b := b.(type) {
		case *array.StringBuilder:
			b.Append(v)
		case *array.LargeStringBuilder:
			b.Append(v)
		case *array.StringViewBuilder:
			b.Append(v)
		case *array.BinaryBuilder:
			b.Append([]byte(v))
		case *array.FixedSizeBinaryBuilder:
			b.Append([]byte(v))
		case *array.BinaryDictionaryBuilder:
			_ = b.AppendString(v)
		case *array.ListBuilder:
			b.Append(true)
			add(b.ValueBuilder(), v)
		case *array.FixedSizeListBuilder:
			b.Append(true)
			add(b.ValueBuilder(), v)
		case *array.StructBuilder:
			b.Append(true)
			add(b.FieldBuilder(0), v)
		}
	}
	for j := range types {
		for i := range rows {
			v := "kept-kept-kept-kept-"
			if gone(i) {
				v = "SECRETSECRETSECRET" + string(rune('A'+j)) + string(rune('a'+i%26))
			}
			add(b.Field(j), v)
		}
	}
	rec := b.NewRecord()
	// Nulls over bytes: the same buffers, with a bitmap that hides every gone row.
	hidden := make([]arrow.Array, len(types))
	bitmap := make([]byte, rows/8+1)
	nulls := 0
	for i := range rows {
		if gone(i) {
			nulls++
		} else {
			bitmap[i/8] |= 1 << (i % 8)
		}
	}
	for j, col := range rec.Columns() {
		d := col.Data()
		bufs := slices.Clone(d.Buffers())
		bufs[0] = memory.NewBufferBytes(bitmap)
		nd := array.NewDataWithDictionary
		if col.DataType().ID() == arrow.DICTIONARY {
			hidden[j] = array.MakeFromData(nd(d.DataType(), rows, bufs, nulls, 0, d.Dictionary().(*array.Data)))
		} else {
			hidden[j] = array.MakeFromData(array.NewData(d.DataType(), rows, bufs, d.Children(), nulls, 0))
		}
	}
	nullRec := array.NewRecord(s, hidden, rows)
	all := func(int) bool { return true }
	for name, c := range map[string]struct {
		rec  arrow.Record
		o    Options
		keep func(int) bool
	}{
		"dropped":         {rec, Options{}, func(i int) bool { return !gone(i) }},
		"dropped, chunks": {rec, Options{ChunkRows: 8}, func(i int) bool { return !gone(i) }},
		"under nulls":     {nullRec, Options{}, all},
		"nulls, chunks":   {nullRec, Options{ChunkRows: 9}, all},
	} {
		for _, file := range []bool{false, true} {
			out := filter(t, mustOpen(t, stream(t, s, []arrow.Record{c.rec}), c.o), WriterOptions{File: file}, c.keep)
			if i := bytes.Index(out, []byte("SECRET")); i >= 0 {
				t.Errorf("%s, file %t: bytes of a row that is gone, at %d: %q", name, file, i, out[i:i+20])
			}
			if !bytes.Contains(out, []byte("kept")) {
				t.Errorf("%s: nothing was kept", name)
			}
		}
	}
}

// TestInvalidUTF8 finds rows with text that is not UTF-8, whatever the column and the
// chunk size, and costs their neighbours nothing.
func TestInvalidUTF8(t *testing.T) {
	text := arrow.BinaryTypes.String
	s := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: text}, {Name: "v", Type: arrow.BinaryTypes.StringView, Nullable: true},
		{Name: "d", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text}, Nullable: true},
		{Name: "l", Type: arrow.ListOf(text), Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	const n = 40
	for i := range n {
		v := func(bad int) string {
			if i == bad {
				return "x@y.example \xff"
			}
			return "né@z.example"
		}
		b.Field(0).(*array.StringBuilder).Append(v(3))
		b.Field(1).(*array.StringViewBuilder).Append(v(9))
		_ = b.Field(2).(*array.BinaryDictionaryBuilder).AppendString(v(20))
		l := b.Field(3).(*array.ListBuilder)
		l.Append(true)
		l.ValueBuilder().(*array.StringBuilder).AppendValues([]string{v(39), v(3)}, nil)
	}
	stored := stream(t, s, []arrow.Record{b.NewRecord()})
	for _, rows := range []int{1, 7, 100} {
		r := mustOpen(t, stored, Options{ChunkRows: rows})
		var got [][2]int
		strays, at := 0, 0
		var out bytes.Buffer
		w, _ := NewWriter(&out, r.Schema(), WriterOptions{Like: r})
		for {
			c, err := r.Next()
			if err == io.EOF {
				break
			}
			cells, err := c.Strays(nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			strays += len(cells)
			for _, f := range c.Faults() {
				got = append(got, [2]int{at + f.Row, f.Column})
				if !bytes.Contains(f.Raw, []byte("x@y.example")) || f.Code != "encoding" {
					t.Errorf("row %d: fault %s without its text", at+f.Row, f.Code)
				}
			}
			commit, err := w.Encode(c, column.All(c.Len()), nil)
			if err == nil {
				err = commit()
			}
			if err != nil {
				t.Fatal(err)
			}
			at += c.Len()
			c.Release()
		}
		if want := [][2]int{{3, 1}, {9, 2}, {20, 3}, {39, 4}}; !slices.Equal(got, want) {
			t.Errorf("chunks of %d: faults %v, want %v", rows, got, want)
		}
		if want := (n - 4) * 5; strays != want {
			t.Errorf("chunks of %d: %d strays, want %d", rows, strays, want)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out.Bytes(), []byte("x@y.example")) {
			t.Errorf("chunks of %d: a faulty row was not written with empty cells", rows)
		}
	}
}

// TestDeltas reads dictionaries that grow and are replaced.
func TestDeltas(t *testing.T) {
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	s := arrow.NewSchema([]arrow.Field{{Name: "d", Type: dict, Nullable: true}}, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	values := array.NewStringBuilder(memory.DefaultAllocator)
	var recs []arrow.Record
	var want []string
	var all []string
	for range 5 {
		for range 10 {
			all = append(all, strings.Repeat("w", len(all))+"@")
		}
		values.AppendValues(all, nil)
		d := values.NewStringArray()
		idx := array.NewInt32Builder(memory.DefaultAllocator)
		for range 30 {
			i := rng.IntN(len(all))
			idx.Append(int32(i))
			want = append(want, all[i])
		}
		arr := array.NewDictionaryArray(dict, idx.NewInt32Array(), d)
		recs = append(recs, array.NewRecord(s, []arrow.Array{arr}, 30))
	}
	for _, opts := range [][]bool{{false}, {true}} {
		stored := stream(t, s, recs, withDeltas(opts[0]))
		var got []string
		for _, row := range formatstest.All(t, mustOpen(t, stored, Options{}))[1:] {
			got = append(got, row[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("deltas %t: other rows than were written", opts[0])
		}
	}
}

// TestAddToSchema adds columns and metadata to a source's schema, and keeps the rest.
func TestAddToSchema(t *testing.T) {
	s := everyType()
	rec := record(s, 20, rand.New(rand.NewPCG(8, 8)))
	r := mustOpen(t, stream(t, s, []arrow.Record{rec}), Options{})
	var out bytes.Buffer
	w, err := NewWriter(&out, r.Schema(), WriterOptions{Like: r, Extra: []string{"verdict"},
		Metadata:      map[string]string{"sluice.b": "2", "sluice.a": "1", "made": "over"},
		FieldMetadata: []map[string]string{{"sluice.pii.category": "email"}}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	extra := formatstest.View(slices.Repeat([][]string{{"kept"}}, 20), 0)
	commit, err := w.Encode(c, column.Selection{{Lo: 2, Hi: 9}}, []column.View{extra})
	if err == nil {
		err = errors.Join(commit(), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	schema, rows := readBack(t, out.Bytes())
	for i, row := range printed(t, rec)[2:9] {
		if rows[i] != row+`"kept"|` {
			t.Errorf("row %d is\n%s\nwant\n%s", i, rows[i], row)
		}
	}
	if got := schema.Metadata().String(); got != `["made": "over", "by": "", "sluice.a": "1", "sluice.b": "2"]` {
		t.Errorf("metadata %s", got)
	}
	if got := schema.Field(0).Metadata.String(); got != `["note": "0", "sluice.pii.category": "email"]` {
		t.Errorf("metadata of c0: %s", got)
	}
	for i, f := range s.Fields()[1:] {
		if !schema.Field(i + 1).Equal(f) {
			t.Errorf("column %d is %s, was %s", i+1, schema.Field(i+1), f)
		}
	}
}
