package arrowio

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"sluice/formats/column"
)

// A gatherer copies values of vecs into buffers of its own: what was selected, and
// nothing else. Offsets are re-based, dictionaries and view buffers rebuilt, and the
// bytes under a null cleared.
type gatherer struct {
	f     *field
	n     int
	nulls int
	valid []byte
	offs  []byte
	data  []byte // layView: the views
	heap  []byte // layView: the one data buffer
	kids  []*gatherer
	dict  *dictGatherer
	views map[part]int // layView: where a stretch that was already copied lies
	from  *vec         // layView: whose stretches views holds
	err   error
}

// errBatchFull is a column that cannot hold the rows of one batch.
var errBatchFull = errors.New("more than 2 GiB of text in one batch of a column with 32-bit offsets")

// newGatherer returns a gatherer of a field. Fields that share a dictionary share
// its gatherer through dicts, which may be nil where there are none.
func newGatherer(f *field, dicts map[int64]*dictGatherer) *gatherer {
	g := &gatherer{f: f}
	switch f.layout {
	case layVar, layList:
		g.offs = make([]byte, f.width, 1024)
	case layDict:
		if g.dict = dicts[f.dictID]; g.dict == nil {
			g.dict = &dictGatherer{g: newGatherer(f.value, nil)}
			dicts[f.dictID] = g.dict
		}
	}
	for _, k := range f.kids {
		g.kids = append(g.kids, newGatherer(k, dicts))
	}
	return g
}

// failed returns the first thing that went wrong in g or below.
func (g *gatherer) failed() error {
	if g.err == nil && g.dict != nil {
		g.err = g.dict.g.failed()
	}
	for _, k := range g.kids {
		if g.err == nil {
			g.err = k.failed()
		}
	}
	return g.err
}

// reserve makes room for the selected rows of v, which start at row base.
func (g *gatherer) reserve(v *vec, base int, sel column.Selection) {
	n, text := sel.Len(), 0
	switch g.f.layout {
	case layFixed, layDict:
		text = n * g.f.width
	case layView:
		text = 16 * n
	case layVar:
		for _, r := range sel {
			text += v.offset(base+r.Hi) - v.offset(base+r.Lo)
		}
		g.offs = slices.Grow(g.offs, n*g.f.width)
	}
	g.data = slices.Grow(g.data, text)
}

// append adds values lo to hi of v, whose field is the same as g's.
func (g *gatherer) append(v *vec, lo, hi int) {
	for i := lo; i < hi; {
		end, null := v.run(i, hi)
		if null {
			g.appendNull(end - i)
		} else {
			g.appendValid(v, i, end)
		}
		i = end
	}
}

// mark counts n more values, valid or null, in the bitmap, which the first null makes.
func (g *gatherer) mark(n int, valid bool) {
	if !valid && g.valid == nil {
		g.valid = make([]byte, 0, (g.n+n)/8+64)
		g.valid = setBits(g.valid, 0, g.n)
	}
	if g.valid != nil {
		if valid {
			g.valid = setBits(g.valid, g.n, n)
		} else {
			g.valid = padBits(g.valid, g.n+n)
		}
	}
	if !valid {
		g.nulls += n
	}
	g.n += n
}

// setBits sets n bits of b from bit i on, making room for them.
func setBits(b []byte, i, n int) []byte {
	b = padBits(b, i+n)
	for ; n > 0 && i&7 != 0; i, n = i+1, n-1 {
		b[i>>3] |= 1 << (i & 7)
	}
	for ; n >= 8; i, n = i+8, n-8 {
		b[i>>3] = 0xff
	}
	for ; n > 0; i, n = i+1, n-1 {
		b[i>>3] |= 1 << (i & 7)
	}
	return b
}

// padBits makes b long enough for n bits.
func padBits(b []byte, n int) []byte { return zeros(b, (n+7)/8-len(b)) }

// zeros appends n zero bytes.
func zeros(b []byte, n int) []byte {
	if n <= 0 {
		return b
	}
	at := len(b)
	b = slices.Grow(b, n)[:at+n]
	clear(b[at:])
	return b
}

// appendNull adds n nulls.
func (g *gatherer) appendNull(n int) {
	g.mark(n, g.f.layout == layNull)
	g.blank(n)
}

// appendEmpty adds n values that hold nothing: nulls where they may be null, else
// empty text, zero and false.
func (g *gatherer) appendEmpty(n int) {
	if g.f.nullable || g.f.layout == layDict && n > 0 {
		g.appendNull(n)
		return
	}
	g.mark(n, true)
	g.blank(n)
}

// blank adds what lies under n nulls.
func (g *gatherer) blank(n int) {
	switch g.f.layout {
	case layBool:
		g.data = padBits(g.data, g.n)
	case layFixed, layDict:
		g.data = zeros(g.data, n*g.f.width)
	case layVar, layList:
		for range n {
			g.offs = append(g.offs, g.offs[len(g.offs)-g.f.width:]...)
		}
	case layView:
		g.data = zeros(g.data, 16*n)
	case layFixedList:
		g.kids[0].appendEmpty(n * g.f.size)
	case layStruct:
		for _, k := range g.kids {
			k.appendEmpty(n)
		}
	}
}

