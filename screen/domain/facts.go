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
	x := t.names
	n := len(host)
	if n == 0 || n > maxHost || host[0] == '[' || host[n-1] == '.' {
		return t.facts(host)
	}
	lo, val := x.tld(host)
	if val&suffixAny == 0 || lo == 0 || val&reservedName != 0 {
		return t.facts(host)
	}

	var f Facts
	suffix, reg := lo, 0                         // where the public suffix and the registrable domain start
	more := val&(suffixChildren|suffixWild) != 0 // a longer name may be a suffix
	wild := val&suffixWild != 0
	section := -1 // that of the longest name which one has
	for lo > 0 {
		next := lo
		lo = labelStart(host, next)
		name, dot := host[lo:], next-1-lo
		val, ok := x.get(name)
		if more {
			switch {
			case val&suffixException != 0:
				suffix, more = next, false
			default:
				if val&suffixRule != 0 || wild {
					suffix = lo
				}
				wild = val&suffixWild != 0
				more = val&(suffixChildren|suffixWild) != 0
			}
		}
		if suffix == next {
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
	}
	switch {
	case suffix == 0:
		f.Kind = KindPublicSuffix
	default:
		f.Reg = int32(n - reg)
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
