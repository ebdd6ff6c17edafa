package parquetio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"sluice/formats/column"
)

// seeds are small files of every make.
func seeds(tb testing.TB) map[string][]byte {
	all := map[string][]byte{}
	for name, c := range map[string]compress.Codec{"none": &parquet.Uncompressed, "snappy": &parquet.Snappy, "zstd": &parquet.Zstd} {
		for version := 1; version <= 2; version++ {
			o := []parquet.WriterOption{parquet.Compression(c), parquet.DataPageVersion(version), parquet.PageBufferSize(300)}
			all[fmt.Sprintf("flat %s v%d", name, version)] = encode(tb, people(8, 12), 7, o...)
			all[fmt.Sprintf("nested %s v%d", name, version)] = encode(tb, companies(9, 12), 7, o...)
		}
	}
	return all
}

// use does with a file all that can be done with one and returns a digest of what
// came out.
func use(data []byte, o Options) (digest string, err error) {
	r, err := Open(bytes.NewReader(data), int64(len(data)), "list.parquet", o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	var rows int64
	for {
		next, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		c := next.(*chunk)
		rows += int64(c.Len())
		fmt.Fprintf(&b, "%d rows\n", c.Len())
		cells, err := c.Strays(nil, nil)
		if err != nil {
			return "", err
		}
		for _, cell := range cells {
			fmt.Fprintf(&b, "%d %d %q\n", cell.Row, cell.Col, cell.Text)
		}
		formulas, err := c.Formulas(nil)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, formulas)
		for col := range r.Schema().Fields {
			views, err := c.Decode(nil, []int{col})
			if err != nil {
				return "", err
			}
			for i := range views[0].Len() {
				fmt.Fprintf(&b, "%v %q\n", views[0].Null(i), views[0].At(i))
			}
		}
		for _, sel := range []column.Selection{column.All(c.Len()), {{Lo: c.Len() / 2, Hi: c.Len()}}} {
			g, err := rewriteGroup(c, sel, everyLeaf(c.r), 0)
			if err != nil {
				return "", err
			}
			for i := range g.columns {
				if err := g.columns[i].writeTo(io.Discard, nil); err != nil {
					return "", err
				}
			}
			g.release()
		}
		c.Release()
	}
	if rows != r.Info().Rows {
		return "", fmt.Errorf("lost rows: %d of %d", rows, r.Info().Rows)
	}
	return b.String(), nil
}

// checkHostile wants a damaged file to be refused, or read, but not to make us
// panic, lose rows or take memory that nothing in the file accounts for.
func checkHostile(t *testing.T, what string, data []byte) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := use(data, Options{ChunkRows: 2 * (len(data) % 3)})
	runtime.ReadMemStats(&after)
	if err != nil {
		if s := err.Error(); strings.Contains(s, "runtime error") || strings.Contains(s, "lost rows") || strings.Contains(s, "internal") {
			t.Errorf("%s: %v", what, err)
		}
		if code(err) == "" {
			t.Errorf("%s: not a formats.Error: %v", what, err)
		}
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 200<<20 {
		t.Errorf("%s: %d MiB allocated for a file of %d bytes; error %v", what, n>>20, len(data), err)
	}
}

// TestFlippedBytes flips bytes at random, a few in each file. All of them, with
// three masks each, take five minutes and were survived once; FuzzOpen goes on.
func TestFlippedBytes(t *testing.T) {
	n := 100
	if raceEnabled {
		n = 10
	}
	r := rand.New(rand.NewPCG(1, 1))
	for name, data := range seeds(t) {
		for range n {
			i, x := r.IntN(len(data)), pick(r, byte(1), 0x80, 0xff)
			bad := bytes.Clone(data)
			bad[i] ^= x
			checkHostile(t, fmt.Sprintf("%s: byte %d ^ %#x", name, i, x), bad)
		}
	}
}

func TestTruncated(t *testing.T) {
	for name, data := range seeds(t) {
		for n := 0; n < len(data); n += 1 + len(data)/100 {
			_, err := use(data[:n], Options{})
			if err == nil {
				t.Fatalf("%s: cut to %d of %d bytes: no error", name, n, len(data))
			}
			if c := code(err); n >= 4 && c != "truncated" && c != "corrupt" {
				t.Errorf("%s: cut to %d bytes: code %q: %v", name, n, c, err)
			}
		}
	}
}

