package arrowio

import (
	"errors"
	"math"

	"sluice/formats"
	"sluice/formats/column"
)

// Batches of rows from other formats end after batchRows rows, or after the row
// with which their text passes batchText bytes: where they end depends on the rows
// alone, not on the chunks they came in.
const (
	batchRows = 1 << 16
	batchText = 64 << 20
)

var errText = errors.New("text that the column's type cannot hold")

// A pending is the batch that rows of other formats are collected in.
type pending struct {
	gs    []*gatherer
	ids   []int64
	dicts map[int64]*dictGatherer
	rows  int
	text  int
}

func (a *Writer) newPending() *pending {
	p := &pending{}
	p.gs, p.ids, p.dicts = gatherers(a.fields)
	for _, d := range p.dicts {
		d.keys = map[string]int32{} // pieces have dictionaries of their own; equal values meet here
	}
	return p
}

// encodeForeign builds typed columns of the selected rows from their text. They join
// the pending batch in commit.
func (a *Writer) encodeForeign(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	var pieces []*vec
	var sizes []int
	err := a.all.Decode(c, sel, extra, func(views []column.View) (err error) {
		pieces, sizes, err = a.pieces(c, sel, views)
		return err
	})
	if err != nil {
		return nil, err
	}
	return func() error { return a.collect(pieces, sizes) }, nil
}

// pieces returns the columns built of views, and how much text each row has.
func (a *Writer) pieces(c formats.Chunk, sel column.Selection, views []column.View) ([]*vec, []int, error) {
	faulty := map[int]bool{}
	for _, f := range c.Faults() {
		faulty[f.Row] = true
	}
	sizes := make([]int, 0, sel.Len())
	for _, r := range sel {
		for i := r.Lo; i < r.Hi; i++ {
			n := 0
			for j := range views {
				s := views[j].Spans[i]
				n += int(s.Hi - s.Lo)
			}
			sizes = append(sizes, n)
		}
	}
	dicts := map[int64]*dictGatherer{}
	pieces := make([]*vec, len(a.fields))
	for j, f := range a.fields {
		g := newGatherer(f, dicts)
		if g.dict != nil && g.dict.keys == nil {
			g.dict.keys = map[string]int32{}
		}
		row, err := g.appendColumn(views[j], sel, faulty)
		if err == nil {
			err = g.failed()
		}
		if err != nil {
			return nil, nil, &formats.Error{Pos: c.Position(row), Code: "type", Column: printable(f.name), Err: err,
				Hint: "write the list as csv, or correct the cell"}
		}
		pieces[j] = g.snapshot()
	}
	return pieces, sizes, nil
}

// appendColumn appends the selected cells of v. On an error it tells the row.
func (g *gatherer) appendColumn(v column.View, sel column.Selection, faulty map[int]bool) (int, error) {
	for _, r := range sel {
		for i := r.Lo; i < r.Hi; i++ {
			switch {
			case v.Null(i):
				g.appendNull(1)
			case len(faulty) > 0 && faulty[i]:
				g.appendEmpty(1)
			default:
				if err := g.appendCell(v.At(i)); err != nil {
					return i, err
				}
			}
		}
	}
	return 0, nil
}

// appendCell appends the value that text stands for.
func (g *gatherer) appendCell(text []byte) error {
	f := g.f
	switch f.layout {
	case layNull:
		if len(text) > 0 {
			return errText
		}
		g.appendNull(1)
		return nil
	case layDict:
		at, err := g.dict.intern(text)
		if err != nil {
			return err
		}
		g.mark(1, true)
		g.data = appendInt(g.data, at, f.width)
		return nil
	case layBool:
		on := string(text) == "true"
		if !on && string(text) != "false" {
			return errText
		}
		g.mark(1, true)
		g.data = padBits(g.data, g.n)
		if on {
			g.data[(g.n-1)>>3] |= 1 << ((g.n - 1) & 7)
		}
		return nil
	case layVar:
		if !f.isText() {
			var err error
			if text, err = parseHex(nil, text); err != nil {
				return err
			}
		}
		g.appendBytes(text)
		return nil
	case layView:
		if !f.isText() {
			var err error
			if text, err = parseHex(nil, text); err != nil {
				return err
			}
		}
		g.appendView(text)
		return nil
	case layFixed:
		data, err := f.parse(g.data, text)
		if err != nil {
			return err
		}
		g.data = data
		g.mark(1, true)
		return nil
	}
	return errors.New("nested values can be kept only from a source with the same columns")
}

// appendView appends one value of a layView field.
func (g *gatherer) appendView(b []byte) {
	v := &vec{f: g.f, arena: make([]byte, 16, 16+len(b)), parts: []part{{16, len(b)}}}
	copy(v.arena, appendInt(nil, len(b), 4))
	if len(b) <= 12 {
		copy(v.arena[4:], b)
	} else {
		v.arena = append(v.arena, b...)
	}
	g.append(v, 0, 1)
}

// intern returns the index of the value that text stands for.
func (d *dictGatherer) intern(text []byte) (int, error) {
	if at := d.keys[string(text)]; at > 0 {
		return int(at) - 1, nil
	}
	if err := d.g.appendCell(text); err != nil {
		return 0, err
	}
	d.keys[string(text)] = int32(d.g.n)
	return d.g.n - 1, nil
}

// collect appends rows to the pending batch, writing each that fills up.
func (a *Writer) collect(pieces []*vec, sizes []int) error {
	if a.failed != nil {
		return a.failed
	}
	for lo := 0; lo < len(sizes); {
		if a.pending == nil {
			a.pending = a.newPending()
		}
		p := a.pending
		hi := lo
		for hi < len(sizes) && p.rows < batchRows && p.text < batchText {
			p.text += sizes[hi]
			p.rows++
			hi++
		}
		for i, g := range p.gs {
			g.append(pieces[i], lo, hi)
			if err := g.failed(); err != nil {
				a.failed = &formats.Error{Code: "limit", Column: printable(g.f.name), Pos: formats.Position{Offset: -1}, Err: err}
				return a.failed
			}
		}
		if lo = hi; p.rows == batchRows || p.text >= batchText {
			if err := a.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the pending batch.
func (a *Writer) flush() error {
	p := a.pending
	if p == nil || a.failed != nil {
		return a.failed
	}
	a.pending = nil
	comp, err := a.compressor(a.codec)
	if err != nil {
		return err
	}
	e := &encoded{rows: p.rows, codec: a.codec}
	for _, g := range p.gs {
		if g.f.layout == layDict && g.dict.g.n-1 > maxIndex(g.f) {
			return &formats.Error{Code: "limit", Column: printable(g.f.name), Pos: formats.Position{Offset: -1}, Err: errIndexes}
		}
		if err := e.add(g, comp, a.o.File); err != nil {
			return err
		}
	}
	ds, err := a.encodeDicts(p.ids, p.dicts, comp)
	if err != nil {
		return err
	}
	return a.write(e, p.ids, p.dicts, ds, comp)
}

var errIndexes = errors.New("more values than the dictionary's indexes can tell apart")

// maxIndex is the highest index that a dictionary-encoded field can hold.
func maxIndex(f *field) int {
	bits := 8 * f.width
	if f.signed {
		bits--
	}
	if bits >= 63 {
		return math.MaxInt
	}
	return 1<<bits - 1
}
