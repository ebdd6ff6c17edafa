package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/gowebpki/jcs"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen"
)

// record makes the manifest of a finished run.
func (s *screening) record(result *pipeline.Result, written []pipeline.Written) (*manifest.Statement, error) {
	p := manifest.Predicate{Tool: s.tool(), Lists: s.manifestLists(), Columns: s.columnMap(), NotChecked: s.notChecked(), Run: s.runRecord()}
	var err error
	if p.Policy, err = s.effectivePolicy(); err != nil {
		return nil, err
	}
	p.Index = manifest.Index{Method: "bloom filter over SHA-1 digests, then the digest itself", Entries: s.lists.entries(), Files: s.manifestIndexes()}
	if len(p.Index.Files) == 1 && len(s.lists.indexes) == 1 {
		p.Index.SHA256 = p.Index.Files[0].SHA256
	}
	p.DataMap = s.data.record(p.Columns)
	result.Record(&p)
	p.Shard = s.shardRecord(result)
	for i := range p.Inputs {
		p.Inputs[i].Name = manifest.Name(s.manifest, p.Inputs[i].Name)
	}
	rows := map[string]int64{manifest.RoleKept: result.Rows.Kept, manifest.RoleAnnotated: result.Rows.Annotated,
		manifest.RoleQuarantine: result.Rows.Quarantine, manifest.RoleRestricted: result.Rows.Restricted, manifest.RoleRejects: result.Rows.Rejects, manifest.RoleDecisions: result.Rows.Decisions}
	for _, w := range written {
		format := "csv"
		switch {
		case w.Role == roleLedgerKey:
			continue // a secret of ours, and nothing that the run came to
		case w.Role == manifest.RoleRejects:
		case w.Role == manifest.RoleDecisions:
			format = ledgerFormat(w.Path)
		case w.Role == manifest.RoleKeys:
			format = manifest.FormatKeys
		case strings.HasSuffix(w.Role, manifest.RoleMetadata):
			format = manifest.FormatCSVW
		default:
			format = s.format(w.Path)
		}
		out := manifest.Output{Role: w.Role, Name: manifest.Name(s.manifest, w.Path), Format: format, Rows: rows[w.Role], Bytes: w.Bytes, Digest: w.Digest}
		if w.Role == manifest.RoleKept || w.Role == manifest.RoleAnnotated {
			out.Recipient = s.recipient
		}
		if w.Encrypted {
			out.Encrypted = "age"
		}
		p.Outputs = append(p.Outputs, out)
	}
	if s.secret != nil {
		p.Ledger = manifest.NewLedger(result.LedgerRoot, result.Rows.Decisions, s.secret, s.nonce, manifest.Name(s.manifest, s.ledgerKey))
	}
	if p.Chain, err = s.link(s.manifest); err != nil {
		return nil, err
	}
	return manifest.Seal(p)
}

func (s *screening) tool() manifest.Tool {
	t := manifest.Tool{Name: "sluice", Version: version, Commit: commit()}
	if s.screener == nil {
		return t
	}
	for _, v := range s.screener.Tables() {
		origin := "embedded"
		if v.Name == "allow" || v.Name == "deny" || v.Name == "aliases" || v.Name == "targets" {
			origin = "operator"
		}
		t.Tables = append(t.Tables, manifest.Table{Name: v.Name, Version: v.Version, Origin: origin, SHA256: v.SHA256})
	}
	return t
}

// effectivePolicy states what each reason leads to and the settings that decide.
func (s *screening) effectivePolicy() (manifest.Policy, error) {
	effective := map[string]any{"dedupe": s.dedupe == "on", "forms": s.screener.FormNames(), "annotate": s.annotate}
	for name, limit := range map[string]string{"max_errors": s.maxErrors, "min_kept": s.minKept, "max_rejected": s.maxRejected} {
		if limit != "" {
			effective[name] = limit
		}
	}
	if s.rejects != "" {
		effective["rejects_content"] = s.rejectsContent
	}
	if s.recipient != "" {
		effective["recipient"] = s.recipient
	}
	if s.codec != "" {
		effective["codec"] = s.codec
	}
	if len(s.recipients) > 0 {
		effective["encrypt_to"] = s.recipients
	}
	s.guards.effective(effective)
	if s.policy != nil {
		file, err := s.policy.Effective()
		if err != nil {
			return manifest.Policy{}, err
		}
		effective["file"] = json.RawMessage(file)
	}
	verdicts, order := map[string]string{}, []string{}
	for r := range screen.NumReasons {
		order = append(order, r.String())
		verdicts[r.String()] = s.screener.Policy().Verdict(r).String()
		if s.screener.Policy().IsOff(r) {
			verdicts[r.String()] = "off"
		}
	}
	effective["reasons"] = verdicts
	data, err := json.Marshal(effective)
	if err != nil {
		return manifest.Policy{}, err
	}
	if data, err = jcs.Transform(data); err != nil {
		return manifest.Policy{}, err
	}
	sum := sha256.Sum256(data)
	p := manifest.Policy{SHA256: hex.EncodeToString(sum[:]), Effective: data, ReasonOrder: order}
	if s.policy != nil {
		p.Digest, p.SHA256 = p.SHA256, s.policy.Files[0].SHA256
		if gates, err := s.gates(nil); err == nil && gates != nil {
			p.Clock = s.now.Truncate(24 * time.Hour).Format(time.RFC3339)
		}
		p.Name = s.policyName()
		for _, f := range s.policy.Files {
			p.Files = append(p.Files, manifest.PolicyFile{Name: manifest.Name(s.manifest, f.Name), SHA256: f.SHA256})
		}
	}
	return p, nil
}

