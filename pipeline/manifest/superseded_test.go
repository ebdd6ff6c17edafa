package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSuperseded screens one list again, in as many ways as there are, and tells what is
// compared with which manifest.
func TestSuperseded(t *testing.T) {
	texts := []string{"email\na@w.example\nb@w.example\n", "email\na@w.example\n", "email\n"}
	for _, c := range []struct {
		name   string
		change func(p *Predicate, i int) // before the manifest of night i, from 0, is sealed
		after  func(dir string)
		want   []string
	}{
		{name: "as it should be"},
		{name: "a backup came back", after: func(dir string) { put(t, filepath.Join(dir, "kept.csv"), []byte(texts[1])) },
			want: []string{"output kept.csv: another size", "output kept.csv: another sha256: it is as m-002.json recorded it before"}},
		{name: "altered", after: func(dir string) { put(t, filepath.Join(dir, "kept.csv"), []byte("emaiL\n")) },
			want: []string{"output kept.csv: another sha256 [m-003.json]"}},
		{name: "gone", after: func(dir string) { os.Remove(filepath.Join(dir, "kept.csv")) },
			want: []string{"output kept.csv: missing"}},
		{name: "taken though it was another", change: func(p *Predicate, i int) {
			if i == 2 {
				p.Inputs[0].Digest.SHA256 = digestOf("another")
			}
		}, want: []string{"input kept.csv: it was not as m-002.json recorded it"}},
		{name: "said to be restored, but never was like that", change: func(p *Predicate, i int) {
			if i == 2 {
				p.Inputs[0].Digest.SHA256, p.Rescreen.Deliveries[0].Found = digestOf("another"), FoundRestored
			}
		}, want: []string{"input kept.csv: it was not as m-002.json recorded it"}},
		{name: "restored and taken", change: func(p *Predicate, i int) {
			if i == 2 {
				p.Inputs[0].Digest.SHA256, p.Rescreen.Deliveries[0].Found = digestOf(texts[0]), FoundRestored
			}
		}},
		{name: "altered and taken for a reason", change: func(p *Predicate, i int) {
			if i == 2 {
				p.Inputs[0].Digest.SHA256, p.Rescreen.Deliveries[0].Found, p.Rescreen.Deliveries[0].Reason = digestOf("another"), FoundAltered, "a column was added"
			}
		}},
		{name: "the first is missing", after: func(dir string) { os.Remove(filepath.Join(dir, night(1))) },
			want: []string{"chain.previous_sha256: missing: manifest 1", "rescreen.follows: missing: m-001.json"}},
		{name: "written again by a run that did not take it", change: func(p *Predicate, i int) {
			if i > 0 {
				p.Rescreen = nil
				p.Inputs[0].Name = "in.csv"
			}
		}, want: []string{"output kept.csv: another size", "output kept.csv: another sha256", "output kept.csv: another size", "output kept.csv: another sha256"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			first := ""
			for i, text := range texts {
				p := sample()
				rows := int64(strings.Count(text, "\n")) - 1
				p.Outputs = []Output{{Role: RoleKept, Name: "kept.csv", Format: "csv", Rows: rows, Bytes: int64(len(text)), Digest: Digest{SHA256: digestOf(text)}}}
				if i > 0 {
					before := texts[i-1]
					p.Inputs = []Input{{Name: "kept.csv", Format: "csv", Compression: "none", Rows: rows + 1, Bytes: int64(len(before)), Digest: Digest{SHA256: digestOf(before)}}}
					p.Accounting = Accounting{Read: rows + 1, Kept: rows, Rejected: 1}
					p.Reasons, p.Flags = []ReasonCount{{"excluded_email", "reject", 1}}, nil
					p.Rescreen = &Rescreen{Follows: []Followed{{night(1), first}},
						Deliveries: []Rescreened{{Name: "kept.csv", Role: RoleKept, How: HowLists, Found: FoundRecorded, Removed: p.Reasons}}}
				}
				if c.change != nil {
					c.change(&p, i)
				}
				p.Run.ID = fmt.Sprint(i)
				p.Run.Finished = time.Date(2026, 1, 2+i, 0, 0, 0, 0, time.UTC)
				path := filepath.Join(dir, night(i+1))
				var err error
				if p.Chain, _, err = Follow(dir, path); err != nil {
					t.Fatal(err)
				}
				st, err := Seal(p)
				if err != nil {
					t.Fatal(err)
				}
				data, err := st.Marshal()
				if err != nil {
					t.Fatal(err)
				}
				put(t, path, data)
				put(t, filepath.Join(dir, "kept.csv"), []byte(text))
				if i == 0 {
					first = digestOf(string(data))
				}
			}
			if c.after != nil {
				c.after(dir)
			}
			problems := verifyAll(t, dir, VerifyOptions{Inputs: c.name == "as it should be" || c.name == "restored and taken"}, ChainOptions{})
			var got []string
			for _, p := range problems {
				if p.Where == "input in.csv" {
					continue // the first night's list is not here
				}
				got = append(got, strings.ReplaceAll(p.Error(), dir+string(filepath.Separator), ""))
			}
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("%q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}
