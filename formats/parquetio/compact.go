package parquetio

import (
	"encoding/binary"
	"errors"
	"math"
)

// The thrift compact protocol, as far as Parquet needs it
// (thrift-compact-protocol.md in apache/thrift). The decoder works on bytes that
// are all in memory, never allocates by a length it has only been told, and
// bounds its depth. It is our own because footers come from strangers: a decoder
// that fills structs by reflection would need a panic handler around it and would
// not tell which bytes a value came from, which we want for copying it verbatim.

// Type nibbles of the compact protocol.
const (
	tStop   = 0
	tTrue   = 1
	tFalse  = 2
	tI8     = 3
	tI16    = 4
	tI32    = 5
	tI64    = 6
	tDouble = 7
	tBinary = 8
	tList   = 9
	tSet    = 10
	tMap    = 11
	tStruct = 12
	tUUID   = 13
)

// maxThriftDepth bounds nested structs and lists. Parquet's own metadata nests
// less than ten deep.
const maxThriftDepth = 32

var (
	errThriftShort = errors.New("metadata ends early")
	errThriftType  = errors.New("metadata has a field of the wrong type")
	errThriftDepth = errors.New("metadata is nested too deeply")
)

// A thriftReader reads compact protocol from b. The first error sticks; every
// method then returns a zero value, so that callers check once.
type thriftReader struct {
	b   []byte
	off int
	err error
}

func (r *thriftReader) fail(err error) {
	if r.err == nil {
		r.err = err
		r.off = len(r.b)
	}
}

func (r *thriftReader) byte() byte {
	if r.off >= len(r.b) {
		r.fail(errThriftShort)
		return 0
	}
	c := r.b[r.off]
	r.off++
	return c
}

func (r *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b[r.off:])
	if n <= 0 {
		r.fail(errThriftShort)
		return 0
	}
	r.off += n
	return v
}

