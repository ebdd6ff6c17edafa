package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sluice/pipeline/manifest"
)

// A stage makes what there is to look at: manifests, most by the program itself on
// synthetic lists, and pages of them.
type stage struct {
	sluice, dir, out string
}

// A sheet is a page and how many sheets of paper it may fill.
type sheet struct {
	path string
	most int
}

// evening is when the first night of a chain ends.
var evening = time.Date(2026, 10, 24, 2, 10, 0, 0, time.UTC)

func (s *stage) pages() ([]sheet, error) {
	if _, err := os.Stat(filepath.Join(s.dir, "bare.json")); err != nil { // the last that is made
		if err := s.make(); err != nil {
			return nil, err
		}
	}
	var sheets []sheet
	for _, p := range []struct {
		name, of string
		most     int
		flags    []string
	}{
		{"run", "nights/night-30.json", maxPages, []string{"--verify"}},
		{"chain", "nights", maxPages, []string{"--verify", "--max-gap", "30h", "--clock", "2026-11-23T04:00:00Z"}},
		{"again", "again", maxPages, []string{"--max-gap", "30h"}},
		{"again-run", "again/night-09.json", maxPages, nil},
		{"tampered", "tampered", maxPages, []string{"--max-gap", "30h"}},
		{"year", "year", maxPagesYear, nil},
		{"hostile", "hostile.json", maxPagesYear, nil},
		{"bare", "bare.json", maxPages, nil},
	} {
		page := filepath.Join(s.out, p.name+".html")
		cmd := exec.Command(s.sluice, append([]string{"report", p.of, "-o", page}, p.flags...)...)
		cmd.Dir = s.dir
		if told, err := cmd.CombinedOutput(); err != nil && !bytes.Contains(told, []byte("error[verify]")) {
			return nil, fmt.Errorf("report %s: %w: %s", p.of, err, told)
		}
		sheets = append(sheets, sheet{page, p.most})
	}
	return sheets, nil
}

// make makes the manifests.
func (s *stage) make() error {
	if err := s.nights("nights", 30); err != nil {
		return err
	}
	if err := s.again("again", 16); err != nil {
		return err
	}
	if err := s.tampered("nights", "tampered"); err != nil {
		return err
	}
	if err := s.year("nights/night-30.json", "year"); err != nil {
		return err
	}
	if err := s.hostile("nights/night-30.json", "hostile.json"); err != nil {
		return err
	}
	return s.bare("bare.json")
}

// policy is that of the nights.
const policy = `version: 1
name: autumn-campaign
lists:
  - {path: optouts.txt, max_age: 24h}
  - {path: erased.sha1, class: erasure, max_age: 24h}
  - {path: bounces.txt, class: bounce}
regions:
  - {territories: [GDPR, UK], require: lia}
lia: [{id: LIA-7, date: 2026-01-15, outcome: passed, territories: [GDPR, UK]}]
provenance:
  require_source: true
  default: {source: own research, basis: legitimate_interests, lia_ref: LIA-7}
  tags: [{match: person.phone, source: Data Vendor Ltd}]
parties: {role: processor, controller: Client Ltd, processor: Agency Ltd, contact: privacy@agency.example}
personal_data: {actions: {person.phone: mask, person.free_text: drop}}
`

