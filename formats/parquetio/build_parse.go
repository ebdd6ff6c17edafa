package parquetio

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
	"strconv"

	"github.com/parquet-go/parquet-go/format"
)

// The parsers turn a cell's text, in the form that formats.Kind prescribes, back
// into a PLAIN value appended to dst. They do not allocate.

var le = binary.LittleEndian

func parseHex(dst, cell []byte) ([]byte, bool) {
	dst = le.AppendUint32(dst, uint32(hex.DecodedLen(len(cell))))
	dst, err := hex.AppendDecode(dst, cell)
	return dst, err == nil
}

// parseJSON takes the text as it is, but for empty text, which no JSON value is.
func parseJSON(dst, cell []byte) ([]byte, bool) {
	dst = le.AppendUint32(dst, uint32(len(cell)))
	return append(dst, cell...), len(cell) > 0
}

func parseBool(dst, cell []byte) ([]byte, bool) {
	switch string(cell) {
	case "true":
		return append(dst, 1), true
	case "false":
		return append(dst, 0), true
	}
	return dst, false
}

func parseInt(bits, width int) func(dst, cell []byte) ([]byte, bool) {
	return func(dst, cell []byte) ([]byte, bool) {
		v, err := strconv.ParseInt(string(cell), 10, bits)
		return appendInt(dst, v, width), err == nil
	}
}

func parseUint(bits, width int) func(dst, cell []byte) ([]byte, bool) {
	return func(dst, cell []byte) ([]byte, bool) {
		v, err := strconv.ParseUint(string(cell), 10, bits)
		return appendInt(dst, int64(v), width), err == nil
	}
}

func appendInt(dst []byte, v int64, width int) []byte {
	if width == 4 {
		return le.AppendUint32(dst, uint32(v))
	}
	return le.AppendUint64(dst, uint64(v))
}

func parseDouble(dst, cell []byte) ([]byte, bool) {
	v, err := strconv.ParseFloat(string(cell), 64)
	return le.AppendUint64(dst, math.Float64bits(v)), err == nil
}

func parseFloat(dst, cell []byte) ([]byte, bool) {
	v, err := strconv.ParseFloat(string(cell), 32)
	return le.AppendUint32(dst, math.Float32bits(float32(v))), err == nil
}

func parseHalf(dst, cell []byte) ([]byte, bool) {
	v, err := strconv.ParseFloat(string(cell), 64)
	return le.AppendUint16(dst, half(v)), err == nil
}

// half returns the IEEE 754 binary16 that is nearest to v, ties to even. Doubles
// are exact for every half and for the distances between them, so that rounding
// once in double arithmetic is right.
func half(v float64) uint16 {
	sign := uint16(math.Float64bits(v) >> 48 & 0x8000)
	v = math.Abs(v)
	switch {
	case v != v:
		return sign | 0x7e00
	case v >= 65520: // half a step above the largest, 65504
		return sign | 0x7c00
	case v < 0x1p-14: // subnormal: a multiple of 2^-24
		return sign | uint16(math.RoundToEven(v*0x1p24))
	}
	frac, exp := math.Frexp(v) // v = frac·2^exp, frac in [½, 1)
	// Eleven bits of mantissa; one that rounds up to 2048 carries into the exponent.
	return sign | (uint16(math.RoundToEven(frac*2048)) + uint16(exp+13)<<10)
}

// decimalBytes returns how many bytes of two's complement hold any number of so
// many decimal digits.
func decimalBytes(digits int) int {
	const bitsPerDigit = 3.3219280948873623 // log2(10)
	return int(math.Ceil((float64(digits)*bitsPerDigit + 1) / 8))
}

func parseDecimal(precision, scale int, typ format.Type, width int) func(dst, cell []byte) ([]byte, bool) {
	return func(dst, cell []byte) ([]byte, bool) {
		var v wide
		neg, ok := v.parse(cell, precision, scale)
		if neg {
			v.negate()
		}
		if typ != format.FixedLenByteArray {
			return appendInt(dst, int64(v[0]), width), ok
		}
		for i := width - 1; i >= 0; i-- {
			dst = append(dst, byte(v[i/8]>>(i%8*8)))
		}
		return dst, ok
	}
}

// A wide is an integer of 256 bits in two's complement, lowest word first.
type wide [4]uint64

// parse reads an optional sign and digits with at most scale of them behind a
// point, as a number of 10^-scale, whose digits must not exceed precision.
func (v *wide) parse(cell []byte, precision, scale int) (neg, ok bool) {
	if len(cell) > 0 && (cell[0] == '-' || cell[0] == '+') {
		neg = cell[0] == '-'
		cell = cell[1:]
	}
	digits, behind, seen, point := 0, 0, false, false
	push := func(d uint64) {
		v.push(d)
		if digits > 0 || d > 0 {
			digits++
		}
	}
	for _, c := range cell {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9':
			seen = true
			if point && behind == scale {
				if c != '0' {
					return neg, false
				}
				continue
			}
			if point {
				behind++
			}
			push(uint64(c - '0'))
		default:
			return neg, false
		}
		if digits > precision {
			return neg, false
		}
	}
	for ; behind < scale; behind++ {
		push(0)
	}
	return neg, seen && digits <= precision
}

