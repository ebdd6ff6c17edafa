package screen

import "fmt"

// A Policy says what each reason leads to. Rules do not know it.
type Policy struct {
	verdicts [NumReasons]Verdict
	off      Reasons
	marks    Reasons // those that only mark a row: they lead to Keep
}

// DefaultPolicy returns the verdicts of the specification.
func DefaultPolicy() *Policy {
	p := &Policy{}
	for r := range NumReasons {
		p.verdicts[r] = r.Verdict()
	}
	return p
}

// Set changes what r leads to. Reasons that seal a row cannot be weakened.
func (p *Policy) Set(r Reason, v Verdict) error {
	if r.Verdict() == Sealed && v != Sealed {
		return fmt.Errorf("reason %s seals a row and cannot be weakened", r)
	}
	p.verdicts[r] = v
	p.marks &^= 1 << r
	if v == Keep {
		p.marks |= 1 << r
	}
	return nil
}

// Off takes r out of consideration. Reasons that seal a row cannot be turned off,
// nor can row_malformed, because there is nothing else to judge such a row by.
func (p *Policy) Off(r Reason) error {
	if r.Verdict() == Sealed || r == RowMalformed {
		return fmt.Errorf("reason %s cannot be turned off", r)
	}
	p.off = p.off.With(r)
	return nil
}

// Verdict returns what reason r leads to.
func (p *Policy) Verdict(r Reason) Verdict { return p.verdicts[r] }

// IsOff reports whether r is out of consideration.
func (p *Policy) IsOff(r Reason) bool { return p.off.Has(r) }

// Primary returns the reason that decides among s: the first that does not lead to
// Keep.
func (p *Policy) Primary(s Reasons) (Reason, bool) { return (s &^ (p.off | p.marks)).First() }

// Decide takes what is off out of d's reasons and sets its verdict: that of the
// primary reason.
func (p *Policy) Decide(d *Decision) {
	d.Reasons &^= p.off
	d.Verdict = Keep
	if r, ok := p.Primary(d.Reasons); ok {
		d.Verdict = p.verdicts[r]
	}
}