func (r *thriftReader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// i64, i32 and binary check the type that the field's header gave.
func (r *thriftReader) i64(typ byte) int64 {
	switch typ {
	case tI16, tI32, tI64:
		return r.varint()
	case tI8:
		return int64(int8(r.byte()))
	}
	r.fail(errThriftType)
	return 0
}

func (r *thriftReader) i32(typ byte) int32 {
	v := r.i64(typ)
	if v < math.MinInt32 || v > math.MaxInt32 {
		r.fail(errThriftType)
		return 0
	}
	return int32(v)
}

func (r *thriftReader) bool(typ byte) bool {
	if typ != tTrue && typ != tFalse {
		r.fail(errThriftType)
	}
	return typ == tTrue
}

// binary returns a slice of the reader's own bytes.
func (r *thriftReader) binary(typ byte) []byte {
	if typ != tBinary {
		r.fail(errThriftType)
		return nil
	}
	n := r.uvarint()
	if n > uint64(len(r.b)-r.off) {
		r.fail(errThriftShort)
		return nil
	}
	p := r.b[r.off : r.off+int(n) : r.off+int(n)]
	r.off += int(n)
	return p
}

// list reads a list's header and returns its length and its elements' type. An
// element takes a byte at least, so that a length is never above what is left.
func (r *thriftReader) list(typ byte) (n int, elem byte) {
	if typ != tList && typ != tSet {
		r.fail(errThriftType)
		return 0, 0
	}
	h := r.byte()
	size := uint64(h >> 4)
	if size == 15 {
		size = r.uvarint()
	}
	if size > uint64(len(r.b)-r.off) {
		r.fail(errThriftShort)
		return 0, 0
	}
	return int(size), h & 15
}

// structure calls field for each field of a struct, with its id and type. A field
// that the callback leaves unread must be skipped by it with skip.
func (r *thriftReader) structure(typ byte, field func(id int16, typ byte)) {
	if typ != tStruct {
		r.fail(errThriftType)
		return
	}
	id := int16(0)
	for r.err == nil {
		h := r.byte()
		if h&15 == tStop {
			return
		}
		if d := h >> 4; d != 0 {
			id += int16(d)
		} else {
			id = int16(r.varint())
		}
		if r.err == nil {
			field(id, h&15)
		}
	}
}

// skip passes over a value.
func (r *thriftReader) skip(typ byte) { r.skipDeep(typ, 0) }

func (r *thriftReader) skipDeep(typ byte, depth int) {
	if depth > maxThriftDepth {
		r.fail(errThriftDepth)
		return
	}
	switch typ {
	case tTrue, tFalse: // the value is in the header
	case tI8:
		r.byte()
	case tI16, tI32, tI64:
		r.uvarint()
	case tDouble:
		r.pass(8)
	case tUUID:
		r.pass(16)
	case tBinary:
		r.binary(typ)
	case tList, tSet:
		n, elem := r.list(typ)
		for ; n > 0 && r.err == nil; n-- {
			r.skipElem(elem, depth+1)
		}
	case tMap:
		n := r.uvarint()
		if n == 0 || r.err != nil {
			return
		}
		kv := r.byte()
		for ; n > 0 && r.err == nil; n-- {
			r.skipElem(kv>>4, depth+1)
			r.skipElem(kv&15, depth+1)
		}
	case tStruct:
		r.structure(typ, func(_ int16, t byte) { r.skipDeep(t, depth+1) })
	default:
		r.fail(errThriftType)
	}
}

// skipElem passes over an element of a collection, where a bool takes a byte.
func (r *thriftReader) skipElem(typ byte, depth int) {
	if typ == tTrue || typ == tFalse {
		r.byte()
		return
	}
	r.skipDeep(typ, depth)
}

func (r *thriftReader) pass(n int) {
	if n > len(r.b)-r.off {
		r.fail(errThriftShort)
		return
	}
	r.off += n
}

// raw passes over a value and returns its bytes.
func (r *thriftReader) raw(typ byte) []byte {
	lo := r.off
	r.skip(typ)
	if r.err != nil {
		return nil
	}
	return r.b[lo:r.off:r.off]
}

// A thriftWriter appends compact protocol to b. Structs nest through begin and end.
type thriftWriter struct {
	b    []byte
	last []int16 // the id of the last field written, one a level
}

// begin starts a struct (as a list's element, or the outermost one).
func (w *thriftWriter) begin() { w.last = append(w.last, 0) }

// end writes a struct's stop byte.
func (w *thriftWriter) end() {
	w.b = append(w.b, tStop)
	w.last = w.last[:len(w.last)-1]
}

// field writes a field's header. Ids must ascend within a struct.
func (w *thriftWriter) field(id int16, typ byte) {
	last := &w.last[len(w.last)-1]
	if d := id - *last; d > 0 && d < 16 {
		w.b = append(w.b, byte(d)<<4|typ)
	} else {
		w.b = append(w.b, typ)
		w.varint(int64(id))
	}
	*last = id
}

func (w *thriftWriter) varint(v int64) {
	w.b = binary.AppendUvarint(w.b, uint64(v)<<1^uint64(v>>63))
}

func (w *thriftWriter) i32(id int16, v int32) { w.field(id, tI32); w.varint(int64(v)) }
func (w *thriftWriter) i64(id int16, v int64) { w.field(id, tI64); w.varint(v) }

func (w *thriftWriter) bool(id int16, v bool) {
	if v {
		w.field(id, tTrue)
	} else {
		w.field(id, tFalse)
	}
}

func (w *thriftWriter) string(id int16, s string) {
	w.field(id, tBinary)
	w.str(s)
}

// str writes a string without a field's header, as a list's element.
func (w *thriftWriter) str(s string) {
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *thriftWriter) bytes(id int16, p []byte) {
	w.field(id, tBinary)
	w.b = binary.AppendUvarint(w.b, uint64(len(p)))
	w.b = append(w.b, p...)
}

// structure starts a struct as a field; end ends it.
func (w *thriftWriter) structure(id int16) {
	w.field(id, tStruct)
	w.begin()
}

// list starts a list of n elements of a type as a field.
func (w *thriftWriter) list(id int16, n int, elem byte) {
	w.field(id, tList)
	w.listHeader(n, elem)
}

func (w *thriftWriter) listHeader(n int, elem byte) {
	if n < 15 {
		w.b = append(w.b, byte(n)<<4|elem)
		return
	}
	w.b = append(w.b, 0xf0|elem)
	w.b = binary.AppendUvarint(w.b, uint64(n))
}

// raw writes a field whose value is already encoded, such as a thriftReader's raw.
func (w *thriftWriter) raw(id int16, typ byte, value []byte) {
	w.field(id, typ)
	w.b = append(w.b, value...)
}
