package arrowio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/decimal256"
	"github.com/apache/arrow/go/v17/arrow/float16"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"sluice/formats/column"
)

// everyType is one column of each type that a list can hold.
func everyType() *arrow.Schema {
	text := arrow.BinaryTypes.String
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text}
	types := []arrow.DataType{
		text, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView, arrow.BinaryTypes.Binary,
		arrow.BinaryTypes.LargeBinary, arrow.BinaryTypes.BinaryView, dict,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint32, ValueType: arrow.PrimitiveTypes.Int64},
		arrow.Null, arrow.FixedWidthTypes.Boolean, &arrow.FixedSizeBinaryType{ByteWidth: 3},
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Uint64,
		arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
		&arrow.Decimal128Type{Precision: 30, Scale: 4}, &arrow.Decimal256Type{Precision: 60, Scale: 9},
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64ns,
		&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, &arrow.TimestampType{Unit: arrow.Second},
		arrow.FixedWidthTypes.Duration_ms, arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval,
		arrow.FixedWidthTypes.MonthDayNanoInterval,
		arrow.ListOf(text), arrow.LargeListOf(arrow.PrimitiveTypes.Int16), arrow.FixedSizeListOf(2, text),
		arrow.StructOf(arrow.Field{Name: "a", Type: text, Nullable: true}, arrow.Field{Name: "b", Type: arrow.ListOf(arrow.FixedWidthTypes.Boolean), Nullable: true}),
		arrow.MapOf(text, arrow.PrimitiveTypes.Int32), arrow.ListOf(dict),
	}
	var fields []arrow.Field
	for i, t := range types {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("c%d", i), Type: t, Nullable: true,
			Metadata: arrow.MetadataFrom(map[string]string{"note": fmt.Sprint(i)})})
	}
	meta := arrow.NewMetadata([]string{"made", "by"}, []string{"a test", ""})
	return arrow.NewSchema(fields, &meta)
}

// fill appends one value, or a null.
func fill(b array.Builder, rng *rand.Rand, depth int) {
	if rng.IntN(6) == 0 && depth >= 0 {
		b.AppendNull()
		return
	}
	text := fmt.Sprintf("%.*s", rng.IntN(30), "some text, not short, é𝛼 and @ sign")
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(text)
	case *array.LargeStringBuilder:
		b.Append(text)
	case *array.StringViewBuilder:
		b.Append(text)
	case *array.BinaryBuilder:
		b.Append([]byte(text))
	case *array.BinaryViewBuilder:
		b.Append([]byte(text))
	case *array.BinaryDictionaryBuilder:
		_ = b.AppendString(text[:min(len(text), 3)])
	case *array.Int64DictionaryBuilder:
		_ = b.Append(int64(rng.IntN(9)))
	case *array.NullBuilder:
		b.AppendNull()
	case *array.BooleanBuilder:
		b.Append(rng.IntN(2) == 0)
	case *array.FixedSizeBinaryBuilder:
		b.Append([]byte{byte(rng.Uint32()), 1, 2})
	case *array.Int8Builder:
		b.Append(int8(rng.Uint32()))
	case *array.Int16Builder:
		b.Append(int16(rng.Uint32()))
	case *array.Uint16Builder:
		b.Append(uint16(rng.Uint32()))
	case *array.Int32Builder:
		b.Append(int32(rng.Uint32()))
	case *array.Uint64Builder:
		b.Append(rng.Uint64())
	case *array.Float16Builder:
		b.Append(float16.New(rng.Float32()))
	case *array.Float32Builder:
		b.Append(rng.Float32())
	case *array.Float64Builder:
		b.Append(rng.NormFloat64() * 1e9)
	case *array.Decimal128Builder:
		b.Append(decimal128.New(rng.Int64()%1000-500, rng.Uint64()))
	case *array.Decimal256Builder:
		b.Append(decimal256.FromI64(-rng.Int64()))
	case *array.Date32Builder:
		b.Append(arrow.Date32(rng.IntN(40000) - 9000))
	case *array.Date64Builder:
		b.Append(arrow.Date64((int64(rng.IntN(40000)) - 9000) * 86_400_000))
	case *array.Time32Builder:
		b.Append(arrow.Time32(rng.IntN(86_400_000)))
	case *array.Time64Builder:
		b.Append(arrow.Time64(rng.Int64N(86_400e9)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(rng.Int64N(2e9) - 3e8))
	case *array.DurationBuilder:
		b.Append(arrow.Duration(rng.Int64N(2e9)))
	case *array.MonthIntervalBuilder:
		b.Append(arrow.MonthInterval(rng.IntN(99)))
	case *array.DayTimeIntervalBuilder:
		b.Append(arrow.DayTimeInterval{Days: int32(rng.IntN(99)), Milliseconds: 7})
	case *array.MonthDayNanoIntervalBuilder:
		b.Append(arrow.MonthDayNanoInterval{Months: 1, Days: int32(rng.IntN(99)), Nanoseconds: -5})
	case *array.MapBuilder:
		b.Append(true)
		for range rng.IntN(3) {
			b.KeyBuilder().(*array.StringBuilder).Append(text)
			fill(b.ItemBuilder(), rng, depth+1)
		}
	case *array.ListBuilder:
		b.Append(true)
		for range rng.IntN(3) {
			fill(b.ValueBuilder(), rng, depth+1)
		}
	case *array.LargeListBuilder:
		b.Append(true)
		for range rng.IntN(3) {
			fill(b.ValueBuilder(), rng, depth+1)
		}
	case *array.FixedSizeListBuilder:
		b.Append(true)
		for range 2 {
			fill(b.ValueBuilder(), rng, depth+1)
		}
	case *array.StructBuilder:
		b.Append(true)
		for i := range b.NumField() {
			fill(b.FieldBuilder(i), rng, depth+1)
		}
	default:
		panic(fmt.Sprintf("%T", b))
	}
}

