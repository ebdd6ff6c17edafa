package csvio

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// scanWords is the kernel in plain Go. Eight words are reduced to one bit a byte before
// any bit is looked at, and six positions are written whether there are as many or not,
// so that hardly a branch depends on the data. What is rare in lists, quotes foremost,
// is left to the searches of package bytes, and first bytes are looked at cell by cell.
func scanWords(st *scanState, data []byte, seps []uint32) {
	comma, quote := ones*uint64(st.comma), ones*uint64(st.quote)
	lines, strays, highs, inner := &st.found.lines, &st.found.strays, &st.found.highs, &st.found.inner
	nSeps, nLines, nStrays, nHighs, nInner, inQuotes := st.nSeps, 0, 0, 0, 0, st.inQuotes
	next := orEnd(0, bytes.IndexByte(data, st.quote), len(data)) // quote
	signs := atSigns{data: data, narrow: -1, escaped: -1, wide: -1}
	sign := signs.next(0)
	for at := 0; at < len(data); at += scanned {
		d := (*[scanned]byte)(data[at:])
		lf, m, high := look(d, comma)
		lo := uint32(st.lo + at)
		highs[nHighs] = lo
		nHighs += some(high)
		inside := inQuotes
		if next < at+scanned {
			inside ^= within(equal(d, quote))
			inQuotes = uint64(int64(inside) >> 63)
			next = orEnd(at+scanned, bytes.IndexByte(data[at+scanned:], st.quote), len(data))
		}
		if inside != 0 {
			m &^= inside
			for text := lf & inside; text != 0; text &= text - 1 {
				inner[nInner] = uint32(nSeps + bits.OnesCount64(m&(text^(text-1))))
				nInner++
			}
			lf &^= inside
		}
		for ; sign < at+scanned; sign = signs.next(sign + 1) {
			if bit := uint64(1) << (sign - at); m&bit == 0 { // no delimiter itself
				strays[nStrays] = uint32(nSeps + bits.OnesCount64(m&(bit-1)))
				nStrays++
			}
		}
		lines[nLines] = uint32(nSeps + bits.OnesCount64(m&(lf^(lf-1))) - 1)
		nLines += some(lf)
		for lf &= lf - 1; lf != 0; lf &= lf - 1 {
			lines[nLines] = uint32(nSeps + bits.OnesCount64(m&(lf^(lf-1))) - 1)
			nLines++
		}
		to, n := (*[scanned]uint32)(seps[nSeps:]), bits.OnesCount64(m)
		to[0] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		to[1] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		to[2] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		to[3] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		to[4] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		to[5] = lo + uint32(bits.TrailingZeros64(m))
		m &= m - 1
		for i := 6; m != 0; m &= m - 1 {
			to[i&(scanned-1)] = lo + uint32(bits.TrailingZeros64(m))
			i++
		}
		nSeps += n
	}
	st.firsts(data, seps[st.nSeps:nSeps])
	st.nSeps, st.nLines, st.nStrays, st.nHighs, st.nInner = nSeps, nLines, nStrays, nHighs, nInner
	st.inQuotes = inQuotes
	st.nul = bytes.IndexByte(data, 0) >= 0
}

// firsts looks at the first byte of each cell that starts in data, and at the second
// one of those in quotes. ends are the seps in data.
func (st *scanState) firsts(data []byte, ends []uint32) {
	if st.opened == 1 && formulaStart[data[0]] {
		st.found.formulas[0] = uint32(st.nSeps)
		st.nFormulas = 1
	}
	first := formulaStart
	first[st.quote] = true
	first[st.comma], first['\n'] = false, false
	start := st.start == 1
	st.start, st.opened = 0, 0
	if start && first[data[0]] {
		st.first(data, 0, 0)
	}
	for k, end := range ends {
		at := int(end) + 1 - st.lo
		if at == len(data) {
			st.start = 1
		} else if first[data[at]] {
			st.first(data, k+1, at)
		}
	}
}

