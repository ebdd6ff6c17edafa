package htmlreport

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sluice/pipeline/manifest"
)

// Options say what was asked of the reports, and how the page is headed.
type Options struct {
	Title  string        // heading of the page; "" for one by what it shows
	Clock  time.Time     // as of when the page is; zero for as of its newest run
	MaxGap time.Duration // the longest time between two runs that is no missed night; 0 for any
	First  int64         // sequence that a chain may begin with
	Files  bool          // the outputs' bytes were compared with what is recorded
	Key    bool          // the manifests must be signed
	Chain  bool          // the links between manifests were checked
}

// page is what the templates see.
type page struct {
	Title, Lede string
	CSP         string
	CSS         template.CSS
	Opt         Options
	Reports     []*manifest.Report // of which something is not as recorded
	Missed      bool               // all that is wrong is that runs were missed
	Checked     int                // things compared
	Skipped     []skip             // what could not be compared
	Superseded  int                // files of older manifests that a later run wrote again
	Total       int                // manifests
	Series      []*chainView
	Run         *run // the one run, or the newest of the one chain
	Alone       bool // the page is about one manifest
	Newest      *manifest.Report
}

type skip struct {
	What string
	In   []string
}

// A chainView is a series and its charts.
type chainView struct {
	*series
	ID      string
	Rows    []*chart
	Lists   []*courseOf
	Reasons []*courseOf
}

//go:embed page.html run.html chain.html parts.html style.css
var files embed.FS

// Write writes the page about reports, which manifest.Verify made. They may be of one
// run, or of chains in any order.
func Write(w io.Writer, reports []*manifest.Report, opt Options) error {
	css, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	t, err := template.New("page.html").Funcs(funcs).ParseFS(files, "*.html")
	if err != nil {
		return err
	}
	p := newPage(reports, opt)
	sum := sha256.Sum256(css)
	p.CSS = template.CSS(css)
	p.CSP = "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return err
	}
	_, err = w.Write(bytes.Map(visible, b.Bytes()))
	return err
}

// visible replaces control characters and those that turn the direction of text, with
// which a name in a manifest could make the page read as what it does not say.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0x200e || r == 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return '\ufffd'
	}
	return r
}

func newPage(reports []*manifest.Report, opt Options) *page {
	p := &page{Opt: opt, Title: opt.Title, Total: len(reports)}
	reports = slices.SortedStableFunc(slices.Values(reports), func(a, b *manifest.Report) int { return strings.Compare(a.Manifest, b.Manifest) })
	skipped := map[string]int{}
	for _, r := range reports {
		if !r.OK() {
			p.Missed = p.Missed || len(p.Reports) == 0
			p.Missed = p.Missed && !slices.ContainsFunc(r.Problems, func(p *manifest.Problem) bool { return !missed(p) })
			p.Reports = append(p.Reports, r)
		}
		p.Checked += len(r.Checked)
		p.Superseded += len(r.Superseded)
		for _, s := range r.Skipped {
			i, ok := skipped[s]
			if !ok {
				i = len(p.Skipped)
				skipped[s] = i
				p.Skipped = append(p.Skipped, skip{What: s})
			}
			p.Skipped[i].In = append(p.Skipped[i].In, filepath.Base(r.Manifest))
		}
	}
	for i, s := range divide(reports, opt) {
		id := fmt.Sprintf("c%d", i+1)
		v := &chainView{series: s, ID: id}
		if len(reports) > 1 {
			v.Rows, v.Lists, v.Reasons = s.rows(id), s.lists(id), s.reasons(id)
		}
		p.Series = append(p.Series, v)
	}
	if len(p.Series) == 1 {
		p.Newest = p.Series[0].Last().Report
		p.Run = newRun(p.Newest, opt, "run")
	}
	p.Alone = len(reports) == 1 && p.Run != nil
	if p.Run != nil {
		p.Run.Deep = !p.Alone
	}
	p.head()
	return p
}

