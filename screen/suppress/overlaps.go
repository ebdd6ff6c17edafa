package suppress

import (
	"cmp"
	"math"
	"runtime/debug"
	"slices"
)

// An Overlap is how many entries are on two lists: keys and domains of their own, not
// what a domain covers.
type Overlap struct {
	A, B    ListID // A < B
	Entries int64
}

// Overlaps returns the lists that share entries, in order of their numbers. It reads two
// bytes an entry.
func (x *Index) Overlaps() []Overlap {
	if x.file != nil {
		defer x.file.catch(debug.SetPanicOnFault(true))
	}
	counts := make([]int64, len(x.setEnds))
	count := func(sets []uint16) {
		for _, s := range sets {
			if int(s) < len(counts) {
				counts[s]++
			}
		}
	}
	if x.sets == nil {
		if int(x.set) < len(counts) {
			counts[x.set] += int64(len(x.keys))
		}
	} else {
		x.pages.need(keySets, 0, 2*len(x.sets))
		count(x.sets)
	}
	x.pages.need(domainOwn, 0, 2*len(x.domains.own))
	count(x.domains.own)

	pairs := map[[2]ListID]int64{}
	for set, n := range counts {
		if n == 0 {
			continue
		}
		members := x.Members(Hit(set))
		for i, a := range members {
			for _, b := range members[i+1:] {
				pairs[[2]ListID{a, b}] += n
			}
		}
	}
	all := make([]Overlap, 0, len(pairs))
	for p, n := range pairs {
		all = append(all, Overlap{p[0], p[1], n})
	}
	slices.SortFunc(all, func(a, b Overlap) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	return all
}

// FilterRate returns the share of foreign keys that the filter is built to let pass: what
// its size, its number of bits a key and the number of keys lead one to expect, given
// that keys fall on its blocks by chance (Putze, Sanders, Singler: Cache-, Hash- and
// Space-Efficient Bloom Filters, 2007).
func (x *Index) FilterRate() float64 {
	blocks := len(x.words) / wordsPerBlock
	if blocks == 0 {
		return 0
	}
	load := float64(len(x.keys)) / float64(blocks)
	rate, p := 0.0, math.Exp(-load) // p: that a block has i keys (Poisson)
	for i := 0.0; i < 4*load+64; i++ {
		unset := math.Pow(1-1.0/blockBits, filterK*i)
		rate += p * math.Pow(1-unset, filterK)
		p *= load / (i + 1)
	}
	return rate
}