func (s *screening) manifestLists() []manifest.List {
	var lists []manifest.List
	for i, l := range s.lists.lists {
		m := manifest.List{ID: int(l.ID), Name: l.Name, Class: l.Class.String(), Scope: l.Scope, Entries: l.Distinct(),
			Refused: l.Refused.Total, Digest: manifest.Digest{SHA256: l.SHA256}}
		if !l.AsOf.IsZero() {
			m.AsOf = l.AsOf.UTC().Format(time.RFC3339)
			m.AsOfSource = l.AsOfSource
		}
		if l.MaxAge > 0 {
			m.MaxAge = l.MaxAge.String()
		}
		if file := s.lists.from[i]; file != "" {
			m.Index = manifest.Name(s.manifest, file)
		} else {
			m.File = manifest.Name(s.manifest, l.Path)
		}
		for _, o := range l.Overrides {
			m.Overrides = append(m.Overrides, manifest.Override{Guard: string(o.Code), What: o.What, Reason: o.Reason})
		}
		lists = append(lists, m)
	}
	return lists
}

// manifestIndexes names the index files, and so which version of their lists was used.
func (s *screening) manifestIndexes() []manifest.IndexFile {
	files := []manifest.IndexFile{}
	for _, x := range s.lists.files {
		files = append(files, manifest.IndexFile{Name: manifest.Name(s.manifest, x.Path()), Bytes: x.Size(), SHA256: x.Digest()})
	}
	return files
}

// columnMap says what part each column plays. Cells of no column are in it.
func (s *screening) columnMap() []manifest.Column {
	names := s.source.Schema().Names()
	columns := make([]manifest.Column, len(names))
	for i, name := range names {
		columns[i] = manifest.Column{Index: i + 1, Name: name}
	}
	for role, cols := range s.roles {
		for k, c := range cols {
			columns[c].Role = role.String()
			if k > 0 {
				columns[c].Role += " (further)"
			}
		}
	}
	s.describe(columns)
	return columns
}

// notChecked lists what the run left out, and why.
func (s *screening) notChecked() []manifest.NotChecked {
	var all []manifest.NotChecked
	add := func(what, why string) { all = append(all, manifest.NotChecked{What: what, Why: why}) }
	if len(s.roles[screen.Website]) == 0 {
		add("company domain match", "the list has no website column")
	}
	if len(s.lists.lists) == 0 {
		add("suppression", "no list was given")
	}
	if s.dedupe == "off" {
		add("duplicates", "turned off")
	}
	if s.targets == "" {
		add("target accounts", "no file was given")
	}
	return all
}

func (s *screening) runRecord() manifest.Run {
	host, _ := os.Hostname()
	r := manifest.Run{ID: s.told.id(), Started: s.started, Finished: time.Now(), Host: host, Stages: s.stages, Warnings: s.warnings}
	r.Settings = []manifest.Setting{{Name: "workers", Value: strconv.Itoa(s.workers), How: "set"}}
	if s.workers == 0 {
		r.Settings[0] = manifest.Setting{Name: "workers", Value: "one a processor", How: "default"}
	}
	sort.Slice(r.Settings, func(i, j int) bool { return r.Settings[i].Name < r.Settings[j].Name })
	return r
}

// recordFailure leaves word of a failed run beside the manifest that was to be.
func (s *screening) recordFailure(err error) error {
	f := explained(err)
	if f.code == "locked" || f.exit == exitUsage || f.exit == exitUnchanged || s.dryRun {
		return nil
	}
	failure := manifest.Failure{Tool: s.tool(), Error: f.Error(), Code: f.code, ExitStatus: f.exit, Hint: f.hint, Inputs: s.inputs, Run: s.runRecord(),
		Accounting: manifest.Accounting{Read: s.counts.Read.Load(), Kept: s.counts.Kept.Load(), Quarantined: s.counts.Quarantined.Load(),
			Rejected: s.counts.Rejected.Load(), Sealed: s.counts.Sealed.Load()}}
	for _, path := range []string{s.output, s.rejects, s.quarantine, s.restricted, s.decisions, s.keysPath()} {
		if path != "" {
			failure.Outputs = append(failure.Outputs, path)
		}
	}
	return pipeline.WriteFailure(s.manifest, failure)
}
