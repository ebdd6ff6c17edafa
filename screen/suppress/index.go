package suppress

import (
	"runtime/debug"
	"slices"
	"unsafe"

	"github.com/bits-and-blooms/bloom/v3"

	"sluice/screen/ahead"
)

// An Index is one or more lists compiled for look-ups, by a Builder or from a file that
// Open maps. It never changes, and all its methods but Close may be called
// concurrently. The zero Index holds nothing.
//
// What it knows lies in flat arrays of fixed-size little elements, which are the
// sections of an index file (FORMAT.md): a mapped file is used as it is.
//
// Of a mapped file each page is compared with its checksum before the first look-up
// that reads it. Where it differs, or the file cannot be read any more, the look-up
// panics with a *ListError, because an answer would be a guess and silence would mail
// somebody who asked not to be.
type Index struct {
	words   []uint64 // the filter, in blocks of eight
	keys    []Key    // ascending, no repeats
	buckets []uint32 // prefix table of keys
	sets    []uint16 // of key i: the set of lists that hold it; nil if it is set for all
	set     uint16

	domains domainSet

	setEnds    []uint32 // of set i: its members end at setEnds[i]
	setMembers []ListID

	lists    []ListInfo
	removals []Removed
	kinds    [NumKinds]int64
	filter   *bloom.BloomFilter // over words

	file  *mapping  // what Open mapped; nil for an Index that was built
	pages *pageSums // pages of the file that may not have been checked; nil if all were
}

// Stats counts what LookupBatch did. FalsePositives is how many look-ups passed the
// filter without the key being there.
type Stats struct {
	Lookups, FilterHits, FalsePositives int64
}

// Add adds b to s.
func (s *Stats) Add(b Stats) {
	s.Lookups += b.Lookups
	s.FilterHits += b.FilterHits
	s.FalsePositives += b.FalsePositives
}

// Lookup returns which lists hold k. It does not allocate. LookupBatch gives the
// same answers sooner.
func (x *Index) Lookup(k *Key) Hit {
	if len(x.keys) == 0 {
		return 0
	}
	if x.file != nil {
		var hit [1]Hit
		var st Stats
		x.LookupBatch([]Key{*k}, hit[:], &st)
		return hit[0]
	}
	locs := Locations(k, x.filter.Cap())
	if !x.filter.TestLocations(locs[:]) {
		return 0
	}
	if i := find(x.keys, x.buckets, k); i >= 0 {
		return x.at(i)
	}
	return 0
}

// at returns the hit that key i is.
func (x *Index) at(i int) Hit {
	if x.sets == nil {
		return Hit(x.set)
	}
	return Hit(x.sets[i])
}

// batch is how many keys LookupBatch works on at once: enough that the few that pass
// the filter wait for memory together.
const batch = 512

// LookupBatch sets hits[i] to what Lookup(&keys[i]) returns, for every key, and adds
// to st. hits must be at least as long as keys. It does not allocate.
//
// It asks the filter for two bits of every key, then for the other bits of those that
// had them, then the prefix table, then the keys, so that the processor waits for many
// cache misses at once. That takes a fifth of the time that Lookup takes for the same
// keys: about 10 ns a key in an index of a million, and 23 in one of ten million
// (BenchmarkLookup).
func (x *Index) LookupBatch(keys []Key, hits []Hit, st *Stats) {
	hits = hits[:len(keys)]
	clear(hits)
	st.Lookups += int64(len(keys))
	if len(x.keys) == 0 {
		return
	}
	if x.file != nil {
		defer x.file.catch(debug.SetPanicOnFault(true))
	}
	for len(keys) > 0 {
		n := min(len(keys), batch)
		x.lookupSome(keys[:n], hits[:n], st)
		keys, hits = keys[n:], hits[n:]
	}
}

func (x *Index) lookupSome(keys []Key, hits []Hit, st *Stats) {
	var (
		rows   [batch]uint16    // the keys that may be there
		ranges [batch][2]uint32 // their buckets
		n      int
		words  = x.words
		blocks = len(words) / wordsPerBlock
	)
	if x.pages != nil {
		x.pages.needBlocks(keys, blocks)
	}
	// Storing first and counting after keeps branches out that are wrong half the time.
	// Two bits let one key in five through, so that few are looked at again.
	for i := range keys {
		w, v := filterBits(&keys[i], blocks)
		block := words[w : w+wordsPerBlock : w+wordsPerBlock]
		rows[n&(batch-1)] = uint16(i)
		n += int(block[v>>6&(wordsPerBlock-1)] >> (v & 63) & (block[v>>15&(wordsPerBlock-1)] >> (v >> 9 & 63)) & 1)
	}
	first := rows[:n]
	n = 0
	for _, i := range first {
		w, v := filterBits(&keys[i], blocks)
		block := words[w : w+wordsPerBlock : w+wordsPerBlock]
		all := uint64(1)
		v >>= 9
		for range filterK - 2 {
			v >>= 9
			all &= block[v>>6&(wordsPerBlock-1)] >> (v & 63)
		}
		rows[n] = i
		n += int(all)
	}
	st.FilterHits += int64(n)
	passed := rows[:n]
	for j, i := range passed {
		b := scale(keys[i].head(), len(x.buckets)-1)
		x.pages.need(keyBuckets, 4*b, 8)
		ranges[j] = [2]uint32{x.buckets[b], x.buckets[b+1]}
	}
	for j, i := range passed {
		lo, hi := int(ranges[j][0]), int(ranges[j][1])
		if lo > hi || hi > len(x.keys) {
			panic(x.file.damaged("its prefix table is out of order"))
		}
		x.pages.need(keySection, lo*len(Key{}), (hi-lo)*len(Key{}))
		if at := findIn(x.keys, lo, hi, &keys[i]); at >= 0 {
			x.pages.need(keySets, 2*at, 2)
			hits[i] = x.at(at)
		} else {
			st.FalsePositives++
		}
	}
}

