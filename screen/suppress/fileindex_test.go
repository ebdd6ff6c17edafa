package suppress

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mixed loads lists of every kind that overlap, and returns their index.
func mixed(t testing.TB, n int) *Index {
	var b Builder
	for _, l := range []struct {
		spec ListSpec
		text string
	}{
		{ListSpec{Path: "optouts.txt", AsOf: clock}, string(hexLines(n)) + "gadgets.example\n+4930123456\n" + jane + "\n"},
		{ListSpec{Path: "erasures.txt", Class: Erasure, Scope: "emea"}, string(hexLines(n/2)) + "mail.gadgets.example\n"},
		{ListSpec{Path: "customers.csv", Class: Customer}, "domain\nwidgets.example\ngadgets.example\na.mail.gadgets.example\n" +
			strings.Repeat("x", 40) + ".example\n"},
	} {
		if _, err := b.AddReader(context.Background(), strings.NewReader(l.text), l.spec); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// written writes the index to a file and returns its path.
func written(t testing.TB, x *Index) string {
	path := filepath.Join(t.TempDir(), "lists.idx")
	if err := x.WriteFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened opens an index file and closes it with the test.
func opened(t testing.TB, path string) *Index {
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func TestFileIsTheIndex(t *testing.T) {
	for _, n := range []int{0, 1, 3, 5000} {
		built := mixed(t, n)
		path := written(t, built)
		x := opened(t, path)
		if !bytes.Equal(flat(x), flat(built)) {
			t.Errorf("n=%d: what was opened has other arrays than what was built", n)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if len(x.Digest()) != 64 {
			t.Errorf("digest %q", x.Digest())
		}
		again := written(t, x)
		a, _ := os.ReadFile(path)
		b, _ := os.ReadFile(again)
		if !bytes.Equal(a, b) {
			t.Errorf("n=%d: written again, the file has other bytes", n)
		}
		if !IsIndex(a) || x.Size() != int64(len(a)) {
			t.Errorf("n=%d: %d bytes", n, x.Size())
		}
	}
}

// TestFileOfNothing writes the zero Index.
func TestFileOfNothing(t *testing.T) {
	x := opened(t, written(t, &Index{}))
	if !x.Empty() || x.Domain([]byte("widgets.example")) != 0 || x.Lookup(&Key{}) != 0 || len(x.Lists()) != 0 {
		t.Error("the index of nothing holds something")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, text string
		code       Code
	}{
		{"empty", "", Damaged},
		{"text", "jane@widgets.example\n", Unreadable},
		{"cut", magic + "\x01", Damaged},
		{"directory", "", Unreadable},
		{"missing", "", Missing},
	} {
		path := filepath.Join(dir, c.name)
		switch c.name {
		case "directory":
			os.Mkdir(path, 0o700)
		case "missing":
		default:
			os.WriteFile(path, []byte(c.text), 0o600)
		}
		x, err := Open(path)
		var e *ListError
		if x != nil || !errors.As(err, &e) || e.Code != c.code || e.Hint == "" || e.Path != path {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestOverlapsSurvive asks a file which lists hold what.
func TestOverlapsSurvive(t *testing.T) {
	x := opened(t, written(t, mixed(t, 100)))
	for host, want := range map[string][]ListID{
		"gadgets.example":          {1, 3},
		"mail.gadgets.example":     {1, 2, 3},
		"x.a.mail.gadgets.example": {1, 2, 3},
		"widgets.example":          {3},
		"example":                  nil,
	} {
		if got := x.Members(x.Domain([]byte(host))); !slices.Equal(got, want) {
			t.Errorf("%s: lists %v, want %v", host, got, want)
		}
	}
	k := AddressKey([]byte(jane))
	if got := x.Members(x.Lookup(&k)); !slices.Equal(got, []ListID{1}) {
		t.Errorf("jane: lists %v", got)
	}
}
