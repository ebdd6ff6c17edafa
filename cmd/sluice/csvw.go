package main

import (
	"fmt"
	"strings"
)

// A csvwTable is metadata by the W3C's Metadata Vocabulary for Tabular Data: what a text
// file cannot say of itself. It lies beside the file, under its name and
// "-metadata.json", where readers of that vocabulary look for it.
type csvwTable struct {
	Context string       `json:"@context"`
	URL     string       `json:"url"`
	Dialect *csvwDialect `json:"dialect,omitempty"`
	Schema  struct {
		Columns []csvwColumn `json:"columns"`
	} `json:"tableSchema"`
	names map[string]bool
}

type csvwDialect struct {
	Delimiter string `json:"delimiter"`
	Quote     string `json:"quoteChar,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
	Header    bool   `json:"header"`
}

// A csvwColumn is a column. Its property is its term in the W3C's Data Privacy
// Vocabulary. Notes have whole addresses for names, since the vocabulary knows no
// prefixes but its own.
type csvwColumn struct {
	Name     string `json:"name"`
	Titles   string `json:"titles,omitempty"`
	Datatype string `json:"datatype"`
	Property string `json:"propertyUrl,omitempty"`
	Tag      string `json:"dc:subject,omitempty"`
	Class    string `json:"https://sluice.dev/pii#sensitivity,omitempty"`
	Special  string `json:"https://sluice.dev/pii#special,omitempty"`
	Subject  string `json:"https://sluice.dev/pii#subject,omitempty"`
	Fides    string `json:"https://sluice.dev/pii#fides,omitempty"`
	Action   string `json:"https://sluice.dev/pii#action,omitempty"`
	Source   string `json:"https://sluice.dev/pii#source,omitempty"`
	Basis    string `json:"https://sluice.dev/pii#lawful_basis,omitempty"`
	LIARef   string `json:"https://sluice.dev/pii#lia_ref,omitempty"`
}

// newCSVW describes the file at url, seen from beside it.
func newCSVW(url string) *csvwTable {
	t := &csvwTable{Context: "http://www.w3.org/ns/csvw", URL: percented(url, "-_.~!$&'()*+,;=@"), names: map[string]bool{}}
	t.Schema.Columns = []csvwColumn{}
	return t
}

// add adds the next column, all of whose cells are text. Its name is made from its title:
// names are unique, and of the characters that variables of URI templates have.
func (t *csvwTable) add(c csvwColumn) {
	base := percented(c.Titles, "_.")
	switch {
	case base == "":
		base = fmt.Sprintf("column.%d", len(t.Schema.Columns)+1)
	case base[0] == '_':
		base = "%5F" + base[1:]
	}
	c.Name, c.Datatype = base, "string"
	for n := 2; t.names[c.Name]; n++ {
		c.Name = fmt.Sprintf("%s_%d", base, n)
	}
	t.names[c.Name] = true
	t.Schema.Columns = append(t.Schema.Columns, c)
}

// percented writes the bytes of s that are neither letters nor digits of ASCII nor among
// others as addresses do.
func percented(s, others string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(others, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
