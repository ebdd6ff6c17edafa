package arrowio

import (
	"encoding/binary"
	"math/bits"
)

// A flatWriter lays out a flatbuffer front to back. Tables and vectors start at
// multiples of eight (vectors: their elements do), counted from its start.
type flatWriter struct{ b []byte }

func newFlatWriter() *flatWriter { return &flatWriter{b: make([]byte, 4, 1024)} }

func (w *flatWriter) align(to, lead int) {
	for (len(w.b)+lead)%to != 0 {
		w.b = append(w.b, 0)
	}
}

// table adds a table with a field of each size, 0 for one that is left out. It
// returns where the table and its fields are; their values are put there afterwards.
func (w *flatWriter) table(sizes ...int) (pos int, fields []int) {
	w.align(8, 0)
	vt := len(w.b)
	w.b = zeros(w.b, 4+2*len(sizes))
	w.align(8, 0)
	pos = len(w.b)
	end := 4
	fields = make([]int, len(sizes))
	for i, size := range sizes {
		if size == 0 {
			continue
		}
		end = (end + size - 1) / size * size
		fields[i] = pos + end
		binary.LittleEndian.PutUint16(w.b[vt+4+2*i:], uint16(end))
		end += size
	}
	binary.LittleEndian.PutUint16(w.b[vt:], uint16(4+2*len(sizes)))
	binary.LittleEndian.PutUint16(w.b[vt+2:], uint16(end))
	w.b = zeros(w.b, end)
	binary.LittleEndian.PutUint32(w.b[pos:], uint32(pos-vt))
	return pos, fields
}

// vector adds a vector of n elements whose bytes follow, and lets the field at
// point to it.
func (w *flatWriter) vector(at, n int) {
	w.align(8, 4)
	w.point(at, len(w.b))
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n))
}

// point lets the field at refer to pos.
func (w *flatWriter) point(at, pos int) {
	binary.LittleEndian.PutUint32(w.b[at:], uint32(pos-at))
}

func (w *flatWriter) put64(at int, n int64) { binary.LittleEndian.PutUint64(w.b[at:], uint64(n)) }

func (w *flatWriter) append64(n int64) { w.b = binary.LittleEndian.AppendUint64(w.b, uint64(n)) }

// A node is the length and null count of one vec.
type node struct{ n, nulls int }

// An encoded is the parts of a record batch or dictionary, as they will be stored.
type encoded struct {
	rows     int
	codec    codec
	nodes    []node
	bufs     [][]byte
	variadic []int64
	indexes  []indexBuffer // of a file's batches: to be rewritten in commit
}

// An indexBuffer is a buffer of indexes into a dictionary of one batch.
type indexBuffer struct {
	buf  int
	f    *field
	dict *dictGatherer
}

// head returns the message that announces e, and the size of its body. A dictionary
// has an id from 0 on.
func (e *encoded) head(kind byte, id int64, delta bool) ([]byte, int64) {
	var body int64
	for _, b := range e.bufs {
		body += int64(len(b)+7) &^ 7
	}
	w := newFlatWriter()
	msg, f := w.table(2, 1, 4, 8)
	w.point(0, msg)
	binary.LittleEndian.PutUint16(w.b[f[0]:], 4) // MetadataVersion.V5
	w.b[f[1]] = kind
	w.put64(f[3], body)
	at := f[2]
	if kind == headerDictionary {
		pos, d := w.table(8, 4, 1)
		w.point(at, pos)
		w.put64(d[0], id)
		if delta {
			w.b[d[2]] = 1
		}
		at = d[1]
	}
	sizes := []int{8, 4, 4, 0, 0}
	if e.codec != codecNone {
		sizes[3] = 4
	}
	if len(e.variadic) > 0 {
		sizes[4] = 4
	}
	pos, r := w.table(sizes...)
	w.point(at, pos)
	w.put64(r[0], int64(e.rows))
	w.vector(r[1], len(e.nodes))
	for _, n := range e.nodes {
		w.append64(int64(n.n))
		w.append64(int64(n.nulls))
	}
	w.vector(r[2], len(e.bufs))
	var off int64
	for _, b := range e.bufs {
		w.append64(off)
		w.append64(int64(len(b)))
		off += int64(len(b)+7) &^ 7
	}
	if e.codec != codecNone {
		pos, c := w.table(1, 1)
		w.point(r[3], pos)
		w.b[c[0]] = byte(e.codec)
	}
	if len(e.variadic) > 0 {
		w.vector(r[4], len(e.variadic))
		for _, n := range e.variadic {
			w.append64(n)
		}
	}
	return w.b, body
}

// footerBytes returns a file's footer. The schema is the one of the schema message:
// offsets in a flatbuffer are relative, so the message is taken in whole and pointed
// into, and nothing of the schema is lost on the way.
func footerBytes(schema []byte, dicts, recs []block) []byte {
	w := newFlatWriter()
	pos, f := w.table(2, 4, 4, 4)
	w.point(0, pos)
	binary.LittleEndian.PutUint16(w.b[f[0]:], 4)
	for i, blocks := range [][]block{dicts, recs} {
		w.vector(f[2+i], len(blocks))
		for _, b := range blocks {
			w.append64(b.off)
			w.append64(b.meta)
			w.append64(b.body)
		}
	}
	w.align(8, 0)
	header, _ := (&flat{b: schema}).root().table(2)
	w.point(f[1], len(w.b)+header.pos)
	w.b = append(w.b, schema...)
	w.align(8, 0)
	return w.b
}

