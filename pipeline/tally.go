package pipeline

import (
	"math/bits"

	"sluice/screen"
	"sluice/screen/suppress"
)

// A tally is what one batch adds to the run's counts. The worker that screened the
// batch counts it as if no address came twice; the settler, who alone knows, moves
// each repeat to where it belongs.
type tally struct {
	verdicts [screen.NumVerdicts]int64
	reasons  [screen.NumReasons][screen.NumVerdicts]int64
	flags    [screen.NumFlags]int64
	lists    []ListCount // of ListID 1, 2, …

	hits []int // by ListID: the last row that hit it, plus 1
}

func (t *tally) reset() {
	lists, hits := t.lists[:0], t.hits
	*t = tally{lists: lists, hits: hits}
	clear(hits)
}

// count takes stock of b's decisions, and moves the prints of kept rows together for
// the settler.
func (t *tally) count(b *batch, p *plan) error {
	t.reset()
	for i := range b.out.Decisions {
		d := &b.out.Decisions[i]
		if d.Verdict == screen.Keep {
			t.verdicts[screen.Keep]++
			if d.Flags != 0 {
				t.flag(d.Flags, 1)
			}
			if d.Reasons == 0 {
				continue
			}
		} else if d.Verdict >= screen.NumVerdicts {
			return internal("screen", "a verdict that there is none")
		} else if d.Reasons == 0 {
			return internal("screen", "a row was not kept, for no reason")
		} else {
			t.verdicts[d.Verdict]++
			if d.List != 0 {
				t.list(d.List).Decided++
			}
		}
		t.reasons[p.primary(d.Reasons)][d.Verdict]++
	}
	t.matches(b.out.Matches)
	if p.job.Dedupe {
		b.gather()
	}
	return nil
}

// flag adds by to the count of each flag in the set.
func (t *tally) flag(set screen.Flags, by int64) {
	for ; set != 0; set &= set - 1 {
		t.flags[bits.TrailingZeros64(uint64(set))] += by
	}
}

// list returns the counts of list id, growing the table for it.
func (t *tally) list(id suppress.ListID) *ListCount {
	for len(t.lists) < int(id) {
		t.lists = append(t.lists, ListCount{})
	}
	return &t.lists[id-1]
}

// matches counts the rows on each list, each once however many entries it hit.
func (t *tally) matches(all []screen.Match) {
	for _, m := range all {
		if m.List == 0 {
			continue
		}
		for len(t.hits) < int(m.List) {
			t.hits = append(t.hits, 0)
		}
		if t.hits[m.List-1] != m.Row+1 {
			t.hits[m.List-1] = m.Row + 1
			t.list(m.List).Matched++
		}
	}
}

// repeat makes row i, which was counted as kept, one whose address came before.
func (t *tally) repeat(d *screen.Decision, p *plan) {
	if d.Reasons != 0 {
		t.reasons[p.primary(d.Reasons)][screen.Keep]--
	}
	t.verdicts[screen.Keep]--
	t.flag(d.Flags, -1)
	d.Reasons = d.Reasons.With(screen.Duplicate)
	d.Verdict = p.job.Policy.Verdict(screen.Duplicate)
	t.reasons[screen.Duplicate][d.Verdict]++
	t.verdicts[d.Verdict]++
	if d.List != 0 {
		t.list(d.List).Decided++
	}
}

// gather moves the prints of kept rows that have one to the front, and notes their
// rows. It writes every row and steps on by one or none, because which rows are kept
// no processor can guess.
func (b *batch) gather() {
	prints, decisions := b.out.Prints, b.out.Decisions
	if cap(b.printed) < len(prints) {
		b.printed = make([]int32, len(prints)+len(prints)/8)
	}
	decisions, rows := decisions[:len(prints)], b.printed[:len(prints)]
	n := 0
	for i, print := range prints {
		if uint(n) >= uint(len(rows)) {
			break // cannot be; spares the checks below
		}
		prints[n], rows[n] = print, int32(i)
		step := 0
		if print != 0 {
			step = 1
		}
		if decisions[i].Verdict != screen.Keep {
			step = 0
		}
		n += step
	}
	b.prints, b.printed = prints[:n], rows[:n]
}
