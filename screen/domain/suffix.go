package domain

import "bytes"

// privateMark is the line of suffixes.txt after which the private section comes.
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

// suffixStart returns where in host its public suffix starts, and whether its last
// label is a top-level domain at all.
func suffixStart(host []byte) (start int, listed bool) {
	x := allNames()
	start = len(host)
	wild := false
	for lo := len(host); lo > 0; {
		next := lo // start of the shorter name
		lo = bytes.LastIndexByte(host[:lo-1], '.') + 1
		val, _ := x.get(host[lo:])
		if val&suffixException != 0 {
			return next, true
		}
		// A top-level domain that only has longer rules is a suffix too.
		if val&suffixRule != 0 || wild || val&suffixAny != 0 && !listed {
			start = lo
		}
		listed = listed || val&suffixAny != 0
		wild = val&suffixWild != 0
		if val&(suffixChildren|suffixWild) == 0 {
			break
		}
	}
	if !listed {
		start = bytes.LastIndexByte(host, '.') + 1
	}
	return start, listed
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

// exampleName is the name that RFC 2606 reserves under com, net and org, and that other
// registries set aside or leave to documentation likewise.
const exampleName = "example"

// Reserved reports whether no company can have host: it is under a top-level domain
// that is set aside, an example domain (example under any public suffix), a single
// label, or an IP address.
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
	if bytes.Contains(host, []byte(exampleName+".")) {
		reg, _ := Registrable(host)
		return len(reg) > len(exampleName) && string(reg[:len(exampleName)+1]) == exampleName+"."
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
