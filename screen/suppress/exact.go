package suppress

import (
	"bytes"
	"encoding/binary"
)

// bucketSize is how many keys a bucket of the prefix table holds on average. Four
// keys of twenty bytes lie in one or two cache lines, and the table costs a byte a
// key.
const bucketSize = 4

// maxKeys is how many keys an index holds at most: the prefix table counts in 32 bits.
const maxKeys = 1<<32 - 1

func numBuckets(n int) int { return max(n/bucketSize, 1) }

// newBuckets returns the prefix table of sorted keys: the keys of bucket b are
// keys[t[b]:t[b+1]]. A key's bucket is scale(head, buckets), so buckets are stretches
// of the sorted order.
func newBuckets(keys []Key) []uint32 {
	n := numBuckets(len(keys))
	t := make([]uint32, n+1)
	b := 0
	for i := range keys {
		for at := scale(keys[i].head(), n); b < at; {
			b++
			t[b] = uint32(i)
		}
	}
	for b++; b <= n; b++ {
		t[b] = uint32(len(keys))
	}
	return t
}

// find returns where k stands in the sorted keys, or -1.
func find(keys []Key, buckets []uint32, k *Key) int {
	b := scale(k.head(), len(buckets)-1)
	return findIn(keys, int(buckets[b]), int(buckets[b+1]), k)
}

// findIn looks for k in keys[lo:hi]. Digests are uniform and buckets small; a list
// made to crowd one bucket only costs a binary search.
func findIn(keys []Key, lo, hi int, k *Key) int {
	for hi-lo > 4*bucketSize {
		mid := int(uint(lo+hi) / 2)
		if compare(&keys[mid], k) <= 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	head := binary.LittleEndian.Uint64(k[:])
	for i := lo; i < hi; i++ {
		if e := &keys[i]; binary.LittleEndian.Uint64(e[:]) == head && *e == *k {
			return i
		}
	}
	return -1
}

// compare orders keys by their bytes.
func compare(a, b *Key) int {
	if x, y := a.head(), b.head(); x != y {
		if x < y {
			return -1
		}
		return 1
	}
	return bytes.Compare(a[8:], b[8:])
}
