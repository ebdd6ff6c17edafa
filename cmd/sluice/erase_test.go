package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sluice/screen/suppress"
)

// forgotten is part of the addresses that the tests erase, and of nothing else.
const forgotten = "zyxwqv"

// erasureCase is a directory with deliveries, and lists that hold two people who ask to be
// erased.
func erasureCase(t *testing.T) *nightly {
	n := &nightly{t, t.TempDir()}
	t.Chdir(n.dir)
	if err := os.Mkdir("out", 0o700); err != nil {
		t.Fatal(err)
	}
	n.write("optouts.txt", "# as-of: 2026-11-01\nnobody@nowhere-works.com\n")
	n.write("a.csv", leads(persons(0, 20)...)+"Ann."+forgotten+"@p901-works.com,p901-works.com,of her\np902@p902-works.com,p902-works.com,ask ann."+forgotten+"+x@p901-works.com\n")
	n.write("b.csv", leads(persons(30, 40)...)+"bob@"+forgotten+"-works.com,"+forgotten+"-works.com,of him\n")
	for _, name := range []string{"a", "b"} {
		n.sluice(0, "screen", name+".csv", "-s", "optouts.txt", "--chain", "out", "--keys", "-o", "out/"+name+".csv", "-m", "out/"+name+".json")
		os.Remove(name + ".csv")
	}
	n.write("plain.txt", "# count: 3\n# canary: ann."+forgotten+"@p901-works.com\nANN."+forgotten+"@p901-works.com\np001@p001-works.com\nbob@"+forgotten+"-works.com\n")
	n.write("table.csv", "email,second,note\np002@p002-works.com,,knows Bob <bob@"+forgotten+"-works.com>\nx@x-works.com,bob@"+forgotten+"-works.com,\n")
	n.write("sidecar.txt", "bob@"+forgotten+"-works.com\np003@p003-works.com\n")
	n.write("sidecar.txt.canary", "bob@"+forgotten+"-works.com\n")
	n.write("receipts.key", "a key of some length")
	n.sluice(0, "screen", "out/a.csv", "-s", "plain.txt", "--list-cache", "cache", "-o", "other.csv")
	os.Remove("other.csv")
	return n
}

const erasureRequests = "ann." + forgotten + "@p901-works.com\nBob@" + forgotten + "-works.com\n"

// erase runs the command as step has it, which may panic with errKilled. It tells what it
// said, and whether it was killed.
func (n *nightly) erase(into string, step func(what, path string)) (said string, killed bool) {
	n.Helper()
	var out bytes.Buffer
	p := &program{stdin: strings.NewReader(erasureRequests), stdout: &out, stderr: &out, getenv: func(string) string { return "" }, step: step}
	root := p.root()
	root.SetArgs([]string{"erase", "--into", into, "--list", "plain.txt", "--list", "table.csv", "--list", "sidecar.txt", "--list-cache", "cache",
		"--datasets", "out", "-s", "optouts.txt", "--receipts", "receipts.jsonl", "--receipt-key", "receipts.key"})
	defer func() {
		said = out.String()
		if v := recover(); v != nil {
			if v != any(errKilled) {
				panic(v)
			}
			killed = true
		}
	}()
	if err := root.ExecuteContext(context.Background()); err != nil {
		n.Fatalf("%v: %s", err, out.String())
	}
	return "", false
}

// files returns all files below the directory.
func (n *nightly) files() map[string]string {
	files := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path] = n.read(path)
		}
		return err
	})
	if err != nil {
		n.Fatal(err)
	}
	return files
}

// erased is the state of the directory, without the times in it: manifests, receipts and
// indexes are looked into.
func (n *nightly) erased(into string) map[string]string {
	n.Helper()
	files := n.files()
	times := regexp.MustCompile(`"time":"[^"]*"`)
	for name, text := range files {
		switch {
		case strings.HasSuffix(name, ".idx"):
			x, err := suppress.Open(name)
			if err != nil {
				n.Fatal(err)
			}
			keys, domains := x.Len()
			files[name] = fmt.Sprintf("%d keys, %d domains", keys, domains)
			for _, l := range x.Lists() {
				files[name] += " " + l.Name + " " + l.Class.String()
			}
			x.Close()
		case name == filepath.Join("out", "a.json"), name == filepath.Join("out", "b.json"):
			delete(files, name)
		case strings.HasPrefix(filepath.Base(name), "rescreen-"):
			delete(files, name)
			var st struct {
				Predicate struct{ Accounting, Rescreen json.RawMessage }
			}
			if err := json.Unmarshal([]byte(text), &st); err != nil {
				n.Fatal(err)
			}
			files["rescreened"] += string(st.Predicate.Accounting)
		case name == "receipts.jsonl":
			files[name] = times.ReplaceAllString(text, "")
		}
	}
	return files
}

