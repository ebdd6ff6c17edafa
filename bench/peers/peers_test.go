package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	listed := map[[20]byte]struct{}{sha1.Sum([]byte("eve@widgets.example")): {}}
	shape := regexp.MustCompile(wellFormed)
	for _, tc := range []struct{ email, website, want string }{
		{"ann@widgets.example", "https://www.widgets.example/", ""},
		{" Ann@WIDGETS.example ", "widgets.example/shop", ""},
		{"ann@mail.widgets.co.uk", "widgets.co.uk", ""},
		{"Eve@widgets.example", "widgets.example", "listed"},
		{"", "widgets.example", "syntax"},
		{"ann..b@widgets.example", "widgets.example", "syntax"},
		{"ann@@widgets.example", "widgets.example", "syntax"},
		{"ann@widgets", "widgets", "syntax"},
		{"bob@mail.example", "mail.example", "provider"},
		{"ann@other.co.uk", "widgets.co.uk", "mismatch"},
		{"ann@widgets.example", "", "mismatch"},
	} {
		if got := judge(tc.email, tc.website, shape, listed, map[string]bool{"mail.example": true}); got != tc.want {
			t.Errorf("%q at %q: reason %q, want %q", tc.email, tc.website, got, tc.want)
		}
	}
}

func TestPlainRows(t *testing.T) {
	in := "email,website,notes\nAnn <ann+crm@müller.example>,müller.example,write to a@b.example\n,,\n"
	var out bytes.Buffer
	if err := plainRows(&out, strings.NewReader(in)); err != nil {
		t.Fatal(err)
	}
	want := "id,email,website,notes\n1,ann@mueller.example,mueller.example,write to a at b.example\n2,,,\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

// TestKeptRows shows each way in which outputs can be wrong, and that quoting is none.
func TestKeptRows(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := file("list.csv", "id,name\n1,a\n2,b\n3,c\n")
	hashes := filepath.Join(dir, "hashes")
	if err := hashList(list, hashes); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, kept, rejects string
		ordered             bool
		fault               string
	}{
		{"right", "1,a\n\"3\",\"c\"\n", "2,x\n", true, ""},
		{"order lost where it may be", "3,c\n1,a\n", "2,x\n", false, ""},
		{"order lost", "3,c\n1,a\n", "2,x\n", true, "row 1 comes after row 3"},
		{"twice", "1,a\n1,a\n", "2,x\n3,x\n", false, "row 1 is there twice"},
		{"other cells", "1,a\n3,C\n", "2,x\n", true, "row 3 has other cells"},
		{"lost", "1,a\n", "2,x\n", true, "row 3 is neither"},
		{"kept and rejected", "1,a\n3,c\n", "2,x\n3,x\n", true, "row 3 was kept"},
		{"no such row", "4,a\n", "", true, "without the number"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			kept, err := keptRows(outcome{hashes: hashes, kept: file("kept.csv", "id,name\n"+tc.kept), rejects: file("rejects.csv", "row,reason\n"+tc.rejects), ordered: tc.ordered})
			switch {
			case tc.fault == "" && (err != nil || !bytes.Equal(kept, []byte{1, 0, 1})):
				t.Errorf("kept %v, %v; want rows 1 and 3", kept, err)
			case tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault)):
				t.Errorf("error %v, want one with %q", err, tc.fault)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	if d := difference([]byte{1, 0, 1}, []byte{1, 0, 1}); d != "" {
		t.Errorf("equal: %q", d)
	}
	want := "keeps 1 rows that sluice drops [2], drops 1 that sluice keeps [3]"
	if d := difference([]byte{1, 0, 1}, []byte{1, 1, 0}); d != want {
		t.Errorf("got %q, want %q", d, want)
	}
}

// TestHandwritten runs the program on a list whose every row meets another rule.
func TestHandwritten(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{
		"list":      "id,email,website\n1,ann@w.example,w.example\n2,bob@w.example,w.example\n3,eve@mail.example,w.example\n",
		"listed":    fmt.Sprintf("%x\n", sha1.Sum([]byte("ann@w.example"))),
		"providers": "mail.example\n",
	} {
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := handwritten(path("list"), path("listed"), path("providers"), path("kept"), path("rejects")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path("kept"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "2" {
		t.Errorf("kept %v, %v; want row 2 alone", rows, err)
	}
}
