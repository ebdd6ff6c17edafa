package main

import (
	"context"
	"errors"
	"slices"

	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen"
)

// A pass is one delivery being screened again.
type pass struct {
	r *rescreening
	*task
	source   *anyio.Source
	screener *screen.Screener
	job      pipeline.Job
	tracing  bool              // for a key file
	beside   bool              // a row goes that the key file did not lead to
	outputs  *pipeline.Outputs // the list as it will be
	sidecar  *pipeline.Outputs // its key file; nil for none
	out      outcome
}

// screenAgain screens a delivery and, if write, stages what is to stand in its place.
func (r *rescreening) screenAgain(ctx context.Context, t *task, write bool) (*outcome, error) {
	p := &pass{r: r, task: t}
	p.out = outcome{Path: realPath(t.Path), Known: r.index.digest, Output: t.output, Keys: t.keys,
		Entry: manifest.Rescreened{Name: manifest.Name(r.manifest, t.Path), Role: t.Output.Role, How: t.how, Found: t.found, Rules: t.rules}}
	p.out.Output.Name = p.out.Entry.Name
	if t.keys != nil {
		keys := *t.keys
		keys.Name = p.out.Entry.Name + manifest.KeysSuffix
		p.out.Keys = &keys
	}
	if t.found == manifest.FoundAltered {
		p.out.Entry.Reason = r.accept
	}
	_, compression := anyio.FormatOf(t.Path)
	if compression == "" {
		compression = "none"
	}
	p.out.Input = manifest.Input{Name: p.out.Entry.Name, Format: t.output.Format, Compression: compression,
		Rows: t.output.Rows, Bytes: t.output.Bytes, Digest: t.output.Digest}
	if t.how == manifest.HowNothingNew || t.how == manifest.HowKeys && len(t.ranges) == 0 {
		return &p.out, nil
	}
	defer t.closeKeys()
	err := p.screen(ctx, write)
	if p.beside && t.how == manifest.HowKeys && ctx.Err() == nil {
		t.how = manifest.HowLists // its key file is not to be relied on
		return r.screenAgain(ctx, t, write)
	}
	if err != nil {
		return nil, err
	}
	p.out.count()
	return &p.out, nil
}

// count adds up the rows that were removed, by reason.
func (o *outcome) count() {
	o.Entry.Removed = nil
	var all []manifest.ReasonCount
	for _, row := range o.Rows {
		i := slices.IndexFunc(all, func(c manifest.ReasonCount) bool { return c.Reason == row.Reason && c.Verdict == row.Verdict })
		if i < 0 {
			i = len(all)
			all = append(all, manifest.ReasonCount{Reason: row.Reason, Verdict: row.Verdict})
		}
		all[i].Rows++
	}
	sortReasons(all)
	o.Entry.Removed = all
}

// screen runs the delivery through the pipeline.
func (p *pass) screen(ctx context.Context, write bool) (err error) {
	reading := readingOf(p.Delivery)
	reading.Digest = digestKind(p.output.Digest)
	if p.source, err = anyio.Open(ctx, []string{p.Path}, reading); err != nil {
		return err
	}
	running := false
	defer func() {
		if !running {
			err = errors.Join(err, p.source.Close())
		}
	}()
	p.tracing = write && p.makesKeys()
	if err := p.judge(); err != nil {
		return readAs(p.source, err)
	}
	if p.how == manifest.HowKeys {
		p.job.Passed = p.passed
	}
	p.job.Source, p.job.Policy, p.job.Workers = p.source, p.screener.Policy(), p.r.workers
	p.job.NewWorker = func() pipeline.Worker { return p.screener.Worker() }
	for _, l := range p.r.lists.lists {
		p.job.ListNames = append(p.job.ListNames, l.Name)
	}
	p.job.Removed = p.remove
	if p.job.KeepMalformed = p.Output.Role != manifest.RoleKept; !p.job.KeepMalformed && p.found != manifest.FoundAltered {
		p.job.MaxErrors = pipeline.Limit{Set: true} // we wrote it: a row that cannot be read was altered
	}
	if write {
		if err := p.stage(); err != nil {
			return err
		}
		defer p.abort()
	}
	running = true
	result, err := pipeline.Run(ctx, p.job)
	if err == nil {
		err = p.source.Verify()
	}
	if err != nil {
		return readAs(p.source, err)
	}
	if err := p.asFound(result); err != nil {
		return err
	}
	p.record(result)
	if write {
		return p.finish()
	}
	return nil
}

// digestKind returns what a digest was made with.
func digestKind(d manifest.Digest) string {
	if d.SHA256 == "" && d.XXH64 != "" {
		return "xxh64"
	}
	return "sha256"
}

