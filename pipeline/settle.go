package pipeline

import (
	"fmt"
	"math/bits"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/screen"
	"sluice/screen/suppress"
)

// A settler sees the batches in input order, in one goroutine. It numbers rows,
// drops repeats, sorts rows into selections, and does all counting.
type settler struct {
	plan  *plan
	seen  *printSet // nil without dedupe
	count Result

	names []string // of the inputs, as far as known
	rows  []int64  // read from each
	file  int      // the current one; -1 before the first
	lines int64    // read from it

	hits []int // by ListID: the last row of the batch that hit it, plus 1
}

func newSettler(p *plan) *settler {
	s := &settler{plan: p, file: -1}
	for _, in := range p.job.Source.Infos() {
		s.names = append(s.names, in.Name)
	}
	s.rows = make([]int64, len(s.names))
	s.count.Lists = make([]ListCount, len(p.job.ListNames))
	if p.job.Dedupe {
		s.seen = new(printSet)
	}
	return s
}

func (s *settler) close() { s.seen.close() }

// locate finds the place of b's first row. After an error that is as far as the
// chunk can still say.
func (s *settler) locate(b *batch) {
	if b.chunk == nil {
		return
	}
	name, known := "", false
	_ = guard("settle", func() error {
		name, known = b.chunk.Position(0).File, b.chunk.Len() > 0
		return nil
	})
	if known && (s.file < 0 || name != s.names[s.file]) {
		s.open(name)
	}
	b.name, b.runBase = name, s.count.Accounting.Read
	if s.file >= 0 {
		b.file, b.rowBase, b.lineBase = s.file, s.rows[s.file], s.lines
	}
}

// open makes the next input called name the current one. Inputs without rows in
// between are passed over.
func (s *settler) open(name string) {
	s.lines = 0
	for i := s.file + 1; i < len(s.names); i++ {
		if s.names[i] == name {
			s.file = i
			return
		}
	}
	s.names, s.rows = append(s.names, name), append(s.rows, 0)
	s.file = len(s.names) - 1
}

// settle decides what becomes of b's rows.
func (s *settler) settle(b *batch) error {
	n := b.in.N
	if n == 0 {
		return internal("settle", "a chunk without rows")
	}
	if err := s.malformed(b); err != nil {
		return err
	}
	if cap(b.first) < n {
		b.first = make([]screen.Reason, n)
	}
	b.first = b.first[:n]
	var verdicts [screen.NumVerdicts]int64
	sinks := &s.plan.job.Sinks
	for i := range b.out.Decisions {
		d := &b.out.Decisions[i]
		if d.Verdict >= screen.NumVerdicts {
			return internal("settle", "a verdict that there is none")
		}
		first := screen.NumReasons
		if d.Reasons != 0 {
			first = s.plan.primary(d.Reasons)
		}
		if s.seen != nil && i%warmed == 0 {
			s.seen.warm(b.out.Prints[i:min(i+warmed, n)])
		}
		if d.Verdict == screen.Keep {
			if s.seen != nil && b.out.Prints[i] != 0 && !s.seen.add(b.out.Prints[i]) {
				first = screen.Duplicate
				d.Reasons = d.Reasons.With(first)
				d.Verdict = s.plan.job.Policy.Verdict(first)
			} else if d.Flags != 0 {
				s.flags(d.Flags)
			}
		} else if first == screen.NumReasons {
			return internal("settle", "a row was not kept, for no reason")
		}
		b.first[i] = first
		if first < screen.NumReasons {
			s.count.Reasons[first][d.Verdict]++
		}
		verdicts[d.Verdict]++
		b.route(i, d.Verdict, first, sinks)
		if d.List != 0 && d.Verdict != screen.Keep {
			s.list(d.List).Decided++
		}
	}
	s.matches(b)
	s.tally(b, &verdicts)
	return nil
}

// malformed sees to it that no policy keeps a row that could not be read, and stops at
// the first such row beyond the number that is allowed.
func (s *settler) malformed(b *batch) error {
	for _, f := range b.chunk.Faults() {
		s.count.Malformed++
		if l := s.plan.job.MaxErrors; l.Set && !l.Percent && s.count.Malformed > l.N {
			at := b.chunk.Position(f.Row)
			at.File, at.Row = b.name, b.rowBase+at.Row
			if at.Line > 0 {
				at.Line += b.lineBase
			}
			return &GateError{[]Breach{{gateMaxErrors, l, s.count.Malformed, b.runBase + int64(f.Row) + 1}}, at}
		}
		d := &b.out.Decisions[f.Row]
		if d.Verdict == screen.Keep {
			d.Reasons = screen.Reasons(0).With(screen.RowMalformed)
			d.Verdict = screen.Quarantine
		}
	}
	return nil
}

