package manifest

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// packageProfile is the version of the Data Package standard that is written.
const packageProfile = "https://datapackage.org/profiles/2.0/datapackage.json"

// A dataPackage is a descriptor by the Data Package standard, version 2. Names with a
// colon are ours: the standard allows further properties.
type dataPackage struct {
	Schema    string          `json:"$schema"`
	Name      string          `json:"name"`
	ID        string          `json:"id"`
	Created   string          `json:"created"`
	Sources   []packageSource `json:"sources,omitempty"`
	Content   string          `json:"sluice:content_digest"`
	Resources []packagedFile  `json:"resources"`
}

type packageSource struct {
	Title string `json:"title"`
}

// A packagedFile is one output as a resource of the package.
type packagedFile struct {
	Name        string          `json:"name"`
	Path        string          `json:"path"`
	Type        string          `json:"type,omitempty"` // table, if readers of the standard can read it
	Format      string          `json:"format,omitempty"`
	MediaType   string          `json:"mediatype,omitempty"`
	Encoding    string          `json:"encoding,omitempty"`
	Compression string          `json:"compression,omitempty"`
	Bytes       int64           `json:"bytes"`
	Hash        string          `json:"hash"`
	Dialect     *packageDialect `json:"dialect,omitempty"`
	Table       *packageTable   `json:"schema,omitempty"`
	Role        string          `json:"sluice:role"`
	Rows        int64           `json:"sluice:rows"`
}

type packageDialect struct {
	Header    bool   `json:"header"`
	Delimiter string `json:"delimiter"`
	Quote     string `json:"quoteChar,omitempty"`
}

type packageTable struct {
	Fields []packageField `json:"fields"`
}

type packageField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	RDFType     string `json:"rdfType,omitempty"`
	Tag         string `json:"sluice:tag,omitempty"`
	Sensitivity string `json:"sluice:sensitivity,omitempty"`
	Special     string `json:"sluice:special,omitempty"`
	Fides       string `json:"sluice:fides,omitempty"`
	Action      string `json:"sluice:action,omitempty"`
	Source      string `json:"sluice:source,omitempty"`
	Basis       string `json:"sluice:lawful_basis,omitempty"`
}

// ErrOutside is an output that a data package cannot name, because it is not in the
// package's directory.
var ErrOutside = fmt.Errorf("a data package names files in its own directory and below it only")

// DataPackage returns the descriptor (datapackage.json) of the outputs. extra are the
// columns that an output of some role has beside the list's own: before them in rejects
// and the decision ledger, behind them in all others.
func (s *Statement) DataPackage(name Naming, extra map[string][]string) ([]byte, error) {
	p := &s.Predicate
	d := dataPackage{Schema: packageProfile, Name: "sluice-" + strings.ToLower(slug(p.Run.ID)), ID: "urn:uuid:" + RunUUID(p.Run.ID),
		Created: p.Run.Finished.UTC().Format(time.RFC3339), Content: p.ContentDigest, Resources: []packagedFile{}}
	for _, in := range p.Inputs {
		d.Sources = append(d.Sources, packageSource{path.Base(in.Name)})
	}
	taken := map[string]bool{}
	for i := range p.Outputs {
		o := &p.Outputs[i]
		at, ok := name(o.Name)
		if !ok {
			continue
		}
		if !inPackage(at) {
			return nil, fmt.Errorf("%s: %w", o.Name, ErrOutside)
		}
		r := p.resource(o, extra[o.Role])
		r.Path, r.Name = at, slug(path.Base(at))
		for n := 2; taken[r.Name]; n++ {
			r.Name = fmt.Sprintf("%s-%d", slug(path.Base(at)), n)
		}
		taken[r.Name] = true
		d.Resources = append(d.Resources, r)
	}
	if len(d.Resources) == 0 {
		return nil, fmt.Errorf("the run wrote to standard output alone: %w", ErrOutside)
	}
	return plainJSON(d, "  ")
}

