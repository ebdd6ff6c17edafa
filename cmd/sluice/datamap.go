package main

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"sluice/formats/anyio"
	"sluice/formats/treated"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/pipeline/policy"
	"sluice/screen"
	"sluice/screen/pii"
	"sluice/screen/treat"
)

// A dataMap is what the columns of the list hold, and what becomes of them.
type dataMap struct {
	columns []pii.Column
	actions []treat.Action
	sample  int // rows
	keyID   string

	mu      sync.Mutex
	watches []*pii.Watch
}

// sample returns the head of the list.
func sampleOf(source *anyio.Source) (*pii.Sample, error) {
	every := make([]int, len(source.Schema().Fields))
	for i := range every {
		every[i] = i
	}
	sample := new(pii.Sample)
	for _, c := range source.Head(pii.SampleRows) {
		views, err := c.Decode(nil, every)
		if err != nil {
			return nil, err
		}
		if sample.Add(views) {
			break
		}
	}
	return sample, nil
}

// classify tags the columns of source by their headers and a sample.
func (l *listing) classify(source *anyio.Source, sample *pii.Sample) ([]pii.Column, error) {
	o, err := l.tagOptions()
	if err != nil {
		return nil, err
	}
	return pii.Classify(source.Schema().Names(), sample.Views(), o), nil
}

// tagOptions is what flags and policy know of the columns; flags come first. It reports all
// that is wrong with the flags.
func (l *listing) tagOptions() (o pii.Options, err error) {
	var errs []error
	for _, text := range l.tags {
		ov, err := pii.ParseOverride(text)
		if err != nil {
			errs = append(errs, usage(fmt.Errorf("--pii-tag: %w", err), "write COLUMN=TAG, such as Ref=person.id; the tags are those of the vocabulary"))
			continue
		}
		o.Overrides = append(o.Overrides, ov)
	}
	lexicon := l.lexicon
	if l.policy != nil {
		for _, t := range l.policy.PersonalData.Tags {
			tag, err := pii.ParseTag(t.Tag)
			if err != nil {
				return o, err
			}
			ov, err := pii.NewOverride(t.Column, tag)
			if err != nil {
				return o, err
			}
			o.Overrides = append(o.Overrides, ov)
		}
		if file := l.policy.PersonalData.Lexicon; lexicon == "" && !file.IsZero() {
			lexicon = file.String()
		}
	}
	if lexicon != "" {
		if o.Lexicon, err = readLexicon(lexicon); err != nil {
			errs = append(errs, err)
		}
	}
	return o, errors.Join(errs...)
}

// readLexicon reads further words for headers.
func readLexicon(path string) (*pii.Lexicon, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &failure{exit: exitInput, code: "file", err: err, hint: "check the path given"}
	}
	lexicon, errs := pii.ParseLexicon(string(text))
	for i, err := range errs {
		errs[i] = &failure{exit: exitInput, code: "file", err: fmt.Errorf("%s: %w", path, err), hint: "write TAG: HEADER, HEADER …"}
	}
	return lexicon, errors.Join(errs...)
}

// mapData finds out what the columns hold and what becomes of them, and refuses a list
// with columns that must not be there.
func (s *screening) mapData(sample *pii.Sample, job *pipeline.Job) (err error) {
	m := &dataMap{sample: sample.Rows()}
	if m.columns, err = s.classify(s.source, sample); err != nil {
		return err
	}
	if m.actions, err = s.actions(m.columns); err != nil {
		return err
	}
	s.data = m
	if err := s.undeclared(); err != nil {
		return err
	}
	key, err := s.hmacKey()
	if err != nil {
		return err
	}
	untouched := true
	var columns []treated.Column
	for i, c := range m.columns {
		if m.actions[i] == treat.HMACSHA256 {
			m.keyID = treat.KeyID(key)
		}
		replace, err := treat.New(m.actions[i], shapeOf(c.Tag), key)
		if err != nil {
			return &failure{exit: exitPolicy, code: "policy", err: err, hint: "make one with: head -c 32 /dev/urandom | xxd -p -c 64"}
		}
		if m.actions[i] != treat.Keep {
			untouched = false
		}
		if m.actions[i] != treat.Drop {
			columns = append(columns, treated.Column{From: i, Replace: replace})
		}
	}
	if len(columns) == 0 {
		return &failure{exit: exitPolicy, code: "policy", err: errors.New("the policy drops every column of the list"), hint: "say which to keep under personal_data.actions"}
	}
	if !untouched {
		job.Columns = columns
	}
	if s.minimises() && slices.Contains(m.actions, treat.Drop) {
		job.Flags = job.Flags.With(screen.Minimised)
	}
	job.NewWatcher = m.watcher
	return nil
}

