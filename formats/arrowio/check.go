package arrowio

import (
	"encoding/binary"
	"errors"
	"sort"
	"unicode/utf8"
)

var (
	errOffsets = errors.New("offsets run backwards or beyond their data")
	errIndex   = errors.New("an index lies outside its dictionary")
	errView    = errors.New("a view lies outside its data")
)

// check validates the offsets, indexes and views of values lo to hi, and of what
// they refer to, so that they can be read without looking.
func (v *vec) check(lo, hi int) error {
	switch v.f.layout {
	case layVar:
		_, _, err := v.checkOffsets(lo, hi, len(v.data))
		return err
	case layList:
		from, to, err := v.checkOffsets(lo, hi, v.kids[0].n)
		if err != nil {
			return err
		}
		return v.kids[0].check(from, to)
	case layFixedList:
		return v.kids[0].check(lo*v.f.size, hi*v.f.size)
	case layStruct:
		for _, k := range v.kids {
			if err := k.check(lo, hi); err != nil {
				return err
			}
		}
	case layDict:
		n := v.dict.v.n
		for i := lo; i < hi; i++ {
			if x := v.index(i); (x < 0 || x >= n) && !v.null(i) {
				return errIndex
			}
		}
	case layView:
		return v.checkViews(lo, hi)
	}
	return nil
}

func (v *vec) checkOffsets(lo, hi, limit int) (from, to int, err error) {
	if len(v.offs) < (hi+1)*v.f.width { // no rows, no offsets
		return 0, 0, nil
	}
	from = v.offset(lo)
	prev := from
	if v.f.width == 4 {
		p, ok := int32(prev), true
		for b := v.offs[4*lo+4 : 4*hi+4]; len(b) >= 4; b = b[4:] {
			o := int32(binary.LittleEndian.Uint32(b))
			ok = ok && o >= p
			p = o
		}
		if prev = int(p); !ok {
			return 0, 0, errOffsets
		}
	} else {
		for i := lo + 1; i <= hi; i++ {
			o := v.offset(i)
			if o < prev {
				return 0, 0, errOffsets
			}
			prev = o
		}
	}
	if from < 0 || prev > limit {
		return 0, 0, errOffsets
	}
	return from, prev, nil
}

func (v *vec) checkViews(lo, hi int) error {
	for i := lo; i < hi; i++ {
		p := v.views + 16*i
		n := int(int32(binary.LittleEndian.Uint32(v.arena[p:])))
		if n >= 0 && n <= 12 || v.null(i) {
			continue
		}
		if n < 0 {
			return errView
		}
		b := binary.LittleEndian.Uint32(v.arena[p+8:])
		off := binary.LittleEndian.Uint32(v.arena[p+12:])
		if uint64(b) >= uint64(len(v.parts)) || uint64(off)+uint64(n) > uint64(v.parts[b].size) {
			return errView
		}
	}
	return nil
}

// texty reports whether there is text or bytes in a field, or anything else that
// check has to see.
func (f *field) texty() bool {
	found := false
	f.each(func(f *field) {
		switch f.layout {
		case layVar, layView, layDict, layList:
			found = true
		}
		found = found || f.typ == typeFixedSizeBinary
	})
	return found
}

// badText calls report for values lo to hi that hold text which is not UTF-8, in
// ascending order for each part of a value.
func (v *vec) badText(lo, hi int, report func(i int)) {
	switch v.f.layout {
	case layVar:
		if !v.f.isText() || lo == hi || v.soundText(lo, hi) {
			return
		}
		fallthrough
	case layView:
		if !v.f.isText() {
			return
		}
		for i := lo; i < hi; i++ {
			if !utf8.Valid(v.bytes(i)) {
				report(i)
			}
		}
	case layDict:
		bad := v.dict.badText()
		for i := lo; bad != nil && i < hi; i++ {
			if !v.null(i) && bad[v.index(i)] {
				report(i)
			}
		}
	default:
		v.within(lo, hi, func(k *vec, from, to int, up func(int) int) {
			k.badText(from, to, func(j int) {
				if i := up(j); !v.null(i) {
					report(i)
				}
			})
		})
	}
}

// soundText reports whether values lo to hi of a layVar vec are all UTF-8, by looking
// at them in one stretch: as a whole, and whether a cell starts within a character.
func (v *vec) soundText(lo, hi int) bool {
	b := v.data[v.offset(lo):v.offset(hi)]
	if isASCII(b) {
		return true
	}
	if !utf8.Valid(b) {
		return false
	}
	for i := lo; i < hi; i++ {
		if o := v.offset(i); o < len(v.data) && !utf8.RuneStart(v.data[o]) {
			return false
		}
	}
	return true
}

// within calls do for the children of values lo to hi, with a function that tells
// the value a child's value belongs to.
func (v *vec) within(lo, hi int, do func(k *vec, from, to int, up func(int) int)) {
	if lo == hi {
		return
	}
	switch v.f.layout {
	case layStruct:
		for _, k := range v.kids {
			do(k, lo, hi, func(j int) int { return j })
		}
	case layFixedList:
		if v.f.size > 0 {
			do(v.kids[0], lo*v.f.size, hi*v.f.size, func(j int) int { return j / v.f.size })
		}
	case layList:
		do(v.kids[0], v.offset(lo), v.offset(hi), func(j int) int {
			return lo + sort.Search(hi-lo, func(i int) bool { return v.offset(lo+i+1) > j })
		})
	}
}

func isASCII(b []byte) bool {
	var or uint64
	for len(b) >= 32 {
		or |= binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) |
			binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		if or&0x8080808080808080 != 0 {
			return false
		}
		b = b[32:]
	}
	var last byte
	for _, c := range b {
		last |= c
	}
	return last < utf8.RuneSelf
}
