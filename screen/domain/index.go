package domain

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// An index finds the lines of texts without copying them. It is an open-addressing
// table whose first look is at one byte of each slot: the bytes of 180,000 lines fit in a
// core's second-level cache, and a miss (most look-ups: a company's own domain)
// seldom needs more. With offsets and bytes in one array of words, a miss on hosts in random
// order took twice as long (BenchmarkLookup). It may be read concurrently once built.
type index struct {
	texts []string
	tags  []uint8 // of each slot, eight bits of the key's hash; 0 is free. The first group again at the end
	slots []uint8 // of four bytes each: where the key starts in its text << valueBits | its value
	mask  uint64  // one less than the slots there are
}

// A value is what an index knows of a key: the number of the text the key stands in,
// and flags.
type value uint16

const (
	textBits  = 4
	valueBits = 10
	textMask  = 1<<textBits - 1
)

// text returns the number of the text in which a key of this value stands.
func (v value) text() int { return int(v & textMask) }

// newIndex returns an index over texts with room for n keys, at most three quarters
// full. Each text ends with a newline and is shorter than maxText.
func newIndex(n int, texts ...string) *index {
	size := 1 << bits.Len(uint(n+n/3))
	size = max(size, group)
	return &index{texts: texts, tags: make([]uint8, size+group), slots: make([]uint8, 4*size), mask: uint64(size - 1)}
}

// slot and setSlot get and set slot i. Slots are bytes, so that those of a saved index
// need no more than to be in memory.
func (x *index) slot(i uint64) uint32 { return binary.LittleEndian.Uint32(x.slots[4*i:]) }

func (x *index) setSlot(i uint64, slot uint32) { binary.LittleEndian.PutUint32(x.slots[4*i:], slot) }

// maxText is how long a text can be: the bits of a slot that an offset has.
const maxText = 1 << (32 - valueBits)

// tagOf is the part of a hash that is kept, but 0. The slot is chosen by the low bits.
func tagOf(h uint64) uint8 { return max(uint8(h>>56), 1) }

// line returns the n bytes at a slot's key if its line ends there, else "".
func (x *index) line(slot uint32, n int) string {
	text := x.texts[slot&textMask]
	lo := int(slot >> valueBits)
	if hi := lo + n; hi < len(text) && text[hi] == '\n' {
		return text[lo:hi]
	}
	return ""
}

// add enters the key of n bytes at off in a text. Of a key that is there already, the
// flags are or-ed; it stays where it was found first.
func (x *index) add(text, off, n int, flags value) {
	key := x.texts[text][off : off+n]
	h := hashName([]byte(key))
	tag := tagOf(h)
	i := h & x.mask
	for ; x.tags[i] != 0; i = (i + 1) & x.mask {
		if slot := x.slot(i); x.tags[i] == tag && x.line(slot, n) == key {
			x.setSlot(i, slot|uint32(flags))
			return
		}
	}
	x.tags[i] = tag
	x.setSlot(i, uint32(off)<<valueBits|uint32(flags)|uint32(text))
	if i < group {
		x.tags[x.mask+1+i] = tag
	}
}

// group is how many slots get looks at together: the bytes of a word.
const group = 8

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// get returns the value of key.
func (x *index) get(key []byte) (val value, ok bool) {
	h := hashName(key)
	return x.find(key, h, x.look(h))
}

// look returns the tags at which a search for a key of hash h starts. Asked for many keys
// before the first is searched for, the waits for memory overlap.
func (x *index) look(h uint64) uint64 {
	return binary.LittleEndian.Uint64(x.tags[h&x.mask:])
}

// find returns the value of key, of hash h; tags is what look returned.
func (x *index) find(key []byte, h, tags uint64) (val value, ok bool) {
	same := uint64(tagOf(h)) * low
	for i := h & x.mask; ; tags = x.look(i) {
		free := (tags - low) &^ tags & high // exact up to the first free slot
		diff := tags ^ same
		hits := (diff - low) &^ diff & high & (free - 1) &^ free // before it; may name a slot too many
		for ; hits != 0; hits &= hits - 1 {
			slot := x.slot((i + uint64(bits.TrailingZeros64(hits))/8) & x.mask)
			if x.line(slot, len(key)) == string(key) && len(key) > 0 {
				return value(slot & (1<<valueBits - 1)), true
			}
		}
		if free != 0 {
			return 0, false
		}
		i = (i + group) & x.mask
	}
}

// hashName hashes a name: its first, middle and last eight bytes, multiplied as wyhash
// does. That is all of a name of up to 24 bytes, which nearly all are; longer ones may
// share a hash. It takes no branch but for names of less than eight bytes, and needs no
// seed: the keys of an index are the program's own, and how far a look-up can go depends
// on them. BenchmarkHashName compares it with hash/maphash.
func hashName(s []byte) uint64 {
	n := len(s)
	if n < 8 {
		return hashWords(lastBytes(s), 0, 0, n)
	}
	return hashWords(binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[(n-8)/2:]), binary.LittleEndian.Uint64(s[n-8:]), n)
}

// hashWords is the hash of a name of n bytes with these words.
func hashWords(first, middle, last uint64, n int) uint64 {
	hi, lo := bits.Mul64((first+middle*0x8ebc6af09c88c6e3)^0xa0761d6478bd642f, (last+uint64(n))^0xe7037ed1a0b428db)
	return hi ^ lo
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
