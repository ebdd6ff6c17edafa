package keyfile

import (
	"encoding/binary"
	"math/bits"

	"sluice/screen/suppress"
)

// A Range is rows Lo up to but not including Hi of a list, numbered from 0.
type Range struct{ Lo, Hi int64 }

// A Hit is a stretch of the list in which a key may have to be applied.
type Hit struct {
	Key int // which of the keys that were asked for, by its index
	Range
}

// Find returns the stretches in which rows may be that one of the keys hits, in the order of
// the keys, and of the rows for each. For the key of a domain see suppress.DomainKey. Keys
// that ascend are found sooner.
func (f *File) Find(keys []suppress.Key) (hits []Hit, err error) {
	err = f.guarded(func() {
		for i := range keys {
			head := binary.BigEndian.Uint64(keys[i][:])
			from := len(hits)
			for k := range f.foot.segments {
				f.find(&f.foot.segments[k], head, func(unit uint32) {
					r := f.rangeOf(unit)
					if n := len(hits); r.Lo < r.Hi && (n == from || hits[n-1].Lo < r.Lo) {
						hits = append(hits, Hit{i, r})
					}
				})
			}
		}
	})
	return hits, err
}

// FindAll returns the stretches in which rows may be that an entry of x hits, ascending;
// neighbours are joined. Entries that were given as digests of another algorithm than SHA-1
// are not found: see suppress.Index.Algorithms. Its error is that of the file, or a
// *suppress.ListError of x.
func (f *File) FindAll(x *suppress.Index) ([]Range, error) {
	units := make([]bool, len(f.foot.rows))
	found := func(unit uint32) { units[unit] = true }
	var listed error
	err := f.guarded(func() {
		entries, _ := x.Len()
		for k := range f.foot.segments {
			s := &f.foot.segments[k]
			if entries > s.n/mergeFrom {
				listed = f.merge(s, x, found)
			} else {
				listed = x.EachKey(func(keys []suppress.Key) {
					for i := range keys {
						f.find(s, binary.BigEndian.Uint64(keys[i][:]), found)
					}
				})
			}
			if listed != nil {
				return
			}
		}
		listed = x.EachDomain(func(name []byte) {
			key := suppress.DomainKey(name)
			for k := range f.foot.segments {
				f.find(&f.foot.segments[k], binary.BigEndian.Uint64(key[:]), found)
			}
		})
	})
	if err == nil {
		err = listed
	}
	if err != nil {
		return nil, err
	}
	var all []Range
	for unit, hit := range units {
		r := f.rangeOf(uint32(unit))
		switch {
		case !hit || r.Lo == r.Hi:
		case len(all) > 0 && all[len(all)-1].Hi == r.Lo:
			all[len(all)-1].Hi = r.Hi
		default:
			all = append(all, r)
		}
	}
	return all, nil
}

// mergeFrom is how many prints a key may be asked for while it takes less time to look each
// key up than to go through all prints (BenchmarkFindAll).
const mergeFrom = 12

// merge calls found for each unit of s that has the print of a key of x. It goes through both
// once.
func (f *File) merge(s *segment, x *suppress.Index, found func(unit uint32)) error {
	f.need(s.offset, s.size())
	placed := s.decode(make([]uint64, 0, s.n), f.data[s.offset:s.offset+s.size()])
	return x.EachKey(func(keys []suppress.Key) {
		for i := range keys {
			q := place(printOf(binary.BigEndian.Uint64(keys[i][:])), s.buckets)
			for len(placed) > 0 && placed[0]>>unitBits < q {
				placed = placed[1:]
			}
			for k := 0; k < len(placed) && placed[k]>>unitBits == q; k++ {
				if unit := uint32(placed[k] & (maxUnits - 1)); unit < s.units {
					found(s.first + unit)
				}
			}
		}
	})
}

// rangeOf returns the rows of a unit.
func (f *File) rangeOf(unit uint32) Range { return Range{f.starts[unit], f.starts[unit+1]} }

// find calls found for each unit of s that has the print of head, in ascending order.
func (f *File) find(s *segment, head uint64, found func(unit uint32)) {
	q := place(printOf(head), s.buckets)
	bucket, low := int(q>>lowBits), q&(1<<lowBits-1)
	le := binary.LittleEndian
	countsAt := s.offset + int64(s.samples()*4+7)&^7
	entriesAt := countsAt + int64(s.words())*8

	sample := s.offset + int64(bucket/sampleEvery*4)
	f.need(sample, 4)
	at, zeros := int(le.Uint32(f.data[sample:])), bucket%sampleEvery
	words := s.words()
	w := at / 64
	if w >= words {
		return // of a damaged file only
	}
	f.need(countsAt+int64(w)*8, 8)
	word := le.Uint64(f.data[countsAt+int64(w)*8:])
	advance := func() bool {
		if w++; w >= words {
			return false
		}
		f.need(countsAt+int64(w)*8, 8)
		word = le.Uint64(f.data[countsAt+int64(w)*8:])
		return true
	}
	// The bucket begins behind so many zeros more.
	if zeros > 0 {
		rest := ^word >> (at % 64) << (at % 64)
		for {
			n := bits.OnesCount64(rest)
			if n >= zeros {
				break
			}
			zeros -= n
			if !advance() {
				return
			}
			rest = ^word
		}
		at = w*64 + selectBit(rest, zeros-1) + 1
		if at/64 > w && !advance() {
			return
		}
	}
	uw, width := s.unitWidth(), s.width()
	for ; word>>(at%64)&1 != 0; at++ {
		i := at - bucket
		if i < 0 || i >= s.n {
			return // of a damaged file only
		}
		bit := int64(i) * int64(width)
		off := entriesAt + bit/8
		f.need(off, 8)
		entry := le.Uint64(f.data[off:]) >> (bit % 8) & (1<<width - 1)
		if e := entry >> uw; e > low {
			return
		} else if unit := uint32(entry & (1<<uw - 1)); e == low && unit < s.units {
			found(s.first + unit)
		}
		if (at+1)%64 == 0 {
			if !advance() {
				return
			}
		}
	}
}

// selectBit returns the number of the k-th bit of word that is set, from 0; it has more.
func selectBit(word uint64, k int) int {
	at := 0
	for width := 32; width > 0; width /= 2 {
		if n := bits.OnesCount64(word & (1<<width - 1)); k >= n {
			k -= n
			word >>= width
			at += width
		}
	}
	return at
}
