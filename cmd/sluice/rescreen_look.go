package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/gowebpki/jcs"

	"sluice/pipeline/keyfile"
	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/suppress"
)

// A task is one delivery that is to be screened again.
type task struct {
	*manifest.Delivery
	output  manifest.Output  // what stands there, as a manifest records it
	keys    *manifest.Output // its key file, if there is one for these rows
	was     *manifest.Record // that records it
	found   string           // see manifest.Rescreened
	how     string
	rules   string            // digest of the rules that its rows meet
	beyond  []*suppress.Index // the entries that its rows were not screened by yet
	ranges  []keyfile.Range   // the rows that these may concern, if its key file tells
	keyFile *keyfile.File     // open as long as it has such ranges

	base, done *outcome // what an interrupted run did to it: by other lists, or by these
}

// look finds every delivery, makes sure that it is what a manifest records, and decides
// how it is to be screened.
func (r *rescreening) look(ctx context.Context) error {
	var errs []error
	for _, d := range r.held.Deliveries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t := &task{Delivery: d, output: d.Output, keys: d.Keys, was: d.Newest, found: manifest.FoundRecorded}
		if why := t.closed(); why != "" {
			r.warn("not_checked", unread(d.Path, errors.New(why)), "")
			r.skipped = append(r.skipped, manifest.NotChecked{What: "delivery " + manifest.Name(r.manifest, d.Path), Why: why})
			continue
		}
		t.done, t.base = r.journal.of(r, t)
		if t.done == nil {
			if err := r.trust(t); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		if t.done == nil {
			r.decide(t)
		}
		r.tasks = append(r.tasks, t)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return r.probe(ctx)
}

// closed says why a delivery cannot be screened; nothing if it can.
func (t *task) closed() string {
	switch _, err := os.Stat(t.Path); {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there any more"
	case t.Output.Encrypted != "":
		return "it is encrypted"
	}
	if action := replaced(t.Delivery); action != "" && action != "keep" {
		return "its addresses were replaced or left out"
	}
	return ""
}

// trust makes sure that the file is as recorded. Size and time tell, as long as nothing
// was written since the run that wrote it ended; else its digest does.
func (r *rescreening) trust(t *task) error {
	if t.base != nil {
		t.output, t.keys, t.found = t.base.Output, t.base.Keys, t.base.Entry.Found
		return nil
	}
	if asRecorded(t.Path, t.output, t.checked()) {
		return nil
	}
	t.keys = nil
	for _, older := range t.Older {
		if sameFile(t.Path, older.Output.Bytes, older.Output.Digest) {
			t.output, t.was, t.found = older.Output, older.By, manifest.FoundRestored
			r.warn("restored", unread(t.Path, fmt.Errorf("it is as %s records it, an earlier state: it was brought back from a backup", older.By.Path)), "")
			return nil
		}
	}
	if r.accept == "" {
		return &failure{exit: exitVerify, code: "altered", err: unread(t.Path, errors.New("it is as no manifest records it: it was altered")),
			hint: "bring back what was delivered; or say why it may be so, for the manifest: --accept-altered REASON"}
	}
	t.found = manifest.FoundAltered
	return nil
}

// checked returns when the file was last known to be as recorded: when the run ended that
// wrote it, or one began that compared it with that.
func (t *task) checked() time.Time {
	run := &t.Newest.Statement.Predicate.Run
	if t.Newest != t.Writer && t.Newest.Statement.Predicate.Rescreen != nil {
		return run.Started
	}
	return t.Writer.Statement.Predicate.Run.Finished
}

// entry returns what the manifest of a re-screen says of the delivery.
func (t *task) entry() (e *manifest.Rescreened, known string) {
	s := t.was.Statement.Predicate.Rescreen
	if s == nil {
		return nil, ""
	}
	for i := range s.Deliveries {
		if samePath(manifest.Locate(t.was.Path, s.Deliveries[i].Name), t.Path) {
			return &s.Deliveries[i], s.Known.SHA256
		}
	}
	return nil, ""
}

// decide settles how the delivery is screened.
func (r *rescreening) decide(t *task) {
	e, known := t.entry()
	if e != nil {
		t.rules = e.Rules
	} else {
		t.rules = r.rulesOf(&t.was.Statement.Predicate)
	}
	if t.base != nil {
		t.rules, known = t.base.Entry.Rules, t.base.Known
	}
	t.beyond = r.lists.indexes
	switch {
	case t.found != manifest.FoundRecorded:
	case known != "" && r.index.before != nil && known == r.index.before.Digest():
		t.beyond = r.index.gained
	case e == nil && t.base == nil && r.sameLists(t):
		t.beyond = nil
	}
	others := r.otherRules(t)
	switch {
	case t.found == manifest.FoundAltered && t.Output.Role == manifest.RoleKept, others:
		t.how = manifest.HowRules
	case r.full, t.found == manifest.FoundAltered:
		t.how = manifest.HowLists
	case len(t.beyond) == 0:
		t.how = manifest.HowNothingNew
	case r.hasKeys(t):
		t.how = manifest.HowKeys
	default:
		t.how = manifest.HowLists
	}
}

// sameLists reports whether a delivery's rows were screened by today's very lists when it
// was delivered.
func (r *rescreening) sameLists(t *task) bool {
	p := &t.was.Statement.Predicate
	if r.index.loss > 0 || !slices.Equal(effectiveOf(p).Forms, r.effective.Forms) {
		return false
	}
	for _, l := range r.lists.lists {
		if !slices.ContainsFunc(p.Lists, func(m manifest.List) bool { return m.Class == l.Class.String() && m.Digest.SHA256 == l.SHA256 }) {
			return false
		}
	}
	return true
}

// otherRules reports whether the rows of a delivery must be screened by all rules: those
// that are kept are, when the rules are not what they were.
func (r *rescreening) otherRules(t *task) bool {
	if r.listsOnly || t.Output.Role != manifest.RoleKept || t.rules == r.rulesSum && !r.full {
		return false
	}
	p := &t.Origin.Statement.Predicate
	name := manifest.Name(r.manifest, t.Path)
	if r.policy == nil && effectiveOf(p).File != nil {
		r.unruled(name, "it was screened by a policy, and none was given: by the lists alone")
		return false
	}
	for _, c := range p.Columns {
		if c.Role != "" && c.Action != "" && c.Action != "keep" {
			r.unruled(name, "columns that the rules read were replaced or left out: by the lists alone")
			return false
		}
	}
	if gates, err := r.gates(originInputs(t.Origin)); err == nil && gates != nil {
		if _, same := sameFacts(gates, originInputs(t.Origin)); !same {
			r.unruled(name, "its rows are of several inputs, of which the policy says different things: by the lists alone")
			return false
		}
	}
	mine := r.rules.tool().Tables
	for _, table := range p.Tool.Tables {
		if table.Origin == "operator" && !slices.ContainsFunc(mine, func(m manifest.Table) bool { return m.Name == table.Name }) {
			r.unruled(name, "it was screened with a file of "+table.Name+", and none was given: by the lists alone")
			return false
		}
	}
	return true
}

// originInputs names the inputs of the run that delivered a list first.
func originInputs(origin *manifest.Record) (names []string) {
	for _, in := range origin.Statement.Predicate.Inputs {
		names = append(names, in.Name)
	}
	return names
}

// sameFacts returns what a policy says of inputs, and whether that is the same of all.
func sameFacts(gates *screen.Gates, inputs []string) (facts screen.File, same bool) {
	for i, name := range inputs {
		f, ok := gates.Files[name]
		if !ok {
			f = gates.Others
		}
		if i > 0 && f != facts {
			return facts, false
		}
		facts = f
	}
	return facts, true
}

// unruled notes that a delivery is not screened by all rules.
func (r *rescreening) unruled(name, why string) {
	r.skipped = append(r.skipped, manifest.NotChecked{What: "rules of " + name, Why: why})
}

// effective is what of the effective policy decides about rows.
type effective struct {
	Reasons json.RawMessage `json:"reasons"`
	Forms   []string        `json:"forms"`
	File    json.RawMessage `json:"file,omitempty"`
}

func effectiveOf(p *manifest.Predicate) (e effective) {
	_ = json.Unmarshal(p.Policy.Effective, &e) // Verify has read it as JSON
	return e
}

// rulesOf returns the digest of the rules that the rows of a run met: verdicts, forms,
// policy, tables, version, and the day to which ages were counted, if today's policy counts
// any.
func (r *rescreening) rulesOf(p *manifest.Predicate) string {
	clock := p.Policy.Clock
	if !r.ages {
		clock = ""
	}
	data, err := json.Marshal(struct {
		effective
		Version string           `json:"version"`
		Clock   string           `json:"clock"`
		Tables  []manifest.Table `json:"tables"`
	}{effectiveOf(p), p.Tool.Version, clock, p.Tool.Tables})
	if err == nil {
		data, err = jcs.Transform(data)
	}
	if err != nil {
		return "" // of no rules that there are
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// judgement makes today's rules.
func (r *rescreening) judgement() error {
	gates, err := r.gates(nil)
	if err != nil {
		return err
	}
	r.ages = gates != nil && (gates.Retention != screen.Retention{} || len(gates.LIAs) > 0 || len(gates.Provenance.Suppliers) > 0)
	s := &screening{p: r.p, listing: r.listing, manifest: r.manifest, lists: r.lists, dedupe: "off", started: r.started, workers: r.workers}
	if s.screener, err = s.judge(r.lists, nil, gates); err != nil {
		return err
	}
	p := manifest.Predicate{Tool: s.tool()}
	if p.Policy, err = s.effectivePolicy(); err != nil {
		return err
	}
	slices.SortFunc(p.Tool.Tables, func(a, b manifest.Table) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256)) // as in manifests
	})
	r.rules, r.rulesSum, r.effective = s, r.rulesOf(&p), effectiveOf(&p)
	return nil
}
