package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func digestOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

const (
	keptText    = "email\na@w.example\nb@w.example\n"
	rejectsText = "row\n3\n4\n"
	inputText   = "email\na@w.example\nb@w.example\nc@mail.test\nd@w.example\ne@w.example\n"
	listText    = "d@w.example\n"
)

// sample is a whole manifest's predicate, and its files are sampleFiles.
func sample() Predicate {
	return Predicate{
		Tool: Tool{Name: "sluice", Version: "1.0.0", Commit: "abc", Tables: []Table{
			{Name: "psl", Version: "2026", SHA256: digestOf("psl")}, {Name: "freemail", SHA256: digestOf("freemail")}}},
		Policy: Policy{SHA256: digestOf("policy"), Effective: json.RawMessage(`{"dedupe":true,"regions":{"exclude":["eu"]},"months":24}`),
			ReasonOrder: []string{"erased", "freemail"}, Clock: "2026-01-01T00:00:00Z"},
		Inputs: []Input{{Name: "in.csv", Format: "csv", Compression: "none", Rows: 5, Bytes: int64(len(inputText)),
			Settings: []Setting{{"header", "yes", "detected"}, {"delimiter", ",", "set"}}, Digest: Digest{SHA256: digestOf(inputText)}}},
		Lists: []List{{ID: 2, Name: "other", Class: "opt_out", Digest: Digest{SHA256: digestOf("other")}},
			{ID: 1, Name: "list.txt", Class: "opt_out", Entries: 1, Matched: 1, Decided: 1, Digest: Digest{SHA256: digestOf(listText)}}},
		Index:      Index{Method: "sha1", Entries: 1, BloomHits: 1},
		Accounting: Accounting{Read: 5, Kept: 2, Rejected: 2, Sealed: 1},
		Reasons:    []ReasonCount{{"erased", "sealed", 1}, {"excluded_email", "reject", 1}, {"freemail", "reject", 1}},
		Flags:      []FlagCount{{"role_account", 1}},
		Columns:    []Column{{Index: 1, Name: "email", Role: "email", Tag: "person.email", Personal: true, Confidence: 99, Evidence: []string{"header"}}},
		Outputs: []Output{{Role: RoleRejects, Name: "rejects.csv", Format: "csv", Rows: 2, Bytes: int64(len(rejectsText)), Digest: Digest{SHA256: digestOf(rejectsText)}},
			{Role: RoleKept, Name: "kept.csv", Format: "csv", Rows: 2, Bytes: int64(len(keptText)), Digest: Digest{SHA256: digestOf(keptText)}}},
		NotChecked: []NotChecked{{What: "website", Why: "the list has no website column"}},
		Run: Run{ID: "0001", Started: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), Finished: time.Date(2026, 1, 1, 12, 0, 1, 500, time.UTC),
			Stages: []Stage{{"screen", 900}}, Warnings: []string{"a warning"}},
	}
}

// write puts the sample and its files into a directory and returns the manifest's path.
func write(t *testing.T, p Predicate) string {
	t.Helper()
	dir := t.TempDir()
	st, err := Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := st.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"in.csv": inputText, "list.txt": listText, "other": "other",
		"kept.csv": keptText, "rejects.csv": rejectsText, "m.json": string(data)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "m.json")
}

