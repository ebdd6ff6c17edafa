package screen

import (
	"github.com/cespare/xxhash/v2"

	"sluice/screen/domain"
	"sluice/screen/suppress"
)

// hostFacts is what the tables and lists say about one host.
type hostFacts struct {
	hit    suppress.Hit // in the first index
	entry  domain.Entry
	listed bool
	kind   domain.Kind
	reg    uint8 // length of the registrable domain, at the host's end; 0 for none
}

const (
	// cachedHosts is small enough for the first-level cache. In a shuffled list few
	// hosts come again soon but those of the large mailbox providers; a cache of
	// thousands costs more than it saves (BenchmarkStage).
	cachedHosts   = 1 << 8
	cachedHostLen = 44
)

// A hostCache remembers the facts of hosts seen lately. Lists are often sorted by
// company, and free-mail providers recur in all of them. It is direct-mapped: a host
// that falls on another's place replaces it.
type hostCache struct {
	s     *Screener
	slots []hostSlot
}

type hostSlot struct {
	n     uint8 // 0: empty
	host  [cachedHostLen]byte
	facts hostFacts
}

// facts returns what is known about host, in canonical form.
func (c *hostCache) facts(host []byte) hostFacts {
	if len(host) == 0 {
		return hostFacts{}
	}
	if len(host) > cachedHostLen {
		return c.s.facts(host)
	}
	if c.slots == nil {
		c.slots = make([]hostSlot, cachedHosts)
	}
	slot := &c.slots[xxhash.Sum64(host)%cachedHosts]
	if int(slot.n) != len(host) || string(slot.host[:slot.n]) != string(host) {
		slot.n = uint8(copy(slot.host[:], host))
		slot.facts = c.s.facts(host)
	}
	return slot.facts
}

// facts finds out what is known about host.
func (s *Screener) facts(host []byte) hostFacts {
	var f hostFacts
	f.entry, _, f.listed = s.tables.Lookup(host)
	reg, kind := domain.Registrable(host)
	f.kind, f.reg = kind, uint8(min(len(reg), 255))
	if len(s.indexes) > 0 {
		f.hit = s.indexes[0].Domain(host)
	}
	return f
}
