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
	var q question
	t.names.ask(&q, host)
	return t.answer(host, &q)
}

// FactsOf stores in facts what is known of each of hosts, of which Plain said regs; the
// three are of one length. It is Facts for many hosts: they are all asked about before the
// first answer is needed, so that the waits for memory overlap.
func (t *Tables) FactsOf(facts []Facts, hosts [][]byte, regs []uint8) {
	const window = 64
	var (
		questions [window]question
		asked     [window]int
	)
	n := 0
	answer := func() {
		for k, i := range asked[:n] {
			facts[i] = t.answer(hosts[i], &questions[k])
		}
		n = 0
	}
	for i, host := range hosts {
		if regs[i] > 0 {
			facts[i] = Facts{Reg: int32(regs[i])}
			continue
		}
		if n == window {
			answer()
		}
		t.names.ask(&questions[n], host)
		asked[n] = i
		n++
	}
	answer()
}

// A question is a host of which the short names are looked up, and the next one
// half-way.
type question struct {
	walk
	next       int32  // where the name starts that is half-way; -1 if there is none
	hash, tags uint64 // of that name
}

// A walk goes through the names of a host from its right, and holds what those up to lo
// say.
type walk struct {
	lo      int32
	suffix  int32 // where the public suffix starts; -1 if the host is none for a walk
	reg     int32 // where the registrable domain starts, unless the host is a suffix
	section int8  // that of the longest name which has one, or -1
	more    bool  // a longer name may be a public suffix
	wild    bool  // the next one is
	shared  bool
	example bool // a label is exampleName
}

// ask starts looking up host. It fills in q field by field: values that are put together
// and then copied wait for their parts, which took as long as the rest (BenchmarkFacts).
func (x *names) ask(q *question, host []byte) {
	n := len(host)
	q.suffix, q.next = -1, -1
	if n == 0 || n > maxHost || host[0] == '[' || host[n-1] == '.' || host[n-1] == 0 {
		return
	}
	end := lastBytes(host)
	lo := labelStart(host, n)
	if lo == 0 || n-lo > maxShort {
		return
	}
	s := x.short.slot(end >> (8 * (8 - n + lo) & 63))
	if s.val&suffixAny == 0 || s.val&reservedName != 0 {
		return
	}
	q.lo, q.suffix, q.reg, q.section = int32(lo), int32(lo), 0, -1
	q.more, q.wild = s.val&(suffixChildren|suffixWild) != 0, s.val&suffixWild != 0
	q.shared, q.example = false, false
	for lo > 0 {
		next := labelStart(host, lo)
		if n-next > maxShort {
			q.next = int32(next)
			q.hash = hashName(host[next:])
			q.tags = x.look(q.hash)
			break
		}
		s := x.short.slot(end >> (8 * (8 - n + next) & 63))
		q.step(x, host, next, s.val, s.name != 0)
		lo = next
	}
}

// step goes on to the name that starts at lo; val and ok are what was found of it.
func (w *walk) step(x *names, host []byte, lo int, val value, ok bool) {
	end := int(w.lo)
	name, dot := host[lo:], end-1-lo
	if w.more {
		if val&suffixException != 0 {
			w.suffix, w.more = int32(end), false
		} else {
			if val&suffixRule != 0 || w.wild {
				w.suffix = int32(lo)
			}
			w.wild = val&suffixWild != 0
			w.more = val&(suffixChildren|suffixWild) != 0
		}
	}
	if int(w.suffix) == end {
		w.reg = int32(lo)
	}
	listed := ok && val.text() < len(sections)
	if listed {
		w.section = int8(val.text())
	}
	if val&sharedHost != 0 {
		w.shared = true
	}
	if x.shapes.has(name[:dot]) {
		if !listed && x.family(name, dot) {
			w.section = familySection
		}
		w.shared = w.shared || x.sharedLabel(name, dot)
	}
	if dot == len(exampleName) && string(name[:dot]) == exampleName {
		w.example = true
	}
	w.lo = int32(lo)
}

// answer returns what is known of host, about which q was asked.
func (t *Tables) answer(host []byte, q *question) (f Facts) {
	if q.suffix < 0 {
		return t.facts(host)
	}
	x := t.names
	if q.next >= 0 {
		val, ok := x.find(host[q.next:], q.hash, q.tags)
		q.step(x, host, int(q.next), val, ok)
		for q.lo > 0 {
			lo := labelStart(host, int(q.lo))
			val, ok := x.get(host[lo:])
			q.step(x, host, lo, val, ok)
		}
	}
	f.Shared = q.shared
	f.Reserved = q.example && Reserved(host)
	if q.suffix == 0 {
		f.Kind = KindPublicSuffix
	} else {
		f.Reg = int32(len(host)) - q.reg
	}
	if t.over != nil {
		f.Entry, _, f.Listed = t.Lookup(host)
	} else if q.section >= 0 && !sections[q.section].allowed {
		f.Entry, f.Listed = sections[q.section].entry, true
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
