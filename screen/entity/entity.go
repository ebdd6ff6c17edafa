// Package entity tells corporate subscribers from individual ones, as the Privacy and
// Electronic Communications (EC Directive) Regulations 2003 of the United Kingdom divide
// them in regulation 2(1): by the number in the companies' register, the legal form, the
// words of a company's name, and domains that only public bodies get.
//
// A corporate subscriber is a company, a body incorporated by charter, a partnership in
// Scotland, a corporation sole, and any other body that is a legal person distinct from
// its members. Everybody else is an individual, sole traders and the partners of other
// partnerships included; these may be written to with consent only (regulation 22). The
// Information Commissioner's guidance on business-to-business marketing lists limited
// companies, limited liability partnerships, Scottish partnerships and some government
// bodies as corporate.
//
// The evidence is what a list says, and no look-up in a register.
package entity

// A Subscriber is what a company is under the regulations, as far as can be told.
type Subscriber uint8

// The kinds of subscribers.
const (
	Unknown Subscriber = iota
	Corporate
	Individual
)

func (s Subscriber) String() string { return [...]string{"unknown", "corporate", "individual"}[s] }

// A Nation says whether a company is in Scotland, where a partnership is a legal person
// (Partnership Act 1890, section 4(2)).
type Nation uint8

// The nations, as far as they matter.
const (
	UnknownNation Nation = iota
	Scotland
	Elsewhere
)

// partnership returns what a partnership without limited liability is. Of one of which
// the nation is not known that it is an individual subscriber is the safe answer, and the
// likelier: one in twelve people lives in Scotland.
func partnership(n Nation) Subscriber {
	if n == Scotland {
		return Corporate
	}
	return Individual
}

// limitedPartnership returns what a limited partnership is: in Scotland a legal person,
// elsewhere none (Limited Partnerships Act 1907, section 7).
func limitedPartnership(n Nation) Subscriber {
	switch n {
	case Scotland:
		return Corporate
	case Elsewhere:
		return Individual
	}
	return Unknown
}
