package suppress

import (
	"encoding/binary"
	"math/bits"

	"github.com/bits-and-blooms/bloom/v3"
)

// The filter is a Bloom filter whose k bits for a key lie in one block of 512 bits,
// a cache line, so that a look-up waits for memory once. The block and the bits are
// taken from the key, which is a SHA-1 and needs no further hash: the first eight
// bytes choose the block, the next eight hold seven bit numbers of nine bits each.
//
// Twelve bits an entry and seven bits a key let about 0.6 % of foreign keys pass
// (TestFilterRate measures it); one cache line instead of several pays for being
// twice the rate that the textbook gives for bits spread over the whole filter.
const (
	filterK       = 7
	bitsPerEntry  = 12
	blockBits     = 512
	wordsPerBlock = blockBits / 64
)

// filterWords returns the size of the filter for n keys, in words. It is a multiple
// of the block, and at least one block.
func filterWords(n int) int {
	blocks := (n*bitsPerEntry + blockBits - 1) / blockBits
	return max(blocks, 1) * wordsPerBlock
}

// scale maps a uniform x to [0, n) and keeps its order (the high half of x·n).
func scale(x uint64, n int) int {
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}

// filterBits returns the first word of the key's block and its bit numbers.
func filterBits(k *Key, blocks int) (word int, v uint64) {
	return scale(k.head(), blocks) * wordsPerBlock, binary.LittleEndian.Uint64(k[8:])
}

// head returns the first eight bytes as a number, in the order of the keys.
func (k *Key) head() uint64 { return binary.BigEndian.Uint64(k[:]) }

// newFilter returns the words of a filter that holds the keys. They should be
// sorted: then it is written from front to back, ten times as fast.
func newFilter(keys []Key) []uint64 {
	words := make([]uint64, filterWords(len(keys)))
	blocks := len(words) / wordsPerBlock
	for i := range keys {
		w, v := filterBits(&keys[i], blocks)
		setBits(words[w:w+wordsPerBlock:w+wordsPerBlock], v)
	}
	return words
}

// setBits sets a key's bits in its block.
func setBits(block []uint64, v uint64) {
	for range filterK {
		block[v>>6&(wordsPerBlock-1)] |= 1 << (v & 63)
		v >>= 9
	}
}

// Locations returns the numbers of the bits that k sets in a filter of m bits, a
// positive multiple of 512. They are what bloom.BloomFilter.TestLocations takes.
func Locations(k *Key, m uint) [filterK]uint64 {
	w, v := filterBits(k, int(m/blockBits))
	var locs [filterK]uint64
	for i := range locs {
		locs[i] = uint64(w)*64 + v&(blockBits-1)
		v >>= 9
	}
	return locs
}

// wrapFilter makes the words a filter of the library, without copying them.
func wrapFilter(words []uint64) *bloom.BloomFilter {
	return bloom.FromWithM(words, uint(len(words))*64, filterK)
}
