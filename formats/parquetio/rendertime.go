package parquetio

import (
	"encoding/binary"
	"strconv"

	"sluice/formats"
)

// appendDate writes a day, counted from 1970, in the proleptic Gregorian calendar.
// Years outside 0 to 9999 get a sign.
func appendDate(dst []byte, day int64) []byte {
	y, m, d := civil(day)
	switch {
	case y < 0:
		dst, y = append(dst, '-'), -y
	case y > 9999:
		dst = append(dst, '+')
	}
	if y > 9999 {
		dst = strconv.AppendInt(dst, y, 10)
	} else {
		dst = appendDigits(dst, int(y), 4)
	}
	dst = append(dst, '-')
	dst = appendDigits(dst, m, 2)
	dst = append(dst, '-')
	return appendDigits(dst, d, 2)
}

// civil turns days since 1970 into a date. The calendar repeats every 400 years,
// 146,097 days; counted from March, leap days come last in a year (Hinnant, "chrono-
// Compatible Low-Level Date Algorithms").
func civil(day int64) (y int64, m, d int) {
	day += 719_468 // to 0000-03-01
	era := floorDiv(day, 146_097)
	doe := day - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = int(doy-(153*mp+2)/5) + 1
	m = int(mp) + 3
	y = yoe + era*400
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendDigits writes v with at least n digits.
func appendDigits(dst []byte, v, n int) []byte {
	lo := len(dst)
	for range n {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; i >= lo; i-- {
		dst[i] += byte(v % 10)
		v /= 10
	}
	return dst
}

func unitsPerSecond(u formats.Unit) (units int64, digits int) {
	switch u {
	case formats.Second:
		return 1, 0
	case formats.Milli:
		return 1e3, 3
	case formats.Micro:
		return 1e6, 6
	}
	return 1e9, 9
}

// appendTime writes a time of day without trailing zeros of its fraction.
func appendTime(dst []byte, v int64, u formats.Unit) []byte {
	if v < 0 {
		dst = append(dst, '-')
		v = max(-v, 0) // the lowest integer has no positive
	}
	units, digits := unitsPerSecond(u)
	dst = appendClock(dst, v/units)
	frac := v % units
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	dst = appendDigits(dst, int(frac), digits)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendClock writes seconds since midnight; hours go on counting.
func appendClock(dst []byte, s int64) []byte {
	if h := s / 3600; h > 99 {
		dst = strconv.AppendInt(dst, h, 10)
	} else {
		dst = appendDigits(dst, int(h), 2)
	}
	dst = append(dst, ':')
	dst = appendDigits(dst, int(s/60%60), 2)
	dst = append(dst, ':')
	return appendDigits(dst, int(s%60), 2)
}

// appendTimestamp writes RFC 3339 with all digits that the unit has.
func appendTimestamp(dst []byte, v int64, u formats.Unit, utc bool) []byte {
	units, digits := unitsPerSecond(u)
	sec := floorDiv(v, units)
	frac := v - sec*units
	dst = appendInstant(dst, floorDiv(sec, 86_400), sec-floorDiv(sec, 86_400)*86_400, frac, digits)
	if utc {
		dst = append(dst, 'Z')
	}
	return dst
}

func appendInstant(dst []byte, day, sec, frac int64, digits int) []byte {
	dst = appendDate(dst, day)
	dst = append(dst, 'T')
	dst = appendClock(dst, sec)
	if digits > 0 {
		dst = append(dst, '.')
		dst = appendDigits(dst, int(frac), digits)
	}
	return dst
}

// appendInt96 writes Impala's timestamp: nanoseconds of the day, then the Julian
// day, of which 2,440,588 is 1970-01-01. Its years go beyond what 64 bits of
// nanoseconds can say. Whether it is UTC is not stored.
func appendInt96(dst, v []byte) []byte {
	nanos := i64(v)
	day := int64(binary.LittleEndian.Uint32(v[8:])) - 2_440_588
	sec := floorDiv(nanos, 1e9)
	day += floorDiv(sec, 86_400)
	return appendInstant(dst, day, sec-floorDiv(sec, 86_400)*86_400, nanos-floorDiv(nanos, 1e9)*1e9, 9)
}
