package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// A rescreening is one run of sluice rescreen: what the flags say, then what came of it.
// Other commands that have rows removed carry one out, too.
type rescreening struct {
	p *program
	listing
	proof
	telemetry telemetry
	told      told

	paths                    []string // manifests, and directories of them
	manifest, removed, known string
	accept                   string // the reason to take deliveries that are not as recorded
	checkOnly, full, quiet   bool
	noKeys                   bool // write none beside lists that have none
	workers                  int
	named                    bool // the manifest was
	wholeDir                 bool // the chain is that of the directory, because none was named
	needed                   bool // write a manifest only if something was to do
	listsOnly                bool // whatever today's rules are

	started   time.Time
	held      *manifest.Holdings
	lists     *suppression // today's, and behind them what they lost
	index     knownIndex
	rules     *screening // today's rules, of no list
	rulesSum  string
	ages      bool // the policy counts some, so that every day has rules of its own
	effective effective
	journal   *journal
	tasks     []*task // the deliveries, by path
	skipped   []manifest.NotChecked

	step     func(name string) // told before each step that a kill could fall upon, in tests
	warnings []string
}

func (r *rescreening) at(step string) {
	if r.step != nil {
		r.step(step)
	}
}

func (p *program) rescreenCommand() *cobra.Command {
	r := &rescreening{p: p}
	cmd := &cobra.Command{
		Use:   "rescreen MANIFEST|DIR...",
		Short: "screen delivered lists again: take out who asked to be since",
		Long: `rescreen brings the lists that earlier runs delivered up to date with today's suppression
lists: it takes out every row that must go, byte for byte leaves the others, and writes a
manifest that follows the earlier ones. Of a directory it takes all manifests in and below.

Key files (screen --keys) tell which rows new entries can concern, and only those are read.
All rows are screened by all rules where the policy or the tables changed, or with --full.
An erasure stays in force when its list has lost it, and a file that came back from a
backup is treated as that. The entries known so far are in known.idx beside the manifest.

A run that was interrupted is completed by the next. Exit code 3 with --check-only: rows
must go. 5: a file is not as recorded.`,
		Example: `  sluice rescreen out/ -s optouts.txt -s erasure=forgotten.sha1
  sluice rescreen nightly/ -s optouts.txt --check-only`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.paths = args
			if r.checkOnly {
				r.telemetry = telemetry{}
			}
			return r.telemetry.around(cmd.Context(), p, "rescreen", func(start starter) error {
				given := r.manifest // what a policy says is where screen writes
				if err := r.readPolicy(cmd.Flags(), time.Now()); err != nil {
					return err
				}
				r.manifest = given
				if r.told.files = []string{r.manifest, r.removed, r.known}; r.policy != nil {
					r.told.policy = r.policyName()
				}
				if err := start(&r.told); err != nil {
					return err
				}
				return r.run(cmd.Context())
			})
		},
	}
	r.listing.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&r.manifest, "manifest", "m", "", "new `FILE` for the manifest (default: rescreen-TIME.json in the directory of the others)")
	r.proof.flags(f)
	r.telemetry.flags(f)
	f.StringVar(&r.removed, "removed", "", "`FILE` that says which rows were taken out of which list, and why (CSV)")
	f.StringVar(&r.known, "known", "", "`FILE` of the entries known so far (default: known.idx beside the manifest)")
	f.BoolVar(&r.checkOnly, "check-only", false, "only say what must go: nothing is written, exit with 3 if anything must")
	f.BoolVar(&r.full, "full", false, "screen every row by all rules")
	f.BoolVar(&r.noKeys, "no-keys", false, "write no LIST.keys where every row was screened, for the next run, and there was none")
	f.StringVar(&r.accept, "accept-altered", "", "`REASON`, recorded in the manifest, to take files that are not as recorded")
	f.IntVarP(&r.workers, "workers", "j", 0, "`N` workers screen rows (default: one a processor)")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "no warnings, no summary")
	return cmd
}

// run screens the deliveries again. It may be interrupted at any point and run again.
func (r *rescreening) run(ctx context.Context) (err error) {
	r.started = time.Now()
	if r.workers < 0 {
		return usage(errors.New("-j takes the number of workers, or 0 for one a processor"), "see sluice rescreen --help")
	}
	if err := r.place(); err != nil {
		return err
	}
	if !r.checkOnly {
		unlock, err := pipeline.Lock(r.journalPath())
		if err != nil {
			return err
		}
		defer unlock()
	}
	if r.held, err = manifest.Current(r.paths); err != nil {
		return notHeld(err)
	}
	if len(r.held.Deliveries) == 0 {
		return &failure{exit: exitInput, code: "nothing_delivered", err: unread(r.paths[0], errors.New("no manifest names a list that was delivered")), hint: "name the manifests of screen, or their directory"}
	}
	if err := r.resume(); err != nil {
		return err
	}
	defer r.journal.Close()
	if err := r.prove(); err != nil {
		return err
	}
	defer r.proof.release()
	if err := r.load(ctx); err != nil {
		return err
	}
	defer r.close()
	if err := r.look(ctx); err != nil {
		return err
	}
	if r.checkOnly {
		return r.report(ctx)
	}
	if todo, err := r.begin(ctx); !todo || err != nil {
		if err == nil {
			r.told.stands(r.held.Records[len(r.held.Records)-1])
		}
		return err
	}
	for _, t := range r.tasks {
		if err := r.bring(ctx, t); err != nil {
			return err
		}
	}
	return r.complete()
}

