package parquetio

import (
	"encoding/binary"
	"errors"
)

// The hybrid of run-length and bit-packed encoding that levels, dictionary indices
// and booleans come in (Encodings.md, RLE = 3). The decoders stop at exactly the
// number of values that is asked for, whatever the runs claim: a run of a billion
// zero-width values takes six bytes.

var (
	errLevels  = errors.New("levels of a page are damaged")
	errIndices = errors.New("dictionary indices of a page are damaged")
)

// A hybridReader cuts encoded bytes into runs.
type hybridReader struct {
	b     []byte
	width int // bits of a value, 0 to 32
}

// next returns the next run: count values of value, or if packed is not nil, count
// values packed into it. count is at most left, and left is above zero.
func (r *hybridReader) next(left int) (count int, value uint32, packed []byte, ok bool) {
	h, n := binary.Uvarint(r.b)
	if n <= 0 {
		return 0, 0, nil, false
	}
	r.b = r.b[n:]
	if h&1 == 0 {
		bytes := (r.width + 7) / 8
		if h>>1 == 0 || len(r.b) < bytes {
			return 0, 0, nil, false
		}
		for i := range bytes {
			value |= uint32(r.b[i]) << (8 * i)
		}
		r.b = r.b[bytes:]
		if r.width < 32 && value>>r.width != 0 {
			return 0, 0, nil, false
		}
		return int(min(h>>1, uint64(left))), value, nil, true
	}
	groups := h >> 1
	if groups == 0 {
		return 0, 0, nil, false
	}
	count = left
	if groups < uint64(left+7)/8 {
		count = int(groups) * 8
	}
	// The last run may be cut to the bytes its values need.
	need := (count*r.width + 7) / 8
	if len(r.b) < need {
		return 0, 0, nil, false
	}
	packed = r.b[:need:need]
	if full := groups * uint64(r.width); full < uint64(len(r.b)) {
		r.b = r.b[full:]
	} else {
		r.b = nil
	}
	return count, 0, packed, true
}

// decodeLevels decodes n levels of at most most into dst, which is reused. If all
// of them are fill, it may return nil instead: most columns have no nulls, and
// then need no levels at all.
func decodeLevels(dst, b []byte, n int, most, fill uint8) ([]byte, error) {
	r := hybridReader{b: b, width: levelWidth(most)}
	dst = dst[:0]
	for left := n; left > 0; {
		count, value, packed, ok := r.next(left)
		if !ok || value > uint32(most) {
			return nil, errLevels
		}
		if packed == nil {
			if count == n && uint8(value) == fill {
				return nil, nil
			}
			dst = appendSame(dst, uint8(value), count)
		} else if dst, ok = appendPackedLevels(dst, packed, count, r.width, most); !ok {
			return nil, errLevels
		}
		left -= count
	}
	return dst, nil
}

func appendSame(dst []byte, v uint8, n int) []byte {
	dst = grow(dst, n)
	lo := len(dst)
	dst = dst[:lo+n]
	for i := range dst[lo:] {
		dst[lo+i] = v
	}
	return dst
}

func appendPackedLevels(dst, packed []byte, n, width int, most uint8) ([]byte, bool) {
	dst = grow(dst, n+8)
	lo := len(dst)
	if width == 1 {
		out := dst[lo : lo+(n+7)/8*8]
		for i, b := range packed {
			binary.LittleEndian.PutUint64(out[8*i:], spread(b))
		}
		return dst[:lo+n], true
	}
	out := dst[lo : lo+n]
	mask := byte(1)<<width - 1
	var over byte
	for i := range out {
		bit := i * width
		v := uint16(packed[bit>>3])
		if bit>>3+1 < len(packed) {
			v |= uint16(packed[bit>>3+1]) << 8
		}
		l := byte(v>>(bit&7)) & mask
		if l > most {
			over = 1
		}
		out[i] = l
	}
	return dst[:lo+n], over == 0
}

