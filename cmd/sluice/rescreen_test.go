package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// nightly is a directory of deliveries, and lists to screen them by.
type nightly struct {
	*testing.T
	dir string
}

// sluice runs the command in the directory and wants an exit code.
func (n *nightly) sluice(want int, args ...string) (stdout, stderr string) {
	n.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), args, strings.NewReader(""), &out, &errs); got != want {
		n.Fatalf("sluice %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func (n *nightly) write(name, text string) {
	n.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		n.Fatal(err)
	}
}

func (n *nightly) read(name string) string {
	n.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		n.Fatal(err)
	}
	return string(data)
}

// leads is a list of one row for each name, at companies of their own.
func leads(names ...string) string {
	var b strings.Builder
	b.WriteString("email,website,note\n")
	for _, name := range names {
		fmt.Fprintf(&b, "%s@%s-works.com,%s-works.com,of %s\n", name, name, name, name)
	}
	return b.String()
}

func persons(lo, hi int) (names []string) {
	for i := lo; i < hi; i++ {
		names = append(names, fmt.Sprintf("p%03d", i))
	}
	return names
}

// newNightly delivers two lists of CSV, one with rows that a person must decide and with
// rejects, and one of Parquet. The working directory is that of the lists.
func newNightly(t *testing.T, screenArgs ...string) *nightly {
	n := &nightly{t, t.TempDir()}
	t.Chdir(n.dir)
	if err := os.Mkdir("out", 0o700); err != nil {
		t.Fatal(err)
	}
	n.write("optouts.txt", "# as-of: 2026-11-01\nnobody@nowhere-works.com\n")
	n.write("erased.txt", "# as-of: 2026-11-01\nforgotten@nowhere-works.com\n")
	n.write("a.csv", leads(persons(0, 40)...)+"p900@p900-works.com,,no website\np901@gmail.com,p901-works.com,free mail\n")
	n.write("b.csv", leads(persons(30, 80)...))
	lists := []string{"-s", "optouts.txt", "-s", "erasure=erased.txt", "--chain", "out"}
	lists = append(lists, screenArgs...)
	n.sluice(0, append([]string{"screen", "a.csv", "-o", "out/a.csv", "--quarantine", "out/hold.csv", "-r", "out/rejects.csv", "--rejects-content", "-m", "out/a.json"}, lists...)...)
	n.sluice(0, append([]string{"screen", "b.csv", "-o", "out/b.parquet", "-m", "out/b.json"}, lists...)...)
	return n
}

var nightlyLists = []string{"-s", "optouts.txt", "-s", "erasure=erased.txt", "-q"}

// rescreen screens the deliveries again, and returns the manifest, if there is one.
func (n *nightly) rescreen(want int, args ...string) *manifest.Predicate {
	n.Helper()
	n.sluice(want, append(append([]string{"rescreen", "out"}, nightlyLists...), args...)...)
	i := slices.Index(args, "-m")
	if i < 0 || want != 0 {
		return nil
	}
	st, err := manifest.ReadFile(args[i+1])
	if err != nil {
		n.Fatal(err)
	}
	return &st.Predicate
}

// state is every file of the deliveries' directory but manifests, by name.
func (n *nightly) state() map[string]string {
	n.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir("out")
	if err != nil {
		n.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			files[e.Name()] = n.read(filepath.Join("out", e.Name()))
		}
	}
	return files
}

func (n *nightly) same(what string, got, want map[string]string) {
	n.Helper()
	for name := range want {
		if got[name] != want[name] {
			n.Errorf("%s: %s is not as after a clean run", what, name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			n.Errorf("%s: %s is left", what, name)
		}
	}
}

// optOut has the second night's people on the lists.
func (n *nightly) optOut() {
	n.write("optouts.txt", "# as-of: 2026-11-02\nnobody@nowhere-works.com\np003@p003-works.com\np035@p035-works.com\np060-works.com\n")
	n.write("erased.txt", "# as-of: 2026-11-02\nforgotten@nowhere-works.com\np010@p010-works.com\np900@p900-works.com\np901@gmail.com\n")
	when := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"optouts.txt", "erased.txt"} {
		if err := os.Chtimes(name, when, when); err != nil {
			n.Fatal(err)
		}
	}
}

