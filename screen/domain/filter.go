package domain

import (
	"unsafe"

	"sluice/screen/ahead"
)

// A filter tells of nearly every name that is in no table that it is in none, with one
// look at one word. It holds four bits of each name's hash: at 180,000 names, about one
// other name in a hundred passes for one of them. It fits in a core's second-level cache
// beside what a run needs otherwise, and spares the look-up in the index, which is twice
// as long and whose branches are hard to foresee (BenchmarkFacts).
type filter [filterWords]uint64

const (
	filterBits  = 15
	filterWords = 1 << filterBits
)

// filterMask returns the bits that a name of hash h has in its word.
func filterMask(h uint64) uint64 {
	return 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

func (f *filter) add(h uint64) { f[h>>(64-filterBits)] |= filterMask(h) }

// has reports whether a name of hash h may have been added.
func (f *filter) has(h uint64) bool { return filterMask(h)&^f[h>>(64-filterBits)] == 0 }

// asked is how many hashes are given to ahead at most: about as many waits as a core has
// under way at once.
const asked = 32

// ahead asks for the words of names of these hashes. The filter leaves a core's caches as
// the bytes of a list go through them.
func (f *filter) ahead(hashes []uint64) {
	var lines [asked]uintptr
	for i, h := range hashes {
		lines[i] = uintptr(unsafe.Pointer(&f[h>>(64-filterBits)]))
	}
	ahead.Lines(lines[:len(hashes)])
}
