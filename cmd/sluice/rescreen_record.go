package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen"
)

// begin takes away what a killed run left unfinished, works out what is known from now on,
// and writes down what is to be done. It reports false if that is nothing, and a manifest
// says so already.
func (r *rescreening) begin(ctx context.Context) (todo bool, err error) {
	if err := r.sweep(); err != nil {
		return false, err
	}
	digest, last, k := r.planDigest(), r.journal.last(), &r.index
	same := last != nil && last.Plan == digest
	if same && k.before != nil && k.digest == last.Known {
		k.gain, k.loss = last.Gain, last.Loss // it came that far
	} else if err := k.stage(ctx, r); err != nil {
		return false, err
	}
	r.at("known staged")
	idle := last == nil && !k.staged && !slices.ContainsFunc(r.tasks, func(t *task) bool { return t.how != manifest.HowNothingNew })
	if idle && (r.needed || there(r.manifest)) {
		return false, nil
	}
	if there(r.manifest) {
		return false, errors.Join(usage(fmt.Errorf("%s is there already, and a manifest is not replaced", r.manifest), "name a new one with -m"), r.unstage())
	}
	return true, r.journal.begin(plan{Plan: digest, Manifest: r.manifest, Known: k.digest, Gain: k.gain, Loss: k.loss})
}

// sweep removes what a killed run had staged and not yet written down.
func (r *rescreening) sweep() error {
	var errs []error
	for _, t := range r.tasks {
		if unlock, err := pipeline.Lock(t.Path); err == nil {
			unlock() // and with that a killed run's lock is gone
		}
		for _, path := range []string{t.Path, t.Path + manifest.KeysSuffix} {
			staged, err := pipeline.Staged(path)
			if err == nil && there(staged) {
				err = os.Remove(staged)
			}
			errs = append(errs, err)
		}
	}
	staged, err := pipeline.Staged(r.known)
	if err != nil {
		return err
	}
	// What External had not finished is named after what it was to be.
	unfinished, _ := filepath.Glob(filepath.Join(filepath.Dir(staged), "."+filepath.Base(staged)+"*.tmp"))
	left, err := filepath.Glob(staged + "*")
	for _, path := range append(left, unfinished...) {
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(append(errs, err)...)
}

func (r *rescreening) unstage() error {
	if !r.index.staged {
		return nil
	}
	staged, err := pipeline.Staged(r.known)
	if err != nil {
		return err
	}
	return os.Remove(staged)
}

// complete puts what is known in its place, then the manifest. With that the run is done.
func (r *rescreening) complete() error {
	r.at("all replaced")
	if r.index.staged {
		staged, err := pipeline.Staged(r.known)
		if err != nil {
			return err
		}
		if err := pipeline.Replace(staged, r.known); err != nil {
			return err
		}
	}
	r.at("known replaced")
	var targets []pipeline.Target
	if r.removed != "" {
		targets = append(targets, pipeline.Target{Role: roleRemoved, Path: r.removed})
	}
	outputs, err := pipeline.OpenOutputs(targets, pipeline.OutputOptions{Manifest: r.manifest, Stdout: r.p.stdout, Signed: r.signKey != nil})
	if err != nil {
		return err
	}
	defer outputs.Abort()
	rows := int64(0)
	if w := outputs.Writer(roleRemoved); w != nil {
		if rows, err = r.writeRemoved(w); err != nil {
			return err
		}
	}
	written, err := outputs.Finish()
	if err != nil {
		return err
	}
	statement, err := r.record(written, rows)
	if err != nil {
		return err
	}
	data, err := statement.Marshal()
	if err != nil {
		return err
	}
	var envelope []byte
	if r.signKey != nil {
		if envelope, err = manifest.Sign(data, r.signKey); err != nil {
			return err
		}
	}
	if err := outputs.PublishSigned(data, envelope); err != nil {
		return err
	}
	r.at("manifest written")
	r.told.place, r.told.recorded = r.manifest, statement
	if isTerminal(r.p.stderr) && !r.quiet {
		r.tell(r.p.stderr, "were removed")
	}
	return r.journal.remove()
}

// roleRemoved is the output that says which rows were taken out.
const roleRemoved = "removed"

// writeRemoved writes which rows were taken out, and why.
func (r *rescreening) writeRemoved(w io.Writer) (rows int64, err error) {
	c := csv.NewWriter(w)
	c.Write([]string{"delivery", "row", "verdict", "reason", "list"})
	for _, t := range r.tasks {
		for _, row := range t.done.Rows {
			c.Write([]string{t.done.Entry.Name, strconv.FormatInt(row.Row, 10), row.Verdict, row.Reason, row.List})
			rows++
		}
	}
	c.Flush()
	return rows, c.Error()
}

// record makes the manifest.
func (r *rescreening) record(written []pipeline.Written, removed int64) (*manifest.Statement, error) {
	s := r.rules
	s.warnings, s.told.runID = r.warnings, r.told.id()
	p := manifest.Predicate{Tool: s.tool(), Lists: s.manifestLists(), NotChecked: r.skipped, Run: s.runRecord()}
	var err error
	if p.Policy, err = s.effectivePolicy(); err != nil {
		return nil, err
	}
	p.Index = manifest.Index{Method: "bloom filter over SHA-1 digests, then the digest itself", Entries: r.lists.entries(), Files: s.manifestIndexes()}
	re := &manifest.Rescreen{Follows: r.follow(), Deliveries: []manifest.Rescreened{}, Known: manifest.KnownEntries{
		Name: manifest.Name(r.manifest, r.known), SHA256: r.index.digest, Entries: r.index.entries, New: r.index.gain, Lost: r.index.loss}}
	a := &p.Accounting
	for _, t := range r.tasks {
		o := t.done
		p.Inputs = append(p.Inputs, o.Input)
		p.Outputs = append(p.Outputs, o.Output)
		if o.Keys != nil {
			p.Outputs = append(p.Outputs, *o.Keys)
		}
		re.Deliveries = append(re.Deliveries, o.Entry)
		a.Read += o.Input.Rows
		if o.Output.Role == manifest.RoleQuarantine {
			a.Quarantined += o.Output.Rows
		} else {
			a.Kept += o.Output.Rows
		}
		for _, c := range o.Entry.Removed {
			p.Reasons = addReason(p.Reasons, c)
			if c.Verdict == screen.Sealed.String() {
				a.Sealed += c.Rows
			} else {
				a.Rejected += c.Rows
			}
		}
		for _, l := range o.Lists {
			p.Lists[l.ID-1].Matched += l.Matched
			p.Lists[l.ID-1].Decided += l.Decided
		}
	}
	sortReasons(p.Reasons)
	for _, w := range written {
		p.Outputs = append(p.Outputs, manifest.Output{Role: w.Role, Name: manifest.Name(r.manifest, w.Path), Format: "csv", Rows: removed, Bytes: w.Bytes, Digest: w.Digest})
	}
	p.Rescreen = re
	if p.Chain, err = r.link(r.manifest); err != nil {
		return nil, err
	}
	return manifest.Seal(p)
}

// follow names the manifests that spoke last of the deliveries.
func (r *rescreening) follow() []manifest.Followed {
	all := []manifest.Followed{}
	for _, rec := range r.held.Records {
		if slices.ContainsFunc(r.tasks, func(t *task) bool { return t.Newest == rec }) {
			all = append(all, manifest.Followed{Name: manifest.Name(r.manifest, rec.Path), SHA256: rec.SHA256})
		}
	}
	return all
}

func addReason(all []manifest.ReasonCount, c manifest.ReasonCount) []manifest.ReasonCount {
	for i := range all {
		if all[i].Reason == c.Reason && all[i].Verdict == c.Verdict {
			all[i].Rows += c.Rows
			return all
		}
	}
	return append(all, c)
}

// sortReasons puts counts in the order of precedence.
func sortReasons(all []manifest.ReasonCount) {
	rank := func(c manifest.ReasonCount) int {
		reason, _ := screen.ReasonNamed(c.Reason)
		return int(reason)
	}
	slices.SortFunc(all, func(a, b manifest.ReasonCount) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Verdict, b.Verdict))
	})
}

