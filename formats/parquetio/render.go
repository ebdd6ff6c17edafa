package parquetio

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"sluice/formats"
)

var errDecimal = errors.New("a decimal is too long")

// maxDecimal bounds the bytes of a decimal; decimal256 has 32.
const maxDecimal = 256

// maxRendered bounds the bytes that appendText makes of a value of n bytes.
func maxRendered(l *leaf, n int) int {
	switch l.value {
	case vText:
		return 3 * n // U+FFFD for each byte
	case vHex:
		return 2 * n
	case vDecimal32, vDecimal64, vDecimalBytes:
		return 3*n + l.ftype.Scale + 4
	}
	return 64
}

// appendText appends the text of a value in PLAIN, as formats.Kind describes it.
// It is always UTF-8.
func (l *leaf) appendText(dst, v []byte) ([]byte, error) {
	switch l.value {
	case vText:
		return appendUTF8(dst, v), nil
	case vHex:
		return hex.AppendEncode(dst, v), nil
	case vBool:
		return strconv.AppendBool(dst, v[0] != 0), nil
	case vInt32:
		return strconv.AppendInt(dst, int64(i32(v)), 10), nil
	case vInt64:
		return strconv.AppendInt(dst, i64(v), 10), nil
	case vUint32:
		return strconv.AppendUint(dst, uint64(uint32(i32(v))), 10), nil
	case vUint64:
		return strconv.AppendUint(dst, uint64(i64(v)), 10), nil
	case vFloat16:
		return appendFloat(dst, float64(halfFloat(binary.LittleEndian.Uint16(v))), 32), nil
	case vFloat:
		return appendFloat(dst, float64(math.Float32frombits(uint32(i32(v)))), 32), nil
	case vDouble:
		return appendFloat(dst, math.Float64frombits(uint64(i64(v))), 64), nil
	case vDecimal32:
		return appendDecimal(dst, int64(i32(v)), l.ftype.Scale), nil
	case vDecimal64:
		return appendDecimal(dst, i64(v), l.ftype.Scale), nil
	case vDecimalBytes:
		return appendBigDecimal(dst, v, l.ftype.Scale)
	case vDate:
		return appendDate(dst, int64(i32(v))), nil
	case vTime:
		n := int64(0)
		if len(v) == 4 {
			n = int64(i32(v))
		} else {
			n = i64(v)
		}
		return appendTime(dst, n, l.ftype.Unit), nil
	case vTimestamp:
		return appendTimestamp(dst, i64(v), l.ftype.Unit, l.ftype.UTC), nil
	case vInt96:
		return appendInt96(dst, v), nil
	}
	return appendUUID(dst, v), nil
}

func i32(v []byte) int32 { return int32(binary.LittleEndian.Uint32(v)) }
func i64(v []byte) int64 { return int64(binary.LittleEndian.Uint64(v)) }

// appendUTF8 appends v with U+FFFD in place of each byte that is not UTF-8.
func appendUTF8(dst, v []byte) []byte {
	if utf8.Valid(v) {
		return append(dst, v...)
	}
	for len(v) > 0 {
		r, n := utf8.DecodeRune(v)
		dst = utf8.AppendRune(dst, r)
		v = v[n:]
	}
	return dst
}

// appendFloat writes plain digits between 1e-6 and 1e21 and an exponent outside,
// as JSON does.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-Inf"...)
	case a != 0 && (a < 1e-6 || a >= 1e21):
		return strconv.AppendFloat(dst, f, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}

// halfFloat widens an IEEE 754 half.
func halfFloat(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, int(h>>10&31), uint32(h&1023)
	switch exp {
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	case 0:
		f := float32(frac) / (1 << 24)
		return math.Float32frombits(math.Float32bits(f) | sign)
	}
	return math.Float32frombits(sign | uint32(exp+112)<<23 | frac<<13)
}

func appendDecimal(dst []byte, v int64, scale int) []byte {
	u := uint64(v)
	if v < 0 {
		dst = append(dst, '-')
		u = -u
	}
	lo := len(dst)
	return point(strconv.AppendUint(dst, u, 10), lo, scale)
}

// point puts a point before the last scale digits of dst[lo:], with at least one
// digit before it.
func point(dst []byte, lo, scale int) []byte {
	if scale == 0 {
		return dst
	}
	digits := len(dst) - lo
	if missing := scale + 1 - digits; missing > 0 {
		for range missing {
			dst = append(dst, '0')
		}
		copy(dst[lo+missing:], dst[lo:lo+digits])
		for i := range missing {
			dst[lo+i] = '0'
		}
	}
	dst = append(dst, 0)
	at := len(dst) - 1 - scale
	copy(dst[at+1:], dst[at:])
	dst[at] = '.'
	return dst
}

// appendBigDecimal writes a big-endian two's complement number.
func appendBigDecimal(dst, v []byte, scale int) ([]byte, error) {
	if len(v) <= 8 {
		var n int64
		if len(v) > 0 && v[0]&0x80 != 0 {
			n = -1
		}
		for _, b := range v {
			n = n<<8 | int64(b)
		}
		return appendDecimal(dst, n, scale), nil
	}
	if len(v) > maxDecimal {
		return dst, errDecimal
	}
	n := new(big.Int).SetBytes(v)
	if v[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
	}
	if n.Sign() < 0 {
		dst = append(dst, '-')
		n.Neg(n)
	}
	lo := len(dst)
	return point(n.Append(dst, 10), lo, scale), nil
}

func appendUUID(dst, v []byte) []byte {
	for i, b := range v {
		switch i {
		case 4, 6, 8, 10:
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, []byte{b})
	}
	return dst
}

// appendQuoted appends s as a JSON string (RFC 8259), escaping what must be.
func appendQuoted(dst, s []byte) []byte {
	if !utf8.Valid(s) {
		s = appendUTF8(nil, s)
	}
	return formats.AppendJSONString(dst, s)
}