// judge makes the screener for the delivery: by all rules, or by the lists alone.
func (p *pass) judge() error {
	l := p.r.listing
	l.trace = p.tracing
	p.columnsOf(&l)
	var roles map[screen.Role][]int
	var err error
	if p.how == manifest.HowRules {
		sample, err := sampleOf(p.source)
		if err != nil {
			return err
		}
		gates, err := l.gates(originInputs(p.Origin))
		if err != nil {
			return err
		}
		if gates != nil { // what is known of the list it came from holds for it
			facts, _ := sameFacts(gates, originInputs(p.Origin))
			gates.Files, gates.Others = nil, facts
		}
		if p.screener, roles, err = l.screenerFor(p.r.lists, p.source, sample, gates); err != nil {
			return err
		}
	} else {
		if roles, err = screen.FindRoles(p.source.Schema().Names(), l.columnNames()); err != nil {
			return err
		}
		p.screener = screen.New(screen.Options{Indexes: p.r.lists.indexes, Roles: roles, Forms: l.forms(), Policy: listsAlone(p.Output.Role), Trace: l.trace})
	}
	p.job.Roles = p.screener.Reads(roles)
	return nil
}

// columnsOf names the columns as the run that delivered the list took them.
func (p *pass) columnsOf(l *listing) {
	names := p.source.Schema().Names()
	for _, c := range p.Origin.Statement.Predicate.Columns {
		for role := range screen.NumRoles {
			if c.Role == role.String() && l.columns[role] == "" && slices.Contains(names, c.Name) {
				l.columns[role] = c.Name
			}
		}
	}
}

// listsAlone returns the policy by which a list of that role is screened when the rules
// are what they were. What stands in a list because a person must decide, or because it
// was rejected, goes only where it may stand nowhere.
func listsAlone(role string) *screen.Policy {
	policy := screen.DefaultPolicy()
	for r := range screen.NumReasons {
		wish := r <= screen.Bounced
		switch role {
		case manifest.RoleKept:
		case manifest.RoleQuarantine:
			wish = wish && r.Verdict() != screen.Quarantine
		default:
			wish = wish && r.Verdict() == screen.Sealed
		}
		if !wish && r != screen.RowMalformed {
			if err := policy.Off(r); err != nil {
				panic(err) // those that cannot be turned off are wishes
			}
		}
	}
	if role != manifest.RoleKept { // they hold such rows as they were read
		if err := policy.Set(screen.RowMalformed, screen.Keep); err != nil {
			panic(err) // it seals nothing
		}
	}
	return policy
}

// remove notes a row that is taken out.
func (p *pass) remove(row int64, d *screen.Decision) {
	reason, _ := p.screener.Policy().Primary(d.Reasons)
	gone := removedRow{Row: row, Reason: reason.String(), Verdict: screen.Reject.String()}
	if d.Verdict == screen.Sealed {
		gone.Verdict = screen.Sealed.String()
	}
	if p.how == manifest.HowKeys && !p.foretold(row-1) {
		p.beside = true
	}
	if d.List != 0 {
		gone.List = p.r.lists.lists[d.List-1].Name
	}
	p.out.Rows = append(p.out.Rows, gone)
}

// asFound compares what was read with what is recorded.
func (p *pass) asFound(result *pipeline.Result) error {
	in := result.Inputs[0]
	digest := manifest.Digest{SHA256: in.SHA256, XXH64: in.XXH64}
	if in.XXH64 != "" {
		digest.SHA256 = ""
	}
	if p.found != manifest.FoundAltered && (digest != p.output.Digest || in.Rows != p.output.Rows) {
		return &failure{exit: exitVerify, code: "altered", err: unread(p.Path, errors.New("it is as no manifest records it: it was altered")),
			hint: "bring back what was delivered; or say why it may be so, for the manifest: --accept-altered REASON"}
	}
	return nil
}

// record notes what the pipeline counted.
func (p *pass) record(result *pipeline.Result) {
	var all manifest.Predicate
	result.Record(&all)
	name := p.out.Input.Name
	p.out.Input = all.Inputs[0]
	p.out.Input.Name = name
	if p.how != manifest.HowKeys {
		p.out.Entry.Read = result.Accounting.Read
	}
	p.out.Output.Rows = result.Accounting.Kept
	for i, l := range result.Lists {
		if l.Matched > 0 {
			p.out.Lists = append(p.out.Lists, listRows{i + 1, l.Matched, l.Decided})
		}
	}
	if p.how == manifest.HowRules {
		p.out.Entry.Rules = p.r.rulesSum
	}
	if p.found == manifest.FoundAltered {
		p.out.Output.Bytes, p.out.Output.Digest = p.out.Input.Bytes, p.out.Input.Digest
	}
}
