package manifest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// chainIn writes manifests about outputs into dir, one after the other, each following
// the one before, and returns their paths.
func chainIn(t *testing.T, dir string, finished []time.Time, outputs ...[]Output) []string {
	t.Helper()
	var paths []string
	for i, outs := range outputs {
		p := Predicate{Tool: Tool{Name: "sluice", Version: "1"}, Policy: Policy{SHA256: strings.Repeat("0", 64)}}
		p.Outputs = outs
		for _, o := range outs {
			if o.Role == RoleKept {
				p.Accounting.Read += o.Rows
			}
		}
		p.Accounting.Kept = p.Accounting.Read
		p.Inputs = []Input{{Name: "leads.csv", Format: "csv", Compression: "none", Rows: p.Accounting.Read, Digest: Digest{SHA256: strings.Repeat("1", 64)}}}
		p.Run.ID, p.Run.Started, p.Run.Finished = "r", finished[i], finished[i]
		path := filepath.Join(dir, string(rune('a'+len(outputs)-i))+".json") // names against the order
		if i > 0 {
			var err error
			if p.Chain, _, err = Follow(paths[i-1], path); err != nil {
				t.Fatal(err)
			}
		}
		st, err := Seal(p)
		if err != nil {
			t.Fatal(err)
		}
		data, err := st.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func kept(name string, rows int64, digit string) Output {
	return Output{Role: RoleKept, Name: name, Format: "csv", Rows: rows, Bytes: rows * 10, Digest: Digest{SHA256: strings.Repeat(digit, 64)}}
}

func TestCurrent(t *testing.T) {
	dir := t.TempDir()
	night := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	keys := Output{Role: RoleKeys, Name: "clean.csv" + KeysSuffix, Format: FormatKeys, Digest: Digest{SHA256: strings.Repeat("9", 64)}}
	ledger := Output{Role: RoleDecisions, Name: "ledger.csv", Format: "csv", Rows: 5, Digest: Digest{SHA256: strings.Repeat("8", 64)}}
	// The clock of the second night was set back: the chain says that it came later.
	finished := []time.Time{night, night.Add(-time.Hour), night.Add(48 * time.Hour)}
	paths := chainIn(t, dir, finished,
		[]Output{kept("clean.csv", 5, "a"), ledger},
		[]Output{kept("clean.csv", 4, "b"), keys},
		[]Output{kept("clean.csv", 4, "b"), keys})
	h, err := Current([]string{dir, paths[0]})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Records) != 3 || h.Records[0].Path != paths[0] || h.Records[1].Path != paths[1] || h.Records[2].Path != paths[2] {
		t.Fatalf("records out of order: %v", h.Records)
	}
	if len(h.Deliveries) != 1 {
		t.Fatalf("%d deliveries, want 1: the ledger and key files are none", len(h.Deliveries))
	}
	d := h.Deliveries[0]
	if d.Path != filepath.Join(dir, "clean.csv") || d.Output.Rows != 4 || d.Newest.Path != paths[2] || d.Writer.Path != paths[1] || d.Origin.Path != paths[0] {
		t.Errorf("delivery is %+v", d)
	}
	if d.Keys == nil || d.KeysPath != d.Path+KeysSuffix {
		t.Errorf("key file %v at %q", d.Keys, d.KeysPath)
	}
	if len(d.Older) != 1 || d.Older[0].Output.SHA256 != strings.Repeat("a", 64) || d.Older[0].By.Path != paths[0] {
		t.Errorf("older states %+v", d.Older)
	}
}

func TestCurrentRefusesAltered(t *testing.T) {
	dir := t.TempDir()
	paths := chainIn(t, dir, []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, []Output{kept("clean.csv", 5, "a")})
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(paths[0], []byte(strings.Replace(string(data), strings.Repeat("a", 64), strings.Repeat("c", 64), 1)), 0o600)
	if _, err := Current([]string{dir}); !errors.Is(err, ErrAltered) {
		t.Errorf("an altered manifest: %v, want ErrAltered", err)
	}
}
