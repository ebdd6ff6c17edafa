package htmlreport

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sluice/pipeline/manifest"
)

// verdicts are the layers of the charts of rows, from the bottom.
var verdicts = []layer{
	{"kept", func(n *night) int64 { return n.P.Accounting.Kept }},
	{"quarantined", func(n *night) int64 { return n.P.Accounting.Quarantined }},
	{"rejected", func(n *night) int64 { return n.P.Accounting.Rejected }},
	{"sealed", func(n *night) int64 { return n.P.Accounting.Sealed }},
}

// A course is how one list or reason went over the nights.
type courseOf struct {
	Name, Of    string // a list and its class, or a reason and its verdict
	First, Last int64
	Low, High   int64
	Nights      int // in which it occurs
	Change      string
	Overrides   int
	Age         string // of a list, when the newest run ended
	Chart       *chart
}

// lists returns how the entries of each list went, by class and name.
func (s *series) lists(id string) []*courseOf {
	keys := map[string]bool{}
	each := make(map[*night]map[string]*manifest.List, len(s.Nights))
	for _, n := range s.Nights {
		each[n] = byName(n.P.Lists)
		for key := range each[n] {
			keys[key] = true
		}
	}
	var all []*courseOf
	for i, key := range slices.Sorted(maps.Keys(keys)) {
		c := &courseOf{}
		for _, n := range s.Nights {
			l := each[n][key]
			if l == nil {
				continue
			}
			c.Name, c.Of = l.Name, l.Class
			c.add(l.Entries)
			c.Overrides += len(l.Overrides)
			c.Age, _ = age(l.AsOf, n.P)
		}
		c.Change = change(c.First, c.Last)
		c.Chart = course(fmt.Sprintf("%s-list-%d", id, i), "Entries of the list "+c.Name, c.said("entries"), s.Slots, false,
			func(n *night) (int64, bool, bool) {
				l := each[n][key]
				if l == nil {
					return 0, false, false
				}
				return l.Entries, len(l.Overrides) > 0, true
			})
		all = append(all, c)
	}
	return all
}

// byName finds lists from one night to the next: by class, scope and name, in which
// digits may change, as those of a date do, unless two lists of a night would be one.
func byName(lists []manifest.List) map[string]*manifest.List {
	m := map[string]*manifest.List{}
	alike := map[string]int{}
	key := func(l *manifest.List) string {
		name := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0'
			}
			return r
		}, l.Name)
		return strings.Join([]string{l.Class, l.Scope, name}, "\x00")
	}
	for i := range lists {
		alike[key(&lists[i])]++
	}
	for i := range lists {
		l := &lists[i]
		k := key(l)
		if alike[k] > 1 {
			k = strings.Join([]string{l.Class, l.Scope, l.Name}, "\x00")
		}
		m[k] = l
	}
	return m
}

// Again reports whether the newest run screened deliveries again. Reasons are compared
// with those of runs of its kind: at the first screening all that is wrong with a list
// shows, later only what is new.
func (s *series) Again() bool { return s.Last().P.Rescreen != nil }

// reasons returns how often each reason decided, in the newest run's order of precedence.
func (s *series) reasons(id string) []*courseOf {
	var all []*courseOf
	for i, name := range s.reasonNames() {
		c := &courseOf{Name: name}
		for _, n := range s.Nights {
			if n.P.Rescreen != nil != s.Again() {
				continue
			}
			rows, verdict := reasonRows(n.P, name)
			if verdict != "" {
				c.Of = verdict
			}
			c.add(rows)
		}
		c.Change = change(c.First, c.Last)
		c.Chart = course(fmt.Sprintf("%s-reason-%d", id, i), "Rows with the reason "+name, c.said("rows"), s.Slots, true,
			func(n *night) (int64, bool, bool) {
				rows, _ := reasonRows(n.P, name)
				return rows, false, n.P.Rescreen != nil == s.Again()
			})
		all = append(all, c)
	}
	return all
}

func (s *series) reasonNames() []string {
	seen := map[string]bool{}
	for _, n := range s.Nights {
		for _, r := range n.P.Reasons {
			seen[r.Reason] = seen[r.Reason] || n.P.Rescreen != nil == s.Again()
		}
	}
	maps.DeleteFunc(seen, func(_ string, here bool) bool { return !here })
	var names []string
	for _, name := range s.Last().P.Policy.ReasonOrder {
		if seen[name] {
			names = append(names, name)
			delete(seen, name)
		}
	}
	return append(names, slices.Sorted(maps.Keys(seen))...)
}

func reasonRows(p *manifest.Predicate, name string) (rows int64, verdict string) {
	for _, r := range p.Reasons {
		if r.Reason == name {
			rows, verdict = rows+r.Rows, r.Verdict
		}
	}
	return rows, verdict
}

func (c *courseOf) add(n int64) {
	if c.Nights == 0 {
		c.First, c.Low, c.High = n, n, n
	}
	c.Nights++
	c.Last, c.Low, c.High = n, min(c.Low, n), max(c.High, n)
}

func (c *courseOf) said(what string) string {
	return fmt.Sprintf("%s: first %s, newest %s; lowest %s, highest %s.", what, grouped(c.First), grouped(c.Last), grouped(c.Low), grouped(c.High))
}

// rows returns the charts of rows by verdict: all rows; those that screening did not
// keep; and those that were taken out when deliveries were screened again.
func (s *series) rows(id string) []*chart {
	first, last := s.First().P.Accounting, s.Last().P.Accounting
	all := []*chart{stack(id+"-rows", "Rows of each run, by what became of them", fmt.Sprintf(
		"First run: %s read, %s kept. Newest run: %s read, %s kept.", grouped(first.Read), grouped(first.Kept), grouped(last.Read), grouped(last.Kept)), s.Slots, verdicts)}
	var screened, again []*night
	for _, n := range s.Nights {
		if n.P.Rescreen != nil {
			again = append(again, n)
		} else {
			screened = append(screened, n)
		}
	}
	if len(again) == 0 || len(screened) > 1 {
		all = append(all, stack(id+"-lost", "Rows that screening did not keep, by verdict", lost(screened), s.Slots, only(verdicts[1:], func(n *night) bool { return n.P.Rescreen == nil })))
	}
	if len(again) > 0 {
		all = append(all, stack(id+"-again", "Rows taken out when screened again, by verdict", lost(again), s.Slots, only(verdicts[2:], func(n *night) bool { return n.P.Rescreen != nil })))
	}
	return all
}

// only returns the layers with nothing in the nights that are not wanted.
func only(layers []layer, wanted func(*night) bool) (some []layer) {
	for _, l := range layers {
		some = append(some, layer{l.class, func(n *night) int64 {
			if !wanted(n) {
				return 0
			}
			return l.value(n)
		}})
	}
	return some
}

// lost says what the first and the newest of nights did not keep.
func lost(nights []*night) string {
	said := func(n *night) string {
		a := n.P.Accounting
		if n.P.Rescreen != nil {
			return fmt.Sprintf("%s rejected, %s sealed", grouped(a.Rejected), grouped(a.Sealed))
		}
		return fmt.Sprintf("%s quarantined, %s rejected, %s sealed", grouped(a.Quarantined), grouped(a.Rejected), grouped(a.Sealed))
	}
	return fmt.Sprintf("First: %s. Newest: %s.", said(nights[0]), said(nights[len(nights)-1]))
}
