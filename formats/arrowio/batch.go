package arrowio

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
)

// A batch is one record batch. Its chunks share it.
type batch struct {
	r     *Reader
	rows  int
	codec codec
	cols  []*vec
	once  []sync.Once
	errs  []error
	body  []byte
	refs  atomic.Int32
}

// column returns column i with its buffers ready.
func (b *batch) column(i int) (*vec, error) {
	b.once[i].Do(func() { b.errs[i] = b.cols[i].load(b.r.inflate, b.body) })
	return b.cols[i], b.errs[i]
}

// release gives the body back when the last chunk is done with it.
func (b *batch) release() {
	if b.refs.Add(-1) == 0 {
		b.r.bodies.put(b.body)
		b.body, b.cols = nil, nil
	}
}

// bodies is a short list of buffers to read the next batches into. Batches of a list
// are much alike in size; what would waste more than half is left to the collector.
type bodies struct {
	mu   sync.Mutex
	free [][]byte
}

func (p *bodies) get(n int) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, b := range p.free {
		if cap(b) >= n && cap(b)/2 <= n {
			p.free = append(p.free[:i], p.free[i+1:]...)
			return b[:0]
		}
	}
	return nil
}

func (p *bodies) put(b []byte) {
	scrub(b)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) >= 4 {
		p.free = p.free[1:]
	}
	p.free = append(p.free, b)
}

// emptyCells bounds the values of a batch that take no bytes at all (nulls, empty
// structs): their number is a mere claim.
const emptyCells = 1 << 26

var errBounds = errors.New("a buffer does not hold what the metadata says")

// A loader takes the vecs of a RecordBatch apart, in the order of its nodes.
type loader struct {
	fb              *flat
	nodes, nNodes   int
	bufs, nBufs     int
	counts, nCounts int
	node, buf, cnt  int
	body            []byte
	codec           codec
	used            int   // bytes of the body that buffers lay claim to
	inflated        int64 // bytes after inflating
	maxInflated     int64
	empty           int
	dicts           map[int64]*dictionary
}

// newLoader reads the head of a RecordBatch table.
func newLoader(t table, body []byte, maxInflated int64, dicts map[int64]*dictionary) (*loader, int, error) {
	l := &loader{fb: t.f, body: body, codec: codecNone, maxInflated: maxInflated, dicts: dicts}
	rows := t.i64(0, 0)
	l.nodes, l.nNodes = t.vector(1, 16)
	l.bufs, l.nBufs = t.vector(2, 16)
	l.counts, l.nCounts = t.vector(4, 8)
	if c, ok := t.table(3); ok {
		l.codec = codec(c.u8(0, 0))
		if l.codec != codecLZ4 && l.codec != codecZstd || c.u8(1, 0) != 0 {
			return nil, 0, errors.New("compressed in a way that Message.fbs does not know")
		}
	}
	if l.fb.bad || rows < 0 || rows > math.MaxInt32 {
		return nil, 0, errFlat
	}
	return l, int(rows), nil
}

// done reports whether every node and buffer was used.
func (l *loader) done() error {
	if l.fb.bad || l.node != l.nNodes || l.buf != l.nBufs {
		return errFlat
	}
	return nil
}

// next returns the next buffer, which must hold at least need bytes once inflated.
func (l *loader) next(need int) (buffer, error) {
	if l.buf >= l.nBufs {
		return buffer{}, errFlat
	}
	p := l.bufs + 16*l.buf
	l.buf++
	off, n := l.fb.i64(p), l.fb.i64(p+8)
	if off < 0 || n < 0 || off > int64(len(l.body)) || n > int64(len(l.body))-off {
		return buffer{}, errBounds
	}
	if l.used += int(n); l.used > len(l.body) {
		return buffer{}, errors.New("buffers overlap")
	}
	b := buffer{at: int(off), stored: l.body[off : off+n : off+n], size: int(n), raw: true}
	if l.codec != codecNone && n > 0 {
		if n < 8 {
			return buffer{}, errBounds
		}
		size := (&flat{b: b.stored}).i64(0)
		b.stored, b.at = b.stored[8:], b.at+8
		if size == -1 {
			b.size = len(b.stored)
		} else {
			if size < 0 || size > l.maxInflated || l.inflated+size > l.maxInflated {
				return buffer{}, &limitError{"an inflated batch", size, l.maxInflated}
			}
			b.size, b.raw = int(size), false
			l.inflated += size
		}
	}
	if b.size < need {
		return buffer{}, errBounds
	}
	return b, nil
}

// vec returns the next values, which must be at least need.
func (l *loader) vec(f *field, need int) (*vec, error) {
	if l.node >= l.nNodes {
		return nil, errFlat
	}
	p := l.nodes + 16*l.node
	l.node++
	n64, nulls := l.fb.i64(p), l.fb.i64(p+8)
	if n64 < int64(need) || n64 > math.MaxInt32 || nulls > n64 {
		return nil, errBounds
	}
	n := int(n64)
	v := &vec{f: f, n: n, codec: l.codec}
	if f.layout == layNull || f.layout == layFixed && f.width == 0 || f.layout == layFixedList && f.size == 0 ||
		f.layout == layStruct && len(f.kids) == 0 {
		if l.empty += n; l.empty > emptyCells {
			return nil, &limitError{"empty cells in a batch", int64(l.empty), emptyCells}
		}
	}
	if f.layout == layNull {
		return v, nil
	}
	validity, err := l.next(0)
	if err != nil {
		return nil, err
	}
	switch {
	case nulls == 0:
		validity = buffer{raw: true}
	case validity.size == 0 && nulls > 0, validity.size > 0 && validity.size < (n+7)/8:
		return nil, errBounds
	}
	v.stored = append(v.stored, validity)
	add := func(need int) {
		if err == nil {
			var b buffer
			b, err = l.next(need)
			v.stored = append(v.stored, b)
		}
	}
	kid := func(need int) {
		if err == nil {
			var k *vec
			k, err = l.vec(f.kids[len(v.kids)], need)
			v.kids = append(v.kids, k)
		}
	}
	switch f.layout {
	case layBool:
		add((n + 7) / 8)
	case layFixed, layDict:
		add(n * f.width)
	case layVar, layList:
		if n == 0 {
			add(0)
		} else {
			add((n + 1) * f.width)
		}
		if f.layout == layVar {
			add(0)
		} else {
			kid(0)
		}
	case layView:
		if l.cnt >= l.nCounts {
			return nil, errFlat
		}
		count := l.fb.i64(l.counts + 8*l.cnt)
		l.cnt++
		if count < 0 || count > int64(l.nBufs) {
			return nil, errFlat
		}
		add(16 * n)
		for range count {
			add(0)
		}
	case layFixedList:
		kid(n * f.size)
	case layStruct:
		for range f.kids {
			kid(n)
		}
	}
	if err != nil {
		return nil, err
	}
	if f.layout == layDict {
		if v.dict = l.dicts[f.dictID]; v.dict == nil {
			return nil, fmt.Errorf("column %s: its dictionary %d is missing", printable(f.name), f.dictID)
		}
	}
	return v, nil
}
