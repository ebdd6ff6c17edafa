package arrowio

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"sluice/formats"
)

// appendText appends value i, which is not null, in the words of formats.Kind.
func (v *vec) appendText(dst []byte, i int) []byte {
	f := v.f
	switch f.layout {
	case layBool:
		return strconv.AppendBool(dst, v.bit(i))
	case layVar, layView:
		if f.isText() {
			return append(dst, v.bytes(i)...)
		}
		return hex.AppendEncode(dst, v.bytes(i))
	case layDict:
		if x := v.index(i); !v.dict.v.null(x) {
			return v.dict.v.appendText(dst, x)
		}
		return dst
	case layList, layFixedList, layStruct:
		return v.appendJSON(dst, i)
	case layNull:
		return dst
	}
	switch f.typ {
	case typeInt:
		n := readInt(v.data, i, f.width, f.signed)
		if !f.signed {
			return strconv.AppendUint(dst, uint64(n), 10)
		}
		return strconv.AppendInt(dst, n, 10)
	case typeDuration:
		return strconv.AppendInt(dst, readInt(v.data, i, 8, true), 10)
	case typeFloat:
		return v.appendFloat(dst, i)
	case typeDecimal:
		return appendDecimal(dst, v.data[i*f.width:(i+1)*f.width], f.scale)
	case typeDate:
		days := readInt(v.data, i, f.width, true)
		if f.unit == 1 {
			days = floorDiv(days, 86_400_000)
		}
		return appendDate(dst, days)
	case typeTime:
		return appendTime(dst, readInt(v.data, i, f.width, true), f.unit)
	case typeTimestamp:
		return appendTimestamp(dst, readInt(v.data, i, 8, true), f.unit, f.utc)
	case typeInterval:
		return v.appendInterval(dst, i)
	}
	return hex.AppendEncode(dst, v.bytes(i)) // typeFixedSizeBinary
}

// appendFloat appends the shortest decimal that reads back the same; with an
// exponent where JavaScript and JSON would have one.
func (v *vec) appendFloat(dst []byte, i int) []byte {
	var x float64
	size := 64
	switch v.f.bits {
	case 16:
		x, size = half(binary.LittleEndian.Uint16(v.data[2*i:])), 32
	case 32:
		x, size = float64(math.Float32frombits(binary.LittleEndian.Uint32(v.data[4*i:]))), 32
	default:
		x = math.Float64frombits(binary.LittleEndian.Uint64(v.data[8*i:]))
	}
	return appendFloat(dst, x, size)
}

func appendFloat(dst []byte, x float64, size int) []byte {
	switch {
	case math.IsInf(x, 1):
		return append(dst, "Inf"...)
	case math.IsInf(x, -1):
		return append(dst, "-Inf"...)
	}
	format := byte('f')
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, x, format, -1, size)
}

// half widens an IEEE 754 half.
func half(h uint16) float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	exp, frac := int(h>>10&0x1f), float64(h&0x3ff)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// appendDecimal appends a little-endian two's complement number of 16 or 32 bytes
// with scale digits behind the point.
func appendDecimal(dst, b []byte, scale int) []byte {
	negative := b[len(b)-1]&0x80 != 0
	var digits [80]byte
	var d []byte
	if len(b) == 16 {
		lo, hi := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		if negative {
			var carry uint64
			lo, carry = bits.Add64(^lo, 1, 0)
			hi = ^hi + carry
		}
		d = appendUint128(digits[:0], hi, lo)
	} else {
		be := make([]byte, len(b))
		for i := range b {
			be[len(b)-1-i] = b[i]
		}
		n := new(big.Int).SetBytes(be)
		if negative {
			n.Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))), n)
		}
		d = n.Append(digits[:0], 10)
	}
	if negative {
		dst = append(dst, '-')
	}
	if scale <= 0 {
		dst = append(dst, d...)
		for ; scale < 0 && !(len(d) == 1 && d[0] == '0'); scale++ {
			dst = append(dst, '0')
		}
		return dst
	}
	if len(d) <= scale {
		dst = append(dst, '0', '.')
		for range scale - len(d) {
			dst = append(dst, '0')
		}
		return append(dst, d...)
	}
	dst = append(dst, d[:len(d)-scale]...)
	dst = append(dst, '.')
	return append(dst, d[len(d)-scale:]...)
}

func appendUint128(dst []byte, hi, lo uint64) []byte {
	const e19 = 10_000_000_000_000_000_000
	if hi == 0 {
		return strconv.AppendUint(dst, lo, 10)
	}
	q1, r1 := hi/e19, hi%e19
	q0, r0 := bits.Div64(r1, lo, e19)
	dst = appendUint128(dst, q1, q0)
	for p := uint64(e19 / 10); p > r0 && p > 1; p /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendUint(dst, r0, 10)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendDate appends the day that lies days after 1970-01-01, by Howard Hinnant's
// civil_from_days (https://howardhinnant.github.io/date_algorithms.html).
func appendDate(dst []byte, days int64) []byte {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month := mp + 3
	if month > 12 {
		month -= 12
	}
	year := yoe + era*400
	if month <= 2 {
		year++
	}
	if year < 0 {
		dst, year = append(dst, '-'), -year
	}
	dst = pad(dst, year, 4)
	dst = append(dst, '-')
	dst = pad(dst, month, 2)
	dst = append(dst, '-')
	return pad(dst, day, 2)
}

func pad(dst []byte, n int64, width int) []byte {
	for p := int64(math.Pow10(width - 1)); p > n && p > 1; p /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, n, 10)
}

