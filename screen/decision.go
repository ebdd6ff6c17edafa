package screen

import "sluice/screen/suppress"

// A Decision is what the rules found for one row.
type Decision struct {
	Reasons Reasons
	Flags   Flags
	Verdict Verdict
	List    suppress.ListID // the list behind the primary reason, or 0
	Form    uint8           // the form of the address that hit (an address.Form)

	// Evidence is what each gate's answer rests on, also of rows that it let pass.
	Evidence [NumGates]EvidenceKind
}

// EvidenceFor returns what the gate that found reason r rests on; EvidenceNone if r is no
// gate's.
func (d *Decision) EvidenceFor(r Reason) EvidenceKind {
	if g, ok := gateOf(r); ok {
		return d.Evidence[g]
	}
	return EvidenceNone
}

// A Match is one list entry that a row hit, whether or not it decided.
type Match struct {
	Row    int
	Reason Reason
	List   suppress.ListID
	Form   uint8
}

// An Outcome is the decisions for the rows of one batch. It is reused: Screen
// overwrites it.
type Outcome struct {
	Decisions []Decision
	Matches   []Match  // ascending by row
	Prints    []uint64 // a 64-bit print of each row's canonical address, for repeats; 0 when it has none

	Traced  bool     // Keys says what the rows can be looked up by
	keys    []uint64 // of all rows
	keyEnds []uint32 // those of row i are keys[keyEnds[i]:keyEnds[i+1]]

	BloomHits, FalsePositives int64 // look-ups that passed the filter, and those of them that no entry confirmed
}