// record returns a batch of n random rows.
func record(s *arrow.Schema, n int, rng *rand.Rand) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	defer b.Release()
	for i := range s.NumFields() {
		for range n {
			fill(b.Field(i), rng, 0)
		}
	}
	return b.NewRecord()
}

// stream writes batches with Arrow's own library.
func stream(t testing.TB, s *arrow.Schema, recs []arrow.Record, opts ...ipc.Option) []byte {
	t.Helper()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, append(opts, ipc.WithSchema(s))...)
	for _, r := range recs {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// printed returns every row of a batch as Arrow's library prints it.
func printed(t testing.TB, r arrow.Record) []string {
	t.Helper()
	rows := make([]string, r.NumRows())
	for _, col := range r.Columns() {
		for i := range rows {
			if col.DataType().ID() == arrow.FIXED_SIZE_LIST && col.IsNull(i) {
				rows[i] += "(null)|"
				continue
			}
			b, err := json.Marshal(col.GetOneForMarshal(i))
			if err != nil { // NaN and the infinities
				b = []byte(col.ValueStr(i))
			}
			rows[i] += string(b) + "|"
		}
	}
	return rows
}

// readBack reads a stream or file with Arrow's own library.
func readBack(t testing.TB, stored []byte) (*arrow.Schema, []string) {
	t.Helper()
	var rows []string
	if bytes.HasPrefix(stored, magic) {
		r, err := ipc.NewFileReader(bytes.NewReader(stored))
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.NumRecords() {
			rec, err := r.RecordAt(i)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, printed(t, rec)...)
		}
		return r.Schema(), rows
	}
	r, err := ipc.NewReader(bytes.NewReader(stored))
	if err != nil {
		t.Fatal(err)
	}
	for r.Next() {
		rows = append(rows, printed(t, r.Record())...)
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return r.Schema(), rows
}

// filter copies the rows that keep chooses.
func filter(t testing.TB, r *Reader, o WriterOptions, keep func(row int) bool) []byte {
	t.Helper()
	var out bytes.Buffer
	o.Like = r
	w, err := NewWriter(&out, r.Schema(), o)
	if err != nil {
		t.Fatal(err)
	}
	for row := 0; ; {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var sel column.Selection
		for i := range c.Len() {
			if keep(row + i) {
				sel = sel.Add(i)
			}
		}
		row += c.Len()
		commit, err := w.Encode(c, sel, nil)
		if err == nil {
			err = commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestLikeArrow copies selections of rows of every type, from batches that are slices
// of others, and compares what Arrow's library reads of the copy with what it reads
// of the source.
func TestLikeArrow(t *testing.T) {
	s := everyType()
	rng := rand.New(rand.NewPCG(7, 7))
	big := record(s, 300, rng)
	recs := []arrow.Record{record(s, 90, rng), big.NewSlice(33, 140), record(s, 0, rng), record(s, 1, rng), big.NewSlice(0, 64)}
	var want []string
	for _, r := range recs {
		want = append(want, printed(t, r)...)
	}
	keeps := map[string]func(int) bool{
		"all":  func(int) bool { return true },
		"none": func(int) bool { return false },
		"some": func(i int) bool { return i%5 < 2 },
		"runs": func(i int) bool { return i%40 < 31 },
	}
	for codec, opts := range map[string][]ipc.Option{"none": nil, "lz4": {ipc.WithLZ4()}, "zstd": {ipc.WithZstd()}} {
		if raceBuild && codec != "none" { // slow there, where pools forget; TestFormat has them
			continue
		}
		stored := stream(t, s, recs, opts...)
		for name, keep := range keeps {
			for _, chunkRows := range []int{0, 50} {
				if raceBuild && (name == "none" || chunkRows == 0 && name != "all") {
					continue
				}
				for _, file := range []bool{false, true} {
					out := filter(t, mustOpen(t, stored, Options{ChunkRows: chunkRows}), WriterOptions{File: file}, keep)
					schema, got := readBack(t, out)
					if !schema.Equal(s) || schema.String() != s.String() {
						t.Fatalf("%s, %s: the schema changed:\n%s\nwant\n%s", codec, name, schema, s)
					}
					var w []string
					for i, row := range want {
						if keep(i) {
							w = append(w, row)
						}
					}
					if len(got) != len(w) {
						t.Fatalf("%s, %s, chunks of %d, file %t: %d rows, want %d", codec, name, chunkRows, file, len(got), len(w))
					}
					for i := range w {
						if got[i] != w[i] {
							t.Fatalf("%s, %s, chunks of %d, file %t: row %d is\n%s\nwant\n%s", codec, name, chunkRows, file, i, got[i], w[i])
						}
					}
					// The copy must also be readable here, and a copy of it the same.
					again := filter(t, mustOpen(t, out, Options{ChunkRows: chunkRows}), WriterOptions{File: file}, func(int) bool { return true })
					if _, got := readBack(t, again); len(got) != len(w) {
						t.Fatalf("%s, %s: copying the copy gave %d rows, want %d", codec, name, len(got), len(w))
					}
				}
			}
		}
	}
}
