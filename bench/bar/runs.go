package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

// A run is something that is measured, and what came of it.
type run struct {
	key, name string
	rows      int64
	argv      []string // of sluice, or of a shell with $0, $1 and so on
	shell     string
	env       []string
	manifest  bool // the manifest has the time of stage screen

	took    []usage
	stage   []float64 // seconds of stage screen
	watched usage     // of the round that does not count: its own memory
}

// million returns the runs on lists of a million. The first is the one that others are
// compared with.
func (b *bar) million(list, listed, parquet string) []*run {
	index := listed + ".idx"
	screen := func(key, name string, more ...string) *run {
		return b.screen(key, name, 1_000_000, list, append([]string{"-s", index}, more...)...)
	}
	out := filepath.Join(b.out, "clean.csv")
	runs := b.floors(list, 1_000_000)
	text := b.screen("text", "list of digests as text", 1_000_000, list, "-s", listed)
	one := screen("one", "one worker, one processor (-j 1, GOMAXPROCS=1)", "-j", "1")
	one.env = []string{"GOMAXPROCS=1"}
	// The report of rejects, the ledger and all else stay as they are; only the list and
	// the kept rows go through pipes, with a process at either end.
	piped := &run{key: "pipe", name: "pipes: cat to sluice screen to cat, into nothing", rows: 1_000_000, manifest: true,
		shell: `cat "$1" | "$0" screen - -o - -s "$2" -r "$3" -m "$4" -q | cat > /dev/null`,
		argv:  []string{b.sluice, list, index, filepath.Join(b.out, "rejects.csv"), b.manifest()}}
	redirected := &run{key: "redirect", name: "files as stdin and stdout", rows: 1_000_000, manifest: true,
		shell: `"$0" screen - -o - -s "$2" -r "$3" -m "$4" -q < "$1" > "$5"`,
		argv:  []string{b.sluice, list, index, filepath.Join(b.out, "rejects.csv"), b.manifest(), out}}
	return append(runs,
		screen("sha256", "screen, SHA-256 digests (the default)"),
		screen("xxh64", "screen, xxh64 digests", "--digest", "xxh64"),
		screen("sha256-all", "screen, SHA-256, repeats stay (--dedupe off)", "--dedupe", "off"),
		screen("xxh64-all", "screen, xxh64, repeats stay", "--digest", "xxh64", "--dedupe", "off"),
		text, screen("j1", "one worker (-j 1; reading, hashing and writing still overlap)", "-j", "1"), one,
		piped, redirected,
		&run{key: "parquet", name: "Parquet to Parquet, nothing dropped", rows: b.kept(parquet), manifest: true,
			argv: []string{b.sluice, "screen", parquet, "-s", index, "-o", filepath.Join(b.out, "clean.parquet"), "-m", b.manifest(), "-q"}},
	)
}

// tenMillion returns the runs on lists of ten million.
func (b *bar) tenMillion(list, listed string) []*run {
	const n = 10_000_000
	index := listed + ".idx"
	return append(b.floors(list, n),
		b.screen("sha256", "screen, SHA-256 digests (the default)", n, list, "-s", index),
		b.screen("xxh64", "screen, xxh64 digests", n, list, "-s", index, "--digest", "xxh64"),
		b.screen("sha256-all", "screen, SHA-256, repeats stay (--dedupe off)", n, list, "-s", index, "--dedupe", "off"))
}

// floors are what nothing that reads, hashes or writes a list can go below.
func (b *bar) floors(list string, rows int64) []*run {
	return []*run{
		{key: "cat", name: "floor: cat list > copy", rows: rows, shell: `cat "$0" > "$1"`, argv: []string{list, filepath.Join(b.out, "clean.csv")}},
		{key: "hash-sha256", name: "floor: SHA-256 of the list", rows: rows, argv: []string{b.self, "hash", "sha256", list}},
		{key: "hash-xxh64", name: "floor: xxh64 of the list", rows: rows, argv: []string{b.self, "hash", "xxh64", list}},
	}
}

func (b *bar) manifest() string { return filepath.Join(b.out, "manifest.json") }

// screen is a run from file to files, with rejects and a manifest.
func (b *bar) screen(key, name string, rows int64, list string, more ...string) *run {
	args := []string{b.sluice, "screen", list, "-o", filepath.Join(b.out, "clean.csv"), "-r", filepath.Join(b.out, "rejects.csv"), "-m", b.manifest(), "-q"}
	return &run{key: key, name: name, rows: rows, argv: append(args, more...), manifest: true}
}

func (b *bar) command(args ...string) *run { return &run{argv: append([]string{b.sluice}, args...)} }

// kept returns how many rows the list that sluice wrote beside its manifest has.
func (b *bar) kept(list string) int64 {
	m, err := readManifest(list + ".json")
	if err != nil {
		log.Fatal(err)
	}
	return m.Predicate.Accounting.Kept
}

// rounds takes all runs in turn, again and again.
func (b *bar) rounds(runs []*run, rounds int) error {
	for i := range rounds + 1 {
		log.Printf("round %d of %d", i, rounds)
		for _, r := range runs {
			if err := b.emptied(); err != nil {
				return err
			}
			u, err := r.measure(i == 0)
			if err != nil {
				return err
			}
			if i == 0 {
				r.watched = u
				continue
			}
			r.took = append(r.took, u)
			if r.manifest {
				m, err := readManifest(b.manifest())
				if err != nil {
					return err
				}
				r.stage = append(r.stage, m.seconds("screen"))
			}
		}
	}
	return b.emptied()
}

// emptied removes all outputs: writing over a file is another job than writing a fresh
// one.
func (b *bar) emptied() error {
	entries, err := os.ReadDir(b.out)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(filepath.Join(b.out, e.Name()))
		}
	}
	return err
}

func (b *bar) startUp() error {
	var ms []float64
	for range 4 * b.runs {
		u, err := b.command("help").measure(false)
		if err != nil {
			return err
		}
		ms = append(ms, 1e3*u.wall)
	}
	fmt.Printf("start-up (sluice help): %s ms\n", spread(ms, 1))
	return nil
}

// exec returns the command of a run.
func (r *run) exec() *exec.Cmd {
	argv := r.argv
	if r.shell != "" {
		argv = append([]string{"sh", "-c", r.shell}, argv...)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), r.env...)
	return cmd
}

// record is what is read of a manifest.
type record struct {
	Predicate struct {
		Accounting struct {
			Kept int64 `json:"kept"`
		} `json:"accounting"`
		Run struct {
			Stages []struct {
				Name string  `json:"name"`
				MS   float64 `json:"ms"`
			} `json:"stages"`
		} `json:"run"`
	} `json:"predicate"`
}

func readManifest(path string) (*record, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var m record
	return &m, json.Unmarshal(data, &m)
}

func (m *record) seconds(stage string) float64 {
	for _, s := range m.Predicate.Run.Stages {
		if s.Name == stage {
			return max(s.MS, 1) / 1e3
		}
	}
	return 0
}
