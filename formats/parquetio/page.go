package parquetio

import (
	"bytes"
	"encoding/binary"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats/column"
)

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

	entries []column.Span // of a dictionary's entries in a column's text
	used    []uint32      // those of them that are not notPut
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
	lasting bool // plain stays as long as the chunk
}

// size returns the bytes that the page takes in memory.
func (p *dataPage) size() int64 {
	return int64(len(p.rep)) + int64(len(p.def)) + 4*int64(len(p.indices)) + int64(len(p.plain))
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
