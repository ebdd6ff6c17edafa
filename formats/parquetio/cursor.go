package parquetio

import (
	"bytes"
	"encoding/binary"
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

// A scratch is what one goroutine needs to work through pages: coders and buffers
// that are kept from page to page and from chunk to chunk.
type scratch struct {
	enc      columnEncoder // its codec also decompresses
	pages    pageReader
	page     []byte // a decompressed page
	plain    []byte // its values, brought into PLAIN
	rep, def []byte
	indices  []uint32
	dict     dictionary
	out      pageBuffer
}

// A dictionary is the decoded dictionary page of a column chunk.
type dictionary struct {
	ok     bool
	n      int
	body   []byte   // the values in PLAIN
	starts []uint32 // BYTE_ARRAY: where each value's bytes start in body, and, 4 bytes short of the next one's start, end
	width  int
}

// value returns entry i.
func (d *dictionary) value(i uint32) []byte {
	if d.width > 0 {
		return d.body[int(i)*d.width:][:d.width:d.width]
	}
	lo, hi := d.starts[i], d.starts[i+1]-4
	return d.body[lo:hi:hi]
}

// A dataPage is a decoded data page.
type dataPage struct {
	n        int    // entries, nulls included
	values   int    // entries that are not null
	rep, def []byte // levels; nil if all rep are 0 or all def are the leaf's maxDef

	// One of these holds the values: indices into the dictionary, or PLAIN with a
	// byte for a boolean.
	coded   bool
	indices []uint32
	plain   []byte
	base    int // where plain starts in the arena, if it was decoded into one
}

// size returns the bytes that the page takes in memory.
func (p *dataPage) size() int64 {
	return int64(len(p.rep)) + int64(len(p.def)) + 4*int64(len(p.indices)) + int64(len(p.plain))
}

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
	return c.head.encoding == format.RLEDictionary || c.head.encoding == format.PlainDictionary
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

func (c *cursor) loadDict(h *pageHeader) error {
	if c.walk {
		c.dict.ok = true
		if h.hasCRC {
			_, err := c.s.pages.body(h)
			return err
		}
		c.s.pages.skip(h)
		return nil
	}
	b, err := c.inflate(h, nil)
	if err != nil {
		return err
	}
	// The page's buffer becomes the dictionary's, and the other way round.
	c.s.page, c.s.dict.body = c.s.dict.body[:cap(c.s.dict.body)], b
	d, n := c.dict, int(h.numValues)
	d.width, d.n = c.leaf.width, n
	if c.leaf.typ == format.Boolean || h.encoding != format.Plain && h.encoding != format.PlainDictionary {
		return fmt.Errorf("%w: a dictionary that is not plain", errPageHeader)
	}
	if d.width > 0 {
		if n > len(b)/d.width {
			return errValues
		}
	} else if d.starts, err = stringStarts(d.starts[:0], b, n); err != nil {
		return err
	}
	d.ok = true
	return nil
}

// stringStarts appends where each of the n strings in b starts, and one more.
func stringStarts(dst []uint32, b []byte, n int) ([]uint32, error) {
	if n > len(b)/4 {
		return nil, errValues
	}
	if cap(dst) < n+1 {
		dst = make([]uint32, 0, n+1)
	}
	at := 0
	for range n {
		if len(b)-at < 4 {
			return nil, errValues
		}
		size := int(binary.LittleEndian.Uint32(b[at:]))
		at += 4
		dst = append(dst, uint32(at))
		if size > len(b)-at {
			return nil, errValues
		}
		at += size
	}
	return append(dst, uint32(at+4)), nil
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

func countLevel(levels []byte, level uint8) int { return bytes.Count(levels, []byte{level}) }

// levels decodes the levels at the start of a page and returns what follows.
func (c *cursor) levels(p *dataPage, b []byte) (rest []byte, err error) {
	h, l := &c.head, c.leaf
	repLen, defLen := int(h.repLen), int(h.defLen)
	v2 := h.typ == format.DataPageV2
	if l.maxRep > 0 {
		if p.rep, b, err = c.level(&c.s.rep, b, p.n, l.maxRep, 0, v2, repLen, h.repEncoding); err != nil {
			return nil, err
		}
	} else if v2 {
		b = b[repLen:]
	}
	if l.maxDef > 0 {
		if p.def, b, err = c.level(&c.s.def, b, p.n, l.maxDef, l.maxDef, v2, defLen, h.defEncoding); err != nil {
			return nil, err
		}
	} else if v2 {
		b = b[defLen:]
	}
	return b, nil
}

func (c *cursor) level(dst *[]byte, b []byte, n int, most, fill uint8, v2 bool, v2Len int, enc format.Encoding) (levels, rest []byte, err error) {
	size := v2Len
	switch {
	case v2:
	case enc == format.BitPacked:
		levels, size, err = decodeOldLevels(*dst, b, n, most)
		if err != nil {
			return nil, nil, err
		}
		*dst = levels
		return levels, b[size:], nil
	case enc == format.RLE:
		if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, nil, errLevels
		}
		size = int(binary.LittleEndian.Uint32(b))
		b = b[4:]
	default:
		return nil, nil, errLevels
	}
	levels, err = decodeLevels(*dst, b[:size], n, most, fill)
	if err != nil {
		return nil, nil, err
	}
	if levels != nil {
		*dst = levels
	}
	return levels, b[size:], nil
}
