package parquetio

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/want.txt anew")

// others returns the files under testdata; see its README.
func others(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/*.parquet")
	if err != nil || len(names) == 0 {
		t.Fatalf("no files: %v", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = b
	}
	return files
}

// lines returns a file as text: names, then cells, with bars between them.
func lines(t *testing.T, data []byte) string {
	names := openBytes(t, data, Options{}).Schema().Names()
	rows := make([][]string, 41)
	for col, name := range names {
		rows[0] = append(rows[0], name)
		for i, cell := range text(t, openBytes(t, data, Options{}), col) {
			rows[i+1] = append(rows[i+1], strings.ReplaceAll(cell, "\x00null", "NULL"))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, " | ") + "\n")
	}
	return b.String()
}

func TestOthers(t *testing.T) {
	files := others(t)
	if *update {
		if err := os.WriteFile("testdata/want.txt", []byte(lines(t, files["duckdb_v1.parquet"])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/want.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		got, want := strings.Split(lines(t, data), "\n"), strings.Split(string(want), "\n")
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s, row %d:\n got %s\nwant %s", name, i, got[i], want[i])
				break
			}
		}
		strays := 0
		for _, c := range chunks(t, openBytes(t, data, Options{})) {
			cells, err := c.Strays(nil, []int{2})
			if err != nil {
				t.Fatal(err)
			}
			strays += len(cells)
		}
		if strays != 40 {
			t.Errorf("%s: %d strays, want one a row, in the list", name, strays)
		}
	}
}

func TestOthersRewritten(t *testing.T) {
	for name, data := range others(t) {
		source := ownRows(t, data)
		out := rewriteFile(t, data, func(i int) bool { return i%3 != 1 })
		var want []string
		for i, row := range source {
			if i%3 != 1 {
				want = append(want, row)
			}
		}
		if got := ownRows(t, out); !slices.Equal(got, want) {
			t.Errorf("%s: rows differ", name)
		}
		if r := openBytes(t, out, Options{}); r.meta.createdBy == openBytes(t, data, Options{}).meta.createdBy {
			t.Errorf("%s: created_by is the source's", name)
		}
	}
}

// TestStraysBehindDictionary has a find on a page behind pages that were passed
// over because their dictionary holds none.
func TestStraysBehindDictionary(t *testing.T) {
	data, err := os.ReadFile("testdata/fallback/list.parquet")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks(t, openBytes(t, data, Options{})) {
		f := finder{c: c, l: &c.r.tree.leaves[1], scan: new(leafScan), strays: true}
		if err := f.pages(c.r.getScratch(), 1); err != errPassed {
			t.Errorf("the file does not test what it shall: %v", err)
		}
		cells, err := c.Strays(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if want := fmt.Sprintf("user%d@x.test", 100+i); cell.Row != 100+i || string(cell.Text) != want {
				t.Fatalf("stray %d: row %d", i, cell.Row)
			}
		}
		if len(cells) != 100 {
			t.Errorf("%d strays, want 100", len(cells))
		}
	}
}
