package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// ErrShards are manifests that are not those of all shards of one job.
var ErrShards = errors.New("not the shards of one job")

// Merge joins the manifests of all shards of one job, which Verify has read, into what is
// said of the whole list by a manifest at path: sums, and the files of all. Run and Chain are
// the caller's to add. The error, an ErrShards, says which shard is missing, there twice,
// or of another job, and in what.
func Merge(path string, shards []*Report) (Predicate, error) {
	var p Predicate
	if len(shards) == 0 {
		return p, fmt.Errorf("%w: none was given", ErrShards)
	}
	shards = slices.Clone(shards)
	slices.SortStableFunc(shards, func(a, b *Report) int { return cmp.Compare(index(a), index(b)) })
	if err := oneJob(shards); err != nil {
		return p, err
	}
	if err := adjoin(shards); err != nil {
		return p, err
	}
	first := &shards[0].Statement.Predicate
	name := func(r *Report, file string) string {
		if file == "" {
			return ""
		}
		return Name(path, Locate(r.Manifest, file))
	}
	p = Predicate{Tool: first.Tool, Policy: first.Policy, Index: first.Index, NotChecked: slices.Clone(first.NotChecked),
		Lists: slices.Clone(first.Lists), Columns: slices.Clone(first.Columns), Shards: &Shards{Job: first.Shard.Job}}
	for i := range p.Lists {
		l := &p.Lists[i]
		l.File, l.Index, l.Matched, l.Decided = name(shards[0], l.File), name(shards[0], l.Index), 0, 0
	}
	p.Policy.Files = slices.Clone(first.Policy.Files)
	for i := range p.Policy.Files {
		p.Policy.Files[i].Name = name(shards[0], p.Policy.Files[i].Name)
	}
	p.Index.Files = slices.Clone(first.Index.Files)
	for i := range p.Index.Files {
		p.Index.Files[i].Name = name(shards[0], p.Index.Files[i].Name)
	}
	p.Index.BloomHits, p.Index.FalsePositives = 0, 0
	if first.DataMap != nil {
		m := *first.DataMap
		m.WatchedRows = 0
		p.DataMap = &m
	}
	for i := range p.Columns {
		p.Columns[i].Drift = 0
	}
	outputs := map[string]string{}
	for _, r := range shards {
		q := &r.Statement.Predicate
		p.Shards.Malformed += q.Shard.Malformed
		p.Shards.Merged = append(p.Shards.Merged, Merged{Index: q.Shard.Index, Name: Name(path, r.Manifest), Rows: q.Accounting.Read, SHA256: r.SHA256})
		p.add(q)
		for _, in := range q.Inputs {
			in.Name = name(r, in.Name)
			p.Inputs = append(p.Inputs, in)
		}
		for _, o := range q.Outputs {
			o.Name = name(r, o.Name)
			if other := outputs[o.Name]; other != "" && o.Name != "-" {
				return p, fmt.Errorf("%w: %s and %s both name %s: one wrote over the other's rows", ErrShards, other, r.Manifest, o.Name)
			}
			outputs[o.Name] = r.Manifest
			p.Outputs = append(p.Outputs, o)
		}
	}
	p.sortCounts(first.Policy.ReasonOrder)
	return p, nil
}

// ShardOf returns the name of the manifest of the shard that has a row, from 1 over the
// whole list; "" if there is none, or no shards.
func (p *Predicate) ShardOf(row int64) string {
	if p.Shards == nil {
		return ""
	}
	for _, m := range p.Shards.Merged {
		if row -= m.Rows; row < 1 {
			return m.Name
		}
	}
	return ""
}

// index returns which shard a manifest is of; 0 for none.
func index(r *Report) int {
	if s := r.Statement.Predicate.Shard; s != nil {
		return s.Index
	}
	return 0
}

// oneJob checks that shards, by index, are all of one job, and each once.
func oneJob(shards []*Report) error {
	first := shards[0].Statement.Predicate.Shard
	for i, r := range shards {
		s := r.Statement.Predicate.Shard
		switch {
		case s == nil:
			return fmt.Errorf("%w: %s is not of a shard", ErrShards, r.Manifest)
		case s.Job != first.Job || s.Count != first.Count:
			return fmt.Errorf("%w: %s is of another job than %s: %s", ErrShards, r.Manifest, shards[0].Manifest, difference(shards[0].Statement, r.Statement))
		case i > 0 && s.Index == index(shards[i-1]):
			return fmt.Errorf("%w: %s and %s are both shard %d of %d", ErrShards, shards[i-1].Manifest, r.Manifest, s.Index, s.Count)
		}
	}
	have := map[int]bool{}
	for _, r := range shards {
		have[index(r)] = true
	}
	var missing []string
	for i := 1; i <= first.Count; i++ {
		if !have[i] {
			missing = append(missing, fmt.Sprint(i))
		}
	}
	if len(missing) > 10 {
		missing = append(missing[:10], "…")
	}
	if missing != nil {
		return fmt.Errorf("%w: missing of %d: %s", ErrShards, first.Count, strings.Join(missing, ", "))
	}
	return nil
}

