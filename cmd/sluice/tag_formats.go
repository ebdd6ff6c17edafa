package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"

	"sluice/screen/pii"
)

// slug is the list's name as other catalogues want names: lower-case letters, digits,
// dots, dashes and underscores.
func (t *tagging) slug() string {
	name := filepath.Base(t.path)
	if t.path == "-" {
		name = "list"
	}
	name = strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
	if name = strings.Trim(name, ".-"); name == "" {
		return "list"
	}
	return name
}

// file is where the list lies, as seen from the description beside it.
func (t *tagging) file() string {
	if t.path == "-" {
		return "list.csv"
	}
	return filepath.Base(t.path)
}

// setting returns what the reader found about its input, or "".
func (t *tagging) setting(name string) string {
	for _, s := range t.source.Info().Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

// delimiter returns the character between cells.
func (t *tagging) delimiter() string {
	switch d := t.setting("delimiter"); d {
	case "":
		return ","
	case "tab":
		return "\t"
	default:
		return d
	}
}

// text reports whether the list is text, CSV or TSV.
func (t *tagging) text() bool {
	f := t.source.Format()
	return f == "csv" || f == "tsv"
}

// writeFides writes a Fides dataset, as fideslang 3 describes it.
func writeFides(w io.Writer, t *tagging) error {
	var b strings.Builder
	quote := func(s string) string { // a JSON string is a YAML string
		text, _ := json.Marshal(s)
		return string(text)
	}
	key := t.slug()
	fmt.Fprintf(&b, "dataset:\n  - fides_key: %s\n    organization_fides_key: default_organization\n    name: %s\n", quote(key), quote(t.file()))
	fmt.Fprintf(&b, "    description: %s\n    collections:\n      - name: rows\n        fields:\n", quote(fmt.Sprintf("tagged by sluice, vocabulary %s, from %d rows", pii.Version, t.rows)))
	for i := range t.columns {
		c := &t.columns[i]
		fmt.Fprintf(&b, "          - name: %s\n            description: %s\n", quote(c.Name), quote(c.Tag.String()))
		if fides := c.Fides(); fides != "" {
			fmt.Fprintf(&b, "            data_categories: [%s]\n", fides)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// indented writes a value as JSON that people read too.
func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeFrictionless writes a Data Package descriptor. Its path is relative to itself: it
// is meant to lie beside the list.
func writeFrictionless(w io.Writer, t *tagging) error {
	type field struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		RDFType string `json:"rdfType,omitempty"`
		Tag     string `json:"sluice:tag"`
		Class   string `json:"sluice:sensitivity"`
		Fides   string `json:"sluice:fides,omitempty"`
	}
	type object map[string]any
	fields := []field{}
	for i := range t.columns {
		c := &t.columns[i]
		fields = append(fields, field{c.Name, "string", c.DPVTerm(), c.Tag.String(), c.Tag.Sensitivity(), c.Fides()})
	}
	resource := object{"name": t.slug(), "path": t.file(), "schema": object{"fields": fields}}
	if t.text() {
		resource["format"] = "csv"
		resource["mediatype"] = "text/csv"
		if enc := t.setting("encoding"); enc != "" {
			resource["encoding"] = enc
		}
		resource["dialect"] = object{"csv": object{"delimiter": t.delimiter()}}
	} else {
		resource["format"] = t.source.Format()
	}
	return indented(w, object{"name": t.slug(), "resources": []object{resource}})
}

// writeCSVW writes metadata by the W3C's Model for Tabular Data.
func writeCSVW(w io.Writer, t *tagging) error {
	table := newCSVW(t.file())
	if t.text() {
		table.Dialect = &csvwDialect{Delimiter: t.delimiter(), Encoding: t.setting("encoding"), Header: t.setting("header") != "no"}
	}
	for i := range t.columns {
		c := &t.columns[i]
		table.add(csvwColumn{Titles: c.Name, Property: c.DPVTerm(), Tag: c.Tag.String(), Class: c.Tag.Sensitivity(), Fides: c.Fides()})
	}
	return indented(w, table)
}
