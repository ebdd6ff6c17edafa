package htmlreport

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sluice/pipeline/manifest"
)

// A run is what the page shows of one manifest.
type run struct {
	*manifest.Report
	P        *manifest.Predicate
	Funnel   *chart
	Reasons  []reasonRow
	Lists    []listRow
	Settings []settingRow
	Took     string
	Parties  []settingRow // controller, processor and contact, as the policy declares
	Sourced  int          // columns with a source
	Based    int          // columns with a legal basis
	Outputs  []fileRow
	Marked   bool // a list was used though it did not pass a guard
	Files    bool // the outputs' bytes were compared
	Deep     bool // it is a part of a chain's page
}

type reasonRow struct {
	manifest.ReasonCount
	Words, Share, W string // W is the width of its bar, of the most frequent reason's
}

type listRow struct {
	manifest.List
	Age   string
	Over  bool // older than its limit
	Words string
}

// A fileRow is an output and what came of comparing it.
type fileRow struct {
	manifest.Output
	State string // as recorded, not as recorded, not compared, another state
	OK    bool
	Bad   bool
}

type settingRow struct{ Name, Value string }

func newRun(r *manifest.Report, opt Options, id string) *run {
	p := &r.Statement.Predicate
	v := &run{Report: r, P: p, Took: span(p.Run.Finished.Sub(p.Run.Started)), Files: opt.Files}
	a := p.Accounting
	names := [...]string{"Read", "Sealed", "Rejected", "Quarantined", "Kept"}
	if p.Rescreen != nil {
		names = [...]string{"Delivered before", "Taken out: sealed", "Taken out: rejected", "Left for a person to decide", "Left in deliveries"}
	}
	v.Funnel = funnel(id+"-funnel", []step{
		{"read", names[0], a.Read, true}, {"sealed", names[1], a.Sealed, false}, {"rejected", names[2], a.Rejected, false},
		{"quarantined", names[3], a.Quarantined, false}, {"kept", names[4], a.Kept, true},
	}, a.Read)
	most := int64(1)
	for _, c := range p.Reasons {
		most = max(most, c.Rows)
	}
	for _, c := range p.Reasons {
		w := 0.0
		if c.Rows > 0 {
			w = max(0.5, 100*float64(c.Rows)/float64(most))
		}
		v.Reasons = append(v.Reasons, reasonRow{c, reasonWords[c.Reason], share(c.Rows, a.Read), coordinate(w)})
	}
	for _, l := range p.Lists {
		row := listRow{List: l, Words: classWords[l.Class]}
		row.Age, row.Over = age(l.AsOf, p)
		row.Over = slices.ContainsFunc(l.Overrides, func(o manifest.Override) bool { return o.Guard == "stale" })
		v.Marked = v.Marked || len(l.Overrides) > 0
		v.Lists = append(v.Lists, row)
	}
	for _, c := range p.Columns {
		if c.Source != "" {
			v.Sourced++
		}
		if c.LegalBasis != "" {
			v.Based++
		}
	}
	for _, o := range p.Outputs {
		v.Outputs = append(v.Outputs, v.file(o, opt))
	}
	v.Settings = flatten(p.Policy.Effective)
	for _, name := range []string{"role", "controller", "processor", "contact"} {
		for _, s := range v.Settings {
			if s.Name == "file.parties."+name {
				v.Parties = append(v.Parties, settingRow{name, s.Value})
			}
		}
	}
	return v
}

// file looks up in the report what came of comparing an output.
func (v *run) file(o manifest.Output, opt Options) fileRow {
	f := fileRow{Output: o, State: "not compared"}
	if !opt.Files {
		return f
	}
	where := "output " + o.Name
	for _, p := range v.Problems {
		if p.Where == where {
			f.State, f.Bad = p.What, true
			return f
		}
	}
	for _, c := range v.Checked {
		if c == where+": sha256" || c == where+": xxh64" {
			f.State, f.OK = "as recorded", true
			return f
		}
	}
	for _, s := range v.Skipped {
		if rest, ok := strings.CutPrefix(s, where+": "); ok {
			f.State = "not compared: " + rest
		}
	}
	for _, s := range v.Superseded {
		if by, ok := strings.CutPrefix(s, where+": by "); ok {
			f.State = "written again: see " + by
		}
	}
	return f
}

