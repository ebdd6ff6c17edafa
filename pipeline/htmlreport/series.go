package htmlreport

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sluice/pipeline/manifest"
)

// A night is one run in a chain.
type night struct {
	*manifest.Report
	P        *manifest.Predicate
	Finished time.Time
	Gap      time.Duration // since the run before it; 0 for the first
	Late     bool          // the gap is longer than it may be
	Missing  int64         // manifests between the run before and this one
	Changes  []string      // what is not as it was in the run before
	Base     string        // the manifest's name without its directory
}

// Overrides counts the guards that were let pass.
func (n *night) Overrides() (count int) {
	for _, l := range n.P.Lists {
		count += len(l.Overrides)
	}
	return count
}

// Marked reports whether the run is worth a second look: a guard was overridden, or a
// delivery was not as the last run left it.
func (n *night) Marked() bool { return n.Overrides() > 0 || n.Restored() > 0 || n.Taken() > 0 }

// Removed counts the rows that were taken out of deliveries, where the run screened them
// again.
func (n *night) Removed() int64 { return n.P.Accounting.Rejected + n.P.Accounting.Sealed }

// Restored counts the deliveries that came back from a backup.
func (n *night) Restored() int { return n.found(manifest.FoundRestored) }

// Taken counts the deliveries that were not as recorded, and taken all the same.
func (n *night) Taken() int { return n.found(manifest.FoundAltered) }

func (n *night) found(how string) (count int) {
	if n.P.Rescreen == nil {
		return 0
	}
	for _, d := range n.P.Rescreen.Deliveries {
		if d.Found == how {
			count++
		}
	}
	return count
}

// Altered reports whether something of the run is not as recorded, or of its place in
// the chain. That it came late is told apart.
func (n *night) Altered() bool {
	return slices.ContainsFunc(n.Problems, func(p *manifest.Problem) bool { return !missed(p) })
}

// missed reports whether the problem is a run that was missed.
func missed(p *manifest.Problem) bool {
	return p.Where == "run.finished" && strings.HasPrefix(p.What, "a run was missed")
}

// A slot is a place on the axis of a chart: a night, or the lack of one.
type slot struct {
	night *night
	hint  string
}

// Hint says what the slot is, for whoever points at it.
func (s *slot) Hint() string {
	if s.night == nil {
		return s.hint
	}
	a := s.night.P.Accounting
	if s.night.P.Rescreen != nil {
		return fmt.Sprintf("%s: %s delivered rows screened again, %s taken out", minute(s.night.Finished), grouped(a.Read), grouped(s.night.Removed()))
	}
	return fmt.Sprintf("%s: read %s, kept %s, quarantined %s, rejected %s, sealed %s", minute(s.night.Finished),
		grouped(a.Read), grouped(a.Kept), grouped(a.Quarantined), grouped(a.Rejected), grouped(a.Sealed))
}

// A series is the runs of one chain, in their order.
type series struct {
	Nights []*night
	Slots  []slot
	Tail   string // what is missing after the last run, if the chain had to reach further
}

// Last returns the newest run.
func (s *series) Last() *night { return s.Nights[len(s.Nights)-1] }

// First returns the oldest run.
func (s *series) First() *night { return s.Nights[0] }

// divide sorts the runs into chains. Runs follow one another by the digest that the
// later one holds; where that leads nowhere, because the manifest it speaks of was
// altered or is missing, by its name, or else by their numbers. Runs that none follows
// and that follow none are one series by time.
func divide(reports []*manifest.Report, opt Options) []*series {
	nights := ordered(reports)
	digest, path := map[string]*night{}, map[string]*night{}
	for _, n := range nights {
		digest[n.SHA256], path[filepath.Clean(n.Manifest)] = n, n
	}
	after := map[*night]*night{} // the night before
	followed := map[*night]bool{}
	for _, n := range nights {
		if before := find(n, nights, digest, path); before != nil {
			after[n], followed[before] = before, true
		}
	}
	chains := map[*night]*series{}
	var all []*series
	var single *series
	for _, n := range nights {
		first := n
		for seen := 0; after[first] != nil && seen < len(nights); seen++ {
			first = after[first]
		}
		s := chains[first]
		if s == nil && after[n] == nil && !followed[n] {
			if single == nil {
				single = &series{}
				all = append(all, single)
			}
			s = single
		}
		if s == nil {
			s = &series{}
			chains[first] = s
			all = append(all, s)
		}
		s.Nights = append(s.Nights, n)
	}
	for _, s := range all {
		s.lay(opt, s != single)
	}
	return all
}