func TestRescreen(t *testing.T) {
	for _, keys := range []bool{false, true} {
		t.Run(fmt.Sprintf("keys=%t", keys), func(t *testing.T) {
			var args []string
			how := manifest.HowLists
			if keys {
				args, how = []string{"--keys"}, manifest.HowKeys
			}
			n := newNightly(t, args...)
			first := n.rescreen(0, "-m", "out/night1.json")
			if a := first.Accounting; a.Rejected+a.Sealed != 0 || first.Rescreen.Known.Entries != 2 || first.Rescreen.Known.New != 2 {
				t.Errorf("first night: %+v, known %+v", a, first.Rescreen.Known)
			}
			n.optOut()
			if out, _ := n.sluice(3, append([]string{"rescreen", "out", "--check-only"}, nightlyLists...)...); !strings.Contains(out, "a.csv: 3 of 40 rows must go: erased 1, excluded_email 2") {
				t.Errorf("--check-only says %q", out)
			}
			second := n.rescreen(0, "-m", "out/night2.json", "--removed", "removed.csv")
			if got, want := n.read("out/a.csv"), leads(slices.DeleteFunc(persons(0, 40), func(s string) bool { return s == "p003" || s == "p010" || s == "p035" })...); got != want {
				t.Errorf("a.csv is\n%s", got)
			}
			for name, gone := range map[string]string{"out/hold.csv": "p900", "out/rejects.csv": "p901"} {
				if strings.Contains(n.read(name), gone) {
					t.Errorf("%s still holds an erased person", name)
				}
			}
			if got, want := n.read("removed.csv"), `delivery,row,verdict,reason,list
a.csv,4,reject,excluded_email,optouts.txt
a.csv,11,sealed,erased,erased.txt
a.csv,36,reject,excluded_email,optouts.txt
b.parquet,6,reject,excluded_email,optouts.txt
b.parquet,31,reject,excluded_domain,optouts.txt
hold.csv,1,sealed,erased,erased.txt
rejects.csv,1,sealed,erased,erased.txt
`; got != want {
				t.Errorf("removed.csv is\n%s", got)
			}
			if a := second.Accounting; a != (manifest.Accounting{Read: 92, Kept: 85, Rejected: 4, Sealed: 3}) {
				t.Errorf("accounting %+v", a)
			}
			if d := second.Rescreen.Deliveries[0]; d.How != how || d.Found != manifest.FoundRecorded {
				t.Errorf("a.csv was screened by %s, found %s", d.How, d.Found)
			}
			if k := second.Rescreen.Known; k.New != 6 || k.Lost != 0 {
				t.Errorf("known %+v", k)
			}
			n.sluice(0, "verify", "out/night2.json")
			// The same night again, by its name: nothing to do, and nothing done.
			before := n.read("out/night2.json")
			n.sluice(0, append([]string{"rescreen", "out", "-m", "out/night2.json"}, nightlyLists...)...)
			if n.read("out/night2.json") != before {
				t.Error("the manifest of the night was replaced")
			}
			third := n.rescreen(0, "-m", "out/night3.json")
			for _, d := range third.Rescreen.Deliveries {
				if d.How != manifest.HowNothingNew || d.Read != 0 {
					t.Errorf("%s: screened by %s, %d rows read, though nothing is new", d.Name, d.How, d.Read)
				}
			}
			if c := third.Chain; c.Sequence != 5 {
				t.Errorf("night 3 is number %d of the chain", c.Sequence)
			}
			n.sluice(64, append([]string{"rescreen", "out", "-m", "out/night3.json", "-s", "a.csv"}, nightlyLists...)...)
		})
	}
}

