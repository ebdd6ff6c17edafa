package parquetio

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
	"unicode/utf8"

	"sluice/formats/column"
)

// decodeFlat decodes a top-level leaf. Text that is all in one page stays there and is
// pointed at; other text is copied, other values are written out.
func (c *chunk) decodeFlat(s *scratch, t *textColumn, leaf int) error {
	cur, err := c.cursor(s, leaf)
	if err != nil {
		return err
	}
	cur.keep = cur.leaf.value == vText
	cur.show = cur.keep && cur.leaf.width == 0
	d := flatDecoder{c: c, t: t, l: cur.leaf, s: s}
	var p dataPage
	for first := true; ; {
		if err := cur.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := cur.load(&p); err != nil {
			return err
		}
		switch {
		case p.coded:
			if first {
				s.expect(cur.dict.n)
				first = false
			}
			err = d.coded(&p, cur.dict)
		case d.l.value == vText && d.l.width == 0:
			err = d.strings(&p)
		default:
			err = d.values(&p)
		}
		if err != nil {
			return err
		}
		d.row += p.n
	}
}

// A flatDecoder fills in the spans of a column, page by page.
type flatDecoder struct {
	c   *chunk
	t   *textColumn
	l   *leaf
	row int // the first of the page at hand
	s   *scratch
}

// notPut marks a dictionary entry that is not in the arena.
var notPut = column.Span{Lo: math.MaxUint32}

// coded points cells at dictionary entries, each of which is put into the arena when it
// is first seen: a dictionary can be far larger than what a slice needs of it.
func (d *flatDecoder) coded(p *dataPage, dict *dictionary) (err error) {
	spans := d.t.spans[d.row : d.row+p.n]
	known := d.s.entries
	v := 0
	for i := range spans {
		if p.def != nil && p.def[i] != d.l.maxDef {
			d.t.null(d.row + i)
			continue
		}
		k := p.indices[v]
		v++
		s := known[k]
		if s == notPut {
			if s, err = d.put(dict.value(k)); err != nil {
				return err
			}
			known[k] = s
			d.s.used = append(d.s.used, k)
		}
		spans[i] = s
	}
	return nil
}

// expect makes room for a dictionary's entries, none of which is in the arena.
func (s *scratch) expect(n int) {
	for _, k := range s.used {
		s.entries[k] = notPut
	}
	s.used = s.used[:0]
	for len(s.entries) < n {
		s.entries = append(s.entries, notPut)
	}
}

// strings points cells at the strings of a PLAIN page.
func (d *flatDecoder) strings(p *dataPage) error {
	spans := d.t.spans[d.row : d.row+p.n]
	b, at := p.plain, 0
	base := len(d.t.data)
	if p.lasting && base == 0 && len(spans) == len(d.t.spans) && len(b) <= d.c.r.o.MaxText {
		d.t.lend(b)
	} else if len(b) > d.c.r.o.MaxText-base {
		return d.c.r.textLimit()
	} else {
		d.t.data = append(d.t.data, b...)
	}
	high := nextHigh(b, 0)
	for i := range spans {
		if p.def != nil && p.def[i] != d.l.maxDef {
			d.t.null(d.row + i)
			continue
		}
		if len(b)-at < 4 {
			return errValues
		}
		n := int(binary.LittleEndian.Uint32(b[at:]))
		at += 4
		if n > len(b)-at {
			return errValues
		}
		v := b[at : at+n]
		spans[i] = column.Span{Lo: uint32(base + at), Hi: uint32(base + at + n)}
		at += n
		if high >= at {
			continue // ASCII, as most are
		}
		if !utf8.Valid(v) {
			d.t.reclaim()
			var err error
			if spans[i], err = d.put(v); err != nil {
				return err
			}
		}
		high = nextHigh(b, at)
	}
	return nil
}

// nextHigh returns where the next byte of b that is not ASCII stands, from at on; len(b)
// if there is none.
func nextHigh(b []byte, at int) int {
	for ; at+8 <= len(b); at += 8 {
		if w := binary.LittleEndian.Uint64(b[at:]) & 0x8080808080808080; w != 0 {
			return at + bits.TrailingZeros64(w)/8
		}
	}
	for ; at < len(b); at++ {
		if b[at] >= utf8.RuneSelf {
			return at
		}
	}
	return len(b)
}

// values writes out the values of a PLAIN page.
func (d *flatDecoder) values(p *dataPage) error {
	spans := d.t.spans[d.row : d.row+p.n]
	w := plainValues{b: p.plain, width: d.l.width}
	for i := range spans {
		if p.def != nil && p.def[i] != d.l.maxDef {
			d.t.null(d.row + i)
			continue
		}
		v, err := w.next()
		if err != nil {
			return err
		}
		if spans[i], err = d.put(v); err != nil {
			return err
		}
	}
	return nil
}

// put appends a value's text to the arena.
func (d *flatDecoder) put(v []byte) (column.Span, error) {
	lo := len(d.t.data)
	if maxRendered(d.l, len(v)) > d.c.r.o.MaxText-lo {
		return column.Span{}, d.c.r.textLimit()
	}
	var err error
	d.t.data, err = d.l.appendText(d.t.data, v)
	return column.Span{Lo: uint32(lo), Hi: uint32(len(d.t.data))}, err
}

// A plainValues cuts a PLAIN body into values.
type plainValues struct {
	b     []byte
	at    int
	width int // 0 for BYTE_ARRAY
}

// next returns the next value, or errValues if the body ends early.
func (w *plainValues) next() ([]byte, error) {
	n := w.width
	if n == 0 {
		if len(w.b)-w.at < 4 {
			return nil, errValues
		}
		n = int(binary.LittleEndian.Uint32(w.b[w.at:]))
		w.at += 4
	}
	if n > len(w.b)-w.at {
		return nil, errValues
	}
	v := w.b[w.at : w.at+n : w.at+n]
	w.at += n
	return v, nil
}
