package parquetio

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// maxPageValues bounds the entries of a page: with runs, a few bytes can claim any
// number of them. DuckDB, with one page for 122,880 rows, has some millions in a
// column of long lists.
const maxPageValues = 64 << 20

var errCounts = errors.New("its pages hold other values than the footer counts")

// A cursor goes through the pages of one leaf that hold rows of a chunk, and checks
// that the pages hold what the footer says. Of a page that begins before the chunk or
// ends behind it, load returns the chunk's part.
type cursor struct {
	r    *Reader
	s    *scratch
	c    *chunk
	leaf *leaf
	meta *columnMeta
	lfsh *leafShare
	dict *dictionary

	lo, hi, all int64 // the chunk's rows within the row group, and the row group's

	head    pageHeader // of the data page that load or pass will take
	at      int64      // where it stands in the file, header first
	body    int64      // and what follows the header
	entries int64      // of the column chunk, this page's included
	begun   int64      // rows of the row group begun before this page or, once loaded, in it
	rows    int64      // rows of the chunk begun so far, of the pages that were loaded
	passed  bool       // some were not
	ended   bool       // the next row is another chunk's
	walk    bool       // pages are to be walked over, a dictionary not decoded
	keep    bool       // pages will be asked for again
	show    bool       // and their text lent to a view
	pages   int        // data pages seen
}

// cursor returns a cursor at the chunk's rows of leaf i.
func (c *chunk) cursor(s *scratch, i int) (cursor, error) {
	r, cc := c.r, &c.g.columns[i]
	cur := cursor{r: r, s: s, c: c, leaf: &r.tree.leaves[i], meta: &cc.meta, dict: &s.dict,
		lo: c.lo, hi: c.lo + int64(c.rows), all: c.g.numRows, lfsh: &c.share.leaves[i]}
	s.dict.ok, s.dict.n = false, 0
	s.pages.reset(r.src, cc.off, cc.size, r.o.MaxPage)
	from := cur.lfsh.nearest(c.lo / c.share.step)
	if from.off == 0 {
		return cur, nil
	}
	if from.off > cc.off { // the dictionary, if there is one, is the first page
		s.pages.window = walkWindow
		if h, err := s.pages.header(); err != nil {
			return cur, err
		} else if h.typ == format.DictionaryPage {
			if err := cur.loadDict(&h); err != nil {
				return cur, err
			}
		}
	}
	s.pages.reset(r.src, from.off, cc.size-(from.off-cc.off), r.o.MaxPage)
	cur.entries, cur.begun, cur.pages = from.entries, from.rows, from.pages
	return cur, nil
}

// next goes to the next data page with rows of the chunk, decoding a dictionary page
// on its way, and returns io.EOF behind the last one if all is complete. It must be
// followed by load or pass.
func (c *cursor) next() error {
	for {
		if c.ended || c.leaf.maxRep == 0 && c.hi < c.all && c.entries >= c.hi {
			return io.EOF
		}
		c.at = c.s.pages.offset()
		h, err := c.s.pages.header()
		if err == io.EOF {
			return c.complete()
		}
		if err != nil {
			return err
		}
		switch h.typ {
		case format.DictionaryPage:
			if c.dict.ok || c.pages > 0 {
				return fmt.Errorf("%w: a dictionary behind the data", errPageHeader)
			}
			if err := c.loadDict(&h); err != nil {
				return err
			}
		case format.DataPage, format.DataPageV2:
			c.pages++
			c.head, c.body = h, c.s.pages.offset()
			c.entries += int64(h.numValues)
			switch {
			case c.entries > c.meta.numValues:
				return errCounts
			case h.numValues > maxPageValues:
				return fmt.Errorf("%w: a page of %d values, at most %d are accepted", errLimit, h.numValues, maxPageValues)
			case h.typ == format.DataPageV2 && c.leaf.maxRep == 0 && h.numRows != h.numValues:
				return errCounts
			}
			if c.leaf.maxRep == 0 {
				c.begun = c.entries - int64(h.numValues)
				c.mark(int64(h.numValues))
				if c.entries <= c.lo && c.lo > 0 {
					c.s.pages.skip(&h)
					continue
				}
			}
			return nil
		default:
			c.s.pages.skip(&h)
		}
	}
}

