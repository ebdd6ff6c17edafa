package domain

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"sync"
)

// Flags of a name: what the files other than the provider tables say about it.
const (
	suffixRule      value = 1 << (textBits + iota) // it is a public suffix
	suffixWild                                     // so is every name one label longer
	suffixException                                // it is not, although a wildcard says so
	suffixChildren                                 // longer names are listed
	suffixPrivate                                  // the rule is of the private section
	sharedHost                                     // it is a site on which many companies have a page
	reservedName                                   // it is a top-level domain in which no company is; only in tlds

	suffixAny = suffixRule | suffixWild | suffixException | suffixChildren
)

// Numbers of the texts behind those of the provider tables, which are those of sections.
var (
	suffixRules = len(sections)
	sharedText  = len(sections) + 1
)

// names are all names that the embedded files know, so that one look-up tells whether a
// name is a provider's, a public suffix and a shared host, most often that it is
// nothing of the kind. With an index for each, a company's host took four to six look-ups
// (BenchmarkFacts).
type names struct {
	*index
	tlds     [tldSlots]tldSlot  // names of one label of at most seven bytes
	shared   map[string]bool    // labels of hosts that are shared under any suffix
	families map[string]*family // by their label
	shapes   shapes             // of the labels in both
}

// allNames returns the names. The first call indexes them.
var allNames = sync.OnceValue(buildNames)

func buildNames() *names {
	var texts []string
	n := 0
	for _, s := range sections {
		texts = append(texts, mustRead(s.file))
	}
	texts = append(texts, suffixText, mustRead("shared_hosts.txt"))
	for i, text := range texts {
		n += countLines(text)
		if i == suffixRules {
			n += countLines(text) / 10 // a few parents are no rules
		}
	}
	x := &names{index: newIndex(n, texts...), shared: map[string]bool{}, families: map[string]*family{}}
	for i := range sections {
		eachLine(texts[i], func(off, n int) { x.add(i, off, n, 0) })
	}
	x.addSuffixes()
	x.addShared()
	x.addFamilies(mustRead("families.txt"))
	return x
}

// addSuffixes enters every rule and, so that a walk from the right knows when to stop,
// every parent of one. golang.org/x/net/publicsuffix has the same list, but takes
// 245 to 290 ns and an allocation a call; this takes a tenth (BenchmarkRegistrable), and
// TestSuffixesAgree holds the two together.
func (x *names) addSuffixes() {
	private := strings.Index(suffixText, privateMark)
	add := func(off, n int, flags value) {
		x.add(suffixRules, off, n, flags)
		if name := suffixText[off : off+n]; n < 8 && strings.IndexByte(name, '.') < 0 {
			x.addTLD(name, flags)
		}
	}
	eachLine(suffixText, func(off, n int) {
		flags := suffixRule
		switch suffixText[off] {
		case '!':
			flags, off, n = suffixException, off+1, n-1
		case '*':
			flags, off, n = suffixWild, off+2, n-2
		}
		if private >= 0 && off > private {
			flags |= suffixPrivate
		}
		add(off, n, flags)
		for {
			dot := strings.IndexByte(suffixText[off:off+n], '.')
			if dot < 0 {
				return
			}
			off, n = off+dot+1, n-dot-1
			add(off, n, suffixChildren)
		}
	})
}

// A tldSlot is a top-level domain and its flags. A list has a few dozen of them, which
// stay in the first-level cache.
type tldSlot struct {
	name  uint64 // its bytes, the first one lowest; 0 if free
	flags value
}

// tldSlots is more than twice the top-level domains there are.
const tldSlots = 1 << 12

func tldHash(name uint64) uint64 { return name * 0x9e3779b97f4a7c15 >> (64 - 12) }

func (x *names) addTLD(name string, flags value) {
	var b [8]byte
	copy(b[:], name)
	w := binary.LittleEndian.Uint64(b[:])
	i := tldHash(w)
	for x.tlds[i].name != 0 && x.tlds[i].name != w {
		i = (i + 1) % tldSlots
	}
	x.tlds[i].name = w
	x.tlds[i].flags |= flags
	if reservedTLD([]byte(name)) {
		x.tlds[i].flags |= reservedName
	}
}

// tld returns where the last label of host starts, and the flags of that label. A final
// dot belongs to it.
func (x *names) tld(host []byte) (lo int, flags value) {
	n := len(host)
	var end uint64 // the last eight bytes
	if n >= 8 {
		end = binary.LittleEndian.Uint64(host[n-8:])
	} else {
		for i, c := range host {
			end |= uint64(c) << (8 * (8 - n + i))
		}
	}
	dots := zeros(end^'.'*low) << 8 >> 8 // a final one aside
	if dots == 0 || end>>56 == 0 {
		lo = labelStart(host, n)
		flags, _ = x.get(host[lo:])
		return lo, flags &^ textMask
	}
	skip := 64 - bits.LeadingZeros64(dots) // bits up to the last dot
	label := end >> (skip & 63)
	lo = n - 8 + skip/8
	for i := tldHash(label); x.tlds[i].name != 0; i = (i + 1) % tldSlots {
		if x.tlds[i].name == label {
			return lo, x.tlds[i].flags
		}
	}
	return lo, 0
}

// zeros returns the top bit of each byte of w that is zero.
func zeros(w uint64) uint64 { return ^((w&^high + ^uint64(high)) | w) & high }

// labelStart returns where the label of host that ends before end starts. A dot just
// before end belongs to it.
func labelStart(host []byte, end int) int {
	i := end - 1
	for ; i >= 8; i -= 8 {
		if dots := zeros(binary.LittleEndian.Uint64(host[i-8:]) ^ '.'*low); dots != 0 {
			return i - bits.LeadingZeros64(dots)/8
		}
	}
	for ; i > 0; i-- {
		if host[i-1] == '.' {
			return i
		}
	}
	return 0
}