// TestRescreenKilled kills a re-screen at every step, runs it again, and wants what a
// clean run leaves, to the byte, and a manifest that says the same.
func TestRescreenKilled(t *testing.T) {
	for _, keys := range []bool{false, true} {
		var args []string
		if keys {
			args = []string{"--keys"}
		}
		t.Run(fmt.Sprintf("keys=%t", keys), func(t *testing.T) {
			n := newNightly(t, args...)
			n.rescreen(0, "-m", "out/night1.json")
			n.optOut()
			start := t.TempDir()
			n.copyTo(start)
			clean := n.rescreen(0, "-m", "out/night2.json")
			want := n.state()
			for kill := 0; ; kill += killEvery {
				n.restore(start)
				step, killed := n.killed(kill)
				if !killed {
					if kill < 10 {
						t.Errorf("only %d steps", kill)
					}
					break
				}
				again := n.rescreen(0, "-m", "out/night2.json")
				n.same("killed "+step, n.state(), want)
				if again.ContentDigest != clean.ContentDigest {
					t.Errorf("killed %s: the manifest says something else than that of a clean run", step)
				}
				n.sluice(0, "verify", "out/night2.json")
			}
		})
	}
}

// TestRescreenKilledThenOtherLists goes on with lists that have changed meanwhile.
func TestRescreenKilledThenOtherLists(t *testing.T) {
	n := newNightly(t)
	n.rescreen(0, "-m", "out/night1.json")
	n.optOut()
	start := t.TempDir()
	n.copyTo(start)
	more := func() {
		n.write("erased.txt", n.read("erased.txt")+"p012@p012-works.com\np034@p034-works.com\n")
		when := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
		if err := os.Chtimes("erased.txt", when, when); err != nil {
			t.Fatal(err)
		}
	}
	more()
	n.rescreen(0, "-m", "out/night2.json", "--removed", "removed.csv")
	want, removed := n.state(), n.read("removed.csv")
	for kill := 0; ; kill += killEvery {
		n.restore(start)
		n.optOut()
		step, killed := n.killed(kill)
		if !killed || step == "manifest written" {
			break
		}
		more()
		again := n.rescreen(0, "-m", "out/night2.json", "--removed", "removed.csv")
		n.same("killed "+step, n.state(), want)
		if got := n.read("removed.csv"); got != removed {
			t.Errorf("killed %s: removed.csv is\n%swant\n%s", step, got, removed)
		}
		if again.Accounting.Read != 92 || again.Accounting.Sealed != 6 {
			t.Errorf("killed %s: %+v", step, again.Accounting)
		}
	}
}

// killed runs the second night and kills it at the step of that number. It tells which
// that was, or that there is none.
func (n *nightly) killed(step int) (name string, killed bool) {
	n.Helper()
	r := &rescreening{p: &program{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), getenv: os.Getenv}, paths: []string{"out"},
		manifest: "out/night2.json", quiet: true}
	r.suppress = []string{"optouts.txt", "erasure=erased.txt"}
	r.step = func(s string) {
		if step == 0 {
			name, killed = s, true
			panic(errKilled)
		}
		step--
	}
	defer func() {
		if p := recover(); p != nil && p != any(errKilled) {
			panic(p)
		}
	}()
	if err := r.run(context.Background()); err != nil {
		n.Fatal(err)
	}
	return "", false
}

// killEvery is how many steps lie between two that are killed.
var killEvery = 1

var errKilled = errors.New("killed")

func (n *nightly) copyTo(dir string) {
	n.Helper()
	if err := os.CopyFS(filepath.Join(dir, "all"), os.DirFS(n.dir)); err != nil {
		n.Fatal(err)
	}
	n.times(n.dir, filepath.Join(dir, "all"))
}

// times gives the files of to the times of those of from.
func (n *nightly) times(from, to string) {
	n.Helper()
	err := filepath.Walk(from, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return os.Chtimes(filepath.Join(to, rel), info.ModTime(), info.ModTime())
	})
	if err != nil {
		n.Fatal(err)
	}
}

