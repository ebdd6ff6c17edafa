package suppress

import (
	"bytes"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// A domainSet maps hosts in canonical form to the sets of lists that hold them. It
// is flat: an open-addressed table of entry numbers, and the entries in ascending
// order of their names. The zero value is empty.
type domainSet struct {
	slots []uint32 // entry number + 1, or 0; a power of two long, at most half full
	ends  []uint32 // where entry i's name ends in names; it starts where the one before ends
	names []byte
	sets  []uint16
}

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
		slots: make([]uint32, slots),
		ends:  make([]uint32, 0, len(sorted)),
		names: make([]byte, 0, size),
		sets:  make([]uint16, 0, len(sorted)),
	}
	for i, h := range sorted {
		d.names = append(d.names, h...)
		d.ends = append(d.ends, uint32(len(d.names)))
		d.sets = append(d.sets, hosts[h])
		at := xxhash.Sum64String(h) & uint64(slots-1)
		for d.slots[at] != 0 {
			at = (at + 1) & uint64(slots-1)
		}
		d.slots[at] = uint32(i + 1)
	}
	return d
}

func (d *domainSet) len() int { return len(d.sets) }

func (d *domainSet) name(i int) []byte {
	lo := uint32(0)
	if i > 0 {
		lo = d.ends[i-1]
	}
	return d.names[lo:d.ends[i]]
}

// lookup returns the set of the entry that covers the host: the host itself, else
// its nearest parent.
func (d *domainSet) lookup(host []byte) Hit {
	if len(d.slots) == 0 {
		return 0
	}
	for len(host) > 0 {
		if h := d.exact(host); h != 0 {
			return h
		}
		dot := bytes.IndexByte(host, '.')
		if dot < 0 {
			break
		}
		host = host[dot+1:]
	}
	return 0
}

func (d *domainSet) exact(host []byte) Hit {
	mask := uint64(len(d.slots) - 1)
	at := xxhash.Sum64(host) & mask
	for d.slots[at] != 0 {
		if i := int(d.slots[at] - 1); bytes.Equal(d.name(i), host) {
			return Hit(d.sets[i])
		}
		at = (at + 1) & mask
	}
	return 0
}
