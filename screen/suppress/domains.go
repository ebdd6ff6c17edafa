package suppress

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// A domainSet maps hosts in canonical form to the sets of lists that hold them. It
// is flat: an open-addressed table of entry numbers, and the entries in ascending
// order of their names. The zero value is empty.
type domainSet struct {
	slots []uint64 // see slot; 0 if free; a power of two long, at most half full
	ends  []uint32 // where entry i's name ends in names; it starts where the one before ends
	names []byte
	sets  []uint16
}

// errManyNames is returned when the names do not fit the 32 bits of domainSet.ends.
var errManyNames = errors.New("the lists have more than 4 GiB of domain names")

// newDomainSet returns the set of the hosts given.
func newDomainSet(hosts map[string]uint16) domainSet {
	if len(hosts) == 0 {
		return domainSet{}
	}
	sorted := make([]string, 0, len(hosts))
	size := 0
	for h := range hosts {
		sorted = append(sorted, h)
		size += len(h)
	}
	slices.Sort(sorted)
	slots := 4
	for slots < 2*len(sorted) {
		slots *= 2
	}
	d := domainSet{
		slots: make([]uint64, slots),
		ends:  make([]uint32, 0, len(sorted)),
		names: make([]byte, 0, size),
		sets:  make([]uint16, 0, len(sorted)),
	}
	for i, h := range sorted {
		d.names = append(d.names, h...)
		d.ends = append(d.ends, uint32(len(d.names)))
		d.sets = append(d.sets, hosts[h])
		hash := xxhash.Sum64String(h)
		at := hash & uint64(slots-1)
		for d.slots[at] != 0 {
			at = (at + 1) & uint64(slots-1)
		}
		d.slots[at] = slot(hash, i)
	}
	return d
}

// inheritSets adds to the set of each host the lists of the hosts above it, which cover
// it too. Then the nearest entry of a host answers for all of them, and an erasure of a
// whole company is not hidden by an opt-out of one of its subdomains.
func inheritSets(hosts map[string]uint16, sets *setTable) error {
	// Parents first, and in one order, so that sets get the same numbers every time.
	sorted := make([]string, 0, len(hosts))
	for h := range hosts {
		sorted = append(sorted, h)
	}
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(strings.Count(a, ".")-strings.Count(b, "."), strings.Compare(a, b))
	})
	for _, h := range sorted {
		for p := h; ; {
			_, rest, ok := strings.Cut(p, ".")
			if !ok {
				break
			}
			p = rest
			above, ok := hosts[p]
			if !ok {
				continue
			}
			set, err := sets.union(hosts[h], above)
			if err != nil {
				return err
			}
			hosts[h] = set
			break // the parent has its own parents' lists already
		}
	}
	return nil
}

// slot returns what stands in the table for entry i: the upper half of its name's hash,
// so that a foreign name seldom costs more than a look at the slot, and i+1.
func slot(hash uint64, i int) uint64 { return hash>>32<<32 | uint64(i+1) }

func (d *domainSet) len() int { return len(d.sets) }

func (d *domainSet) name(i int) []byte {
	lo := uint32(0)
	if i > 0 {
		lo = d.ends[i-1]
	}
	return d.names[lo:d.ends[i]]
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
		if h := d.exact(host); h != 0 {
			return h
		}
		host = host[dot+1:]
	}
}

func (d *domainSet) exact(host []byte) Hit {
	hash := xxhash.Sum64(host)
	mask := uint64(len(d.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := d.slots[at]
		if s == 0 {
			return 0
		}
		if i := int(uint32(s)) - 1; s>>32 == hash>>32 && bytes.Equal(d.name(i), host) {
			return Hit(d.sets[i])
		}
	}
}