// ordered returns the runs by number and time, each once.
func ordered(reports []*manifest.Report) []*night {
	var nights []*night
	seen := map[string]bool{}
	for _, r := range reports {
		if r.Statement == nil || seen[r.SHA256] {
			continue
		}
		seen[r.SHA256] = true
		p := &r.Statement.Predicate
		nights = append(nights, &night{Report: r, P: p, Finished: p.Run.Finished, Base: filepath.Base(r.Manifest)})
	}
	slices.SortStableFunc(nights, func(a, b *night) int {
		return cmp.Or(cmp.Compare(a.P.Chain.Sequence, b.P.Chain.Sequence), a.Finished.Compare(b.Finished), strings.Compare(a.Manifest, b.Manifest))
	})
	return nights
}

// find returns the night before n, or the newest that is left of those before it.
func find(n *night, nights []*night, digest, path map[string]*night) *night {
	c := n.P.Chain
	if c.Previous == "" {
		return nil
	}
	if before := digest[c.Previous]; before != nil && before != n && before.P.Chain.Sequence < c.Sequence {
		return before
	}
	if c.Name != "" {
		if before := path[filepath.Join(filepath.Dir(n.Manifest), filepath.FromSlash(c.Name))]; before != nil && before != n && before.P.Chain.Sequence < c.Sequence {
			return before
		}
	}
	var before *night
	for _, other := range nights {
		if other.P.Chain.Sequence >= c.Sequence {
			break
		}
		before = other
	}
	return before
}

// lay finds what is between the nights, and gives each and each hole its slot.
func (s *series) lay(opt Options, chained bool) {
	if !chained {
		slices.SortStableFunc(s.Nights, func(a, b *night) int { return a.Finished.Compare(b.Finished) })
	}
	for i, n := range s.Nights {
		if i > 0 {
			before := s.Nights[i-1]
			n.Gap = n.Finished.Sub(before.Finished)
			n.Late = opt.MaxGap > 0 && n.Gap > opt.MaxGap
			n.Changes = changes(before.P, n.P)
			if chained {
				n.Missing = max(0, n.P.Chain.Sequence-before.P.Chain.Sequence-1)
			}
		} else if chained && opt.First < n.P.Chain.Sequence {
			n.Missing = n.P.Chain.Sequence - max(1, opt.First)
		}
		switch {
		case n.Missing > 0:
			s.Slots = append(s.Slots, slot{hint: n.MissingText()})
		case n.Late:
			s.Slots = append(s.Slots, slot{hint: "no run for " + span(n.Gap)})
		}
		s.Slots = append(s.Slots, slot{night: n})
	}
	if gap := opt.Clock.Sub(s.Last().Finished); opt.MaxGap > 0 && !opt.Clock.IsZero() && gap > opt.MaxGap {
		s.Tail = fmt.Sprintf("no run for %s up to %s", span(gap), instant(opt.Clock))
		s.Slots = append(s.Slots, slot{hint: s.Tail})
	}
}

// MissingText says which manifests are not there before n.
func (n *night) MissingText() string {
	last := n.P.Chain.Sequence - 1
	if n.Missing == 1 {
		return fmt.Sprintf("manifest %d is missing", last)
	}
	return fmt.Sprintf("manifests %d to %d are missing", last-n.Missing+1, last)
}

// changes says what decides differently in b than in the run before it.
func changes(a, b *manifest.Predicate) []string {
	var all []string
	if a.Tool.Version != b.Tool.Version || a.Tool.Commit != b.Tool.Commit {
		all = append(all, "another version of the program")
	}
	sameKind := (a.Rescreen == nil) == (b.Rescreen == nil) // screening has settings that screening again has not
	if sameKind && cmp.Or(a.Policy.Digest, a.Policy.SHA256) != cmp.Or(b.Policy.Digest, b.Policy.SHA256) {
		all = append(all, "another policy")
	}
	if !slices.Equal(a.Tool.Tables, b.Tool.Tables) {
		all = append(all, "other tables")
	}
	names := func(p *manifest.Predicate) []string {
		return slices.Sorted(maps.Keys(byName(p.Lists)))
	}
	if !slices.Equal(names(a), names(b)) {
		all = append(all, "other lists")
	}
	return all
}
