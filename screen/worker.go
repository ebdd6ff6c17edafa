package screen

import (
	"cmp"
	"slices"

	"sluice/screen/address"
	"sluice/screen/domain"
	"sluice/screen/region"
	"sluice/screen/suppress"
)

// A Worker screens batches for one goroutine. It owns the scratch space.
type Worker struct {
	s         *Screener
	parser    address.Parser
	found     []address.Token
	hasher    *address.Hasher
	canon     domain.Canon
	rows      rows
	probes    probes
	stats     suppress.Stats
	scratch   []byte
	companies companies
	codes     memo[string] // the calling codes of countries
	judging   *judging     // nil if there are no gates
	trace     *trace       // nil if nobody asks what rows can be looked up by
}

// Worker returns a new worker. Workers of one screener may run concurrently.
func (s *Screener) Worker() *Worker {
	w := &Worker{s: s, hasher: address.NewHasher()}
	if s.gates != nil {
		w.judging = &judging{places: region.NewFinder()}
	}
	if s.trace {
		w.trace = new(trace)
	}
	return w
}

// Screen decides on the rows of in and overwrites out. It does not allocate once its
// buffers have grown to the size of a batch. Its error is a *suppress.ListError: an index
// file turned out to be damaged where a row was looked up.
func (w *Worker) Screen(in *Input, out *Outcome) (err error) {
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = damaged
		}
	}()
	out.Reset(in.N)
	if w.trace != nil {
		w.trace.reset()
	}
	w.rows.parse(&w.parser, in)
	w.row(in, out)
	w.business(in, out)
	w.flags(in, out)
	w.gate(in, out)
	w.wishes(in, out)
	if w.trace != nil {
		w.trace.finish(w.hasher, out, in.N)
	}
	for i := range out.Decisions {
		if d := &out.Decisions[i]; d.Reasons != 0 {
			w.s.policy.Decide(d)
		}
	}
	w.attribute(out)
	return nil
}

// Reset makes room for n rows, all of them kept so far.
func (o *Outcome) Reset(n int) {
	o.Decisions = grow(o.Decisions, n)
	clear(o.Decisions)
	o.Prints = grow(o.Prints, n)
	clear(o.Prints)
	o.Matches = o.Matches[:0]
	o.Traced = false
	o.BloomHits, o.FalsePositives = 0, 0
}

// order sorts matches by row and reason and drops repeats.
func order(m []Match) []Match {
	slices.SortFunc(m, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.List, b.List), cmp.Compare(a.Form, b.Form))
	})
	return slices.Compact(m)
}
