package arrowio

import (
	"encoding/binary"
	"math"
)

// flat is a flatbuffer that is read with every offset checked. Reading outside it
// yields zero and sets bad, so a walk needs one check at its end; walks are bounded
// by vectors, whose length is checked against the buffer before it is returned.
type flat struct {
	b   []byte
	bad bool
}

func (f *flat) has(p, n int) bool {
	if p < 0 || n < 0 || p > len(f.b)-n {
		f.bad = true
		return false
	}
	return true
}

func (f *flat) u16(p int) int {
	if !f.has(p, 2) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(f.b[p:]))
}

func (f *flat) u32(p int) int {
	if !f.has(p, 4) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(f.b[p:]))
}

func (f *flat) i64(p int) int64 {
	if !f.has(p, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.b[p:]))
}

// table is one table of a flatbuffer. The zero table has no fields.
type table struct {
	f      *flat
	pos    int
	vt     int
	vtSize int
}

func (f *flat) root() table { return f.table(f.u32(0)) }

func (f *flat) table(pos int) table {
	vt := pos - int(int32(f.u32(pos)))
	size := f.u16(vt)
	if f.bad || size < 4 || !f.has(vt, size) {
		f.bad = true
		return table{}
	}
	return table{f, pos, vt, size}
}

// at returns the position of a field, or 0 if the table does not have it.
func (t table) at(slot int) int {
	o := 4 + 2*slot
	if t.f == nil || o+2 > t.vtSize {
		return 0
	}
	v := t.f.u16(t.vt + o)
	if v == 0 {
		return 0
	}
	return t.pos + v
}

func (t table) u8(slot int, def byte) byte {
	p := t.at(slot)
	if p == 0 || !t.f.has(p, 1) {
		return def
	}
	return t.f.b[p]
}

func (t table) i16(slot, def int) int {
	p := t.at(slot)
	if p == 0 {
		return def
	}
	return int(int16(t.f.u16(p)))
}

func (t table) i32(slot, def int) int {
	p := t.at(slot)
	if p == 0 {
		return def
	}
	return int(int32(t.f.u32(p)))
}

func (t table) i64(slot int, def int64) int64 {
	p := t.at(slot)
	if p == 0 {
		return def
	}
	return t.f.i64(p)
}

// table returns the table a field points to; false if there is none.
func (t table) table(slot int) (table, bool) {
	p := t.at(slot)
	if p == 0 {
		return table{}, false
	}
	sub := t.f.table(p + t.f.u32(p))
	return sub, sub.f != nil
}

// vector returns where the elements of a vector start and how many there are. All
// of them, at size bytes each, lie within the buffer.
func (t table) vector(slot, size int) (start, n int) {
	p := t.at(slot)
	if p == 0 {
		return 0, 0
	}
	q := p + t.f.u32(p)
	n = t.f.u32(q)
	if n > math.MaxInt32 || !t.f.has(q+4, n*size) {
		t.f.bad = true
		return 0, 0
	}
	return q + 4, n
}

// element returns table i of a vector of tables that starts at start.
func (f *flat) element(start, i int) table {
	p := start + 4*i
	return f.table(p + f.u32(p))
}

func (t table) text(slot int) string {
	start, n := t.vector(slot, 1)
	if n == 0 {
		return ""
	}
	return string(t.f.b[start : start+n])
}
