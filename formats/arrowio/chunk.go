package arrowio

import (
	"bytes"
	"errors"
	"math"
	"slices"

	"sluice/formats"
	"sluice/formats/column"
)

// A chunk is a stretch of the rows of one batch.
type chunk struct {
	b       *batch
	lo, n   int
	scratch *scratch

	ready  bool
	err    error
	faults []formats.Fault
}

// Len implements formats.Chunk.
func (c *chunk) Len() int { return c.n }

// Lines implements formats.Chunk: Arrow has none.
func (c *chunk) Lines() int64 { return 0 }

// Position implements formats.Chunk.
func (c *chunk) Position(i int) formats.Position {
	return formats.Position{File: c.b.r.name, Row: int64(i) + 1, Offset: -1}
}

// Faults implements formats.Chunk.
func (c *chunk) Faults() []formats.Fault { return c.faults }

// faulty reports whether row i could not be read.
func (c *chunk) faulty(i int) bool {
	if len(c.faults) == 0 {
		return false
	}
	_, found := slices.BinarySearchFunc(c.faults, i, func(f formats.Fault, i int) int { return f.Row - i })
	return found
}

// fail puts an error into the words of the format.
func (c *chunk) fail(col int, err error) error {
	e := c.b.r.wrap(err)
	var fe *formats.Error
	if errors.As(e, &fe) && fe.Column == "" {
		fe.Column = printable(c.b.r.fields[col].name)
	}
	return e
}

// prepare inflates and checks everything in the chunk that a value could lead
// astray, once.
func (c *chunk) prepare() error {
	if c.ready {
		return c.err
	}
	c.ready = true
	bad := map[int]int{} // row to first column
	for col, f := range c.b.r.fields {
		if !f.texty() {
			continue
		}
		v, err := c.b.column(col)
		if err == nil {
			err = v.check(c.lo, c.lo+c.n)
		}
		if err != nil {
			c.err = c.fail(col, err)
			return c.err
		}
		v.badText(c.lo, c.lo+c.n, func(i int) {
			if _, known := bad[i-c.lo]; !known {
				bad[i-c.lo] = col
			}
		})
	}
	for row, col := range bad {
		c.faults = append(c.faults, formats.Fault{Row: row, Code: "encoding", Column: col + 1,
			Detail: "text that is not UTF-8", Raw: c.raw(row)})
	}
	slices.SortFunc(c.faults, func(a, b formats.Fault) int { return a.Row - b.Row })
	return nil
}

// maxRaw bounds what is kept of a row that could not be read, as for a record in CSV.
const maxRaw = 1 << 20

// raw returns the text of a faulty row, cells apart by line feeds.
func (c *chunk) raw(row int) []byte {
	var out []byte
	for col, f := range c.b.r.fields {
		if !f.texty() {
			continue
		}
		if v, err := c.b.column(col); err == nil {
			out = v.leaves(out, c.lo+row)
		}
		if len(out) > maxRaw {
			out = out[:maxRaw]
			break
		}
	}
	return bytes.ToValidUTF8(out, []byte("\ufffd"))
}

// leaves appends the byte strings in value i, each followed by a line feed.
func (v *vec) leaves(dst []byte, i int) []byte {
	switch {
	case len(dst) > maxRaw || v.null(i):
	case v.f.isBytes() || v.f.typ == typeFixedSizeBinary && v.f.layout == layFixed:
		dst = append(append(dst, v.bytes(i)...), '\n')
	case v.f.layout == layDict:
		dst = v.dict.v.leaves(dst, v.index(i))
	default:
		v.within(i, i+1, func(k *vec, from, to int, _ func(int) int) {
			for j := from; j < to && len(dst) <= maxRaw; j++ {
				dst = k.leaves(dst, j)
			}
		})
	}
	return dst
}

// Decode implements formats.Chunk.
func (c *chunk) Decode(views []column.View, cols []int) ([]column.View, error) {
	if err := c.prepare(); err != nil {
		return views, err
	}
	for _, col := range cols {
		v, err := c.b.column(col)
		if err != nil {
			return views, c.fail(col, err)
		}
		w, err := v.view(c.lo, c.lo+c.n, c.scratch, int(c.b.r.o.MaxBatch))
		if err != nil {
			return views, c.fail(col, err)
		}
		for _, f := range c.faults {
			w.Spans[f.Row] = column.Span{}
			if w.Nulls != nil {
				w.Nulls[f.Row] = false
			}
		}
		views = append(views, w)
	}
	return views, nil
}

// Release implements formats.Chunk.
func (c *chunk) Release() {
	if c.b == nil {
		return
	}
	c.scratch.reset()
	c.b.r.scratches.Put(c.scratch)
	c.b.release()
	c.b, c.scratch = nil, nil
}

// scratch is the memory behind the views of a chunk, used again by later ones.
type scratch struct {
	spans  [][]column.Span
	nulls  [][]bool
	texts  [][]byte
	ns, nn int
	nt     int
}

