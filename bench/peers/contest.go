package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A program takes part in a contest.
type program struct {
	name    string
	command func() *exec.Cmd
	against string // the program that its figures are compared with; the first if empty
	outcome outcome
	check   bool // its outputs are to be compared
	runs    []usage
	watched usage
}

// contest runs all programs of a job in turn: one round that is checked and watched,
// then the rounds that count.
func (p *peers) contest(c job) error {
	in, err := p.lists(c)
	if err != nil {
		return err
	}
	programs := slices.DeleteFunc(p.programs(c, in), func(x program) bool {
		return !strings.HasPrefix(x.name, "sluice") && !p.with.MatchString(x.name)
	})
	var want []byte
	for round := range p.runs + 1 {
		for i := range programs {
			x := &programs[i]
			log.Printf("%s: round %d of %d: %s", c.name, round, p.runs, x.name)
			if err := emptied(p.out); err != nil {
				return err
			}
			u, err := measure(x.command(), round == 0)
			if err != nil {
				return err
			}
			if round > 0 || p.runs == 0 {
				x.runs = append(x.runs, u)
			}
			if round > 0 {
				continue
			}
			x.watched = u
			if !x.check {
				continue
			}
			got, err := p.kept(x.outcome)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", c.name, x.name, err)
			}
			if want == nil {
				want = got
			}
			if d := difference(want, got); d != "" {
				return fmt.Errorf("%s: %s does not agree: it %s", c.name, x.name, d)
			}
		}
	}
	p.print(c, programs, want)
	return emptied(p.out)
}

// emptied removes all outputs, so that every run writes fresh files.
func emptied(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	return err
}

// programs says how each program does a job. The first is sluice, and the rows
// that it keeps are what the others' are compared with.
func (p *peers) programs(c job, in inputs) []program {
	kept, rejects := filepath.Join(p.out, "kept."+c.to), filepath.Join(p.out, "rejects.csv")
	manifest := filepath.Join(p.out, "manifest.json")
	plain := outcome{hashes: in.hashes, kept: kept, rejects: rejects}
	ordered := plain
	ordered.ordered = true
	ours := ordered
	ours.rowColumn = 1
	screen := func(list string, more ...string) func() *exec.Cmd {
		args := []string{"screen", list, "-o", kept, "-m", manifest, "-q"}
		return func() *exec.Cmd { return exec.Command(p.sluice, append(args, more...)...) }
	}
	if c.from != "csv" || c.to != "csv" {
		// Kept rows alone: one statement in SQL.
		ours.rejects, ordered.rejects = "", ""
		source, format := duckParquet(in.list), asParquet
		if c.from == "csv" {
			source = duckCSV(in.list)
		}
		if c.to == "csv" {
			format = asCSV
		}
		return []program{
			{name: "sluice", command: screen(in.list, "-s", in.index, "--dedupe", "off"), outcome: ours, check: true},
			{name: duckOrdered, outcome: ordered, check: true,
				command: p.sql("duckdb", in.duck, duckSettings(true, p.dir)+duckKeep(source, kept, format, true))},
			{name: duckLost, outcome: outcome{hashes: in.hashes, kept: kept}, check: true,
				command: p.sql("duckdb", in.duck, duckSettings(false, p.dir)+duckKeep(source, kept, format, false))},
		}
	}
	duck := func(ordered bool) string {
		return duckSettings(ordered, p.dir) + duckScreen(duckCSV(in.list), kept, rejects, ordered)
	}
	programs := []program{
		{name: "sluice, index", outcome: ours, check: true,
			command: screen(in.list, "-r", rejects, "-s", in.index, "--dedupe", "off")},
		{name: "sluice, index, xxh64 digests", outcome: ours, check: true,
			command: screen(in.list, "-r", rejects, "-s", in.index, "--dedupe", "off", "--digest", "xxh64")},
		{name: oursText, outcome: ours, check: true,
			command: screen(in.list, "-r", rejects, "-s", in.listed, "--dedupe", "off")},
		{name: "sluice, all rules and outputs (repeats dropped, quarantine, ledger)",
			command: screen(in.list, "-r", rejects, "-s", in.index, "--quarantine", filepath.Join(p.out, "quarantine.csv"), "--decisions", filepath.Join(p.out, "ledger.csv"))},
		{name: duckOrdered, outcome: ordered, check: true,
			command: p.sql("duckdb", in.duck, duck(true))},
		{name: duckLost, outcome: plain, check: true,
			command: p.sql("duckdb", in.duck, duck(false))},
		{name: "DuckDB, lists as text, order kept", outcome: ordered, check: true, against: oursText,
			command: p.sql("duckdb", "", duckLists(in.listed, in.providers, "TEMP")+duck(true))},
		{name: byHand, outcome: ordered, check: true,
			command: func() *exec.Cmd {
				return exec.Command(p.self, "handwritten", in.list, in.listed, in.providers, kept, rejects)
			}},
		{name: "floor: cat list > copy", command: func() *exec.Cmd { return exec.Command("sh", "-c", `cat "$0" > "$1"`, in.list, kept) }},
	}
	if p.click != "" {
		programs = append(programs, program{name: clickHouse, outcome: plain, check: true,
			command: p.sql("chdb", in.click, clickScreen(in.list, in.columns, kept, rejects))})
	}
	return programs
}
