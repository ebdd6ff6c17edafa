package manifest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Show writes the manifest as text for people. It says the same as the JSON, less the
// effective policy.
func (s *Statement) Show(w io.Writer) error {
	p := &s.Predicate
	t := &table{Writer: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.head("run")
	t.row("id", p.Run.ID)
	t.row("started", p.Run.Started.UTC().Format(time.RFC3339))
	t.row("took", p.Run.Finished.Sub(p.Run.Started).Round(time.Millisecond).String())
	t.row("tool", strings.TrimSpace(p.Tool.Name+" "+p.Tool.Version+" "+p.Tool.Commit))
	t.row("policy", p.Policy.Name, short(p.Policy.SHA256))
	if s := p.Shard; s != nil {
		t.row("shard", fmt.Sprintf("%d of %d", s.Index, s.Count), short(s.Job))
	}
	if s := p.Shards; s != nil {
		t.row("shards", fmt.Sprint(len(s.Merged)), short(s.Job))
	}
	t.row("chain", fmt.Sprint(p.Chain.Sequence), short(p.Chain.Previous))

	t.head("rows")
	a := p.Accounting
	for _, c := range []struct {
		name string
		rows int64
	}{{"read", a.Read}, {"kept", a.Kept}, {"quarantined", a.Quarantined}, {"rejected", a.Rejected}, {"sealed", a.Sealed}} {
		t.row(c.name, grouped(c.rows), share(c.rows, a.Read))
	}
	t.head("reasons")
	for _, r := range p.Reasons {
		t.row(r.Reason, grouped(r.Rows), r.Verdict)
	}
	t.head("flags")
	for _, f := range p.Flags {
		t.row(f.Flag, grouped(f.Rows))
	}
	t.head("inputs")
	for _, in := range p.Inputs {
		var how []string
		for _, s := range in.Settings {
			how = append(how, fmt.Sprintf("%s %s (%s)", s.Name, s.Value, s.How))
		}
		t.row(in.Name, grouped(in.Rows)+" rows", grouped(in.Bytes)+" bytes", in.Format, in.Digest.short(), strings.Join(how, ", "))
	}
	t.head("lists")
	for _, l := range p.Lists {
		t.row(l.Name, l.Class, grouped(l.Entries)+" entries", grouped(l.Matched)+" rows matched", grouped(l.Decided)+" decided",
			l.AsOf, l.Digest.short(), l.Index)
		for _, o := range l.Overrides {
			t.row("", "used though it "+o.What+"; reason given: "+o.Reason)
		}
	}
	t.head("index files")
	for _, f := range p.Index.Files {
		t.row(f.Name, grouped(f.Bytes)+" bytes", short(f.SHA256))
	}
	t.head("columns")
	for _, c := range p.Columns {
		t.row(fmt.Sprint(c.Index), c.Name, c.Role, c.Tag, c.Action, c.Source, c.LegalBasis)
	}
	t.head("outputs")
	for _, o := range p.Outputs {
		t.row(o.Role, o.Name, grouped(o.Rows)+" rows", grouped(o.Bytes)+" bytes", o.short(), o.Encrypted)
	}
	if p.Rescreen != nil {
		t.head("screened again")
		for _, d := range p.Rescreen.Deliveries {
			removed := int64(0)
			for _, r := range d.Removed {
				removed += r.Rows
			}
			t.row(d.Name, d.How, d.Found, grouped(d.Read)+" rows read", grouped(removed)+" removed")
		}
	}
	t.head("ledger")
	if l := p.Ledger; l != nil {
		t.row("root", grouped(l.Rows)+" rows", short(l.Root), l.Key)
	}
	t.head("not checked")
	for _, n := range p.NotChecked {
		t.row(n.What, n.Why)
	}
	t.head("warnings")
	for _, warning := range p.Run.Warnings {
		t.row(warning)
	}
	return t.Flush()
}

// Show writes the report as text for people: problems first.
func (r *Report) Show(w io.Writer) error {
	for _, p := range r.Problems {
		if _, err := fmt.Fprintln(w, printable(p.Error())); err != nil {
			return err
		}
	}
	for _, s := range r.Skipped {
		if _, err := fmt.Fprintln(w, "not compared:", printable(s)); err != nil {
			return err
		}
	}
	by := map[string]int{}
	for _, s := range r.Superseded {
		by[s[strings.LastIndex(s, ": by ")+len(": by "):]]++
	}
	for _, newer := range slices.Sorted(maps.Keys(by)) {
		if _, err := fmt.Fprintf(w, "%s: superseded: %d of its files, by %s\n", printable(r.Manifest), by[newer], printable(newer)); err != nil {
			return err
		}
	}
	verdict := "as recorded"
	if !r.OK() {
		verdict = fmt.Sprintf("%d problems", len(r.Problems))
	}
	_, err := fmt.Fprintf(w, "%s: %s, %d things compared\n", printable(r.Manifest), verdict, len(r.Checked))
	return err
}

// table lays out sections of rows. A section without rows is left out.
type table struct {
	*tabwriter.Writer
	pending string // the head of the section that has no row yet
}

func (t *table) head(name string) { t.pending = strings.ToUpper(name) + "\n" }

func (t *table) row(cells ...string) {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for i, c := range cells {
		cells[i] = printable(c)
	}
	fmt.Fprintf(t, "%s  %s\n", t.pending, strings.Join(cells, "\t"))
	t.pending = ""
}

// printable replaces control characters, which in a manifest from elsewhere could
// steer a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\ufffd'
		}
		return r
	}, s)
}

func (d Digest) short() string {
	if d.SHA256 != "" {
		return short(d.SHA256)
	}
	return d.XXH64
}

func short(digest string) string { return digest[:min(len(digest), 12)] }

// grouped writes n with spaces between thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// share writes n of all as a per cent value.
func share(n, all int64) string {
	if all <= 0 || n < 0 || n > maxInt {
		return ""
	}
	tenths := (n*1000 + all/2) / all
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}
