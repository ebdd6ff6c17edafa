package main

import "testing"

// TestScore keeps tagging above the bar on both sets, with rows and without. The figures
// of bench/RESULTS.md come from the same code (make pii-score).
func TestScore(t *testing.T) {
	for _, dir := range []string{"../../testdata/pii/dev", "../../testdata/pii/held"} {
		tables, err := readTables(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, rows := range []int{20, 5, 0} {
			s, err := scoreTables(tables, rows)
			if err != nil {
				t.Fatal(err)
			}
			loose, _ := s.f1(false)
			strict, _ := s.f1(true)
			if loose < 0.95 || strict < 0.92 {
				t.Errorf("%s, %d rows: below 0.95 or strictly 0.92: %s", dir, rows, s.summary())
			}
		}
	}
}

// TestKinds: every kind of value that labels name can be made, and the same seed makes
// the same value.
func TestKinds(t *testing.T) {
	for _, dir := range []string{"../../testdata/pii/dev", "../../testdata/pii/held"} {
		tables, err := readTables(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			a, err := table.sample(3)
			if err != nil {
				t.Error(err)
				continue
			}
			b, _ := table.sample(3)
			for c := range a {
				if string(a[c].Data) != string(b[c].Data) {
					t.Errorf("%s: column %s differs from run to run", table.name, table.columns[c].header)
				}
			}
		}
	}
}
