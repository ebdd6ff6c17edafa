package suppress

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// A domainSet maps hosts in canonical form to the sets of lists that hold them. It
// is flat: an open-addressed table of entry numbers, and the entries, which in an index
// stand in ascending order of their names. The zero value is empty.
type domainSet struct {
	slots []uint64 // see slot; 0 if free; a power of two long, at most half full
	ends  []uint32 // where entry i's name ends in names; it starts where the one before ends
	names []byte
	sets  []uint16 // the lists that cover entry i: its own, and those of the entries above
	own   []uint16 // the lists that have entry i themselves

	pages *pageSums // of a mapped file, to be asked before each access; nil if there is nothing to ask
}

var (
	errManyNames   = errors.New("the lists have more than 4 GiB of domain names")
	errManyDomains = errors.New("the lists have more than 2,147,483,647 domains together")
)

// maxDomains is how many entries a domainSet has at most: with more, its slots would
// not fit the 32 bits that each keeps of a name's hash.
const maxDomains = math.MaxInt32

// insert adds a host with the set of lists that have it. known reports that all of them
// had it before.
func (d *domainSet) insert(host []byte, set uint16, sets *setTable) (known bool, err error) {
	hash := xxhash.Sum64(host)
	if i := d.index(host, hash); i >= 0 {
		was := d.sets[i]
		d.sets[i], err = sets.union(was, set)
		return d.sets[i] == was, err
	}
	if int64(len(d.names)+len(host)) > math.MaxUint32 {
		return false, errManyNames
	}
	if len(d.sets) == maxDomains {
		return false, errManyDomains
	}
	if n := numSlots(len(d.sets) + 1); n > len(d.slots) {
		d.slots = make([]uint64, n)
		for i := range d.sets {
			d.place(xxhash.Sum64(d.name(i)), i)
		}
	}
	d.names = append(d.names, host...)
	d.ends = append(d.ends, uint32(len(d.names)))
	d.sets = append(d.sets, set)
	d.place(hash, len(d.sets)-1)
	return false, nil
}

// numSlots returns the size of the table for n entries.
func numSlots(n int) int {
	if n == 0 {
		return 0
	}
	slots := 4
	for slots < 2*n {
		slots *= 2
	}
	return slots
}

func (d *domainSet) place(hash uint64, i int) {
	mask := uint64(len(d.slots) - 1)
	at := hash & mask
	for d.slots[at] != 0 {
		at = (at + 1) & mask
	}
	d.slots[at] = slot(hash, i)
}

// sorted returns the set with its entries in ascending order, each with the lists of
// the hosts above it, which cover it too, beside its own. Then the nearest entry of a
// host answers for all of them, and an erasure of a whole company is not hidden by an
// opt-out of one of its subdomains. d is of no more use.
func (d *domainSet) sorted(sets *setTable) (domainSet, error) {
	n := len(d.sets)
	if n == 0 {
		return domainSet{}, nil
	}
	// The first bytes of a name, kept beside its number, spare nearly every look at it.
	type named struct {
		first uint64
		i     uint32
	}
	order := make([]named, n)
	for i := range order {
		var first [8]byte
		copy(first[:], d.name(i))
		order[i] = named{binary.BigEndian.Uint64(first[:]), uint32(i)}
	}
	slices.SortFunc(order, func(a, b named) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return bytes.Compare(d.name(int(a.i)), d.name(int(b.i)))
	})
	out := domainSet{
		slots: d.slots,
		ends:  make([]uint32, 0, n),
		names: make([]byte, 0, len(d.names)),
		sets:  make([]uint16, 0, n),
	}
	clear(out.slots)
	for i, from := range order {
		name := d.name(int(from.i))
		out.names = append(out.names, name...)
		out.ends = append(out.ends, uint32(len(out.names)))
		out.sets = append(out.sets, d.sets[from.i])
		out.place(xxhash.Sum64(name), i)
	}
	*d = domainSet{}
	out.own = slices.Clone(out.sets)

	return out, out.inherit(sets)
}

// inherit adds to the set of each entry the lists of those above it.
func (d *domainSet) inherit(sets *setTable) error {
	// Parents first, so that those have their own parents' lists already: a counting sort
	// by the number of dots.
	var starts [maxLabels + 2]int
	depth := func(i int) int { return min(bytes.Count(d.name(i), []byte{'.'}), maxLabels) }
	for i := range d.sets {
		starts[depth(i)+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	order := make([]uint32, len(d.sets))
	for i := range d.sets {
		at := &starts[depth(i)]
		order[*at] = uint32(i)
		*at++
	}
	for _, i := range order {
		_, rest, _ := bytes.Cut(d.name(int(i)), []byte{'.'})
		above := d.lookup(rest)
		if above == 0 {
			continue
		}
		var err error
		if d.sets[i], err = sets.union(d.sets[i], uint16(above)); err != nil {
			return err
		}
	}
	return nil
}

// maxLabels is more dots than a name of at most 253 bytes has.
const maxLabels = 255

// slot returns what stands in the table for entry i: the upper half of its name's hash,
// so that a foreign name seldom costs more than a look at the slot, and i+1.
func slot(hash uint64, i int) uint64 { return hash>>32<<32 | uint64(i+1) }

func (d *domainSet) len() int { return len(d.sets) }

// name returns the name of entry i, or nothing where a mapped file does not say.
func (d *domainSet) name(i int) []byte {
	lo := uint32(0)
	d.pages.need(domainEnds, max(i-1, 0)*4, 8)
	if i > 0 {
		lo = d.ends[i-1]
	}
	hi := d.ends[i]
	if lo > hi || int(hi) > len(d.names) {
		return nil
	}
	d.pages.need(domainNames, int(lo), int(hi-lo))
	return d.names[lo:hi]
}

// lookup returns the set of the entry that covers the host: the host itself, else
// its nearest parent. A single label is no entry.
func (d *domainSet) lookup(host []byte) Hit {
	if len(d.slots) == 0 {
		return 0
	}
	for {
		dot := bytes.IndexByte(host, '.')
		if dot < 0 {
			return 0
		}
		if i := d.index(host, xxhash.Sum64(host)); i >= 0 {
			d.pages.need(domainSets, 2*i, 2)
			return Hit(d.sets[i])
		}
		host = host[dot+1:]
	}
}

// index returns the number of the entry with that name, or -1. A table without a free
// slot, which only a broken file has, is gone through once.
func (d *domainSet) index(host []byte, hash uint64) int {
	if len(d.slots) == 0 {
		return -1
	}
	mask := uint64(len(d.slots) - 1)
	at := hash & mask
	for range d.slots {
		d.pages.need(domainSlots, int(at)*8, 8)
		s := d.slots[at]
		if s == 0 {
			return -1
		}
		if i := int(uint32(s)) - 1; s>>32 == hash>>32 && i >= 0 && i < len(d.sets) && bytes.Equal(d.name(i), host) {
			return i
		}
		at = (at + 1) & mask
	}
	return -1
}
