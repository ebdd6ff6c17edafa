package htmlreport

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/suppress"
)

var evening = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

// predicate returns a run with something of everything.
func predicate(end time.Time) manifest.Predicate {
	digest := strings.Repeat("ab", 32)
	return manifest.Predicate{
		Tool:   manifest.Tool{Name: "sluice", Version: "v1.2.3", Commit: "c0ffee", Tables: []manifest.Table{{Name: "freemail_core", Version: "2026-02-01", Origin: "embedded", SHA256: digest}}},
		Policy: manifest.Policy{Name: "spring", SHA256: digest, Effective: []byte(`{"dedupe":true,"file":{"parties":{"controller":"Client Ltd"},"lia":[{"id":"LIA-1"}]},"forms":["canonical","plus"]}`), ReasonOrder: []string{"erased", "freemail", "domain_near"}, Clock: end.Format(time.RFC3339)},
		Inputs: []manifest.Input{{Name: "leads.csv", Format: "csv", Compression: "gzip", Settings: []manifest.Setting{{Name: "delimiter", Value: ";", How: "detected"}}, Rows: 10_000, Bytes: 123_456, Digest: manifest.Digest{SHA256: digest}}},
		Lists: []manifest.List{
			{ID: 1, Name: "optouts.txt", Class: "opt_out", Entries: 5_555, Refused: 3, AsOf: end.Add(-30 * time.Hour).Format(time.RFC3339), AsOfSource: "header", MaxAge: "24h0m0s", Digest: manifest.Digest{XXH64: "0123456789abcdef"}, Matched: 71, Decided: 61,
				Overrides: []manifest.Override{{Guard: "stale", What: "is 30h old", Reason: "the sender was down"}}},
			{ID: 2, Name: "erased.idx", Class: "erasure", Scope: "acme", Entries: 777, Digest: manifest.Digest{SHA256: digest}, Index: "lists.idx", Matched: 42, Decided: 41},
		},
		Index:      manifest.Index{Files: []manifest.IndexFile{{Name: "lists.idx", Bytes: 8_192, SHA256: digest}}, Method: "a filter", Entries: 6_332, BloomHits: 99, FalsePositives: 17},
		Accounting: manifest.Accounting{Read: 10_000, Kept: 8_765, Quarantined: 234, Rejected: 960, Sealed: 41},
		Reasons:    []manifest.ReasonCount{{Reason: "erased", Verdict: "sealed", Rows: 41}, {Reason: "freemail", Verdict: "reject", Rows: 960}, {Reason: "domain_near", Verdict: "quarantine", Rows: 234}},
		Flags:      []manifest.FlagCount{{Flag: "plus_tag", Rows: 87}},
		Columns: []manifest.Column{
			{Index: 1, Name: "E-Mail", Role: "email", Tag: "person.email", Class: "direct", Personal: true, Confidence: 98, Evidence: []string{"the header says so"}, Action: "keep", Source: "trade fair", LegalBasis: "legitimate_interests", LIARef: "LIA-1", Subject: "prospect", Sensitivity: "medium", DecidedBy: "agreement", RunnersUp: []manifest.RunnerUp{{Tag: "company.email", Confidence: 13}}, Category: "third_party_data", Fides: "user.contact.email", DPV: "https://w3id.org/dpv/pd#EmailAddressWork", Drift: 6},
			{Index: 2, Name: "Diet", Tag: "special.health", Personal: true, Special: "health", Sensitivity: "special", Action: "drop"},
		},
		DataMap:    &manifest.DataMap{Vocabulary: "2", SampleRows: 1_000, WatchedRows: 4_321, Personal: 2, Written: 1, HMACKey: "00c0ffee00c0ffee"},
		Outputs:    []manifest.Output{{Role: "kept", Name: "clean.csv", Format: "csv", Encrypted: "age", Rows: 8_765, Bytes: 7, Digest: manifest.Digest{SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("content")))}}},
		NotChecked: []manifest.NotChecked{{What: "target accounts", Why: "no file was given", Rows: 1_212}},
		Run: manifest.Run{ID: fmt.Sprintf("%032x", end.Unix()), Started: end.Add(-90 * time.Second), Finished: end, Host: "night-1", Settings: []manifest.Setting{{Name: "workers", Value: "2", How: "set"}},
			Stages: []manifest.Stage{{Name: "screen", Millis: 1_503}}, Warnings: []string{"the list has two columns named E-Mail"}},
	}
}

