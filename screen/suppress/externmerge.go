package suppress

import (
	"context"
	"encoding/binary"

	"golang.org/x/sync/errgroup"
)

// A stream is entries in order, from a run or an index file: what a merge reads.
type stream interface {
	// start returns how many entries stand before the partition.
	start(partition int) (int64, error)
	// read fills dst with the entries from the n-th on.
	read(dst []entry, n int64) error
	// set returns the set of lists that the number behind a key stands for, or 0.
	set(number uint16) uint16
}

// A runStream is a sorted run; the numbers are those of lists.
type runStream struct {
	*sortedRun
	spill *spill
	sets  []uint16 // of list i: the set of it alone
}

func (r *runStream) start(partition int) (int64, error) { return int64(r.starts[partition]), nil }

func (r *runStream) read(dst []entry, n int64) error {
	if r.mem != nil {
		copy(dst, r.mem[n:])
		return nil
	}
	return r.spill.read(bytesOf(dst), r.offset+n*int64(entrySize))
}

func (r *runStream) set(number uint16) uint16 { return r.sets[number] }

// A fileStream is the keys of an index file; the numbers are those of its sets.
type fileStream struct {
	x    *Index
	sets []uint16          // of set i of the file: the set in the new one
	free chan *[2]pageRead // scratch space, one for each reader
}

func newFileStream(x *Index, sets []uint16, readers int) *fileStream {
	f := &fileStream{x: x, sets: sets, free: make(chan *[2]pageRead, readers)}
	for range readers {
		f.free <- new([2]pageRead)
	}
	return f
}

