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

// A cursor goes through the pages of one leaf's column chunk and checks that they
// hold what the footer says.
type cursor struct {
	r    *Reader
	s    *scratch
	leaf *leaf
	meta *columnMeta
	want int64 // the row group's rows
	dict *dictionary

	head    pageHeader // of the data page that load or pass will take
	at      int64      // where it stands in the file
	entries int64      // seen so far
	rows    int64      // rows begun so far, of the pages that were loaded
	passed  bool       // some were not
	walk    bool       // pages are to be walked over, a dictionary not decoded
	pages   int        // data pages seen
}

// cursor returns a cursor at the start of leaf i's chunk in row group g.
func (r *Reader) cursor(s *scratch, g *rowGroup, i int) cursor {
	c := &g.columns[i]
	s.pages.reset(r.src, c.off, c.size, r.o.MaxPage)
	s.dict.ok, s.dict.n = false, 0
	return cursor{r: r, s: s, leaf: &r.tree.leaves[i], meta: &c.meta, want: g.numRows, dict: &s.dict}
}

// next goes to the next data page, decoding a dictionary page on its way, and
// returns io.EOF behind the last one if all is complete. It must be followed by
// load or pass.
func (c *cursor) next() error {
	for {
		c.at = c.s.pages.offset()
		h, err := c.s.pages.header()
		if err == io.EOF {
			if c.entries != c.meta.numValues || !c.passed && c.rows != c.want {
				return errCounts
			}
			return io.EOF
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
			c.head = h
			c.entries += int64(h.numValues)
			switch {
			case c.entries > c.meta.numValues:
				return errCounts
			case h.numValues > maxPageValues:
				return fmt.Errorf("%w: a page of %d values, at most %d are accepted", errLimit, h.numValues, maxPageValues)
			case h.typ == format.DataPageV2 && c.leaf.maxRep == 0 && h.numRows != h.numValues:
				return errCounts
			}
			return nil
		default:
			c.s.pages.skip(&h)
		}
	}
}

// coded reports whether the page at hand holds dictionary indices.
func (c *cursor) coded() bool {
	return c.head.encoding == format.RLEDictionary || c.head.encoding == plainDictionary
}

// pass leaves the page at hand unread.
func (c *cursor) pass() {
	c.s.pages.skip(&c.head)
	c.passed = true
}

// inflate returns the bytes of a page after decompression, appended to arena or,
// if arena is nil, in the scratch.
func (c *cursor) inflate(h *pageHeader, arena *[]byte) ([]byte, error) {
	b, err := c.s.pages.body(h)
	if err != nil {
		return nil, err
	}
	n, levels := int(h.uncompressed), 0
	kind := c.meta.codec
	if h.typ == format.DataPageV2 {
		levels = int(h.repLen) + int(h.defLen)
		if !h.isCompressed {
			kind = format.Uncompressed
		}
	}
	var dst []byte
	if arena != nil {
		if dst, err = c.r.room(arena, n); err != nil {
			return nil, err
		}
	} else {
		if cap(c.s.page) < n {
			c.s.page = make([]byte, n+n/8)
		}
		dst = c.s.page[:n]
	}
	copy(dst, b[:levels])
	if levels == n && levels == len(b) {
		return dst, nil // no values: what an empty block compresses to, writers differ on
	}
	return dst, c.s.enc.codec.decompress(dst[levels:], b[levels:], kind)
}

// room appends n bytes to arena and returns them, within MaxText.
func (r *Reader) room(arena *[]byte, n int) ([]byte, error) {
	lo := len(*arena)
	if n > r.o.MaxText-lo {
		return nil, r.textLimit()
	}
	*arena = grow(*arena, n)[:lo+n]
	return (*arena)[lo:], nil
}

func (r *Reader) textLimit() error {
	return fmt.Errorf("%w: its text takes more than %d bytes", errLimit, r.o.MaxText)
}

// load decodes the page at hand into p. If arena is not nil and the page holds
// PLAIN values, they are decoded to its end and stay there; everything else in p
// is valid until the next page.
func (c *cursor) load(p *dataPage, arena *[]byte) error {
	h, l, s := &c.head, c.leaf, c.s
	keep := arena
	if h.encoding != format.Plain || l.typ == format.Boolean {
		keep = nil
	}
	b, err := c.inflate(h, keep)
	if err != nil {
		return err
	}
	*p = dataPage{n: int(h.numValues)}
	if b, err = c.levels(p, b); err != nil {
		return err
	}
	p.values = p.n
	if p.def != nil {
		p.values = countLevel(p.def, l.maxDef)
	}
	begun := p.n
	if p.rep != nil {
		begun = countLevel(p.rep, 0)
		if c.rows == 0 && p.n > 0 && p.rep[0] != 0 {
			return errLevels
		}
	}
	c.rows += int64(begun)
	if c.coded() {
		p.coded = true
		if p.values > 0 && !c.dict.ok {
			return errIndices
		}
		p.indices, err = decodeIndices(s.indices, b, p.values, c.dict.n)
		if p.indices != nil {
			s.indices = p.indices
		}
		return err
	}
	plain, err := toPlain(s.plain[:0], b, p.values, l, h.encoding, c.r.o.MaxPage)
	if err != nil {
		return err
	}
	p.plain = plain
	switch {
	case keep != nil:
		p.base = len(*keep) - len(b)
	case h.encoding == format.Plain && l.typ != format.Boolean:
	default:
		s.plain = plain
		if arena != nil {
			p.base = len(*arena)
			var dst []byte
			if dst, err = c.r.room(arena, len(plain)); err != nil {
				return err
			}
			copy(dst, plain)
			p.plain = dst
		}
	}
	return nil
}