// complete returns io.EOF if the pages held what the footer says of them.
func (c *cursor) complete() error {
	if c.entries != c.meta.numValues || c.hi < c.all || !c.passed && c.rows != c.hi-c.lo {
		return errCounts
	}
	return io.EOF
}

// mark notes for other slices that n rows begin in the page at hand.
func (c *cursor) mark(n int64) {
	c.c.share.mark(c.lfsh, place{c.at, c.entries - int64(c.head.numValues), c.begun, c.pages - 1}, n)
}

// row returns the chunk's row in which the page at hand begins, or is the first to
// begin if it goes on with one. It is known unless a page of a nested leaf was passed.
func (c *cursor) row() int {
	if c.leaf.maxRep == 0 {
		return int(max(c.begun, c.lo) - c.lo)
	}
	return int(c.rows)
}

// coded reports whether the page at hand holds dictionary indices.
func (c *cursor) coded() bool {
	return c.head.encoding == format.RLEDictionary || c.head.encoding == plainDictionary
}

// passable reports whether the page at hand may be passed. Without having seen a page
// of a nested leaf nobody knows how many rows are in it, and where a slice ends.
func (c *cursor) passable() bool { return c.leaf.maxRep == 0 || c.hi-c.lo == c.all }

// pass leaves the page at hand unread.
func (c *cursor) pass() {
	c.s.pages.skip(&c.head)
	c.passed = true
}

