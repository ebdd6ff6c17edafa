package suppress

import (
	"runtime/debug"
	"slices"
)

// Since returns what lists have gained since they were known: an index in memory, with
// the lists of x, of the entries that known does not have, or that stand on a sealed
// list now and on none in known. known may be nil, for one that has nothing.
//
// Like a look-up it panics with a *ListError where a mapped file turns out to be damaged.
func (x *Index) Since(known *Index) (*Index, error) {
	if known == nil {
		known = new(Index)
	}
	mine := x.sealedSets()
	theirs := known.sealedSets()
	return x.pick(func(keys []Key, own []Hit, take []bool) {
		hits := make([]Hit, len(keys))
		known.LookupBatch(keys, hits, new(Stats))
		for i, h := range hits {
			take[i] = h == 0 || mine[own[i]] && !theirs[h]
		}
	}, func(host []byte, own Hit) bool {
		h := known.Domain(host)
		return h == 0 || mine[own] && !theirs[h]
	}, x.lists)
}

// NoLongerListed is the name of the lists that Lost makes.
const NoLongerListed = "no longer listed"

// Lost returns the entries on sealed lists that x, what was known, has and that no sealed
// list of today has any more: an index in memory with a list for each sealed class. Who
// asked to be forgotten stays so, whatever becomes of the list that said it.
//
// It panics as Since does.
func (x *Index) Lost(today []*Index) (*Index, error) {
	mine := x.sealedSets()
	var theirs [][]bool
	for _, t := range today {
		theirs = append(theirs, t.sealedSets())
	}
	lost, err := x.pick(func(keys []Key, own []Hit, take []bool) {
		for i, h := range own {
			take[i] = mine[h]
		}
		hits := make([]Hit, len(keys))
		for n, t := range today {
			t.LookupBatch(keys, hits, new(Stats))
			for i, h := range hits {
				take[i] = take[i] && !theirs[n][h]
			}
		}
	}, func(host []byte, own Hit) bool {
		if !mine[own] {
			return false
		}
		for n, t := range today {
			if theirs[n][t.Domain(host)] {
				return false
			}
		}
		return true
	}, x.lists)
	if err != nil || lost.Empty() {
		return new(Index), err
	}
	return lost.byClass()
}

// sealedSets tells of each set of x whether a list of a sealed class is in it; of 0 that
// none is.
func (x *Index) sealedSets() []bool {
	sealed := make([]bool, max(len(x.setEnds), 1))
	for h := 1; h < len(sealed); h++ {
		for _, id := range x.Members(Hit(h)) {
			sealed[h] = sealed[h] || x.lists[id-1].Class.Sealed()
		}
	}
	return sealed
}

// pick returns an index in memory of the entries of x that are to be taken: of those keys
// for which take is set, and of domains by their own sets.
func (x *Index) pick(keys func(keys []Key, own []Hit, take []bool), domain func(host []byte, own Hit) bool, lists []ListInfo) (*Index, error) {
	if x.file != nil {
		defer x.file.catch(debug.SetPanicOnFault(true))
	}
	var sets setTable
	numbers := make([]uint16, max(len(x.setEnds), 1))
	for h := 1; h < len(numbers); h++ {
		var err error
		if numbers[h], err = sets.of(x.Members(Hit(h))); err != nil {
			return nil, err
		}
	}
	var r run
	own, take := make([]Hit, batch), make([]bool, batch)
	for lo := 0; lo < len(x.keys); lo += batch {
		hi := min(lo+batch, len(x.keys))
		x.pages.need(keySection, lo*len(Key{}), (hi-lo)*len(Key{}))
		x.pages.need(keySets, 2*lo, 2*(hi-lo))
		for i := range hi - lo {
			own[i] = x.at(lo + i)
		}
		keys(x.keys[lo:hi], own[:hi-lo], take[:hi-lo])
		for i := range hi - lo {
			if take[i] {
				r.keys, r.sets = append(r.keys, x.keys[lo+i]), append(r.sets, numbers[own[i]])
			}
		}
	}
	var domains domainSet
	for i := range x.domains.sets {
		x.pages.need(domainOwn, 2*i, 2)
		if name, h := x.domains.name(i), Hit(x.domains.own[i]); domain(name, h) {
			if _, err := domains.insert(name, numbers[h], &sets); err != nil {
				return nil, err
			}
		}
	}
	out := newIndex(r)
	var err error
	if out.domains, err = domains.sorted(&sets); err != nil {
		return nil, err
	}
	out.number(&sets)
	out.describe(slices.Clone(lists))
	return out, nil
}

// byClass returns x with one list for each sealed class in the place of its lists.
func (x *Index) byClass() (*Index, error) {
	var lists []ListInfo
	var ids [NumClasses]ListID
	for _, l := range x.lists {
		if !l.Class.Sealed() {
			continue
		}
		if ids[l.Class] == 0 {
			lists = append(lists, ListInfo{ID: ListID(len(lists) + 1), Name: NoLongerListed, Class: l.Class})
			ids[l.Class] = ListID(len(lists))
		}
		lists[ids[l.Class]-1].Algorithms |= l.Algorithms
	}
	var sets setTable
	numbers := make([]uint16, len(x.setEnds))
	for h := 1; h < len(numbers); h++ {
		var members []ListID
		for _, id := range x.Members(Hit(h)) {
			if c := x.lists[id-1].Class; c.Sealed() {
				members = append(members, ids[c])
			}
		}
		slices.Sort(members)
		var err error
		if numbers[h], err = sets.of(slices.Compact(members)); err != nil {
			return nil, err
		}
	}
	r := run{keys: x.keys, sets: make([]uint16, len(x.keys))}
	for i := range x.keys {
		r.sets[i] = numbers[x.at(i)]
		for _, id := range sets.lists(r.sets[i]) {
			lists[id-1].Entries[Digest]++
		}
	}
	var domains domainSet
	for i := range x.domains.sets {
		set := numbers[x.domains.own[i]]
		for _, id := range sets.lists(set) {
			lists[id-1].Entries[Domain]++
		}
		if _, err := domains.insert(x.domains.name(i), set, &sets); err != nil {
			return nil, err
		}
	}
	// Which of the keys are those of numbers and profiles is not known: that some may be
	// must stay known, or rows would not be looked up by theirs.
	for i := range lists {
		for _, k := range []Kind{Phone, Profile} {
			if x.Holds(k) && lists[i].Entries[Digest] > 0 {
				lists[i].Entries[k]++
				lists[i].Duplicates++
			}
		}
	}
	out := newIndex(r)
	var err error
	if out.domains, err = domains.sorted(&sets); err != nil {
		return nil, err
	}
	out.number(&sets)
	out.describe(lists)
	return out, nil
}