// TestOpenRefuses has a file for each thing that Open refuses.
func TestOpenRefuses(t *testing.T) {
	good := encode(t, people(8, 20), 10)
	footer := func(n uint32, tail string) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[len(b)-8:], n)
		return append(b[:len(b)-4], tail...)
	}
	for _, c := range []struct {
		name, code string
		data       []byte
		o          Options
	}{
		{"empty", "truncated", nil, Options{}},
		{"text", "corrupt", []byte("name,email\na,b@c.example\n"), Options{}},
		{"magic only", "truncated", []byte("PAR1"), Options{}},
		{"footer of 4 GiB in 16 bytes", "corrupt", []byte("PAR1\x00\x00\x00\x00\xf0\xff\xff\xffPAR1"), Options{}},
		{"no end", "truncated", good[:len(good)-1], Options{}},
		{"long footer", "corrupt", footer(uint32(len(good)), "PAR1"), Options{}},
		{"encrypted footer", "encrypted", footer(100, "PARE"), Options{}},
		{"encrypted file", "encrypted", append([]byte("PARE"), good[4:]...), Options{}},
		{"footer over its cap", "limit", good, Options{MaxFooter: 100}},
		{"too many columns", "limit", good, Options{MaxColumns: 5}},
		{"too many rows", "limit", good, Options{MaxGroupRows: 9}},
		{"too many groups", "limit", good, Options{MaxGroups: 1}},
		{"too deep", "limit", encode(t, companies(1, 3), 3), Options{MaxDepth: 2}},
	} {
		_, err := Open(bytes.NewReader(c.data), int64(len(c.data)), "list.parquet", c.o)
		if got := code(err); got != c.code {
			t.Errorf("%s: code %q (%v), want %q", c.name, got, err, c.code)
		}
	}
}

// TestLimits wants limits on pages and text to hold while a chunk is read.
func TestLimits(t *testing.T) {
	type row struct {
		S string   `parquet:"s,dict"`
		L []string `parquet:"l,list,dict"`
	}
	long := strings.Repeat("long", 1000)
	var rows []row
	for range 1000 {
		rows = append(rows, row{long, []string{long}})
	}
	data := encode(t, rows, 1000, parquet.Compression(&parquet.Zstd))
	for col, o := range []Options{{MaxPage: 1000}, {MaxText: 2 << 20}} {
		c := chunks(t, openBytes(t, data, o))[0]
		if _, err := c.Decode(nil, []int{col}); code(err) != "limit" {
			t.Errorf("column %d with %+v: %v, want an error with the code limit", col, o, err)
		}
	}
}

// TestChunkLimit wants the sum over columns to be bounded as well.
func TestChunkLimit(t *testing.T) {
	data := encode(t, companies(1, 500), 500)
	c := chunks(t, openBytes(t, data, Options{MaxChunk: 6000}))[0]
	for _, cols := range [][]int{{0, 1}, {4}} {
		if _, err := c.Decode(nil, cols); code(err) != "limit" {
			t.Errorf("Decode %v: %v, want an error with the code limit", cols, err)
		}
	}
	if _, err := rewriteGroup(c, column.Selection{{Lo: 0, Hi: 400}}, everyLeaf(c.r), 0); code(err) != "limit" {
		t.Errorf("rewriteGroup: %v, want an error with the code limit", err)
	}
}

// TestOverlap has two columns share their bytes, which would let a small file stand
// for a large one.
func TestOverlap(t *testing.T) {
	data := encode(t, people(8, 20), 10)
	r := openBytes(t, data, Options{})
	r.meta.groups[1].columns[1].off = r.meta.groups[0].columns[1].off
	if err := r.preflight(int64(len(data))); code(err) != "corrupt" {
		t.Errorf("overlapping columns: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []Options{
			{MaxGroupRows: 1 << 16, MaxPage: 1 << 20, MaxText: 1 << 22},
			{MaxGroupRows: 1 << 7, MaxPage: 1 << 16, MaxText: 1 << 22, ChunkRows: 3},
		} {
			_, err := use(data, o)
			if err != nil && strings.Contains(err.Error(), "runtime error") {
				t.Fatal(err)
			}
		}
	})
}