// report says what must go, and writes nothing.
func (r *rescreening) report(ctx context.Context) error {
	rows, lists := 0, 0
	for _, t := range r.tasks {
		o, err := r.screenAgain(ctx, t, false)
		if err != nil {
			return err
		}
		if t.done = o; len(o.Rows) > 0 {
			rows += len(o.Rows)
			lists++
		}
	}
	r.tell(r.p.stdout, "must go")
	if rows == 0 {
		return nil
	}
	return &failure{exit: exitGate, code: "must_go", err: fmt.Errorf("%d rows of %d of the %d lists must go", rows, lists, len(r.tasks)),
		hint: "sluice rescreen without --check-only takes them out"}
}

// tell says what becomes of each delivery that loses rows, and of how many nothing does.
func (r *rescreening) tell(w io.Writer, what string) {
	same := 0
	for _, t := range r.tasks {
		if len(t.done.Rows) == 0 {
			same++
			continue
		}
		var why []string
		for _, c := range t.done.Entry.Removed {
			why = append(why, fmt.Sprintf("%s %s", c.Reason, thousands(c.Rows)))
		}
		fmt.Fprintf(w, "%s: %s of %s rows %s: %s\n", t.done.Entry.Name, thousands(int64(len(t.done.Rows))), thousands(t.done.Input.Rows), what, strings.Join(why, ", "))
	}
	fmt.Fprintf(w, "%d lists: nothing to do\n", same)
}
