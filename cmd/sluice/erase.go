package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// An erasing is one run of sluice erase: what the flags say, then what came of it.
type erasing struct {
	building
	into     string
	from     []string // plain lists
	cache    string
	receipts receipts
	again    rescreening // of the deliveries

	people []subject
	report eraseReport
}

// eraseReport is what was erased, for programs. It holds nothing of anyone.
type eraseReport struct {
	Addresses int            `json:"addresses"` // distinct ones
	Hashes    int            `json:"hashes"`    // digests by which they are known, of all forms
	Into      string         `json:"into"`
	Added     int64          `json:"added"` // digests that were not there
	Lists     []erasedReport `json:"lists,omitempty"`
	Cached    int            `json:"cached,omitempty"` // compiled lists that were removed
	Datasets  []erasedRows   `json:"datasets,omitempty"`
	Receipts  int            `json:"receipts,omitempty"`

	NotChecked []manifest.NotChecked `json:"not_checked,omitempty"` // deliveries that could not be screened
}

type erasedReport struct {
	List     string `json:"list"`
	Records  int64  `json:"records"`         // that are gone
	Cells    int64  `json:"cells,omitempty"` // records that keep what they say of others
	Comments int64  `json:"comments,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the file, if it was rewritten
}

func (p *program) eraseCommand() *cobra.Command {
	e := &erasing{building: building{p: p}}
	cmd := &cobra.Command{
		Use:   "erase --into ERASURES",
		Short: "erase people: keep the hashes of their addresses, take these off plain lists",
		Long: `erase reads addresses from standard input, one a line, never from arguments. First it
puts the SHA-1 digests of all their forms into ERASURES, an index or a list of digests
that is made if it is missing: no run keeps a row with any of them from then on. Then it
rewrites each --list, plain, compressed or of columns, without every line that holds one of
the addresses in any spelling, comments too; of a line that is also on somebody else the
other entries stay. Digests on lists stay. Last, the lists delivered under --datasets are
screened again, as rescreen does it, by ERASURES and by -s: name those that the nightly
run has.

All of this may be interrupted and done again: nothing is done twice. --receipts appends
a line of JSON for each address: a keyed hash (HMAC-SHA256 of the address's SHA-1), what
was done and when. Nothing else that is written holds anything of an address.`,
		Example: `  sluice erase --into erasures.idx --list optouts.csv --list bounces.txt.gz < requests.txt
  sluice erase --into erasures.idx --datasets nightly/ -s optouts.csv < requests.txt
  sluice screen leads.csv -s erasures.idx -o clean.csv -m m.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 { // which are not repeated here: they may be addresses
				return usage(errors.New("erase takes no arguments"), "addresses come from standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&e.into, "into", "", "`ERASURES` that keep the hashes: an index if its name ends in .idx, else a list of digests")
	f.StringArrayVar(&e.from, "list", nil, "plain suppression `LIST` to take the addresses off; may be repeated")
	f.StringVar(&e.cache, "list-cache", "", "`DIR` of compiled lists (screen --list-cache), of which those of the lists go")
	f.StringArrayVar(&e.again.paths, "datasets", nil, "`MANIFEST` or directory of them, whose deliveries are screened again; may be repeated")
	f.StringArrayVarP(&e.again.suppress, "suppress", "s", nil, "further list that the deliveries are screened by, as rescreen has it; `[CLASS=]PATH`")
	e.again.guards.flags(f)
	f.StringVarP(&e.again.manifest, "manifest", "m", "", "new `FILE` for the manifest of that (default: rescreen-TIME.json beside the others)")
	e.again.proof.flags(f)
	f.StringVar(&e.again.known, "known", "", "`FILE` of the entries known so far (default: known.idx beside the manifest)")
	f.StringVar(&e.receipts.path, "receipts", "", "`FILE` to append receipts to")
	f.StringVar(&e.receipts.keyFile, "receipt-key", "", "`FILE` with the key of the receipts, at least 16 bytes")
	e.building.flags(cmd)
	return cmd
}

func (e *erasing) run(ctx context.Context) (err error) {
	e.now = time.Now()
	if err := e.check(); err != nil {
		return err
	}
	if e.people, err = readSubjects(e.p.stdin, e.warnOf); err != nil {
		return err
	}
	unlock, err := pipeline.Lock(e.into)
	if err != nil {
		return err
	}
	defer unlock()
	if err := e.receipts.begin(e); err != nil {
		return err
	}
	defer e.receipts.close()
	e.report.Into, e.report.Addresses = e.into, len(e.people)
	for _, s := range e.people {
		e.report.Hashes += len(s.keys)
	}
	if err := e.keep(ctx); err != nil {
		return ofList(interrupted(ctx, err))
	}
	if err := errors.Join(e.lists(ctx), e.datasets(ctx)); err != nil {
		return interrupted(ctx, err)
	}
	if e.report.Receipts, err = e.receipts.end(e); err != nil {
		return err
	}
	return e.tell()
}

// check looks at what can be known to be wrong before anything is done.
func (e *erasing) check() error {
	var errs []error
	if e.into == "" {
		errs = append(errs, usage(errors.New("there is no place for the hashes: name it with --into ERASURES"), "see sluice erase --help"))
	}
	if _, err := e.external(); err != nil {
		errs = append(errs, err)
	}
	for _, path := range e.from {
		if _, err := os.Stat(path); err != nil {
			errs = append(errs, &failure{exit: exitList, code: "list_missing", err: err, hint: "check the path; nothing was erased"})
			continue
		}
		if index, _ := isIndex(path); index {
			errs = append(errs, usage(fmt.Errorf("%s is an index, which holds digests alone", path), "give it with --into, or leave it out"))
		}
		if columnar(path) {
			errs = append(errs, usage(fmt.Errorf("%s is a file of Parquet or Arrow, which is not rewritten", path), "export it as CSV, or make an index of it: sluice lists build"))
		}
	}
	return errors.Join(append(errs, e.checkDatasets(), e.receipts.check())...)
}

func (e *erasing) warnOf(err error, hint string) {
	if !e.quiet {
		e.p.warn("input", err, hint)
	}
}

// keep puts the hashes into the erasures.
func (e *erasing) keep(ctx context.Context) error {
	all := digestsOf(e.people)
	index, err := isIndex(e.into)
	switch {
	case errors.Is(err, os.ErrNotExist):
		index = isIndexName(e.into)
		if !index {
			e.p.at("create", e.into)
			f, err := os.OpenFile(e.into, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return &failure{exit: exitFailure, code: "output", err: err, hint: "name a file in a directory that exists"}
			}
			f.Close()
		}
	case err != nil:
		return err
	}
	if index {
		return e.keepInIndex(ctx, all)
	}
	eraser := e.eraser()
	done, err := eraser.Erase(ctx, e.into, all...)
	e.report.Added = done.Added
	return err
}

// eraser returns what takes the people off lists.
func (e *erasing) eraser() *suppress.Eraser {
	var all [][]suppress.Key
	for _, s := range e.people {
		all = append(all, s.keys)
	}
	eraser := suppress.NewEraser(all)
	eraser.Before(func(done *suppress.Erased) error {
		if err := e.receipts.intend(done); err != nil {
			return err
		}
		e.p.at("list", done.Path)
		return nil
	})
	return eraser
}
