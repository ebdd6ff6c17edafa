package domain

import (
	"encoding/binary"
	"math/bits"
)

// Plain stores in regs, for each of hosts of which nothing is known but that it has a
// registrable domain, the length of that: its facts are Facts{Reg: reg}. Nine hosts in ten
// of a list are so. It stores 0 for the others, and for a few that take longer to tell than
// their facts. The two slices are of one length. It does not allocate.
func (t *Tables) Plain(regs []uint8, hosts [][]byte) {
	x := t.names
	var hashes [4 * asked]uint64
	for len(hosts) > 0 {
		n := min(len(hashes), len(hosts))
		for lo := 0; lo < n; lo += asked {
			some := hashes[lo:min(lo+asked, n)]
			for i := range some {
				regs[lo+i], some[i] = x.plain(hosts[lo+i])
			}
			x.filter.ahead(some)
		}
		for i, h := range hashes[:n] {
			if x.filter.has(h) {
				regs[i] = 0
			}
		}
		if t.over != nil {
			t.over.deny(regs[:n], hosts[:n])
		}
		hosts, regs = hosts[n:], regs[n:]
	}
}

// plain returns the length of host's registrable domain, if host is plain: not if it
// returns 0, nor if the filter has the hash.
func (x *names) plain(host []byte) (reg uint8, hash uint64) {
	n := len(host)
	if n < 8 || n > 24 || host[0] == '[' {
		return x.plainLabels(host)
	}
	// Up to 24 bytes are three words, which is also what the hash is made of. Most hosts
	// are a label and a top-level domain: there is one dot.
	at := (n - 8) / 2
	first, middle, last := binary.LittleEndian.Uint64(host), binary.LittleEndian.Uint64(host[at:]), binary.LittleEndian.Uint64(host[n-8:])
	end := dots(last)
	tld := bits.LeadingZeros64(end) // eight times its length
	dot := n - 1 - tld/8
	if end == 0 || last>>56 == 0 || end&(end-1)|before(first, dot)|before(middle, dot-at) != 0 {
		return x.plainLabels(host)
	}
	s := x.short.slot(last >> (64 - tld))
	if s.val&plainMask != suffixRule || x.odd[host[0]]>>dot&1 != 0 {
		return 0, 0
	}
	return uint8(n), hashWords(first, middle, last, n)
}

// isPlain is plain for one host.
func (x *names) isPlain(host []byte) bool {
	reg, hash := x.plain(host)
	return reg > 0 && !x.filter.has(hash)
}

// plainMask has the flags by which a suffix is no simple one, and suffixRule.
const plainMask = suffixRule | suffixWild | suffixException | sharedHost | reservedName

// before returns a bit for each dot before byte i of w, and perhaps for other bytes after
// the first such dot.
func before(w uint64, i int) uint64 {
	w ^= '.' * low
	return (w - low) &^ w & high & (1<<(8*i) - 1)
}

// plainLabels is plain for hosts of any form. It goes through the labels from the right.
func (x *names) plainLabels(host []byte) (reg uint8, hash uint64) {
	n := len(host)
	if n == 0 || n > maxHost || host[0] == '[' || host[n-1] == '.' || host[n-1] == 0 {
		return 0, 0
	}
	end := lastBytes(host)
	lo := labelStart(host, n)
	if lo == 0 || n-lo > maxShort {
		return 0, 0
	}
	tld := x.short.slot(end >> (8 * (8 - n + lo) & 63))
	if tld.val&plainMask != suffixRule {
		return 0, 0
	}
	suffix, start := lo, 0
	for {
		next := labelStart(host, lo)
		if x.odd.has(host[next : lo-1]) {
			return 0, 0
		}
		if n-next <= maxShort {
			if s := x.short.slot(end >> (8 * (8 - n + next) & 63)); s.name != 0 {
				if s.val&plainMask != suffixRule || s.val.text() != suffixRules {
					return 0, 0
				}
				suffix = next
			}
		}
		if suffix == lo {
			start = next
		}
		if lo = next; lo == 0 {
			break
		}
		if n-lo > maxShort && x.filter.has(hashName(host[lo:])) {
			return 0, 0
		}
	}
	if suffix == 0 {
		return 0, 0
	}
	return uint8(n - start), hashName(host)
}
