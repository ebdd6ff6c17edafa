package parquetio

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/parquet-go/parquet-go"

	"sluice/formats/column"
)

// A prospect is a row of the width and make of the lists we are given: 17 columns,
// 11 of them text, of which five repeat themselves.
type prospect struct {
	ID       int64   `parquet:"id"`
	First    string  `parquet:"first_name,optional"`
	Last     string  `parquet:"last_name,optional"`
	Email    string  `parquet:"email,optional"`
	Title    string  `parquet:"title,optional,dict"`
	Company  string  `parquet:"company,optional"`
	Domain   string  `parquet:"domain,optional"`
	Website  string  `parquet:"website,optional"`
	Phone    string  `parquet:"phone,optional"`
	Country  string  `parquet:"country,optional,dict"`
	City     string  `parquet:"city,optional,dict"`
	Industry string  `parquet:"industry,optional,dict"`
	Size     int32   `parquet:"employees,optional"`
	Revenue  int64   `parquet:"revenue,optional,decimal(2:18)"`
	Score    float64 `parquet:"score,optional"`
	Created  int64   `parquet:"created_at,optional,timestamp(microsecond)"`
	Active   bool    `parquet:"active"`
}

func prospects(n int) []prospect {
	r := rand.New(rand.NewPCG(17, 17))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "eeaaooiinnrrttsslldcmpg"[r.IntN(23)]
		}
		return string(b)
	}
	list := func(prefix string, n int) (s []string) {
		for range n {
			s = append(s, prefix+word(4+r.IntN(12)))
		}
		return s
	}
	first, last, titles, cities, industries := list("", 2000), list("", 20000), list("Head of ", 400), list("", 3000), list("", 60)
	countries := list("", 30)
	rows := make([]prospect, n)
	for i := range rows {
		f, l, d := pick(r, first...), pick(r, last...), word(5+r.IntN(10))+".example"
		rows[i] = prospect{
			ID: int64(i), First: f, Last: l, Email: f + "." + l + "@" + d, Title: pick(r, titles...), Company: strings.ToUpper(d[:4]) + " " + word(6) + " GmbH",
			Domain: d, Website: "https://www." + d + "/", Phone: fmt.Sprintf("+49 %d", r.IntN(1e9)), Country: pick(r, countries...),
			City: pick(r, cities...), Industry: pick(r, industries...), Size: r.Int32N(5000), Revenue: r.Int64N(1e9),
			Score: float64(r.IntN(10000)) / 100, Created: 1.6e15 + r.Int64N(1e14), Active: r.IntN(5) > 0,
		}
		if r.IntN(10) == 0 {
			rows[i].Phone = ""
		}
	}
	return rows
}

const benchRows = 200_000

// benchFile is a list as DuckDB writes it: row groups of 122,880 rows, one page to
// a column, zstd.
var benchFile = sync.OnceValue(func() []byte {
	var out bytes.Buffer
	w := parquet.NewGenericWriter[prospect](&out, parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(16<<20),
		parquet.MaxRowsPerRowGroup(122_880), parquet.DataPageStatistics(false), parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain))
	if _, err := w.Write(prospects(benchRows)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
})

// benchChunks runs f on each chunk of the benchmark's file and reports seconds for
// a million rows.
func benchChunks(b *testing.B, f func(c *chunk) error) {
	data := benchFile()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	r := openBytes(b, data, Options{KeepGroups: true})
	for b.Loop() {
		r.group, r.row, r.share = 0, 0, nil
		for range r.meta.groups {
			next, err := r.Next()
			if err != nil {
				b.Fatal(err)
			}
			c := next.(*chunk)
			if err := f(c); err != nil {
				b.Fatal(err)
			}
			c.Release()
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e6/benchRows, "s/Mrow")
}

func BenchmarkDecode4(b *testing.B) {
	var views []column.View
	benchChunks(b, func(c *chunk) (err error) {
		views, err = c.Decode(views[:0], []int{3, 4, 6, 9})
		return err
	})
}

func BenchmarkDecodeAll(b *testing.B) {
	var views []column.View
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	benchChunks(b, func(c *chunk) (err error) {
		views, err = c.Decode(views[:0], all)
		return err
	})
}

func BenchmarkStrays(b *testing.B) {
	var cells []column.Cell
	benchChunks(b, func(c *chunk) (err error) {
		cells, err = c.Strays(cells[:0], []int{3})
		return err
	})
}

func BenchmarkFormulas(b *testing.B) {
	var rows []int
	benchChunks(b, func(c *chunk) (err error) {
		rows, err = c.Formulas(rows[:0])
		return err
	})
}

// BenchmarkRewrite drops a quarter of the rows at random.
func BenchmarkRewrite(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 3))
	var sel column.Selection
	for i := range 122_880 {
		if r.IntN(4) > 0 {
			sel = sel.Add(i)
		}
	}
	benchChunks(b, func(c *chunk) error {
		s := sel
		for s[len(s)-1].Hi > c.Len() {
			s = s[:len(s)-1]
		}
		g, err := rewriteGroup(c, s, everyLeaf(c.r), 0)
		if err == nil {
			g.release()
		}
		return err
	})
}

func BenchmarkSplice(b *testing.B) {
	var out bytes.Buffer
	buf := make([]byte, 64<<10)
	benchChunks(b, func(c *chunk) error {
		g, err := rewriteGroup(c, column.All(c.Len()), everyLeaf(c.r), 0)
		if err != nil {
			return err
		}
		out.Reset()
		for i := range g.columns {
			if err := g.columns[i].writeTo(&out, buf); err != nil {
				return err
			}
		}
		return nil
	})
}