// nights screens a list night after night. The opt-out list grows; one night it came late
// and was used all the same, and one night nothing ran.
func (s *stage) nights(name string, n int) error {
	dir := filepath.Join(s.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.dir, "policy.yaml"), []byte(policy), 0o644); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(1, 2))
	rows, optouts, erased := 9000, 3000, 1200
	at := evening
	for i := 1; i <= n; i++ {
		rows += chance.IntN(260)
		optouts += chance.IntN(120)
		erased += chance.IntN(25)
		bounces := 400 + chance.IntN(30)*i
		old := 9 * time.Hour
		if i == 12 || i == 13 {
			old = time.Duration(33+24*(i-12)) * time.Hour // still that of night 11
		}
		clock := at.Add(-4 * time.Minute)
		for _, step := range []struct {
			file string
			args []string
		}{
			{"leads.csv", []string{"prospects", "--rows", fmt.Sprint(rows)}},
			{"optouts.txt", []string{"suppress", "--kind", "mixed", "--hits", "400", "--hit-rows", fmt.Sprint(rows), "--seed", "3", "--entries", fmt.Sprint(optouts)}},
			{"erased.sha1", []string{"suppress", "--kind", "sha1", "--hits", "300", "--hit-rows", fmt.Sprint(rows), "--seed", "4", "--entries", fmt.Sprint(erased)}},
			{"bounces.txt", []string{"suppress", "--kind", "plain", "--hits", "900", "--hit-rows", fmt.Sprint(rows), "--seed", "5", "--entries", fmt.Sprint(bounces)}},
		} {
			data, err := s.sluiceIn(s.dir, append([]string{"gen"}, step.args...)...)
			if err != nil {
				return err
			}
			if step.file != "leads.csv" {
				data = append([]byte("# as-of: "+clock.Add(-old).Truncate(time.Hour).Format(time.RFC3339)+"\n"), data...)
			}
			if err := os.WriteFile(filepath.Join(s.dir, step.file), data, 0o644); err != nil {
				return err
			}
		}
		m := fmt.Sprintf("%s/night-%02d", name, i)
		args := []string{"screen", "leads.csv", "-q", "-p", "policy.yaml", "--clock", clock.Format(time.RFC3339), "--chain", name,
			"-o", m + ".csv", "--quarantine", m + "-look.csv", "-r", m + "-rejects.csv", "-m", m + ".json"}
		if old > 24*time.Hour {
			args = append(args, "--allow-stale", "the sender’s export was down; confirmed by telephone that nothing was added")
		}
		if _, err := s.sluiceIn(s.dir, args...); err != nil {
			return err
		}
		if err := redate(filepath.Join(s.dir, m+".json"), at); err != nil {
			return err
		}
		at = at.Add(24*time.Hour + time.Duration(chance.IntN(600)-300)*time.Second)
		if i == 21 {
			at = at.Add(24 * time.Hour)
		}
	}
	return nil
}

func (s *stage) sluiceIn(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command(s.sluice, args...)
	cmd.Dir = dir
	var told bytes.Buffer
	cmd.Stderr = &told
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("sluice %s: %w: %s", strings.Join(args, " "), err, told.Bytes())
	}
	return data, nil
}

// redate gives a run the end that it has in the story, and its host and number with it.
func redate(path string, end time.Time) error {
	return change(path, path, func(p *manifest.Predicate) {
		took := p.Run.Finished.Sub(p.Run.Started)
		p.Run.Started, p.Run.Finished, p.Run.Host = end.Add(-took), end, "night-1.example"
		p.Run.ID = fmt.Sprintf("%032x", end.Unix())
	})
}

// change writes a manifest anew with changes, under another name if need be.
func change(from, to string, by func(*manifest.Predicate)) error {
	st, err := manifest.ReadFile(from)
	if err != nil {
		return err
	}
	by(&st.Predicate)
	if st, err = manifest.Seal(st.Predicate); err != nil {
		return err
	}
	data, err := st.Marshal()
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// again screens a list once and its deliveries again every night after it, with lists that
// grow. One night a delivery came back from a backup.
func (s *stage) again(name string, n int) error {
	dir := filepath.Join(s.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	leads, err := s.sluiceIn(s.dir, "gen", "prospects", "--clean", "--rows", "6000")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.dir, "leads.csv"), leads, 0o644); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(5, 6))
	optouts, erased, at := 2000, 300, evening
	var backup []byte
	clean := filepath.Join(dir, "clean.csv")
	for i := 1; i <= n; i++ {
		optouts += chance.IntN(150)
		erased += chance.IntN(20)
		for file, args := range map[string][]string{
			"optouts.txt": {"--kind", "plain", "--hits", "600", "--seed", "3", "--entries", fmt.Sprint(optouts)},
			"erased.sha1": {"--kind", "sha1", "--hits", "500", "--seed", "4", "--entries", fmt.Sprint(erased)},
		} {
			list, err := s.sluiceIn(s.dir, append([]string{"gen", "suppress", "--hit-rows", "6000"}, args...)...)
			if err != nil {
				return err
			}
			list = append([]byte("# as-of: "+at.Add(-3*time.Hour).Format(time.RFC3339)+"\n"), list...)
			if err := os.WriteFile(filepath.Join(s.dir, file), list, 0o644); err != nil {
				return err
			}
		}
		m := fmt.Sprintf("%s/night-%02d.json", name, i)
		args := []string{"screen", "leads.csv", "-o", name + "/clean.csv", "--quarantine", name + "/look.csv", "--keys", "--recipient", "Client Ltd", "--chain", name}
		if i > 1 {
			args = []string{"rescreen", name}
		}
		if i == 9 {
			if err := os.WriteFile(clean, backup, 0o600); err != nil {
				return err
			}
		}
		if _, err := s.sluiceIn(s.dir, append(args, "-q", "-m", m, "-s", "optouts.txt", "-s", "erasure=erased.sha1")...); err != nil {
			return err
		}
		if err := redate(filepath.Join(s.dir, m), at); err != nil {
			return err
		}
		if i == 3 {
			if backup, err = os.ReadFile(clean); err != nil {
				return err
			}
		}
		at = at.Add(24 * time.Hour)
	}
	return nil
}

