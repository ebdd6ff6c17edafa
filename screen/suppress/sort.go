package suppress

import (
	"slices"

	"golang.org/x/sync/errgroup"
)

// partitions is how many stretches of the key space sortKeys scatters into first.
// Each is then small enough (20 KB of a million keys) to be sorted in cache.
const partitions = 1 << 10

// sortKeys returns the keys of the blocks in ascending order, without repeats, and
// how many repeats there were. The blocks are no longer needed when it returns; at
// its peak it holds every key twice. Up to workers goroutines share the work.
func sortKeys(blocks [][]Key, workers int) (keys []Key, repeats int) {
	n := 0
	for _, b := range blocks {
		n += len(b)
	}
	keys = make([]Key, n)
	starts := scatter(keys, blocks, workers)

	var g errgroup.Group
	g.SetLimit(max(workers, 1))
	for lo := 0; lo < partitions; lo += partitions / 16 {
		g.Go(func() error {
			var s bucketSorter
			for p := lo; p < lo+partitions/16; p++ {
				s.sort(keys[starts[p]:starts[p+1]])
			}
			return nil
		})
	}
	g.Wait()

	kept := slices.Compact(keys)
	return kept, n - len(kept)
}

// scatter copies the blocks' keys into dst, partition by partition, and returns
// where each partition starts.
func scatter(dst []Key, blocks [][]Key, workers int) (starts [partitions + 1]int) {
	// Each part is a run of blocks that one goroutine counts and then copies: part
	// w's keys of a partition stand behind those of the parts before it.
	parts := min(max(workers, 1), max(len(blocks), 1))
	next := make([][partitions]int, parts)
	part := func(w int) [][]Key { return blocks[len(blocks)*w/parts : len(blocks)*(w+1)/parts] }

	var g errgroup.Group
	for w := range parts {
		g.Go(func() error {
			count := &next[w]
			for _, b := range part(w) {
				for i := range b {
					count[partition(&b[i])]++
				}
			}
			return nil
		})
	}
	g.Wait()

	at := 0
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
					p := partition(&b[i])
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

func partition(k *Key) int { return int(k[0])<<2 | int(k[1])>>6 }

// A bucketSorter sorts keys that share their first ten bits. Its scratch space is
// reused.
type bucketSorter struct {
	tmp    []Key
	counts []int32
}

// sort orders one partition: a counting sort by the bits below the partition's puts
// about two keys in a bucket, and an insertion sort does the rest. Keys that crowd
// one bucket, which no hash produces, get a comparison sort.
func (s *bucketSorter) sort(keys []Key) {
	const small, crowded = 12, 32
	if len(keys) <= small {
		insertionSort(keys)
		return
	}
	n := len(keys)/2 + 1
	if cap(s.counts) < n+1 {
		s.counts = make([]int32, n+1+n/4)
	}
	if cap(s.tmp) < len(keys) {
		s.tmp = make([]Key, len(keys)+len(keys)/4)
	}
	counts, tmp := s.counts[:n+1], s.tmp[:len(keys)]
	clear(counts)
	copy(tmp, keys)
	for i := range tmp {
		counts[scale(tmp[i].head()<<10, n)+1]++
	}
	for b := 1; b <= n; b++ {
		counts[b] += counts[b-1]
	}
	for i := range tmp {
		b := scale(tmp[i].head()<<10, n)
		keys[counts[b]] = tmp[i]
		counts[b]++
	}
	// counts[b] is now where bucket b ends.
	lo := 0
	for _, end := range counts[:n] {
		hi := int(end)
		switch {
		case hi-lo > crowded:
			slices.SortFunc(keys[lo:hi], func(a, b Key) int { return compare(&a, &b) })
		case hi-lo > 1:
			insertionSort(keys[lo:hi])
		}
		lo = hi
	}
}

func insertionSort(keys []Key) {
	for i := 1; i < len(keys); i++ {
		if compare(&keys[i-1], &keys[i]) <= 0 {
			continue
		}
		k := keys[i]
		j := i
		for ; j > 0 && compare(&keys[j-1], &k) > 0; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
	}
}
