package manifest

import (
	"strings"
	"testing"
	"time"
)

// TestRescreenBalances wants the sums of a re-screen to be checked.
func TestRescreenBalances(t *testing.T) {
	hex := strings.Repeat("a", 64)
	good := func() Predicate {
		p := Predicate{Tool: Tool{Name: "sluice", Version: "1"}, Policy: Policy{SHA256: hex}}
		p.Inputs = []Input{{Name: "clean.csv", Format: "csv", Compression: "none", Rows: 10, Digest: Digest{SHA256: hex}},
			{Name: "look.csv", Format: "csv", Compression: "none", Rows: 4, Digest: Digest{SHA256: hex}}}
		p.Outputs = []Output{kept("clean.csv", 7, "b"), {Role: RoleQuarantine, Name: "look.csv", Rows: 4, Digest: Digest{SHA256: hex}},
			{Role: RoleKeys, Name: "clean.csv.keys", Format: FormatKeys, Digest: Digest{SHA256: hex}}}
		p.Accounting = Accounting{Read: 14, Kept: 7, Quarantined: 4, Rejected: 1, Sealed: 2}
		p.Reasons = []ReasonCount{{"erased", "sealed", 2}, {"excluded_email", "reject", 1}}
		p.Rescreen = &Rescreen{Follows: []Followed{{"m.json", hex}}, Known: KnownEntries{Name: "known.idx", SHA256: hex, Entries: 9, New: 3},
			Deliveries: []Rescreened{{Name: "clean.csv", Role: RoleKept, How: HowKeys, Found: FoundRecorded, Rules: hex, Read: 5, Removed: p.Reasons},
				{Name: "look.csv", Role: RoleQuarantine, How: HowNothingNew, Found: FoundRecorded, Rules: hex}}}
		p.Run.ID, p.Run.Started, p.Run.Finished = "r", time.Unix(1, 0), time.Unix(2, 0)
		return p
	}
	st, err := Seal(good())
	if err != nil {
		t.Fatal(err)
	}
	data, err := st.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if problems := validate(data); len(problems) > 0 {
		t.Errorf("the schema refuses it: %v", problems[0])
	}
	for name, spoil := range map[string]func(*Predicate){
		"rows left":       func(p *Predicate) { p.Outputs[0].Rows = 8 },
		"rows held back":  func(p *Predicate) { p.Outputs[1].Rows = 5 },
		"reasons":         func(p *Predicate) { p.Rescreen.Deliveries[0].Removed = p.Reasons[:1] },
		"followed digest": func(p *Predicate) { p.Rescreen.Follows[0].SHA256 = "x" },
		"rows read":       func(p *Predicate) { p.Inputs[0].Rows = 11 },
	} {
		p := good()
		spoil(&p)
		if _, err := Seal(p); err == nil {
			t.Errorf("%s: not noticed", name)
		}
	}
}
