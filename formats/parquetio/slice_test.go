package parquetio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/parquet-go/parquet-go"

	"sluice/formats/column"
)

// sliced calls f with small files of long row groups: one page a column or many, with
// dictionaries and without, flat and nested.
func sliced(t *testing.T, f func(t *testing.T, data []byte)) {
	plain := randomTable(8, 700).write(t, 400, WriterOptions{}, smallGroups(500, maxGroupBytes), nil)
	t.Run("plain", func(t *testing.T) { f(t, plain) })
	for _, version := range []int{1, 2} {
		for _, page := range []int{300, 4000, 1 << 20} {
			if raceEnabled && (version == 1 || page != 300) {
				continue // the detector has pools forget coders, which are slow to make
			}
			o := []parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.DataPageVersion(version), parquet.PageBufferSize(page)}
			t.Run(fmt.Sprintf("flat/v%d/%d", version, page), func(t *testing.T) { f(t, encode(t, people(11, 300), 260, o...)) })
			t.Run(fmt.Sprintf("nested/v%d/%d", version, page), func(t *testing.T) { f(t, encode(t, companies(12, 160), 130, o...)) })
		}
	}
}

// contents returns what each row of a file holds as text, and what the searches find in
// it, with its chunks taken in another order by several goroutines.
func contents(t *testing.T, data []byte, chunkRows int, order *rand.Rand) []string {
	r := openBytes(t, data, Options{ChunkRows: chunkRows, KeepGroups: chunkRows == 0})
	all := chunks(t, r)
	rows := make([]string, r.Info().Rows)
	var wg sync.WaitGroup
	base := make([]int, len(all))
	for i := 1; i < len(all); i++ {
		base[i] = base[i-1] + all[i-1].Len()
	}
	todo := order.Perm(len(all))
	for k := range 3 {
		wg.Go(func() {
			for j := k; j < len(todo); j += 3 {
				if err := describeRows(r, all[todo[j]], rows[base[todo[j]]:]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, c := range all {
		if c.share.held.Load() > 0 && c.share.leaves[0].places == nil {
			t.Errorf("%d bytes of pages are held for nobody", c.share.held.Load())
		}
	}
	return rows
}

func describeRows(r *Reader, c *chunk, rows []string) error {
	defer c.Release()
	cells, err := c.Strays(nil, nil)
	if err != nil {
		return err
	}
	for _, cell := range cells {
		rows[cell.Row] += fmt.Sprintf("stray %d %q\n", cell.Col, cell.Text)
	}
	formulas, err := c.Formulas(nil)
	if err != nil {
		return err
	}
	for _, row := range formulas {
		rows[row] += "formula\n"
	}
	for col := range r.Schema().Fields {
		views, err := c.Decode(nil, []int{col})
		if err != nil {
			return err
		}
		for i := range c.Len() {
			rows[i] += fmt.Sprintf("%v %q\n", views[0].Null(i), views[0].At(i))
		}
	}
	return nil
}

// TestSlices wants slices to hold what the row group holds, whoever reads them first.
func TestSlices(t *testing.T) {
	sliced(t, func(t *testing.T, data []byte) {
		order := rand.New(rand.NewPCG(1, 2))
		want := contents(t, data, 0, order)
		for _, rows := range []int{5, 64, 100} {
			got := contents(t, data, rows, order)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("in chunks of %d: row %d:\n%.400s\nwant\n%.400s", rows, i, got[i], want[i])
				}
			}
		}
	})
}

// TestSlicesRewritten wants filtered slices to hold the rows that the filtered row group
// holds.
func TestSlicesRewritten(t *testing.T) {
	sliced(t, func(t *testing.T, data []byte) {
		for name, selection := range selections {
			if raceEnabled && name != "half" {
				continue
			}
			keep := selection(3)
			want := oracleRows(t, rewriteFile(t, data, keep))
			for _, rows := range []int{9, 64} {
				out, err := tryRewrite(data, keep, Options{ChunkRows: rows})
				if err != nil {
					t.Fatal(err)
				}
				if got := oracleRows(t, out); !slices.Equal(got, want) {
					t.Fatalf("%s in chunks of %d: %d rows that are not the %d", name, rows, len(got), len(want))
				}
			}
		}
	})
}

// TestSlicesCopied wants a row group that keeps all its rows to be copied as it is,
// though it came in slices; and others to lose what is left out and nothing else.
func TestSlicesCopied(t *testing.T) {
	src := nested(t, parquet.Compression(&parquet.Snappy)) // groups of 200 rows
	names, rows := readText(t, src)
	for name, keep := range map[string]func(int) bool{
		"all":             func(int) bool { return true },
		"but the last":    func(i int) bool { return i < 599 },
		"but the first":   func(i int) bool { return i > 0 },
		"the second half": func(i int) bool { return i >= 300 },
		"without a slice": func(i int) bool { return i < 260 || i >= 320 },
		"some":            func(i int) bool { return i%7 < 4 },
	} {
		for _, codec := range []string{"", "zstd"} {
			got := copySlices(t, src, 30, WriterOptions{Codec: codec}, true, keep)
			t.Run(name+"/"+codec, func(t *testing.T) {
				checkCopy(t, got, names, rows, nil, codec, keep)
				if name == "all" && codec == "" {
					sameBody(t, got, src)
				}
				if n := len(footerOf(t, got).groups); name == "but the last" && n != 2+7 {
					t.Errorf("%d row groups, want two copied ones and seven slices", n)
				}
			})
		}
	}
}

// A peak is the most that was decompressed of a row group at any time.
type peak struct{ most int64 }

func (p *peak) see(c *chunk) { p.most = max(p.most, c.share.held.Load()+c.r.pinned.Load()+c.held) }

// TestLongRowGroup reads and filters a row group of many pages with some chunks in flight
// and wants no more of it in memory than those chunks take.
func TestLongRowGroup(t *testing.T) {
	const rows, step = 300_000, 10_000
	if raceEnabled {
		t.Skip("slow, and TestSlices runs several goroutines")
	}
	type row struct {
		Email   string `parquet:"email,plain"`
		Company string `parquet:"company,dict"`
		N       int64  `parquet:"n"`
	}
	var all []row
	for i := range rows {
		all = append(all, row{fmt.Sprintf("person%07d@company%05d.example", i, i%30_000), fmt.Sprintf("Company %d", i%5000), int64(i)})
	}
	data := encode(t, all, rows, parquet.Compression(&parquet.Snappy), parquet.PageBufferSize(64<<10))
	r := openBytes(t, data, Options{ChunkRows: step})
	if n := len(r.meta.groups); n != 1 {
		t.Fatalf("%d row groups, want one", n)
	}
	var out bytes.Buffer
	w := fileWriter{w: &out}
	var flight []*chunk
	var p peak
	for i := 0; ; i++ {
		next, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		c := next.(*chunk)
		if _, err := c.Decode(nil, []int{0, 1}); err != nil {
			t.Fatal(err)
		}
		g, err := rewriteGroup(c, column.Selection{{Lo: 0, Hi: step / 2}}, everyLeaf(c.r), 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.add(g); err != nil {
			t.Fatal(err)
		}
		g.release()
		flight = append(flight, c)
		p.see(c)
		if len(flight) == 4 {
			flight[0].Release()
			flight = flight[1:]
		}
	}
	// A slice takes some 400 kB of pages, counted twice, and as much text with its spans; the
	// dictionary is there once. The column of addresses alone takes 11 MB.
	if p.most > 6<<20 {
		t.Errorf("%d bytes of a row group are in memory at a time", p.most)
	}
	var f footer
	f.version, f.schema = r.meta.version, extendSchema(r.meta.schema, nil)
	if err := w.close(&f); err != nil {
		t.Fatal(err)
	}
	want := func(i int) bool { return i%step < step/2 }
	_, got := readText(t, out.Bytes())
	k := 0
	for i, row := range all {
		if !want(i) {
			continue
		}
		if string(got[k][0]) != row.Email || string(got[k][1]) != row.Company || string(got[k][2]) != fmt.Sprint(row.N) {
			t.Fatalf("row %d is %q", i, got[k])
		}
		k++
	}
	if k != len(got) {
		t.Errorf("%d rows, want %d", len(got), k)
	}
}
