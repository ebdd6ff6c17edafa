package parquetio

import (
	"sync"
	"sync/atomic"
)

// A row group of many rows is handed out in slices, and its pages end where they end:
// what slices of one row group need of each other is kept here. It may be used by
// several goroutines.
type groupShare struct {
	step    int64 // rows of a slice, the last one perhaps apart
	leaves  []leafShare
	held    atomic.Int64 // bytes of the pages below
	touched atomic.Bool  // some rows are left out: the group will not be copied whole
}

// A leafShare is the part of one leaf.
type leafShare struct {
	mu sync.Mutex
	// places tells by slice in which page its first row begins, as far as somebody has
	// come by; the first slice begins at the start. nil if there is one slice only.
	places []place
	pages  map[int64]*sharedPage // by place in the file

	dictMu sync.Mutex // held while the dictionary is decoded, or looked through
	dict   *dictionary
	finds  *dictFinds // what is in dict
}

// A place is where a page starts, and what comes before it. The zero place is unknown.
type place struct {
	off     int64
	entries int64
	rows    int64 // begun before it
	pages   int
}

// A sharedPage is a decompressed page that is used more than once: by slices on both
// sides of their border, or first to screen and then to filter. It lives as long as
// a chunk that has used it.
type sharedPage struct {
	off  int64
	refs int // guarded by the leafShare

	mu     sync.Mutex // held while the page is decompressed
	buf    *[]byte    // nil until then
	marks  []plainMark
	levels *pageLevels // nil until a slice of it was loaded
}

// A plainMark is where the value of a number starts in a page of PLAIN byte arrays, as
// one slice found it for the next.
type plainMark struct{ value, at int }

// mark notes where a value starts.
func (p *sharedPage) mark(m plainMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marks = append(p.marks, m)
}

// before returns the last mark that is not behind a value.
func (p *sharedPage) before(value int) (best plainMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.marks {
		if m.value <= value && m.value > best.value {
			best = m
		}
	}
	return best
}

// Of pages that lie within a chunk, a Reader keeps this much from screening to filtering;
// more would cost more memory than it spares work. Pages across a border are worth
// more, because without them each slice would decompress all of such a page: DuckDB
// makes them 100 MB.
const (
	keptBytes   = 32 << 20
	borderBytes = 512 << 20 // of a row group
)

func newShare(leaves int, rows, step int64) *groupShare {
	g := &groupShare{step: step, leaves: make([]leafShare, leaves)}
	if slices := (rows + step - 1) / step; slices > 1 {
		for i := range g.leaves {
			g.leaves[i].places = make([]place, slices)
		}
	}
	return g
}

// nearest returns the last known place at or before the start of slice k.
func (l *leafShare) nearest(k int64) place {
	if k == 0 || l.places == nil {
		return place{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; k > 0; k-- {
		if p := l.places[k]; p.off > 0 {
			return p
		}
	}
	return place{}
}

// mark notes p for the slices that begin in its page, which begins n rows.
func (g *groupShare) mark(l *leafShare, p place, n int64) {
	if l.places == nil {
		return
	}
	k := (p.rows + g.step - 1) / g.step
	if k*g.step >= p.rows+n {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for ; k < int64(len(l.places)) && k*g.step < p.rows+n; k++ {
		l.places[k] = p
	}
}

// sharedPage returns the decompressed page at off, of size bytes, if it is there already or
// if it is to be, and then keeps it for c; nil otherwise.
func (c *chunk) sharedPage(l *leafShare, off int64, size int, wanted bool) *sharedPage {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.pages[off]
	if p == nil {
		if !wanted {
			return nil
		}
		if l.pages == nil {
			l.pages = make(map[int64]*sharedPage)
		}
		p = &sharedPage{off: off}
		l.pages[off] = p
		c.share.held.Add(int64(size))
	}
	c.pinMu.Lock()
	defer c.pinMu.Unlock()
	if _, ok := c.pins[p]; !ok {
		if c.pins == nil {
			c.pins = make(map[*sharedPage]pin)
		}
		c.pins[p] = pin{l, int64(size)}
		p.refs++
		c.r.pinned.Add(int64(size))
	}
	return p
}

// A pin is a chunk's hold on a page.
type pin struct {
	leaf *leafShare
	size int64
}

// unpin gives up the chunk's pages.
func (c *chunk) unpin() {
	for p, pin := range c.pins {
		c.r.pinned.Add(-pin.size)
		pin.leaf.mu.Lock()
		if p.refs--; p.refs == 0 {
			delete(pin.leaf.pages, p.off)
			c.share.held.Add(-pin.size - p.levels.size())
			if p.buf != nil {
				poison((*p.buf)[:cap(*p.buf)])
				c.r.pages.Put(p.buf)
			}
		}
		pin.leaf.mu.Unlock()
	}
	c.pins = nil
}