// Ahead asks for the memory that LookupBatch of keys waits for first. Called some time
// before, while something else is computed, it takes most of the wait away, which is most
// of a look-up: the filter is larger than a core's own caches.
func (x *Index) Ahead(keys []Key) {
	if len(x.keys) == 0 {
		return
	}
	var lines [64]uintptr
	blocks := len(x.words) / wordsPerBlock
	for len(keys) > 0 {
		n := min(len(keys), len(lines))
		for i := range keys[:n] {
			w, _ := filterBits(&keys[i], blocks)
			lines[i] = uintptr(unsafe.Pointer(&x.words[w]))
		}
		ahead.Lines(lines[:n])
		keys = keys[n:]
	}
}

// Domain returns which lists cover the host, in canonical form: those with an entry for
// the host itself or for any domain above it. It does not allocate.
func (x *Index) Domain(host []byte) Hit {
	if x.file != nil && x.domains.len() > 0 {
		defer x.file.catch(debug.SetPanicOnFault(true))
	}
	return x.domains.lookup(host)
}

// Members returns the lists that a hit stands for, ascending. The result must not be
// changed.
func (x *Index) Members(h Hit) []ListID {
	if h == 0 || int(h) >= len(x.setEnds) {
		return nil
	}
	lo, hi := x.setEnds[h-1], x.setEnds[h]
	return x.setMembers[lo:hi:hi]
}

// Lists describes the lists in order of their numbers: list id is Lists()[id-1]. The
// result must not be changed.
func (x *Index) Lists() []ListInfo { return x.lists }

// Len returns how many distinct keys and domains the index holds.
func (x *Index) Len() (keys, domains int) { return len(x.keys), x.domains.len() }

// Empty reports whether nothing can be found in the index.
func (x *Index) Empty() bool { return len(x.keys) == 0 && x.domains.len() == 0 }

// Holds reports whether some list has an entry given as that kind. A digest may stand
// for an address, a number or a profile: Holds(Digest) does not say which.
func (x *Index) Holds(k Kind) bool { return k < NumKinds && x.kinds[k] > 0 }

// Algorithms returns the hash algorithms a row's forms must be hashed with to be
// found, SHA-1 first: none for an index of domains only.
func (x *Index) Algorithms() []Algorithm {
	if len(x.keys) == 0 {
		return nil
	}
	return algorithmsOf(x.lists).List()
}

// Filter returns the filter. A key is tested with TestLocations(Locations(k, Cap())).
// It shares the index's memory and must not be added to. It is nil for an index
// without keys.
func (x *Index) Filter() *bloom.BloomFilter { return x.filter }

// newIndex puts the filter and the prefix table before a run.
func newIndex(r run) *Index {
	x := &Index{keys: r.keys, sets: r.sets, set: r.set}
	if len(r.keys) > 0 {
		x.words = newFilter(r.keys)
		x.buckets = newBuckets(r.keys)
		x.filter = wrapFilter(x.words)
	}
	return x
}

// number gives the sets of lists the numbers that they have in a file.
func (x *Index) number(t *setTable) {
	var used usedSets
	switch {
	case len(x.keys) == 0:
		x.sets, x.set = nil, 0
	case x.sets == nil:
		used[x.set] = true
	default:
		used.mark(x.sets)
	}
	used.mark(x.domains.sets)
	used.mark(x.domains.own)
	n := t.number(&used)
	n.apply(x.sets)
	n.apply(x.domains.sets)
	n.apply(x.domains.own)
	x.set = n.number[x.set]
	if x.sets != nil && !slices.ContainsFunc(x.sets, func(s uint16) bool { return s != x.sets[0] }) {
		x.sets, x.set = nil, x.sets[0]
	}
	x.setEnds, x.setMembers = n.ends, n.members
}

// describe takes over what is known of the lists.
func (x *Index) describe(lists []ListInfo) {
	x.lists = lists
	x.kinds = [NumKinds]int64{}
	for i := range lists {
		for k, n := range lists[i].Entries {
			x.kinds[k] += n
		}
	}
}
