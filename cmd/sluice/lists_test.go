package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// TestEveryListFormatHasAScript wants a script that loads each sample of a list.
func TestEveryListFormatHasAScript(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join("testdata", "script", "lists_format_*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	samples, err := os.ReadDir(filepath.Join("..", "..", "screen", "suppress", "testdata", "lists"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		if strings.HasPrefix(s.Name(), ".") || s.Name() == "README.md" {
			continue
		}
		if !regexp.MustCompile(regexp.QuoteMeta("$SAMPLES/"+s.Name()) + `\n`).Match(all.Bytes()) {
			t.Errorf("no script loads the sample %s", s.Name())
		}
	}
}

// A feed is a run of the command in this process, whose input is written bit by bit.
type feed struct {
	t      *testing.T
	in     *io.PipeWriter
	code   chan int
	stderr bytes.Buffer
}

// startFeed starts a run and returns when it has taken the first rows: its lists are
// open by then.
func startFeed(t *testing.T, first string, args ...string) *feed {
	t.Helper()
	r, w := io.Pipe()
	f := &feed{t: t, in: w, code: make(chan int, 1)}
	go func() {
		code := run(context.Background(), args, r, io.Discard, &f.stderr)
		r.Close()
		f.code <- code
	}()
	f.write(first)
	return f
}

func (f *feed) write(rows string) {
	f.t.Helper()
	if _, err := io.WriteString(f.in, rows); err != nil {
		f.t.Errorf("the run ended early: %v, %s", err, f.stderr.String())
	}
}

// finish writes the last rows and wants the run to succeed.
func (f *feed) finish(last string) {
	f.t.Helper()
	f.write(last)
	f.in.Close()
	if code := <-f.code; code != exitOK {
		f.t.Fatalf("exit code %d: %s", code, f.stderr.String())
	}
}

// TestIndexReplacedWhileInUse: runs that are under way while lists add and lists remove
// replace their index finish with the version that they opened, each named in its
// manifest, also for rows that they read afterwards.
func TestIndexReplacedWhileInUse(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"first.txt": "una@tarnworks-demo.com\n", "second.txt": "otto@tarnworks-demo.com\n"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lists := func(stdin string, args ...string) {
		t.Helper()
		var stderr bytes.Buffer
		if code := run(context.Background(), append([]string{"lists"}, args...), strings.NewReader(stdin), io.Discard, &stderr); code != exitOK {
			t.Fatalf("lists %v: exit code %d: %s", args, code, stderr.String())
		}
	}
	index := at("lists.idx")
	digest := func() string {
		t.Helper()
		x, err := suppress.Open(index)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		return x.Digest()
	}
	const header = "name,email,website\n"
	const una, otto = "Una,una@tarnworks-demo.com,tarnworks-demo.com\n", "Otto,otto@tarnworks-demo.com,tarnworks-demo.com\n"
	screen := func(name string) *feed {
		t.Helper()
		return startFeed(t, header, "screen", "-q", "-s", index, "-o", at(name+".csv"), "-m", at(name+".json"))
	}

	lists("", "build", "-q", "-o", index, at("first.txt"))
	digests := []string{digest()}
	a := screen("a")
	lists("", "add", "-q", index, at("second.txt"))
	digests = append(digests, digest())
	b := screen("b")
	lists("una@tarnworks-demo.com\n", "remove", "-q", index)
	digests = append(digests, digest())
	c := screen("c")
	for _, f := range []*feed{a, b, c} {
		f.finish(una + otto)
	}

	if digests[0] == digests[1] || digests[1] == digests[2] {
		t.Fatalf("versions of the index have the same digest: %v", digests)
	}
	for i, want := range []struct{ name, kept string }{{"a", header + otto}, {"b", header}, {"c", header + una}} {
		kept, err := os.ReadFile(at(want.name + ".csv"))
		if err != nil || string(kept) != want.kept {
			t.Errorf("run %s kept %q, want %q (%v)", want.name, kept, want.kept, err)
		}
		st, err := manifest.ReadFile(at(want.name + ".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Predicate.Index; len(got.Files) != 1 || got.Files[0].Name != "lists.idx" || got.Files[0].SHA256 != digests[i] || got.SHA256 != digests[i] {
			t.Errorf("run %s names the index %+v, want digest %s", want.name, got, digests[i])
		}
	}
	if left, _ := filepath.Glob(at(".*")); len(left) > 0 {
		t.Errorf("hidden files stayed behind: %v", left)
	}
}

// TestIndexReplacedAtAnyTime starts runs while an index grows by one person at a time: each
// run finds just the persons of the version that its manifest names.
func TestIndexReplacedAtAnyTime(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	const versions = 12
	var leads strings.Builder
	leads.WriteString("name,email,website\n")
	for i := range versions {
		fmt.Fprintf(&leads, "P,p%02d@tarnworks-demo.com,tarnworks-demo.com\n", i)
		if err := os.WriteFile(at(fmt.Sprintf("p%02d.txt", i)), fmt.Appendf(nil, "p%02d@tarnworks-demo.com\n", i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("leads.csv"), []byte(leads.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sluice := func(args ...string) {
		var stderr bytes.Buffer
		if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &stderr); code != exitOK {
			t.Errorf("%v: exit code %d: %s", args, code, stderr.String())
		}
	}
	index := at("lists.idx")
	version := map[string]int{} // by digest: how many persons are listed
	grow := func(i int, args ...string) {
		sluice(append(args, at(fmt.Sprintf("p%02d.txt", i)))...)
		x, err := suppress.Open(index)
		if err != nil {
			t.Error(err)
			return
		}
		version[x.Digest()] = i + 1
		x.Close()
	}
	grow(0, "lists", "build", "-q", "-o", index)
	grown := make(chan struct{})
	go func() {
		defer close(grown)
		for i := 1; i < versions; i++ {
			grow(i, "lists", "add", "-q", index)
		}
	}()
	var runs []string
	for done := false; !done; {
		select {
		case <-grown:
			done = true
		default:
		}
		name := fmt.Sprintf("run%d", len(runs))
		sluice("screen", at("leads.csv"), "-q", "-s", index, "-o", at(name+".csv"), "-m", at(name+".json"))
		runs = append(runs, name)
	}
	for _, name := range runs {
		st, err := manifest.ReadFile(at(name + ".json"))
		if err != nil {
			t.Fatal(err)
		}
		p := st.Predicate
		listed, ok := version[p.Index.SHA256]
		if !ok || p.Accounting.Kept != int64(versions-listed) || len(p.Lists) != listed {
			t.Errorf("%s: %d rows kept with %d lists; its index %.12s lists %d persons of %d (known: %v)",
				name, p.Accounting.Kept, len(p.Lists), p.Index.SHA256, listed, versions, ok)
		}
	}
}
