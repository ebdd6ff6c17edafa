package parquetio

import "encoding/binary"

// appendHybrid appends values in Parquet's RLE and bit-packing hybrid
// (Encodings.md): runs of eight equal values or more as a count and a value, the
// rest packed in groups of eight, width bits a value. Readers skip past the last
// value by count, so the last group is filled up with zeros.
func appendHybrid[T uint8 | uint32](dst []byte, values []T, width int) []byte {
	packed := 0 // values[packed:i] wait to be bit-packed
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j] == values[i] {
			j++
		}
		// Groups are eight values: a run lends the group before it what that lacks.
		lend := (8 - (i-packed)%8) % 8
		if j-i-lend < 8 {
			i = j
			continue
		}
		dst = appendPacked(dst, values[packed:i+lend], width)
		dst = binary.AppendUvarint(dst, uint64(j-i-lend)<<1)
		for v, n := uint64(values[i]), 0; n < width; n += 8 {
			dst = append(dst, byte(v>>n))
		}
		i, packed = j, j
	}
	return appendPacked(dst, values[packed:], width)
}

// appendPacked appends one bit-packed run.
func appendPacked[T uint8 | uint32](dst []byte, values []T, width int) []byte {
	if len(values) == 0 {
		return dst
	}
	groups := (len(values) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	end := len(dst) + groups*width
	var acc uint64
	n := 0
	for _, v := range values {
		acc |= uint64(v) << n
		for n += width; n >= 8; n -= 8 {
			dst = append(dst, byte(acc))
			acc >>= 8
		}
	}
	if n > 0 {
		dst = append(dst, byte(acc))
	}
	for len(dst) < end {
		dst = append(dst, 0)
	}
	return dst
}
