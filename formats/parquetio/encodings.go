package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// The rest of the package knows two forms of values: dictionary indices, and PLAIN
// (booleans a byte each). toPlain brings every other encoding into the second. They
// are rare in lists, so the price of a copy buys one road for all of them. The
// decoders are our own because they are short and see bytes that nobody checked.

var errValues = errors.New("values of a page are damaged")

// toPlain returns n values of l in PLAIN, appending to dst unless b is PLAIN
// already. It never appends more than most bytes.
func toPlain(dst, b []byte, n int, l *leaf, enc format.Encoding, most int) ([]byte, error) {
	if n == 0 {
		return dst, nil // what an encoding of nothing looks like, writers differ on
	}
	if enc == format.Plain && l.typ != format.Boolean {
		if l.width > 0 && n > len(b)/l.width {
			return nil, errValues
		}
		return b, nil
	}
	if n*max(l.width, 4) > most && l.typ != format.Boolean {
		return nil, fmt.Errorf("%w: a page takes more than %d bytes", errLimit, most)
	}
	switch {
	case l.typ == format.Boolean && enc == format.Plain:
		if len(b) < (n+7)/8 {
			return nil, errValues
		}
		dst, _ = appendPackedLevels(dst, b[:(n+7)/8], n, 1, 1)
		return dst, nil
	case l.typ == format.Boolean && enc == format.RLE:
		if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, errValues
		}
		v, err := decodeLevels(dst, b[4:][:binary.LittleEndian.Uint32(b)], n, 1, 2)
		if err != nil {
			return nil, errValues
		}
		return v, nil
	case enc == format.DeltaBinaryPacked && (l.typ == format.Int32 || l.typ == format.Int64):
		return deltaInts(dst, b, n, l.width)
	case enc == format.DeltaLengthByteArray && l.typ == format.ByteArray:
		return deltaLengths(dst, b, n, most)
	case enc == format.DeltaByteArray && (l.typ == format.ByteArray || l.typ == format.FixedLenByteArray):
		return deltaBytes(dst, b, n, l.width, most)
	case enc == format.ByteStreamSplit && l.width > 1:
		return joinStreams(dst, b, n, l.width)
	}
	return nil, fmt.Errorf("%w: encoding %v of %v", errValues, enc, l.typ)
}

// joinStreams undoes BYTE_STREAM_SPLIT: all first bytes, then all second ones, …
func joinStreams(dst, b []byte, n, width int) ([]byte, error) {
	if n > len(b)/width {
		return nil, errValues
	}
	lo := len(dst)
	dst = grow(dst, n*width)[:lo+n*width]
	for k := range width {
		stream := b[k*n : (k+1)*n]
		for i, c := range stream {
			dst[lo+i*width+k] = c
		}
	}
	return dst, nil
}

// A deltaReader decodes DELTA_BINARY_PACKED, some values at a time.
type deltaReader struct {
	b      []byte
	left   int // values not yet returned
	last   int64
	min    int64
	per    int    // values of a miniblock
	minis  int    // miniblocks of a block
	widths []byte // of the miniblocks to come
	packed []byte // the current miniblock
	width  int
	at     int // values decoded of the current miniblock
	first  bool

	buf    [64]int64 // decoded values; buf[lo:hi] are to be returned
	lo, hi int
}

// newDeltaReader reads the header, whose count of values must be n.
func newDeltaReader(b []byte, n int) (*deltaReader, error) {
	d := &deltaReader{b: b, first: true}
	block, minis, count := d.uvarint(), d.uvarint(), d.uvarint()
	d.last = d.varint()
	if d.b == nil || minis == 0 || minis > block || block > 1<<20 || block%minis != 0 || block/minis%8 != 0 ||
		count != uint64(n) {
		return d, errValues
	}
	d.left, d.per, d.minis = n, int(block/minis), int(minis)
	d.at = d.per
	return d, nil
}

func (d *deltaReader) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b = nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *deltaReader) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// next returns the next value; ok is false where the bytes end early.
func (d *deltaReader) next() (v int64, ok bool) {
	if d.lo == d.hi && !d.fill() {
		return 0, false
	}
	v = d.buf[d.lo]
	d.lo++
	d.left--
	return v, true
}

