// Command refresh rebuilds the generated tables under screen/domain/data: the Public
// Suffix List, from the golang.org/x/net module this repository is built with, and the
// unreviewed lists of free-mail and disposable-mail domains, from the packages named in
// sources.go, fetched with the user's npm as configured.
//
// Run it from the repository's root:
//
//	go run ./screen/domain/refresh
//
// It writes a table only if its domains have changed, and prints what did. The same
// package versions give the same bytes. The reviewed tables are not touched: they and
// removed.txt decide what the generated ones may hold.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := flag.NewFlagSet("refresh", flag.ContinueOnError)
	fs.SetOutput(stderr)
	dir := fs.String("data", filepath.Join("screen", "domain", "data"), "`directory` of the tables")
	packages := fs.String("packages", "", "`directory` with the packages' .tgz files, instead of fetching them")
	version := fs.String("version", time.Now().UTC().Format(time.DateOnly), "version of tables that change")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	if err := refresh(ctx, *dir, *packages, *version, stdout); err != nil {
		fmt.Fprintln(stderr, "refresh:", err)
		return 1
	}
	return 0
}

func refresh(ctx context.Context, dir, packages, version string, log io.Writer) error {
	rules, from, err := suffixRules(ctx)
	if err != nil {
		return err
	}
	if err := writeTable(dir, table{name: "suffixes.txt", version: version, head: from, lines: rules}, log); err != nil {
		return err
	}
	if packages == "" {
		if packages, err = os.MkdirTemp("", "refresh"); err != nil {
			return err
		}
		defer os.RemoveAll(packages)
		if err := fetch(ctx, packages); err != nil {
			return err
		}
	}
	votes, from, err := readSources(packages)
	if err != nil {
		return err
	}
	rev, err := readReview(dir)
	if err != nil {
		return err
	}
	for _, t := range sift(votes, rev) {
		t.version, t.head = version, append(t.head, from...)
		if err := writeTable(dir, t, log); err != nil {
			return err
		}
	}
	return nil
}