// first notes cell k of those that start in data, at at, if its text may be a formula. Its
// first byte is such a byte or a quote.
func (st *scanState) first(data []byte, k, at int) {
	f, cell := st.found, uint32(st.nSeps+k)
	formula := formulaStart[data[at]]
	if data[at] == st.quote {
		if at+1 == len(data) {
			st.opened = 1
		} else {
			formula = formula || formulaStart[data[at+1]]
		}
	}
	if formula {
		f.formulas[st.nFormulas] = cell
		st.nFormulas++
	}
}

// atSigns finds the bytes that are an at sign or may start one, in ascending order. It
// remembers the next one of each kind, so that one kind is not searched for over and
// over while the other is found.
type atSigns struct {
	data                  []byte
	narrow, escaped, wide int
}

// next returns the first one from from on, or the end.
func (a *atSigns) next(from int) int {
	if a.escaped < from {
		a.escaped = orEnd(from, bytes.IndexByte(a.data[from:], escapedAt[0]), len(a.data))
	}
	if a.wide < from {
		a.wide = orEnd(from, bytes.IndexByte(a.data[from:], wideAt[0]), len(a.data))
	}
	if a.narrow < from {
		a.narrow = orEnd(from, bytes.IndexByte(a.data[from:], '@'), len(a.data))
	}
	return min(a.narrow, a.escaped, a.wide)
}

// some returns 1 for x other than 0.
func some(x uint64) int { return int((x | -x) >> 63) }

// within returns, for the quotes among 64 bytes, the bytes from an opening one up to
// its closing one, which is not in it.
func within(quotes uint64) uint64 {
	for by := 1; by < 64; by *= 2 {
		quotes ^= quotes << by
	}
	return quotes
}

// look returns a bit for each line feed of d, for each line feed or byte of comma, and
// some bit for a byte above ASCII.
func look(d *[scanned]byte, comma uint64) (lf, seps, above uint64) {
	w := binary.LittleEndian.Uint64(d[0:])
	feeds, either := notEither(w, comma)
	lf, seps, above = feeds, either, w
	w = binary.LittleEndian.Uint64(d[8:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 8
	seps |= either << 8
	above |= w
	w = binary.LittleEndian.Uint64(d[16:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 16
	seps |= either << 16
	above |= w
	w = binary.LittleEndian.Uint64(d[24:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 24
	seps |= either << 24
	above |= w
	w = binary.LittleEndian.Uint64(d[32:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 32
	seps |= either << 32
	above |= w
	w = binary.LittleEndian.Uint64(d[40:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 40
	seps |= either << 40
	above |= w
	w = binary.LittleEndian.Uint64(d[48:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 48
	seps |= either << 48
	above |= w
	w = binary.LittleEndian.Uint64(d[56:])
	feeds, either = notEither(w, comma)
	lf |= feeds << 56
	seps |= either << 56
	above |= w
	return ^lf, ^seps, above &^ lows
}

// notEither returns a bit for each byte of w that is no line feed, and for each that
// is no byte of comma either.
func notEither(w, comma uint64) (uint64, uint64) {
	low := w & lows
	lf := (low ^ ones*'\n' + lows) | w
	return gather(lf), gather(((low ^ comma + lows) | w) & lf)
}

// equal returns a bit for each byte of d, set where it is that of c, below 0x80.
func equal(d *[scanned]byte, c uint64) uint64 {
	not := uint64(0)
	for i := 0; i < scanned; i += 8 {
		w := binary.LittleEndian.Uint64(d[i : i+8 : i+8])
		not |= gather((w&lows^c+lows)|w) << i
	}
	return ^not
}

const (
	ones = 0x0101010101010101
	lows = 0x7f7f7f7f7f7f7f7f
)

// gather returns the high bits of the bytes of x as the lowest eight bits.
func gather(x uint64) uint64 { return (x >> 7 & ones) * 0x0102040810204080 >> 56 }
