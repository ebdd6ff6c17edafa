package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed engine.py
var engineSource []byte

// inputs are the files that a job reads.
type inputs struct {
	list, hashes      string
	columns           []string
	listed, providers string // text
	index             string // sluice's
	duck, click       string // databases with the lists
}

// lists makes what a job reads, as far as it is not there. Only whole files have
// their names.
func (p *peers) lists(c job) (inputs, error) {
	path := func(format string, args ...any) string { return filepath.Join(p.dir, fmt.Sprintf(format, args...)) }
	in := inputs{
		list: path("list-%d.csv", c.rows), hashes: path("list-%d.hashes", c.rows),
		listed: path("listed-%d-%d.sha1", c.rows, c.entries), providers: path("providers.txt"),
		index: path("listed-%d-%d.idx", c.rows, c.entries), duck: path("lists-%d-%d.duckdb", c.rows, c.entries),
		click: path("lists-%d-%d.clickhouse", c.rows, c.entries),
	}
	m := maker{}
	m.file(in.list, func(path string) error { return makeList(p.sluice, path, c.rows) })
	m.file(in.hashes, func(path string) error { return run(exec.Command(p.self, "hash", in.list, path)) })
	m.file(in.providers, func(path string) error { return makeProviders(p.tables, path) })
	m.file(in.listed, func(path string) error {
		// However long the list, it names one row in fifty.
		return run(exec.Command(p.sluice, "gen", "suppress", "-o", path, "--entries", fmt.Sprint(c.entries),
			"--hit-rows", fmt.Sprint(c.rows), "--hits", fmt.Sprint(200*c.rows/c.entries)))
	})
	m.file(in.index, func(path string) error {
		return run(exec.Command(p.sluice, "lists", "build", "-q", "-o", path, in.listed))
	})
	m.file(in.duck, func(path string) error {
		return run(p.engineCommand("duckdb", path, duckLists(in.listed, in.providers, "")))
	})
	if p.click != "" {
		m.file(in.click, func(path string) error {
			return run(p.engineCommand("chdb", path, clickLists(in.listed, in.providers)))
		})
	}
	if m.err != nil {
		return in, m.err
	}
	f, err := os.Open(in.list)
	if err != nil {
		return in, err
	}
	in.columns, err = csv.NewReader(f).Read()
	f.Close()
	if err != nil {
		return in, err
	}
	if c.clean {
		kept := path("kept-%d.csv", c.rows)
		m.file(kept, func(path string) error {
			return run(exec.Command(p.sluice, "screen", in.list, "-s", in.index, "--dedupe", "off", "-q", "--to", "csv", "-o", path))
		})
		in.list = kept
	}
	if c.from == "parquet" {
		parquet := strings.TrimSuffix(in.list, "csv") + "parquet"
		m.file(parquet, func(path string) error {
			return run(p.engineCommand("duckdb", "", fmt.Sprintf("SET threads = 2; COPY (SELECT * FROM %s) TO '%s' (%s)", duckCSV(in.list), path, asParquet)))
		})
		in.list = parquet
	}
	return in, m.err
}

// maker makes files that are not there, until one fails.
type maker struct{ err error }

func (m *maker) file(path string, fill func(string) error) {
	if m.err != nil {
		return
	}
	if _, err := os.Stat(path); err == nil {
		return
	}
	log.Print("making ", filepath.Base(path))
	part := path + ".part"
	if m.err = os.RemoveAll(part); m.err != nil {
		return
	}
	if m.err = fill(part); m.err == nil {
		m.err = os.Rename(part, path)
	}
}

func run(cmd *exec.Cmd) error {
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	return nil
}

// engineCommand runs SQL in an engine.
func (p *peers) engineCommand(engine, database, sql string, more ...string) *exec.Cmd {
	cmd := exec.Command(p.python, append([]string{p.engine, engine, database}, more...)...)
	cmd.Stdin = strings.NewReader(sql)
	return cmd
}

// sql is a program that runs SQL on a database that it only reads.
func (p *peers) sql(engine, database, sql string) func() *exec.Cmd {
	return func() *exec.Cmd {
		if database == "" {
			return p.engineCommand(engine, database, sql)
		}
		return p.engineCommand(engine, database, sql, "-r")
	}
}

func (p *peers) version(engine string) (string, error) {
	dir, err := os.MkdirTemp(p.out, "version")
	if err != nil {
		return "", err
	}
	database := ""
	if engine == "chdb" {
		database = dir
	}
	out, err := p.engineCommand(engine, database, "SELECT 1", "-v").Output()
	return strings.TrimSpace(string(out)), err
}

// kept checks a program's outputs in a process of its own and returns the rows kept.
func (p *peers) kept(o outcome) ([]byte, error) {
	if strings.HasSuffix(o.kept, ".parquet") {
		text := o.kept + ".csv"
		if err := run(p.engineCommand("duckdb", "", fmt.Sprintf("COPY (SELECT * FROM %s) TO '%s' (%s)", duckParquet(o.kept), text, asCSV))); err != nil {
			return nil, err
		}
		o.kept = text
	}
	cmd := exec.Command(p.self, "kept", o.hashes, o.kept, o.rejects, fmt.Sprint(o.rowColumn), fmt.Sprint(o.ordered))
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

// writeKept is the other side of kept.
func writeKept(args []string) error {
	o := outcome{hashes: args[0], kept: args[1], rejects: args[2], ordered: args[4] == "true"}
	if _, err := fmt.Sscan(args[3], &o.rowColumn); err != nil {
		return err
	}
	kept, err := keptRows(o)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(kept)
	return err
}