// push multiplies by ten and adds a digit.
func (v *wide) push(d uint64) {
	for i := range v {
		hi, lo := bits.Mul64(v[i], 10)
		var carry uint64
		v[i], carry = bits.Add64(lo, d, 0)
		d = hi + carry
	}
}

func (v *wide) negate() {
	carry := uint64(1)
	for i := range v {
		v[i], carry = bits.Add64(^v[i], 0, carry)
	}
}

func parseDate(dst, cell []byte) ([]byte, bool) {
	days, n, ok := days(cell)
	if !ok || n != len(cell) || days < math.MinInt32 || days > math.MaxInt32 {
		return dst, false
	}
	return le.AppendUint32(dst, uint32(days)), true
}

func parseTime(unit int16, width int) func(dst, cell []byte) ([]byte, bool) {
	return func(dst, cell []byte) ([]byte, bool) {
		sec, frac, n, ok := clock(cell, unit)
		if !ok || n != len(cell) {
			return dst, false
		}
		return appendInt(dst, sec*perSecond(unit)+frac, width), true
	}
}

func parseTimestamp(unit int16) func(dst, cell []byte) ([]byte, bool) {
	return func(dst, cell []byte) ([]byte, bool) {
		days, n, ok := days(cell)
		if !ok || n == len(cell) || cell[n] != 'T' && cell[n] != ' ' {
			return dst, false
		}
		cell = cell[n+1:]
		sec, frac, n, ok := clock(cell, unit)
		if cell = cell[min(n, len(cell)):]; !ok || len(cell) > 0 && string(cell) != "Z" {
			return dst, false
		}
		sec += days * 86400
		per := perSecond(unit)
		if sec < 0 && frac > 0 { // towards zero, so that the smallest value does not overflow half way
			sec, frac = sec+1, frac-per
		}
		v := sec * per
		if v/per != sec || frac > 0 && v > math.MaxInt64-frac || frac < 0 && v < math.MinInt64-frac {
			return dst, false
		}
		return le.AppendUint64(dst, uint64(v+frac)), true
	}
}

func perSecond(unit int16) int64 {
	switch unit {
	case unitMilli:
		return 1e3
	case unitMicro:
		return 1e6
	}
	return 1e9
}

// days reads a date at the start of cell, [+-]2006-01-02 with four digits of year
// or more, in the proleptic Gregorian calendar with a year 0. It returns the days
// since 1970-01-01 and the bytes read.
func days(cell []byte) (days int64, n int, ok bool) {
	neg := false
	if len(cell) > 0 && (cell[0] == '-' || cell[0] == '+') {
		neg = cell[0] == '-'
		n = 1
	}
	year, lo := int64(0), n
	for n < len(cell) && cell[n] >= '0' && cell[n] <= '9' && n-lo < 9 {
		year = year*10 + int64(cell[n]-'0')
		n++
	}
	if n-lo < 4 || len(cell) < n+6 || cell[n] != '-' || cell[n+3] != '-' {
		return 0, 0, false
	}
	if neg {
		year = -year
	}
	month, ok1 := twoDigits(cell[n+1:])
	day, ok2 := twoDigits(cell[n+4:])
	if !ok1 || !ok2 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, 0, false
	}
	// Howard Hinnant, chrono-compatible low-level date algorithms: years start in
	// March, so that the leap day comes last.
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468, n + 6, true
}

func daysIn(year, month int64) int64 {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// clock reads 15:04:05 at the start of cell, with or without a fraction. It
// returns the seconds since midnight, the fraction in units, and the bytes read. 24:00:00
// and a leap second are let through, since there are columns that hold them.
func clock(cell []byte, unit int16) (sec, frac int64, n int, ok bool) {
	if len(cell) < 8 || cell[2] != ':' || cell[5] != ':' {
		return 0, 0, 0, false
	}
	h, ok1 := twoDigits(cell)
	m, ok2 := twoDigits(cell[3:])
	s, ok3 := twoDigits(cell[6:])
	if !ok1 || !ok2 || !ok3 || h > 24 || m > 59 || s > 60 {
		return 0, 0, 0, false
	}
	n = 8
	sec = h*3600 + m*60 + s
	if n == len(cell) || cell[n] != '.' {
		return sec, 0, n, true
	}
	n++
	lo := n
	for scale := perSecond(unit) / 10; n < len(cell) && cell[n] >= '0' && cell[n] <= '9'; n++ {
		d := int64(cell[n] - '0')
		if d != 0 && scale == 0 {
			return 0, 0, 0, false // finer than the column
		}
		frac += d * scale
		scale /= 10
	}
	return sec, frac, n, n > lo
}

func twoDigits(b []byte) (int64, bool) {
	if len(b) < 2 || b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return 0, false
	}
	return int64(b[0]-'0')*10 + int64(b[1]-'0'), true
}