// add puts what g gathered into e, compressed. Index buffers of a file stay as they
// are until its dictionary is known.
func (e *encoded) add(g *gatherer, c *compressor, file bool) error {
	nulls := g.nulls
	if g.f.layout == layNull {
		e.nodes = append(e.nodes, node{g.n, g.n})
		return nil
	}
	e.nodes = append(e.nodes, node{g.n, nulls})
	put := func(b []byte) error {
		b, err := c.deflate(b)
		e.bufs = append(e.bufs, b)
		return err
	}
	var valid []byte
	if nulls > 0 {
		valid = g.valid
	}
	err := put(valid)
	switch g.f.layout {
	case layVar:
		if err == nil {
			err = put(g.offs)
		}
		if err == nil {
			err = put(g.data)
		}
	case layList:
		if err == nil {
			err = put(g.offs)
		}
	case layBool, layFixed:
		if err == nil {
			err = put(g.data)
		}
	case layDict:
		if file {
			e.indexes = append(e.indexes, indexBuffer{len(e.bufs), g.f, g.dict})
			e.bufs = append(e.bufs, g.data)
		} else if err == nil {
			err = put(g.data)
		}
	case layView:
		if err == nil {
			err = put(g.data)
		}
		count := int64(0)
		if len(g.heap) > 0 && err == nil {
			count, err = 1, put(g.heap)
		}
		e.variadic = append(e.variadic, count)
	}
	for _, k := range g.kids {
		if err == nil {
			err = e.add(k, c, file)
		}
	}
	return err
}

// pass puts v into e as it is stored. It reports false, and leaves e as it was, if
// v's buffers may hold more than the values of its rows.
func (e *encoded) pass(v *vec) bool {
	nodes, bufs := len(e.nodes), len(e.bufs)
	if e.passVec(v) {
		return true
	}
	e.nodes, e.bufs = e.nodes[:nodes], e.bufs[:bufs]
	return false
}

func (e *encoded) passVec(v *vec) bool {
	if v.f.layout == layNull {
		e.nodes = append(e.nodes, node{v.n, v.n})
		return true
	}
	if v.codec != e.codec || len(v.stored) == 0 {
		return false
	}
	nulls := 0
	if v.valid != nil {
		if nulls = v.n - countBits(v.valid, v.n); nulls == 0 {
			return false // gathering leaves the bitmap out
		}
		if !v.blankNulls() {
			return false
		}
	}
	e.nodes = append(e.nodes, node{v.n, nulls})
	bitmap := (v.n + 7) / 8
	if nulls == 0 {
		e.bufs = append(e.bufs, nil)
	} else if v.valid[bitmap-1]>>((v.n-1)&7)>>1 != 0 || !e.passBuffer(v.stored[0], v.valid, bitmap) {
		return false
	}
	switch v.f.layout {
	case layBool:
		if v.n > 0 && v.data[bitmap-1]>>((v.n-1)&7)>>1 != 0 {
			return false
		}
		return e.passBuffer(v.stored[1], v.data, bitmap)
	case layFixed:
		return e.passBuffer(v.stored[1], v.data, v.n*v.f.width)
	case layVar:
		return v.n > 0 && v.offset(0) == 0 &&
			e.passBuffer(v.stored[1], v.offs, (v.n+1)*v.f.width) &&
			e.passBuffer(v.stored[2], v.data, v.offset(v.n))
	case layList:
		return v.n > 0 && v.offset(0) == 0 && v.offset(v.n) == v.kids[0].n &&
			e.passBuffer(v.stored[1], v.offs, (v.n+1)*v.f.width) && e.passVec(v.kids[0])
	case layFixedList:
		return v.kids[0].n == v.n*v.f.size && e.passVec(v.kids[0])
	case layStruct:
		for _, k := range v.kids {
			if k.n != v.n || !e.passVec(k) {
				return false
			}
		}
		return true
	}
	return false
}

// passBuffer takes a buffer of which need bytes are in use. What lies behind them is
// cut off, or must be zero where it is compressed in.
func (e *encoded) passBuffer(b buffer, data []byte, need int) bool {
	if e.codec == codecNone {
		e.bufs = append(e.bufs, data[:need:need])
		return true
	}
	if need == 0 {
		e.bufs = append(e.bufs, nil)
		return true
	}
	for _, c := range data[need:] {
		if c != 0 {
			return false
		}
	}
	if b.raw {
		e.bufs = append(e.bufs, append([]byte{255, 255, 255, 255, 255, 255, 255, 255}, b.stored...))
		return true
	}
	size := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+len(b.stored)), uint64(b.size))
	e.bufs = append(e.bufs, append(size, b.stored...))
	return true
}

// blankNulls reports whether nothing lies under the nulls of v.
func (v *vec) blankNulls() bool {
	for i := 0; i < v.n; {
		end, null := v.run(i, v.n)
		if null {
			switch v.f.layout {
			case layBool:
				for j := i; j < end; j++ {
					if v.bit(j) {
						return false
					}
				}
			case layFixed:
				for _, c := range v.data[i*v.f.width : end*v.f.width] {
					if c != 0 {
						return false
					}
				}
			case layVar, layList:
				if v.offset(i) != v.offset(end) {
					return false
				}
			default:
				return false
			}
		}
		i = end
	}
	return true
}

func countBits(b []byte, n int) int {
	count := 0
	for _, c := range b[:n/8] {
		count += bits.OnesCount8(c)
	}
	if n%8 != 0 {
		count += bits.OnesCount8(b[n/8] & (1<<(n%8) - 1))
	}
	return count
}
