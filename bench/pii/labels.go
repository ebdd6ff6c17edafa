package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sluice/formats/column"
	"sluice/screen/pii"
)

// A table is a labelled list: headers with what they hold, and how to make values.
//
//	== NAME LOCALE [empty|nohead|trap]
//	HEADER | TAG[/ALSO ACCEPTED…] | KIND OF VALUES
//
// The kind may be left out where the tag says enough (defaults). A list of values stands
// in braces. A line that starts with "! " is a trap: a column on which taggers go wrong. One
// that starts with "-- " says where the header was read.
type table struct {
	name, locale, about string
	columns             []labelled
}

type labelled struct {
	header string
	tags   []pii.Tag // the first is the right one, the others are accepted
	kind   string
	trap   bool
}

// defaults are the kinds of value that go with tags.
var defaults = map[string]string{
	"person.name.full": "full", "person.name.first": "first", "person.name.last": "last", "person.email": "email",
	"person.email.personal": "privmail", "person.phone": "phone", "person.phone.personal": "phone", "person.social": "li",
	"person.address.street": "street", "person.address.postcode": "zip", "person.address.city": "city", "person.address.region": "region",
	"person.address.country": "country", "person.job.title": "title", "person.job.detail": "dept", "person.birth_date": "birth",
	"person.gender": "gender", "person.image": "img", "person.id": "seq", "person.username": "username", "person.ip": "ip",
	"person.free_text": "note", "person.consent": "yesno", "other_person": "xfull", "financial.account": "iban", "financial.card": "card",
	"credential": "password", "person.national_id": "code", "person.special": "{Yes; No}", "person.financial": "money",
	"record.source": "{Web; Fair}", "company.name": "company", "company.domain": "url", "company.email": "rolemail", "company.phone": "phone",
	"company.social": "licompany", "company.address": "street", "company.country": "country", "company.id": "seq", "company.profile": "industry",
}

// readTables reads all tables of a directory.
func readTables(dir string) ([]table, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no labelled tables in %s (%v)", dir, err)
	}
	var tables []table
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for n, line := range strings.Split(string(text), "\n") {
			if line == "" || strings.HasPrefix(line, "-- ") {
				continue
			}
			if head, ok := strings.CutPrefix(line, "== "); ok {
				f := strings.Fields(head)
				t := table{name: f[0], locale: f[1], about: strings.Join(f[2:], " ")}
				if locales[t.locale] == nil {
					return nil, fmt.Errorf("%s:%d: no locale %s", file, n+1, t.locale)
				}
				tables = append(tables, t)
				continue
			}
			c, err := readColumn(line)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
			}
			t := &tables[len(tables)-1]
			t.columns = append(t.columns, c)
		}
	}
	return tables, nil
}

func readColumn(line string) (labelled, error) {
	var c labelled
	line, c.trap = strings.CutPrefix(line, "! ")
	parts := strings.Split(line, " | ")
	if len(parts) < 2 || len(parts) > 3 {
		return c, fmt.Errorf("want HEADER | TAG | KIND")
	}
	c.header = parts[0]
	for name := range strings.SplitSeq(parts[1], "/") {
		tag, err := pii.ParseTag(name)
		if err != nil {
			return c, err
		}
		c.tags = append(c.tags, tag)
	}
	if len(parts) == 3 {
		c.kind = parts[2]
	} else if c.kind = defaults[c.tags[0].String()]; c.kind == "" {
		return c, fmt.Errorf("%s needs a kind of value", c.tags[0])
	}
	return c, nil
}

// headers returns the table's header.
func (t *table) headers() []string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.header)
	}
	return names
}

// sample makes rows rows. One cell in nine is empty, but for a column's first.
func (t *table) sample(rows int) ([]column.View, error) {
	views := make([]column.View, len(t.columns))
	for i := range rows {
		r := newRow(seed(t.name), i, locales[t.locale])
		for c, col := range t.columns {
			value, err := r.value(col.kind)
			if err != nil {
				return nil, fmt.Errorf("%s: column %s: %w", t.name, col.header, err)
			}
			if i > 0 && r.IntN(9) == 0 || t.about == "empty" {
				value = ""
			}
			v := &views[c]
			lo := uint32(len(v.Data))
			v.Data = append(v.Data, value...)
			v.Spans = append(v.Spans, column.Span{Lo: lo, Hi: uint32(len(v.Data))})
		}
	}
	return views, nil
}

func seed(name string) int {
	n := 7
	for _, c := range name {
		n = n*31 + int(c)
	}
	return n & 0xffffff
}

// accepts reports whether tag is right or accepted for the column.
func (c *labelled) accepts(tag pii.Tag) bool { return slices.Contains(c.tags, tag) }