// fill decodes more values.
func (d *deltaReader) fill() bool {
	d.lo, d.hi = 0, 0
	if d.first {
		d.first, d.buf[0], d.hi = false, d.last, 1
		return true
	}
	if d.at == d.per && !d.mini() {
		return false
	}
	n := min(len(d.buf), d.per-d.at, d.left)
	last, bit := d.last, d.at*d.width
	for i := range d.buf[:n] {
		last += d.min + int64(bitsAt(d.packed, bit, d.width))
		d.buf[i] = last
		bit += d.width
	}
	d.last, d.hi = last, n
	d.at += n
	return n > 0
}

// mini goes to the next miniblock, and the next block if need be.
func (d *deltaReader) mini() bool {
	if len(d.widths) == 0 {
		if d.min = d.varint(); d.b == nil || len(d.b) < d.minis {
			return false
		}
		d.widths, d.b = d.b[:d.minis], d.b[d.minis:]
	}
	d.width = int(d.widths[0])
	d.widths = d.widths[1:]
	need := d.per / 8 * d.width
	if d.width > 64 || len(d.b) < need {
		return false
	}
	d.packed, d.b, d.at = d.b[:need], d.b[need:], 0
	return true
}

// bitsAt returns the width bits of b from a bit on, width up to 64.
func bitsAt(b []byte, bit, width int) uint64 {
	at, s := bit>>3, uint(bit&7)
	var w, high uint64
	if at+9 <= len(b) {
		w, high = binary.LittleEndian.Uint64(b[at:]), uint64(b[at+8])
	} else if at < len(b) {
		for k, c := range b[at:] {
			if k == 8 {
				high = uint64(c)
				break
			}
			w |= uint64(c) << (8 * k)
		}
	}
	// A shift by 64 gives 0 in Go, so neither end needs a case of its own.
	return (w>>s | high<<(64-s)) & (1<<width - 1)
}

func deltaInts(dst, b []byte, n, width int) ([]byte, error) {
	d, err := newDeltaReader(b, n)
	if err != nil {
		return nil, err
	}
	dst = grow(dst, n*width)
	for d.left > 0 {
		v, ok := d.next()
		if !ok {
			return nil, errValues
		}
		if width == 4 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		} else {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
	}
	return dst, nil
}

// lengths reads n lengths to their end and returns them, to be read again, what
// follows them, and their sum.
func lengths(b []byte, n int) (d *deltaReader, rest []byte, sum int64, err error) {
	if d, err = newDeltaReader(b, n); err != nil {
		return d, nil, 0, err
	}
	first := *d
	for d.left > 0 {
		v, ok := d.next()
		if !ok || v < 0 || v > 1<<31 {
			return d, nil, 0, errValues
		}
		sum += v
	}
	rest = d.b
	*d = first
	return d, rest, sum, nil
}

func deltaLengths(dst, b []byte, n, most int) ([]byte, error) {
	d, data, sum, err := lengths(b, n)
	if err != nil {
		return nil, err
	}
	if sum > int64(len(data)) {
		return nil, errValues
	}
	if 4*n+int(sum) > most {
		return nil, fmt.Errorf("%w: a page takes more than %d bytes", errLimit, most)
	}
	at := len(dst)
	dst = grow(dst, 4*n+int(sum))[:at+4*n+int(sum)]
	for d.left > 0 {
		v, _ := d.next()
		binary.LittleEndian.PutUint32(dst[at:], uint32(v))
		at += 4
		copy(dst[at:], data[:v])
		at += int(v)
		data = data[v:]
	}
	return dst, nil
}

// deltaBytes undoes DELTA_BYTE_ARRAY, where each value is a prefix of the one
// before and a suffix of its own. width is 0 for BYTE_ARRAY.
func deltaBytes(dst, b []byte, n, width, most int) ([]byte, error) {
	prefix, b, _, err := lengths(b, n)
	if err != nil {
		return nil, err
	}
	suffix, data, _, err := lengths(b, n)
	if err != nil {
		return nil, err
	}
	start := len(dst)
	lo, hi := start, start // the value before
	for prefix.left > 0 {
		p, _ := prefix.next()
		s, _ := suffix.next()
		if p > int64(hi-lo) || s > int64(len(data)) || width > 0 && p+s != int64(width) {
			return nil, errValues
		}
		if int64(len(dst)-start)+4+p+s > int64(most) {
			return nil, fmt.Errorf("%w: a page takes more than %d bytes", errLimit, most)
		}
		if width == 0 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(p+s))
		}
		at := len(dst)
		dst = append(dst, dst[lo:lo+int(p)]...)
		dst = append(dst, data[:s]...)
		data = data[s:]
		lo, hi = at, len(dst)
	}
	return dst, nil
}
