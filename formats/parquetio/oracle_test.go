package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"sluice/formats"
	"sluice/formats/column"
)

// A person is a flat row with a column of every encoding and most types.
type person struct {
	ID       int64            `parquet:"id"`
	Name     string           `parquet:"name"`
	Email    *string          `parquet:"email,optional"`
	Country  string           `parquet:"country,dict"`
	Title    *string          `parquet:"title,optional,dict"`
	Notes    string           `parquet:"notes,optional,delta"`
	Tag      string           `parquet:"tag,delta"`
	Site     string           `parquet:"site,enum"`
	Score    float64          `parquet:"score,split"`
	Ratio    *float32         `parquet:"ratio,optional"`
	Active   bool             `parquet:"active"`
	Opted    *bool            `parquet:"opted,optional"`
	Size     int32            `parquet:"size,delta"`
	Small    uint8            `parquet:"small"`
	Big      uint64           `parquet:"big"`
	Price    int64            `parquet:"price,decimal(2:18)"`
	Cost     int32            `parquet:"cost,decimal(3:9)"`
	Born     int32            `parquet:"born,date"`
	Seen     time.Time        `parquet:"seen,timestamp(microsecond)"`
	Made     *time.Time       `parquet:"made,optional,timestamp(millisecond)"`
	At       int64            `parquet:"at,time(microsecond)"`
	Key      [16]byte         `parquet:"key,uuid"`
	Raw      []byte           `parquet:"raw"`
	Old      deprecated.Int96 `parquet:"old"`
	Empty    *string          `parquet:"empty,optional"`
	Constant string           `parquet:"constant,dict"`
}

// A company is a nested row.
type company struct {
	Name   string            `parquet:"name"`
	Emails []string          `parquet:"emails,list"`
	Plain  []int32           `parquet:"plain"`
	Head   *contact          `parquet:"head,optional"`
	Staff  []contact         `parquet:"staff,list"`
	Labels map[string]string `parquet:"labels"`
	Deep   []words           `parquet:"deep,list"`
}

type words struct {
	Words []string `parquet:"words"`
}

type contact struct {
	Name  string   `parquet:"name,dict"`
	Mail  *string  `parquet:"mail,optional"`
	Phone []string `parquet:"phone,list"`
	Age   int32    `parquet:"age"`
}

func pick[T any](r *rand.Rand, v ...T) T { return v[r.IntN(len(v))] }

func maybe[T any](r *rand.Rand, share float64, v T) *T {
	if r.Float64() < share {
		return nil
	}
	return &v
}

// Each row carries a token that no other row has, so that a test can look for what
// must be gone.
func token(i int) string { return fmt.Sprintf("tok%06dx", i) }

func people(seed uint64, n int) []person {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([]person, n)
	for i := range rows {
		t := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(1e17)) / 1000 * 1000)
		p := person{
			ID: int64(i) - 5, Name: pick(r, "Gus ", "Wanda ", "Zoë ") + token(i),
			Email:   maybe(r, 0.2, token(i)+"@widgets.example"),
			Country: pick(r, "DE", "FR", "US", "AT"), Title: maybe(r, 0.3, "role "+token(i/3)),
			Tag:  "prefix-" + token(i),
			Site: "www." + token(i) + ".example", Score: r.NormFloat64() * 1e3, Ratio: maybe(r, 0.1, r.Float32()),
			Active: r.IntN(2) == 0, Opted: maybe(r, 0.4, r.IntN(3) == 0), Size: r.Int32() - 1<<30, Small: uint8(r.IntN(256)),
			Big: r.Uint64(), Price: r.Int64N(1e9) - 5e8, Cost: r.Int32N(2000) - 1000, Born: r.Int32N(40000) - 20000,
			Seen: t, Made: maybe(r, 0.3, t.Truncate(time.Millisecond)), At: r.Int64N(86400e6),
			Raw: []byte{0xff, byte(i), 0}, Old: deprecated.Int96{uint32(r.Uint32()), uint32(r.IntN(10000)), 2_459_000 + uint32(r.IntN(1000))},
			Constant: "same",
		}
		if r.IntN(2) == 0 {
			p.Notes = strings.Repeat("n", r.IntN(30)) + token(i)
		}
		if r.IntN(20) == 0 {
			p.Name = ""
		}
		for k := range p.Key {
			p.Key[k] = byte(r.Uint32())
		}
		rows[i] = p
	}
	return rows
}

func companies(seed uint64, n int) []company {
	r := rand.New(rand.NewPCG(seed, 2))
	rows := make([]company, n)
	some := func(i, most int) (s []string) {
		for k := range r.IntN(most) {
			s = append(s, fmt.Sprintf("%s-%d@x.example", token(i), k))
		}
		return s
	}
	person := func(i int) contact {
		return contact{Name: "c" + token(i/4), Mail: maybe(r, 0.5, token(i)+"@y.example"), Phone: some(i, 3), Age: r.Int32N(90)}
	}
	for i := range rows {
		c := company{Name: "co " + token(i), Emails: some(i, 4), Head: maybe(r, 0.3, person(i))}
		for range r.IntN(4) {
			c.Plain = append(c.Plain, r.Int32N(1000)-500)
		}
		for range r.IntN(4) {
			c.Staff = append(c.Staff, person(i))
		}
		for range r.IntN(3) {
			c.Deep = append(c.Deep, words{some(i, 3)})
		}
		if r.IntN(2) == 0 {
			c.Labels = map[string]string{"k" + token(i): "v\"" + token(i)}
		}
		rows[i] = c
	}
	return rows
}

