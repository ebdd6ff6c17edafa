package address

import (
	"bytes"
	"crypto/sha1"
	"encoding"
	"encoding/binary"
	"hash"
	"slices"
)

// maxOneBlock is the longest message that, with its padding of at least nine bytes,
// fits one block of SHA-1 (FIPS 180-4, section 5.1.1).
const maxOneBlock = sha1.BlockSize - 9

// A Hasher computes SHA-1 of short messages, such as addresses, in about two thirds of
// the time sha1.Sum takes (BenchmarkHasher). Most of that time goes into padding and
// copying: a Hasher pads the one block itself and reads the state that the hash
// marshals. Since that state's layout is documented nowhere, NewHasher checks it, and
// falls back to sha1.Sum. Sums hashes many texts sooner yet. A Hasher must not be used
// concurrently.
type Hasher struct {
	block [sha1.BlockSize]byte
	state [128]byte
	used  int // bytes of block that are not zero, counting the padding's first
	h     hash.Hash
	save  encoding.BinaryAppender // h; nil to use sha1.Sum
	two   bool                    // Sums may use sumTwo
}

// stateAt is where the five words stand in the marshalled state, behind "sha\x01".
const stateAt = 4

// NewHasher returns a Hasher, after comparing its two short ways with crypto/sha1 for
// every length that they are taken for.
func NewHasher() *Hasher {
	d := &Hasher{h: sha1.New(), two: sumsVector}
	d.save, _ = d.h.(encoding.BinaryAppender)
	var want, one, two [maxOneBlock + 1][sha1.Size]byte
	var text []byte
	ends := make([]uint32, 1, len(want)+1)
	for n := range want {
		msg := bytes.Repeat([]byte("k"), n)
		text = append(text, msg...)
		ends = append(ends, uint32(len(text)))
		want[n] = sha1.Sum(msg)
		d.Sum(&one[n], msg)
	}
	if one != want {
		d.save = nil
	}
	Sums(d, two[:], slices.Grow(text, Slack), ends)
	d.two = d.two && two == want
	return d
}

// Sum stores the SHA-1 of msg in dst. It does not allocate.
func (d *Hasher) Sum(dst *[sha1.Size]byte, msg []byte) {
	n := len(msg)
	if n > maxOneBlock || d.save == nil {
		*dst = sha1.Sum(msg)
		return
	}
	copy(d.block[:], msg)
	if n+1 < d.used {
		clear(d.block[n+1 : d.used])
	}
	d.block[n] = 0x80
	d.used = n + 1
	binary.BigEndian.PutUint64(d.block[sha1.BlockSize-8:], uint64(n)*8)

	d.h.Reset()
	d.h.Write(d.block[:])
	state, err := d.save.AppendBinary(d.state[:0])
	if err != nil || len(state) < stateAt+sha1.Size {
		d.save = nil
		*dst = sha1.Sum(msg)
		return
	}
	*dst = [sha1.Size]byte(state[stateAt:])
}
