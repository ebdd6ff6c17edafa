package csvio

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/formats"
	"sluice/formats/column"
)

// TestViewsStayValid decodes column after column, with cells that are rewritten
// behind the block, and wants what was decoded first to be as it was.
func TestViewsStayValid(t *testing.T) {
	var in bytes.Buffer
	in.WriteString("a,b\n")
	for i := range 500 {
		fmt.Fprintf(&in, "\"%d \"\"x\"\"\",\"\"\"%d\"\"\"\n", i, i)
	}
	_, all := chunks(t, in.Bytes(), Options{})
	var views []column.View
	for range 20 {
		var err error
		if views, err = all[0].Decode(views, []int{1, 0}); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range views {
		for i := range 500 {
			want := []string{fmt.Sprintf("\"%d\"", i), fmt.Sprintf("%d \"x\"", i)}[k%2]
			if got := string(v.At(i)); got != want {
				t.Fatalf("view %d, row %d: %q, want %q", k, i, got, want)
			}
		}
	}
	if _, err := all[0].Decode(nil, []int{2}); err == nil {
		t.Error("no error for a column that the list does not have")
	}
}

// TestPosition asks for positions in any order.
func TestPosition(t *testing.T) {
	in := "\n\na,b\n\n1,1\n\"2\n\",2\n\n3,3\n"
	_, all := chunks(t, []byte(in), Options{})
	var got []formats.Position
	for _, i := range []int{2, 0, 1, 1, 2} {
		got = append(got, all[0].Position(i))
	}
	first := formats.Position{File: "list.csv", Row: 1, Line: 5, Offset: 7}
	second := formats.Position{File: "list.csv", Row: 2, Line: 6, Offset: 11}
	third := formats.Position{File: "list.csv", Row: 3, Line: 9, Offset: 19}
	if d := cmp.Diff([]formats.Position{third, first, second, second, third}, got); d != "" {
		t.Errorf("positions differ (-want +got):\n%s", d)
	}
	if n := all[0].Lines(); n != 9 {
		t.Errorf("the chunk spans %d lines, want 9", n)
	}
}

// TestStrays shows which cells count, for several columns to skip.
func TestStrays(t *testing.T) {
	in := "a,b,c\nx@y.example,,\n,\"say \"\"@\"\"\",@@\nu＠v.example,1,2\n@,\n1,2,x＠y@z"
	for _, tt := range []struct {
		skip []int
		want string
	}{
		{nil, `0.0 "x@y.example", 1.1 "say \"@\"", 1.2 "@@", 2.0 "u＠v.example", 4.2 "x＠y@z", `},
		{[]int{0}, `1.1 "say \"@\"", 1.2 "@@", 4.2 "x＠y@z", `},
		{[]int{2, 1}, `0.0 "x@y.example", 2.0 "u＠v.example", `},
		{[]int{0, 1, 2, 7, -1}, ``},
	} {
		for _, block := range []int{1, 9, 0} {
			_, all := chunks(t, []byte(in), Options{Header: HeaderYes, BlockSize: block})
			got, rows := "", 0
			for _, c := range all {
				cells, err := c.Strays(nil, tt.skip)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range cells {
					got += fmt.Sprintf("%d.%d %q, ", rows+s.Row, s.Col, s.Text)
				}
				rows += c.Len()
			}
			if got != tt.want {
				t.Errorf("skipping %v, block size %d:\n got %s\nwant %s", tt.skip, block, got, tt.want)
			}
		}
	}
}

// TestStraysOfOneKind reads a block of full-width at signs alone. Searching the rest
// of it for plain ones after each of them took time in the square of the block.
func TestStraysOfOneKind(t *testing.T) {
	in := "a,b\n" + strings.Repeat("＠,＠\n", 100_000)
	_, all := chunks(t, []byte(in), Options{})
	n := 0
	for _, c := range all {
		cells, _ := c.Strays(nil, nil)
		n += len(cells)
	}
	if n != 200_000 {
		t.Errorf("%d cells with an at sign, want 200000", n)
	}
}

func TestFormulas(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		comma    byte
		want     []int
	}{
		{"first bytes", "=1,\n+1,\n-1,\n@,\n\t,\n\r,\nx=,\n", ',', []int{0, 1, 2, 3, 4, 5}},
		{"last cell", "x,=1\nx,y\nx,-\r\n", ',', []int{0, 2}},
		{"in quotes", "x,\"=1\"\nx,\"\"\"=\"\n\"\",\"\"\n\"\t\",\n", ',', []int{0, 3}},
		{"line ends are no cells", "x,\r\n,\r\nx,\"\"\r\nx,", ',', nil},
		{"tabs between cells", "\t\nx\t\n\"\t\"\tx\n=\tx\n", '\t', []int{2, 3}},
		{"faulty rows do not count", "=\n=,=,=\nx,=\n", ',', []int{2}},
	} {
		_, all := chunks(t, []byte("a"+string(rune(tt.comma))+"b\n"+tt.in), Options{Comma: tt.comma, Header: HeaderYes})
		got, err := all[0].Formulas(nil)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: rows %v, error %v; want %v", tt.name, got, err, tt.want)
		}
	}
}

