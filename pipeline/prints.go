package pipeline

import "math/bits"

// A printSet is a set of 64-bit prints, for finding repeats. Prints are bits of a
// digest, so they are uniform and need no hashing here. Two addresses share a print
// with a probability of 2^-64: among a billion the odds that any row is taken for a
// repeat wrongly are one in 37.
//
// It is 256 tables by the top byte, each open-addressed: a print's place is its share
// of the table (n·print/2^64, in order, so growing walks both tables once from end to
// end), and probing is linear. One table grows at a time, by half, which with a load
// between 0.57 and 0.85 takes 9.5 to 14.1 bytes a print with no peak above; a
// map[uint64]struct{} takes three times that, and twice again while it grows. Larger
// tables live outside the collected heap, so a table that was outgrown is gone at once.
//
// The zero printSet is empty. Not for concurrent use.
type printSet struct {
	shards [256]shard
	n      int64
	touch  uint64 // keeps warm from being optimised away
}

type shard struct {
	slots  []uint64 // 0 is free
	n, max int      // prints, and how many there may be before it grows
	unmap  func()
}

// firstSlots is how many slots a table starts with: a page, a mebibyte for all tables.
const firstSlots = 512

// add puts print, which is not 0, into the set and reports whether it is new.
func (s *printSet) add(print uint64) bool {
	t := &s.shards[print>>56]
	if t.n >= t.max {
		t.grow()
	}
	i, _ := bits.Mul64(print<<8, uint64(len(t.slots)))
	for {
		switch t.slots[i] {
		case print:
			return false
		case 0:
			t.slots[i] = print
			t.n++
			s.n++
			return true
		}
		if i++; i == uint64(len(t.slots)) {
			i = 0
		}
	}
}

// warmed is how many prints are looked at ahead: as many cache misses as a core has
// under way at once, about.
const warmed = 16

// warm brings the places of prints into the cache, all at once instead of one miss
// after the other: that takes add from 91 to 61 ns in a set of 8 million prints, and
// from 150 to 87 ns in one that grows to a million (on a busy machine).
func (s *printSet) warm(prints []uint64) {
	touch := s.touch
	for _, print := range prints {
		t := &s.shards[print>>56]
		if i, _ := bits.Mul64(print<<8, uint64(len(t.slots))); i < uint64(len(t.slots)) {
			touch ^= t.slots[i]
		}
	}
	s.touch = touch
}

// grow moves the table's prints into one half as large again.
func (t *shard) grow() {
	size := max(firstSlots, len(t.slots)+len(t.slots)/2)
	slots, unmap := allocate(size)
	for _, print := range t.slots {
		if print == 0 {
			continue
		}
		i, _ := bits.Mul64(print<<8, uint64(size))
		for slots[i] != 0 {
			if i++; i == uint64(size) {
				i = 0
			}
		}
		slots[i] = print
	}
	t.free()
	t.slots, t.unmap, t.max = slots, unmap, size*85/100
}

func (t *shard) free() {
	if t.unmap != nil {
		t.unmap()
	}
	t.slots, t.unmap = nil, nil
}

// bytes returns the memory that the tables take.
func (s *printSet) bytes() int64 {
	total := int64(0)
	for i := range s.shards {
		total += int64(len(s.shards[i].slots)) * 8
	}
	return total
}

// close gives the memory back. A nil set has none.
func (s *printSet) close() {
	if s == nil {
		return
	}
	for i := range s.shards {
		s.shards[i].free()
		s.shards[i].n, s.shards[i].max = 0, 0
	}
	s.n = 0
}
