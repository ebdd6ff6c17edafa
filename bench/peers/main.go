// Command peers does one job in sluice, DuckDB, ClickHouse and a program as a team
// would write it in an hour, in turn, checks that all keep the same rows of the list,
// and prints what each took as Markdown.
//
//	make bench-peers          # a million rows; LONG=1 adds ten million
//
// The job: a list of prospects is read; a row is kept if its address is well formed,
// is not on a list of SHA-1 digests, belongs to no mailbox provider and is at the
// host of the row's website; kept rows are written in full, the others with a reason.
// sluice does more on the way (other forms of an address, addresses in other cells, the
// manifest with its digests); the list is made so that none of it decides a row.
//
// It is a module of its own, so that the product's dependencies stay few.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 {
		// What needs memory or is measured runs in a process of its own.
		switch args := os.Args[2:]; os.Args[1] {
		case "handwritten":
			check(handwritten(args[0], args[1], args[2], args[3], args[4]))
			return
		case "hash":
			check(hashList(args[0], args[1]))
			return
		case "kept":
			check(writeKept(args))
			return
		}
	}
	var p peers
	flag.StringVar(&p.sluice, "sluice", "bin/sluice", "the program")
	flag.StringVar(&p.tables, "tables", "screen/domain/data", "where sluice's tables of providers are")
	flag.StringVar(&p.dir, "dir", ".cache/peers", "where lists are kept, and the Python environment venv with DuckDB")
	flag.StringVar(&p.out, "out", "", "where outputs go (default: memory, /dev/shm, if there is such a place)")
	flag.IntVar(&p.runs, "runs", 5, "rounds that count, after one that is checked; 0 for that one alone")
	long := flag.Bool("long", false, "also ten million digests and ten million rows (8 GB of disk, 16 GB of memory)")
	only := flag.String("only", "", "do jobs whose name matches this regular expression")
	with := flag.String("with", "", "beside sluice run programs whose name matches this regular expression")
	flag.Parse()
	p.with = regexp.MustCompile(*with)
	chosen := regexp.MustCompile(*only)
	check(p.prepare())
	defer os.RemoveAll(p.out)
	for _, c := range jobs {
		if c.long && !*long || !chosen.MatchString(c.name) {
			continue
		}
		if err := p.contest(c); err != nil {
			os.RemoveAll(p.out)
			log.Fatal(err)
		}
	}
	fmt.Print("\n### The bar\n\n| against | must | aim | measured |\n| --- | --- | --- | --- |\n", strings.Join(p.lines, ""))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A job is what all programs do, and one table of results.
type job struct {
	name          string
	rows, entries int
	from, to      string
	clean         bool // the list is one that loses nothing
	long          bool
	bar           []barLine
}

// A barLine is a line of the bar: a program, and how much more than sluice it must take.
type barLine struct{ program, must, aim string }

const (
	million = 1_000_000

	duckOrdered = "DuckDB, lists prebuilt, order kept"
	duckLost    = "DuckDB, lists prebuilt, order lost"
	clickHouse  = "ClickHouse (chdb), lists prebuilt, order lost"
	oursText    = "sluice, list as text"
	byHand      = "hand-written Go, list as text"
)

var (
	longBar = []barLine{{duckOrdered, "≥ 8 × slower, ≥ 20 × own memory", "≥ 12 ×"}, {clickHouse, "≥ 3.5 ×", "≥ 5 ×"}, {byHand, "≥ 7 ×", "≥ 10 ×"}}
	jobs    = []job{
		{name: "CSV to CSV, 1 M rows × 1 M digests", rows: million, entries: million, from: "csv", to: "csv",
			bar: []barLine{{duckOrdered, "≥ 5 × slower, ≥ 5 × CPU, ≥ 6 × memory", "≥ 8 ×"}, {clickHouse, "≥ 3.5 ×", "≥ 5 ×"}, {byHand, "≥ 7 ×", "≥ 10 ×"}}},
		{name: "Parquet to Parquet, a quarter dropped", rows: million, entries: million, from: "parquet", to: "parquet",
			bar: []barLine{{duckOrdered, "≥ 2 ×", "≥ 3 ×"}}},
		{name: "Parquet to Parquet, nothing dropped", rows: million, entries: million, from: "parquet", to: "parquet", clean: true},
		{name: "CSV to Parquet", rows: million, entries: million, from: "csv", to: "parquet", bar: []barLine{{duckOrdered, "≥ 1.5 ×", "≥ 3 ×"}}},
		{name: "Parquet to CSV", rows: million, entries: million, from: "parquet", to: "csv", bar: []barLine{{duckOrdered, "≥ 1.5 ×", "≥ 3 ×"}}},
		{name: "CSV to CSV, 1 M rows × 10 M digests", rows: million, entries: 10 * million, from: "csv", to: "csv", long: true, bar: longBar},
		{name: "CSV to CSV, 10 M rows × 10 M digests", rows: 10 * million, entries: 10 * million, from: "csv", to: "csv", long: true, bar: longBar},
	}
)

type peers struct {
	sluice, tables, dir, out string
	runs                     int
	with                     *regexp.Regexp
	lines                    []string // of the bar, as measured
	self, python, engine     string
	duck, click              string // versions; click is "" without ClickHouse
}

// prepare makes paths absolute, finds the engines and says which they are.
func (p *peers) prepare() error {
	var err error
	if p.self, err = os.Executable(); err != nil {
		return err
	}
	if p.out == "" {
		p.out = p.dir
		if _, err := os.Stat("/dev/shm"); err == nil {
			p.out = "/dev/shm"
		}
	}
	for _, path := range []*string{&p.sluice, &p.tables, &p.dir, &p.out} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	if p.out, err = os.MkdirTemp(p.out, "sluice-peers-"); err != nil {
		return err
	}
	p.python, p.engine = filepath.Join(p.dir, "venv", "bin", "python"), filepath.Join(p.dir, "engine.py")
	if err := os.WriteFile(p.engine, engineSource, 0o600); err != nil {
		return err
	}
	if p.duck, err = p.version("duckdb"); err != nil {
		return fmt.Errorf("DuckDB's Python package cannot be run, see the target bench-peers: %w", err)
	}
	if p.click, err = p.version("chdb"); err != nil {
		log.Printf("ClickHouse is left out: chdb cannot be run (%v)", err)
	}
	return nil
}