func (n *nightly) restore(dir string) {
	n.Helper()
	entries, err := os.ReadDir(n.dir)
	if err != nil {
		n.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(n.dir, e.Name())); err != nil {
			n.Fatal(err)
		}
	}
	if err := os.CopyFS(n.dir, os.DirFS(filepath.Join(dir, "all"))); err != nil {
		n.Fatal(err)
	}
	n.times(filepath.Join(dir, "all"), n.dir)
}

// TestRescreenRestored brings back what was delivered, before and after erasures.
func TestRescreenRestored(t *testing.T) {
	n := newNightly(t)
	n.rescreen(0, "-m", "out/night1.json")
	backup := n.read("out/a.csv")
	n.optOut()
	n.rescreen(0, "-m", "out/night2.json")
	clean := n.read("out/a.csv")
	n.write("out/a.csv", backup)
	third := n.rescreen(0, "-m", "out/night3.json")
	if d := third.Rescreen.Deliveries[0]; d.Found != manifest.FoundRestored || d.How != manifest.HowLists || len(d.Removed) == 0 {
		t.Errorf("a restored backup: %+v", d)
	}
	if n.read("out/a.csv") != clean {
		t.Error("a restored backup still holds rows that had gone")
	}
	n.write("out/a.csv", strings.Replace(clean, "of p004", "or p004", 1))
	_, said := n.sluice(5, append([]string{"rescreen", "out", "-m", "out/night4.json"}, nightlyLists...)...)
	if !strings.Contains(said, "out/a.csv: error[altered]") {
		t.Errorf("an altered delivery: %s", said)
	}
	fourth := n.rescreen(0, "-m", "out/night4.json", "--accept-altered", "note mended by hand")
	if d := fourth.Rescreen.Deliveries[0]; d.Found != manifest.FoundAltered || d.Reason != "note mended by hand" || d.How != manifest.HowRules {
		t.Errorf("an altered delivery that was taken: %+v", d)
	}
	n.sluice(0, "verify", "out/night4.json")
	n.rescreen(0, "-m", "out/night5.json")
}

// TestRescreenLost goes on applying erasures that their list has lost, and refuses lists
// and known entries of an earlier night.
func TestRescreenLost(t *testing.T) {
	n := newNightly(t)
	old := n.read("erased.txt")
	n.rescreen(0, "-m", "out/night1.json")
	early := n.read("out/known.idx")
	n.optOut()
	backup := n.read("out/a.csv")
	n.rescreen(0, "-m", "out/night2.json")
	clean, late := n.read("out/a.csv"), n.read("out/known.idx")

	n.write("erased.txt", old)
	_, said := n.sluice(3, append([]string{"rescreen", "out", "-m", "out/night3.json"}, nightlyLists...)...)
	if !strings.Contains(said, "error[list_rollback]") {
		t.Errorf("an older list: %s", said)
	}
	n.write("erased.txt", "# as-of: 2026-11-03\nforgotten@nowhere-works.com\n")
	n.write("out/a.csv", backup)
	third := n.rescreen(0, "-m", "out/night3.json")
	if n.read("out/a.csv") != clean {
		t.Error("an erasure that its list has lost is not applied to a restored backup")
	}
	if third.Rescreen.Known.Lost != 3 || !slices.ContainsFunc(third.Lists, func(l manifest.List) bool { return l.Class == "erasure" && l.Index == "known.idx" && l.Decided == 1 }) {
		t.Errorf("lost %d, lists %+v", third.Rescreen.Known.Lost, third.Lists)
	}
	fourth := n.rescreen(0, "-m", "out/night4.json")
	if fourth.Rescreen.Known.Lost != 3 || fourth.Rescreen.Known.New != 0 || fourth.Rescreen.Known.SHA256 != third.Rescreen.Known.SHA256 {
		t.Errorf("known, a night later: %+v after %+v", fourth.Rescreen.Known, third.Rescreen.Known)
	}
	for what, data := range map[string]string{"the first night's": early, "the second night's": late, "missing": ""} {
		n.write("out/known.idx", data)
		if data == "" {
			os.Remove("out/known.idx")
		}
		if _, said := n.sluice(5, append([]string{"rescreen", "out", "-m", "out/night5.json"}, nightlyLists...)...); !strings.Contains(said, "error[known]") {
			t.Errorf("known entries that are %s: %s", what, said)
		}
	}
}

