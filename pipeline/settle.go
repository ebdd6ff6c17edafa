package pipeline

import (
	"fmt"
	"slices"

	"sluice/formats"
	"sluice/screen"
)

// A settler sees the batches in input order, in one goroutine. It numbers rows, finds
// repeats, and adds up what the workers counted. What needs no order, they do: it is
// the one stage that more workers do not make faster.
type settler struct {
	plan  *plan
	seen  *printSet // nil without dedupe
	count Result

	names []string // of the inputs, as far as known
	rows  []int64  // read from each
	file  int      // the current one; -1 before the first
	lines int64    // read from it
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
		s.seen.add(p.job.Earlier, nil)
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
	begin := &s.plan.job.Begin
	b.name, b.runBase = name, begin.Rows+s.count.Accounting.Read
	if s.file >= 0 {
		b.file, b.rowBase, b.lineBase = s.file, s.rows[s.file], s.lines
		if begin.continues(s.file) {
			b.rowBase, b.lineBase = b.rowBase+begin.FileRows, b.lineBase+begin.FileLines
		}
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

// settle finds b's repeats and adds b to the counts.
func (s *settler) settle(b *batch) error {
	if b.in.N == 0 {
		return internal("settle", "a chunk without rows")
	}
	if err := s.malformed(b); err != nil {
		return err
	}
	if s.seen != nil {
		s.seen.expect(b.share)
		b.repeats = s.seen.add(b.prints, b.repeats[:0])
		for _, k := range b.repeats {
			b.tally.repeat(&b.out.Decisions[b.printed[k]], s.plan)
		}
	}
	s.add(b)
	return nil
}

// malformed stops at the first row that could not be read beyond the number that is
// allowed.
func (s *settler) malformed(b *batch) error {
	l := s.plan.job.MaxErrors
	for _, f := range b.chunk.Faults() {
		s.count.Malformed++
		if l.Set && !l.Percent && s.count.Malformed > l.N {
			at := b.chunk.Position(f.Row)
			at.File, at.Row = b.name, b.rowBase+at.Row
			if at.Line > 0 {
				at.Line += b.lineBase
			}
			return &GateError{[]Breach{{gateMaxErrors, l, s.count.Malformed, b.runBase + int64(f.Row) + 1}}, at}
		}
	}
	return nil
}

// add adds the batch to the run's counts.
func (s *settler) add(b *batch) {
	n, t, count := int64(b.in.N), &b.tally, &s.count
	if removed := s.plan.job.Removed; removed != nil {
		for i := range b.out.Decisions {
			if d := &b.out.Decisions[i]; d.Verdict != screen.Keep {
				removed(count.Accounting.Read+int64(i)+1, d)
			}
		}
	}
	a := &count.Accounting
	a.Read += n
	a.Kept += t.verdicts[screen.Keep]
	a.Quarantined += t.verdicts[screen.Quarantine]
	a.Rejected += t.verdicts[screen.Reject]
	a.Sealed += t.verdicts[screen.Sealed]
	for r := range t.reasons {
		for v, k := range t.reasons[r] {
			count.Reasons[r][v] += k
		}
	}
	for f, k := range t.flags {
		count.Flags[f] += k
	}
	for len(count.Lists) < len(t.lists) {
		count.Lists = append(count.Lists, ListCount{})
	}
	for i, l := range t.lists {
		count.Lists[i].Matched += l.Matched
		count.Lists[i].Decided += l.Decided
	}
	s.rows[s.file] += n
	s.lines += b.chunk.Lines()
	count.BloomHits += b.out.BloomHits
	count.FalsePositives += b.out.FalsePositives
	if p := s.plan.job.Progress; p != nil {
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
	r.Begin, r.End = s.plan.job.Begin, s.end()
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
	r.Inputs = slices.DeleteFunc(r.Inputs, func(in formats.Info) bool { return in.Unread })
	if tell := s.plan.job.Prints; tell != nil && s.seen != nil {
		return r, s.seen.sorted(tell)
	}
	return r, nil
}