// minimises reports whether personal columns are dropped that no action keeps.
func (l *listing) minimises() bool {
	if l.policy == nil {
		return false
	}
	p := &l.policy.PersonalData
	if p.Minimise != nil {
		return *p.Minimise
	}
	return p.Preset == "b2b-minimal"
}

// kept are what minimising leaves of personal data, as tags or their beginnings.
var kept = []string{"person.name", "person.email", "person.social"}

// actions returns what becomes of each column: what the policy says of the longest
// beginning of its tag; else, when minimising, that personal columns go.
func (s *screening) actions(columns []pii.Column) ([]treat.Action, error) {
	actions := make([]treat.Action, len(columns))
	if s.policy == nil || s.policy.PersonalData.Preset == "tag-only" {
		return actions, nil
	}
	for i, c := range columns {
		name, found := c.Tag.String(), ""
		for prefix, action := range s.policy.PersonalData.Actions {
			if within(name, prefix) && len(prefix) > len(found) {
				found = prefix
				a, err := treat.ParseAction(action)
				if err != nil {
					return nil, err
				}
				actions[i] = a
			}
		}
		if found != "" || !s.minimises() || !c.Tag.Personal() || i == s.roles[screen.Email][0] {
			continue
		}
		stays := func(prefix string) bool { return within(name, prefix) }
		if !slices.ContainsFunc(kept, stays) || c.Tag == pii.PersonEmailPersonal {
			actions[i] = treat.Drop
		}
	}
	return actions, nil
}

// within reports whether tag is prefix or below it.
func within(tag, prefix string) bool { return tag == prefix || strings.HasPrefix(tag, prefix+".") }

// shapeOf tells actions how to mask cells with a tag.
func shapeOf(t pii.Tag) treat.Shape {
	switch t {
	case pii.PersonEmail, pii.PersonEmailPersonal, pii.CompanyEmail:
		return treat.Address
	case pii.PersonPhone, pii.PersonPhonePersonal, pii.CompanyPhone:
		return treat.Phone
	}
	return treat.Text
}

// undeclared refuses columns of special categories (GDPR, Article 9 and 10) and of secrets
// that nobody has declared: whoever runs this must know that they are there.
func (s *screening) undeclared() error {
	var errs []error
	for i, c := range s.data.columns {
		if c.Tag != pii.PersonSpecial && c.Tag != pii.Credential || c.DecidedBy == pii.ByOverride || s.declared(c.Name) {
			continue
		}
		what := "credentials"
		if c.Tag == pii.PersonSpecial {
			what = fmt.Sprintf("data of a special category (%s; GDPR, Articles 9 and 10)", cmp.Or(string(c.Special), "unknown"))
		}
		errs = append(errs, &failure{exit: exitGate, code: "special_data",
			err:  fmt.Errorf("%s: %s seems to hold %s, which nothing declares", s.source.Infos()[0].Name, columnLabel(i, c.Name), what),
			hint: "take it out of the list; or declare it in the policy under personal_data.declared, or with --declare NAME; or say what it is with --pii-tag NAME=TAG"})
	}
	return errors.Join(errs...)
}

// columnLabel is what messages call column i.
func columnLabel(i int, name string) string {
	if !screen.LooksLikeHeader(name) {
		return fmt.Sprintf("column %d", i+1)
	}
	return fmt.Sprintf("column %d (%s)", i+1, name)
}

// declared reports whether a column is known to hold what it does.
func (s *screening) declared(name string) bool {
	known := slices.Clone(s.declare)
	if s.policy != nil {
		known = append(known, s.policy.PersonalData.Declared...)
	}
	return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
}

