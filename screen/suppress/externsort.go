package suppress

import (
	"math"
	"sync"
)

// A sorter takes entries in any order and keeps them in sorted runs: the last one in
// memory, those before it in a spill. It may be used concurrently.
type sorter struct {
	dir     string
	workers int

	mu       sync.Mutex
	mem, tmp []entry // of the same size; mem[:n] is taken
	n        int
	free     []func()
	spill    *spill
	runs     []sortedRun
	total    int64
}

// A sortedRun is entries in order. Entries of one partition stand from starts[p] to
// starts[p+1].
type sortedRun struct {
	starts *[partitions + 1]int
	mem    []entry // or, if nil:
	offset int64   // in the spill, in bytes
}

const entrySize = len(entry{})

// newSorter returns a sorter that holds memory bytes.
func newSorter(memory int64, dir string, workers int) (*sorter, error) {
	s := &sorter{dir: dir, workers: workers}
	n := int(min(max(memory/2/int64(entrySize), 1), math.MaxInt32))
	for _, p := range []*[]entry{&s.mem, &s.tmp} {
		b, free, err := borrow[entry](n)
		if err != nil {
			s.close()
			return nil, err
		}
		*p, s.free = b, append(s.free, free)
	}
	return s, nil
}

// add takes keys that stand on a list.
func (s *sorter) add(keys []Key, id ListID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total += int64(len(keys))
	for len(keys) > 0 {
		if s.n == len(s.mem) {
			if err := s.flush(); err != nil {
				return err
			}
		}
		n := min(len(keys), len(s.mem)-s.n)
		to := s.mem[s.n : s.n+n]
		for i := range to {
			to[i].set(&keys[i], uint16(id))
		}
		s.n += n
		keys = keys[n:]
	}
	return nil
}

// flush writes the entries in memory to the spill as a run. Stretches are written as
// they are sorted, by whoever sorted them.
func (s *sorter) flush() error {
	if s.spill == nil {
		var err error
		if s.spill, err = newSpill(s.dir); err != nil {
			return err
		}
	}
	offset := s.spill.reserve(int64(s.n * entrySize))
	sorted := s.tmp[:s.n]
	starts, err := sortInto(sorted, s.blocks(), s.workers, func(lo, hi int) error {
		return s.spill.write(bytesOf(sorted[lo:hi]), offset+int64(lo*entrySize))
	})
	s.runs = append(s.runs, sortedRun{starts: starts, offset: offset})
	s.n = 0
	return err
}

// blocks divides the entries in memory for the workers.
func (s *sorter) blocks() (blocks [][]entry) {
	size := s.n/s.workers + 1
	for at := 0; at < s.n; at += size {
		blocks = append(blocks, s.mem[at:min(at+size, s.n)])
	}
	return blocks
}

// finish sorts what is left and returns all runs. If there was anything in the spill,
// everything is, and the memory is given back.
func (s *sorter) finish() ([]sortedRun, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spill != nil {
		if s.n > 0 {
			if err := s.flush(); err != nil {
				return nil, err
			}
		}
		s.release()
		return s.runs, nil
	}
	starts, err := sortInto(s.tmp[:s.n], s.blocks(), s.workers, nil)
	s.runs = append(s.runs, sortedRun{starts: starts, mem: s.tmp[:s.n]})
	return s.runs, err
}

func (s *sorter) release() {
	for _, free := range s.free {
		free()
	}
	s.mem, s.tmp, s.free = nil, nil, nil
}

func (s *sorter) close() {
	s.release()
	s.spill.close()
}
