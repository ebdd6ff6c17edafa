package pipeline

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/screen"
)

// BenchmarkRun is what the pipeline itself costs a row: chunks are ready-made, the
// decisions too, and the sinks drop what they get.
func BenchmarkRun(b *testing.B) {
	const size, chunks = 4096, 256
	for _, c := range []struct {
		name string
		set  func(*Job)
	}{
		{"bare", func(*Job) {}},
		{"dedupe", func(j *Job) { j.Dedupe = true }},
		{"rejects", func(j *Job) { j.Rejects = io.Discard }},
		{"decisions", func(j *Job) { j.Decisions = ledgerTo(io.Discard) }},
		{"decisions and root", func(j *Job) { j.Decisions, j.Salts = ledgerTo(io.Discard), someSalts() }},
		{"all", func(j *Job) {
			j.Dedupe, j.Rejects, j.Decisions = true, io.Discard, ledgerTo(io.Discard)
			j.Sinks.Quarantine, j.Sinks.Annotated = nothing{}, nothing{}
		}},
	} {
		b.Run(fmt.Sprintf("%s/1M", c.name), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				job := Job{
					Source:    &readySource{left: chunks, size: size, faults: []formats.Fault{{Row: 7, Code: "quote", Detail: "a quote that is not closed"}}},
					Roles:     map[screen.Role][]int{screen.Email: {0}},
					NewWorker: func() Worker { return readyWorker{rand.New(rand.NewPCG(1, uint64(n)))} },
					Sinks:     Sinks{Kept: nothing{}},
				}
				c.set(&job)
				res, err := Run(context.Background(), job)
				if err != nil {
					b.Fatal(err)
				}
				n += int(res.Accounting.Read)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
		})
	}
}

// TestRenderAllocates nothing for a row: reports and extra columns of a batch cost a
// few allocations however many rows it has.
func TestRenderAllocates(t *testing.T) {
	const rows = 2000
	src := &readySource{left: 1, size: rows, faults: []formats.Fault{{Row: 7, Code: "quote", Detail: "a, b", Raw: []byte("raw")}}}
	job := Job{Source: src, NewWorker: func() Worker { return readyWorker{} }, Rejects: io.Discard, Decisions: ledgerTo(io.Discard), Salts: someSalts(),
		ListNames: []string{"a list"}, Sinks: Sinks{Kept: nothing{}, Quarantine: nothing{}, Annotated: nothing{}}}
	if err := job.check(); err != nil {
		t.Fatal(err)
	}
	p := newPlan(&job)
	s := newSettler(p)
	b := newBatch(1)
	b.chunk, _ = src.Next()
	b.in.N = rows
	if err := (readyWorker{rand.New(rand.NewPCG(1, 2))}).Screen(&b.in, &b.out); err != nil {
		t.Fatal(err)
	}
	b.out.Decisions[5].List = 1
	s.locate(b)
	b.name = "a directory with a long name/and a list with a long name.csv"
	if err := s.settle(b); err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(5, func() {
		b.rejects, b.commits = b.rejects[:0], b.commits[:0]
		if err := b.encode(p); err != nil {
			t.Fatal(err)
		}
		for _, commit := range b.commits { // which give buffers back
			if err := commit(); err != nil {
				t.Fatal(err)
			}
		}
	})
	if len(b.rejects) == 0 || len(b.ledger.nulls) != rows || allocs > 100 { // a pool that gives nothing back costs some
		t.Errorf("%.0f allocations for %d rows", allocs, rows)
	}
}

// TestRunAllocates nothing for a chunk once all batches are in use: a run of eight times
// as many takes no more allocations, but for the tables of prints, which grow.
func TestRunAllocates(t *testing.T) {
	allocs := func(chunks int) uint64 {
		job := Job{
			Source:    &readySource{left: chunks, size: 200},
			Roles:     map[screen.Role][]int{screen.Email: {0}},
			NewWorker: func() Worker { return readyWorker{rand.New(rand.NewPCG(1, 2))} },
			Sinks:     Sinks{Kept: nothing{}, Annotated: nothing{}},
			Rejects:   io.Discard, Dedupe: true, Workers: 2,
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Run(context.Background(), job); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	const few, many = 100, 800
	allocs(few) // what is made once in a process
	a, b := allocs(few), allocs(many)
	if b > a+(many-few)/2 {
		t.Errorf("%d allocations for %d chunks, %d for %d", a, few, b, many)
	}
}

type readySource struct {
	left, size int
	faults     []formats.Fault
}

func (s *readySource) Schema() *formats.Schema {
	return &formats.Schema{Fields: []formats.Field{{Name: "email"}}}
}
func (s *readySource) Infos() []formats.Info { return []formats.Info{{Name: "a.csv"}} }
func (s *readySource) Close() error          { return nil }
func (s *readySource) Next() (formats.Chunk, error) {
	if s.left == 0 {
		return nil, io.EOF
	}
	s.left--
	return (*readyChunk)(s), nil
}

type readyChunk readySource

func (c *readyChunk) Len() int { return c.size }
func (c *readyChunk) Decode(v []column.View, _ []int) ([]column.View, error) {
	return append(v, column.View{}), nil
}
func (c *readyChunk) Faults() []formats.Fault                                { return c.faults }
func (c *readyChunk) Strays(s []column.Cell, _ []int) ([]column.Cell, error) { return s, nil }
func (c *readyChunk) Formulas(r []int) ([]int, error)                        { return r, nil }
func (c *readyChunk) Lines() int64                                           { return int64(c.size) }
func (c *readyChunk) Release()                                               {}
func (c *readyChunk) Position(i int) formats.Position {
	return formats.Position{File: "a.csv", Row: int64(i) + 1, Line: int64(i) + 1, Offset: int64(i) * 100}
}

// readyWorker keeps four rows of five, without looking.
type readyWorker struct{ rng *rand.Rand }

func (w readyWorker) Screen(in *screen.Input, out *screen.Outcome) error {
	if len(out.Decisions) != in.N {
		out.Decisions = make([]screen.Decision, in.N)
		out.Prints = make([]uint64, in.N)
	}
	x := w.rng.Uint64()
	for i := range out.Decisions {
		x = x*6364136223846793005 + 1442695040888963407
		out.Prints[i] = (x ^ x>>29) * 0x9e3779b97f4a7c15
		d := screen.Decision{Flags: screen.Flags(0).With(screen.RoleAccount)}
		switch x >> 60 {
		case 0, 1:
			d.Reasons, d.Verdict = d.Reasons.With(screen.Freemail).With(screen.DomainMismatch), screen.Reject
		case 2:
			d.Reasons, d.Verdict = d.Reasons.With(screen.DomainNear), screen.Quarantine
		}
		out.Decisions[i] = d
	}
	return nil
}

type nothing struct{}

func (nothing) Encode(formats.Chunk, column.Selection, []column.View) (func() error, error) {
	return nil, nil
}
func (nothing) Close() error { return nil }
