package csvio

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"
)

// A notText finds the bytes of a part of a block that are no text, in ascending order,
// so that only the records they are in are looked at once more.
type notText struct {
	data         []byte
	highs        []uint32 // stretches yet to be looked at
	bad          int      // the first byte of either kind that may still count; none if beyond data
	invalid, nul int
}

// text looks through what was scanned last, which started at lo and ended at hi.
func (c *chunk) text(lo, hi int) notText {
	t := notText{data: c.buf[:hi], highs: c.scan.highs, invalid: -1, nul: -1}
	if len(t.highs) > 1 && c.r.dialect.Encoding == Windows1252 {
		c.convert = true
		t.highs = t.highs[len(t.highs)-1:]
	}
	if !c.scan.nul {
		t.nul = math.MaxInt
	}
	t.skip(lo)
	return t
}

// skip passes over what lies before position lo, where a record starts.
func (t *notText) skip(lo int) {
	if t.invalid < lo {
		t.invalid = t.nextInvalid(lo)
	}
	if t.nul < lo {
		t.nul = orEnd(lo, bytes.IndexByte(t.data[lo:], 0), math.MaxInt)
	}
	t.bad = min(t.invalid, t.nul)
}

// nextInvalid returns the first byte from lo on that is not UTF-8. It looks at no more
// than the stretches that have bytes above ASCII, and at characters that start before
// or go on behind. The kernel tells which stretches are worth that look; without it,
// neighbours are looked at together.
func (t *notText) nextInvalid(lo int) int {
	for len(t.highs) > 1 {
		n := 1
		if vector {
			if n = clean(t.data, t.highs); n > 0 {
				t.highs = t.highs[n:]
				continue
			}
			n = 1
		}
		from, to := int(t.highs[0]), int(t.highs[0])+scanned
		for !vector && int(t.highs[n]) == to {
			n, to = n+1, to+scanned
		}
		for k := 1; k < utf8.UTFMax && from-k >= lo; k++ { // a character may have started before
			if utf8.RuneStart(t.data[from-k]) {
				from -= k
				break
			}
		}
		from, to = max(from, lo), min(to, len(t.data))
		for last := min(to+utf8.UTFMax-1, len(t.data)); to < last && !utf8.RuneStart(t.data[to]); {
			to++
		}
		if from < to {
			if k := firstInvalid(t.data[from:to]); k >= 0 {
				return from + k
			}
		}
		t.highs = t.highs[n:]
	}
	return math.MaxInt
}

// clean returns how many of the stretches of data that highs lists, up to its last
// entry, are certain to be UTF-8 before one that may not be. The first and last stretch
// are looked at in a copy where there is not enough around them to be read.
func clean(data []byte, highs []uint32) int {
	n := len(highs) - 1
	if int(highs[0]) < utf8.UTFMax || int(highs[0])+scanned > len(data) {
		var b [utf8.UTFMax + scanned]byte
		lo := int(highs[0])
		before := min(lo, utf8.UTFMax)
		copy(b[utf8.UTFMax-before:], data[lo-before:min(lo+scanned, len(data))])
		next := highs[1] - highs[0] + utf8.UTFMax
		return utf8Vector(&b[0], &[]uint32{utf8.UTFMax, next}[0], 1)
	}
	if int(highs[n-1])+scanned > len(data) {
		n--
	}
	return utf8Vector(&data[0], &highs[0], n)
}

// firstInvalid returns the place of the first byte that is not UTF-8, or -1. It goes
// from one byte above ASCII to the next: most lists have few, and utf8.Valid looks at
// each byte behind the first.
func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		if i+8 <= len(b) {
			high := binary.LittleEndian.Uint64(b[i:]) &^ lows
			if high == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(high) / 8
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