// perSecond and fraction digits of the units.
var (
	perSecond = [4]int64{1, 1e3, 1e6, 1e9}
	fracWidth = [4]int{0, 3, 6, 9}
)

func appendClock(dst []byte, seconds int64) []byte {
	dst = pad(dst, seconds/3600, 2)
	dst = append(dst, ':')
	dst = pad(dst, seconds/60%60, 2)
	dst = append(dst, ':')
	return pad(dst, seconds%60, 2)
}

// appendTime appends a time of day without trailing zeros of its fraction; a number
// that is none, as a number.
func appendTime(dst []byte, t int64, unit int) []byte {
	per := perSecond[unit]
	if t < 0 || t >= 86_400*per {
		return strconv.AppendInt(dst, t, 10)
	}
	dst = appendClock(dst, t/per)
	if frac := t % per; frac > 0 {
		dst = append(dst, '.')
		dst = pad(dst, frac, fracWidth[unit])
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return dst
}

func appendTimestamp(dst []byte, t int64, unit int, utc bool) []byte {
	per := perSecond[unit]
	sec := floorDiv(t, per)
	frac := t - sec*per
	days := floorDiv(sec, 86_400)
	dst = appendDate(dst, days)
	dst = append(dst, 'T')
	dst = appendClock(dst, sec-days*86_400)
	if unit > 0 {
		dst = append(dst, '.')
		dst = pad(dst, frac, fracWidth[unit])
	}
	if utc {
		dst = append(dst, 'Z')
	}
	return dst
}

// appendInterval appends a span of time as in ISO 8601: P1M2DT3.5S.
func (v *vec) appendInterval(dst []byte, i int) []byte {
	var months, days, nanos int64
	switch v.f.unit {
	case 0:
		months = readInt(v.data, i, 4, true)
	case 1:
		days, nanos = readInt(v.data, 2*i, 4, true), readInt(v.data, 2*i+1, 4, true)*1e6
	default:
		months, days, nanos = readInt(v.data, 4*i, 4, true), readInt(v.data, 4*i+1, 4, true), readInt(v.data, 2*i+1, 8, true)
	}
	dst = append(dst, 'P')
	dst = append(strconv.AppendInt(dst, months, 10), 'M')
	dst = append(strconv.AppendInt(dst, days, 10), "DT"...)
	if nanos < 0 {
		dst = append(dst, '-')
	}
	u := uint64(nanos)
	if nanos < 0 {
		u = -u
	}
	dst = strconv.AppendUint(dst, u/1e9, 10)
	if frac := int64(u % 1e9); frac > 0 {
		dst = append(dst, '.')
		dst = pad(dst, frac, 9)
		for dst[len(dst)-1] == '0' {
			dst = dst[:len(dst)-1]
		}
	}
	return append(dst, 'S')
}

// maxJSON bounds one nested value as text.
const maxJSON = 256 << 20

// appendJSON appends value i as compact JSON.
func (v *vec) appendJSON(dst []byte, i int) []byte {
	f := v.f
	if len(dst) > maxJSON { // the caller sees the length and refuses
		return dst
	}
	if v.null(i) || f.layout == layNull {
		return append(dst, "null"...)
	}
	switch f.layout {
	case layDict:
		return v.dict.v.appendJSON(dst, v.index(i))
	case layStruct:
		dst = append(dst, '{')
		for j, k := range v.kids {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(formats.AppendJSONString(dst, k.f.name), ':')
			dst = k.appendJSON(dst, i)
		}
		return append(dst, '}')
	case layList, layFixedList:
		k, lo, hi := v.kids[0], i*f.size, (i+1)*f.size
		if f.layout == layList {
			lo, hi = v.offset(i), v.offset(i+1)
		}
		if f.typ == typeMap && k.kids[0].f.isText() {
			return appendMap(dst, k, lo, hi)
		}
		dst = append(dst, '[')
		for j := lo; j < hi && len(dst) <= maxJSON; j++ {
			if j > lo {
				dst = append(dst, ',')
			}
			dst = k.appendJSON(dst, j)
		}
		return append(dst, ']')
	case layBool:
		return v.appendText(dst, i)
	}
	switch f.typ {
	case typeUtf8, typeLargeUtf8, typeUtf8View:
		return formats.AppendJSONString(dst, v.bytes(i))
	case typeInt, typeDecimal, typeDuration:
		return v.appendText(dst, i)
	case typeFloat:
		at := len(dst)
		dst = v.appendText(dst, i)
		if c := dst[len(dst)-1]; c == 'N' || c == 'f' { // NaN, Inf: JSON has no word for them
			return append(dst[:at], "null"...)
		}
		return dst
	}
	dst = append(dst, '"')
	return append(v.appendText(dst, i), '"')
}

// appendMap appends a map with text keys as an object.
func appendMap(dst []byte, k *vec, lo, hi int) []byte {
	dst = append(dst, '{')
	for j := lo; j < hi && len(dst) <= maxJSON; j++ {
		if j > lo {
			dst = append(dst, ',')
		}
		keys := k.kids[0]
		x := j
		if keys.f.layout == layDict {
			if x = 0; !keys.null(j) {
				x = keys.index(j)
			}
			keys = keys.dict.v
		}
		dst = append(formats.AppendJSONString(dst, keys.bytesOrNone(x)), ':')
		dst = k.kids[1].appendJSON(dst, j)
	}
	return append(dst, '}')
}

// bytesOrNone is bytes for an index that may be 0 where there are no values.
func (v *vec) bytesOrNone(i int) []byte {
	if i >= v.n {
		return nil
	}
	return v.bytes(i)
}
