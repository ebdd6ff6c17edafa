package parquetio

import (
	"bytes"
	"encoding/binary"

	"github.com/parquet-go/parquet-go/format"
)

// bounds follows the least and the greatest value that go into a chunk. Types
// whose order is not simple have none: floats with their NaN and two zeros,
// decimals in bytes, INT96, and whatever later versions of the format add.
type bounds struct {
	spec   colSpec // only its order and width are used
	lo, hi []byte
	loHead uint64 // the first eight bytes of lo and hi, to compare with at once
	hiHead uint64
	any    bool
}

// newBounds returns the bounds of a leaf. Without column orders in the footer a
// minimum has no meaning, so none is kept.
func newBounds(l *leaf, orders bool) bounds {
	b := bounds{spec: colSpec{width: l.width}}
	if orders {
		b.spec.order = leafOrder(l)
	}
	return b
}

func leafOrder(l *leaf) order {
	switch l.value {
	case vBool, vUint32, vUint64:
		return unsignedOrder
	case vInt32, vInt64, vDecimal32, vDecimal64, vDate, vTime, vTimestamp:
		if l.el.logical.id > logicalFloat16 || l.el.logical.id == logicalUnknown {
			return unordered
		}
		return signedOrder
	case vText:
		if l.width == 0 {
			return textOrder
		}
	case vHex:
		if l.typ == format.ByteArray && (l.bare() || l.el.logical.id == logicalBSON || l.el.converted == convBSON) {
			return byteOrder
		}
	}
	return unordered
}

// add takes PLAIN values in.
func (b *bounds) add(values []byte) {
	if b.spec.order == unordered || len(values) == 0 {
		return
	}
	if b.spec.width > 0 {
		lo, hi := b.spec.bounds(values)
		if !b.any || b.spec.less(lo, b.lo) {
			b.lo = append(b.lo[:0], lo...)
		}
		if !b.any || b.spec.less(b.hi, hi) {
			b.hi = append(b.hi[:0], hi...)
		}
		b.any = true
		return
	}
	for at := 0; at < len(values); {
		n := int(le.Uint32(values[at:]))
		v := values[at+4 : at+4+n]
		at += 4 + n
		h := head(v)
		if b.any && h > b.loHead && h < b.hiHead {
			continue
		}
		if !b.any || bytes.Compare(v, b.lo) < 0 {
			b.lo, b.loHead = append(b.lo[:0], v...), h
		}
		if !b.any || bytes.Compare(v, b.hi) > 0 {
			b.hi, b.hiHead = append(b.hi[:0], v...), h
		}
		b.any = true
	}
}

// head returns the first eight bytes of v as a number that compares as they do.
func head(v []byte) uint64 {
	if len(v) >= 8 {
		return binary.BigEndian.Uint64(v)
	}
	var p [8]byte
	copy(p[:], v)
	return binary.BigEndian.Uint64(p[:])
}

// statistics returns a Statistics struct.
func (b *bounds) statistics(nulls int64) []byte {
	var w thriftWriter
	w.begin()
	w.i64(3, nulls)
	if b.any {
		if lo, hi, exactLo, exactHi, ok := b.spec.shorten(b.lo, b.hi); ok {
			w.bytes(5, hi)
			w.bytes(6, lo)
			w.bool(7, exactHi)
			w.bool(8, exactLo)
		}
	}
	w.end()
	return w.b
}
