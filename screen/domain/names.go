package domain

import (
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
	filter   filter
	short    shorts             // those of at most maxShort bytes once more
	shared   map[string]bool    // labels of hosts that are shared under any suffix
	families map[string]*family // by their label
	shapes   shapes             // of the labels in both
	odd      shapes             // of these and exampleName
}

// allNames returns the names. The first call makes them ready.
var allNames = sync.OnceValue(func() *names {
	texts := nameTexts()
	if x := loadNames(texts, savedNames); x != nil {
		return x
	}
	return buildNames(texts)
})

// nameTexts returns the texts that hold names: those of sections, suffixRules and
// sharedText.
func nameTexts() []string {
	var texts []string
	for _, s := range sections {
		texts = append(texts, s.text)
	}
	return append(texts, suffixText, sharedHosts)
}

// buildNames indexes the names of texts.
func buildNames(texts []string) *names {
	n := 0
	for i, text := range texts {
		n += countLines(text)
		if i == suffixRules {
			n += countLines(text) / 10 // a few parents are no rules
		}
	}
	x := &names{index: newIndex(n, texts...)}
	for i := range sections {
		eachLine(texts[i], func(off, n int) { x.add(i, off, n, 0) })
	}
	x.addSuffixes()
	eachLine(texts[sharedText], func(off, n int) {
		if !strings.HasSuffix(texts[sharedText][off:off+n], anySuffix) {
			x.add(sharedText, off, n, sharedHost)
		}
	})
	x.addLabels()
	return x
}

// addSuffixes enters every rule and, so that a walk from the right knows when to stop,
// every parent of one. golang.org/x/net/publicsuffix has the same list, but takes
// 245 to 290 ns and an allocation a call, more than all Facts of a host together take
// (BenchmarkFacts). TestSuffixesAgree holds the two together.
func (x *names) addSuffixes() {
	text := x.texts[suffixRules]
	private := strings.Index(text, privateMark)
	add := func(off, n int, flags value) { x.add(suffixRules, off, n, flags) }
	eachLine(text, func(off, n int) {
		flags := suffixRule
		switch text[off] {
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
			dot := strings.IndexByte(text[off:off+n], '.')
			if dot < 0 {
				return
			}
			off, n = off+dot+1, n-dot-1
			add(off, n, suffixChildren)
		}
	})
}

// add enters the name of n bytes at off in a text.
func (x *names) add(text, off, n int, flags value) {
	x.index.add(text, off, n, flags)
	name := []byte(x.texts[text][off : off+n])
	x.filter.add(hashName(name))
	if n <= maxShort {
		x.short.add(name, value(text), flags)
	}
}

// addLabels enters the labels that mean something under more than one suffix.
func (x *names) addLabels() {
	x.shared, x.families = map[string]bool{}, map[string]*family{}
	x.addShared(x.texts[sharedText])
	x.addFamilies(familiesText)
	x.odd = x.shapes
	x.odd.add(exampleName)
}
