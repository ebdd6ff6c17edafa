package parquetio

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// eachLeaf calls do for each of some leaves of a row group, telling its place among them,
// each time with a scratch of its own.
// Where processors are idle it calls it for several at once: at the end of a list, and
// in a list of one row group, the caller would be the only one with something to do. The
// error is that of the first leaf that has one.
func (r *Reader) eachLeaf(group int, leaves []int, do func(s *scratch, at, leaf int) error) error {
	e := leafLoop{r: r, group: group, leaves: leaves, do: do, failed: len(leaves)}
	r.busy.Add(1)
	e.work()
	e.helpers.Wait()
	return e.err
}

// A leafLoop is one eachLeaf.
type leafLoop struct {
	r      *Reader
	group  int
	leaves []int
	do     func(s *scratch, at, leaf int) error

	next    atomic.Int64 // the leaf to do next
	helpers sync.WaitGroup

	mu     sync.Mutex
	failed int // the first leaf with an error
	err    error
}

// work does leaves until none is left. Before each it looks for an idle processor, since
// one may have become so in the meantime.
func (e *leafLoop) work() {
	r := e.r
	defer r.busy.Add(-1)
	s := r.getScratch()
	defer r.scratch.Put(s)
	for {
		i := int(e.next.Add(1)) - 1
		if i >= len(e.leaves) {
			return
		}
		if n := r.busy.Load(); i+1 < len(e.leaves) && int(n) < runtime.GOMAXPROCS(0) && r.busy.CompareAndSwap(n, n+1) {
			e.helpers.Go(e.work)
		}
		if err := e.one(s, i); err != nil {
			e.next.Store(int64(len(e.leaves)))
			e.mu.Lock()
			if i < e.failed {
				e.failed, e.err = i, err
			}
			e.mu.Unlock()
		}
	}
}

// one does a leaf. It turns a panic into an error, like every way into this package.
func (e *leafLoop) one(s *scratch, i int) (err error) {
	l := &e.r.tree.leaves[e.leaves[i]]
	defer e.r.guard(&err, e.group, &l)
	if err = e.do(s, i, e.leaves[i]); err != nil {
		err = e.r.error(err, e.group, l)
	}
	return err
}
