package csvio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
)

// prospects returns n rows of about 177 bytes in eleven columns, the e-mail address
// in column 3: 5 % of the cells quoted, 1 % of the rows with a line feed in a cell.
func prospects(n int) []byte {
	rnd := rand.New(rand.NewSource(7))
	word := func(lo, hi int) string {
		b := make([]byte, lo+rnd.Intn(hi-lo+1))
		for i := range b {
			b[i] = "etaoinshrdlucmfwypvbgkjqxz"[int(rnd.ExpFloat64()*5)%26]
		}
		return string(b)
	}
	var b bytes.Buffer
	b.WriteString("id,first_name,last_name,email,company,website,title,country,city,phone,profile\n")
	for i := range n {
		first, last, domain := word(3, 8), word(4, 10), word(5, 12)+".example"
		cells := []string{
			fmt.Sprint(10000000 + i), first, last, first + "." + last + "@" + domain, word(6, 12) + " " + word(3, 6),
			"https://www." + domain, word(6, 11) + " " + word(4, 9), "DE", word(5, 11),
			fmt.Sprintf("+49%09d", rnd.Intn(1e9)), "https://social.example/in/" + first + "-" + last,
		}
		for k := range cells {
			if k != 3 && rnd.Intn(200) < 11 {
				cells[k] = `"` + cells[k] + ", " + word(2, 4) + `"`
			}
		}
		if rnd.Intn(100) == 0 {
			cells[6] = `"` + word(6, 10) + "\n" + word(6, 10) + `"`
		}
		b.WriteString(strings.Join(cells, ","))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

const benchRows = 100_000

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}

// read runs through a list and calls each for every chunk.
func read(b *testing.B, in []byte, r *Reader, each func(formats.Chunk)) {
	for {
		c, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			b.Fatal(err)
		}
		each(c)
		c.Release()
	}
}

// BenchmarkNext is what the reader's goroutine does, copying the input included.
func BenchmarkNext(b *testing.B) {
	in := prospects(benchRows)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(in), "list.csv", Options{})
		if err != nil {
			b.Fatal(err)
		}
		read(b, in, r, func(formats.Chunk) {})
	}
	perRow(b, benchRows)
}

// chunks returns all chunks of a list, which are never released.
func chunks(b testing.TB, in []byte, o Options) (*Reader, []*chunk) {
	r, err := NewReader(bytes.NewReader(in), "list.csv", o)
	if err != nil {
		b.Fatal(err)
	}
	var all []*chunk
	for {
		c, err := r.Next()
		if err == io.EOF {
			return r, all
		}
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, c.(*chunk))
	}
}

// forget makes c as it came from the reader.
func forget(c *chunk) {
	c.indexed, c.used, c.blanks = false, 0, 0
	c.faults, c.folds = c.faults[:0], c.folds[:0]
	c.buf = c.buf[:c.n]
}

// BenchmarkIndex finds all cells of all rows.
func BenchmarkIndex(b *testing.B) {
	in := prospects(benchRows)
	_, all := chunks(b, in, Options{})
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range all {
			forget(c)
			c.index()
		}
	}
	perRow(b, benchRows)
}

// BenchmarkDecode finds all cells and hands out four columns, as screening does.
func BenchmarkDecode(b *testing.B) {
	in := prospects(benchRows)
	_, all := chunks(b, in, Options{})
	cols := []int{3, 4, 5, 7}
	views := make([]column.View, 0, 4)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range all {
			forget(c)
			views, _ = c.Decode(views[:0], cols)
		}
	}
	perRow(b, benchRows)
}

// BenchmarkStrays looks for addresses outside the e-mail column, which is where they
// all are.
func BenchmarkStrays(b *testing.B) {
	_, all := chunks(b, prospects(benchRows), Options{})
	var cells []column.Cell
	for b.Loop() {
		for _, c := range all {
			cells, _ = c.Strays(cells[:0], []int{3})
		}
	}
	perRow(b, benchRows)
}

// BenchmarkFormulas looks at the first byte of every cell; every row has a phone
// number that starts with a plus.
func BenchmarkFormulas(b *testing.B) {
	_, all := chunks(b, prospects(benchRows), Options{})
	var rows []int
	for b.Loop() {
		for _, c := range all {
			rows, _ = c.Formulas(rows[:0])
		}
	}
	perRow(b, benchRows)
}

// BenchmarkEncode copies four rows of five, and renders them for comparison.
func BenchmarkEncode(b *testing.B) {
	r, all := chunks(b, prospects(benchRows), Options{})
	for _, dialect := range []struct {
		name string
		d    Dialect
	}{{"copy", r.Dialect()}, {"render", Dialect{Comma: ';'}}} {
		b.Run(dialect.name, func(b *testing.B) {
			w, err := NewWriter(io.Discard, r.Schema(), WriterOptions{Dialect: dialect.d, HeaderBytes: r.HeaderBytes()})
			if err != nil {
				b.Fatal(err)
			}
			sels := make([]column.Selection, len(all))
			for i, c := range all {
				for k := range c.Len() {
					if k%5 != 0 {
						sels[i] = sels[i].Add(k)
					}
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				for i, c := range all {
					c.used, c.buf = 0, c.buf[:c.n]
					commit, err := w.Encode(c, sels[i], nil)
					if err != nil {
						b.Fatal(err)
					}
					if err := commit(); err != nil {
						b.Fatal(err)
					}
				}
			}
			perRow(b, benchRows)
		})
	}
}
