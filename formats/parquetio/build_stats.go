package parquetio

import (
	"bytes"
	"unicode/utf8"
)

// maxStatBytes is where a minimum or maximum is cut off. It is enough to tell
// addresses and names apart and keeps a footer small.
const maxStatBytes = 64

// statistics returns a chunk's Statistics struct: the number of nulls and, if the
// column has an order and a value, its bounds. values is PLAIN and may be the
// dictionary instead of the column, for both have the same bounds.
func (s *colSpec) statistics(values []byte, nulls int, bounds bool) []byte {
	var w thriftWriter
	w.begin()
	w.i64(3, int64(nulls))
	if bounds && s.order != unordered && len(values) > 0 {
		lo, hi := s.bounds(values)
		lo, hi, exactLo, exactHi, ok := s.shorten(lo, hi)
		if ok {
			w.bytes(5, hi)
			w.bytes(6, lo)
			w.bool(7, exactHi)
			w.bool(8, exactLo)
		}
	}
	w.end()
	return w.b
}

// bounds returns the least and the greatest of the values, without length.
func (s *colSpec) bounds(values []byte) (lo, hi []byte) {
	for rest := values; len(rest) > 0; {
		var v []byte
		if s.width == 0 {
			n := 4 + int(le.Uint32(rest))
			v, rest = rest[4:n], rest[n:]
		} else {
			v, rest = rest[:s.width], rest[s.width:]
		}
		switch {
		case lo == nil:
			lo, hi = v, v
		case s.less(v, lo):
			lo = v
		case s.less(hi, v):
			hi = v
		}
	}
	return lo, hi
}

func (s *colSpec) less(a, b []byte) bool {
	switch {
	case s.width == 0:
		return bytes.Compare(a, b) < 0
	case s.width == 1:
		return a[0] < b[0]
	case s.width == 4 && s.order == signedOrder:
		return int32(le.Uint32(a)) < int32(le.Uint32(b))
	case s.width == 4:
		return le.Uint32(a) < le.Uint32(b)
	case s.order == signedOrder:
		return int64(le.Uint64(a)) < int64(le.Uint64(b))
	}
	return le.Uint64(a) < le.Uint64(b)
}

// shorten cuts long bounds off: the lower one simply, the upper one raised to stay
// above what was cut. ok is false if there is nothing above it.
func (s *colSpec) shorten(lo, hi []byte) (slo, shi []byte, exactLo, exactHi, ok bool) {
	slo, shi, exactLo, exactHi = lo, hi, true, true
	if len(lo) > maxStatBytes {
		slo, exactLo = s.prefix(lo), false
	}
	if len(hi) > maxStatBytes {
		shi, exactHi = s.successor(s.prefix(hi)), false
	}
	return slo, shi, exactLo, exactHi, shi != nil
}

// prefix returns the start of b, of text without half a character at its end.
func (s *colSpec) prefix(b []byte) []byte {
	n := maxStatBytes
	if s.order == textOrder {
		for n > maxStatBytes-utf8.UTFMax && !utf8.RuneStart(b[n]) {
			n--
		}
	}
	return b[:n]
}

// successor returns the shortest value of the column's kind above all that start
// with b, or nil if there is none.
func (s *colSpec) successor(b []byte) []byte {
	b = bytes.Clone(b)
	for len(b) > 0 {
		if s.order == byteOrder {
			last := len(b) - 1
			if b[last] < 0xff {
				b[last]++
				return b
			}
			b = b[:last]
			continue
		}
		r, n := utf8.DecodeLastRune(b)
		b = b[:len(b)-n]
		if r == utf8.RuneError && n <= 1 {
			return nil // not UTF-8 after all
		}
		if r++; r == 0xd800 {
			r = 0xe000 // surrogates are not characters
		}
		if r <= utf8.MaxRune {
			return utf8.AppendRune(b, r)
		}
	}
	return nil
}