// appendValid adds values lo to hi of v, none of which is null.
func (g *gatherer) appendValid(v *vec, lo, hi int) {
	at := g.n
	g.mark(hi-lo, true)
	w := g.f.width
	switch g.f.layout {
	case layBool:
		g.data = padBits(g.data, g.n)
		for i := lo; i < hi; i, at = i+1, at+1 {
			if v.bit(i) {
				g.data[at>>3] |= 1 << (at & 7)
			}
		}
	case layFixed:
		g.data = append(g.data, v.data[lo*w:hi*w]...)
	case layVar:
		from, to := v.offset(lo), v.offset(hi)
		base := len(g.data)
		g.data = append(g.data, v.data[from:to]...)
		g.appendOffsets(v, lo, hi, base-from)
	case layList:
		from, to := v.offset(lo), v.offset(hi)
		base := g.kids[0].n
		g.kids[0].append(v.kids[0], from, to)
		g.appendOffsets(v, lo, hi, base-from)
	case layView:
		g.appendViews(v, lo, hi)
	case layFixedList:
		g.kids[0].append(v.kids[0], lo*g.f.size, hi*g.f.size)
	case layStruct:
		for i, k := range g.kids {
			k.append(v.kids[i], lo, hi)
		}
	case layDict:
		g.dict.use(v.dict)
		for i := lo; i < hi; i++ {
			g.data = appendInt(g.data, g.dict.index(v.index(i)), w)
		}
	}
}

// appendOffsets adds the offsets behind values lo to hi, moved by shift.
func (g *gatherer) appendOffsets(v *vec, lo, hi, shift int) {
	if g.f.width == 4 {
		if v.offset(hi)+shift > math.MaxInt32 {
			g.err = errBatchFull
			return
		}
		from := len(g.offs)
		g.offs = append(g.offs, v.offs[4*(lo+1):4*(hi+1)]...)
		if shift != 0 {
			for b := g.offs[from:]; len(b) >= 4; b = b[4:] {
				binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)+uint32(shift))
			}
		}
		return
	}
	for i := lo + 1; i <= hi; i++ {
		g.offs = binary.LittleEndian.AppendUint64(g.offs, uint64(v.offset(i)+shift))
	}
}

// appendViews adds views. Stretches that several views share are copied once, so
// that the result is not longer than its source.
func (g *gatherer) appendViews(v *vec, lo, hi int) {
	if g.from != v {
		g.from, g.views = v, map[part]int{}
	}
	for i := lo; i < hi; i++ {
		a, b := v.viewAt(i)
		if n := b - a; n <= 12 {
			g.data = binary.LittleEndian.AppendUint32(g.data, uint32(n))
			g.data = append(g.data, v.arena[a:b]...)
			g.data = zeros(g.data, 12-n)
			continue
		}
		key := part{a, b - a}
		at, known := g.views[key]
		if !known {
			at = len(g.heap)
			g.views[key] = at
			if at+b-a > math.MaxInt32 {
				g.err = errBatchFull
				return
			}
			g.heap = append(g.heap, v.arena[a:b]...)
		}
		g.data = binary.LittleEndian.AppendUint32(g.data, uint32(b-a))
		g.data = append(g.data, v.arena[a:a+4]...)
		g.data = binary.LittleEndian.AppendUint32(g.data, 0)
		g.data = binary.LittleEndian.AppendUint32(g.data, uint32(at))
	}
}

// appendInt appends the low width bytes of n.
func appendInt(dst []byte, n, width int) []byte {
	switch width {
	case 1:
		return append(dst, byte(n))
	case 2:
		return binary.LittleEndian.AppendUint16(dst, uint16(n))
	case 4:
		return binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(n))
}

// snapshot returns what was gathered so far as a vec. Later appends do not disturb
// it: they go behind what it sees, and bitmaps, whose last byte they would change,
// are copied.
func (g *gatherer) snapshot() *vec {
	v := &vec{f: g.f, n: g.n, codec: codecNone, offs: g.offs, data: g.data}
	if g.nulls > 0 {
		v.valid = slices.Clone(g.valid)
	}
	switch g.f.layout {
	case layBool:
		v.data = slices.Clone(g.data)
	case layView:
		v.arena = append(slices.Clone(g.data), g.heap...)
		v.parts = []part{{len(g.data), len(g.heap)}}
	case layDict:
		v.dict = &dictionary{v: g.dict.g.snapshot()}
	}
	for _, k := range g.kids {
		v.kids = append(v.kids, k.snapshot())
	}
	return v
}

// A dictGatherer rebuilds a dictionary from the entries that are referred to, in the
// order in which they first are.
type dictGatherer struct {
	g     *gatherer
	src   *dictionary
	table []int32       // for src: entry to its new index plus 1
	few   map[int]int32 // instead of table, where src is far bigger than a chunk

	keys map[string]int32 // value to index plus 1, where several sources must meet
}

// manyEntries is the size from which clearing a table for each chunk of 64 Ki rows
// costs more than a map's lookups.
const manyEntries = 1 << 19

func (d *dictGatherer) use(src *dictionary) {
	if d.src == src {
		return
	}
	d.src, d.table, d.few = src, nil, nil
	if src.v.n > manyEntries {
		d.few = map[int]int32{}
	} else {
		d.table = make([]int32, src.v.n)
	}
}

func (d *dictGatherer) index(x int) int {
	var at int32
	if d.table != nil {
		at = d.table[x]
	} else {
		at = d.few[x]
	}
	if at == 0 {
		at = d.add(x)
		if d.table != nil {
			d.table[x] = at
		} else {
			d.few[x] = at
		}
	}
	return int(at) - 1
}

// add adds entry x of the source, unless an equal one is there.
func (d *dictGatherer) add(x int) int32 {
	if d.keys == nil {
		d.g.append(d.src.v, x, x+1)
		return int32(d.g.n)
	}
	key := string(d.src.v.appendKey(nil, x))
	at := d.keys[key]
	if at == 0 {
		d.g.append(d.src.v, x, x+1)
		at = int32(d.g.n)
		d.keys[key] = at
	}
	return at
}
