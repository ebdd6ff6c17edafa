package domain

// Facts are what the tables know of one host: the answers of Lookup, Registrable and
// Reserved together, and whether it is a shared host.
type Facts struct {
	Entry    Entry // if Listed
	Listed   bool  // a provider's, as Lookup says
	Reserved bool  // as the function of this name says
	Shared   bool  // it is, or is below, a site on which many companies have a page
	Kind     Kind
	Reg      int32 // length of the registrable domain, at the host's end; 0 if it has none
}

// Registrable returns the registrable domain of host, whose facts f are.
func (f Facts) Registrable(host []byte) []byte {
	if f.Reg == 0 {
		return nil
	}
	return host[len(host)-int(f.Reg) : len(host) : len(host)]
}

// Facts returns what is known of host. Where single questions ask for each name in the
// host from its left or its right, this goes through the labels once and asks once for
// each, which takes a third of their time (BenchmarkFacts). It does not allocate.
func (t *Tables) Facts(host []byte) Facts {
	return t.answer(host, t.names.ask(host))
}

// FactsOf stores in facts what is known of each of hosts; the two are of one length. It
// is Facts for many hosts: they are all asked about before the first answer is needed,
// so that the waits for memory overlap.
func (t *Tables) FactsOf(facts []Facts, hosts [][]byte) {
	const window = 64
	var questions [window]question
	for len(hosts) > 0 {
		n := min(window, len(hosts))
		for i, host := range hosts[:n] {
			questions[i] = t.names.ask(host)
		}
		for i, host := range hosts[:n] {
			facts[i] = t.answer(host, questions[i])
		}
		hosts, facts = hosts[n:], facts[n:]
	}
}

// A question is a host's last two labels, looked up half-way.
type question struct {
	tld  int32 // where the last label starts; 0: to be answered by facts
	next int32 // where the label before it starts
	val  value // of the last label
	hash uint64
	tags uint64
}

// ask starts looking up host.
func (x *names) ask(host []byte) (q question) {
	n := len(host)
	if n == 0 || n > maxHost || host[0] == '[' || host[n-1] == '.' {
		return q
	}
	lo, val := x.tld(host)
	if val&suffixAny == 0 || lo == 0 || val&reservedName != 0 {
		return q
	}
	q.tld, q.val = int32(lo), val
	lo = labelStart(host, lo)
	q.next = int32(lo)
	q.hash = hashName(host[lo:])
	q.tags = x.look(q.hash)
	return q
}

// answer returns what is known of host, about which q was asked.
func (t *Tables) answer(host []byte, q question) Facts {
	if q.tld == 0 {
		return t.facts(host)
	}
	x := t.names
	var f Facts
	suffix, reg := int(q.tld), 0                   // where the public suffix and the registrable domain start
	more := q.val&(suffixChildren|suffixWild) != 0 // a longer name may be a suffix
	wild := q.val&suffixWild != 0
	section := -1 // that of the longest name which one has
	end, lo := int(q.tld), int(q.next)
	val, ok := x.find(host[lo:], q.hash, q.tags)
	for {
		name, dot := host[lo:], end-1-lo
		if more {
			if val&suffixException != 0 {
				suffix, more = end, false
			} else {
				if val&suffixRule != 0 || wild {
					suffix = lo
				}
				wild = val&suffixWild != 0
				more = val&(suffixChildren|suffixWild) != 0
			}
		}
		if suffix == end {
			reg = lo
		}
		listed := ok && val.text() < len(sections)
		if listed {
			section = val.text()
		}
		f.Shared = f.Shared || val&sharedHost != 0
		if x.shapes.has(name[:dot]) {
			if !listed && x.family(name, dot) {
				section = familySection
			}
			f.Shared = f.Shared || x.sharedLabel(name, dot)
		}
		if dot == len(exampleName) && string(name[:dot]) == exampleName {
			f.Reserved = f.Reserved || Reserved(host)
		}
		if lo == 0 {
			break
		}
		end, lo = lo, labelStart(host, lo)
		val, ok = x.get(host[lo:])
	}
	if suffix == 0 {
		f.Kind = KindPublicSuffix
	} else {
		f.Reg = int32(len(host) - reg)
	}
	if t.over != nil {
		f.Entry, _, f.Listed = t.Lookup(host)
	} else if section >= 0 && !sections[section].allowed {
		f.Entry, f.Listed = sections[section].entry, true
	}
	return f
}

// facts asks the single questions: for hosts of which few come up, such as those under
// no top-level domain.
func (t *Tables) facts(host []byte) Facts {
	var f Facts
	f.Entry, _, f.Listed = t.Lookup(host)
	reg, kind := Registrable(host)
	f.Kind = kind
	f.Reg = int32(len(reg))
	f.Reserved = Reserved(host)
	f.Shared = t.names.covers(host)
	return f
}
