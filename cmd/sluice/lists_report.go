package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"sluice/screen/suppress"
)

// A listReport is what there is to say of a list, for programs. Lines are named, never
// quoted.
type listReport struct {
	ID         int              `json:"id"`
	Name       string           `json:"name"`
	File       string           `json:"file,omitempty"`
	Class      string           `json:"class"`
	Scope      string           `json:"scope,omitempty"`
	AsOf       string           `json:"as_of,omitempty"`
	AsOfSource string           `json:"as_of_source,omitempty"`
	MaxAge     string           `json:"max_age,omitempty"`
	Format     string           `json:"format"`
	Encoding   string           `json:"encoding,omitempty"`
	Compressed string           `json:"compression,omitempty"`
	Delimiter  string           `json:"delimiter,omitempty"`
	Columns    []string         `json:"columns,omitempty"`
	Lines      int64            `json:"lines"`
	Entries    int64            `json:"entries"` // distinct
	Accepted   map[string]int64 `json:"accepted"`
	Algorithms []string         `json:"algorithms,omitempty"`
	Duplicates int64            `json:"duplicates"`
	Traps      int64            `json:"traps"`
	Skipped    int64            `json:"skipped"`
	Comments   int64            `json:"comments"`
	Blanks     int64            `json:"blanks"`
	Refused    int64            `json:"refused"`
	Causes     []causeReport    `json:"causes,omitempty"`
	Members    []memberReport   `json:"members,omitempty"`
	Warnings   []warningReport  `json:"warnings,omitempty"`
	Canaries   int              `json:"canaries,omitempty"`
	Overrides  []overrideReport `json:"overrides,omitempty"`
	SHA256     string           `json:"sha256,omitempty"`
	Bytes      int64            `json:"bytes"`
}

type causeReport struct {
	What  string  `json:"what"`
	Total int64   `json:"total"`
	Lines []int64 `json:"lines"` // the first of them
}

type memberReport struct {
	Name    string `json:"name"`
	Format  string `json:"format"`
	Lines   int64  `json:"lines"`
	Entries int64  `json:"entries"`
	Refused int64  `json:"refused"`
	Skipped string `json:"skipped,omitempty"`
}

type warningReport struct {
	Line int64  `json:"line,omitempty"`
	What string `json:"what"`
}

type overrideReport struct {
	Guard  string `json:"guard"`
	What   string `json:"what"`
	Reason string `json:"reason"`
}

func reportOf(l *suppress.ListInfo) listReport {
	r := listReport{ID: int(l.ID), Name: l.Name, File: l.Path, Class: l.Class.String(), Scope: l.Scope, AsOfSource: l.AsOfSource,
		Format: l.Layout.Format, Encoding: l.Layout.Encoding, Compressed: l.Layout.Compression, Delimiter: l.Layout.Delimiter,
		Columns: l.Layout.Columns, Lines: l.Lines, Entries: l.Distinct(), Accepted: map[string]int64{}, Duplicates: l.Duplicates,
		Traps: l.Traps, Skipped: l.Skipped, Comments: l.Comments, Blanks: l.Blanks, Refused: l.Refused.Total, Canaries: l.Canaries,
		SHA256: l.SHA256, Bytes: l.Bytes}
	if !l.AsOf.IsZero() {
		r.AsOf = l.AsOf.UTC().Format(time.RFC3339)
	}
	if l.MaxAge > 0 {
		r.MaxAge = l.MaxAge.String()
	}
	for k, n := range l.Entries {
		if n > 0 {
			r.Accepted[suppress.Kind(k).String()] = n
		}
	}
	for _, a := range l.Algorithms.List() {
		r.Algorithms = append(r.Algorithms, a.String())
	}
	for _, c := range l.Causes {
		r.Causes = append(r.Causes, causeReport{c.What, c.Lines.Total, c.Lines.First})
	}
	for _, m := range l.Members {
		r.Members = append(r.Members, memberReport{m.Name, m.Layout.Format, m.Lines, m.Entries, m.Refused.Total, m.Skipped})
	}
	for _, w := range l.Warnings {
		r.Warnings = append(r.Warnings, warningReport{w.Line, w.What})
	}
	for _, o := range l.Overrides {
		r.Overrides = append(r.Overrides, overrideReport{string(o.Code), o.What, o.Reason})
	}
	return r
}

