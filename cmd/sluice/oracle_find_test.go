package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/pipeline/keyfile"
)

// soughtAfter are the people whom find is asked for: some are all over a random list.
var soughtAfter = []string{"gone@kelpfoods.com", "Jane@Kelpfoods.com", "p17@kelpfoods.com", "jane+tag@kelpfoods.com", "j.a.n.e@gmail.com", "nobody@silberdata.com"}

// find runs the command for one address and returns its report.
func find(t testing.TB, addr string, args ...string) *foundReport {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), append([]string{"find"}, args...), strings.NewReader(addr+"\n"), &stdout, &stderr); code != exitOK {
		t.Fatalf("find: exit code %d: %s", code, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("find says %s", stderr.String())
	}
	r := new(foundReport)
	if err := json.Unmarshal(stdout.Bytes(), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// rowsFound are the rows of one file in a report.
func rowsFound(r *foundReport, file string) (rows []int64) {
	for _, held := range r.Held {
		if held.File == file {
			for _, row := range held.Rows {
				rows = append(rows, row.Row)
			}
		}
	}
	return rows
}

// oracleHolds returns the rows of a list that hold an address, by the plain oracle: those
// that would be erased if all its forms were on a list.
func oracleHolds(t testing.TB, list, addr string) (rows []int64) {
	t.Helper()
	records := oracleSplit(list, ',')
	o, err := newOracle(records[0].cells)
	if err != nil {
		t.Fatal(err)
	}
	var digests strings.Builder
	for _, form := range oracleForms(addr, oracleCanon(addr)) {
		fmt.Fprintf(&digests, "%x\n", oracleSHA1(form))
	}
	o.lists = []*oracleList{oracleLoad("erasure", digests.String())}
	for i, row := range o.screen(records[1:]) {
		if slices.Contains(row.reasons, "erased") {
			rows = append(rows, int64(i+1))
		}
	}
	return rows
}

// TestFindAgainstOracle: find gives just the rows that the oracle finds, in lists nobody
// would write and in what runs made of them, whatever their format.
func TestFindAgainstOracle(t *testing.T) {
	t.Parallel()
	for seed := range oracleRandomSeeds(t) {
		list := randomList(seed+100, 250)
		dir := t.TempDir()
		path := filepath.Join(dir, "list.csv")
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		outputs := []string{"all.csv", "all.parquet", "all.arrow", "keyed.csv.gz", "keyed.parquet", "keyed.arrows"}
		for _, name := range outputs {
			args := []string{"screen", path, "-q", "--delimiter", ",", "--annotate", "-o", filepath.Join(dir, name), "-m", filepath.Join(dir, name+".json")}
			if strings.HasPrefix(name, "keyed") {
				args = append(args, "--keys")
			}
			sluice(t, args...)
		}
		annotated, err := os.ReadFile(filepath.Join(dir, "all.csv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, addr := range soughtAfter {
			r := find(t, addr, dir, path)
			if got, want := rowsFound(r, path), oracleHolds(t, list, addr); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %s: rows %v of the list, want %v", seed, addr, got, want)
			}
			want := oracleHolds(t, string(annotated), addr)
			for _, name := range outputs {
				if got := rowsFound(r, filepath.Join(dir, name)); !slices.Equal(got, want) {
					t.Errorf("seed %d, %s: rows %v of %s, want %v", seed, addr, got, name, want)
				}
			}
			onlyTheirs(t, r, addr)
		}
	}
}

// onlyTheirs checks that of rows that are not the person's no cell is given but those with
// the address alone.
func onlyTheirs(t *testing.T, r *foundReport, addr string) {
	t.Helper()
	forms := oracleForms(addr, oracleCanon(addr))
	for _, held := range r.Held {
		for _, row := range held.Rows {
			if row.About == aboutPerson {
				continue
			}
			for _, c := range row.Cells {
				if found := oracleForms(c.Value, oracleCanon(c.Value)); !slices.ContainsFunc(found, func(f string) bool { return slices.Contains(forms, f) }) {
					t.Errorf("%s: row %d, about %s, gives a cell of column %s that is not the address", held.File, row.Row, row.About, c.Column)
				}
			}
		}
	}
}

// TestRecallAgainstOracle: recall names just the rows that the oracle finds on the lists,
// for their first reason.
func TestRecallAgainstOracle(t *testing.T) {
	t.Parallel()
	for seed := range oracleRandomSeeds(t) {
		dir := t.TempDir()
		put := func(name, text string) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		lists, loaded := []string{}, []*oracleList{}
		for i, l := range tortureLists {
			lists = append(lists, "-s", l.class+"="+put(fmt.Sprintf("suppress%d.txt", i), l.text))
			loaded = append(loaded, oracleLoad(l.class, l.text))
		}
		path := put("list.csv", randomList(seed+200, 250))
		names := []string{"all.csv", "all.parquet", "all.arrows", "keyed.csv", "keyed.parquet"}
		for _, name := range names {
			args := []string{"screen", path, "-q", "--delimiter", ",", "--annotate", "-o", filepath.Join(dir, name), "-m", filepath.Join(dir, name+".json")}
			if strings.HasPrefix(name, "keyed") {
				args = append(args, "--keys")
			}
			sluice(t, args...)
		}
		text, err := os.ReadFile(filepath.Join(dir, "all.csv"))
		if err != nil {
			t.Fatal(err)
		}
		records := oracleSplit(string(text), ',')
		o, err := newOracle(records[0].cells)
		if err != nil {
			t.Fatal(err)
		}
		o.lists = loaded
		var want []string
		for i, row := range o.screen(records[1:]) {
			if row.listed {
				want = append(want, fmt.Sprintf("%d,%d,yes,%s,%s", i+1, i+1, row.verdict, row.reason))
			}
		}
		got := map[string][]string{}
		for _, rec := range oracleSplit(sluice(t, append([]string{"recall", dir, "-q"}, lists...)...), ',')[1:] {
			got[rec.cells[1]] = append(got[rec.cells[1]], strings.Join(rec.cells[3:8], ","))
		}
		for _, name := range names {
			if !slices.Equal(got[name], want) {
				sameLines(t, fmt.Sprintf("seed %d, %s", seed, name), strings.Join(got[name], "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// sluice runs the command and returns what it prints.
func sluice(t testing.TB, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("%s: exit code %d: %s", args[0], code, stderr.String())
	}
	return stdout.String()
}

func TestStepsBack(t *testing.T) {
	d := &recalledFrom{steps: []step{{[]int64{1, 2, 7}}, {[]int64{2}}, {nil}, {[]int64{1, 2, 3}}}}
	rows := make([]int64, 20)
	for i := range rows {
		rows[i] = int64(i + 1)
	}
	for n, s := range d.steps {
		var left []int64
		for i, row := range rows {
			if !slices.Contains(s.gone, int64(i+1)) {
				left = append(left, row)
			}
		}
		rows = left
		for i, row := range rows {
			if got := d.wasAt(n+1, int64(i+1)); got != row {
				t.Errorf("row %d after %d steps was row %d, want %d", i+1, n+1, got, row)
			}
		}
	}
}

// TestFindByStretches: with key files, only the stretches are read in which the person may
// be, and the answer is the same; of a person who is nowhere, no list is read.
func TestFindByStretches(t *testing.T) {
	t.Parallel()
	const rows = 2*keyfile.UnitRows + 100
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	records := strings.SplitAfter(processHeader+string(processRows(0, rows)), "\n")
	here := []int64{5, keyfile.UnitRows, keyfile.UnitRows + 1, rows}
	for i, row := range here {
		records[row] = []string{"Una,una@kelpfoods-demo.com,kelpfoods-demo.com\n", "Una,una+x@kelpfoods-demo.com,kelpfoods-demo.com\n",
			"una@kelpfoods-demo.com,wilma@kelpfoods-demo.com,kelpfoods-demo.com\n", "Una,UNA@kelpfoods-demo.com,kelpfoods-demo.com\n"}[i]
	}
	if err := os.WriteFile(path, []byte(strings.Join(records, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	names := []string{"k.arrow", "k.csv.gz", "k.parquet"} // as reports have them
	for _, name := range names {
		sluice(t, "screen", path, "-q", "--keys", "--annotate", "-o", filepath.Join(dir, name), "-m", filepath.Join(dir, name+".json"))
	}
	r := find(t, "una@kelpfoods-demo.com", dir)
	for i, name := range names {
		if got := rowsFound(r, filepath.Join(dir, name)); !slices.Equal(got, here) {
			t.Errorf("%s: rows %v, want %v", name, got, here)
		}
		if s := r.Search[i]; s.How != byStretches {
			t.Errorf("%s: read by %s, want %s", name, s.How, byStretches)
		}
	}
	r = find(t, "wanda0033000@kelpfoods-demo.com", dir)
	for i, name := range names {
		if got := rowsFound(r, filepath.Join(dir, name)); !slices.Equal(got, []int64{33_001}) {
			t.Errorf("%s: rows %v, want 33001", name, got)
		}
		if s := r.Search[i]; s.How != byStretches || s.Rows == rows {
			t.Errorf("%s: %d rows read by %s", name, s.Rows, s.How)
		}
	}
	r = find(t, "nobody@kelpfoods-demo.com", dir)
	if r.Totals.Unread != len(names) || r.Totals.Looked != 0 || len(r.Held) != 0 {
		t.Errorf("of a person who is nowhere, %d lists were not read, and %d rows were", r.Totals.Unread, r.Totals.Looked)
	}

	// Rows are recalled from the stretches alone; of a list that is gone, as stretches.
	gone := filepath.Join(dir, "gone.txt")
	if err := os.WriteFile(gone, []byte("una@kelpfoods-demo.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "k.parquet")); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, rec := range oracleSplit(sluice(t, "recall", dir, "-q", "-s", gone), ',')[1:] {
		got[rec.cells[1]] = append(got[rec.cells[1]], strings.Join(rec.cells[3:6], " "))
	}
	var want []string
	for _, row := range here {
		want = append(want, fmt.Sprintf("%d %d yes", row, row))
	}
	for _, name := range []string{"k.csv.gz", "k.arrow"} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s: recalled are %v, want %v", name, got[name], want)
		}
	}
	var units []string // that the rows are in
	for _, row := range here {
		lo := (row - 1) / keyfile.UnitRows * keyfile.UnitRows
		units = append(units, fmt.Sprintf("%d %d no", lo+1, min(lo+keyfile.UnitRows, rows)))
	}
	if want := slices.Compact(units); !slices.Equal(got["k.parquet"], want) {
		t.Errorf("of the list that is gone, recalled are %v, want %v", got["k.parquet"], want)
	}
	if r := find(t, "una@kelpfoods-demo.com", dir); len(r.Missing) != 1 || !r.Missing[0].Gone || len(r.Missing[0].Rows) == 0 {
		t.Errorf("of the list that is gone, find says %+v", r.Missing)
	}
	if r := find(t, "nobody@kelpfoods-demo.com", dir); len(r.Missing) != 0 {
		t.Errorf("a person who is not in the list that is gone: find says %+v", r.Missing)
	}
}
