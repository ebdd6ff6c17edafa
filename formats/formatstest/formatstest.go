// Package formatstest is the suite that every list format passes: the same rows,
// read and written in that format, behave as the contracts in package formats say
// and as the plainest possible reader (List) does.
package formatstest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
)

// A Format is what the suite needs to know of one.
type Format struct {
	Name string
	// Read returns a reader of the stored list, made for small chunks where the
	// format has a choice.
	Read func(t *testing.T, stored []byte) formats.Reader
	// Write returns a writer of lists like those of src, which is one of Read's or
	// any other.
	Write func(t *testing.T, w io.Writer, src formats.Reader, extra []string) formats.Writer
}

// Rows returns a header and n invented rows, the same for the same seed: empty cells,
// line feeds, quotes, other scripts, addresses in odd places, formulas.
func Rows(n int, seed uint64) [][]string {
	rng := rand.New(rand.NewPCG(seed, 1))
	pick := func(s ...string) string { return s[rng.IntN(len(s))] }
	rows := [][]string{{"name", "email", "country", "note"}}
	for i := range n {
		rows = append(rows, []string{
			pick("Wanda", "Gus", "Zoë", "Łukasz", "李雷", `Ann "Annie"`, "") + pick("", " Widget", ", Jr."),
			fmt.Sprintf("p%d@%s.example", i, pick("widgets", "gadgets", "sprockets")),
			pick("DE", "FR", "GB", "US", ""),
			pick("", "", "", "call later", "first line\nsecond line", "=1+1", "-5", "+49 30 123", "a;b,c\td|e",
				fmt.Sprintf("see boss%d@widgets.example", i), "full ＠ width", "?e=jane%40widgets.example", "@handle", "𝛼 and 😀"),
		})
	}
	return rows
}

// Run runs the suite.
func Run(t *testing.T, f Format) {
	for _, n := range []int{0, 1, 7, 1000} {
		rows := Rows(n, uint64(n))
		t.Run(fmt.Sprintf("%s/%d_rows", f.Name, n), func(t *testing.T) {
			stored := f.store(t, rows, 100)
			t.Run("chunk_size", func(t *testing.T) {
				for _, size := range []int{1, 3, 1 << 20} {
					if !bytes.Equal(f.store(t, rows, size), stored) {
						t.Errorf("the output differs where rows come %d at a time", size)
					}
				}
			})
			t.Run("read", func(t *testing.T) { f.read(t, stored, rows) })
			t.Run("select", func(t *testing.T) { f.selections(t, stored, rows) })
			t.Run("reuse", func(t *testing.T) { f.reuse(t, stored, rows) })
		})
	}
}

// store writes rows that come from another format.
func (f Format) store(t *testing.T, rows [][]string, chunkRows int) []byte {
	t.Helper()
	var out bytes.Buffer
	src := &List{Name: "memory", Rows: rows, ChunkRows: chunkRows}
	w := f.Write(t, &out, src, nil)
	f.copy(t, w, src, column.All, nil)
	return out.Bytes()
}

