package domain

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// An index finds the lines of texts without copying them. It is an open-addressing
// table of offsets, at most half full, so that a miss (most look-ups: a company's own
// domain) costs one hash and nearly always one load. Building it is a scan of the text;
// a Go map of the same lines takes five times as long and as much memory.
// It may be read concurrently once built.
type index struct {
	texts []string
	slots []uint64 // offset<<32 | tag<<16 | text number<<8 | value; 0 is free
}

// seed differs for each process, so that no input can be made to collide. Results do
// not depend on it.
var seed = maphash.MakeSeed()

// newIndex returns an index over texts with room for n keys. Each text ends with a
// newline and is shorter than 4 GiB.
func newIndex(n int, texts ...string) *index {
	return &index{texts: texts, slots: make([]uint64, 1<<bits.Len(uint(2*n)))}
}

// slotTag is the part of a slot that depends on the key's hash. Its top bit is set, so
// that a slot in use is never 0.
func slotTag(h uint64) uint64 { return (h>>48 | 0x8000) << 16 }

const (
	tagMask = 0xffff << 16
	valMask = 0xff
)

// add enters the key of n bytes at off in a text. If the key is there already, val is
// or-ed into its value and add reports false.
func (x *index) add(text int, off, n int, val uint8) bool {
	key := x.texts[text][off : off+n]
	h := maphash.String(seed, key)
	mask := uint64(len(x.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := x.slots[i]
		if s == 0 {
			x.slots[i] = uint64(off)<<32 | slotTag(h) | uint64(text)<<8 | uint64(val)
			return true
		}
		if s&tagMask == slotTag(h) && x.lineAt(s, len(key)) == key {
			x.slots[i] |= uint64(val)
			return false
		}
	}
}

// lineAt returns the text from the slot's offset to the end of its line if that is n
// bytes long, else "".
func (x *index) lineAt(slot uint64, n int) string {
	t := x.texts[slot>>8&0xff]
	lo := int(slot >> 32)
	if hi := lo + n; hi < len(t) && t[hi] == '\n' {
		return t[lo:hi]
	}
	return ""
}

// get returns the text that holds key and the key's value.
func (x *index) get(key []byte) (text int, val uint8, ok bool) {
	h := maphash.Bytes(seed, key)
	mask := uint64(len(x.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := x.slots[i]
		if s == 0 {
			return 0, 0, false
		}
		if s&tagMask == slotTag(h) && x.lineAt(s, len(key)) == string(key) && len(key) > 0 {
			return int(s >> 8 & 0xff), uint8(s & valMask), true
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
