package domain

import (
	"bytes"
	_ "embed"
	"strings"
	"sync"
)

// suffixes.txt is the Public Suffix List: one rule a line, the private section after
// the line privateMark.
//
//go:embed data/suffixes.txt
var suffixText string

const privateMark = "# private\n"

// A Kind says what the Public Suffix List knows about a host.
type Kind uint8

// The kinds of host.
const (
	KindRegistrable  Kind = iota // it has a registrable domain
	KindPublicSuffix             // it is itself a suffix under which others register
	KindUnknownTLD               // its last label is no top-level domain
)

var kindNames = [...]string{"registrable", "public_suffix", "unknown_tld"}

func (k Kind) String() string { return kindNames[k] }

// What the list says about one name; the value of its index entry.
const (
	suffixRule      = 1 << iota // the name is a public suffix
	suffixWild                  // so is every name one label longer
	suffixException             // it is not, although a wildcard says so
	suffixChildren              // longer names are listed
	suffixPrivate               // the rule is of the private section
)

// suffixIndex holds every rule and, so that a walk from the right knows when to stop,
// every parent of one. golang.org/x/net/publicsuffix has the same list, but takes
// 245 to 290 ns and an allocation a call; this takes a tenth (BenchmarkRegistrable), and
// TestSuffixesAgree holds the two together.
var suffixIndex = sync.OnceValue(buildSuffixes)

func buildSuffixes() *index {
	x := newIndex(countLines(suffixText)*11/10, suffixText) // a few parents are no rules
	private := strings.Index(suffixText, privateMark)
	eachLine(suffixText, func(off, n int) {
		val := uint8(suffixRule)
		switch suffixText[off] {
		case '!':
			val, off, n = suffixException, off+1, n-1
		case '*':
			val, off, n = suffixWild, off+2, n-2
		}
		if private >= 0 && off > private {
			val |= suffixPrivate
		}
		x.add(off, n, val)
		for {
			dot := strings.IndexByte(suffixText[off:off+n], '.')
			if dot < 0 {
				return
			}
			off, n = off+dot+1, n-dot-1
			x.add(off, n, suffixChildren)
		}
	})
	return x
}

// suffixStart returns where in host its public suffix starts, and whether its last
// label is a top-level domain at all.
func suffixStart(host []byte) (start int, known bool) {
	x := suffixIndex()
	start = len(host)
	wild := false
	for lo := len(host); lo > 0; {
		next := lo // start of the shorter name
		lo = bytes.LastIndexByte(host[:lo-1], '.') + 1
		val, ok := x.get(host[lo:])
		if val&suffixException != 0 {
			return next, true
		}
		// A top-level domain that only has longer rules is a suffix too.
		if val&suffixRule != 0 || wild || ok && !known {
			start = lo
		}
		known = known || ok
		wild = val&suffixWild != 0
		if val&(suffixChildren|suffixWild) == 0 {
			break
		}
	}
	if !known {
		start = bytes.LastIndexByte(host, '.') + 1
	}
	return start, known
}

// Registrable returns the domain of host that one can register: its public suffix and
// one label more, by the Public Suffix List with its private section, so acme.uk.com is
// one and github.io is a suffix. The result is a part of host. It is nil for a public
// suffix and for a single label. Under an unknown top-level domain it is the last two
// labels; the top-level domains set aside for other uses (see Reserved) count as known,
// so that a policy that admits them can.
// It does not allocate and may be called concurrently.
func Registrable(host []byte) (reg []byte, kind Kind) {
	start, known := suffixStart(host)
	kind = KindRegistrable
	if !known && !reservedTLD(host[start:]) {
		kind = KindUnknownTLD
	}
	if start == 0 {
		if kind != KindUnknownTLD {
			kind = KindPublicSuffix
		}
		return nil, kind
	}
	lo := bytes.LastIndexByte(host[:start-1], '.') + 1
	return host[lo:len(host):len(host)], kind
}

// reservedTLD reports whether label is a top-level domain that is set aside: RFC 2606
// and 6761 (test, example, invalid, localhost), RFC 6762 (local), RFC 7686 (onion),
// RFC 9476 (alt), ICANN's resolution 2024.07.29.06 (internal), and arpa, where no
// company is.
func reservedTLD(label []byte) bool {
	switch string(label) {
	case "test", "example", "invalid", "localhost", "local", "onion", "alt", "internal", "arpa":
		return true
	}
	return false
}

// Reserved reports whether no company can have host: it is under a top-level domain
// that is set aside, an example domain of RFC 2606, a single label, or an IP address.
// That is policy, not fact, so Registrable does not ask: a test or a demonstration may
// want widgets.example to pass for a company.
func Reserved(host []byte) bool {
	dot := bytes.LastIndexByte(host, '.')
	if dot < 0 {
		return true
	}
	tld := host[dot+1:]
	switch {
	case len(tld) == 0 || isDigit(tld[len(tld)-1]) && allDigits(tld) || host[0] == '[':
		return true
	case reservedTLD(tld):
		return true
	}
	switch string(tld) {
	case "com", "net", "org", "edu":
		const name = "example"
		second := host[:dot]
		return bytes.HasSuffix(second, []byte(name)) &&
			(len(second) == len(name) || second[len(second)-len(name)-1] == '.')
	}
	return false
}

func isDigit(c byte) bool { return c-'0' < 10 }

func allDigits(s []byte) bool {
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
	}
	return len(s) > 0
}
