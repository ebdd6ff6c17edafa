package arrowio

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
)

// parse appends the width bytes of the value that text stands for: the reverse of
// appendText.
func (f *field) parse(dst, text []byte) ([]byte, error) {
	switch f.typ {
	case typeInt, typeDuration:
		bits := 8 * f.width
		if f.typ == typeInt && !f.signed {
			n, err := strconv.ParseUint(string(text), 10, bits)
			if err != nil {
				return dst, errText
			}
			return appendInt(dst, int(n), f.width), nil
		}
		n, err := strconv.ParseInt(string(text), 10, bits)
		if err != nil {
			return dst, errText
		}
		return appendInt(dst, int(n), f.width), nil
	case typeFloat:
		return f.parseFloat(dst, text)
	case typeDecimal:
		return f.parseDecimal(dst, text)
	case typeDate:
		days, rest, ok := parseDate(text)
		if !ok || len(rest) > 0 {
			return dst, errText
		}
		if f.unit == 1 {
			days *= 86_400_000
		} else if days != int64(int32(days)) {
			return dst, errText
		}
		return appendInt(dst, int(days), f.width), nil
	case typeTime:
		t, rest, ok := parseClock(text, f.unit)
		if !ok || len(rest) > 0 {
			return dst, errText
		}
		return appendInt(dst, int(t), f.width), nil
	case typeTimestamp:
		t, ok := parseTimestamp(text, f.unit, f.utc)
		if !ok {
			return dst, errText
		}
		return appendInt(dst, int(t), 8), nil
	case typeFixedSizeBinary:
		b, err := parseHex(dst, text)
		if err != nil || len(b) != len(dst)+f.width {
			return dst, errText
		}
		return b, nil
	}
	return dst, errText
}

func parseHex(dst, text []byte) ([]byte, error) {
	b, err := hex.AppendDecode(dst, text)
	if err != nil {
		return dst, errText
	}
	return b, nil
}

func (f *field) parseFloat(dst, text []byte) ([]byte, error) {
	size := f.bits
	if size == 16 {
		return dst, errText // no writer of ours makes one; own ones are moved as they are
	}
	x, err := strconv.ParseFloat(string(text), size)
	if err != nil || len(text) == 0 {
		return dst, errText
	}
	if size == 32 {
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(x))), nil
	}
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(x)), nil
}

// parseDecimal accepts digits with at most scale of them behind the point.
func (f *field) parseDecimal(dst, text []byte) ([]byte, error) {
	var digits [96]byte
	d := digits[:0]
	b, negative := text, false
	if len(b) > 0 && b[0] == '-' {
		b, negative = b[1:], true
	}
	frac := -1
	for _, c := range b {
		switch {
		case c == '.' && frac < 0:
			frac = 0
		case c >= '0' && c <= '9' && len(d) < 90:
			if d = append(d, c); frac >= 0 {
				frac++
			}
		default:
			return dst, errText
		}
	}
	frac = max(frac, 0)
	if len(d) == 0 || frac > max(f.scale, 0) {
		return dst, errText
	}
	for ; frac < f.scale; frac++ {
		d = append(d, '0')
		if len(d) == cap(digits[:]) {
			return dst, errText
		}
	}
	for s := f.scale; s < 0 && len(d) > 1; s++ {
		if d[len(d)-1] != '0' {
			return dst, errText
		}
		d = d[:len(d)-1]
	}
	for len(d) > 1 && d[0] == '0' {
		d = d[1:]
	}
	if len(d) > f.prec {
		return dst, errText
	}
	at := len(dst)
	dst = zeros(dst, f.width)
	if len(d) <= 18 {
		var n int64
		for _, c := range d {
			n = 10*n + int64(c-'0')
		}
		if negative {
			n = -n
		}
		binary.LittleEndian.PutUint64(dst[at:], uint64(n))
		if n < 0 {
			for i := at + 8; i < len(dst); i++ {
				dst[i] = 0xff
			}
		}
		return dst, nil
	}
	n, ok := new(big.Int).SetString(string(d), 10)
	if !ok {
		return dst[:at], errText
	}
	if negative {
		n.Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*f.width)), n)
	}
	be := n.FillBytes(make([]byte, f.width))
	for i := range be {
		dst[at+i] = be[len(be)-1-i]
	}
	return dst, nil
}

// number reads exactly n digits.
func number(b []byte, n int) (int64, []byte, bool) {
	if len(b) < n {
		return 0, b, false
	}
	var x int64
	for _, c := range b[:n] {
		if c < '0' || c > '9' {
			return 0, b, false
		}
		x = 10*x + int64(c-'0')
	}
	return x, b[n:], true
}

func char(b []byte, c byte) ([]byte, bool) {
	if len(b) == 0 || b[0] != c {
		return b, false
	}
	return b[1:], true
}

// parseDate reads a year of four digits or more, as appendDate writes it, and
// returns days since 1970-01-01.
func parseDate(b []byte) (days int64, rest []byte, ok bool) {
	b, negative := char(b, '-')
	width := 0
	for width < len(b) && b[width] >= '0' && b[width] <= '9' {
		width++
	}
	if width < 4 || width > 9 {
		return 0, b, false
	}
	y, b, _ := number(b, width)
	if negative {
		y = -y
	}
	b, ok1 := char(b, '-')
	m, b, ok2 := number(b, 2)
	b, ok3 := char(b, '-')
	d, b, ok4 := number(b, 2)
	if !ok1 || !ok2 || !ok3 || !ok4 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, b, false
	}
	// days_from_civil, as in appendDate
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468, b, true
}

func daysIn(y, m int64) int64 {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// parseClock reads 15:04:05 with an optional fraction, and returns units.
func parseClock(b []byte, unit int) (int64, []byte, bool) {
	h, b, ok1 := number(b, 2)
	b, ok2 := char(b, ':')
	m, b, ok3 := number(b, 2)
	b, ok4 := char(b, ':')
	s, b, ok5 := number(b, 2)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || h > 23 || m > 59 || s > 59 {
		return 0, b, false
	}
	t := (h*3600 + m*60 + s) * perSecond[unit]
	if rest, dot := char(b, '.'); dot {
		b = rest
		place := perSecond[unit]
		n := 0
		for ; n < len(b) && b[n] >= '0' && b[n] <= '9'; n++ {
			if place /= 10; place == 0 && b[n] != '0' {
				return 0, b, false // finer than the column
			}
			t += int64(b[n]-'0') * place
		}
		if n == 0 {
			return 0, b, false
		}
		b = b[n:]
	}
	return t, b, true
}

func parseTimestamp(b []byte, unit int, utc bool) (int64, bool) {
	days, b, ok := parseDate(b)
	b, t := char(b, 'T')
	if !ok || !t {
		return 0, false
	}
	clock, b, ok := parseClock(b, unit)
	if !ok {
		return 0, false
	}
	if utc {
		if b, ok = char(b, 'Z'); !ok {
			return 0, false
		}
	}
	per := perSecond[unit]
	day := 86_400 * per
	if len(b) > 0 || days > math.MaxInt64/day-1 || days < math.MinInt64/day+1 {
		return 0, false
	}
	return days*day + clock, true
}
