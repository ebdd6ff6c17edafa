package keyfile

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A record is a print and a unit, as they are sorted: the first 64-unitBits bits of a
// key, and behind them the number of a unit within its segment.
//
// A placed record has the print's place in its segment instead: its bucket, and the low bits.

// printOf returns what a file knows of a key's first eight bytes.
func printOf(head uint64) uint64 { return head &^ (maxUnits - 1) }

// place returns where a print belongs among so many buckets, which are stretches of equal
// length of all prints: bucket<<lowBits, and the low bits. It keeps the order of prints.
func place(print uint64, buckets int) uint64 {
	hi, lo := bits.Mul64(print, uint64(buckets))
	return hi<<lowBits | lo>>(64-lowBits)
}

// sortRecords sorts records. It needs scratch of the same length. Digests are uniform: two
// rounds by eleven bits leave next to nothing to do, in a quarter of the time of slices.Sort
// (BenchmarkSort).
func sortRecords(records, scratch []uint64) {
	const digit, rounds, from = 11, 2, 64 - 2*11
	var counts [rounds][1 << digit]uint32
	for _, r := range records {
		counts[0][r>>from&(1<<digit-1)]++
		counts[1][r>>(from+digit)]++
	}
	src, dst := records, scratch[:len(records)]
	for k := range counts {
		at := uint32(0)
		c := &counts[k]
		for i, n := range c {
			c[i], at = at, at+n
		}
		shift := from + k*digit
		for _, r := range src {
			d := r >> shift & (1<<digit - 1)
			dst[c[d]] = r
			c[d]++
		}
		src, dst = dst, src
	}
	for lo := 0; lo < len(records); {
		hi := lo + 1
		for hi < len(records) && records[hi]>>from == records[lo]>>from {
			hi++
		}
		if hi > lo+1 {
			slices.Sort(records[lo:hi])
		}
		lo = hi
	}
}

// placeAll turns sorted records into placed ones, in ascending order and without repeats.
func placeAll(records []uint64, buckets int) []uint64 {
	for i, r := range records {
		records[i] = place(printOf(r), buckets)<<unitBits | r&(maxUnits-1)
	}
	// Prints that differ may have one place; then their units may be out of order.
	for i := 1; i < len(records); i++ {
		for k := i; k > 0 && records[k-1] > records[k]; k-- {
			records[k-1], records[k] = records[k], records[k-1]
		}
	}
	return slices.Compact(records)
}

// encode appends a segment of placed records, which ascend.
func (s *segment) encode(b []byte, placed []uint64) []byte {
	start := len(b)
	b = slices.Grow(b, int(s.size()))[:start+int(s.size())]
	out := b[start:]
	clear(out)
	samples, counts, entries := s.parts(out)
	le, uw, width := binary.LittleEndian, s.unitWidth(), s.width()
	bucket := 0
	le.PutUint32(samples, 0)
	next := func(i, to int) { // the buckets before to are complete with i records
		for ; bucket < to; bucket++ {
			if (bucket+1)%sampleEvery == 0 {
				le.PutUint32(samples[(bucket+1)/sampleEvery*4:], uint32(i+bucket+1))
			}
		}
	}
	for i, r := range placed {
		q := r >> unitBits
		next(i, int(q>>lowBits))
		at := i + bucket
		counts[at/8] |= 1 << (at % 8)
		entry := (q&(1<<lowBits-1))<<uw | r&(maxUnits-1)
		bit := i * width
		w := entries[bit/8:]
		le.PutUint64(w, le.Uint64(w)|entry<<(bit%8))
	}
	next(len(placed), s.buckets)
	return b
}

// parts divides the bytes of a segment.
func (s *segment) parts(data []byte) (samples, counts, entries []byte) {
	lo := (s.samples()*4 + 7) &^ 7
	hi := lo + s.words()*8
	return data[:lo:lo], data[lo:hi:hi], data[hi:]
}

// decode appends the placed records of a segment to records, in ascending order. What a
// damaged segment has too much or too little of is made good with nothing.
func (s *segment) decode(records []uint64, data []byte) []uint64 {
	_, counts, entries := s.parts(data)
	le, uw, width := binary.LittleEndian, s.unitWidth(), s.width()
	i := 0
	for w := range s.words() {
		word := le.Uint64(counts[8*w:])
		for ; word != 0 && i < s.n; word &= word - 1 {
			at := w*64 + bits.TrailingZeros64(word)
			bit := i * width
			entry := le.Uint64(entries[bit/8:]) >> (bit % 8) & (1<<width - 1)
			records = append(records, (uint64(at-i)<<lowBits|entry>>uw)<<unitBits|entry&(1<<uw-1))
			i++
		}
	}
	return records
}