func reportsOf(lists []suppress.ListInfo) []listReport {
	all := make([]listReport, len(lists))
	for i := range lists {
		all[i] = reportOf(&lists[i])
	}
	return all
}

// showLists writes the reports as a table, each list followed by what is special about it.
func showLists(w io.Writer, lists []listReport, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "#\tclass\tlines\taddresses\tdigests\tdomains\tphones\tprofiles\trepeated\ttraps\trefused\tage\t  list\n")
	for _, l := range lists {
		age := "?"
		if at, err := time.Parse(time.RFC3339, l.AsOf); err == nil {
			age = ageOf(now.Sub(at))
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t", l.ID, l.Class, thousands(l.Lines))
		for k := range suppress.NumKinds {
			fmt.Fprintf(t, "%s\t", thousands(l.Accepted[k.String()]))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t  %s\n", thousands(l.Duplicates), thousands(l.Traps), thousands(l.Refused), age, printableText(l.Name))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for _, l := range lists {
		l.notes(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// notes writes what the table does not say.
func (l *listReport) notes(b *strings.Builder) {
	how := []string{l.Format}
	for _, s := range []string{l.Encoding, l.Compressed} {
		if s != "" && s != "none" && s != l.Format {
			how = append(how, s)
		}
	}
	if len(l.Columns) > 0 {
		how = append(how, "columns "+strings.Join(l.Columns, ", "))
	}
	if len(l.Algorithms) > 0 {
		how = append(how, "digests of "+strings.Join(l.Algorithms, ", "))
	}
	note := func(format string, args ...any) {
		fmt.Fprintf(b, "%s: %s\n", printableText(l.Name), printableText(fmt.Sprintf(format, args...)))
	}
	note("read as %s", strings.Join(how, ", "))
	if l.AsOf != "" {
		note("as of %s (%s)%s%s", l.AsOf, l.AsOfSource, prefixed(", at most ", l.MaxAge), prefixed(", scope ", l.Scope))
	} else if l.Scope != "" {
		note("scope %s", l.Scope)
	}
	for _, m := range l.Members {
		if m.Skipped != "" {
			note("%s in it does not count: %s", m.Name, m.Skipped)
		} else {
			note("%s in it: %s, %s lines, %s entries, %s refused", m.Name, m.Format, thousands(m.Lines), thousands(m.Entries), thousands(m.Refused))
		}
	}
	if l.Skipped > 0 {
		note("%s records do not count: they may be contacted, or are padding", thousands(l.Skipped))
	}
	for _, c := range l.Causes {
		note("refused %s", linesOf(c))
	}
	if l.Canaries > 0 {
		note("all %d canaries are in it", l.Canaries)
	}
	for _, w := range l.Warnings {
		if w.Line > 0 {
			note("line %d: %s", w.Line, w.What)
		} else {
			note("%s", w.What)
		}
	}
	for _, o := range l.Overrides {
		note("used though it %s; reason given: %s", o.What, o.Reason)
	}
}

// linesOf names the lines of a cause.
func linesOf(c causeReport) string {
	var numbers []string
	for _, n := range c.Lines {
		numbers = append(numbers, fmt.Sprint(n))
	}
	s := "lines " + strings.Join(numbers, ", ")
	if len(numbers) == 1 {
		s = "line " + numbers[0]
	}
	if more := c.Total - int64(len(c.Lines)); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s + prefixed(": ", c.What)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// ageOf writes how long ago something was, roughly.
func ageOf(d time.Duration) string {
	switch {
	case d < 0:
		return "ahead"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d d", d/(24*time.Hour))
}

// printableText replaces control characters, which could steer a terminal: names of
// lists and columns come from elsewhere.
func printableText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\ufffd'
		}
		return r
	}, s)
}
