package bench

import (
	"bytes"
	"io"
	"testing"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/screen"
	"sluice/screen/suppress"
)

// chunks calls open with a reader of the list, then use for every chunk.
func chunks(b *testing.B, list []byte, open func(*csvio.Reader), use func(formats.Chunk)) {
	r, err := csvio.NewReader(bytes.NewReader(list), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	open(r)
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		use(c)
		c.Release()
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
}

func rolesOf(b *testing.B, list []byte) map[screen.Role][]int {
	r, err := csvio.NewReader(bytes.NewReader(list), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	roles, err := screen.FindRoles(r.Schema().Names(), nil)
	if err != nil {
		b.Fatal(err)
	}
	return roles
}

// BenchmarkScreen decides on rows that were decoded before: what the rules cost by
// themselves, and that they allocate nothing.
func BenchmarkScreen(b *testing.B) {
	eachSize(b, func(b *testing.B, rows int64) {
		if rows > 1_000_000 {
			b.Skip("it would hold all that a list of ten million decodes to")
		}
		list := listOf(rows)
		roles := rolesOf(b, list)
		w := screen.New(screen.Options{Indexes: []*suppress.Index{indexOf(rows)}, Roles: roles}).Worker()
		ins, release := inputs(b, list, roles)
		defer release()
		var out screen.Outcome
		measured(b, rows, int64(len(list)), func() {
			for i := range ins {
				if err := w.Screen(&ins[i], &out); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// inputs returns what Screen sees of every chunk of a list, all columns of all roles,
// until release is called.
func inputs(b *testing.B, list []byte, roles map[screen.Role][]int) (ins []screen.Input, release func()) {
	r, err := csvio.NewReader(bytes.NewReader(list), "list.csv", csvio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var held []formats.Chunk
	for {
		c, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		held = append(held, c)
		in := screen.Input{N: c.Len()}
		for role := range screen.NumRoles {
			if in.Cols[role], err = c.Decode(nil, roles[role]); err != nil {
				b.Fatal(err)
			}
		}
		if in.Strays, err = c.Strays(nil, roles[screen.Email][:1]); err != nil {
			b.Fatal(err)
		}
		if in.Formulas, err = c.Formulas(nil); err != nil {
			b.Fatal(err)
		}
		for _, f := range c.Faults() {
			in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
		}
		ins = append(ins, in)
	}
	return ins, func() {
		for _, c := range held {
			c.Release()
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// The stages of the CSV path, in order. Each benchmark does its stage and all before.
const (
	read   = iota // cut into chunks of whole records
	decode        // find the cells that the rules look at
	judge         // decide
	encode        // copy the rows kept
)

// BenchmarkStage takes the CSV path apart, from memory to nowhere on one goroutine.
// The difference of two neighbours is what a stage takes.
func BenchmarkStage(b *testing.B) {
	for last, name := range []string{"to=read", "to=decode", "to=screen", "to=encode"} {
		b.Run(name, func(b *testing.B) {
			eachSize(b, func(b *testing.B, rows int64) {
				list := listOf(rows)
				s := newStages(b, list, rows, last)
				measured(b, rows, int64(len(list)), func() { chunks(b, list, s.open, s.chunk) })
			})
		})
	}
}

// stages is a worker's scratch.
type stages struct {
	b      *testing.B
	last   int
	cols   []int
	roles  map[screen.Role][]int
	worker *screen.Worker
	writer formats.Writer
	views  []column.View
	in     screen.Input
	out    screen.Outcome
	kept   column.Selection
}

func newStages(b *testing.B, list []byte, rows int64, last int) *stages {
	s := &stages{b: b, last: last, roles: rolesOf(b, list)}
	s.cols = append(append(s.cols, s.roles[screen.Email]...), s.roles[screen.Website]...)
	s.worker = screen.New(screen.Options{Indexes: []*suppress.Index{indexOf(rows)}, Roles: s.roles}).Worker()
	return s
}

// open readies the writer that copies rows as r reads them.
func (s *stages) open(r *csvio.Reader) {
	w, err := csvio.NewWriter(io.Discard, r.Schema(), csvio.WriterOptions{Dialect: r.Dialect(), HeaderBytes: r.HeaderBytes()})
	if err != nil {
		s.b.Fatal(err)
	}
	s.writer = w
}

func (s *stages) chunk(c formats.Chunk) {
	if err := s.upToLast(c); err != nil {
		s.b.Fatal(err)
	}
}

func (s *stages) upToLast(c formats.Chunk) (err error) {
	if s.last < decode {
		return nil
	}
	in := &s.in
	if s.views, err = c.Decode(s.views[:0], s.cols); err != nil {
		return err
	}
	emails := len(s.roles[screen.Email])
	in.N, in.Cols[screen.Email], in.Cols[screen.Website] = c.Len(), s.views[:emails], s.views[emails:]
	if in.Strays, err = c.Strays(in.Strays[:0], s.roles[screen.Email][:1]); err != nil {
		return err
	}
	if in.Formulas, err = c.Formulas(in.Formulas[:0]); err != nil {
		return err
	}
	in.Broken = in.Broken[:0]
	for _, f := range c.Faults() {
		in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
	}
	if s.last < judge {
		return nil
	}
	if err := s.worker.Screen(in, &s.out); err != nil || s.last < encode {
		return err
	}
	s.kept = s.kept[:0]
	for i := range s.out.Decisions {
		if s.out.Decisions[i].Verdict == screen.Keep {
			s.kept = s.kept.Add(i)
		}
	}
	commit, err := s.writer.Encode(c, s.kept, nil)
	if err != nil {
		return err
	}
	return commit()
}
