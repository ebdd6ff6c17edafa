package manifest

// Rescreen is what a run did that screened deliveries again. Its inputs are the
// deliveries as they were found, its outputs all of them as they are since.
type Rescreen struct {
	Follows    []Followed   `json:"follows"` // the manifests that spoke of the deliveries last
	Known      KnownEntries `json:"known"`
	Deliveries []Rescreened `json:"deliveries"`
}

// A Followed is a manifest by its place and the digest of its bytes.
type Followed struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// KnownEntries are the entries of all lists that the deliveries are now free of, in an
// index file that the next run compares its lists with.
type KnownEntries struct {
	Name    string `json:"name,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of what follows its first 4,096 bytes
	Entries int64  `json:"entries"`
	New     int64  `json:"new"`  // that the lists have gained since
	Lost    int64  `json:"lost"` // that no list has any more and that are applied all the same
}

// A Rescreened is one delivery that was screened again.
type Rescreened struct {
	Name    string        `json:"name"`
	Role    string        `json:"role"`
	How     string        `json:"how"`               // nothing_new, keys, lists, rules
	Found   string        `json:"found"`             // as_recorded, restored, altered
	Reason  string        `json:"reason,omitempty"`  // given for taking an altered one
	Rules   string        `json:"rules,omitempty"`   // digest of the rules that its rows meet
	Read    int64         `json:"read"`              // rows that were looked at
	Removed []ReasonCount `json:"removed,omitempty"` // rows that were taken out, by primary reason
}

// How a delivery was screened again.
const (
	HowNothingNew = "nothing_new" // no list had gained an entry
	HowKeys       = "keys"        // by its key file, and the rows that this led to
	HowLists      = "lists"       // every row, by the lists alone
	HowRules      = "rules"       // every row, by all rules
)

// How a delivery was found.
const (
	FoundRecorded = "as_recorded"
	FoundRestored = "restored" // as an earlier manifest records it
	FoundAltered  = "altered"
)

// checkRescreen checks what only the manifest of a re-screen says.
func (p *Predicate) checkRescreen(b *balance) {
	var kept, quarantined int64
	for _, o := range p.Outputs {
		switch {
		case o.Role == RoleQuarantine:
			quarantined += o.Rows
		case p.IsDelivery(o):
			kept += o.Rows
		}
	}
	b.equal("accounting.kept", "not the rows of the deliveries", p.Accounting.Kept, kept)
	b.equal("accounting.quarantined", "not the rows of the quarantined deliveries", p.Accounting.Quarantined, quarantined)
	removed := map[ReasonCount]int64{}
	for _, d := range p.Rescreen.Deliveries {
		for _, r := range d.Removed {
			removed[ReasonCount{Reason: r.Reason, Verdict: r.Verdict}] += r.Rows
		}
	}
	for _, r := range p.Reasons {
		b.equal("reasons", "those of the deliveries do not add up to it: "+r.Reason, r.Rows, removed[ReasonCount{Reason: r.Reason, Verdict: r.Verdict}])
	}
	for _, f := range p.Rescreen.Follows {
		b.sha256("rescreen.follows", f.SHA256)
	}
	if k := p.Rescreen.Known; k.SHA256 != "" {
		b.sha256("rescreen.known.sha256", k.SHA256)
	}
}
