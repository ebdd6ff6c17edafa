package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// A finding is one run of sluice find.
type finding struct {
	p        *program
	suppress []string
	output   string // directory of the bundle
	received string
	clock    string
	workers  int
	inputs   bool // of the runs, too

	who    *person
	report foundReport
}

// findCommand collects all that is held on one address.
func (p *program) findCommand() *cobra.Command {
	f := &finding{p: p}
	cmd := &cobra.Command{
		Use:   "find MANIFEST|DIR|LIST...",
		Short: "collect every row that is held on one address, from standard input",
		Long: `find reads one address from standard input, never from arguments, and prints as JSON all
that is held on that person: rows in the lists that manifests name, and in lists given as
such, in any form in which screen would find them, with the data map, sources and legal
bases; the suppression lists that the person is on, those of -s and those that the
manifests name; and when the request must be answered. Of rows about other people it
gives their number, never their cells. Lists whose key files (screen --keys) say that the
person is not in them are not read.

-o DIR also writes the rows as CSV, a file a list, for the person. The exit code is 0 if
nothing is held, too; 65 if something could not be searched, which the report names.`,
		Example: `  echo jane@acme.com | sluice find deliveries/ -s erasure=forgotten.sha1 > report.json
  sluice find deliveries/ leads.csv -o answer/ --received 2026-11-20T09:00:00Z < address.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(errors.New("find takes manifests, their directories, or lists"), "echo ADDRESS | sluice find DIR")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), args) },
	}
	fs := cmd.Flags()
	fs.StringArrayVarP(&f.suppress, "suppress", "s", nil, "suppression list or index to look into; may be repeated; `[CLASS=]PATH`")
	fs.StringVarP(&f.output, "output", "o", "", "`DIR`, new or empty, for the report and the person's rows as CSV")
	fs.StringVar(&f.received, "received", "", "`TIME` (RFC 3339) or date when the request was received (default: now)")
	fs.StringVar(&f.clock, "clock", "", "`TIME` that counts as now")
	fs.MarkHidden("clock")
	fs.BoolVar(&f.inputs, "inputs", false, "also search the lists that runs read, as far as they are there, and the ledgers")
	fs.IntVarP(&f.workers, "workers", "j", 0, "`N` files at a time (default: one a processor)")
	return cmd
}

func (f *finding) run(ctx context.Context, args []string) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	targets, err := sortTargets(args, f.suppress)
	if err != nil {
		return err
	}
	if err := f.room(); err != nil {
		return err
	}
	if f.who, err = readPerson(ctx, f.p.stdin); err != nil {
		return err
	}
	f.report.Forms = f.who.forms
	found, err := f.search(ctx, targets)
	if err != nil {
		return err
	}
	f.gather(found)
	if err := f.lists(ctx, targets); err != nil {
		return err
	}
	return f.answer()
}

// check reads the flags.
func (f *finding) check() error {
	now := time.Now()
	var err error
	if f.clock != "" {
		if now, err = parseClock(f.clock); err != nil {
			return usage(err, "such as --clock 2026-03-31")
		}
	}
	received := now
	if f.received != "" {
		if received, err = parseClock(f.received); err != nil {
			return usage(errors.New("--received takes a date or an RFC 3339 time"), "such as --received 2026-11-20T09:00:00Z")
		}
	}
	if received.After(now) {
		return usage(errors.New("--received lies in the future"), "it is when the request came in")
	}
	if f.workers < 0 {
		return usage(errors.New("-j takes the number of files at a time, or 0 for one a processor"), "see sluice find --help")
	}
	f.report = foundReport{Type: foundType, Tool: "sluice " + version, Request: newRequestClock(received, now),
		Held: []*foundFile{}, Lists: []foundEntry{}, Search: []*foundPlace{}, Missing: []notSearched{}}
	return nil
}

// findTargets are where find looks.
type findTargets struct {
	holdings *manifest.Holdings
	files    []string  // lists that no manifest has to name
	lists    []listArg // suppression lists
	optional int       // of lists, those from here on are named by manifests only
}

// sortTargets tells manifests from lists and suppression lists.
func sortTargets(args, suppressed []string) (*findTargets, error) {
	t := &findTargets{holdings: new(manifest.Holdings)}
	var manifests []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist) && strings.Contains(arg, "@"):
			// It is not repeated: it may be the address.
			return nil, usage(errors.New("an argument names no file and may be an address"), "addresses come from standard input, where nobody sees them")
		case err != nil:
			return nil, &failure{exit: exitUsage, code: "file", err: err, hint: "check the path given"}
		case info.IsDir() || manifest.IsManifest(arg):
			manifests = append(manifests, arg)
		default:
			t.files = append(t.files, arg)
		}
	}
	var err error
	if t.holdings, err = current(manifests); err != nil {
		return nil, err
	}
	if len(manifests) > 0 && len(t.holdings.Records) == 0 {
		return nil, usage(fmt.Errorf("%s: no manifest in this directory", manifests[0]), "name the lists in it one by one")
	}
	for _, arg := range suppressed {
		a, err := parseListArg(arg, "-s")
		if err != nil {
			return nil, err
		}
		t.lists = append(t.lists, a)
	}
	t.optional = len(t.lists)
	t.named()
	return t, nil
}

// current is manifest.Current, its errors explained.
func current(manifests []string) (*manifest.Holdings, error) {
	h, err := manifest.Current(manifests)
	switch {
	case errors.Is(err, manifest.ErrAltered), errors.Is(err, manifest.ErrNotManifest):
		return nil, &failure{exit: exitVerify, code: "verify", err: err, hint: "sluice verify says what was altered"}
	case err != nil:
		return nil, &failure{exit: exitUsage, code: "file", err: err, hint: "check the path given"}
	}
	return h, nil
}

// named adds the suppression lists that the manifests name, each once, with the class that
// the newest manifest gives it, and the entries that re-screens know.
func (t *findTargets) named() {
	seen := map[string]bool{}
	for _, a := range t.lists {
		seen[absolutePath(a.path)] = true
	}
	for i := len(t.holdings.Records) - 1; i >= 0; i-- {
		r := t.holdings.Records[i]
		for _, l := range r.Statement.Predicate.Lists {
			name := l.File
			if l.Index != "" {
				name = l.Index
			}
			path := manifest.Locate(r.Path, name)
			if name == "" || name == "-" || seen[absolutePath(path)] {
				continue
			}
			seen[absolutePath(path)] = true
			a := listArg{path: path, named: l.Index == "", index: l.Index != ""}
			if class, err := suppress.ParseClass(l.Class); err == nil {
				a.class = class
			}
			t.lists = append(t.lists, a)
		}
		if s := r.Statement.Predicate.Rescreen; s != nil && s.Known.Name != "" {
			if path := manifest.Locate(r.Path, s.Known.Name); !seen[absolutePath(path)] {
				seen[absolutePath(path)] = true
				t.lists = append(t.lists, listArg{path: path, index: true})
			}
		}
	}
}

func absolutePath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// search looks for the person in all lists, several at a time.
func (f *finding) search(ctx context.Context, t *findTargets) ([]*foundIn, error) {
	var all []*foundIn
	for _, d := range t.holdings.Deliveries {
		all = append(all, &foundIn{delivery: d, path: d.Path, records: t.holdings.Records})
	}
	for _, path := range t.files {
		all = append(all, &foundIn{path: path})
	}
	if f.inputs {
		for _, u := range inputsOf(t.holdings) {
			all = append(all, &foundIn{path: u.path, input: u})
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	workers := f.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	g.SetLimit(workers)
	for _, in := range all {
		g.Go(func() error { return in.search(ctx, f.who) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, in := range all {
		if in.isList { // what has no column of addresses is a suppression list, and looked into as one
			a, err := parseListArg(in.path, "an argument")
			if err != nil {
				return nil, err
			}
			a.path, a.named = in.path, false
			t.lists = append(t.lists[:t.optional:t.optional], append([]listArg{a}, t.lists[t.optional:]...)...)
			t.optional++
		}
	}
	return all, nil
}

// gather adds what was found in lists to the report.
func (f *finding) gather(found []*foundIn) {
	r := &f.report
	recipients := map[string]bool{}
	for _, in := range found {
		if in.isList {
			continue
		}
		if in.missing != nil {
			r.Missing = append(r.Missing, *in.missing)
			continue
		}
		r.Totals.Files++
		r.Totals.Looked += in.place.Rows
		if in.place.How == byKeyFile {
			r.Totals.Unread++
		}
		r.Search = append(r.Search, &in.place)
		if in.held == nil {
			continue
		}
		r.Held = append(r.Held, in.held)
		for _, row := range in.held.Rows {
			if row.About == aboutPerson {
				r.Totals.Rows++
			} else {
				r.Totals.Mentions++
			}
		}
		if in.held.Recipient != "" {
			recipients[in.held.Recipient] = true
		}
	}
	r.Totals.Recipient = len(recipients)
}

// answer writes the report, and the bundle if one is wanted.
func (f *finding) answer() error {
	data, err := f.bundle()
	if err != nil {
		return err
	}
	if _, err := f.p.stdout.Write(data); err != nil {
		return err
	}
	n := 0
	for _, m := range f.report.Missing {
		if !m.Gone {
			n++
		}
	}
	if n > 0 {
		return &failure{exit: exitInput, code: "incomplete", err: fmt.Errorf("%d files could not be searched: the report is not complete", n),
			hint: "the report names them under not_searched, and says why"}
	}
	return nil
}
