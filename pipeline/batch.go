package pipeline

import (
	"sluice/formats"
	"sluice/formats/column"
	"sluice/screen"
)

// A batch is a chunk on its way through the stages, with everything that is made
// from it. Batches go round: their buffers are reused, and their number bounds the
// memory of a run. At any time one goroutine owns a batch.
//
// In a run of several jobs there is a batch for each over the same chunk: the parts of the
// first one, which is the one that goes round.
type batch struct {
	parts []*batch      // of the first job's batch: itself, then those of the other jobs
	chunk formats.Chunk // nil when err came in its place
	err   error         // the first thing that went wrong with it

	weight int64 // rows, as the bound of rows in flight counts them

	screened, encoded chan struct{} // one token each when the stage is done

	passed bool // its rows need no screening

	in     screen.Input
	out    screen.Outcome
	views  []column.View
	strays []column.Cell
	rows   []int // with a formula cell

	share   float64  // of all rows that there are, up to and with this batch; 0 when not known
	tally   tally    // of the decisions
	prints  []uint64 // of the kept rows that have one
	printed []int32  // and which rows those are
	repeats []int32  // of prints, those that came before

	file             int    // which input, from 0
	name             string // and its name
	rowBase, runBase int64  // rows before it in the file, and in the run
	lineBase         int64  // lines before it in the file

	kept, quarantined, annotated, restricted, reported column.Selection

	commits  []func() error
	nameCell []byte // name, as a cell of the report
	rejects  []byte
	ledger   ledger
	q        extras // of the quarantine sink
	a        extras // of the annotated sink

	every   []int // column of the list
	watched []column.View
}

// newBatch returns a batch for a run of so many jobs.
func newBatch(jobs int) *batch {
	b := &batch{screened: make(chan struct{}, 1), encoded: make(chan struct{}, 1)}
	b.parts = append(b.parts, b)
	for len(b.parts) < jobs {
		b.parts = append(b.parts, new(batch))
	}
	return b
}

// reset forgets the chunk's rows and keeps the buffers.
func (b *batch) reset() {
	b.err = nil
	for _, part := range b.parts {
		part.chunk = nil
		clear(part.commits)
		part.commits = part.commits[:0]
		part.rejects = part.rejects[:0]
	}
}

// divide gives the chunk to all parts.
func (b *batch) divide() {
	for _, part := range b.parts[1:] {
		part.chunk, part.share = b.chunk, b.share
	}
}

// release gives the chunk back. It may be called twice.
func (b *batch) release() {
	if b.chunk != nil {
		b.chunk.Release()
		b.chunk = nil
		b.divide()
	}
}

// judge decides for every row.
func (b *batch) judge(p *plan, w Worker) error {
	if !b.passed {
		return b.screen(p, w)
	}
	b.in = screen.Input{N: b.chunk.Len()}
	b.out.Reset(b.in.N)
	return b.judged(p)
}

// screen decodes the columns that rules read and decides for every row.
func (b *batch) screen(p *plan, w Worker) (err error) {
	c := b.chunk
	if b.views, err = c.Decode(b.views[:0], p.cols); err != nil {
		return err
	}
	if b.strays, err = c.Strays(b.strays[:0], p.known); err != nil {
		return err
	}
	if b.rows, err = c.Formulas(b.rows[:0]); err != nil {
		return err
	}
	in := &b.in
	in.N, in.File = c.Len(), ""
	if in.N > 0 {
		in.File = c.Position(0).File
	}
	for role, r := range p.roles {
		in.Cols[role] = b.views[r.Lo:r.Hi]
	}
	in.Strays, in.Formulas = b.strays, b.rows
	in.Broken = in.Broken[:0]
	for _, f := range c.Faults() {
		in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
	}
	if err := w.Screen(in, &b.out); err != nil {
		return err
	}
	if len(b.out.Decisions) != in.N || p.job.Dedupe && len(b.out.Prints) != in.N {
		return internal("screen", "decisions for another number of rows than there are")
	}
	if p.job.Keys != nil && !b.out.Traced {
		return internal("screen", "the keys of rows are asked for, and the screener does not trace them")
	}
	return b.judged(p)
}

// judged sees to what holds for decisions whoever made them, and counts them.
func (b *batch) judged(p *plan) error {
	if !p.job.KeepMalformed {
		b.hold()
	}
	b.mark(p.job.Flags)
	return b.tally.count(b, p)
}

// watch has the watchers look at the rows that are to be watched. The batch has its place.
func (b *batch) watch(watchers []Watcher, columns int) (err error) {
	if len(watchers) == 0 {
		return nil
	}
	for row := b.runBase; row < b.runBase+int64(b.in.N); {
		at := (row + watchCycle - watchFrom) % watchCycle // in the cycle that starts with a stretch
		if at >= watchRows {
			row += watchCycle - at
			continue
		}
		end := min(row+watchRows-at, b.runBase+int64(b.in.N))
		if err := b.look(watchers, columns, int(row-b.runBase), int(end-b.runBase)); err != nil {
			return err
		}
		row = end
	}
	return nil
}

// A parted is a chunk of which some rows can be had as a chunk of their own, for less than
// the whole would cost. The part is released first.
type parted interface {
	Part(lo, hi int) formats.Chunk
}

// look has the watchers look at rows lo to hi.
func (b *batch) look(watchers []Watcher, columns, lo, hi int) (err error) {
	if len(b.every) != columns {
		b.every = b.every[:0]
		for i := range columns {
			b.every = append(b.every, i)
		}
	}
	c := b.chunk
	if whole, ok := c.(parted); ok {
		c = whole.Part(lo, hi)
		defer c.Release()
		lo, hi = 0, hi-lo
	}
	if b.watched, err = c.Decode(b.watched[:0], b.every); err != nil {
		return err
	}
	for i := lo; i < hi; i++ {
		for _, w := range watchers {
			w.Row(b.watched, i)
		}
	}
	return nil
}

// hold sees to it that no policy keeps a row that could not be read.
func (b *batch) hold() {
	for _, f := range b.chunk.Faults() {
		if d := &b.out.Decisions[f.Row]; d.Verdict == screen.Keep {
			d.Reasons = screen.Reasons(0).With(screen.RowMalformed)
			d.Verdict = screen.Quarantine
		}
	}
}

// mark gives flags to all rows that are kept.
func (b *batch) mark(flags screen.Flags) {
	if flags == 0 {
		return
	}
	for i := range b.out.Decisions {
		if d := &b.out.Decisions[i]; d.Verdict == screen.Keep {
			d.Flags |= flags
		}
	}
}

// first returns the primary reason of row i; screen.NumReasons for none.
func (b *batch) first(p *plan, i int) screen.Reason { return p.primary(b.out.Decisions[i].Reasons) }

// matched tells whether row i hit any list, as far as matches, ascending by row,
// go: it consumes those up to i.
func matched(matches []screen.Match, i int) (hit bool, rest []screen.Match) {
	for len(matches) > 0 && matches[0].Row < i {
		matches = matches[1:]
	}
	return len(matches) > 0 && matches[0].Row == i, matches
}