// inPackage reports whether a path is one that the standard allows: relative, with slashes,
// and never upwards.
func inPackage(p string) bool {
	return p != "" && p[0] != '.' && p[0] != '~' && p == path.Clean(p) && !path.IsAbs(p) && !strings.ContainsAny(p, `\`) && !strings.Contains(p, "://")
}

// resource describes an output but for its name and place.
func (p *Predicate) resource(o *Output, extra []string) packagedFile {
	r := packagedFile{Bytes: o.Bytes, Hash: "sha256:" + o.SHA256, Role: o.Role, Rows: o.Rows}
	if o.SHA256 == "" {
		r.Hash = "xxh64:" + o.XXH64
	}
	if o.Encrypted != "" {
		r.Format, r.MediaType = o.Encrypted, "application/octet-stream"
		return r
	}
	r.Format, r.Compression = o.stored()
	switch r.Format {
	case "csv", "tsv":
		r.MediaType = "text/csv"
		if r.Format == "tsv" {
			r.MediaType = "text/tab-separated-values"
		}
		if r.Compression != "zst" { // which readers of the standard do not know
			r.Type = "table"
		}
		r.Dialect, r.Encoding = p.dialect(o)
	case "parquet":
		r.MediaType = "application/vnd.apache.parquet"
	case "arrow":
		r.MediaType = "application/vnd.apache.arrow.stream"
	case FormatCSVW:
		r.Format, r.MediaType = "json", "application/csvm+json"
		return r
	default:
		r.MediaType = "application/octet-stream"
		return r
	}
	if fields := p.fields(o, extra); len(fields) > 0 {
		r.Table = &packageTable{Fields: fields}
	}
	return r
}

// dialect tells how an output of text is written: a list as the input that it replaces
// was, or the first one, if that is of the same format; everything else with commas, or
// tabs, in UTF-8.
func (p *Predicate) dialect(o *Output) (*packageDialect, string) {
	d, encoding := &packageDialect{Header: true, Delimiter: ",", Quote: `"`}, "utf-8"
	if o.Format == "tsv" {
		d.Delimiter = "\t"
	}
	i := max(0, slices.IndexFunc(p.Inputs, func(in Input) bool { return in.Name == o.Name }))
	if !holdsRows(o.Role) || len(p.Inputs) == 0 || p.Inputs[i].Format != o.Format {
		return d, encoding
	}
	in := &p.Inputs[i]
	if v := in.setting("delimiter"); v != "" && v != "tab" {
		d.Delimiter = v
	}
	if v := in.setting("quote"); v != "" {
		d.Quote = v
	}
	d.Header = in.setting("header") != "no"
	if v := in.setting("encoding"); v != "" {
		encoding = v
	}
	return d, encoding
}

// holdsRows reports whether an output of this role has the list's own rows, with all of
// its columns that were written.
func holdsRows(role string) bool {
	return role == RoleKept || role == RoleAnnotated || role == RoleQuarantine || role == RoleRestricted
}

// fields describes the columns of an output, if the manifest tells them. Cells of text
// files are text; what the types of others are, the files say themselves.
func (p *Predicate) fields(o *Output, extra []string) []packageField {
	typ := "string"
	if o.Format != "csv" && o.Format != "tsv" {
		typ = "any"
	}
	fields := []packageField{}
	add := func(names []string) {
		for _, n := range names {
			fields = append(fields, packageField{Name: n, Type: typ})
		}
	}
	switch {
	case o.Role == RoleRejects:
		add(extra)
		var effective struct {
			Content bool `json:"rejects_content"`
		}
		if json.Unmarshal(p.Policy.Effective, &effective) != nil || !effective.Content {
			return fields
		}
		extra = nil
	case !holdsRows(o.Role):
		add(extra)
		return fields
	case len(p.Columns) == 0:
		return nil
	}
	for i := range p.Columns {
		if c := &p.Columns[i]; c.written() {
			fields = append(fields, packageField{c.Name, typ, c.DPV, c.Tag, c.Sensitivity, c.Special, c.Fides, c.Action, c.Source, c.LegalBasis})
		}
	}
	add(extra)
	return fields
}

// slug is a name of lower-case letters, digits, dots, dashes and underscores.
func slug(name string) string {
	name = strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
	return or(strings.Trim(name, ".-"), "file")
}