// TestEraseKilled kills an erasure at every step, runs it again, and wants what one clean
// run leaves. At no moment does a new file, or what is said, hold an address.
func TestEraseKilled(t *testing.T) {
	source := erasureCase(t)
	copied := func(t *testing.T) *nightly {
		n := &nightly{t, t.TempDir()}
		if err := os.CopyFS(filepath.Join(n.dir, "all"), os.DirFS(source.dir)); err != nil {
			t.Fatal(err)
		}
		t.Chdir(filepath.Join(n.dir, "all"))
		return n
	}
	for into, most := range map[string]int{"erasures.idx": 100, "erasures.txt": 4} {
		t.Run(into, func(t *testing.T) {
			clean := copied(t)
			before := clean.files()
			if said, killed := clean.erase(into, nil); killed || strings.Contains(strings.ToLower(said), forgotten) {
				t.Fatalf("it says %q", said)
			}
			want := clean.erased(into)
			for name, text := range want {
				if strings.Contains(strings.ToLower(text), forgotten) {
					t.Errorf("%s still holds an address", name)
				}
			}
			for _, part := range []string{`"lists":[{"list":"plain.txt","lines":2}],"datasets":[{"dataset":"a.csv","rows":2},{"dataset":"b.csv","rows":1}]`,
				`"lists":[{"list":"plain.txt","lines":1},{"list":"table.csv","lines":2},{"list":"sidecar.txt","lines":1}]`} {
				if !strings.Contains(want["receipts.jsonl"], part) || want["rescreened"] == "" {
					t.Errorf("receipts: %s", want["receipts.jsonl"])
				}
			}
			for name := range want {
				if strings.Contains(name, "sluice-") || strings.HasPrefix(name, "cache") {
					t.Errorf("%s is left", name)
				}
			}
			names := make([]string, 0, len(before))
			for name := range before {
				names = append(names, name)
			}
			var steps []string
			for kill := range most {
				n := copied(t)
				at := kill
				var step string
				said, killed := n.erase(into, func(what, path string) {
					if what == "rescreen" && path != "written down" && path != "replaced" && path != "manifest written" {
						return // TestRescreenKilled kills there
					}
					if step = what + " " + filepath.Base(path); at == 0 {
						panic(errKilled)
					}
					at--
				})
				if !killed {
					break
				}
				steps = append(steps, step)
				for name, text := range n.files() {
					if !slices.Contains(names, name) && strings.Contains(strings.ToLower(text), forgotten) {
						t.Errorf("killed before %s: %s holds an address", step, name)
					}
				}
				again, _ := n.erase(into, nil)
				if all := strings.ToLower(said + again); strings.Contains(all, forgotten) {
					t.Errorf("killed before %s: it says %q", step, all)
				}
				if diff := cmp.Diff(want, n.erased(into)); diff != "" {
					t.Errorf("killed before %s: %s", step, diff)
				}
			}
			if len(steps) < min(most, 12) {
				t.Errorf("only these steps: %q", steps)
			}
		})
	}
}

// TestEraseOthersJournal leaves what a killed run noted of others alone, until their
// addresses come again.
func TestEraseOthersJournal(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list")
	os.WriteFile(list, []byte("now"), 0o600)
	now, err := fileDigest(list)
	if err != nil {
		t.Fatal(err)
	}
	j := eraseJournal{path: filepath.Join(dir, "journal")}
	if err := j.open(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []eraseStep{
		{Time: "2026-01-01T00:00:00Z", Subjects: []string{"a", "b"}},
		{List: list, From: "1", To: "2", Lines: map[string]int64{"a": 1}},         // taken: the next began with it
		{List: list, From: "2", To: now, Lines: map[string]int64{"a": 2, "b": 3}}, // taken: it is so now
		{List: list, From: now, To: "4", Lines: map[string]int64{"b": 5}},         // not taken
	} {
		if err := j.add(&s); err != nil {
			t.Fatal(err)
		}
	}
	j.file.WriteString(`{"list":"cut o`)
	j.close()
	os.WriteFile(list, []byte("now"), 0o600)
	j = eraseJournal{path: j.path}
	if err := j.open(); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(list, []byte("of another day"), 0o600)
	if err := j.forget([]string{"a"}); err != nil {
		t.Fatal(err)
	}
	j = eraseJournal{path: j.path}
	if err := j.open(); err != nil {
		t.Fatal(err)
	}
	if len(j.begun) != 1 || j.begun["b"] != "2026-01-01T00:00:00Z" || len(j.steps) != 1 || j.steps[0].Lines["b"] != 3 {
		t.Errorf("left: %+v %+v", j.begun, j.steps)
	}
	if err := j.forget([]string{"b"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(j.path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the journal is left:", err)
	}
}
