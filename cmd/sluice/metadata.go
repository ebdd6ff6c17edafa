package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/gowebpki/jcs"

	"sluice/formats/anyio"
	"sluice/formats/csvio"
	"sluice/formats/treated"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/pii"
)

// The data map stands in the lists themselves too, where their readers see it: Parquet
// and Arrow have room for it, text has a file beside it.

// mapKey is under what Parquet and Arrow files hold the data map of their columns, as
// JSON; the fields' own entries have it in front.
const mapKey = "sluice.pii"

// A mapColumn is a column in a list's own data map. It has the manifest's names but for
// the legal basis, which is called as in the Data Privacy Vocabulary.
type mapColumn struct {
	Name        string `json:"name"`
	Tag         string `json:"tag"`
	Class       string `json:"class"`
	Sensitivity string `json:"sensitivity"`
	Subject     string `json:"subject,omitempty"`
	Special     string `json:"special,omitempty"`
	Fides       string `json:"fides,omitempty"`
	DPV         string `json:"dpv,omitempty"`
	Action      string `json:"action"`
	Source      string `json:"source,omitempty"`
	Basis       string `json:"lawful_basis,omitempty"`
	LIARef      string `json:"lia_ref,omitempty"`
	Personal    bool   `json:"personal"`
	Confidence  int    `json:"confidence_percent"`
}

// mapped returns the columns that are written, in their order.
func (s *screening) mapped(written []treated.Column) []mapColumn {
	var all []mapColumn
	for _, c := range s.columnMap() {
		all = append(all, mapColumn{Name: c.Name, Tag: c.Tag, Class: c.Class, Sensitivity: c.Sensitivity, Subject: c.Subject,
			Special: c.Special, Fides: c.Fides, DPV: c.DPV, Action: c.Action, Source: c.Source, Basis: c.LegalBasis, LIARef: c.LIARef,
			Personal: c.Personal, Confidence: c.Confidence})
	}
	if written == nil {
		return all
	}
	var out []mapColumn
	for _, c := range written {
		out = append(out, all[c.From])
	}
	return out
}

// fieldMetadata is what Parquet and Arrow say of one column.
func (c *mapColumn) fieldMetadata() map[string]string {
	m := map[string]string{}
	for name, value := range map[string]string{
		"tag": c.Tag, "class": c.Class, "sensitivity": c.Sensitivity, "subject": c.Subject, "special": c.Special, "fides": c.Fides,
		"dpv": c.DPV, "action": c.Action, "source": c.Source, "lawful_basis": c.Basis, "lia_ref": c.LIARef,
	} {
		if value != "" {
			m[mapKey+"."+name] = value
		}
	}
	return m
}

// describeOutput adds the data map to what a list says of itself.
func (s *screening) describeOutput(o *anyio.WriterOptions) error {
	columns := s.mapped(o.Columns)
	data, err := json.Marshal(struct {
		Version string      `json:"version"` // of the vocabulary
		HMACKey string      `json:"hmac_key_id,omitempty"`
		Columns []mapColumn `json:"columns"`
	}{pii.Version, s.data.keyID, columns})
	if err != nil {
		return err
	}
	if data, err = jcs.Transform(data); err != nil {
		return err
	}
	o.Metadata = map[string]string{mapKey: string(data)}
	for i := range columns {
		o.FieldMetadata = append(o.FieldMetadata, columns[i].fieldMetadata())
	}
	return nil
}

// A sidecar is the file beside a list of text that has its data map.
type sidecar struct {
	role, path string
	extra      []string // columns that the list has behind its own
	list       string
}

// sidecars returns those that the run writes: with a policy, one for each list that is
// text in a file of its own, unless the policy wants none. Readers of the vocabulary do
// not look into compressed and encrypted files.
func (s *screening) sidecars() []sidecar {
	if s.policy == nil || len(s.recipients) > 0 || s.dryRun || s.policy.Outputs.Sidecar != nil && !*s.policy.Outputs.Sidecar {
		return nil
	}
	var all []sidecar
	var extra []string
	if s.annotate {
		extra = pipeline.AnnotateColumns()
	}
	for _, c := range []sidecar{{manifest.RoleMetadata, "", extra, s.output},
		{manifest.RoleQuarantine + "_" + manifest.RoleMetadata, "", pipeline.QuarantineColumns(), s.quarantine},
		{manifest.RoleRestricted + "_" + manifest.RoleMetadata, "", nil, s.restricted}} {
		if _, compression := anyio.FormatOf(c.list); c.list == "" || c.list == "-" || compression != "" {
			continue
		}
		if format := s.format(c.list); format != anyio.CSV && format != anyio.TSV {
			continue
		}
		if info, err := os.Stat(c.list); err == nil && !info.Mode().IsRegular() {
			continue // a device or a pipe
		}
		c.path = c.list + "-metadata.json"
		all = append(all, c)
	}
	return all
}

// describe returns what stands in the sidecar.
func (c *sidecar) describe(s *screening, written []treated.Column) ([]byte, error) {
	d := s.source.TextDialect(s.format(c.list))
	table := newCSVW(filepath.Base(c.list))
	table.Dialect = &csvwDialect{Delimiter: string(rune(d.Comma)), Quote: string(rune(d.Quote)), Encoding: d.Encoding, Header: d.Header != csvio.HeaderNo}
	for _, m := range s.mapped(written) {
		table.add(csvwColumn{Titles: m.Name, Property: m.DPV, Tag: m.Tag, Class: m.Sensitivity, Special: m.Special, Subject: m.Subject,
			Fides: m.Fides, Action: m.Action, Source: m.Source, Basis: m.Basis, LIARef: m.LIARef})
	}
	for _, name := range c.extra {
		table.add(csvwColumn{Titles: name})
	}
	var b bytes.Buffer
	err := indented(&b, table)
	return b.Bytes(), err
}