func TestSealDeterministic(t *testing.T) {
	a, err := Seal(sample())
	if err != nil {
		t.Fatal(err)
	}
	p := sample()
	p.Outputs[0], p.Outputs[1] = p.Outputs[1], p.Outputs[0]
	p.Tool.Tables[0], p.Tool.Tables[1] = p.Tool.Tables[1], p.Tool.Tables[0]
	p.Lists[0], p.Lists[1] = p.Lists[1], p.Lists[0]
	p.Policy.Effective = json.RawMessage(`{ "months": 24, "regions": {"exclude": ["eu"]}, "dedupe": true }`)
	b, err := Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	if a.Predicate.ContentDigest != b.Predicate.ContentDigest || len(a.Predicate.ContentDigest) != 64 {
		t.Error("the order of sets changes the content digest")
	}
	p.Run.ID, p.Run.Host, p.Chain = "2", "other", Chain{Sequence: 2, Previous: digestOf("x")}
	if c, err := Seal(p); err != nil || c.Predicate.ContentDigest != a.Predicate.ContentDigest {
		t.Errorf("run or chain change the content digest (%v)", err)
	}
	p.Accounting.Read++
	p.Accounting.Kept++
	p.Inputs[0].Rows++
	p.Outputs[0].Rows++
	if d, err := Seal(p); err != nil || d.Predicate.ContentDigest == a.Predicate.ContentDigest {
		t.Errorf("a count does not change the content digest (%v)", err)
	}
}

func TestReadBack(t *testing.T) {
	st, err := Seal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := st.Write(&b); err != nil {
		t.Fatal(err)
	}
	if problems := validate(b.Bytes()); len(problems) > 0 {
		t.Errorf("against the schema: %v", problems)
	}
	back, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := back.Marshal()
	once, _ := st.Marshal()
	if diff := cmp.Diff(string(once), string(again)); diff != "" {
		t.Error(diff)
	}
}