// TestWorkers reads, decodes and releases on different goroutines. With the race
// detector released blocks are overwritten, so a view used too late shows as well.
func TestWorkers(t *testing.T) {
	in := prospects(3000)
	want := readList(in, Options{})
	r, err := NewReader(bytes.NewReader(in), "list.csv", Options{BlockSize: 5000})
	if err != nil {
		t.Fatal(err)
	}
	type part struct {
		n    int
		rows [][]string
	}
	work, done := make(chan formats.Chunk, 4), make(chan formats.Chunk, 4)
	parts := make(chan part, 1000)
	order := map[formats.Chunk]int{}
	var mu sync.Mutex
	var workers, releaser sync.WaitGroup
	for range 3 {
		workers.Go(func() {
			for c := range work {
				mu.Lock()
				p := part{n: order[c]}
				mu.Unlock()
				views, _ := c.Decode(nil, []int{3, 6})
				for i := range c.Len() {
					p.rows = append(p.rows, []string{string(views[0].At(i)), string(views[1].At(i))})
				}
				parts <- p
				done <- c
			}
		})
	}
	releaser.Go(func() {
		for c := range done {
			c.Release()
		}
	})
	for n := 0; ; n++ {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		order[c] = n
		mu.Unlock()
		work <- c
	}
	close(work)
	workers.Wait()
	close(done)
	releaser.Wait()
	close(parts)
	var all []part
	for p := range parts {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b part) int { return a.n - b.n })
	i := 0
	for _, p := range all {
		for _, cells := range p.rows {
			if rec := want.Records[i]; cells[0] != rec.Cells[3] || cells[1] != rec.Cells[6] {
				t.Fatalf("row %d: %q, want %q and %q", i, cells, rec.Cells[3], rec.Cells[6])
			}
			i++
		}
	}
	if i != len(want.Records) {
		t.Errorf("%d rows, want %d", i, len(want.Records))
	}
}

// TestAllocations wants what is allocated not to grow with the rows.
func TestAllocations(t *testing.T) {
	in := prospects(10_000)
	views, cols := make([]column.View, 0, 4), []int{3, 4, 5, 7}
	var cells []column.Cell
	var rows []int
	n := testing.AllocsPerRun(1, func() {
		r, err := NewReader(bytes.NewReader(in), "list.csv", Options{BlockSize: 64 << 10})
		if err != nil {
			t.Fatal(err)
		}
		for {
			c, err := r.Next()
			if err == io.EOF {
				return
			}
			views, _ = c.Decode(views[:0], cols)
			cells, _ = c.Strays(cells[:0], cols[:1])
			rows, _ = c.Formulas(rows[:0])
			c.Release()
		}
	})
	if n > 180 {
		t.Errorf("%v allocations for %d rows in about 30 blocks, want no more than 180", n, 10_000)
	}
}