// place settles where the manifest, the known entries and the journal are.
func (r *rescreening) place() error {
	info, err := os.Stat(r.paths[0])
	if err != nil {
		return notHeld(err)
	}
	dir := r.paths[0]
	if !info.IsDir() {
		dir = filepath.Dir(dir)
	} else if len(r.paths) == 1 {
		r.wholeDir = r.chain == ""
		r.chain = cmp.Or(r.chain, dir)
	}
	if r.named = r.manifest != ""; !r.named {
		r.manifest = filepath.Join(dir, "rescreen-"+r.started.UTC().Format("20060102T150405Z")+".json")
		for n := 2; there(r.manifest); n++ {
			r.manifest = filepath.Join(dir, fmt.Sprintf("rescreen-%s-%d.json", r.started.UTC().Format("20060102T150405Z"), n))
		}
	}
	r.known = cmp.Or(r.known, filepath.Join(filepath.Dir(r.manifest), "known.idx"))
	if !r.checkOnly && !there(filepath.Dir(r.manifest)) {
		return usage(fmt.Errorf("%s: its directory does not exist", r.manifest), "make it, or name another with -m")
	}
	return nil
}

// prove reads the key and finds the manifest to follow. In a directory where several
// chains end, or none was kept, that is the last re-screen, else the newest of all.
func (r *rescreening) prove() error {
	_, err := r.proof.begin(r.p, r.manifest)
	if err == nil || !r.wholeDir || !errors.Is(err, manifest.ErrBroken) {
		return err
	}
	last := r.held.Records[len(r.held.Records)-1]
	for _, rec := range r.held.Records {
		if rec.Statement.Predicate.Rescreen != nil {
			last = rec
		}
	}
	if samePath(last.Path, r.manifest) {
		return err
	}
	r.chain = last.Path
	_, err = r.proof.begin(r.p, r.manifest)
	return err
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// journalPath is one for all manifests of a directory, so that two runs cannot collide.
func (r *rescreening) journalPath() string {
	return filepath.Join(filepath.Dir(r.manifest), ".sluice-rescreen.journal")
}

// notHeld explains why manifests cannot be relied on.
func notHeld(err error) error {
	switch {
	case errors.Is(err, manifest.ErrAltered):
		return &failure{exit: exitVerify, code: "altered", err: err, hint: "sluice verify says what was altered; nothing was screened"}
	case errors.Is(err, manifest.ErrNotManifest):
		return &failure{exit: exitVerify, code: "manifest", err: err, hint: "it was altered, or never was a manifest"}
	case errors.Is(err, fs.ErrNotExist):
		return &failure{exit: exitUsage, code: "usage", err: err, hint: "rescreen takes manifests, and directories of them"}
	}
	return err
}

// load reads the lists, each guarded by what all manifests say of it, and finds out what
// they have gained and lost.
func (r *rescreening) load(ctx context.Context) (err error) {
	last := uses{}
	for _, rec := range r.held.Records {
		last.take(rec.Statement)
	}
	if r.guards.previous != "" {
		if last, err = r.guards.last(""); err != nil {
			return err
		}
	}
	if r.now.IsZero() {
		r.now = r.started.UTC()
	}
	if r.lists, err = r.loadAfter(ctx, r.now, last); err != nil {
		return err
	}
	if len(r.lists.lists) == 0 {
		r.lists.Close()
		return usage(errors.New("no suppression list was given"), "give them with -s [CLASS=]PATH")
	}
	if err := r.index.open(r); err != nil {
		r.lists.Close()
		return err
	}
	return r.judgement()
}

func (r *rescreening) close() {
	for _, t := range r.tasks {
		t.closeKeys()
	}
	r.lists.Close()
	r.index.Close()
}

// warn tells the user something that does not stop the run. It is in the manifest too.
func (r *rescreening) warn(code string, what error, hint string) {
	if slices.Contains(r.warnings, what.Error()) {
		return
	}
	r.warnings = append(r.warnings, what.Error())
	if !r.quiet {
		r.p.warn(code, what, hint)
	}
}
