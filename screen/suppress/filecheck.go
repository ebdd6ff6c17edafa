package suppress

import (
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
)

// pageSums are the checksums of a mapped file's pages, and which pages have been
// compared with them. It may be used concurrently.
//
// A bit tells that a page is good. For the filter of a hundred million keys that is
// 4.6 KB, which stay in the first cache; comparing a page takes less than reading it
// from memory did.
type pageSums struct {
	file    *mapping
	checked []uint64     // bit i: page i is what it was written as
	filter  atomic.Int64 // how many pages of the filter have no bit yet
}

// newPageSums returns the checksums of a file of which no page has been compared.
func newPageSums(m *mapping) *pageSums {
	p := &pageSums{file: m, checked: make([]uint64, (m.head.size/pageSize+63)/64)}
	p.filter.Store(pageUp(m.head.sections[filterWordsSection].size) / pageSize)
	return p
}

// ofFilter reports whether a page is one of the filter's, which begins on a page as all
// sections do.
func (p *pageSums) ofFilter(page uint64) bool {
	e := &p.file.head.sections[filterWordsSection]
	at := int64(page) * pageSize
	return e.offset <= at && at < e.offset+e.size
}

// need makes sure of n bytes of a section. It panics with a *ListError if a page is not
// what it was. Pages of a nil pageSums are known to be good.
func (p *pageSums) need(s section, off, n int) {
	if p == nil || n <= 0 {
		return
	}
	e := &p.file.head.sections[s]
	first := uint64(e.offset+int64(off)) / pageSize
	last := uint64(e.offset+min(int64(off)+int64(n), e.size)-1) / pageSize
	for page := first; page <= last; page++ {
		if !p.good(page) {
			p.check(page)
		}
	}
}

// needBlocks makes sure of the filter's blocks of keys. Looking at the bits of all keys
// before deciding keeps branches out, and once the whole filter has been compared, which
// a few hundred thousand rows see to, there is nothing to look at.
func (p *pageSums) needBlocks(keys []Key, blocks int) {
	if p.filter.Load() == 0 {
		return
	}
	const blocksPerPage = pageSize * 8 / blockBits
	first := uint64(p.file.head.sections[filterWordsSection].offset / pageSize)
	missing := uint64(0)
	for i := range keys {
		page := first + uint64(scale(keys[i].head(), blocks))/blocksPerPage
		missing |= ^atomic.LoadUint64(&p.checked[page/64]) >> (page % 64)
	}
	if missing&1 == 0 {
		return
	}
	for i := range keys {
		if page := first + uint64(scale(keys[i].head(), blocks))/blocksPerPage; !p.good(page) {
			p.check(page)
		}
	}
}

func (p *pageSums) good(page uint64) bool {
	return atomic.LoadUint64(&p.checked[page/64])>>(page%64)&1 != 0
}

// check compares a page with its checksum.
func (p *pageSums) check(page uint64) {
	if err := p.file.same(page, p.file.data[page*pageSize:(page+1)*pageSize]); err != nil {
		panic(p.file.fail(err))
	}
	bit := uint64(1) << (page % 64)
	if old := atomic.OrUint64(&p.checked[page/64], bit); old&bit == 0 && p.ofFilter(page) {
		p.filter.Add(-1)
	}
}

// all compares every page.
func (p *pageSums) all() error {
	for page := uint64(1); page <= uint64(len(p.file.sums)); page++ {
		if err := p.file.same(page, p.file.data[page*pageSize:(page+1)*pageSize]); err != nil {
			return err
		}
	}
	return nil
}

// same compares a page with its checksum.
func (m *mapping) same(page uint64, b []byte) error {
	if page == 0 || page > uint64(len(m.sums)) || xxhash.Sum64(b) != m.sums[page-1] {
		return damage("its bytes from %d on are not what was written", page*pageSize)
	}
	return nil
}

// A pageRead reads from the file, not from the mapping, what is needed once and in
// order: that does not count as memory of the process. The zero value is ready.
type pageRead struct{ buf []byte }

// read returns n bytes of a section after comparing their pages with their checksums.
// They are good until the next read.
func (r *pageRead) read(m *mapping, s section, off, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	e := m.head.sections[s]
	if off < 0 || n < 0 || off+n > e.size {
		return nil, damage("its section %s is shorter than its counts say", sectionNames[s])
	}
	first := (e.offset + off) &^ (pageSize - 1)
	last := pageUp(e.offset + off + n)
	r.buf = slices.Grow(r.buf[:0], int(last-first))[:last-first]
	if _, err := m.from.ReadAt(r.buf, first); err != nil {
		if err == io.EOF {
			err = damage("was cut while it was read")
		}
		return nil, err
	}
	page := uint64(first / pageSize)
	for b := range slices.Chunk(r.buf, pageSize) {
		if err := m.same(page, b); err != nil {
			return nil, err
		}
		page++
	}
	skip := e.offset + off - first
	return r.buf[skip : skip+n], nil
}

// catch ends a look-up: a page that cannot be read any more, because the file was cut or
// its disk failed, becomes a *ListError. It must be deferred itself.
func (m *mapping) catch(old bool) {
	debug.SetPanicOnFault(old)
	if p := recover(); p != nil {
		panic(m.fault(p))
	}
}

// fault returns the error for a panic below, or panics again if it has another cause.
func (m *mapping) fault(p any) *ListError {
	switch e := p.(type) {
	case *ListError:
		return e
	case interface {
		runtime.Error
		Addr() uintptr
	}:
		return m.fail(damage("can no longer be read: it was cut, or its disk failed"))
	}
	panic(p)
}
