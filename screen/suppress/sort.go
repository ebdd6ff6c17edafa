package suppress

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unsafe"

	"golang.org/x/sync/errgroup"
)

// A record is what can be sorted: a key, or one with a list behind it.
type record interface{ Key | entry }

// An entry is a key and the number of a list or a set, which orders entries of the same
// key. Both are big-endian, so that entries are ordered by their bytes.
type entry [len(Key{}) + 2]byte

func (e *entry) key() *Key      { return (*Key)(e[:]) }
func (e *entry) number() uint16 { return binary.BigEndian.Uint16(e[len(Key{}):]) }

func (e *entry) set(k *Key, number uint16) {
	*e.key() = *k
	binary.BigEndian.PutUint16(e[len(Key{}):], number)
}

// headOf returns the first eight bytes as a number, in the order of the records.
func headOf[T record](r *T) uint64 {
	return binary.BigEndian.Uint64((*[8]byte)(unsafe.Pointer(r))[:])
}

// compareRecords orders records by their bytes.
func compareRecords[T record](a, b *T) int {
	x, y := headOf(a), headOf(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return compareTails(a, b)
}

// compareTails orders records with the same first eight bytes, of which a list of
// hashes has no two but repeats.
func compareTails[T record](a, b *T) int {
	n := int(unsafe.Sizeof(*a)) - 8
	return bytes.Compare(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(a), 8)), n), unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(b), 8)), n))
}

// partitions is how many stretches of the key space records are scattered into first.
// Each is then small enough (20 KB of a million keys) to be sorted in cache.
const partitions = 1 << 10

// partitionStep is how many partitions are handed to a worker at a time.
const partitionStep = partitions / 64

// sortKeys returns the keys of the blocks in ascending order, without repeats, and
// how many repeats there were. The blocks are no longer needed when it returns; at
// its peak it holds every key twice. Up to workers goroutines share the work.
func sortKeys(blocks [][]Key, workers int) (keys []Key, repeats int) {
	n := 0
	for _, b := range blocks {
		n += len(b)
	}
	keys = make([]Key, n)
	sortInto(keys, blocks, workers, nil)
	kept := slices.Compact(keys)
	return kept, n - len(kept)
}

// sortInto writes the records of the blocks to dst in ascending order and returns where
// each partition starts. If done is not nil it is called with each stretch of dst that
// is in order, by several goroutines.
func sortInto[T record](dst []T, blocks [][]T, workers int, done func(lo, hi int) error) (*[partitions + 1]int, error) {
	starts := scatter(dst, blocks, workers)
	var g errgroup.Group
	g.SetLimit(max(workers, 1))
	for lo := 0; lo < partitions; lo += partitionStep {
		g.Go(func() error {
			var s bucketSorter[T]
			for p := lo; p < lo+partitionStep; p++ {
				s.sort(dst[starts[p]:starts[p+1]])
			}
			if done == nil {
				return nil
			}
			return done(starts[lo], starts[lo+partitionStep])
		})
	}
	return starts, g.Wait()
}

// scatter copies the blocks' keys into dst, partition by partition, and returns
// where each partition starts.
func scatter[T record](dst []T, blocks [][]T, workers int) *[partitions + 1]int {
	// Each part is a run of blocks that one goroutine counts and then copies: part
	// w's keys of a partition stand behind those of the parts before it.
	parts := min(max(workers, 1), max(len(blocks), 1))
	next := make([][partitions]int, parts)
	part := func(w int) [][]T { return blocks[len(blocks)*w/parts : len(blocks)*(w+1)/parts] }

	var g errgroup.Group
	for w := range parts {
		g.Go(func() error {
			count := &next[w]
			for _, b := range part(w) {
				for i := range b {
					count[partition(headOf(&b[i]))]++
				}
			}
			return nil
		})
	}
	g.Wait()

	starts, at := new([partitions + 1]int), 0
	for p := range partitions {
		starts[p] = at
		for w := range parts {
			next[w][p], at = at, at+next[w][p]
		}
	}
	starts[partitions] = at

	for w := range parts {
		g.Go(func() error {
			next := &next[w]
			for _, b := range part(w) {
				for i := range b {
					p := partition(headOf(&b[i]))
					dst[next[p]] = b[i]
					next[p]++
				}
			}
			return nil
		})
	}
	g.Wait()
	return starts
}

func partition(head uint64) int { return int(head >> 54) }

// A bucketSorter sorts records that share their first ten bits. Its scratch space is
// reused.
type bucketSorter[T record] struct {
	tmp    []T
	counts []int32
}

// sort orders one partition: a counting sort by the bits below the partition's puts
// about two records in a bucket, and an insertion sort does the rest. Records that
// crowd one bucket or the partition, which no hash produces, get a comparison sort,
// which needs no space.
func (s *bucketSorter[T]) sort(all []T) {
	const small, crowded, huge = 12, 32, 4 << 20
	switch {
	case len(all) <= small:
		insertionSort(all)
		return
	case len(all) > huge:
		slices.SortFunc(all, func(a, b T) int { return compareRecords(&a, &b) })
		return
	}
	n := len(all)/2 + 1
	if cap(s.counts) < n+1 {
		s.counts = make([]int32, n+1+n/4)
	}
	if cap(s.tmp) < len(all) {
		s.tmp = make([]T, len(all)+len(all)/4)
	}
	counts, tmp := s.counts[:n+1], s.tmp[:len(all)]
	clear(counts)
	copy(tmp, all)
	for i := range tmp {
		counts[scale(headOf(&tmp[i])<<10, n)+1]++
	}
	for b := 1; b <= n; b++ {
		counts[b] += counts[b-1]
	}
	for i := range tmp {
		b := scale(headOf(&tmp[i])<<10, n)
		all[counts[b]] = tmp[i]
		counts[b]++
	}
	// counts[b] is now where bucket b ends.
	lo := 0
	for _, end := range counts[:n] {
		hi := int(end)
		switch {
		case hi-lo > crowded:
			slices.SortFunc(all[lo:hi], func(a, b T) int { return compareRecords(&a, &b) })
		case hi-lo > 1:
			insertionSort(all[lo:hi])
		}
		lo = hi
	}
}

func insertionSort[T record](all []T) {
	for i := 1; i < len(all); i++ {
		if compareRecords(&all[i-1], &all[i]) <= 0 {
			continue
		}
		r := all[i]
		j := i
		for ; j > 0 && compareRecords(&all[j-1], &r) > 0; j-- {
			all[j] = all[j-1]
		}
		all[j] = r
	}
}
