package policy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"sluice/screen"
	"sluice/screen/region"
)

// A checker looks for settings that contradict each other, which decoding cannot see.
type checker struct {
	l        *Loaded
	problems []*Problem
}

// bad notes that the setting at is wrong. Without a place of its own it is that of what
// the setting is part of.
func (c *checker) bad(at, hint, format string, args ...any) {
	p := &Problem{File: c.l.Files[0].Name, At: at, What: fmt.Sprintf(format, args...), Hint: hint}
	for whole := at; ; {
		if w, ok := c.l.places[whole]; ok {
			p.File, p.Line, p.Column = w.file, w.line, w.column
			break
		}
		cut := strings.LastIndexAny(whole, ".[")
		if cut < 0 {
			break
		}
		whole = whole[:cut]
	}
	c.problems = append(c.problems, p)
}

func (l *Loaded) check() []*Problem {
	c := &checker{l: l}
	c.rules()
	c.assessments()
	c.regions()
	c.provenance()
	c.suppliers()
	c.patterns()
	c.outputs()
	if l.PersonalData.Preset == "tag-only" && l.PersonalData.Minimise != nil && *l.PersonalData.Minimise {
		c.bad("personal_data.minimise", "leave one of the two out", "the preset tag-only writes all columns as they are")
	}
	return c.problems
}

// rules tries out what reasons are to lead to.
func (c *checker) rules() {
	p := screen.DefaultPolicy()
	for r := range screen.NumReasons {
		to, ok := c.l.Rules[r.String()]
		if !ok {
			continue
		}
		if err := SetRule(p, r, to); err != nil {
			c.bad("rules."+r.String(), "", "%v", err)
		}
	}
}

// SetRule has reason r lead to reject, quarantine or flag, or turns it off.
func SetRule(p *screen.Policy, r screen.Reason, to string) error {
	switch to {
	case "off":
		return p.Off(r)
	case "reject":
		return p.Set(r, screen.Reject)
	case "quarantine":
		return p.Set(r, screen.Quarantine)
	case "flag":
		return p.Set(r, screen.Keep)
	}
	return fmt.Errorf("a reason leads to reject, quarantine or flag, or is off")
}

func (c *checker) assessments() {
	seen := map[string]bool{}
	for i, a := range c.l.LIA {
		at := fmt.Sprintf("lia[%d]", i+1)
		if seen[a.ID] {
			c.bad(at+".id", "", "there are two assessments %q", a.ID)
		}
		seen[a.ID] = true
		c.territories(at+".territories", a.Territories)
		if a.Expires != "" && a.Expires.Day().Before(a.Date.Day()) {
			c.bad(at+".expires", "", "the assessment expired before it was made")
		}
	}
	known := func(at, id string) {
		if id != "" && !seen[id] {
			c.bad(at, "assessments are under lia", "there is no assessment %q", id)
		}
	}
	for i, r := range c.l.Regions {
		for _, id := range r.LIA {
			known(fmt.Sprintf("regions[%d].lia", i+1), id)
		}
	}
	for at, o := range c.l.origins() {
		known(at+".lia_ref", o.LIARef)
	}
}

func (c *checker) regions() {
	for i, r := range c.l.Regions {
		at := fmt.Sprintf("regions[%d]", i+1)
		c.territories(at+".territories", r.Territories)
		if len(r.Territories) == 0 {
			c.bad(at+".territories", "", "holds for no territory")
		}
		if len(r.LIA) > 0 && r.Require != "lia" {
			c.bad(at+".lia", "say require: lia", "names assessments that it does not ask for")
		}
	}
}

// territories looks names of territories up.
func (c *checker) territories(at string, names []string) {
	for i, name := range names {
		if _, err := region.ParseSet(name); err != nil {
			c.bad(fmt.Sprintf("%s[%d]", at, i+1), "", "%v", err)
		}
	}
}