// TestRescreenSaysNothing looks for addresses and digests in what a re-screen writes.
func TestRescreenSaysNothing(t *testing.T) {
	n := newNightly(t)
	n.rescreen(0, "-m", "out/night1.json")
	n.optOut()
	for kill := range 8 {
		n.killed(kill)
		if data, err := os.ReadFile("out/.sluice-rescreen.journal"); err == nil {
			for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
				if !json.Valid(line) {
					t.Errorf("a line of the journal is no JSON: %s", line)
				}
			}
			if bytes.Contains(data, []byte("@")) || bytes.Contains(data, []byte("p010")) {
				t.Error("the journal names somebody")
			}
		}
	}
	n.rescreen(0, "-m", "out/night2.json")
	if text := n.read("out/night2.json"); strings.Contains(text, "@") || strings.Contains(text, "p010") {
		t.Error("the manifest names somebody")
	}
}

// TestRescreenRules screens by all rules where the policy is another one, and only then.
func TestRescreenRules(t *testing.T) {
	n := newNightly(t)
	n.write("policy.yaml", "version: 1\nname: campaign\nrules:\n  website_missing: reject\n")
	n.write("c.csv", leads("p200", "p201")+"p202@p202-works.com,,no website\n")
	n.write("lenient.yaml", "version: 1\nname: campaign\nrules:\n  website_missing: off\n")
	n.sluice(0, "screen", "c.csv", "-p", "lenient.yaml", "-s", "optouts.txt", "-s", "erasure=erased.txt", "-o", "out/c.csv", "-m", "out/c.json", "--chain", "out")

	// Without the policy nobody knows the rules: the lists alone.
	first := n.rescreen(0, "-m", "out/night1.json", "--full")
	c := deliveryNamed(first, "c.csv")
	if c.How != manifest.HowLists || len(c.Removed) != 0 || !slices.ContainsFunc(first.NotChecked, func(x manifest.NotChecked) bool { return x.What == "rules of c.csv" }) {
		t.Errorf("without its policy: %+v, not checked %+v", c, first.NotChecked)
	}
	if a := deliveryNamed(first, "a.csv"); a.How != manifest.HowRules {
		t.Errorf("--full: %+v", a)
	}
	if c = deliveryNamed(n.rescreen(0, "-m", "out/night2.json", "-p", "lenient.yaml"), "c.csv"); c.How != manifest.HowNothingNew {
		t.Errorf("the same policy: %+v", c)
	}
	if c = deliveryNamed(n.rescreen(0, "-m", "out/night3.json", "-p", "policy.yaml"), "c.csv"); c.How != manifest.HowRules || len(c.Removed) != 1 || c.Removed[0].Reason != "website_missing" {
		t.Errorf("another policy: %+v", c)
	}
	if got := n.read("out/c.csv"); got != leads("p200", "p201") {
		t.Errorf("c.csv is\n%s", got)
	}
	if c = deliveryNamed(n.rescreen(0, "-m", "out/night4.json", "-p", "policy.yaml"), "c.csv"); c.How != manifest.HowNothingNew {
		t.Errorf("the same policy again: %+v", c)
	}
}

func deliveryNamed(p *manifest.Predicate, name string) manifest.Rescreened {
	for _, d := range p.Rescreen.Deliveries {
		if d.Name == name {
			return d
		}
	}
	return manifest.Rescreened{}
}

