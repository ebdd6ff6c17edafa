package parquetio

import (
	"encoding/binary"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

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

// loadDict makes a dictionary page the cursor's dictionary.
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
	if c.lfsh.places == nil {
		return c.decodeDict(c.dict, h)
	}
	// Slices of a row group share its dictionaries.
	c.lfsh.dictMu.Lock()
	defer c.lfsh.dictMu.Unlock()
	size := 2 * int64(h.uncompressed) // at least; short values take more for their starts
	switch {
	case c.lfsh.dict != nil:
		c.dict = c.lfsh.dict
		c.s.pages.skip(h)
		return nil
	case c.c.share.held.Load()+size > borderBytes:
		return c.decodeDict(c.dict, h)
	}
	d := new(dictionary)
	if err := c.decodeDict(d, h); err != nil {
		return err
	}
	c.c.share.held.Add(size)
	c.dict, c.lfsh.dict = d, d
	return nil
}

// decodeDict decodes a dictionary page to d.
func (c *cursor) decodeDict(d *dictionary, h *pageHeader) error {
	if size := int(h.uncompressed); cap(d.body) < size {
		d.body = make([]byte, size)
	}
	d.body = d.body[:h.uncompressed]
	b, n := d.body, int(h.numValues)
	err := c.inflate(b, h)
	if err != nil {
		return err
	}
	d.width, d.n = c.leaf.width, n
	if c.leaf.typ == format.Boolean || h.encoding != format.Plain && h.encoding != plainDictionary {
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
