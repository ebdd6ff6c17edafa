package domain

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"strings"
)

// An index finds the lines of texts without copying them. It is an open-addressing
// table whose first look is at one byte of each slot: the bytes of 170,000 lines fit in a
// core's second-level cache, and a miss (most look-ups: a company's own domain)
// seldom needs more. With offsets and bytes in one array of words, a miss on hosts in random
// order took twice as long (BenchmarkLookup). It may be read concurrently once built.
type index struct {
	texts []string
	tags  []uint8  // of each slot, eight bits of the key's hash; 0 is free. The first group again at the end
	slots []uint32 // where the key starts in its text << 8 | the value; with several texts, the number of the text
}

// seed differs for each process, so that no input can be made to collide. Results do
// not depend on it.
var seed = maphash.MakeSeed()

// newIndex returns an index over texts with room for n keys, at most three quarters
// full. Each text ends with a newline and is shorter than maxText.
func newIndex(n int, texts ...string) *index {
	size := 1 << bits.Len(uint(n+n/3))
	size = max(size, group)
	return &index{texts: texts, tags: make([]uint8, size+group), slots: make([]uint32, size)}
}

// maxText is how long a text can be: an offset has 24 bits of a slot.
const maxText = 1 << 24

// tagOf is the part of a hash that is kept, but 0. The slot is chosen by the low bits.
func tagOf(h uint64) uint8 { return max(uint8(h>>56), 1) }

// line returns the n bytes at a slot's key if its line ends there, else "".
func (x *index) line(slot uint32, n int) string {
	text := x.texts[0]
	if len(x.texts) > 1 {
		text = x.texts[slot&0xff]
	}
	lo := int(slot >> 8)
	if hi := lo + n; hi < len(text) && text[hi] == '\n' {
		return text[lo:hi]
	}
	return ""
}

// add enters the key of n bytes at off in a text. Of one text, val is or-ed into the
// value the key may have already; of several, val is the number of the text, and the
// first that has the key keeps it.
func (x *index) add(off, n int, val uint8) {
	single := len(x.texts) == 1
	var key string
	if single {
		key = x.texts[0][off : off+n]
	} else {
		key = x.texts[val][off : off+n]
	}
	h := maphash.String(seed, key)
	tag, mask := tagOf(h), uint64(len(x.slots)-1)
	i := h & mask
	for ; x.tags[i] != 0; i = (i + 1) & mask {
		if x.tags[i] == tag && x.line(x.slots[i], n) == key {
			if single {
				x.slots[i] |= uint32(val)
			}
			return
		}
	}
	x.tags[i], x.slots[i] = tag, uint32(off)<<8|uint32(val)
	if i < group {
		x.tags[len(x.slots)+int(i)] = tag
	}
}

// group is how many slots get looks at together: the bytes of a word.
const group = 8

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// get returns the value of key.
func (x *index) get(key []byte) (val uint8, ok bool) {
	if len(key) == 0 {
		return 0, false
	}
	h := maphash.Bytes(seed, key)
	same, mask := uint64(tagOf(h))*low, uint64(len(x.slots)-1)
	for i := h & mask; ; i = (i + group) & mask {
		tags := binary.LittleEndian.Uint64(x.tags[i:])
		free := (tags - low) &^ tags & high // exact up to the first free slot
		diff := tags ^ same
		hits := (diff - low) &^ diff & high & (free - 1) &^ free // before it; may name a slot too many
		for ; hits != 0; hits &= hits - 1 {
			slot := x.slots[(i+uint64(bits.TrailingZeros64(hits))/8)&mask]
			if x.line(slot, len(key)) == string(key) {
				return uint8(slot), true
			}
		}
		if free != 0 {
			return 0, false
		}
	}
}

// eachLine calls f with the offset and length of each line of text that is neither
// empty nor a comment. Lines of the embedded files have no white space around them.
func eachLine(text string, f func(off, n int)) {
	for off := 0; off < len(text); {
		n := strings.IndexByte(text[off:], '\n')
		if n < 0 {
			n = len(text) - off
		}
		if n > 0 && text[off] != '#' {
			f(off, n)
		}
		off += n + 1
	}
}

// countLines returns how many lines text has at most.
func countLines(text string) int { return strings.Count(text, "\n") + 1 }