// spread puts the eight bits of b into eight bytes, the lowest first.
func spread(b byte) uint64 {
	// Each byte of the product holds b, the mask leaves bit i in byte i, and adding
	// 0x7f moves it to the top.
	x := uint64(b) * 0x0101010101010101 & 0x8040201008040201
	return (x + 0x7f7f7f7f7f7f7f7f) >> 7 & 0x0101010101010101
}

// decodeIndices decodes n dictionary indices, each below entries, into dst, which
// is reused, leaving out the first skip ones. b begins with the byte that says their
// width.
func decodeIndices(dst []uint32, b []byte, skip, n, entries int) ([]uint32, error) {
	if cap(dst) < n {
		dst = make([]uint32, 0, n+n/8)
	}
	dst = dst[:n]
	if n == 0 {
		return dst, nil
	}
	if len(b) == 0 || b[0] > 32 || entries == 0 {
		return nil, errIndices
	}
	r := hybridReader{b: b[1:], width: int(b[0])}
	for left := dst; len(left) > 0; {
		count, value, packed, ok := r.next(skip + len(left))
		if !ok {
			return nil, errIndices
		}
		if skip >= count {
			skip -= count
			continue
		}
		run := left[:count-skip]
		left = left[count-skip:]
		if packed != nil {
			// Eight values end with a byte.
			whole := skip &^ 7
			packed, skip = packed[whole/8*r.width:], skip-whole
			if skip > 0 {
				var first [8]uint32
				head := first[:min(8, skip+len(run))]
				unpack(head, packed, r.width)
				k := copy(run, head[skip:])
				run, skip = run[k:], 0
				if len(run) == 0 {
					continue
				}
				packed = packed[r.width:]
			}
			unpack(run, packed, r.width)
			continue
		}
		skip = 0
		for i := range run {
			run[i] = value
		}
	}
	var most uint32
	for _, i := range dst {
		most = max(most, i)
	}
	if uint64(most) >= uint64(entries) {
		return nil, errIndices
	}
	return dst, nil
}

// unpack unpacks len(dst) values of width bits. packed holds at least their bytes.
func unpack(dst []uint32, packed []byte, width int) {
	if width == 0 {
		clear(dst)
		return
	}
	mask := uint32(1)<<width - 1 // width 32 wraps to all ones
	bit, i := 0, 0
	if width <= 16 {
		for ; i+4 <= len(dst); i += 4 {
			at := bit >> 3
			if at+8+8 > len(packed) {
				break
			}
			// Four values of up to 16 bits stand in 64 bits from a bit that is at
			// most 4 into its byte: their width times a multiple of four is a
			// multiple of four.
			w := binary.LittleEndian.Uint64(packed[at:]) >> (bit & 7)
			if s := bit & 7; s != 0 {
				w |= uint64(packed[at+8]) << (64 - s)
			}
			dst[i] = uint32(w) & mask
			dst[i+1] = uint32(w>>width) & mask
			dst[i+2] = uint32(w>>(2*width)) & mask
			dst[i+3] = uint32(w>>(3*width)) & mask
			bit += 4 * width
		}
	}
	for ; i < len(dst); i++ {
		at := bit >> 3
		var w uint64
		if at+8 <= len(packed) {
			w = binary.LittleEndian.Uint64(packed[at:])
		} else {
			for k, b := range packed[at:] {
				w |= uint64(b) << (8 * k)
			}
		}
		dst[i] = uint32(w>>(bit&7)) & mask
		bit += width
	}
}

// decodeOldLevels decodes levels in the deprecated BIT_PACKED encoding: no runs,
// and the highest bits first. It returns the bytes that they take.
func decodeOldLevels(dst, b []byte, n int, most uint8) (levels []byte, used int, err error) {
	width := levelWidth(most)
	used = (n*width + 7) / 8
	if len(b) < used {
		return nil, 0, errLevels
	}
	dst = grow(dst[:0], n)[:n]
	bit := 0
	for i := range dst {
		var v byte
		for range width {
			v = v<<1 | b[bit>>3]>>(7-bit&7)&1
			bit++
		}
		if v > most {
			return nil, 0, errLevels
		}
		dst[i] = v
	}
	return dst, used, nil
}
