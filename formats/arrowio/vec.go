package arrowio

import (
	"encoding/binary"
	"math"
)

// A vec is a column of values as it lies in Arrow buffers, or a part of one. Sizes
// have been checked against n when it was made; offsets, indexes and views only
// once check has seen them.
type vec struct {
	f *field
	n int

	// How the buffers are stored; empty for a vec that was gathered.
	codec  codec
	stored []buffer

	// The buffers themselves, after load.
	valid []byte // bitmap; nil if no value is null
	offs  []byte // layVar, layList
	data  []byte // values, bits, bytes, indexes
	arena []byte // layView: what holds views and data buffers
	views int    // layView: where the views start in arena
	parts []part // layView: the data buffers in arena
	kids  []*vec
	dict  *dictionary
}

// A buffer is a stretch of a message's body.
type buffer struct {
	at     int    // where it starts in the body
	stored []byte // as it lies there
	size   int    // when inflated
	raw    bool   // not compressed, though other buffers may be
}

// A part is a data buffer of a view vec.
type part struct{ at, size int }

// null reports whether value i is null.
func (v *vec) null(i int) bool {
	return v.valid != nil && v.valid[i>>3]>>(i&7)&1 == 0
}

// run returns the end of the run of values from i on, at most hi, that are all null
// or all not.
func (v *vec) run(i, hi int) (end int, null bool) {
	if v.valid == nil {
		return hi, false
	}
	null = v.null(i)
	skip := byte(0xff)
	if null {
		skip = 0
	}
	for i++; i < hi; {
		if i&7 == 0 && i+8 <= hi && v.valid[i>>3] == skip {
			i += 8
			continue
		}
		if v.null(i) != null {
			break
		}
		i++
	}
	return i, null
}

// offset returns offset i of a layVar or layList vec.
func (v *vec) offset(i int) int {
	if v.f.width == 8 {
		return int(binary.LittleEndian.Uint64(v.offs[8*i:]))
	}
	return int(int32(binary.LittleEndian.Uint32(v.offs[4*i:])))
}

// index returns the dictionary index of value i, negative for one that no int can
// hold.
func (v *vec) index(i int) int { return int(readInt(v.data, i, v.f.width, v.f.signed)) }

// readInt returns integer i of width bytes. Unsigned ones over MaxInt64 come out
// negative.
func readInt(b []byte, i, width int, signed bool) int64 {
	switch width {
	case 1:
		if signed {
			return int64(int8(b[i]))
		}
		return int64(b[i])
	case 2:
		u := binary.LittleEndian.Uint16(b[2*i:])
		if signed {
			return int64(int16(u))
		}
		return int64(u)
	case 4:
		u := binary.LittleEndian.Uint32(b[4*i:])
		if signed {
			return int64(int32(u))
		}
		return int64(u)
	default:
		return int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
}

// viewAt returns where the bytes of value i of a layView vec lie in its arena.
func (v *vec) viewAt(i int) (lo, hi int) {
	p := v.views + 16*i
	n := int(int32(binary.LittleEndian.Uint32(v.arena[p:])))
	if n <= 12 {
		return p + 4, p + 4 + n
	}
	b := v.parts[binary.LittleEndian.Uint32(v.arena[p+8:])]
	at := b.at + int(binary.LittleEndian.Uint32(v.arena[p+12:]))
	return at, at + n
}

// bytes returns value i of a layVar, layView or layFixed vec; empty for a null.
func (v *vec) bytes(i int) []byte {
	if v.null(i) {
		return nil
	}
	switch v.f.layout {
	case layVar:
		lo, hi := v.offset(i), v.offset(i+1)
		return v.data[lo:hi:hi]
	case layView:
		lo, hi := v.viewAt(i)
		return v.arena[lo:hi:hi]
	default:
		return v.data[i*v.f.width : (i+1)*v.f.width : (i+1)*v.f.width]
	}
}

// bit returns value i of a layBool vec.
func (v *vec) bit(i int) bool { return v.data[i>>3]>>(i&7)&1 != 0 }

// load makes the buffers of v and of all below it ready, inflating what is
// compressed. It is called once, before any value is read.
func (v *vec) load(d *decompressor, body []byte) error {
	for _, k := range v.kids {
		if err := k.load(d, body); err != nil {
			return err
		}
	}
	if len(v.stored) == 0 {
		return nil
	}
	get := func(i int) ([]byte, error) {
		b := v.stored[i]
		if b.raw || b.size == 0 {
			return b.stored, nil
		}
		return d.inflate(nil, b.stored, v.codec, b.size)
	}
	var err error
	if v.stored[0].size > 0 {
		if v.valid, err = get(0); err != nil {
			return err
		}
	}
	switch v.f.layout {
	case layVar, layList:
		if v.offs, err = get(1); err != nil {
			return err
		}
		if len(v.offs) < v.f.width { // allowed where there are no rows
			v.offs = make([]byte, v.f.width)
		}
		if v.f.layout == layVar {
			v.data, err = get(2)
		}
	case layBool, layFixed, layDict:
		v.data, err = get(1)
	case layView:
		err = v.loadViews(d, body)
	}
	return err
}

// loadViews brings views and data buffers into one stretch of memory, so that spans
// can point at all of them: the body itself where nothing is compressed.
func (v *vec) loadViews(d *decompressor, body []byte) error {
	bufs := v.stored[1:]
	v.parts = make([]part, len(bufs))
	whole, sum := true, 0
	for i, b := range bufs {
		whole = whole && (b.raw || b.size == 0)
		v.parts[i] = part{b.at, b.size}
		sum += b.size
	}
	if whole {
		v.arena = body
	} else {
		if sum > math.MaxUint32 {
			return errCompressed
		}
		v.arena = make([]byte, 0, min(sum, 1<<20))
		for i, b := range bufs {
			v.parts[i].at = len(v.arena)
			data := b.stored
			if !b.raw && b.size > 0 {
				var err error
				if data, err = d.inflate(nil, b.stored, v.codec, b.size); err != nil {
					return err
				}
			}
			v.arena = append(v.arena, data[:b.size]...)
		}
	}
	v.views, v.parts = v.parts[0].at, v.parts[1:]
	return nil
}