func (s *scratch) getSpans(n int) []column.Span {
	if s.ns == len(s.spans) {
		s.spans = append(s.spans, nil)
	}
	if cap(s.spans[s.ns]) < n {
		s.spans[s.ns] = make([]column.Span, n)
	}
	s.ns++
	return s.spans[s.ns-1][:n]
}

// flags returns n flags, none set.
func (s *scratch) flags(n int) []bool {
	if s.nn == len(s.nulls) {
		s.nulls = append(s.nulls, nil)
	}
	if cap(s.nulls[s.nn]) < n {
		s.nulls[s.nn] = make([]bool, n)
	}
	s.nn++
	b := s.nulls[s.nn-1][:n]
	clear(b)
	return b
}

// text returns an empty buffer, and where to put it back once it has grown.
func (s *scratch) text() *[]byte {
	if s.nt == len(s.texts) {
		s.texts = append(s.texts, nil)
	}
	s.nt++
	p := &s.texts[s.nt-1]
	*p = (*p)[:0]
	return p
}

func (s *scratch) reset() {
	for _, b := range s.texts[:s.nt] {
		scrub(b)
	}
	s.ns, s.nn, s.nt = 0, 0, 0
}

// view returns values lo to hi as text. Text columns are not copied.
func (v *vec) view(lo, hi int, s *scratch, maxText int) (column.View, error) {
	n := hi - lo
	spans := s.getSpans(n)
	var nulls []bool
	if v.valid != nil || v.f.layout == layNull {
		nulls = s.flags(n)
		for i := range nulls {
			nulls[i] = v.f.layout == layNull || v.null(lo+i)
		}
	}
	text := v.f.isText()
	switch {
	case v.f.layout == layNull:
		clear(spans)
		return column.View{Spans: spans, Nulls: nulls}, nil
	case v.f.layout == layVar && text:
		if n > 0 {
			v.varSpans(spans, lo)
		}
		empty(spans, nulls)
		return column.View{Data: v.data, Spans: spans, Nulls: nulls}, nil
	case v.f.layout == layView && text:
		total := 0
		for i := range spans {
			if nulls != nil && nulls[i] {
				spans[i] = column.Span{}
				continue
			}
			a, b := v.viewAt(lo + i)
			spans[i] = column.Span{Lo: uint32(a), Hi: uint32(b)}
			total += b - a
		}
		return column.View{Data: v.arena, Spans: spans, Nulls: nulls}, tooMuch(total, maxText)
	case v.f.layout == layDict:
		return v.dictView(lo, spans, nulls, s, maxText)
	}
	buf := s.text()
	b := *buf
	for i := range spans {
		from := len(b)
		if nulls == nil || !nulls[i] {
			b = v.appendText(b, lo+i)
		}
		if len(b) > maxText || len(b) > math.MaxUint32 {
			return column.View{}, tooMuch(len(b), maxText)
		}
		spans[i] = column.Span{Lo: uint32(from), Hi: uint32(len(b))}
	}
	*buf = b
	return column.View{Data: b, Spans: spans, Nulls: nulls}, nil
}

// dictView points the spans of indexes at the dictionary's text.
func (v *vec) dictView(lo int, spans []column.Span, nulls []bool, s *scratch, maxText int) (column.View, error) {
	dict, err := v.dict.view(maxText)
	if err != nil {
		return column.View{}, err
	}
	if dict.Nulls != nil && nulls == nil {
		nulls = s.flags(len(spans))
	}
	total := 0
	for i := range spans {
		if nulls != nil && nulls[i] {
			spans[i] = column.Span{}
			continue
		}
		x := v.index(lo + i)
		if dict.Null(x) {
			nulls[i] = true
		}
		spans[i] = dict.Spans[x]
		total += int(spans[i].Hi - spans[i].Lo)
	}
	return column.View{Data: dict.Data, Spans: spans, Nulls: nulls}, tooMuch(total, maxText)
}

// tooMuch refuses cells that share bytes so often that writing them out would swell
// beyond the limit.
func tooMuch(total, limit int) error {
	if total > limit {
		return &limitError{"the text of a column in one batch", int64(total), int64(limit)}
	}
	return nil
}

// varSpans turns the offsets from row lo on into spans.
func (v *vec) varSpans(spans []column.Span, lo int) {
	prev := uint32(v.offset(lo))
	if v.f.width == 4 {
		offs := v.offs[4*(lo+1) : 4*(lo+1+len(spans))]
		for i := range spans {
			o := uint32(offs[4*i]) | uint32(offs[4*i+1])<<8 | uint32(offs[4*i+2])<<16 | uint32(offs[4*i+3])<<24
			spans[i] = column.Span{Lo: prev, Hi: o}
			prev = o
		}
		return
	}
	for i := range spans {
		o := uint32(v.offset(lo + i + 1))
		spans[i] = column.Span{Lo: prev, Hi: o}
		prev = o
	}
}

// empty clears the spans of nulls: what lies under one is not a value.
func empty(spans []column.Span, nulls []bool) {
	for i, null := range nulls {
		if null {
			spans[i] = column.Span{}
		}
	}
}

var _ formats.Chunk = (*chunk)(nil)
