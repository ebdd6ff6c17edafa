package suppress

import (
	"bytes"
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
	if len(d.names)+len(host) > math.MaxUint32 {
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
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return bytes.Compare(d.name(int(a)), d.name(int(b))) })
	out := domainSet{
		slots: d.slots,
		ends:  make([]uint32, 0, n),
		names: make([]byte, 0, len(d.names)),
		sets:  make([]uint16, 0, n),
	}
	clear(out.slots)
	for i, from := range order {
		name := d.name(int(from))
		out.names = append(out.names, name...)
		out.ends = append(out.ends, uint32(len(out.names)))
		out.sets = append(out.sets, d.sets[from])
		out.place(xxhash.Sum64(name), i)
	}
	*d = domainSet{}
	out.own = slices.Clone(out.sets)

	// Parents first, so that those have their own parents' lists already.
	depth := func(i uint32) int { return bytes.Count(out.name(int(i)), []byte{'.'}) }
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return depth(a) - depth(b) })
	for _, i := range order {
		_, rest, _ := bytes.Cut(out.name(int(i)), []byte{'.'})
		above := out.lookup(rest)
		if above == 0 {
			continue
		}
		var err error
		if out.sets[i], err = sets.union(out.sets[i], uint16(above)); err != nil {
			return domainSet{}, err
		}
	}
	return out, nil
}

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