// hmacKey returns the key that the policy's file or the environment holds: its bytes, or
// what they are in hex. Flags and policies never hold keys, because they are in logs.
func (s *screening) hmacKey() ([]byte, error) {
	text := s.p.getenv("SLUICE_HMAC_KEY")
	if s.policy != nil && !s.policy.PersonalData.HMACKey.IsZero() {
		data, err := os.ReadFile(s.policy.PersonalData.HMACKey.String())
		if err != nil {
			return nil, err
		}
		text = string(data)
	}
	text = strings.TrimRight(text, "\r\n")
	if key, err := hex.DecodeString(text); err == nil {
		return key, nil
	}
	return []byte(text), nil
}

// watcher makes what compares later rows with the tags, for one worker.
func (m *dataMap) watcher() pipeline.Watcher {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := pii.NewWatch(m.columns)
	m.watches = append(m.watches, w)
	return w
}

// drift adds up what the watches found: cells by column that its tag does not cover.
func (m *dataMap) drift() *pii.Watch {
	all := pii.NewWatch(m.columns)
	for _, w := range m.watches {
		all.Add(w)
	}
	return all
}

// drifted tells of rows that do not look like the head, or fails for them if the policy
// says so.
func (s *screening) drifted() error {
	var errs []error
	for i, n := range s.data.drift().Counts() {
		if n == 0 {
			continue
		}
		what := fmt.Errorf("%s: %s: %d of the cells watched hold what its tag, %s, does not cover",
			s.source.Infos()[0].Name, columnLabel(i, s.data.columns[i].Name), n, s.data.columns[i].Tag)
		const hint = "look at the column; say what it is with --pii-tag NAME=TAG, or in the policy under personal_data.tags"
		if s.policy != nil && s.policy.PersonalData.OnDrift == "fail" {
			errs = append(errs, &failure{exit: exitGate, code: "drift", err: what, hint: hint})
			continue
		}
		s.warnings = append(s.warnings, what.Error())
		if !s.quiet {
			s.p.warn("drift", what, hint)
		}
	}
	return errors.Join(errs...)
}

// describe adds the data map to the manifest's columns.
func (s *screening) describe(columns []manifest.Column) {
	for i := range columns {
		c, t := &columns[i], &s.data.columns[i]
		origin := policy.Origin{}
		if s.policy != nil {
			origin = s.policy.OriginOf(t.Name, t.Tag.String())
		}
		c.Tag, c.Class, c.Personal = t.Tag.String(), className(t.Tag), t.Tag.Personal()
		c.Confidence, c.Evidence, c.DecidedBy = t.Confidence/10, t.Evidence, string(t.DecidedBy)
		c.Subject, c.Sensitivity, c.Special = string(t.Subject), t.Tag.Sensitivity(), string(t.Special)
		c.Category, c.Fides, c.DPV = t.Tag.Facts().Policy, t.Fides(), t.DPVTerm()
		c.Action = s.data.actions[i].String()
		c.Source, c.LegalBasis, c.LIARef = origin.Source, origin.Basis, origin.LIARef
		for _, r := range t.RunnersUp {
			c.RunnersUp = append(c.RunnersUp, manifest.RunnerUp{Tag: r.Tag.String(), Confidence: r.Confidence / 10})
		}
	}
}

// record says how the tags were found, and adds to columns what the watch over later rows
// counted.
func (m *dataMap) record(columns []manifest.Column) *manifest.DataMap {
	watch := m.drift()
	r := &manifest.DataMap{Vocabulary: pii.Version, SampleRows: m.sample, WatchedRows: int64(watch.Rows()), HMACKey: m.keyID}
	for i := range columns {
		columns[i].Drift = int64(watch.Counts()[i])
		if columns[i].Personal {
			r.Personal++
			if m.actions[i] != treat.Drop {
				r.Written++
			}
		}
	}
	return r
}

// className is what the manifest calls a class of tags.
func className(t pii.Tag) string {
	switch t.Facts().Class {
	case pii.Direct:
		return "direct"
	case pii.Quasi:
		return "quasi"
	case pii.Online:
		return "online"
	case pii.HighRisk:
		return "high_risk"
	case pii.Special:
		return "special"
	case pii.Metadata:
		return "metadata"
	case pii.CompanyData:
		return "company"
	}
	return "none"
}