// TestEmptyIsValid: what has nothing in it is [], not null, and is valid.
func TestEmptyIsValid(t *testing.T) {
	st, err := Seal(Predicate{Tool: Tool{Name: "sluice"}, Policy: Policy{SHA256: digestOf("")}, Run: Run{ID: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	data, _ := st.Marshal()
	if problems := validate(data); len(problems) > 0 || bytes.Contains(data, []byte("null")) {
		t.Errorf("%v\n%s", problems, data)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*Predicate)
		want string
	}{
		{"read", func(p *Predicate) { p.Accounting.Read = 6 }, "accounting.read: kept, quarantined, rejected and sealed rows do not add up to it (recorded 6, found 5)"},
		{"inputs", func(p *Predicate) { p.Inputs[0].Rows = 4 }, "the rows of the inputs do not add up to it (recorded 5, found 4)"},
		{"reason", func(p *Predicate) { p.Reasons[1].Rows = 2 }, "accounting.rejected: its reasons do not add up to it (recorded 2, found 3)"},
		{"verdict", func(p *Predicate) { p.Reasons[1].Verdict = "keep" }, "not one of quarantine, reject, sealed"},
		{"kept", func(p *Predicate) { p.Outputs[1].Rows = 3 }, "the rows of the kept outputs are not those of the accounting"},
		{"rejects", func(p *Predicate) { p.Outputs[0].Rows = 3 }, "the rows of the rejects outputs are not those of the accounting"},
		{"flag", func(p *Predicate) { p.Flags[0].Rows = 3 }, "more rows than were kept"},
		{"list", func(p *Predicate) { p.Lists[1].Decided = 2 }, "lists[0].decided: more rows than matched"},
		{"list id", func(p *Predicate) { p.Lists[0].ID = 1 }, "not a number from 1 that no other list has"},
		{"no digest", func(p *Predicate) { p.Inputs[0].Digest = Digest{} }, "inputs[0].digest: no digest"},
		{"bad digest", func(p *Predicate) { p.Outputs[0].SHA256 = "AB" }, "not a SHA-256 in lower-case hex"},
		{"negative", func(p *Predicate) { p.Outputs[0].Bytes = -1 }, "not a count from 0 to 2^53-1"},
		{"huge", func(p *Predicate) { p.Inputs[0].Bytes = 1 << 53 }, "not a count from 0 to 2^53-1"},
		{"float", func(p *Predicate) { p.Policy.Effective = json.RawMessage(`{"a":[1,0.5]}`) }, "$.a[1]: not an integer below 2^53"},
		{"twice", func(p *Predicate) { p.Policy.Effective = json.RawMessage(`{"a":1,"a":2}`) }, `the name "a" twice`},
		{"chain", func(p *Predicate) { p.Chain = Chain{Sequence: 3} }, "chain: a first manifest has sequence 1"},
	} {
		p := sample()
		c.set(&p)
		_, err := Seal(p)
		var problem *Problem
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &problem) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestReadStrict(t *testing.T) {
	st, err := Seal(sample())
	if err != nil {
		t.Fatal(err)
	}
	data, _ := st.Marshal()
	good := string(data)
	for name, bad := range map[string]string{
		"empty":      "",
		"cut":        good[:len(good)/2],
		"trailing":   good + "{}",
		"unknown":    strings.Replace(good, `"read": 5`, `"read": 5, "seen": 5`, 1),
		"twice":      strings.Replace(good, `"read": 5`, `"read": 5, "read": 6`, 1),
		"float":      strings.Replace(good, `"read": 5`, `"read": 5.0`, 1),
		"large":      strings.Replace(good, `"read": 5`, `"read": 1e300`, 1),
		"type":       strings.Replace(good, "manifest/v1", "manifest/v9", 1),
		"deep":       strings.Repeat("[", 100_000),
		"other json": `{"a":1}`,
		"array":      `[]`,
	} {
		if _, err := Read(strings.NewReader(bad)); !errors.Is(err, ErrNotManifest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerify(t *testing.T) {
	edit := func(name, from, to string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			file := filepath.Join(filepath.Dir(path), name)
			data, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(data), from) {
				t.Fatal("nothing to edit", err)
			}
			os.WriteFile(file, []byte(strings.Replace(string(data), from, to, 1)), 0o600)
		}
	}
	all := VerifyOptions{Inputs: true, Lists: true, Rows: func(path string, _ Output) (int64, error) {
		data, err := os.ReadFile(path)
		return int64(bytes.Count(data, []byte("\n"))) - 1, err
	}}
	for _, c := range []struct {
		name   string
		opt    VerifyOptions
		change func(*testing.T, string)
		want   []string // where
	}{
		{"as written", all, func(*testing.T, string) {}, nil},
		{"output byte", all, edit("kept.csv", "a@", "x@"), []string{"output kept.csv"}},
		{"output row", all, edit("kept.csv", "a@w.example\n", ""), []string{"output kept.csv", "output kept.csv", "output kept.csv"}},
		{"output gone", VerifyOptions{}, func(t *testing.T, p string) { os.Remove(filepath.Join(filepath.Dir(p), "rejects.csv")) }, []string{"output rejects.csv"}},
		{"input", all, edit("in.csv", "c@", "x@"), []string{"input in.csv"}},
		{"input not asked", VerifyOptions{}, edit("in.csv", "c@", "x@"), nil},
		{"list", all, edit("list.txt", "d@", "x@"), []string{"list list.txt"}},
		{"count", all, edit("m.json", `"kept": 2`, `"kept": 3`), []string{"accounting.read", "outputs", "content_digest"}},
		{"name", all, edit("m.json", `"role": "email"`, `"role": "phone"`), []string{"content_digest"}},
		{"schema", all, edit("m.json", `"sequence": 1`, `"sequence": 0`), []string{"schema", "chain", "chain.self_sha256"}},
		{"case", all, edit("m.json", `"sealed": 1`, `"Sealed": 1`), []string{"schema", "content_digest"}},
	} {
		path := write(t, sample())
		c.change(t, path)
		r, err := Verify(path, c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var where []string
		for _, p := range r.Problems {
			where = append(where, p.Where)
		}
		if diff := cmp.Diff(c.want, where); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		var b bytes.Buffer
		if err := r.Show(&b); err != nil || !strings.Contains(b.String(), "m.json: ") {
			t.Errorf("%s: %v", &b, err)
		}
	}
}

// TestMoved: a directory with a manifest and its outputs can be moved.
func TestMoved(t *testing.T) {
	path := write(t, sample())
	to := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Rename(filepath.Dir(path), to); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(filepath.Join(to, "m.json"), VerifyOptions{Inputs: true, Lists: true})
	if err != nil || !r.OK() {
		t.Errorf("%v %v", r, err)
	}
}

func TestVerifyChain(t *testing.T) {
	var reports []*Report
	chain := func(seq int64, previous string, finished time.Time) *Report {
		p := sample()
		p.Chain, p.Run.Finished = Chain{Sequence: seq, Previous: previous}, finished
		r, err := Verify(write(t, p), VerifyOptions{NoOutputs: true})
		if err != nil || !r.OK() {
			t.Fatal(r, err)
		}
		reports = append(reports, r)
		return r
	}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := chain(1, "", day)
	b := chain(2, a.SHA256, day.Add(20*time.Hour))
	c := chain(3, b.SHA256, day.Add(50*time.Hour))
	VerifyChain(reports, ChainOptions{})
	if !a.OK() || !b.OK() || !c.OK() {
		t.Error(a.Problems, b.Problems, c.Problems)
	}
	VerifyChain(reports, ChainOptions{MaxGap: 24 * time.Hour})
	if !b.OK() || len(c.Problems) != 1 || c.Problems[0].Where != "run.finished" {
		t.Error(b.Problems, c.Problems)
	}
	d := chain(4, digestOf("not c"), day.Add(60*time.Hour))
	e := chain(6, d.SHA256, day.Add(60*time.Hour))
	VerifyChain([]*Report{e, c, d}, ChainOptions{First: 3})
	if len(d.Problems) != 1 || d.Problems[0].Where != "chain.previous_sha256" || len(e.Problems) != 1 || e.Problems[0].Where != "chain.sequence" {
		t.Error(d.Problems, e.Problems)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ manifest, file, want string }{
		{"out/m.json", "out/kept.csv", "kept.csv"},
		{"out/m.json", "out/a/kept.csv", "a/kept.csv"},
		{"out/m.json", "./in.csv", "./in.csv"},
		{"m.json", "./in.csv", "in.csv"},
		{"/x/m.json", "/x/kept.csv", "kept.csv"},
		{"/x/m.json", "/y/kept.csv", "/y/kept.csv"},
		{"/x/m.json", "/xy/kept.csv", "/xy/kept.csv"},
		{"/x/m.json", "-", "-"},
		{"", "in.csv", "in.csv"},
	} {
		if got := Name(c.manifest, c.file); got != c.want {
			t.Errorf("Name(%q, %q) = %q, want %q", c.manifest, c.file, got, c.want)
		}
	}
	for in, want := range map[string]string{"m.json": "m.failed.manifest.json", "d/x.manifest.json": "d/x.failed.manifest.json",
		"d/manifest.json": "d/failed.manifest.json", "m": "m.failed.manifest.json"} {
		if got := FailureName(in); got != want {
			t.Errorf("FailureName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	p := sample()
	p.Columns[0].Name = "e\x1b[31mmail"
	st, err := Seal(p)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := st.Show(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"read         5  100.0 %", "kept.csv", "excluded_email", "delimiter , (set)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, &b)
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("a control character reaches the terminal")
	}
}

// FuzzRead: no file makes reading, checking or showing a manifest panic.
func FuzzRead(f *testing.F) {
	st, err := Seal(sample())
	if err != nil {
		f.Fatal(err)
	}
	data, _ := st.Marshal()
	f.Add(data)
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://sluice.dev/manifest/v1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := Parse(data)
		if err != nil {
			return
		}
		_ = st.Check()
		_ = validate(data)
		_, _ = contentDigest(data)
		if err := st.Show(new(bytes.Buffer)); err != nil {
			t.Error(err)
		}
	})
}
