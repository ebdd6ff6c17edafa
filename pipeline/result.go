package pipeline

import (
	"sluice/formats"
	"sluice/pipeline/manifest"
	"sluice/pipeline/merkle"
	"sluice/screen"
)

// A Result is what a run counted.
type Result struct {
	Accounting manifest.Accounting
	Malformed  int64 // rows that could not be read, whatever became of them

	// Reasons counts rows by their primary reason and verdict. Kept rows that carry
	// a reason (a policy made a flag of it) are counted under screen.Keep.
	Reasons [screen.NumReasons][screen.NumVerdicts]int64
	// Flags counts the kept rows that carry each flag.
	Flags [screen.NumFlags]int64
	// Lists is what each suppression list did: ListID i is Lists[i-1]. It is as
	// long as the highest list that a row hit, or Job.ListNames.
	Lists []ListCount

	BloomHits, FalsePositives int64

	Begin, End Place // the stretch of the list that was read: End counts from Begin

	Rows Rows
	// LedgerRoot is the root over the lines of the decision ledger, if Job.Salts asked for it.
	LedgerRoot merkle.Hash
	// Inputs describes the inputs in order, each with the rows that were read.
	Inputs []formats.Info
}

// A ListCount is the rows on one suppression list, and those of them for which that
// list is the reason.
type ListCount struct{ Matched, Decided int64 }

// Rows is how many rows each output holds, headers not counted.
type Rows struct{ Kept, Quarantine, Annotated, Restricted, Rejects, Decisions int64 }

// Reasoned returns the counts of primary reasons for the manifest, in order of
// precedence, verdicts of one reason in their order. Kept rows are left out.
func (r *Result) Reasoned() []manifest.ReasonCount {
	counts := []manifest.ReasonCount{}
	for reason := range screen.NumReasons {
		for v := screen.Quarantine; v < screen.NumVerdicts; v++ {
			if n := r.Reasons[reason][v]; n > 0 {
				counts = append(counts, manifest.ReasonCount{Reason: reason.String(), Verdict: v.String(), Rows: n})
			}
		}
	}
	return counts
}

// Flagged returns the counts of flags for the manifest: those that some kept row
// carries, in their order.
func (r *Result) Flagged() []manifest.FlagCount {
	counts := []manifest.FlagCount{}
	for f := range screen.NumFlags {
		if n := r.Flags[f]; n > 0 {
			counts = append(counts, manifest.FlagCount{Flag: f.String(), Rows: n})
		}
	}
	return counts
}

// Record fills the parts of p that the run itself knows: inputs, accounting,
// reasons, flags, the index's counts, and the rows that each of p.Lists (by its
// ID) matched and decided.
func (r *Result) Record(p *manifest.Predicate) {
	p.Accounting = r.Accounting
	p.Reasons = r.Reasoned()
	p.Flags = r.Flagged()
	p.Index.BloomHits, p.Index.FalsePositives = r.BloomHits, r.FalsePositives
	for i := range p.Lists {
		l := &p.Lists[i]
		if l.ID > 0 && l.ID <= len(r.Lists) {
			l.Matched, l.Decided = r.Lists[l.ID-1].Matched, r.Lists[l.ID-1].Decided
		}
	}
	p.Inputs = make([]manifest.Input, len(r.Inputs))
	for i, in := range r.Inputs {
		settings := make([]manifest.Setting, len(in.Settings))
		for k, s := range in.Settings {
			settings[k] = manifest.Setting{Name: s.Name, Value: s.Value, How: s.How}
		}
		p.Inputs[i] = manifest.Input{
			Name: in.Name, Format: in.Format, Compression: in.Compression, Settings: settings,
			Rows: in.Rows, Bytes: in.Bytes, Offset: in.Offset, Whole: in.Whole, Digest: manifest.Digest{SHA256: in.SHA256, XXH64: in.XXH64},
		}
	}
}
