package domain

import (
	"encoding/binary"
	"math/bits"
)

// A short is a short name. Top-level domains, suffixes one level below (co.uk) and large
// providers (web.de) come up again and again, a few dozen of them in most of a list. What is
// known of one is beside its bytes, in lines that stay in the first-level cache.
type short struct {
	name uint64 // its bytes, the first one lowest; 0 if free
	val  value
}

const (
	maxShort   = 7
	shortBits  = 14
	shortSlots = 1 << shortBits // more than twice the short names there are
)

// shorts are the names of at most maxShort bytes.
type shorts [shortSlots]short

// add enters a name, or the flags of one that is there already.
func (t *shorts) add(name []byte, text, flags value) {
	w := lastBytes(name) >> (8 * (8 - len(name)))
	s := t.slot(w)
	if s.name == 0 {
		s.name, s.val = w, text
	}
	if s.val |= flags; reservedTLD(name) {
		s.val |= reservedName
	}
}

// slot returns the slot of the short name of bytes w: its own or a free one.
func (t *shorts) slot(w uint64) *short {
	for i := w * 0x9e3779b97f4a7c15 >> (64 - shortBits); ; i++ {
		if s := &t[i%shortSlots]; s.name == w || s.name == 0 {
			return s
		}
	}
}

// lastBytes returns the last eight bytes of s, the last one highest, as if zeros were
// before it.
func lastBytes(s []byte) (w uint64) {
	n := len(s)
	if n >= 8 {
		return binary.LittleEndian.Uint64(s[n-8:])
	}
	for i, c := range s {
		w |= uint64(c) << (8 * (8 - n + i))
	}
	return w
}

// zeros returns the top bit of each byte of w that is zero.
func zeros(w uint64) uint64 { return ^((w&^high + ^uint64(high)) | w) & high }

// dots returns the top bit of each byte of w that is a dot.
func dots(w uint64) uint64 { return zeros(w ^ '.'*low) }

// labelStart returns where the label of host that ends before end starts. A dot just
// before end belongs to it.
func labelStart(host []byte, end int) int {
	i := end - 1
	for ; i >= 8; i -= 8 {
		if d := dots(binary.LittleEndian.Uint64(host[i-8:])); d != 0 {
			return i - bits.LeadingZeros64(d)/8
		}
	}
	for ; i > 0; i-- {
		if host[i-1] == '.' {
			return i
		}
	}
	return 0
}