// TestRescreenDigests has lists of digests that no key file holds, a delivery that is not
// there any more, and one that another run is about to write.
func TestRescreenDigests(t *testing.T) {
	n := newNightly(t, "--keys")
	n.rescreen(0, "-m", "out/night1.json")
	n.write("optouts.txt", "# as-of: 2026-11-02\n"+hexOf(sha256.Sum256([]byte("p007@p007-works.com")))+"\n")
	unlock, err := pipeline.Lock("out/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	n.sluice(6, append([]string{"rescreen", "out", "-m", "out/night2.json"}, nightlyLists...)...)
	unlock()
	if err := os.Remove("out/b.parquet"); err != nil {
		t.Fatal(err)
	}
	p := n.rescreen(0, "-m", "out/night2.json")
	if a := deliveryNamed(p, "a.csv"); a.How != manifest.HowLists || len(a.Removed) != 1 {
		t.Errorf("a list of SHA-256: %+v", a)
	}
	if strings.Contains(n.read("out/a.csv"), "p007") {
		t.Error("who is on a list of SHA-256 is still there")
	}
	if !slices.Contains(p.NotChecked, manifest.NotChecked{What: "delivery b.parquet", Why: "it is not there any more"}) || deliveryNamed(p, "b.parquet").Name != "" {
		t.Errorf("a delivery that is gone: %+v", p.NotChecked)
	}
	lock, err := pipeline.Lock("out/.sluice-rescreen.journal")
	if err != nil {
		t.Fatal(err)
	}
	defer lock()
	n.sluice(6, append([]string{"rescreen", "out", "-m", "out/night3.json"}, nightlyLists...)...)
}

func hexOf(sum [32]byte) string { return hex.EncodeToString(sum[:]) }

// TestRescreenMalformed keeps rows that a person must decide because they cannot be read, but
// those of erased people.
func TestRescreenMalformed(t *testing.T) {
	n := newNightly(t)
	n.write("c.csv", leads("p300")+"p301@p301-works.com,p301-works.com,caf\xe9\np302@p302-works.com,p302-works.com,caf\xe9\n")
	n.sluice(0, "screen", "c.csv", "--encoding", "utf-8", "-s", "optouts.txt", "-s", "erasure=erased.txt", "-o", "out/c.csv", "--quarantine", "out/c_hold.csv", "-m", "out/c.json", "--chain", "out")
	n.write("erased.txt", "# as-of: 2026-11-02\nforgotten@nowhere-works.com\np302@p302-works.com\n")
	p := n.rescreen(0, "-m", "out/night1.json")
	if d := deliveryNamed(p, "c_hold.csv"); len(d.Removed) != 1 || d.Removed[0] != (manifest.ReasonCount{Reason: "erased", Verdict: "sealed", Rows: 1}) {
		t.Errorf("rows that cannot be read: %+v", d)
	}
	if held := n.read("out/c_hold.csv"); !strings.Contains(held, "p301") || strings.Contains(held, "p302") {
		t.Errorf("c_hold.csv is\n%s", held)
	}
}

// TestRescreenWithoutChain follows on from manifests that were not chained.
func TestRescreenWithoutChain(t *testing.T) {
	n := newNightly(t)
	for _, name := range []string{"a", "b"} {
		if err := os.Remove("out/" + name + ".json"); err != nil {
			t.Fatal(err)
		}
		n.sluice(0, "screen", name+".csv", "-s", "optouts.txt", "-s", "erasure=erased.txt", "-o", "out/"+name+".csv", "-m", "out/"+name+".json")
	}
	first, second := n.rescreen(0, "-m", "out/night1.json"), n.rescreen(0, "-m", "out/night2.json")
	if first.Chain.Name != "b.json" || second.Chain.Name != "night1.json" || len(first.Rescreen.Follows) != 2 {
		t.Errorf("night 1 follows %q and %+v, night 2 %q", first.Chain.Name, first.Rescreen.Follows, second.Chain.Name)
	}
}