// copy moves the rows of src that sel chooses of each chunk, encoding two chunks at
// once and committing in order.
func (f Format) copy(t *testing.T, w formats.Writer, src formats.Reader, sel func(n int) column.Selection, extra func(n int) []column.View) {
	t.Helper()
	type result struct {
		commit func() error
		err    error
	}
	for done := false; !done; {
		var chunks []formats.Chunk
		for len(chunks) < 2 && !done {
			c, err := src.Next()
			if err == io.EOF {
				done = true
			} else if err != nil {
				t.Fatalf("Next: %v", err)
			} else {
				chunks = append(chunks, c)
			}
		}
		results := make([]chan result, len(chunks))
		for i, c := range chunks {
			var x []column.View
			if extra != nil {
				x = extra(c.Len())
			}
			s := sel(c.Len())
			results[i] = make(chan result, 1)
			go func() {
				commit, err := w.Encode(c, s, x)
				results[i] <- result{commit, err}
			}()
		}
		for i, c := range chunks {
			r := <-results[i]
			if r.err != nil {
				t.Fatalf("Encode: %v", r.err)
			}
			if err := r.commit(); err != nil {
				t.Fatalf("commit: %v", err)
			}
			c.Release()
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// All reads every row of r, and its header.
func All(t *testing.T, r formats.Reader) [][]string {
	t.Helper()
	got := [][]string{r.Schema().Names()}
	cols := make([]int, len(got[0]))
	for i := range cols {
		cols[i] = i
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		got = append(got, cells(t, c, cols)...)
		c.Release()
	}
}

// cells copies columns of a chunk, row by row.
func cells(t *testing.T, c formats.Chunk, cols []int) [][]string {
	t.Helper()
	views, err := c.Decode(nil, cols)
	if err != nil {
		t.Fatalf("Decode(%v): %v", cols, err)
	}
	if len(views) != len(cols) {
		t.Fatalf("Decode(%v) gave %d views", cols, len(views))
	}
	out := make([][]string, c.Len())
	for j, v := range views {
		if v.Len() != c.Len() {
			t.Fatalf("column %d has %d cells in a chunk of %d rows", cols[j], v.Len(), c.Len())
		}
		for i := range out {
			out[i] = append(out[i], string(v.At(i)))
		}
	}
	return out
}

// read compares everything a chunk tells with what a List tells of the same rows.
func (f Format) read(t *testing.T, stored []byte, rows [][]string) {
	r := f.Read(t, stored)
	defer r.Close()
	if got := r.Schema().Names(); !slices.Equal(got, rows[0]) {
		t.Fatalf("columns %q, want %q", got, rows[0])
	}
	at, file := 1, ""
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if c.Len() == 0 {
			t.Fatal("a chunk without rows")
		}
		want := &listChunk{rows: rows[at : at+c.Len()]}
		for _, cols := range [][]int{{1}, {3, 0}, {}, {0, 1, 2, 3}, {2, 2}} {
			if got := cells(t, c, cols); !equalRows(got, cells(t, want, cols)) {
				t.Fatalf("rows from %d: columns %v differ", at, cols)
			}
		}
		if len(c.Faults()) != 0 {
			t.Errorf("%d faults in sound rows", len(c.Faults()))
		}
		for _, skip := range [][]int{nil, {1}, {1, 3}} {
			got, err := c.Strays(nil, skip)
			if err != nil {
				t.Fatal(err)
			}
			wantCells, _ := want.Strays(nil, skip)
			if !slices.EqualFunc(got, wantCells, func(a, b column.Cell) bool {
				return a.Row == b.Row && a.Col == b.Col && bytes.Equal(a.Text, b.Text)
			}) {
				t.Errorf("rows from %d: strays outside %v: %d cells, want %d, or others", at, skip, len(got), len(wantCells))
			}
		}
		got, err := c.Formulas(nil)
		if err != nil {
			t.Fatal(err)
		}
		if wantRows, _ := want.Formulas(nil); !slices.Equal(got, wantRows) {
			t.Errorf("rows from %d: formulas in rows %v, want %v", at, got, wantRows)
		}
		for i := range c.Len() {
			p := c.Position(i)
			if p.Row != int64(i)+1 {
				t.Errorf("row %d of a chunk is at row %d", i, p.Row)
			}
			if file == "" {
				file = p.File
			}
			if p.File == "" || p.File != file {
				t.Errorf("row %d is in file %q, others in %q", i, p.File, file)
			}
		}
		at += c.Len()
		c.Release()
	}
	if at != len(rows) {
		t.Errorf("%d rows, want %d", at-1, len(rows)-1)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("Next after the end: %v, want io.EOF", err)
	}
	if got := r.Info().Rows; got != int64(len(rows)-1) {
		t.Errorf("Info tells of %d rows, want %d", got, len(rows)-1)
	}
}

// selections copies none, all and random runs of the rows from the format to itself,
// with and without extra columns, and reads what came out.
func (f Format) selections(t *testing.T, stored []byte, rows [][]string) {
	for name, keep := range map[string]func(i int) bool{
		"none":   func(int) bool { return false },
		"all":    func(int) bool { return true },
		"some":   func(i int) bool { return i%7 < 3 },
		"most":   func(i int) bool { return i%50 != 20 },
		"sparse": func(i int) bool { return i%97 == 5 },
	} {
		for _, extra := range [][]string{nil, {"verdict", "reason"}} {
			var out bytes.Buffer
			src := f.Read(t, stored)
			at := 0
			want := [][]string{append(slices.Clone(rows[0]), extra...)}
			w := f.Write(t, &out, src, extra)
			var views func(n int) []column.View
			var base int
			sel := func(n int) (s column.Selection) {
				for i := range n {
					if keep(at + i) {
						s = s.Add(i)
						row := slices.Clone(rows[1+at+i])
						if extra != nil {
							row = append(row, fmt.Sprintf("v%d", at+i), "")
						}
						want = append(want, row)
					}
				}
				at += n
				return s
			}
			if extra != nil {
				views = func(n int) []column.View {
					var x [][]string
					for i := range n {
						x = append(x, []string{fmt.Sprintf("v%d", base+i), ""})
					}
					base += n
					return []column.View{View(x, 0), View(x, 1)}
				}
			}
			f.copy(t, w, src, sel, views)
			src.Close()
			back := f.Read(t, out.Bytes())
			if got := All(t, back); !equalRows(got, want) {
				t.Errorf("%s, extra %q: %d rows came back, want %d, or others", name, extra, len(got)-1, len(want)-1)
			}
			back.Close()
		}
	}
}

// reuse holds chunks while others come and go, and reads them afterwards.
func (f Format) reuse(t *testing.T, stored []byte, rows [][]string) {
	r := f.Read(t, stored)
	defer r.Close()
	type held struct {
		c     formats.Chunk
		views []column.View
		at    int
	}
	check := func(h held) {
		for i := range h.c.Len() {
			for j, v := range h.views {
				if want := rows[1+h.at+i][j]; string(v.At(i)) != want {
					t.Fatalf("row %d, column %d changed while it was held", h.at+i, j)
				}
			}
		}
		h.c.Release()
	}
	var queue []held
	at := 0
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		views, err := c.Decode(nil, []int{0, 1})
		if err == nil {
			views, err = c.Decode(views, []int{2, 3})
		}
		if err != nil {
			t.Fatal(err)
		}
		queue = append(queue, held{c, views, at})
		at += c.Len()
		if len(queue) == 3 {
			check(queue[0])
			queue = queue[1:]
		}
	}
	for _, h := range queue {
		check(h)
	}
}

func equalRows(a, b [][]string) bool {
	return slices.EqualFunc(a, b, func(x, y []string) bool { return slices.Equal(x, y) })
}
