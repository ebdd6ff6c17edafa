package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/pipeline/merkle"
	"sluice/screen"
	"sluice/screen/suppress"
)

// The fakes: a list of rows in memory, rules that do as a cell says, and a writer of
// tab-separated lines. What a fake rule finds depends on the row alone.

// fakeFile is one input. A row with the single cell "broken…" is faulty.
type fakeFile struct {
	name string
	rows [][]string
}

type fakeSource struct {
	files     []fakeFile
	size      int // rows a chunk
	file, row int
	claims    map[string]int64 // rows that Infos announces, if any

	live     atomic.Int64 // chunks not released
	closed   atomic.Int64
	failAt   int // the chunk at which Next fails, from 1
	panicAt  int
	chunks   int
	decodeAt int // the chunk at which Decode fails
}

var errFake = errors.New("fake trouble")

func (s *fakeSource) Schema() *formats.Schema {
	return &formats.Schema{Fields: []formats.Field{{Name: "email"}, {Name: "name, full"}, {Name: "what"}}}
}

func (s *fakeSource) Infos() []formats.Info {
	var infos []formats.Info
	for _, f := range s.files {
		infos = append(infos, formats.Info{Name: f.name, Format: "fake", Rows: s.claims[f.name],
			Bytes: 1, SHA256: strings.Repeat("ab", 32)})
	}
	return infos
}

func (s *fakeSource) Close() error { s.closed.Add(1); return nil }

func (s *fakeSource) Next() (formats.Chunk, error) {
	for s.file < len(s.files) && s.row == len(s.files[s.file].rows) {
		s.file, s.row = s.file+1, 0
	}
	s.chunks++
	if s.chunks == s.failAt {
		return nil, errFake
	}
	if s.chunks == s.panicAt {
		panic("secret cell")
	}
	if s.file == len(s.files) {
		return nil, io.EOF
	}
	f := s.files[s.file]
	hi := min(s.row+s.size, len(f.rows))
	c := &fakeChunk{src: s, file: f.name, rows: f.rows[s.row:hi], offset: int64(s.row) * 10, first: s.row == 0, number: s.chunks}
	s.row = hi
	s.live.Add(1)
	return c, nil
}

type fakeChunk struct {
	src    *fakeSource
	file   string
	rows   [][]string
	offset int64
	first  bool // of its file: a header line comes before it
	number int
	faults []formats.Fault
}

func (c *fakeChunk) Len() int { return len(c.rows) }

func broken(row []string) bool { return strings.HasPrefix(row[0], "broken") }

func (c *fakeChunk) Decode(views []column.View, cols []int) ([]column.View, error) {
	if c.number == c.src.decodeAt {
		return views, &formats.Error{Pos: formats.Position{File: c.file, Row: 2, Line: 3}, Code: "fake", Err: errFake}
	}
	c.faults = c.faults[:0]
	for i, row := range c.rows {
		if broken(row) {
			c.faults = append(c.faults, formats.Fault{Row: i, Code: "ragged", Detail: "1 field, 3 expected", Column: 2, Raw: []byte(row[0])})
		}
	}
	for _, col := range cols {
		v := column.View{}
		for _, row := range c.rows {
			lo := len(v.Data)
			if !broken(row) {
				v.Data = append(v.Data, row[col]...)
			}
			v.Spans = append(v.Spans, column.Span{Lo: uint32(lo), Hi: uint32(len(v.Data))})
		}
		views = append(views, v)
	}
	return views, nil
}

func (c *fakeChunk) Faults() []formats.Fault                                    { return c.faults }
func (c *fakeChunk) Strays(cells []column.Cell, _ []int) ([]column.Cell, error) { return cells, nil }
func (c *fakeChunk) Formulas(rows []int) ([]int, error)                         { return rows, nil }
func (c *fakeChunk) Lines() int64 {
	if c.first {
		return int64(len(c.rows)) + 1
	}
	return int64(len(c.rows))
}
func (c *fakeChunk) Release() { c.src.live.Add(-1) }
func (c *fakeChunk) Position(i int) formats.Position {
	line := int64(i) + 1
	if c.first {
		line++
	}
	return formats.Position{File: c.file, Row: int64(i) + 1, Line: line, Offset: c.offset + int64(i)*10}
}

// fakeWriter renders rows as lines of cells.
type fakeWriter struct {
	out io.Writer

	encodeErrAt, encodePanicAt, commitErrAt, commitPanicAt int // the n-th call, from 1

	mu      sync.Mutex
	encodes int
	commits int
	inside  atomic.Bool
	closed  int
}

func (w *fakeWriter) Encode(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	w.mu.Lock()
	w.encodes++
	n := w.encodes
	w.mu.Unlock()
	if n == w.encodeErrAt {
		return nil, errFake
	}
	if n == w.encodePanicAt {
		panic("secret cell")
	}
	var b bytes.Buffer
	fc := c.(*fakeChunk)
	for _, run := range sel {
		for i := run.Lo; i < run.Hi; i++ {
			cells := []string{"", "", ""}
			if !broken(fc.rows[i]) {
				cells = fc.rows[i]
			}
			b.WriteString(strings.Join(cells, "\t"))
			for _, v := range extra {
				fmt.Fprintf(&b, "\t%s", v.At(i))
			}
			b.WriteByte('\n')
		}
	}
	return func() error {
		if w.inside.Swap(true) {
			panic("two commits at a time")
		}
		defer w.inside.Store(false)
		w.commits++
		if w.commits == w.commitErrAt {
			return errFake
		}
		if w.commits == w.commitPanicAt {
			panic("secret cell")
		}
		_, err := w.out.Write(b.Bytes())
		return err
	}, nil
}

func (w *fakeWriter) Close() error { w.closed++; return nil }