// Clock returns the instant to which ages were counted.
func clockOf(p *manifest.Predicate) time.Time {
	if t, err := time.Parse(time.RFC3339, p.Policy.Clock); err == nil {
		return t
	}
	return p.Run.Finished
}

// age says how old a list was when the run judged it; known is false if nothing tells.
func age(asOf string, p *manifest.Predicate) (text string, known bool) {
	t, err := time.Parse(time.RFC3339, asOf)
	if err != nil {
		return "unknown", false
	}
	d := clockOf(p).Sub(t)
	if d < 0 && d > -time.Minute { // made and used within one breath
		d = 0
	}
	if d >= time.Hour {
		d = d.Truncate(time.Minute)
	}
	return span(d.Truncate(time.Second)), true
}

// Lede sums the run up in a sentence.
func (v *run) Lede() string {
	a := v.P.Accounting
	if v.P.Rescreen != nil {
		return fmt.Sprintf("%s with %s rows %s screened again: %s taken out, %s left.", plural(len(v.P.Rescreen.Deliveries), "delivered list", "delivered lists"),
			grouped(a.Read), verb(len(v.P.Rescreen.Deliveries)), counted(a.Rejected+a.Sealed, "row was", "rows were"), grouped(a.Kept+a.Quarantined))
	}
	s := fmt.Sprintf("Of %s rows that were read, %s (%s) may be contacted", grouped(a.Read), grouped(a.Kept), share(a.Kept, a.Read))
	var rest []string
	if a.Quarantined > 0 {
		rest = append(rest, counted(a.Quarantined, "waits", "wait")+" for a person to decide")
	}
	if a.Rejected > 0 {
		rest = append(rest, counted(a.Rejected, "was", "were")+" rejected")
	}
	if a.Sealed > 0 {
		rest = append(rest, counted(a.Sealed, "was", "were")+" sealed: of people who asked to be forgotten or objected, nothing was written")
	}
	if len(rest) > 0 {
		s += "; " + strings.Join(rest, ", ")
	}
	return s + "."
}

// Newest sums the run up where it is the newest of many.
func (v *run) Newest() string {
	a := v.P.Accounting
	if v.P.Rescreen != nil {
		return fmt.Sprintf("The newest one screened %s delivered rows again and took %s out.", grouped(a.Read), grouped(a.Rejected+a.Sealed))
	}
	return fmt.Sprintf("The newest one read %s rows and kept %s (%s).", grouped(a.Read), grouped(a.Kept), share(a.Kept, a.Read))
}

func verb(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// flatten lists the settings in JSON by their paths, in the order of the JSON.
func flatten(data json.RawMessage) []settingRow {
	var rows []settingRow
	var walk func(path string, raw json.RawMessage)
	walk = func(path string, raw json.RawMessage) {
		raw = bytes.TrimSpace(raw)
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		t, err := d.Token()
		switch t {
		case json.Delim('{'):
			for d.More() {
				key, _ := d.Token()
				name, _ := key.(string)
				var value json.RawMessage
				if d.Decode(&value) != nil {
					return
				}
				if path != "" {
					name = path + "." + name
				}
				walk(name, value)
			}
			return
		case json.Delim('['):
			var items []json.RawMessage
			if json.Unmarshal(raw, &items) != nil {
				return
			}
			var plain []string
			for i, item := range items {
				if c := bytes.TrimSpace(item); len(c) > 0 && (c[0] == '{' || c[0] == '[') {
					walk(fmt.Sprintf("%s[%d]", path, i+1), item)
					continue
				}
				plain = append(plain, scalar(item))
			}
			if len(plain) > 0 || len(items) == 0 {
				rows = append(rows, settingRow{path, cmp.Or(strings.Join(plain, ", "), "none")})
			}
			return
		}
		if err == nil {
			rows = append(rows, settingRow{path, scalar(raw)})
		}
	}
	walk("", data)
	return rows
}

func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return cmp.Or(s, "(empty)")
	}
	switch s = string(bytes.TrimSpace(raw)); s {
	case "true":
		return "yes"
	case "false":
		return "no"
	}
	return s
}
