package address

import (
	"crypto/sha1"
	"unsafe"
)

// Slack is how many bytes Sums may read behind the last text.
const Slack = sha1.BlockSize

// Sums stores in dst[i] the SHA-1 of text[ends[i]:ends[i+1]], for every i. ends ascends
// and has one element more than dst. Texts have spare capacity of at least Slack bytes,
// else they are hashed one at a time. It does not allocate.
//
// A digest depends on eighty steps that wait for each other, so a processor that has
// instructions for them is idle most of the time unless it works on two. Two at a time,
// padded in registers, take a third of Hasher.Sum's time for each (BenchmarkHasher).
func Sums[Digest ~[sha1.Size]byte](h *Hasher, dst []Digest, text []byte, ends []uint32) {
	n := len(dst)
	if n == 0 {
		return
	}
	ends = ends[:n+1]
	long := 0 // those up to here are hashed already if they fit one block
	if h.two && cap(text)-int(ends[n]) >= Slack {
		if sumTwo(unsafe.Pointer(unsafe.SliceData(dst)), unsafe.SliceData(text), unsafe.SliceData(ends), n) <= maxOneBlock {
			return
		}
		long = n
	}
	for i := range dst {
		if msg := text[ends[i]:ends[i+1]]; i >= long || len(msg) > maxOneBlock {
			var sum [sha1.Size]byte
			h.Sum(&sum, msg)
			dst[i] = Digest(sum)
		}
	}
}
