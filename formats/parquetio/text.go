package parquetio

import (
	"encoding/binary"
	"io"
	"unicode/utf8"

	"sluice/formats/column"
)

// decodeFlat decodes a top-level leaf. Text stays where its page was decompressed
// to and is pointed at; other values are written out.
func (c *chunk) decodeFlat(s *scratch, t *textColumn, leaf int) error {
	cur := c.r.cursor(s, c.g, leaf)
	// What the footer says of the size is believed as far as the file's bytes make
	// it likely: text shrinks to a tenth, not to a hundredth.
	hint := min(int(cur.meta.totalUncompressed), int(min(64*c.g.columns[leaf].size, 64<<20)), c.r.o.MaxText)
	if hint > 0 {
		t.data = grow(t.data, hint)
	}
	d := flatDecoder{c: c, t: t, l: cur.leaf}
	arena := &t.data
	if d.l.value != vText || d.l.width > 0 {
		arena = nil
	}
	var p dataPage
	for {
		if err := cur.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := cur.load(&p, arena); err != nil {
			return err
		}
		var err error
		switch {
		case p.coded:
			err = d.coded(&p, cur.dict)
		case arena != nil:
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

	// entries are the spans of the dictionary's values in t.data.
	entries []column.Span
	ready   bool
}

// coded points cells at dictionary entries, which are put into the arena once.
func (d *flatDecoder) coded(p *dataPage, dict *dictionary) error {
	if !d.ready {
		d.ready = true
		d.entries = make([]column.Span, dict.n)
		for i := range d.entries {
			var err error
			if d.entries[i], err = d.put(dict.value(uint32(i))); err != nil {
				return err
			}
		}
	}
	spans := d.t.spans[d.row : d.row+p.n]
	if p.def == nil {
		for i, k := range p.indices {
			spans[i] = d.entries[k]
		}
		return nil
	}
	v := 0
	for i, level := range p.def {
		if level != d.l.maxDef {
			d.t.null(d.row + i)
			continue
		}
		spans[i] = d.entries[p.indices[v]]
		v++
	}
	return nil
}

// strings points cells at the strings of a PLAIN page that stands in the arena.
func (d *flatDecoder) strings(p *dataPage) error {
	spans := d.t.spans[d.row : d.row+p.n]
	b, at := p.plain, 0
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
		spans[i] = column.Span{Lo: uint32(p.base + at), Hi: uint32(p.base + at + n)}
		at += n
		if !utf8.Valid(v) {
			var err error
			if spans[i], err = d.put(v); err != nil {
				return err
			}
		}
	}
	return nil
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