// encode writes rows with parquet-go, perGroup to a row group.
func encode[T any](tb testing.TB, rows []T, perGroup int, options ...parquet.WriterOption) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[T](&out, options...)
	for len(rows) > 0 {
		n := min(perGroup, len(rows))
		if _, err := w.Write(rows[:n]); err != nil {
			tb.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			tb.Fatal(err)
		}
		rows = rows[n:]
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// openBytes opens a file in memory.
func openBytes(tb testing.TB, data []byte, o Options) *Reader {
	tb.Helper()
	r, err := Open(bytes.NewReader(data), int64(len(data)), "list.parquet", o)
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	return r
}

// chunks returns all chunks of r.
func chunks(tb testing.TB, r *Reader) (all []*chunk) {
	tb.Helper()
	for {
		c, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			tb.Fatalf("Next: %v", err)
		}
		all = append(all, c.(*chunk))
	}
}

// oracleRows returns each row of a file as parquet-go sees it: its values with
// levels. From LZ4 pages of numbers its Rows return bytes of other pages (v0.32.0;
// our Decode is compared with what was written), so there we have to trust ourselves.
func oracleRows(tb testing.TB, data []byte) (rows []string) {
	tb.Helper()
	if r := openBytes(tb, data, Options{}); strings.Contains(r.codecs(), "lz4") {
		return ownRows(tb, data)
	}
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatalf("parquet-go: %v", err)
	}
	for _, g := range f.RowGroups() {
		r := g.Rows()
		buf := make([]parquet.Row, 64)
		for {
			n, err := r.ReadRows(buf)
			for _, row := range buf[:n] {
				var b strings.Builder
				for _, v := range row {
					fmt.Fprintf(&b, "%d/%d/%d:%v:%q ", v.Column(), v.RepetitionLevel(), v.DefinitionLevel(), v.IsNull(), v.Bytes())
					if v.Kind() != parquet.ByteArray && v.Kind() != parquet.FixedLenByteArray {
						fmt.Fprintf(&b, "%v ", v)
					}
				}
				rows = append(rows, b.String())
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				tb.Fatalf("parquet-go: %v", err)
			}
		}
		r.Close()
	}
	return rows
}

// ownRows returns each row of a file as our own Reader sees it.
func ownRows(tb testing.TB, data []byte) (rows []string) {
	tb.Helper()
	r := openBytes(tb, data, Options{})
	for col := range r.Schema().Fields {
		for i, cell := range text(tb, openBytes(tb, data, Options{}), col) {
			if col == 0 {
				rows = append(rows, "")
			}
			rows[i] += fmt.Sprintf("%q ", cell)
		}
	}
	return rows
}

// rewriteFile writes the rows that keep selects, group by group.
func rewriteFile(tb testing.TB, data []byte, keep func(row int) bool) []byte {
	tb.Helper()
	out, err := tryRewrite(data, keep, Options{KeepGroups: true})
	if err != nil {
		tb.Fatalf("rewriting: %v", err)
	}
	return out
}

func tryRewrite(data []byte, keep func(row int) bool, o Options) ([]byte, error) {
	r, err := Open(bytes.NewReader(data), int64(len(data)), "list.parquet", o)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := fileWriter{w: &out}
	base := 0
	for {
		next, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		c := next.(*chunk)
		var sel column.Selection
		for i := range c.Len() {
			if keep(base + i) {
				sel = sel.Add(i)
			}
		}
		base += c.Len()
		g, err := rewriteGroup(c, sel, everyLeaf(c.r), 0)
		if err != nil {
			return nil, err
		}
		if g != nil {
			if err := w.add(g); err != nil {
				return nil, err
			}
			g.release()
		}
		c.Release()
	}
	var f footer
	f.version = r.meta.version
	f.describeLike(r.meta, nil)
	err = w.close(&f)
	return out.Bytes(), err
}

// text returns all cells of a column; a null is "\x00null".
func text(tb testing.TB, r *Reader, col int) (cells []string) {
	tb.Helper()
	for _, c := range chunks(tb, r) {
		views, err := c.Decode(nil, []int{col})
		if err != nil {
			tb.Fatalf("Decode column %d: %v", col, err)
		}
		for i := range views[0].Len() {
			if views[0].Null(i) {
				cells = append(cells, "\x00null")
			} else {
				cells = append(cells, string(views[0].At(i)))
			}
		}
		c.Release()
	}
	return cells
}

// code returns the code of a formats.Error, "" if err is none.
func code(err error) string {
	var fe *formats.Error
	if errors.As(err, &fe) {
		return fe.Code
	}
	return ""
}