// head finds the title, if there is none, and a sentence that sums the page up.
func (p *page) head() {
	title := "Screening report"
	switch {
	case p.Alone:
		p.Lede = p.Run.Lede()
		if p.Run.P.Rescreen != nil {
			title = "Re-screening report"
		}
	case len(p.Series) == 0:
		p.Lede = "None of the manifests can be read."
	default:
		title = "Chain report"
		runs := 0
		first, last := p.Series[0].First().Finished, p.Series[0].Last().Finished
		for _, s := range p.Series {
			runs += len(s.Nights)
			if t := s.First().Finished; t.Before(first) {
				first = t
			}
			if t := s.Last().Finished; t.After(last) {
				last = t
			}
		}
		p.Lede = fmt.Sprintf("%s from %s to %s", plural(runs, "run", "runs"), day(first), day(last))
		if n := len(p.Series); n > 1 {
			p.Lede += fmt.Sprintf(", in %d chains", n)
		} else {
			p.Lede += ". " + p.Run.Newest()
		}
		p.Lede = strings.TrimSuffix(p.Lede, ".") + "."
	}
	if p.Title == "" {
		p.Title = title
	}
}

// About names what the run read, for the line above the title.
func (p *page) About() string {
	if p.Run == nil {
		return ""
	}
	var names []string
	for _, in := range p.Run.P.Inputs {
		names = append(names, filepath.Base(in.Name))
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return strings.Join(names, ", ")
}

// Overrides lists every guard that was let pass, run by run.
func (v *chainView) Overrides() (all []overrideRow) {
	for _, n := range v.Nights {
		for _, l := range n.P.Lists {
			for _, o := range l.Overrides {
				all = append(all, overrideRow{n, l.Name, o})
			}
		}
	}
	return all
}

type overrideRow struct {
	Night *night
	List  string
	manifest.Override
}

// Holes counts the places at which a run is missing or came late.
func (v *chainView) Holes() (n int) {
	for _, s := range v.Slots {
		if s.night == nil {
			n++
		}
	}
	return n
}

// A heading is one level deeper where the run is a part of a chain's page.
type heading struct {
	Deep     bool
	ID, Text string
}

// chainOf is a chain, and whether it is one of many.
type chainOf struct {
	Many bool
	View *chainView
}

// soft lets a name of the program's own kind, person.name.first say, break after its
// joints.
func soft(name string) template.HTML {
	return template.HTML(joints.Replace(template.HTMLEscapeString(name)))
}

var joints = strings.NewReplacer("_", "_<wbr>", ".", ".<wbr>", "/", "/<wbr>", "-", "-<wbr>")

var funcs = template.FuncMap{
	"num": grouped, "share": share, "size": size, "instant": instant, "minute": minute, "moment": moment, "limit": limit, "span": span, "plural": plural, "plural64": func(n int64, one, many string) string { return plural(int(n), one, many) },
	"reasonWords": words(reasonWords), "flagWords": words(flagWords), "classWords": words(classWords), "guardWords": words(guardWords),
	"roleWords": words(roleWords), "howWords": words(howWords), "foundWords": words(foundWords), "actionWords": words(actionWords), "sourceWords": words(sourceWords), "basisWords": words(basisWords),
	"join": strings.Join, "soft": soft, "base": filepath.Base, "int64": func(n int) int64 { return int64(n) },
	"head":    func(deep bool, id, text string) heading { return heading{deep, id, text} },
	"chainOf": func(p *page, v *chainView) chainOf { return chainOf{len(p.Series) > 1, v} },
	"others": func(c manifest.Column) (names []string) {
		for _, name := range []string{c.Category, c.Fides, strings.TrimPrefix(c.DPV, "https://w3id.org/")} {
			if name != "" {
				names = append(names, name)
			}
		}
		return names
	},
	"digest": func(d manifest.Digest) string { _, sum := d.Hash(); return sum },
	"kind": func(d manifest.Digest) string {
		if d.SHA256 == "" && d.XXH64 != "" {
			return "xxh64"
		}
		return "SHA-256"
	},
}
