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
	reservedName                                   // it is a top-level domain in which no company is; only in short

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
	short    [shortSlots]short  // those of at most maxShort bytes once more
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
// 245 to 290 ns and an allocation a call, more than all Facts of a host together take
// (BenchmarkFacts). TestSuffixesAgree holds the two together.
func (x *names) addSuffixes() {
	private := strings.Index(suffixText, privateMark)
	add := func(off, n int, flags value) { x.add(suffixRules, off, n, flags) }
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

// A short is a short name. Top-level domains, suffixes one level below (co.uk) and large
// providers (web.de) come up again and again, a few dozen of them in most of a list. What is
// known of one is beside its bytes, in lines that stay in the first-level cache.
type short struct {
	name uint64 // its bytes, the first one lowest; 0 if free
	val  value
}

const (
	maxShort   = 7
	shortBits  = 14
	shortSlots = 1 << shortBits // more than twice the short names there are
)

// add enters the name of n bytes at off in a text.
func (x *names) add(text, off, n int, flags value) {
	x.index.add(text, off, n, flags)
	if n > maxShort {
		return
	}
	name := []byte(x.texts[text][off : off+n])
	w := lastBytes(name) >> (8 * (8 - n))
	s := x.shortSlot(w)
	if s.name == 0 {
		s.name, s.val = w, value(text)
	}
	if s.val |= flags; reservedTLD(name) {
		s.val |= reservedName
	}
}

// shortSlot returns the slot of the short name of bytes w: its own or a free one.
func (x *names) shortSlot(w uint64) *short {
	for i := w * 0x9e3779b97f4a7c15 >> (64 - shortBits); ; i++ {
		if s := &x.short[i%shortSlots]; s.name == w || s.name == 0 {
			return s
		}
	}
}

// lastBytes returns the last eight bytes of s, the last one highest, as if zeros were
// before it.
func lastBytes(s []byte) (w uint64) {
	n := len(s)
	if n >= 8 {
		return binary.LittleEndian.Uint64(s[n-8:])
	}
	for i, c := range s {
		w |= uint64(c) << (8 * (8 - n + i))
	}
	return w
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