// origins are all settings of provenance, by their place.
func (l *Loaded) origins() map[string]Origin {
	all := map[string]Origin{"provenance.default": l.Provenance.Default}
	for name, list := range map[string][]Origin{"files": l.Provenance.Files, "columns": l.Provenance.Columns, "tags": l.Provenance.Tags} {
		for i, o := range list {
			all[fmt.Sprintf("provenance.%s[%d]", name, i+1)] = o
		}
	}
	return all
}

func (c *checker) provenance() {
	for at, o := range c.l.origins() {
		if whole := at == "provenance.default"; whole && o.Match != "" {
			c.bad(at+".match", "", "the default holds for everything")
		} else if !whole && o.Match == "" {
			c.bad(at, "", "has no match, which says what it holds for")
		}
		if whole := strings.Contains(at, ".columns[") || strings.Contains(at, ".tags["); whole && (o.Supplier != "" || o.Collected != "") {
			c.bad(at, "say it of files, or by default", "supplier and collected are of whole rows, not of columns")
		}
		if o.LIARef != "" && o.Basis != "legitimate_interests" {
			c.bad(at+".lia_ref", "", "an assessment is of legitimate interests, the basis is another")
		}
	}
	for i, o := range c.l.Provenance.Files {
		if _, err := path.Match(o.Match, ""); err != nil {
			c.bad(fmt.Sprintf("provenance.files[%d].match", i+1), "", "is no pattern of file names")
		}
	}
}

func (c *checker) suppliers() {
	seen := map[string]bool{}
	for i, s := range c.l.Suppliers {
		for _, name := range append([]string{s.Name}, s.Aliases...) {
			if name = strings.ToLower(name); seen[name] {
				c.bad(fmt.Sprintf("suppliers[%d]", i+1), "", "%q names two suppliers", name)
			}
			seen[name] = true
		}
		if s.Expires != "" && s.Attested == "" {
			c.bad(fmt.Sprintf("suppliers[%d].expires", i+1), "", "expires, but was never attested")
		}
	}
}

// patterns compiles the columns that tags are given to, and looks up what actions and
// origins hold for.
func (c *checker) patterns() {
	for prefix := range c.l.PersonalData.Actions {
		c.tag("personal_data.actions."+prefix, prefix)
	}
	for i, o := range c.l.Provenance.Tags {
		c.tag(fmt.Sprintf("provenance.tags[%d].match", i+1), o.Match)
	}
	for i, t := range c.l.PersonalData.Tags {
		if p := t.Column; len(p) > 1 && p[0] == '/' && p[len(p)-1] == '/' {
			if _, err := regexp.Compile(p[1 : len(p)-1]); err != nil {
				c.bad(fmt.Sprintf("personal_data.tags[%d].column", i+1), "", "is no regular expression: %v", err)
			}
		}
	}
}

// tag refuses what is neither a tag nor the beginning of one.
func (c *checker) tag(at, prefix string) {
	all := choices("@tags")
	begins := func(tag string) bool { return tag == prefix || strings.HasPrefix(tag, prefix+".") }
	if !slices.ContainsFunc(all, begins) {
		c.bad(at, nearest(prefix, all), "%q is neither a tag nor the beginning of one", prefix)
	}
}

func (c *checker) outputs() {
	o := &c.l.Outputs
	seen := map[string]string{}
	for _, f := range []struct {
		at string
		Path
	}{{"output", o.Output}, {"rejects", o.Rejects}, {"quarantine", o.Quarantine}, {"restricted", o.Restricted},
		{"decisions", o.Decisions}, {"manifest", o.Manifest}} {
		if f.IsZero() || f.Given == "-" && f.at == "output" {
			continue
		}
		if f.Given == "-" {
			c.bad("outputs."+f.at, "", "takes a file: standard output is for the list")
			continue
		}
		if other := seen[f.String()]; other != "" {
			c.bad("outputs."+f.at, "", "is the same file as %s", other)
		}
		seen[f.String()] = f.at
	}
	if o.RejectsContent != nil && *o.RejectsContent && o.Rejects.IsZero() {
		c.bad("outputs.rejects_content", "name a file under rejects", "there are no rejects")
	}
}
