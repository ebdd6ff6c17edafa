package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// asNamed names files as the manifest does.
func asNamed(name string) (string, bool) { return name, name != "-" }

func sealed(t *testing.T, p Predicate) *Statement {
	t.Helper()
	st, err := Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestSumLine(t *testing.T) {
	for name, want := range map[string]string{
		"a b.csv": "00  a b.csv\n", `a\b.csv`: `\00  a\\b.csv` + "\n", "two\nlines\r": `\00  two\nlines\r` + "\n",
	} {
		if got := SumLine("00", name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// TestSumsWithCoreutils has sha256sum check what we wrote, where there is one, with names
// that need care.
func TestSumsWithCoreutils(t *testing.T) {
	p := sample()
	dir := t.TempDir()
	for i, name := range []string{"plain.csv", "-x\\y \"z\"\nend\r.csv"} {
		p.Outputs[i].Name = name
		if err := os.WriteFile(filepath.Join(dir, name), []byte([]string{rejectsText, keptText}[i]), 0o600); err != nil {
			t.Skip(err) // a system that has no such names
		}
	}
	p.Outputs = append(p.Outputs, Output{Role: "decisions", Name: "-", Digest: Digest{SHA256: digestOf("")}})
	sums, err := (&Statement{Predicate: p}).SHA256Sums(asNamed)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(sums, []byte("\n")); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("no sha256sum here")
	}
	check := func() error {
		cmd := exec.Command(tool, "--check", "--strict", "--quiet", "-")
		cmd.Dir, cmd.Stdin = dir, bytes.NewReader(sums)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	if err := check(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plain.csv"), []byte("altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if check() == nil {
		t.Error("an altered file passes")
	}
}

func TestSumsRefused(t *testing.T) {
	p := sample()
	p.Outputs[0].Digest = Digest{XXH64: "0011223344556677"}
	if _, err := (&Statement{Predicate: p}).SHA256Sums(asNamed); !errors.Is(err, ErrNoSums) {
		t.Errorf("an xxh64 digest: got %v", err)
	}
	p.Outputs = nil
	if _, err := (&Statement{Predicate: p}).SHA256Sums(asNamed); !errors.Is(err, ErrNoSums) {
		t.Errorf("no outputs: got %v", err)
	}
}

func TestDataPackageNames(t *testing.T) {
	for name, fine := range map[string]bool{"a.csv": true, "sub/a.csv": true, "../a.csv": false, "/abs.csv": false, `c:\x`: false,
		"~/x": false, ".hidden": false, "a/../../b": false, "http://x/y": false, "": false} {
		if got := inPackage(name); got != fine {
			t.Errorf("%q: got %v, want %v", name, got, fine)
		}
	}
	p := sample()
	p.Outputs[0].Name = "../out.csv"
	if _, err := (&Statement{Predicate: p}).DataPackage(asNamed, nil); !errors.Is(err, ErrOutside) {
		t.Errorf("a file outside: got %v", err)
	}
	p.Outputs[0].Name, p.Outputs[1].Name = "a/Kept.csv", "b/Kept.csv"
	data, err := (&Statement{Predicate: p}).DataPackage(asNamed, nil)
	if err != nil {
		t.Fatal(err)
	}
	var d dataPackage
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.Resources[0].Name != "kept.csv" || d.Resources[1].Name != "kept.csv-2" {
		t.Errorf("names of resources: %s, %s", d.Resources[0].Name, d.Resources[1].Name)
	}
}

// TestDataPackageFields wants each output with the columns that it has.
func TestDataPackageFields(t *testing.T) {
	p := sample()
	p.Columns = []Column{{Index: 1, Name: "email", Tag: "person.email"}, {Index: 2, Name: "born", Action: "drop"}, {Index: 3, Name: "city", Action: "keep"}}
	extra := map[string][]string{RoleAnnotated: {"verdict"}, RoleRejects: {"row"}, RoleDecisions: {"row", "reason"}}
	for _, c := range []struct{ role, effective, want string }{
		{"removed", `{}`, ""}, {RoleKept, `{}`, "email city"}, {RoleAnnotated, `{}`, "email city verdict"}, {RoleDecisions, `{}`, "row reason"},
		{RoleRejects, `{}`, "row"}, {RoleRejects, `{"rejects_content":true}`, "row email city"},
	} {
		p.Policy.Effective = json.RawMessage(c.effective)
		var got []string
		for _, f := range p.fields(&Output{Role: c.role, Format: "csv"}, extra[c.role]) {
			got = append(got, f.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s with %s: got %q, want %q", c.role, c.effective, got, c.want)
		}
	}
}

// TestDataPackageOfRescreen has lists whose columns earlier manifests tell, each written in
// its own way, and a key file.
func TestDataPackageOfRescreen(t *testing.T) {
	p := sample()
	p.Columns = nil
	p.Inputs = append(p.Inputs, Input{Name: "kept.csv", Format: "csv", Settings: []Setting{{"delimiter", ";", "detected"}, {"encoding", "windows-1252", "detected"}}})
	p.Outputs = append(p.Outputs, Output{Role: RoleKeys, Name: "kept.csv.keys", Format: FormatKeys, Digest: Digest{SHA256: digestOf("")}})
	data, err := (&Statement{Predicate: p}).DataPackage(asNamed, nil)
	if err != nil {
		t.Fatal(err)
	}
	var d dataPackage
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Resources {
		if r.Table != nil {
			t.Errorf("%s has columns that no manifest told", r.Name)
		}
		if r.Role == RoleKept && (r.Dialect.Delimiter != ";" || r.Encoding != "windows-1252") {
			t.Errorf("%s is described as %+v in %s", r.Name, r.Dialect, r.Encoding)
		}
		if r.Role == RoleKeys && (r.Type != "" || r.MediaType != "application/octet-stream") {
			t.Errorf("the key file is described as %+v", r)
		}
	}
}

// lineageOf returns a run's last event.
func lineageOf(t *testing.T, r RunResult) map[string]any {
	t.Helper()
	l := Lineage{Namespace: "crm", Job: "nightly", Path: func(name string) (string, bool) { return "/data/" + name, name != "-" }}
	line, err := l.End(&r)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(line, []byte("\n")) != 1 || line[len(line)-1] != '\n' {
		t.Error("an event is not one line")
	}
	var e map[string]any
	if err := json.Unmarshal(line, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// at walks into JSON by names and numbers.
func at(v any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch w := v.(type) {
		case map[string]any:
			v = w[part]
		case []any:
			i, _ := strconv.Atoi(part)
			if i >= len(w) {
				return nil
			}
			v = w[i]
		default:
			return nil
		}
	}
	return v
}

func TestLineage(t *testing.T) {
	p := sample()
	p.Lists[1].File = "list.txt"
	p.Outputs[1].Name = "in.csv" // in place
	st := sealed(t, p)
	e := lineageOf(t, st.Result())
	for path, want := range map[string]any{
		"eventType": "COMPLETE", "eventTime": "2026-01-01T12:00:01.0000005Z", "job.namespace": "crm", "job.name": "nightly",
		"inputs.0.namespace": "file", "inputs.0.name": "/data/in.csv", "inputs.1.name": "/data/list.txt",
		"inputs.0.facets.schema.fields.0.name": "email", "inputs.0.facets.tags.tags.0.value": "person.email",
		"inputs.0.inputFacets.dataQualityMetrics.rowCount": 5.0, "inputs.0.inputFacets.inputStatistics.rowCount": 5.0,
		"inputs.1.facets.version.datasetVersion": "sha256:" + digestOf(listText),
		"outputs.0.name":                         "/data/in.csv", "outputs.0.outputFacets.outputStatistics.size": float64(len(keptText)),
		"outputs.1.name": "/data/rejects.csv", "outputs.1.facets.schema": nil,
		"run.facets.sluice_screening.rows.kept": 2.0, "run.facets.sluice_screening.outcome": "published",
	} {
		if got := at(e, path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	allFacets(t, "", e)
	matchesFacetSchema(t, at(e, "run.facets.sluice_screening"))
}

func TestLineageOfFailures(t *testing.T) {
	r := RunResult{Command: "screen", ID: "x", Exit: 3, Code: "gate", Error: "too many", Started: time.Unix(1, 0), Finished: time.Unix(2, 0)}
	e := lineageOf(t, r)
	if e["eventType"] != "FAIL" || at(e, "run.facets.errorMessage.message") != "too many" || at(e, "run.facets.sluice_screening.exitCode") != 3.0 {
		t.Errorf("a failure is %v", e)
	}
	allFacets(t, "", e)
	matchesFacetSchema(t, at(e, "run.facets.sluice_screening"))
	r.Code = "terminated"
	if e := lineageOf(t, r); e["eventType"] != "ABORT" {
		t.Errorf("a run that was stopped is %v", e["eventType"])
	}
}

// TestLineageNamesNobody has a header that is an address.
func TestLineageNamesNobody(t *testing.T) {
	p := sample()
	p.Columns[0].Name = "jane@acme.example"
	st := sealed(t, p)
	r := st.Result()
	line, err := (&Lineage{Path: asNamed}).End(&r)
	if err != nil || bytes.Contains(line, []byte("jane")) || !bytes.Contains(line, []byte(`"name":"column_1"`)) {
		t.Errorf("%s %v", line, err)
	}
}

// allFacets wants every facet to say who made it and by which version of what.
func allFacets(t *testing.T, where string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			allFacets(t, where+"."+name, child)
			if !strings.HasSuffix(strings.ToLower(name), "facets") {
				continue
			}
			for facet := range child.(map[string]any) {
				producer, _ := at(child, facet+"._producer").(string)
				schema, _ := at(child, facet+"._schemaURL").(string)
				known := schema == ScreeningFacet || regexp.MustCompile(`^https://openlineage\.io/spec/facets/\d+-\d+-\d+/(\w+)\.json#/\$defs/(\w+)$`).MatchString(schema)
				if !strings.HasPrefix(producer, "https://sluice.dev/") || !known {
					t.Errorf("%s.%s: producer %q, schema %q", where, facet, producer, schema)
				}
			}
		}
	case []any:
		for i, child := range v {
			allFacets(t, fmt.Sprint(where, ".", i), child)
		}
	}
}

func matchesFacetSchema(t *testing.T, facet any) {
	t.Helper()
	text, err := os.ReadFile("openlineage.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(ScreeningFacet, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(ScreeningFacet)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(facet); err != nil {
		t.Error(err)
	}
}

func TestRunUUID(t *testing.T) {
	if got := RunUUID("000102030405060708090a0b0c0d0e0f"); got != "00010203-0405-0607-0809-0a0b0c0d0e0f" {
		t.Errorf("an id of 16 bytes: %s", got)
	}
	if got := RunUUID("0001"); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(got) {
		t.Errorf("another id: %s", got)
	}
}

// An expositionReader is a plain reader of the text format, strict where scrapers are.
type expositionReader struct {
	types  map[string]string
	series map[string]float64
}

var sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$`)

func readExposition(t *testing.T, text string) expositionReader {
	t.Helper()
	r := expositionReader{map[string]string{}, map[string]float64{}}
	helped, current := map[string]bool{}, ""
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		bad := func(what string) { t.Errorf("line %d: %s: %s", i+1, what, line) }
		switch f := strings.SplitN(line, " ", 4); {
		case strings.HasPrefix(line, "# HELP ") && len(f) == 4:
			if helped[f[2]] {
				bad("a family in two places")
			}
			helped[f[2]], current = true, f[2]
		case strings.HasPrefix(line, "# TYPE ") && len(f) == 4:
			if f[2] != current || f[3] != "gauge" && f[3] != "counter" || strings.HasSuffix(f[2], "_total") != (f[3] == "counter") {
				bad("a type that does not fit")
			}
			r.types[f[2]] = f[3]
		default:
			m := sampleLine.FindStringSubmatch(line)
			if m == nil || m[1] != current || r.types[current] == "" {
				bad("no sample of this family")
				continue
			}
			v, err := strconv.ParseFloat(m[3], 64)
			if _, twice := r.series[m[1]+m[2]]; twice || err != nil {
				bad("a series twice, or no number")
			}
			r.series[m[1]+m[2]] = v
		}
	}
	if !strings.HasSuffix(text, "\n") {
		t.Error("no line end at the end")
	}
	return r
}

func TestMetrics(t *testing.T) {
	p := sample()
	p.Policy.Name = "a \"b\"\\c\nd\xff"
	p.Lists[0].AsOf, p.Lists[0].MaxAge = "2026-01-01T00:00:00Z", "24h0m0s"
	again := p.Lists[0] // a second list of the same name, an hour older
	again.ID, again.Entries, again.AsOf = 3, 4, "2025-12-31T23:00:00Z"
	p.Lists = append(p.Lists, again)
	p.Rescreen = &Rescreen{Known: KnownEntries{New: 7}, Deliveries: []Rescreened{{How: HowKeys, Found: FoundRecorded}, {How: HowKeys, Found: FoundRecorded}}}
	r := (&Statement{Predicate: p}).Result()
	x := readExposition(t, string(Metrics([]RunResult{r}, nil)))
	own := `{command="rescreen",policy="a \"b\"\\c\nd�"`
	for series, want := range map[string]float64{
		"sluice_last_run_success" + own + "}":                                          1,
		"sluice_last_run_rows" + own + `,verdict="kept"}`:                              2,
		"sluice_last_run_reason_rows" + own + `,reason="erased",verdict="sealed"}`:     1,
		"sluice_last_run_stage_duration_seconds" + own + `,stage="screen"}`:            0.9,
		"sluice_list_entries" + own + `,list="other",class="opt_out"}`:                 4,
		"sluice_list_as_of_timestamp_seconds" + own + `,list="other",class="opt_out"}`: 1767222000,
		"sluice_list_max_age_seconds" + own + `,list="other",class="opt_out"}`:         86400,
		`sluice_build_info{version="1.0.0"}`:                                           1,
		"sluice_last_run_new_entries" + own + "}":                                      7,
		"sluice_last_run_deliveries" + own + `,how="keys",found="as_recorded"}`:        2,
	} {
		if got, ok := x.series[series]; !ok || got != want {
			t.Errorf("%s: got %v, %v; want %v", series, got, ok, want)
		}
	}
	for name := range x.types {
		if strings.HasSuffix(name, "_ms") || strings.Contains(name, "runs_total") {
			t.Errorf("%s is not in a single manifest's metrics", name)
		}
	}
}

// TestMetricsGoOn counts runs from file to file, and remembers the last good one.
func TestMetricsGoOn(t *testing.T) {
	good := (&Statement{Predicate: sample()}).Result()
	bad := RunResult{Command: "screen", Exit: 4, Started: good.Started.Add(time.Hour), Finished: good.Finished.Add(time.Hour)}
	text := []byte{}
	for _, r := range []RunResult{good, bad, bad, good, bad} {
		text = Metrics([]RunResult{r}, text)
	}
	x := readExposition(t, string(text))
	for series, want := range map[string]float64{
		`sluice_runs_total{command="screen",outcome="success"}`:   2,
		`sluice_runs_total{command="screen",outcome="failure"}`:   3,
		`sluice_last_run_success{command="screen"}`:               0,
		`sluice_last_run_exit_code{command="screen"}`:             4,
		`sluice_last_success_timestamp_seconds{command="screen"}`: seconds(good.Finished),
		`sluice_last_run_end_timestamp_seconds{command="screen"}`: seconds(bad.Finished),
		`sluice_last_run_duration_seconds{command="screen"}`:      bad.Finished.Sub(bad.Started).Seconds(),
	} {
		if got, ok := x.series[series]; !ok || got != want {
			t.Errorf("%s: got %v, %v; want %v", series, got, ok, want)
		}
	}
	if _, ok := x.series[`sluice_last_run_rows{command="screen",verdict="kept"}`]; ok {
		t.Error("a run that failed has the rows of the one before")
	}
}

// TestMetricsTogether has two campaigns, one of them unable to say how it is called.
func TestMetricsTogether(t *testing.T) {
	a, b := RunResult{Command: "screen", Policy: "acme"}, RunResult{Command: "screen", Policy: `b"\`}
	text := Metrics([]RunResult{a, b}, []byte{})
	readExposition(t, string(text))
	if got := PoliciesIn(text, "screen"); !slices.Equal(got, []string{"acme", `b"\`}) {
		t.Errorf("the policies of %s are %q", text, got)
	}
	if got := PoliciesIn([]byte("junk{\nsluice_last_run_success{command=\"screen\",policy=\"x"), "screen"); len(got) > 0 {
		t.Errorf("the policies of a broken file are %q", got)
	}
}

func FuzzPoliciesIn(f *testing.F) {
	f.Add([]byte(`sluice_last_run_success{command="screen",policy="a\"b"} 1`+"\n"), "p\\\n\"")
	f.Fuzz(func(t *testing.T, before []byte, policy string) {
		PoliciesIn(before, "screen")
		r := RunResult{Command: "screen", Policy: policy}
		text := Metrics([]RunResult{r}, before)
		readExposition(t, string(text))
		if got := PoliciesIn(text, "screen"); len(got) != 1 || got[0] != strings.ToValidUTF8(policy, "\ufffd") {
			t.Errorf("policy %q comes back as %q", policy, got)
		}
	})
}