// start finds the partition's first key by the prefix table, reading from the file what
// is needed.
func (f *fileStream) start(partition int) (int64, error) {
	if partition == partitions || len(f.x.keys) == 0 {
		return int64(len(f.x.keys)), nil
	}
	head := uint64(partition) << 54
	var r pageRead
	b, err := r.read(f.x.file, keyBuckets, int64(4*scale(head, len(f.x.buckets)-1)), 8)
	if err != nil {
		return 0, err
	}
	lo, hi := int64(binary.LittleEndian.Uint32(b)), int64(binary.LittleEndian.Uint32(b[4:]))
	for lo < hi {
		mid := (lo + hi) / 2
		k, err := r.read(f.x.file, keySection, mid*int64(len(Key{})), int64(len(Key{})))
		if err != nil {
			return 0, err
		}
		if (*Key)(k).head() < head {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, nil
}

func (f *fileStream) read(dst []entry, n int64) error {
	b := <-f.free
	defer func() { f.free <- b }()
	size := int64(len(Key{}))
	raw, err := b[0].read(f.x.file, keySection, n*size, int64(len(dst))*size)
	if err != nil {
		return err
	}
	keys := sliceOf[Key](raw)
	if f.x.sets == nil {
		for i := range dst {
			dst[i].set(&keys[i], f.x.set)
		}
		return nil
	}
	if raw, err = b[1].read(f.x.file, keySets, 2*n, int64(2*len(dst))); err != nil {
		return err
	}
	for i := range dst {
		dst[i].set(&keys[i], binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return nil
}

func (f *fileStream) set(number uint16) uint16 {
	if int(number) >= len(f.sets) {
		return 0
	}
	return f.sets[number]
}

// A cursor is a place in a stream.
type cursor struct {
	stream
	next, end int64 // of the stream: what is not in buf
	buf       []entry
	at        int
	head      uint64 // of the entry it is at
	done      bool
	err       error
}

func (c *cursor) entry() *entry { return &c.buf[c.at] }

func (c *cursor) advance() {
	if c.at++; c.at < len(c.buf) {
		c.head = headOf(&c.buf[c.at])
		return
	}
	c.fill()
}

func (c *cursor) fill() {
	n := int(min(int64(cap(c.buf)), c.end-c.next))
	if n == 0 {
		c.done = true
		return
	}
	c.buf, c.at = c.buf[:n], 0
	if c.err = c.read(c.buf, c.next); c.err != nil {
		c.done = true
		return
	}
	c.next += int64(n)
	c.head = headOf(&c.buf[0])
}

// before orders cursors by their entries' keys; those at their end come last.
func (c *cursor) before(d *cursor) bool {
	switch {
	case c.done || d.done:
		return !c.done
	case c.head != d.head:
		return c.head < d.head
	}
	return compareTails(c.entry().key(), d.entry().key()) < 0
}

// A block is merged keys with their sets.
type block struct {
	keys []Key
	sets []uint16
}

// blockKeys is how many keys a block holds at most.
const blockKeys = 1 << 13

// A merging merges streams: each key once, with the set of all lists that have it.
type merging struct {
	streams []stream
	sets    *setTable
	workers int
	memory  int64    // for buffers, about
	lists   int      // how many there are
	drop    *dropper // may be nil

	duplicates []int64 // of list i: how often an entry that it had came again
}

// run hands over the keys in order. The blocks may be kept no longer than a call lasts.
func (m *merging) run(ctx context.Context, take func(*block) error) error {
	bounds, err := m.ranges()
	if err != nil {
		return err
	}
	m.duplicates = make([]int64, m.lists+1)
	workers := max(m.workers, 1)
	// A range of the usual size fits its channel, so that its merger need not wait for the
	// ranges before it. The collector lets as much garbage gather as there is live data.
	inFlight := workers + 1
	perRange := int(min(max(m.memory/8/int64(inFlight)/(blockKeys*int64(entrySize)), 4), 2*rangeKeys/blockKeys))
	bufSize := int(min(max(m.memory/8/int64(inFlight*max(len(m.streams), 1))/int64(entrySize), 64), 1<<13))

	g, ctx := errgroup.WithContext(ctx)
	free := make(chan *block, (inFlight+1)*(perRange+2))
	mergers := make([]*merger, len(bounds)-1)
	outs := make([]chan *block, len(mergers))
	for i := range outs {
		outs[i] = make(chan *block, perRange)
	}
	slots := make(chan struct{}, inFlight)
	g.Go(func() error {
		for i := range mergers {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			mergers[i] = &merger{merging: m, duplicates: make([]int64, m.lists+1)}
			g.Go(func() error {
				defer close(outs[i])
				return mergers[i].run(ctx, bounds[i], bounds[i+1], bufSize, outs[i], free)
			})
		}
		return nil
	})
	g.Go(func() error {
		for _, out := range outs {
			for {
				var b *block
				var ok bool
				select {
				case b, ok = <-out:
				case <-ctx.Done():
					return ctx.Err()
				}
				if !ok {
					break
				}
				if err := take(b); err != nil {
					return err
				}
				select {
				case free <- b:
				default:
				}
			}
			if err := ctx.Err(); err != nil { // a merger that failed closes its channel too
				return err
			}
			<-slots // only now, or mergers would run ahead of the writer
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return err
	}
	for _, r := range mergers {
		for i, n := range r.duplicates {
			m.duplicates[i] += n
		}
		m.drop.count(r.removed)
	}
	return nil
}

// rangeKeys is how many entries are merged by one goroutine, about.
const rangeKeys = 1 << 19

// ranges divides the key space into ranges of about rangeKeys entries. It returns where
// each stream's part of each range starts.
func (m *merging) ranges() (bounds [][]int64, err error) {
	at := func(p int) ([]int64, error) {
		starts := make([]int64, len(m.streams))
		for i, s := range m.streams {
			if starts[i], err = s.start(p); err != nil {
				return nil, err
			}
		}
		return starts, nil
	}
	sum := func(starts []int64) (n int64) {
		for _, s := range starts {
			n += s
		}
		return n
	}
	first, err := at(0)
	if err != nil {
		return nil, err
	}
	bounds = append(bounds, first)
	for p := 1; p <= partitions; p++ {
		next, err := at(p)
		if err != nil {
			return nil, err
		}
		for i, n := range next {
			if last := bounds[len(bounds)-1]; n < last[i] {
				return nil, damage("its prefix table is out of order")
			}
		}
		if p == partitions || sum(next)-sum(bounds[len(bounds)-1]) >= rangeKeys {
			bounds = append(bounds, next)
		}
	}
	return bounds, nil
}

// A merger merges one range.
type merger struct {
	*merging
	cursors    []cursor
	tree       []int32 // of losers; tree[0] is the winner
	known      map[[2]uint16]joined
	duplicates []int64
	removed    removals
}

// joined is what two sets make together, and the lists that are in both.
type joined struct {
	set  uint16
	both []ListID
}

// run merges the range into blocks. What it counted stays, its buffers do not.
func (r *merger) run(ctx context.Context, from, to []int64, bufSize int, out chan<- *block, free <-chan *block) error {
	r.known = map[[2]uint16]joined{}
	defer func() { r.known, r.cursors, r.tree = nil, nil, nil }()
	for i, s := range r.streams {
		if from[i] == to[i] {
			continue
		}
		c := cursor{stream: s, next: from[i], end: to[i], buf: make([]entry, 0, min(int64(bufSize), to[i]-from[i]))}
		r.cursors = append(r.cursors, c)
	}
	for i := range r.cursors {
		r.cursors[i].fill()
	}
	r.plant()
	for len(r.cursors) > 0 && !r.cursors[r.tree[0]].done {
		var b *block
		select {
		case b = <-free:
			b.keys, b.sets = b.keys[:0], b.sets[:0]
		default:
			b = &block{make([]Key, 0, blockKeys), make([]uint16, 0, blockKeys)}
		}
		if err := r.fill(b); err != nil {
			return err
		}
		select {
		case out <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for i := range r.cursors {
		if err := r.cursors[i].err; err != nil {
			return err
		}
	}
	return nil
}

// fill fills a block.
func (r *merger) fill(b *block) error {
	for len(b.keys) < cap(b.keys) {
		c := &r.cursors[r.tree[0]]
		if c.done {
			return nil
		}
		key := *c.entry().key()
		set, err := r.setAt(c)
		if err != nil {
			return err
		}
		for {
			c.advance()
			r.replay()
			c = &r.cursors[r.tree[0]]
			if c.done || *c.entry().key() != key {
				break
			}
			next, err := r.setAt(c)
			if err != nil {
				return err
			}
			if set, err = r.join(set, next); err != nil {
				return err
			}
		}
		if r.drop != nil {
			if set, err = r.drop.from(&key, set, &r.removed); err != nil {
				return err
			}
			if set == 0 {
				continue
			}
		}
		b.keys = append(b.keys, key)
		b.sets = append(b.sets, set)
	}
	return nil
}

func (r *merger) setAt(c *cursor) (uint16, error) {
	set := c.set(c.entry().number())
	if set == 0 {
		return 0, damage("an entry is on a list that there is not")
	}
	return set, nil
}

// join returns the set of the lists in a or b and counts those in both.
func (r *merger) join(a, b uint16) (uint16, error) {
	j, ok := r.known[[2]uint16{a, b}]
	if !ok {
		set, err := r.sets.union(a, b)
		if err != nil {
			return 0, err
		}
		j.set = set
		for _, id := range r.sets.lists(b) {
			if r.sets.has(a, id) {
				j.both = append(j.both, id)
			}
		}
		r.known[[2]uint16{a, b}] = j
	}
	for _, id := range j.both {
		r.duplicates[id]++
	}
	return j.set, nil
}

// plant plays the first round between all cursors.
func (r *merger) plant() {
	k := len(r.cursors)
	r.tree = make([]int32, max(k, 1))
	winners := make([]int32, 2*k)
	for i := range k {
		winners[k+i] = int32(i)
	}
	for node := k - 1; node > 0; node-- {
		a, b := winners[2*node], winners[2*node+1]
		if r.cursors[b].before(&r.cursors[a]) {
			a, b = b, a
		}
		winners[node], r.tree[node] = a, b
	}
	if k > 1 {
		r.tree[0] = winners[1]
	}
}

// replay lets the winner, which has moved on, play against the losers on its way up.
func (r *merger) replay() {
	w := r.tree[0]
	for node := (int(w) + len(r.cursors)) / 2; node > 0; node /= 2 {
		if l := r.tree[node]; r.cursors[l].before(&r.cursors[w]) {
			r.tree[node], w = w, l
		}
	}
	r.tree[0] = w
}
