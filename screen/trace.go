package screen

import (
	"bytes"
	"encoding/binary"
	"slices"

	"sluice/screen/address"
	"sluice/screen/suppress"
)

// A trace gathers what keys the rows of a batch can be looked up by, whatever the lists
// are. Most of them are hashed for the look-ups and noted there; the others, of domains and
// of what the lists at hand do not hold, are hashed here.
type trace struct {
	rows  []int32 // of each key noted
	heads []uint64

	text []byte   // what no list is asked about, end to end
	ends []uint32 // text i is text[ends[i]:ends[i+1]]
	of   []int32  // its row
	keys [lookups]suppress.Key
}

// reset forgets the batch before.
func (t *trace) reset() {
	t.rows, t.heads = t.rows[:0], t.heads[:0]
	t.text, t.of = t.text[:0], t.of[:0]
	t.ends = append(t.ends[:0], 0)
}

// note notes the keys of look-ups.
func (t *trace) note(of []probe, keys []suppress.Key) {
	for i := range of {
		if of[i].kind != hashed {
			t.rows = append(t.rows, of[i].row)
			t.heads = append(t.heads, head(&keys[i]))
		}
	}
}

func head(k *suppress.Key) uint64 { return binary.BigEndian.Uint64(k[:]) }

// add adds the text that was appended to t.text, of a row.
func (t *trace) add(row int) {
	t.ends = append(t.ends, uint32(len(t.text)))
	t.of = append(t.of, int32(row))
}

// host adds the keys of a host and of the domains above it: those that an entry may have
// which covers it.
func (t *trace) host(row int, host []byte) {
	for lo := 0; ; lo++ {
		dot := bytes.IndexByte(host[lo:], '.')
		if dot < 0 {
			return
		}
		t.text = append(append(t.text, suppress.DomainPrefix...), host[lo:]...)
		t.add(row)
		lo += dot
	}
}

// finish sorts the keys of n rows by row, in the order in which they were noted.
func (t *trace) finish(h *address.Hasher, out *Outcome, n int) {
	t.text = slices.Grow(t.text, address.Slack)
	for lo := 0; lo < len(t.of); lo += lookups {
		keys := t.keys[:min(lookups, len(t.of)-lo)]
		address.Sums(h, keys, t.text, t.ends[lo:])
		for i := range keys {
			t.rows = append(t.rows, t.of[lo+i])
			t.heads = append(t.heads, head(&keys[i]))
		}
	}
	out.Traced = true
	out.keys = grow(out.keys, len(t.heads))
	out.keyEnds = grow(out.keyEnds, n+1)
	ends := out.keyEnds
	clear(ends)
	for _, row := range t.rows {
		ends[row+1]++
	}
	for i := range n {
		ends[i+1] += ends[i]
	}
	// ends[row] is where row begins; it moves to where the next one does.
	for i, row := range t.rows {
		out.keys[ends[row]] = t.heads[i]
		ends[row]++
	}
	copy(ends[1:], ends[:n])
	ends[0] = 0
}

// Keys returns the first eight bytes, as big-endian numbers, of the SHA-1 keys that row i
// is or could be looked up by, whatever the lists are: of its address in all forms, of other
// addresses in it, of its telephone numbers and profiles, and of the domains of its
// addresses and website, those above them included (suppress.DomainKey). Some may be there
// twice. There are none if Options.Trace was not set.
func (o *Outcome) Keys(i int) []uint64 {
	if !o.Traced {
		return nil
	}
	return o.keys[o.keyEnds[i]:o.keyEnds[i+1]]
}
