package suppress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// built builds an index file of lists and returns its path.
func built(t testing.TB, e External, specs ...ListSpec) string {
	out := filepath.Join(t.TempDir(), "lists.idx")
	if _, err := e.Build(context.Background(), out, specs...); err != nil {
		t.Fatal(err)
	}
	return out
}

func verified(t testing.TB, path string) *Checked {
	t.Helper()
	c, err := Verify(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAddAndMergeAreABuild wants of lists that were added one by one, or merged, the
// bytes of a file that was built of all of them.
func TestAddAndMergeAreABuild(t *testing.T) {
	ctx := context.Background()
	for _, n := range []int{30, 1200} {
		specs := writeLists(t, overlapping(n, uint64(n)+1))
		want := fileBytes(t, built(t, External{}, specs...))
		for _, few := range []int{0, 1000} {
			e := External{few: few, Workers: 2}
			path := built(t, e, specs[0])
			for _, s := range specs[1:] {
				if _, err := e.Add(ctx, path, path, s); err != nil {
					t.Fatal(err)
				}
				verified(t, path)
			}
			if !bytes.Equal(fileBytes(t, path), want) {
				t.Errorf("n=%d: lists added one by one give another file", n)
			}
			two := built(t, e, specs[0])
			if _, err := e.Add(ctx, two, two, specs[1:]...); err != nil || !bytes.Equal(fileBytes(t, two), want) {
				t.Errorf("n=%d: lists added together give another file, %v", n, err)
			}
			merged := filepath.Join(t.TempDir(), "merged.idx")
			if _, err := e.Merge(ctx, merged, built(t, e, specs[:2]...), built(t, e, specs[2]), built(t, e, specs[3])); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(fileBytes(t, merged), want) {
				t.Errorf("n=%d: merged files give another file", n)
			}
		}
	}
}

// TestLargeOldFile reads an old file's pages as those of a file that is too large to be
// checked when it is opened.
func TestLargeOldFile(t *testing.T) {
	specs := writeLists(t, overlapping(12_000, 5))
	path := built(t, External{}, specs[:3]...)
	want := fileBytes(t, built(t, External{}, specs...))
	m, err := openMapping(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.index(0); err != nil {
		t.Fatal(err)
	}
	m.close()
	if _, err := (&External{few: 500}).Add(context.Background(), path, path, specs[3]); err != nil || !bytes.Equal(fileBytes(t, path), want) {
		t.Errorf("another file, %v", err)
	}
	// A page in the middle of the keys that was changed stops the change.
	text := fileBytes(t, path)
	text[len(text)/3] ^= 1
	os.WriteFile(path, text, 0o600)
	var e *ListError
	if _, err := (&External{}).Add(context.Background(), path, path, specs[3]); !errors.As(err, &e) || e.Code != Damaged {
		t.Errorf("a damaged file was extended: %v", err)
	}
}

func TestAddExtendsAList(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	list := func(name, text string) ListSpec {
		path := filepath.Join(dir, name)
		os.WriteFile(path, []byte(text), 0o600)
		return ListSpec{Path: path, Name: "optouts", AsOf: clock}
	}
	path := built(t, External{}, list("monday", "jane@widgets.example\njoe@widgets.example\nfirm.example\n"))
	var e External
	b, err := e.Add(ctx, path, path, list("tuesday", "joe@widgets.example\njill@widgets.example\nfirm.example\neu.firm.example\n"))
	if err != nil {
		t.Fatal(err)
	}
	verified(t, path)
	if len(b.Lists) != 1 || b.Keys != 3 || b.Domains != 2 || b.Lists[0].Duplicates != 2 || b.Lists[0].Total() != 7 {
		t.Errorf("built %+v", b)
	}
	if s := b.Lists[0].Sources; len(s) != 2 || !strings.HasSuffix(s[0].Path, "monday") || s[0].Entries != 3 || s[1].Entries != 4 {
		t.Errorf("sources %+v", s)
	}
	// A list of the same name in another class is another list.
	other := list("wednesday", "jane@widgets.example\n")
	other.Class = Erasure
	if b, err = e.Add(ctx, path, path, other); err != nil || len(b.Lists) != 2 || b.Keys != 3 {
		t.Errorf("%v: built %+v", err, b)
	}
	verified(t, path)
}

func TestRemove(t *testing.T) {
	ctx := context.Background()
	jane, joe := AddressKey([]byte("jane@widgets.example")), AddressKey([]byte("joe@widgets.example"))
	lists := []listFile{
		{"optouts", OptOut, "jane@widgets.example\njoe@widgets.example\nfirm.example\nmail.firm.example\n"},
		{"erasures", Erasure, "jane@widgets.example\nzoe@widgets.example\nfirm.example\n"},
	}
	path := built(t, External{}, writeLists(t, lists)...)
	var e External
	members := func(k Key) []ListID { x := opened(t, path); return x.Members(x.Lookup(&k)) }
	hosts := func(h string) []ListID { x := opened(t, path); return x.Members(x.Domain([]byte(h))) }

	b, r, err := e.Remove(ctx, path, path, Removal{Keys: []Key{joe, jane, {}}, Hosts: []string{"firm.example"}, Reason: "asked to be back", At: clock})
	if err != nil {
		t.Fatal(err)
	}
	verified(t, path)
	if r.Keys != 2 || r.Domains != 1 || r.Kept != 2 || b.Keys != 2 || b.Lists[0].Removed != 3 || b.Lists[1].Removed != 0 {
		t.Errorf("removed %+v of %+v", r, b.Lists)
	}
	if !slices.Equal(members(jane), []ListID{2}) || members(joe) != nil || !slices.Equal(hosts("firm.example"), []ListID{2}) ||
		!slices.Equal(hosts("mail.firm.example"), []ListID{1, 2}) {
		t.Errorf("jane %v, joe %v, firm %v", members(jane), members(joe), hosts("firm.example"))
	}
	if rec := opened(t, path).Removals(); len(rec) != 1 || rec[0].Reason != "asked to be back" || !rec[0].At.Equal(clock) || rec[0].Lists[1] != 3 {
		t.Errorf("recorded %+v", rec)
	}

	if _, _, err := e.Remove(ctx, path, path, Removal{Keys: []Key{jane}, Force: true, Reason: " "}); err == nil {
		t.Error("an erasure was removed for no reason")
	}
	if _, r, err = e.Remove(ctx, path, path, Removal{Keys: []Key{jane}, Force: true, Reason: "court order"}); err != nil || r.Keys != 1 || r.Kept != 0 {
		t.Errorf("%v, removed %+v", err, r)
	}
	verified(t, path)
	if members(jane) != nil || len(opened(t, path).Removals()) != 2 || !opened(t, path).Removals()[1].Forced {
		t.Errorf("jane is on %v", members(jane))
	}
	// What was not there leaves no trace.
	before := fileBytes(t, path)
	if _, r, err = e.Remove(ctx, path, path, Removal{Keys: []Key{jane}, Reason: "again"}); err != nil || r.Keys != 0 || !bytes.Equal(before, fileBytes(t, path)) {
		t.Errorf("%v, removed %+v", err, r)
	}
	// Removals survive what comes after.
	if _, err := e.Add(ctx, path, path, writeLists(t, []listFile{{"more", OptOut, "jim@widgets.example\n"}})...); err != nil || len(opened(t, path).Removals()) != 2 {
		t.Errorf("%v, %d removals", err, len(opened(t, path).Removals()))
	}
}

// TestFailureLeavesNothing breaks off in every way: the old file stays, and no other.
func TestFailureLeavesNothing(t *testing.T) {
	specs := writeLists(t, overlapping(3000, 1))
	path := built(t, External{}, specs[0])
	before := fileBytes(t, path)
	soon, cancel := context.WithCancel(context.Background())
	cancelled, now := context.WithCancel(context.Background())
	now()
	bad := writeLists(t, []listFile{{"bad", Erasure, "jane@widgets.example\nnobody\n"}})[0]
	shrunk := specs[1]
	shrunk.Previous, shrunk.MaxShrink = 1_000_000, 5
	for name, c := range map[string]struct {
		e    External
		ctx  context.Context
		spec ListSpec
	}{
		"bad list":      {External{few: 100}, context.Background(), bad},
		"missing list":  {External{}, context.Background(), ListSpec{Path: "nowhere"}},
		"shrunk list":   {External{few: 100}, context.Background(), shrunk},
		"no spill":      {External{few: 100, TempDir: filepath.Join(t.TempDir(), "nowhere")}, context.Background(), specs[1]},
		"cancelled":     {External{few: 100, Progress: func(p Progress) { cancel() }}, soon, specs[1]},
		"cancelled yet": {External{}, cancelled, specs[1]},
	} {
		if _, err := c.e.Add(c.ctx, path, path, c.spec); err == nil {
			t.Errorf("%s: no error", name)
		} else if name == "shrunk list" {
			var l *ListError
			if !errors.As(err, &l) || l.Code != Shrunk {
				t.Errorf("%s: %v", name, err)
			}
		}
		if !bytes.Equal(before, fileBytes(t, path)) {
			t.Errorf("%s: the old file is another", name)
		}
		if all, _ := os.ReadDir(filepath.Dir(path)); len(all) != 1 {
			t.Errorf("%s: left %v", name, all)
		}
	}
}

// TestReplaceWhileReading looks up in one version while others take its place: each
// reader has one version from first to last.
func TestReplaceWhileReading(t *testing.T) {
	ctx := context.Background()
	texts := make([]string, 6)
	for i := range texts {
		texts[i] = string(hexLines(3000)) + fmt.Sprintf("person%d@widgets.example\n", i)
	}
	specs := make([]ListSpec, len(texts))
	for i := range texts {
		specs[i] = writeLists(t, []listFile{{fmt.Sprintf("list%d", i), OptOut, texts[i]}})[0]
	}
	path := built(t, External{}, specs[0])
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for last := false; !last; {
				select {
				case <-done:
					last = true
				default:
				}
				x, err := Open(path)
				if err != nil {
					t.Error(err)
					return
				}
				version := len(x.Lists())
				for range 200 {
					for i := range texts {
						k := AddressKey(fmt.Appendf(nil, "person%d@widgets.example", i))
						if (x.Lookup(&k) != 0) != (i < version) {
							t.Errorf("version %d: person %d", version, i)
						}
					}
				}
				x.Close()
			}
		})
	}
	var e External
	for _, s := range specs[1:] {
		if _, err := e.Add(ctx, path, path, s); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}

// TestTwoChangesAtOnce lets processes extend one file at the same time: none undoes
// what another did.
func TestTwoChangesAtOnce(t *testing.T) {
	path := built(t, External{}, writeLists(t, []listFile{{"first", OptOut, "a@widgets.example\n"}})...)
	var wg sync.WaitGroup
	var mu sync.Mutex
	added := 1
	for i := range 8 {
		spec := writeLists(t, []listFile{{fmt.Sprint("list", i), OptOut, fmt.Sprintf("b%d@widgets.example\n", i)}})[0]
		wg.Go(func() {
			var e External
			if _, err := e.Add(context.Background(), path, path, spec); err == nil {
				mu.Lock()
				added++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if n := len(verified(t, path).Lists); n != added {
		t.Errorf("%d lists were added, the file has %d", added, n)
	}
}

// TestAddSweeps removes what a killed process left beside the index, and nothing else.
func TestAddSweeps(t *testing.T) {
	specs := writeLists(t, overlapping(30, 1))
	path := built(t, External{}, specs[0])
	dir := filepath.Dir(path)
	for _, name := range []string{".lists.idx.123.tmp", ".other.idx.123.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half a file"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (&External{}).Add(context.Background(), path, path, specs[1]); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*.tmp"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != ".other.idx.123.tmp" {
		t.Errorf("left: %v, %v", left, err)
	}
}
