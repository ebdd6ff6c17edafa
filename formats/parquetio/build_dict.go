package parquetio

import (
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// A dictionary is given up once it is clear that it does not pay. The first limit
// is what DuckDB and parquet-mr come to as well; the share of distinct values
// among the first ones tells names and addresses from countries and titles after
// 4,096 hashes instead of after all.
const (
	maxDictEntries = 1 << 15
	maxDictBytes   = 1 << 20
	dictProbe      = 4096
	maxDictProbe   = dictProbe * 73 / 100
)

// A dictBuilder numbers the distinct values of a column in the order in which they
// first appear. It is reused from column to column.
type dictBuilder struct {
	slots   []uint32 // entry+1, by hash; twice as many as entries, so half stay empty
	hashes  []uint32 // of each entry, its upper half
	ends    []int    // of each entry in values
	values  []byte   // the entries, PLAIN
	indices []uint32 // of the column's values
}

// build fills the dictionary from PLAIN values and reports whether it pays.
func (d *dictBuilder) build(values []byte, width int) bool {
	if d.slots == nil {
		d.slots = make([]uint32, 2*maxDictEntries)
	}
	clear(d.slots)
	d.hashes, d.ends, d.values, d.indices = d.hashes[:0], d.ends[:0], d.values[:0], d.indices[:0]
	for rest := values; len(rest) > 0; {
		n := width
		if n == 0 {
			n = 4 + int(le.Uint32(rest))
		}
		i, ok := d.index(rest[:n])
		if !ok {
			return false
		}
		d.indices = append(d.indices, i)
		rest = rest[n:]
		if len(d.indices) == dictProbe && len(d.ends) > maxDictProbe {
			return false
		}
	}
	return len(d.values)+len(d.indices)*d.width()/8 < len(values)
}

// index returns the entry that holds value, adding it if there is none.
func (d *dictBuilder) index(value []byte) (uint32, bool) {
	h := xxhash.Sum64(value)
	for s := h & (2*maxDictEntries - 1); ; s = (s + 1) & (2*maxDictEntries - 1) {
		e := d.slots[s]
		if e == 0 {
			if len(d.ends) == maxDictEntries || len(d.values)+len(value) > maxDictBytes {
				return 0, false
			}
			d.hashes = append(d.hashes, uint32(h>>32))
			d.values = append(d.values, value...)
			d.ends = append(d.ends, len(d.values))
			d.slots[s] = uint32(len(d.ends))
			return uint32(len(d.ends) - 1), true
		}
		if d.hashes[e-1] == uint32(h>>32) && string(d.entry(int(e-1))) == string(value) {
			return e - 1, true
		}
	}
}

// entry returns the PLAIN bytes of entry i.
func (d *dictBuilder) entry(i int) []byte {
	lo := 0
	if i > 0 {
		lo = d.ends[i-1]
	}
	return d.values[lo:d.ends[i]]
}

// width is the bits of an index. One at least: a width of none is legal, but some
// readers trip over it.
func (d *dictBuilder) width() int { return max(1, bits.Len(uint(max(len(d.ends), 1)-1))) }