// fakeWorker decides by the third cell: the name of a reason, or nothing; with "list"
// for a hit on list 2 as well.
type fakeWorker struct{ panics bool }

func (w fakeWorker) Screen(in *screen.Input, out *screen.Outcome) error {
	out.Decisions, out.Matches, out.Prints = out.Decisions[:0], out.Matches[:0], out.Prints[:0]
	out.BloomHits, out.FalsePositives = 0, 0
	what, email := in.Cols[screen.Company][0], in.Cols[screen.Email][0]
	bad := in.Broken
	for i := range in.N {
		var d screen.Decision
		print := uint64(0)
		cell := string(what.At(i))
		if len(bad) > 0 && bad[0].Row == i {
			cell = "row_malformed"
			if bytes.Contains(bad[0].Text, []byte("listed")) {
				cell = "row_malformed listed"
			}
			if bytes.Contains(bad[0].Text, []byte("erased")) {
				cell = "erased"
			}
			bad = bad[1:]
		} else if e := email.At(i); len(e) > 0 {
			h := fnv.New64a()
			h.Write(e)
			print = h.Sum64() | 1
		}
		if w.panics && cell == "panic" {
			panic(cell)
		}
		d = decide(cell)
		d.Form = 3 * uint8(min(d.List, 1))
		if d.List != 0 || strings.Contains(cell, "listed") {
			out.Matches = append(out.Matches, screen.Match{Row: i, List: 2}, screen.Match{Row: i, List: 2})
			out.BloomHits += 2
		}
		out.Decisions = append(out.Decisions, d)
		out.Prints = append(out.Prints, print)
	}
	return nil
}

func decide(cell string) (d screen.Decision) {
	for word := range strings.FieldsSeq(cell) {
		for r := range screen.NumReasons {
			if r.String() == word {
				d.Reasons = d.Reasons.With(r)
			}
		}
		if word == "role" {
			d.Flags = d.Flags.With(screen.RoleAccount).With(screen.PlusTag)
		}
	}
	if first, ok := d.Reasons.First(); ok {
		d.Verdict = first.Verdict()
		if first < screen.RowMalformed {
			d.List = suppress.ListID(2)
		}
	}
	return d
}

// fakeList makes n rows of every kind, the same for the same seed.
func fakeList(n int, seed uint64) [][]string {
	what := []string{"", "", "", "", "role", "freemail", "erased", "excluded_email domain_mismatch", "domain_near", "restricted"}
	rng := seed*2862933555777941757 + 3037000493
	var rows [][]string
	for i := range n {
		rng = rng*6364136223846793005 + 1442695040888963407
		k := int(rng >> 33)
		switch {
		case k%23 == 0:
			rows = append(rows, []string{[]string{"broken \"text", "broken listed", "broken erased"}[k/23%3]})
		case k%11 == 0:
			rows = append(rows, []string{"", "no one", "email_missing"})
		default:
			w := what[k/7%len(what)]
			name := fmt.Sprintf("Person \"%d\", of %s", i, w)
			if w == "erased" {
				name = "SEALED"
			}
			rows = append(rows, []string{fmt.Sprintf("p%d@w.example", k/100%(n/2+1)), name, w})
		}
	}
	return rows
}

// fakeRun is a job on fakes and what came out of it.
type fakeRun struct {
	src                                                         *fakeSource
	kept, quarantine, annotated, restricted, rejects, decisions *bytes.Buffer
	sinks                                                       [4]*fakeWriter
	job                                                         Job
}

// ledgerTo writes a decision ledger as CSV.
func ledgerTo(w io.Writer) formats.Writer {
	l, err := csvio.NewWriter(w, LedgerSchema(), csvio.WriterOptions{})
	if err != nil {
		panic(err)
	}
	return l
}

func someSalts() *merkle.Salts {
	return merkle.NewSalts(make([]byte, merkle.SecretSize), make([]byte, merkle.NonceSize))
}

func newFakeRun(size int, files ...fakeFile) *fakeRun {
	r := &fakeRun{src: &fakeSource{files: files, size: size}}
	for i, b := range []**bytes.Buffer{&r.kept, &r.quarantine, &r.annotated, &r.restricted} {
		*b = new(bytes.Buffer)
		r.sinks[i] = &fakeWriter{out: *b}
	}
	r.rejects, r.decisions = new(bytes.Buffer), new(bytes.Buffer)
	r.job = Job{
		Source:    r.src,
		Roles:     map[screen.Role][]int{screen.Email: {0}, screen.Company: {2}},
		NewWorker: func() Worker { return fakeWorker{} },
		Sinks:     Sinks{r.sinks[0], r.sinks[1], r.sinks[2], r.sinks[3]},
		Rejects:   r.rejects, Decisions: ledgerTo(r.decisions), Salts: someSalts(),
		ListNames: []string{"first", "the \"second\""},
		FormName:  func(f uint8) string { return fmt.Sprintf("form%d", f) },
		Dedupe:    true,
	}
	return r
}

// all is everything that was written.
func (r *fakeRun) all() string {
	return fmt.Sprintf("kept:\n%squarantine:\n%sannotated:\n%srestricted:\n%srejects:\n%sdecisions:\n%s",
		r.kept, r.quarantine, r.annotated, r.restricted, r.rejects, r.decisions)
}

func (r *fakeRun) checkClosed(t *testing.T) {
	t.Helper()
	if n := r.src.live.Load(); n != 0 {
		t.Errorf("%d chunks were not released", n)
	}
	if r.src.closed.Load() != 1 {
		t.Errorf("source closed %d times", r.src.closed.Load())
	}
	for i, w := range r.sinks {
		if w.closed != 1 {
			t.Errorf("sink %d closed %d times", i, w.closed)
		}
	}
}
