package arrowio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"sluice/formats"
	"sluice/formats/column"
)

func withDeltas(on bool) ipc.Option { return ipc.WithDictionaryDeltas(on) }

// exercise does with a list what a run does, and returns its rows as text.
func exercise(stored []byte, o Options) (rows []string, err error) {
	r, err := open(stored, o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	w, err := NewWriter(io.Discard, r.Schema(), WriterOptions{Like: r})
	if err != nil {
		return nil, err
	}
	csv, err := NewWriter(io.Discard, r.Schema(), WriterOptions{})
	if err != nil {
		return nil, err
	}
	cols := make([]int, len(r.Schema().Fields))
	for i := range cols {
		cols[i] = i
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			return rows, errors.Join(w.Close(), csv.Close())
		}
		if err != nil {
			return rows, err
		}
		views, err := c.Decode(nil, cols)
		if err != nil {
			return rows, err
		}
		for i := range min(c.Len(), 1000) {
			var b strings.Builder
			for _, v := range views {
				b.Write(v.At(i))
				fmt.Fprintf(&b, "|%t|", v.Null(i))
			}
			rows = append(rows, b.String())
		}
		if _, err := c.Strays(nil, nil); err != nil {
			return rows, err
		}
		if _, err := c.Formulas(nil); err != nil {
			return rows, err
		}
		_ = c.Faults()
		var odd column.Selection
		for i := 1; i < min(c.Len(), 1000); i += 2 {
			odd = odd.Add(i)
		}
		for _, sel := range []column.Selection{odd, column.All(c.Len())} {
			commit, err := w.Encode(c, sel, nil)
			if err == nil {
				err = commit()
			}
			if err != nil {
				return rows, err
			}
		}
		if commit, err := csv.Encode(foreign{c}, odd, nil); err == nil {
			_ = commit()
		}
		c.Release()
	}
}

// smallList is a few rows of most layouts.
func smallList(t testing.TB, opts ...ipc.Option) []byte {
	s := arrow.NewSchema([]arrow.Field{
		{Name: "email", Type: arrow.BinaryTypes.String},
		{Name: "v", Type: arrow.BinaryTypes.StringView, Nullable: true},
		{Name: "d", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true},
		{Name: "n", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	}, nil)
	return stream(t, s, []arrow.Record{record(s, 5, rand.New(rand.NewPCG(3, 3))), record(s, 3, rand.New(rand.NewPCG(4, 3)))}, opts...)
}

func asFile(t testing.TB, stream []byte) []byte {
	return filter(t, mustOpen(t, stream, Options{}), WriterOptions{File: true}, func(int) bool { return true })
}

// limits keep what a damaged length may ask for small.
var limits = Options{MaxBatch: 1 << 22, MaxMetadata: 1 << 20}

// TestDamage flips every byte and cuts at every length. What cannot be read must be
// an error; a flip may also change data, which carries no checksum, but never
// take rows away unnoticed at a cut.
func TestDamage(t *testing.T) {
	for name, stored := range map[string][]byte{
		"stream": smallList(t), "lz4": smallList(t, ipc.WithLZ4()), "zstd": smallList(t, ipc.WithZstd()), "file": asFile(t, smallList(t)),
	} {
		if _, err := exercise(stored, limits); err != nil {
			t.Fatalf("%s: undamaged: %v", name, err)
		}
		step := 1
		if raceBuild { // which is fifty times slower here; the plain build does them all
			step = 61
		}
		for n := 0; n < len(stored); n += step {
			_, err := exercise(stored[:n], limits)
			var fe *formats.Error
			if !errors.As(err, &fe) {
				t.Errorf("%s: cut to %d of %d bytes: error %v", name, n, len(stored), err)
			}
		}
		for i := 0; i < len(stored); i += step {
			b := bytes.Clone(stored)
			b[i] ^= []byte{0x01, 0x80, 0xff}[i%3]
			_, _ = exercise(b, limits) // must return
		}
	}
}

// TestEndMarker tells a list that ends from one that was cut between two messages,
// and from two lists in a row.
func TestEndMarker(t *testing.T) {
	stored := smallList(t)
	for _, c := range []struct {
		name, code string
		b          []byte
	}{
		{"no end", "truncated", stored[:len(stored)-8]},
		{"half an end", "truncated", stored[:len(stored)-4]},
		{"two lists", "trailing", append(bytes.Clone(stored), stored...)},
		{"empty", "corrupt", nil},
	} {
		_, err := exercise(c.b, Options{})
		var fe *formats.Error
		if !errors.As(err, &fe) || fe.Code != c.code || fe.Pos.File == "" {
			t.Errorf("%s: error %v, want code %s", c.name, err, c.code)
		}
	}
	legacy := append(bytes.Clone(stored[:len(stored)-8]), 0, 0, 0, 0) // the end as before Arrow 0.15
	if _, err := exercise(legacy, Options{}); err != nil {
		t.Errorf("old end marker: %v", err)
	}
}

// TestRefused names the column and what to do about types that a list cannot hold.
func TestRefused(t *testing.T) {
	for _, typ := range []arrow.DataType{
		arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String),
		arrow.ListViewOf(arrow.BinaryTypes.String), arrow.LargeListViewOf(arrow.BinaryTypes.String),
		arrow.SparseUnionOf([]arrow.Field{{Name: "u", Type: arrow.BinaryTypes.String}}, []arrow.UnionTypeCode{0}),
	} {
		s := arrow.NewSchema([]arrow.Field{{Name: "odd", Type: typ}}, nil)
		_, err := exercise(stream(t, s, nil), Options{})
		if err == nil || !strings.Contains(err.Error(), "column odd") {
			t.Errorf("%s: error %v, want one that names the column", typ, err)
		}
	}
}

// TestLimits refuses what is beyond Options, and says so.
func TestLimits(t *testing.T) {
	big := bytes.Repeat([]byte("a"), 1<<20)
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	b.Field(0).(*array.StringBuilder).Append(string(big))
	rec := []arrow.Record{b.NewRecord()}
	for name, stored := range map[string][]byte{
		"stored": stream(t, s, rec), "inflated": stream(t, s, rec, ipc.WithZstd()), "lz4": stream(t, s, rec, ipc.WithLZ4()),
	} {
		_, err := exercise(stored, Options{MaxBatch: 1 << 18})
		var fe *formats.Error
		if !errors.As(err, &fe) || fe.Code != "limit" || fe.Hint == "" {
			t.Errorf("%s: error %v, want one with code limit", name, err)
		}
	}
	wide := make([]arrow.Field, 200)
	for i := range wide {
		wide[i] = arrow.Field{Name: fmt.Sprint(i), Type: arrow.Null}
	}
	if _, err := exercise(stream(t, arrow.NewSchema(wide, nil), nil), Options{MaxColumns: 100}); err == nil {
		t.Error("200 columns read where 100 are allowed")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(smallList(f))
	f.Add(smallList(f, ipc.WithZstd()))
	f.Add(smallList(f, ipc.WithLZ4()))
	f.Add(asFile(f, smallList(f)))
	s := everyType()
	f.Add(stream(f, s, []arrow.Record{record(s, 4, rand.New(rand.NewPCG(1, 1)))}))
	f.Fuzz(func(t *testing.T, stored []byte) {
		rows, err := exercise(stored, limits)
		if err != nil {
			return
		}
		again, err := exercise(stored, Options{MaxBatch: limits.MaxBatch, MaxMetadata: limits.MaxMetadata, ChunkRows: 7})
		if err != nil && len(rows) > 0 {
			t.Errorf("chunks of 7 rows: %v", err)
		}
		_ = again
	})
}