// written seals p into the file name in dir and returns its digest.
func written(t testing.TB, dir, name string, p manifest.Predicate) string {
	t.Helper()
	st, err := manifest.Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := st.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{name: data, "clean.csv": []byte("content")} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// chain writes n nights, two of which change may alter before they are sealed.
func chain(t testing.TB, dir string, n int, change func(i int, p *manifest.Predicate)) {
	t.Helper()
	previous, at := "", evening
	for i := 1; i <= n; i++ {
		p := predicate(at)
		p.Lists[0].Overrides = nil
		p.Lists[0].Entries += int64(i)
		p.Chain = manifest.Chain{Sequence: int64(i)}
		if i > 1 {
			p.Chain.Previous, p.Chain.Name = previous, fmt.Sprintf("night-%02d.json", i-1)
		}
		if change != nil {
			change(i, &p)
		}
		previous = written(t, dir, fmt.Sprintf("night-%02d.json", i), p)
		at = p.Run.Finished.Add(24 * time.Hour)
	}
}

// reports verifies all manifests in dir.
func reports(t testing.TB, dir string, opt Options) []*manifest.Report {
	t.Helper()
	found, err := manifest.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []*manifest.Report
	for _, path := range found.Manifests {
		r, err := manifest.Verify(path, manifest.VerifyOptions{NoOutputs: !opt.Files})
		if err != nil {
			r = manifest.Unreadable(path, err)
		}
		all = append(all, r)
	}
	if len(all) > 1 {
		manifest.VerifyChain(all, manifest.ChainOptions{MaxGap: opt.MaxGap, Until: opt.Clock})
	}
	return all
}

func rendered(t testing.TB, reports []*manifest.Report, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, reports, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// of returns the page of the manifests in dir, and what it says without its markup.
func of(t testing.TB, dir string, opt Options) (page, text string) {
	t.Helper()
	opt.Chain = true
	page = rendered(t, reports(t, dir, opt), opt)
	return page, check(t, page)
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestRunHasEveryFigure(t *testing.T) {
	dir := t.TempDir()
	digest := written(t, dir, "m.json", predicate(evening))
	_, text := of(t, dir, Options{})
	says(t, text,
		"10,000", "8,765", "87.7 %", "234", "960", "41", // accounting
		"freemail", reasonWords["freemail"], "domain_near", "erased", "9.6 %", "plus_tag", "87", "1.0 %",
		"optouts.txt", "5,555", "3 lines held no entry", "30 h", "2026-02-27 20:00:00 UTC", "says the list", "24 h", "xxh64 0123456789abcdef", "71", "61", "is 30h old", "the sender was down",
		"erased.idx", "777", "only for acme", "lists.idx", "8,192", "6,332", "a filter", "99", "17",
		"E-Mail", "person.email", "98 %", "the header says so", "trade fair", "legitimate_interests", "Art. 6(1)(f)", "LIA-1", "company.email 13 %", "third_party_data", "user.contact.email", "dpv/pd#EmailAddressWork", "6 later cells",
		"Diet", "special: health", "left out", "not declared",
		"4,321", "00c0ffee00c0ffee", "2 columns, 2 with personal data, of which 1 was written",
		"leads.csv", "gzip", "delimiter ; (detected)", "123,456", strings.Repeat("ab", 32),
		"clean.csv", "encrypted with age", "rows that may be contacted", "not compared",
		"target accounts: no file was given (1,212 rows)", "the list has two columns named E-Mail",
		"v1.2.3", "c0ffee", "freemail_core", "2026-02-01", "spring", "Client Ltd", "file.lia[1].id", "canonical, plus",
		"2026-03-01 02:00:00 UTC", "1 min 30 s", "night-1", "workers", "Stage screen", "1,503 ms", digest,
		"not known to this page", "Signatures were not checked",
	)
}

func TestStatesAreTold(t *testing.T) {
	dir := t.TempDir()
	written(t, dir, "m.json", predicate(evening))
	_, text := of(t, dir, Options{Files: true, Key: true})
	says(t, text, "✓ As recorded", "byte for byte", "✓ as recorded", "had to be signed")
	if err := os.WriteFile(filepath.Join(dir, "clean.csv"), []byte("CONTENT"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, text = of(t, dir, Options{Files: true})
	says(t, text, "✕ Not everything is as recorded", "output clean.csv: another sha256", "✕ another sha256")
	_, text = of(t, dir, Options{})
	says(t, text, "○ The manifest is as written; its files were not compared")
}

func TestChain(t *testing.T) {
	dir := t.TempDir()
	chain(t, dir, 12, func(i int, p *manifest.Predicate) {
		if i == 4 {
			p.Lists[0].Overrides = []manifest.Override{{Guard: "shrunk", What: "lost 40 %", Reason: "a merge"}}
		}
		if i == 6 {
			p.Run.Finished = p.Run.Finished.Add(26 * time.Hour)
			p.Tool.Version = "v1.3.0"
		}
	})
	opt := Options{MaxGap: 30 * time.Hour, Title: "Nights of Acme"}
	_, text := of(t, dir, opt)
	says(t, text, "Nights of Acme", "12 runs from 1 Mar 2026 to 13 Mar 2026", "Runs were missed", "no run for 2 days 2 h", "lost 40 %", "a merge", "▲ 1 override",
		"another version of the program", "5,567 entries, +11 since the first run", "The newest run: night-12.json")

	if err := os.Remove(filepath.Join(dir, "night-09.json")); err != nil {
		t.Fatal(err)
	}
	_, text = of(t, dir, opt)
	says(t, text, "Not everything is as recorded", "manifest 9 is missing", "11 runs")

	data, err := os.ReadFile(filepath.Join(dir, "night-03.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "night-03.json"), bytes.Replace(data, []byte("8765"), []byte("8766"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "night-11.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, text = of(t, dir, opt)
	says(t, text, "the manifest was altered after it was written", "✕ not as recorded", "manifest 11 is missing", "night-11.json", "not a sluice manifest")

	opt.Clock = evening.AddDate(0, 1, 0)
	_, text = of(t, dir, opt)
	says(t, text, "As of 2026-04-01 02:00:00 UTC", "up to 2026-04-01 02:00:00 UTC")
}

// TestScreenedAgain has one screening, and nights on which its delivery was screened again.
func TestScreenedAgain(t *testing.T) {
	dir := t.TempDir()
	chain(t, dir, 4, func(i int, p *manifest.Predicate) {
		if i == 1 {
			return
		}
		p.Accounting = manifest.Accounting{Read: 8_800, Kept: 8_765, Rejected: 35}
		p.Inputs[0].Rows = 8_800
		p.Reasons = []manifest.ReasonCount{{Reason: "excluded_email", Verdict: "reject", Rows: 35}}
		d := manifest.Rescreened{Name: "clean.csv", Role: "kept", How: manifest.HowKeys, Found: manifest.FoundRecorded, Read: 512, Removed: p.Reasons}
		if i == 3 {
			d.Found = manifest.FoundRestored
		}
		p.Rescreen = &manifest.Rescreen{Known: manifest.KnownEntries{Entries: 6_543, New: 210, Lost: 3}, Deliveries: []manifest.Rescreened{d}}
	})
	page, text := of(t, dir, Options{})
	says(t, text, "The newest one screened 8,800 delivered rows again and took 35 out.", "Rows taken out when screened again, by verdict", "First: 35 rejected, 0 sealed.",
		"screened again: 35 taken out", "▲ 1 list restored from a backup", "▲ 3 entries on no list any more", "Of the runs that screened deliveries again",
		"Deliveries that were screened again", "by its key file", "512", "35 excluded_email", "6,543 known entries, 210 of them new")
	if strings.Contains(text, "another policy") {
		t.Error("screening again is told as another policy")
	}
	if strings.Contains(page, "Rows that screening did not keep") {
		t.Error("a chart of one screening")
	}
}

// TestSeveralChains has two chains in one directory, and runs that follow none.
func TestSeveralChains(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"a", "b", "c"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	chain(t, filepath.Join(dir, "a"), 3, nil)
	chain(t, filepath.Join(dir, "b"), 4, func(_ int, p *manifest.Predicate) { p.Run.Host = "other" })
	for i := range 2 {
		p := predicate(evening.AddDate(0, 0, i))
		p.Run.Host = "third"
		written(t, filepath.Join(dir, "c"), fmt.Sprintf("m-%d.json", i), p)
	}
	_, text := of(t, dir, Options{})
	says(t, text, "9 runs", "in 3 chains")
	if strings.Contains(text, "✕ missing") {
		t.Error("the page says that a manifest is missing")
	}
}

// TestHostile gives every text of a manifest a name that breaks a page that trusts it.
func TestHostile(t *testing.T) {
	for _, bad := range []string{
		`</title></style></svg><script>alert(1)</script>`, `"><img src=//evil.example/x onerror=alert(1)>`, `' onmouseover='x`,
		"a\x1b[31mb\x7f\u0085", "\u202egnp.exe\u2066", "javascript:alert(1)", "{{.CSP}}", strings.Repeat("x", 5000), "<!--", "]]>",
	} {
		dir := t.TempDir()
		chain(t, dir, 2, func(_ int, p *manifest.Predicate) { poison(p, bad) })
		page, _ := of(t, dir, Options{Title: bad})
		if strings.ContainsFunc(page, func(r rune) bool { return r != visible(r) }) {
			t.Errorf("%q: the page has characters that cannot be seen", bad)
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "<img") {
			t.Errorf("%q: it became markup", bad)
		}
	}
}

func poison(p *manifest.Predicate, bad string) {
	p.Tool.Name, p.Tool.Version, p.Tool.Commit, p.Tool.Tables[0].Name, p.Tool.Tables[0].Origin = bad, bad, bad, bad, bad
	p.Policy.Name, p.Policy.Clock, p.Policy.ReasonOrder = bad, bad, []string{bad}
	p.Inputs[0].Name, p.Inputs[0].Format, p.Inputs[0].Compression = bad, bad, bad
	p.Inputs[0].Settings = []manifest.Setting{{Name: bad, Value: bad, How: bad}}
	for i := range p.Lists {
		l := &p.Lists[i]
		l.Name, l.Class, l.Scope, l.AsOf, l.AsOfSource, l.MaxAge, l.Index = fmt.Sprint(bad, i), bad, bad, bad, bad, bad, bad
		l.Overrides = []manifest.Override{{Guard: bad, What: bad, Reason: bad}}
	}
	p.Index.Method, p.Index.Files[0].Name = bad, bad
	for i := range p.Reasons {
		p.Reasons[i].Reason = fmt.Sprint(bad, i)
	}
	p.Flags[0].Flag = bad
	p.Columns = []manifest.Column{{Index: 1, Name: bad, Role: bad, Tag: bad, Class: bad, Evidence: []string{bad}, Action: bad, Source: bad, LegalBasis: bad, LIARef: bad, Subject: bad,
		Sensitivity: bad, Special: bad, RunnersUp: []manifest.RunnerUp{{Tag: bad}}, Category: bad, Fides: bad, DPV: bad}}
	p.DataMap.Vocabulary, p.DataMap.HMACKey = bad, bad
	p.Outputs[0].Name, p.Outputs[0].Format, p.Outputs[0].Encrypted = bad, bad, bad
	p.NotChecked = []manifest.NotChecked{{What: bad, Why: bad}}
	p.Run.Host, p.Run.Warnings, p.Run.Settings, p.Run.Stages = bad, []string{bad}, []manifest.Setting{{Name: bad, Value: bad, How: bad}}, []manifest.Stage{{Name: bad}}
}

func TestSameManifestsSamePage(t *testing.T) {
	dir := t.TempDir()
	chain(t, dir, 9, nil)
	opt := Options{MaxGap: 24 * time.Hour}
	all := reports(t, dir, opt)
	want := rendered(t, all, opt)
	slices.Reverse(all)
	if got := rendered(t, all, opt); got != want {
		t.Error("the page depends on the order in which manifests are given")
	}
}

func TestNothing(t *testing.T) {
	dir := t.TempDir()
	p := manifest.Predicate{Policy: manifest.Policy{SHA256: strings.Repeat("0", 64)}, Run: manifest.Run{ID: "1", Started: evening, Finished: evening}}
	written(t, dir, "m.json", p)
	_, text := of(t, dir, Options{})
	says(t, text, "None. No row was checked against any opt-out or erasure.", "No row had a reason", "Nothing but the manifest.")
	check(t, rendered(t, []*manifest.Report{manifest.Unreadable("m.json", os.ErrNotExist)}, Options{}))
}

// TestEveryNameHasWords wants plain words for whatever the rules can say.
func TestEveryNameHasWords(t *testing.T) {
	for r := range screen.NumReasons {
		if reasonWords[r.String()] == "" {
			t.Errorf("no words for the reason %s", r)
		}
	}
	for f := range screen.NumFlags {
		if flagWords[f.String()] == "" {
			t.Errorf("no words for the flag %s", f)
		}
	}
	for c := range suppress.NumClasses {
		if classWords[c.String()] == "" {
			t.Errorf("no words for the class %s", c)
		}
	}
	if len(reasonWords) != int(screen.NumReasons) || len(flagWords) != int(screen.NumFlags) || len(classWords) != int(suppress.NumClasses) {
		t.Error("there are words for names that do not exist")
	}
}

// check parses a page and finds what no page may have. It returns the text.
func check(t testing.TB, page string) string {
	t.Helper()
	balanced(t, page)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{t: t, ids: map[string]*html.Node{}}
	c.walk(root)
	for _, ref := range c.refs {
		for id := range strings.FieldsSeq(ref) {
			if c.ids[id] == nil {
				t.Errorf("nothing has the id %q", id)
			}
		}
	}
	sum := sha256.Sum256([]byte(c.style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(c.csp, want) || !strings.HasPrefix(c.csp, "default-src 'none';") {
		t.Errorf("content security policy %q, want one with %s", c.csp, want)
	}
	if c.h1 != 1 || c.lang != "en" {
		t.Errorf("%d headings of the first level, language %q", c.h1, c.lang)
	}
	return strings.Join(strings.Fields(c.text.String()), " ")
}

// balanced wants every element closed in its order.
func balanced(t testing.TB, page string) {
	t.Helper()
	void := []string{"meta", "link", "wbr"}
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !slices.Contains(void, string(name)) {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("%s is closed where %v are open", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

type checker struct {
	t          testing.TB
	ids        map[string]*html.Node
	refs       []string
	csp, style string
	lang       string
	h1, level  int
	text       strings.Builder
}

func (c *checker) walk(n *html.Node) {
	attr := map[string]string{}
	for _, a := range n.Attr {
		attr[a.Key] = a.Val
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "srcset":
			c.t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
		case a.Key == "href" && a.Val != "data:," && !strings.HasPrefix(a.Val, "#"):
			c.t.Errorf("a link leads out of the page: %s", a.Val)
		case a.Key == "href" && a.Val != "data:,":
			c.refs = append(c.refs, a.Val[1:])
		case a.Key == "aria-labelledby":
			c.refs = append(c.refs, a.Val)
		case a.Key == "id":
			if c.ids[a.Val] != nil {
				c.t.Errorf("the id %s twice", a.Val)
			}
			c.ids[a.Val] = n
		}
	}
	if n.Type == html.ElementNode {
		switch n.Data {
		case "script", "iframe", "img", "object", "embed", "form", "base", "use", "image", "foreignObject":
			c.t.Errorf("the page has <%s>", n.Data)
		case "html":
			c.lang = attr["lang"]
		case "meta":
			if attr["http-equiv"] == "Content-Security-Policy" {
				c.csp = attr["content"]
			}
		case "style":
			c.style = n.FirstChild.Data
			if strings.Contains(c.style, "@import") || strings.Contains(strings.ReplaceAll(c.style, "url(#", ""), "url(") {
				c.t.Error("the style asks for a file")
			}
			return
		case "h1", "h2", "h3", "h4":
			level := int(n.Data[1] - '0')
			if level > c.level+1 {
				c.t.Errorf("<%s> follows a heading of level %d", n.Data, c.level)
			}
			c.level = level
			if level == 1 {
				c.h1++
			}
		case "th":
			if attr["scope"] == "" {
				c.t.Error("a header of a table without a scope")
			}
		case "table":
			if attr["aria-labelledby"] == "" {
				c.t.Error("a table without a name")
			}
		case "svg":
			if attr["aria-hidden"] != "true" && (attr["role"] != "img" || len(strings.Fields(attr["aria-labelledby"])) != 2) {
				c.t.Error("a drawing that is neither hidden nor has a title and a description")
			}
		}
	}
	if n.Type == html.TextNode {
		c.text.WriteString(n.Data)
	}
	for child := range n.ChildNodes() {
		c.walk(child)
	}
	if n.Type == html.ElementNode && slices.Contains([]string{"td", "th", "li", "p", "div", "dt", "dd", "h2", "h3", "text", "title", "desc", "tr"}, n.Data) {
		c.text.WriteByte(' ')
	}
}