// tampered copies a chain without its ninth manifest and with another seventeenth.
func (s *stage) tampered(from, to string) error {
	dir := filepath.Join(s.dir, to)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(s.dir, from, "*.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		base := filepath.Base(path)
		if base == "night-09.json" || strings.HasSuffix(base, "-metadata.json") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if base == "night-17.json" {
			data = bytes.Replace(data, []byte(`"sealed": `), []byte(`"sealed": 1`), 1)
		}
		if base == "night-25.json" {
			data = data[:len(data)/2]
		}
		if err := os.WriteFile(filepath.Join(dir, base), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// year makes a chain of 365 nights, each like the run at from.
func (s *stage) year(from, to string) error {
	dir := filepath.Join(s.dir, to)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(3, 4))
	previous := ""
	for i := range 365 {
		path := filepath.Join(dir, fmt.Sprintf("n-%03d.json", i+1))
		chain := manifest.Chain{Sequence: 1}
		if previous != "" {
			var err error
			if chain, _, err = manifest.Follow(previous, path); err != nil {
				return err
			}
		}
		err := change(filepath.Join(s.dir, from), path, func(p *manifest.Predicate) {
			more := int64(i)*40 + chance.Int64N(900)
			p.Accounting.Read += more
			p.Accounting.Kept += more
			p.Inputs[0].Rows += more
			p.Outputs = nil
			for l := range p.Lists {
				p.Lists[l].Entries += int64(i)*31 + chance.Int64N(100)
			}
			p.Chain = chain
			p.Run.Started = evening.AddDate(0, 0, i-365)
			p.Run.Finished = p.Run.Started.Add(time.Minute)
		})
		if err != nil {
			return err
		}
		previous = path
	}
	return nil
}

// hostile writes a manifest with names that would break a page that trusts them.
func (s *stage) hostile(from, to string) error {
	long := strings.Repeat("averylongnamewithoutanyplacetobreakit", 8)
	bad := []string{`</title><script>alert(1)</script>`, `"><img src=http://evil.example/x onerror=alert(1)>`, long, "\u202egnp.exe", `javascript:alert(1)`, "]]></svg><b>", "{{.CSP}}", "a\x00\x1b[31mb"}
	return change(filepath.Join(s.dir, from), filepath.Join(s.dir, to), func(p *manifest.Predicate) {
		p.Chain = manifest.Chain{Sequence: 1}
		p.Policy.Name, p.Run.Host, p.Tool.Version = bad[0], bad[1], bad[2]
		p.Inputs[0].Name = long + ".csv"
		for i := range p.Columns {
			c := &p.Columns[i]
			c.Name, c.Source, c.LegalBasis, c.Evidence = bad[i%len(bad)], bad[(i+1)%len(bad)], bad[(i+2)%len(bad)], []string{bad[(i+3)%len(bad)]}
			c.RunnersUp = []manifest.RunnerUp{{Tag: bad[i%len(bad)], Confidence: 3}}
		}
		for i := range p.Lists {
			l := &p.Lists[i]
			l.Name, l.Scope, l.Overrides = bad[i], bad[i+1], []manifest.Override{{Guard: bad[i], What: bad[i+2], Reason: bad[i+1]}}
		}
		for i := range p.Outputs {
			p.Outputs[i].Role, p.Outputs[i].Name = bad[i%len(bad)], fmt.Sprint(i, bad[(i+1)%len(bad)])
		}
		p.Run.Warnings = bad
		for _, b := range bad {
			p.NotChecked = append(p.NotChecked, manifest.NotChecked{What: b, Why: b, Rows: 1<<53 - 1})
		}
	})
}

// bare writes the manifest of a run on nothing: no row, no list, no column, no output.
func (s *stage) bare(to string) error {
	st, err := manifest.Seal(manifest.Predicate{Tool: manifest.Tool{Name: "sluice", Version: "dev"},
		Policy: manifest.Policy{SHA256: strings.Repeat("0", 64)}, Run: manifest.Run{ID: "0", Started: evening, Finished: evening}})
	if err != nil {
		return err
	}
	data, err := st.Marshal()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, to), data, 0o644)
}
