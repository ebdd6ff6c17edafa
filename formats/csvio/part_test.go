package csvio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// partOptions have limits that texts of a test go beyond.
var partOptions = Options{Comma: ',', Header: HeaderYes, Encoding: UTF8, MaxCell: 12, MaxRecord: 40, BlockSize: 16}

// starts returns where the rows of a list start, as a Reader says, and where all
// records do, blank lines among them, as partWalk follows them.
func starts(t *testing.T, in []byte) (rows, records []int64, start int64) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(in), "list", partOptions)
	if err != nil {
		return nil, nil, -1
	}
	start = r.Start()
	w := partWalk{r.walker, r.o.MaxRecord, in[start:], true, len(in)}
	for i := 0; i < len(w.buf); {
		records = append(records, start+int64(i))
		next, ok := w.next(i)
		if !ok || next <= i {
			t.Fatalf("no end of the record at %d", start+int64(i))
		}
		i = next
	}
	for {
		c, err := r.Next()
		if err == io.EOF {
			return rows, append(records, int64(len(in))), start
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.Len() {
			rows = append(rows, c.Position(i).Offset)
		}
		c.Release()
	}
}

func checkParts(t *testing.T, in []byte) {
	t.Helper()
	rows, records, start := starts(t, in)
	if start < 0 {
		return
	}
	isRecord := map[int64]bool{}
	for _, at := range records {
		isRecord[at] = true
	}
	for _, at := range rows {
		if !isRecord[at] {
			t.Fatalf("%q: a row at %d, records at %v", in, at, records)
		}
	}
	r, err := NewReader(bytes.NewReader(in), "list", partOptions)
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for at := start; at <= int64(len(in)); at++ {
		for records[k] < at {
			k++
		}
		for _, before := range []int64{41, 60, 200} {
			got, err := r.recordStart(bytes.NewReader(in), int64(len(in)), at, before)
			if err != nil || got != records[k] {
				t.Fatalf("%q: from %d on, looking %d back: record at %d, %v, want %d", in, at, before, got, err, records[k])
			}
		}
	}
}

// TestRecordStart compares what is found from around a place with what reading the list
// from its start comes to, for texts that have all that can go wrong with quotes.
func TestRecordStart(t *testing.T) {
	pieces := []string{"a", "b@c.de", ",", "\n", "\r\n", `"`, `""`, `","`, "\n\"", `"` + "\n", `,"x,y"` + "\n", "\n\n",
		`"one` + "\n" + `two",z` + "\n", "a long cell without a quote", "long,cells,and,many,of,them,in,one,record", `,"` + "\n", `"` + "\n" + `"`}
	rng := rand.New(rand.NewPCG(6, 15))
	for range 3000 {
		in := []byte("h,i\n")
		some := pieces[:2+rng.IntN(len(pieces)-1)]
		for range rng.IntN(60) {
			in = append(in, some[rng.IntN(len(some))]...)
		}
		checkParts(t, in)
	}
}

// TestRecordStartReadsLittle: what is read does not grow with the list.
func TestRecordStartReadsLittle(t *testing.T) {
	o := Options{MaxCell: 1 << 10, MaxRecord: 1 << 12}
	in := bytes.Repeat([]byte("ann@example.com,\"Example, Inc.\",\"says \"\"hello\"\"\nand more\"\n"), 20_000)
	in = append([]byte("email,company,note\n"), in...)
	r, err := NewReader(bytes.NewReader(in), "list", o)
	if err != nil {
		t.Fatal(err)
	}
	src := &readCounter{ReaderAt: bytes.NewReader(in)}
	at := int64(len(in) / 2)
	got, err := r.recordStart(src, int64(len(in)), at, 1<<13)
	if err != nil || !bytes.HasPrefix(in[got:], []byte("ann@")) || got < at || got > at+100 {
		t.Errorf("from %d on: %d, %v", at, got, err)
	}
	if src.n > 1<<14 {
		t.Errorf("%d bytes read", src.n)
	}
}

type readCounter struct {
	io.ReaderAt
	n int
}

func (r *readCounter) ReadAt(p []byte, off int64) (int, error) {
	r.n += len(p)
	return r.ReaderAt.ReadAt(p, off)
}

func FuzzRecordStart(f *testing.F) {
	f.Add([]byte("h,i\na,\"b\nc\",d\n\"\n\"x\n"))
	f.Add([]byte("h\n\"\",\"\n\",\"\"\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) < 400 {
			checkParts(t, in)
		}
	})
}

// rowsAndFaults are the rows of a part of a list: where each starts, on which line of the
// part, and what is wrong with it.
func rowsAndFaults(t *testing.T, r *Reader) (rows []string, lines int64) {
	t.Helper()
	for {
		c, err := r.Next()
		if err == io.EOF {
			return rows, lines + r.Trailing()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Decode(nil, []int{0}); err != nil {
			t.Fatal(err)
		}
		faults := c.Faults()
		for i := range c.Len() {
			at := c.Position(i)
			what := ""
			if len(faults) > 0 && faults[0].Row == i {
				what, faults = fmt.Sprintf("%s %s %q", faults[0].Code, faults[0].Detail, faults[0].Raw), faults[1:]
			}
			rows = append(rows, fmt.Sprintf("%d %d %s", at.Offset, lines+at.Line, what))
		}
		lines += c.Lines()
		c.Release()
	}
}

// TestParts reads lists in parts, which come to what reading them whole does.
func TestParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 15))
	pieces := []string{"a", "b,c", ",", "\n", "\n\n", "\r\n", `"`, `""`, `,"x` + "\n" + `y"` + "\n", "\n\"open", "some text that makes a long record, and on and on", "\xff"}
	for range 2000 {
		in := []byte("h,i\n")
		some := pieces[:2+rng.IntN(len(pieces)-1)]
		for range rng.IntN(60) {
			in = append(in, some[rng.IntN(len(some))]...)
		}
		open := func() *Reader {
			r, err := NewReader(bytes.NewReader(in), "list", partOptions)
			if err != nil {
				t.Fatalf("%q: %v", in, err)
			}
			return r
		}
		want, wantLines := rowsAndFaults(t, open())
		var got []string
		lines, lo, size := int64(0), open().Start(), int64(len(in))
		for lo < size {
			hi, err := open().RecordStart(bytes.NewReader(in), size, lo+1+rng.Int64N(size))
			if err != nil {
				t.Fatal(err)
			}
			r := open()
			r.Resume(bytes.NewReader(in[lo:]), lo, hi)
			rows, n := rowsAndFaults(t, r)
			for _, row := range rows {
				var at, line int64
				fmt.Sscanf(row, "%d %d", &at, &line)
				got = append(got, strings.Replace(row, fmt.Sprintf("%d %d", at, line), fmt.Sprintf("%d %d", at, lines+line), 1))
			}
			lines, lo = lines+n, hi
		}
		if lines == 0 { // no rows at all
			_, lines = rowsAndFaults(t, open())
		}
		if !slices.Equal(got, want) || lines != wantLines {
			t.Fatalf("%q: in parts %q, %d lines; whole %q, %d lines", in, got, lines, want, wantLines)
		}
	}
}
