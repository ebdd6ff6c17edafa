package suppress

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// An export is a file of columns as a sender of mail writes it. It is recognised by
// its header. Where each layout is documented stands in testdata/lists/README.md.
type export struct {
	name  string   // as the report has it
	has   []string // columns that must all be there, in lower case
	only  bool     // and no others
	entry string   // the column of entries; if empty, the one that the header aliases find
	status
}

// A status is a column that says whether a record counts. Records with any other
// word than those that free a person count: a word we do not know may mean anything.
type status struct {
	column string
	frees  []string // in lower case
	index  int      // where it stands
}

// exports are tried in this order; of those that fit, the one with the most columns.
var exports = []export{
	{name: "mailgun", has: []string{"address", "tags", "created_at"}, entry: "address"},
	{name: "mailgun", has: []string{"address", "code", "error", "created_at"}, entry: "address"},
	{name: "mailgun", has: []string{"address", "created_at"}, only: true, entry: "address"},
	{name: "sendgrid", has: []string{"email", "created"}, entry: "email"},
	{name: "sendgrid", has: []string{"status", "reason", "email", "created"}, entry: "email"},
	{name: "mailchimp", has: []string{"email address", "leid", "euid"}, entry: "email address"},
	{name: "hubspot", has: []string{"portal bounce", "portal unsubscribe"}},
	{name: "sparkpost", has: []string{"recipient", "non_transactional"}, entry: "recipient"},
	{name: "sparkpost", has: []string{"recipient", "type", "description"}, entry: "recipient"},
	{name: "cordial", has: []string{"channels.email.address"}, entry: "channels.email.address",
		status: status{column: "channels.email.subscribestatus", frees: []string{"subscribed", "none"}}},
	{name: "mandrill", has: []string{"email", "reason", "detail", "created_at", "expires_at"}, entry: "email"},
	{name: "telnyx", has: []string{"id", "to", "from", "reason", "source", "scope"}, entry: "to"},
	{name: "drop", has: []string{"id", "hash"}, only: true, entry: "hash"},
	{name: "drop", has: []string{"id", "hash", "listtype"}, only: true, entry: "hash"},
}

// findExport recognises the export of a sender from its first bytes.
func findExport(lines dialect, head []byte, whole bool, r *reader) (l layout, ok bool) {
	var best *export
	for _, delim := range delimiters {
		d := dialect{delim: delim, eol: lines.eol}
		rec := sample(d, head, whole, 1)[0]
		if len(rec) < 2 && delim != delimiters[0] {
			continue
		}
		names := make([]string, len(rec))
		for i, cell := range rec {
			names[i] = strings.ToLower(string(trim(cell)))
		}
		for i := range exports {
			e := &exports[i]
			if best != nil && len(e.has) <= len(best.has) || !e.fits(names) {
				continue
			}
			at := e.entryColumn(names, rec)
			if at < 0 {
				continue
			}
			d.fields = len(rec)
			best, ok = e, true
			l = layout{dialect: d, format: e.name, header: true, columns: exportColumns(rec, at)}
			if at := slices.Index(names, e.status.column); at >= 0 && e.status.column != "" {
				st := e.status
				st.index = at
				l.status = &st
			}
		}
	}
	if ok {
		return l, true
	}
	return findCloudflare(lines, head, whole, r)
}

// exportColumns returns the columns of an export: that of its entries first, and
// whatever else names a person.
func exportColumns(rec [][]byte, entry int) []column {
	cols := []column{{index: entry, name: string(trim(rec[entry])), tier: who}}
	for i, cell := range rec {
		if c, ok := headers[headerName(cell)]; ok && i != entry && c.tier != site {
			c.index, c.name = i, string(trim(cell))
			cols = append(cols, c)
		}
	}
	slices.SortStableFunc(cols, func(a, b column) int { return int(a.tier) - int(b.tier) })
	return cols
}

func (e *export) fits(names []string) bool {
	if e.only && len(names) != len(e.has) {
		return false
	}
	for _, want := range e.has {
		if !slices.Contains(names, want) {
			return false
		}
	}
	return true
}

func (e *export) entryColumn(names []string, rec [][]byte) int {
	if e.entry != "" {
		return slices.Index(names, e.entry)
	}
	for i := range rec {
		if c, ok := headers[headerName(rec[i])]; ok && c.tier == who {
			return i
		}
	}
	return -1
}

// findCloudflare recognises a list without a header whose records are an address,
// address and expiry, or address, expiry and scope, in any mixture. Entries past their
// expiry count: that mail may be sent again is not that a person may be approached.
func findCloudflare(lines dialect, head []byte, whole bool, r *reader) (l layout, ok bool) {
	d := dialect{delim: ',', eol: lines.eol}
	times := 0
	var v value
	for _, rec := range sample(d, head, whole, sampleRecords) {
		if r.read(rec[0], anyRole, &v); v.verdict != keyed || v.kind != Address || len(rec) > 3 {
			return l, false
		}
		if len(rec) == 1 || len(trimSpace(rec[1])) == 0 {
			continue
		}
		if _, err := time.Parse(time.RFC3339, string(trim(rec[1]))); err != nil {
			return l, false
		}
		times++
	}
	if times == 0 {
		return l, false
	}
	d.fields = 1
	return layout{dialect: d, format: "cloudflare", columns: []column{{tier: who}}}, true
}

// free reports whether the record says that the person may be contacted.
func (l *layout) free(cells [][]byte) bool {
	if l.status == nil || l.status.index >= len(cells) {
		return false
	}
	word := bytes.ToLower(trim(cells[l.status.index]))
	for _, w := range l.status.frees {
		if string(word) == w {
			return true
		}
	}
	return false
}
