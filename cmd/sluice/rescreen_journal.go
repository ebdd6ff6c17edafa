package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// A journal is what a re-screen has done so far, so that the next run can complete it:
// a file of JSON lines beside the manifest, of which each is on the disk before what it
// says is done. It goes when the manifest is there. It holds names, digests, counts, row
// numbers and reasons, and nothing of any row.
type journal struct {
	path string
	file *os.File // nil until there is something to write
	size int64    // of its whole lines

	plans []plan
}

// A plan is what one run set out to do, and what it did of it. A run that finds other
// lists than the one that was interrupted adds a plan of its own.
type plan struct {
	Plan     string `json:"plan"`     // digest of all that decides what is done
	Manifest string `json:"manifest"` // where it is there, all is done
	Known    string `json:"known"`    // digest of what is known when it is done
	Gain     int64  `json:"gain"`
	Loss     int64  `json:"loss"`

	outcomes []*outcome
}

// An outcome is what was done to one delivery. Names of files are as in the manifest.
type outcome struct {
	Path   string              `json:"path"` // absolute
	Known  string              `json:"known"`
	Input  manifest.Input      `json:"input"`
	Output manifest.Output     `json:"output"`
	Keys   *manifest.Output    `json:"keys,omitempty"`
	Entry  manifest.Rescreened `json:"entry"`
	Lists  []listRows          `json:"lists,omitempty"`
	Rows   []removedRow        `json:"rows,omitempty"`

	Rewritten bool `json:"rewritten,omitempty"` // a file is staged to take the place of the delivery
	Rekeyed   bool `json:"rekeyed,omitempty"`   // likewise of its key file
	Unkeyed   bool `json:"unkeyed,omitempty"`   // its key file goes
}

// listRows are the rows of a delivery on one list.
type listRows struct {
	ID      int   `json:"id"`
	Matched int64 `json:"matched"`
	Decided int64 `json:"decided"`
}

// A removedRow is a row that was taken out, by its number in the delivery as it was found,
// from 1.
type removedRow struct {
	Row     int64  `json:"row"`
	Reason  string `json:"reason"`
	Verdict string `json:"verdict"`
	List    string `json:"list,omitempty"`
}

// readJournal reads what an interrupted run left; nothing if there was none. A last line
// that was cut off was not acted upon.
func readJournal(path string) (*journal, error) {
	j := &journal{path: path}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	for n := 1; len(data) > 0; n++ {
		line, rest, whole := bytes.Cut(data, []byte{'\n'})
		if !whole {
			break
		}
		data = rest
		j.size += int64(len(line)) + 1
		var o outcome
		var p plan
		if err := json.Unmarshal(line, &o); err == nil && o.Path != "" && len(j.plans) > 0 {
			last := &j.plans[len(j.plans)-1]
			last.outcomes = append(last.outcomes, &o)
		} else if err := json.Unmarshal(line, &p); err == nil && p.Plan != "" {
			j.plans = append(j.plans, p)
		} else {
			return nil, &failure{exit: exitVerify, code: "journal", err: fmt.Errorf("%s:%d: not a line of a journal", path, n),
				hint: "it was altered; sluice verify says which deliveries are as recorded"}
		}
	}
	return j, nil
}

// Close closes the journal's file. The next run goes on with it.
func (j *journal) Close() error {
	if j == nil || j.file == nil {
		return nil
	}
	return j.file.Close()
}

// last returns the plan of the run that was interrupted, or nil.
func (j *journal) last() *plan {
	if len(j.plans) == 0 {
		return nil
	}
	return &j.plans[len(j.plans)-1]
}

// knownAfter returns the digest of what was to be known after the interrupted run.
func (j *journal) knownAfter() string {
	if p := j.last(); p != nil {
		return p.Known
	}
	return ""
}

// of returns what an interrupted run did to the delivery: done if it did what this one
// would, base if that was by other lists.
func (j *journal) of(r *rescreening, t *task) (done, base *outcome) {
	path, plan := realPath(t.Path), r.planDigest()
	for i := range j.plans {
		for _, o := range j.plans[i].outcomes {
			if o.Path != path {
				continue
			}
			if base, done = o.after(base), nil; j.plans[i].Plan == plan {
				done = base
			}
		}
	}
	if done != nil {
		return done, nil
	}
	return nil, base
}

// after returns what o and what was done before it come to.
func (o *outcome) after(before *outcome) *outcome {
	if before == nil {
		return o
	}
	all := *o
	all.Input, all.Entry.Found, all.Entry.Reason = before.Input, before.Entry.Found, before.Entry.Reason
	all.Entry.Read += before.Entry.Read
	all.Rows = append([]removedRow(nil), before.Rows...)
	// A row's number now is the number it had before, less the rows before it that went.
	gone := 0
	for _, row := range o.Rows {
		for gone < len(before.Rows) && before.Rows[gone].Row <= row.Row+int64(gone) {
			gone++
		}
		row.Row += int64(gone)
		all.Rows = append(all.Rows, row)
	}
	slices.SortFunc(all.Rows, func(a, b removedRow) int { return cmp.Compare(a.Row, b.Row) })
	all.count()
	return &all
}

// begin writes down what the run is about to do.
func (j *journal) begin(p plan) error {
	f, err := os.OpenFile(j.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	j.file = f
	if err := f.Truncate(j.size); err != nil { // less the line that was cut off
		return err
	}
	if last := j.last(); last != nil && last.Plan == p.Plan && last.Manifest == p.Manifest {
		return nil
	}
	j.plans = append(j.plans, p)
	return j.write(p)
}

// write adds a line that is on the disk when it returns.
func (j *journal) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return pipeline.AppendSynced(j.file, line)
}

// note adds a line about a delivery to which nothing was done: it may get lost.
func (j *journal) note(o *outcome) error {
	line, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = j.file.Write(append(line, '\n'))
	return err
}

// remove takes the journal away: the manifest is there.
func (j *journal) remove() error {
	if err := os.Remove(j.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// planDigest is the digest of all that decides what is done to deliveries: the lists, what
// is known, the rules, the flags.
func (r *rescreening) planDigest() string {
	h := sha256.New()
	fmt.Fprintf(h, "sluice rescreen 1\n%s\n%t %q\n", r.rulesSum, r.full, r.accept)
	for _, l := range r.lists.lists {
		if l.Name != suppress.NoLongerListed {
			fmt.Fprintf(h, "%s %q %s %d\n", l.Class, l.Name, l.SHA256, l.AsOf.Unix())
		}
	}
	for _, rec := range r.held.Records {
		fmt.Fprintf(h, "%s\n", rec.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