// difference says in which settings two runs differ, for people.
func difference(a, b *Statement) string {
	if n, m := a.Predicate.Shard.Count, b.Predicate.Shard.Count; n != m {
		return fmt.Sprintf("one of %d shards, the other of %d", n, m)
	}
	settings := func(s *Statement) *Statement {
		c := *s
		p := &c.Predicate
		p.Accounting, p.Inputs, p.Outputs, p.Reasons, p.Flags, p.DataMap, p.NotChecked, p.Index = Accounting{}, nil, nil, nil, nil, nil, nil, Index{}
		p.Policy.SHA256, p.Policy.Digest = "", ""
		p.Lists, p.Columns = slices.Clone(p.Lists), slices.Clone(p.Columns)
		for i := range p.Lists {
			p.Lists[i].Matched, p.Lists[i].Decided = 0, 0
		}
		for i, col := range p.Columns {
			p.Columns[i] = Column{Index: col.Index, Name: col.Name, Role: col.Role} // the rest its rows tell
		}
		return &c
	}
	changes, err := Diff(settings(a), settings(b))
	if err != nil || len(changes) == 0 {
		return "its list is another: other inputs, or of another size or time of change"
	}
	var where []string
	for _, c := range changes[:min(3, len(changes))] {
		where = append(where, c.Where)
	}
	return "they differ in " + strings.Join(where, ", ")
}

// adjoin checks that the rows and bytes of shards, by index, follow one another: none is
// left out and none read twice.
func adjoin(shards []*Report) error {
	rows := int64(0)
	var last *Input // of which the shards so far have read up to at
	at := int64(0)
	for _, r := range shards {
		p := &r.Statement.Predicate
		if p.Shard.RowsBefore != rows {
			return fmt.Errorf("%w: %s begins behind row %d, those before it end with row %d", ErrShards, r.Manifest, p.Shard.RowsBefore, rows)
		}
		rows += p.Accounting.Read
		for i := range p.Inputs {
			in := &p.Inputs[i]
			same := last != nil && filepath.Base(last.Name) == filepath.Base(in.Name) && last.Whole == in.Whole
			switch {
			case in.Offset == 0 && (last == nil || at == last.Whole):
			case in.Offset > 0 && same && in.Offset == at:
			default:
				return fmt.Errorf("%w: %s does not go on where the shard before it ends in %s", ErrShards, r.Manifest, in.Name)
			}
			if last, at = in, in.Offset+in.Bytes; in.Whole == 0 {
				last = nil
			}
		}
	}
	if last != nil && at != last.Whole {
		return fmt.Errorf("%w: the end of %s is in none", ErrShards, last.Name)
	}
	return nil
}

// add adds what a shard counted.
func (p *Predicate) add(q *Predicate) {
	a, b := &p.Accounting, q.Accounting
	a.Read += b.Read
	a.Kept += b.Kept
	a.Quarantined += b.Quarantined
	a.Rejected += b.Rejected
	a.Sealed += b.Sealed
	p.Index.BloomHits += q.Index.BloomHits
	p.Index.FalsePositives += q.Index.FalsePositives
	for _, r := range q.Reasons {
		i := slices.IndexFunc(p.Reasons, func(x ReasonCount) bool { return x.Reason == r.Reason && x.Verdict == r.Verdict })
		if i < 0 {
			p.Reasons = append(p.Reasons, r)
		} else {
			p.Reasons[i].Rows += r.Rows
		}
	}
	for _, f := range q.Flags {
		i := slices.IndexFunc(p.Flags, func(x FlagCount) bool { return x.Flag == f.Flag })
		if i < 0 {
			p.Flags = append(p.Flags, f)
		} else {
			p.Flags[i].Rows += f.Rows
		}
	}
	for i := range min(len(p.Lists), len(q.Lists)) {
		p.Lists[i].Matched += q.Lists[i].Matched
		p.Lists[i].Decided += q.Lists[i].Decided
	}
	for i := range min(len(p.Columns), len(q.Columns)) {
		p.Columns[i].Drift += q.Columns[i].Drift
	}
	if p.DataMap != nil && q.DataMap != nil {
		p.DataMap.WatchedRows += q.DataMap.WatchedRows
	}
}

// sortCounts puts reasons into their order of precedence, as one run has them.
func (p *Predicate) sortCounts(order []string) {
	verdicts := []string{"quarantine", "reject", "sealed"}
	slices.SortStableFunc(p.Reasons, func(a, b ReasonCount) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Reason), slices.Index(order, b.Reason)),
			cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)))
	})
}