// route adds row i to the selections of the sinks and the report it goes to. This is
// the one place that says where a row's cells may be written, and sealed rows are not
// in it. Quarantined rows are reported if there is no sink for them.
func (b *batch) route(i int, v screen.Verdict, first screen.Reason, sinks *Sinks) {
	if v == screen.Sealed {
		return
	}
	held := first == screen.Restricted
	if v == screen.Reject || v == screen.Quarantine && (held || sinks.Quarantine == nil) {
		b.reported = b.reported.Add(i)
	}
	if held {
		b.restricted = b.restricted.Add(i)
		return
	}
	switch v {
	case screen.Keep:
		b.kept = b.kept.Add(i)
	case screen.Quarantine:
		b.quarantined = b.quarantined.Add(i)
	}
	if sinks.Annotated != nil {
		b.annotated = b.annotated.Add(i)
	}
}

func (s *settler) flags(set screen.Flags) {
	for ; set != 0; set &= set - 1 {
		s.count.Flags[bits.TrailingZeros64(uint64(set))]++
	}
}

// list returns the counts of list id, growing the table for it.
func (s *settler) list(id suppress.ListID) *ListCount {
	for len(s.count.Lists) < int(id) {
		s.count.Lists = append(s.count.Lists, ListCount{})
	}
	return &s.count.Lists[id-1]
}

// matches counts the rows on each list, each once however many entries it hit.
func (s *settler) matches(b *batch) {
	clear(s.hits)
	for _, m := range b.out.Matches {
		if m.List == 0 {
			continue
		}
		for len(s.hits) < int(m.List) {
			s.hits = append(s.hits, 0)
		}
		if s.hits[m.List-1] != m.Row+1 {
			s.hits[m.List-1] = m.Row + 1
			s.list(m.List).Matched++
		}
	}
}

// tally adds the batch to the run's counts.
func (s *settler) tally(b *batch, v *[screen.NumVerdicts]int64) {
	job, a, rows := s.plan.job, &s.count.Accounting, &s.count.Rows
	n := int64(b.in.N)
	a.Read += n
	a.Kept += v[screen.Keep]
	a.Quarantined += v[screen.Quarantine]
	a.Rejected += v[screen.Reject]
	a.Sealed += v[screen.Sealed]
	s.rows[s.file] += n
	s.lines += b.chunk.Lines()
	s.count.BloomHits += b.out.BloomHits
	s.count.FalsePositives += b.out.FalsePositives

	written := func(on bool, sel column.Selection, count *int64) {
		if on {
			*count += int64(sel.Len())
		}
	}
	written(job.Sinks.Kept != nil, b.kept, &rows.Kept)
	written(job.Sinks.Quarantine != nil, b.quarantined, &rows.Quarantine)
	written(job.Sinks.Annotated != nil, b.annotated, &rows.Annotated)
	written(job.Sinks.Restricted != nil, b.restricted, &rows.Restricted)
	written(job.Rejects != nil, b.reported, &rows.Rejects)
	if job.Decisions != nil {
		rows.Decisions += n
	}
	if p := job.Progress; p != nil {
		p.Read.Store(a.Read)
		p.Kept.Store(a.Kept)
		p.Quarantined.Store(a.Quarantined)
		p.Rejected.Store(a.Rejected)
		p.Sealed.Store(a.Sealed)
	}
}

// result closes the books: every row accounted for, and as many read from each
// input as its reader says there are.
func (s *settler) result() (*Result, error) {
	r := &s.count
	a := r.Accounting
	if a.Read != a.Kept+a.Quarantined+a.Rejected+a.Sealed {
		return nil, internal("settle", "the verdicts do not add up to the rows read")
	}
	r.Inputs = s.plan.job.Source.Infos()
	i := 0
	for k, name := range s.names {
		for i < len(r.Inputs) && r.Inputs[i].Name != name {
			i++
		}
		if i == len(r.Inputs) {
			return nil, internal("settle", fmt.Sprintf("input %d is not in the source's account", k+1))
		}
		if claim := r.Inputs[i].Rows; claim != 0 && claim != s.rows[k] {
			return nil, &formats.Error{Pos: formats.Position{File: name}, Code: "truncated",
				Err:  fmt.Errorf("%d rows announced, %d found", claim, s.rows[k]),
				Hint: "the file is damaged, or changed while it was read"}
		}
		r.Inputs[i].Rows = s.rows[k]
		i++
	}
	return r, nil
}