// page returns the bytes of the page at hand, decompressed. They are kept's, and stay
// as long as the chunk, or else in the scratch.
func (c *cursor) page() (b []byte, kept *sharedPage, err error) {
	h, n := &c.head, int(c.head.uncompressed)
	wanted := c.keep && (c.lendable() || c.r.pinned.Load()+int64(n) <= keptBytes)
	if c.leaf.maxRep == 0 && (c.begun < c.lo || c.entries > c.hi) {
		wanted = c.c.share.held.Load()+int64(n) <= borderBytes
	}
	p := c.c.sharedPage(c.lfsh, c.at, n, wanted)
	if p == nil {
		if cap(c.s.page) < n {
			c.s.page = make([]byte, n+n/8)
		}
		b = c.s.page[:n]
		return b, nil, c.inflate(b, h)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.buf != nil {
		c.s.pages.skip(h)
		return *p.buf, p, nil
	}
	buf := c.r.getPage(n)
	if err := c.inflate(*buf, h); err != nil {
		return nil, nil, err
	}
	p.buf = buf
	return *buf, p, nil
}

// lendable reports whether the page at hand holds all of a column's text that a chunk is
// to show, so that keeping it costs nothing: the text would be copied else.
func (c *cursor) lendable() bool {
	return c.show && c.head.encoding == format.Plain && int64(c.head.numValues) == c.hi-c.lo
}

// getPage returns a buffer of n bytes.
func (r *Reader) getPage(n int) *[]byte {
	if b, ok := r.pages.Get().(*[]byte); ok {
		if cap(*b) >= n {
			*b = (*b)[:n]
			return b
		}
	}
	b := make([]byte, n)
	return &b
}

// inflate decompresses a page to dst, which has its size.
func (c *cursor) inflate(dst []byte, h *pageHeader) error {
	b, err := c.s.pages.body(h)
	if err != nil {
		return err
	}
	levels := 0
	kind := c.meta.codec
	if h.typ == format.DataPageV2 {
		levels = int(h.repLen) + int(h.defLen)
		if !h.isCompressed {
			kind = format.Uncompressed
		}
	}
	copy(dst, b[:levels])
	if levels == len(dst) && levels == len(b) {
		return nil // no values: what an empty block compresses to, writers differ on
	}
	return c.s.enc.codec.decompress(dst[levels:], b[levels:], kind)
}

func (r *Reader) textLimit() error {
	return fmt.Errorf("%w: its text takes more than %d bytes", errLimit, r.o.MaxText)
}

// load decodes the page at hand into p, which is valid until the next page.
func (c *cursor) load(p *dataPage) error {
	h, l := &c.head, c.leaf
	b, kept, err := c.page()
	if err != nil {
		return err
	}
	*p = dataPage{n: int(h.numValues), lasting: kept != nil}
	var all *pageLevels // if the page is also another slice's
	if kept != nil && l.maxRep == 0 && l.maxDef > 0 && (c.begun < c.lo || c.entries > c.hi) {
		all, b, err = c.sharedLevels(p, kept, b)
	} else {
		b, err = c.levels(p, b)
	}
	if err != nil {
		return err
	}
	lo, hi, err := c.part(p)
	if err != nil {
		return err
	}
	before, total := lo, p.n
	p.values = hi - lo
	if p.def != nil {
		p.values = countLevel(p.def[lo:hi], l.maxDef)
		if all != nil {
			before, total = all.count(lo, l.maxDef), all.total
		} else {
			before = countLevel(p.def[:lo], l.maxDef)
			total = before + p.values + countLevel(p.def[hi:], l.maxDef)
		}
		p.def = p.def[lo:hi]
	}
	if p.rep != nil {
		p.rep = p.rep[lo:hi]
	}
	p.n = hi - lo
	if c.coded() {
		return c.loadIndices(p, b, before)
	}
	if p.plain, err = toPlain(c.s.plain[:0], b, total, l, h.encoding, c.r.o.MaxPage); err != nil {
		return err
	}
	if h.encoding != format.Plain || l.typ == format.Boolean {
		c.s.plain, p.lasting, kept = p.plain, false, nil
	}
	if p.values < total {
		p.plain, err = cutPlain(p.plain, l.width, before, p.values, kept)
	}
	return err
}

func (c *cursor) loadIndices(p *dataPage, b []byte, skip int) (err error) {
	p.coded = true
	if p.values > 0 && !c.dict.ok {
		return errIndices
	}
	p.indices, err = decodeIndices(c.s.indices, b, skip, p.values, c.dict.n)
	if p.indices != nil {
		c.s.indices = p.indices
	}
	return err
}

// part returns which entries of a page belong to the chunk, and counts its rows.
func (c *cursor) part(p *dataPage) (lo, hi int, err error) {
	begun := int64(p.n)
	if c.leaf.maxRep == 0 {
		lo = int(max(c.lo-c.begun, 0))
		hi = int(min(c.hi-c.begun, begun))
	} else {
		if p.rep != nil {
			begun = int64(countLevel(p.rep, 0))
			if c.begun == 0 && !c.passed && p.n > 0 && p.rep[0] != 0 {
				return 0, 0, errLevels
			}
		}
		c.mark(begun)
		hi = p.n
		if c.hi-c.lo < c.all {
			if c.begun <= c.lo {
				lo = entryOf(p, c.lo-c.begun)
			}
			if c.hi < c.all {
				hi = entryOf(p, c.hi-c.begun)
				c.ended = hi < p.n
			}
		}
	}
	c.begun += begun
	c.rows = min(max(c.begun, c.lo), c.hi) - c.lo
	if c.begun > c.all {
		return 0, 0, errCounts
	}
	return lo, hi, nil
}

// entryOf returns the entry with which the page's row n begins, from 0; all of its
// entries if it begins fewer rows.
func entryOf(p *dataPage, n int64) int {
	if p.rep == nil {
		return int(min(n, int64(p.n)))
	}
	for i, r := range p.rep {
		if r == 0 {
			if n == 0 {
				return i
			}
			n--
		}
	}
	return p.n
}

// cutPlain returns n PLAIN values after the first skip ones. kept is where to look, and
// to note, what values start where; nil for nowhere.
func cutPlain(b []byte, width, skip, n int, kept *sharedPage) ([]byte, error) {
	if width > 0 {
		return b[skip*width : (skip+n)*width], nil
	}
	var from plainMark
	if kept != nil {
		from = kept.before(skip)
	}
	at, lo := from.at, from.at
	for i := from.value; i < skip+n; i++ {
		if i == skip {
			lo = at
		}
		if len(b)-at < 4 {
			return nil, errValues
		}
		at += 4 + int(le.Uint32(b[at:]))
		if at > len(b) {
			return nil, errValues
		}
	}
	if n == 0 {
		lo = at
	}
	if kept != nil {
		kept.mark(plainMark{skip + n, at})
	}
	return b[lo:at], nil
}
