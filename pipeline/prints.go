package pipeline

import (
	"math/bits"
	"unsafe"

	"sluice/screen/ahead"
)

// A printSet is a set of 64-bit prints, for finding repeats. Prints are bits of a
// digest, so they are uniform and need no hashing here. Two addresses share a print
// with a probability of 2^-64: among a billion the odds that any row is taken for a
// repeat wrongly are one in 37.
//
// It is 64 tables by the top bits, each open-addressed: a print's place is its share
// of the table (n·print/2^64, in order, so growing walks both tables once from end to
// end), and probing is linear. One table grows at a time, by two fifths, which with a
// load between 0.53 and 0.75 takes 10.7 to 14.9 bytes a print with no peak above (and
// never less than 8 MiB once there are a few thousand); a map[uint64]struct{} takes three
// times that, and twice again while it grows. A set that was told what to expect grows to
// that, up to sixteen times as large at once, instead of moving every print on the way:
// 0.8 million take 36 to 43 ns of CPU each then, not 54 to 57 (BenchmarkPrints). Larger
// tables live outside the collected heap, so a table that was outgrown is gone at once.
//
// The zero printSet is empty. Not for concurrent use.
type printSet struct {
	shards   [shards]shard
	n        int64
	expected int64 // about how many prints there will be; 0 when not known
}

type shard struct {
	slots  []uint64 // 0 is free
	n, max int      // prints, and how many there may be before it grows
	unmap  func()
}

const (
	shardBits  = 6
	shards     = 1 << shardBits
	firstSlots = 128   // of a table: 64 KiB for all tables
	someSlots  = 16384 // of a table that has outgrown those: 8 MiB for all tables
	maxLoad    = 75    // per cent
)

// expect tells s that the prints it holds are those of a share of all rows; 0 when
// that is not known.
func (s *printSet) expect(share float64) {
	s.expected = 0
	if share > 0 {
		s.expected = int64(float64(s.n) / share)
	}
}

// add puts prints, none of which is 0, into the set in order, and appends to repeats
// the indexes of those that were in it already.
func (s *printSet) add(prints []uint64, repeats []int32) []int32 {
	s.ahead(prints[:min(group, len(prints))])
	for lo := 0; lo < len(prints); lo += group {
		some, rest := prints[lo:min(lo+group, len(prints))], prints[min(lo+group, len(prints)):]
		s.ahead(rest[:min(group, len(rest))])
		for k, print := range some {
			if !s.put(print) {
				repeats = append(repeats, int32(lo+k))
			}
		}
	}
	return repeats
}

// put puts print into the set and reports whether it is new.
func (s *printSet) put(print uint64) bool {
	t := &s.shards[print>>(64-shardBits)]
	if t.n >= t.max {
		t.grow(int(s.expected >> shardBits))
	}
	slots := t.slots
	i, _ := bits.Mul64(print<<shardBits, uint64(len(slots)))
	for {
		if i >= uint64(len(slots)) {
			i = 0
		}
		switch slots[i] {
		case print:
			return false
		case 0:
			slots[i] = print
			t.n++
			s.n++
			return true
		}
		i++
	}
}

// group is how many prints' places are asked for before those of the group before are put
// in, so that there is time for them to come.
const group = 128

// ahead asks for the places of at most a group of prints, all at once instead of one wait
// after the other. Where a table grows meanwhile it was in vain.
func (s *printSet) ahead(prints []uint64) {
	var lines [group]uintptr
	for k, print := range prints {
		slots := s.shards[print>>(64-shardBits)].slots
		i, _ := bits.Mul64(print<<shardBits, uint64(len(slots)))
		lines[k] = uintptr(unsafe.Pointer(unsafe.SliceData(slots))) + uintptr(8*i)
	}
	ahead.Lines(lines[:len(prints)])
}

// grow moves the table's prints into a larger one: by two fifths, or, if that is more,
// one for expected prints with a little to spare. If it is not known how many will come,
// the second table has someSlots, which spares the many small steps up to there.
func (t *shard) grow(expected int) {
	size := max(firstSlots, len(t.slots)+len(t.slots)*2/5)
	if expected > 0 {
		size = max(size, min(expected*100/(maxLoad-5), 16*len(t.slots)))
	} else if t.slots != nil {
		size = max(size, someSlots)
	}
	slots, unmap := allocate(size)
	for _, print := range t.slots {
		if print == 0 {
			continue
		}
		i, _ := bits.Mul64(print<<shardBits, uint64(size))
		for slots[i] != 0 {
			if i++; i == uint64(size) {
				i = 0
			}
		}
		slots[i] = print
	}
	t.free()
	t.slots, t.unmap, t.max = slots, unmap, size*maxLoad/100
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
