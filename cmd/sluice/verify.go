package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"sluice/formats/anyio"
	"sluice/pipeline/manifest"
	"sluice/pipeline/merkle"
)

// A verification is one run of sluice verify.
type verification struct {
	p     *program
	files manifest.VerifyOptions
	chain manifest.ChainOptions

	asJSON, noRows bool
	wholeChain     bool // an argument is a directory, or a flag speaks of the chain
	until          string
	now            time.Time // what --until is without the flag; zero for as far as the chain reaches
	keys           []string
	row            int64
	proof, ledger  string
	reports        []*manifest.Report
}

// verifyCommand re-checks manifests against the files they speak of.
func (p *program) verifyCommand() *cobra.Command {
	v := &verification{p: p, now: time.Now()}
	cmd := &cobra.Command{
		Use:   "verify MANIFEST|DIR...",
		Short: "check manifests and their outputs: what was altered since",
		Long: `verify re-checks a manifest's form, its sums and its digests, and the bytes,
digests and rows of the outputs it names. Outputs are looked for beside the manifest
first. It says exactly what is not as recorded, and then exits with 5.

Of a directory it takes all manifests in and below it, which must form whole chains
(screen --chain): none missing, altered, swapped, out of order, twice or forked. With
--max-gap 24h none may be older than that when the next run ended, nor the last one
now, or at --until. Note the digest of the newest manifest elsewhere and ask for it with
--holds: that the newest ones were taken away shows from nothing that is left. Outputs
that were screened again (rescreen) are compared with the newest manifest that names them.

With --row N it proves one decision from the ledger; sluice help proof says more.`,
		Example: `  sluice verify out/manifest.json --inputs
  sluice verify nightly/ --max-gap 24h --key audit.key.pub`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rowAsked := cmd.Flags().Changed("row")
			if rowAsked || v.proof != "" {
				return v.one(cmd.Context(), args, rowAsked)
			}
			if v.ledger != "" {
				return usage(errors.New("--ledger needs --row"), "see sluice verify --help")
			}
			if err := v.run(cmd.Context(), args); err != nil {
				return err
			}
			return v.tell()
		},
	}
	f := cmd.Flags()
	f.BoolVar(&v.files.Inputs, "inputs", false, "also check the inputs' bytes and digests")
	f.BoolVar(&v.files.Lists, "lists", false, "also check the suppression lists' digests")
	f.BoolVar(&v.files.NoOutputs, "no-outputs", false, "check the manifest alone")
	f.BoolVar(&v.noRows, "no-rows", false, "do not count the outputs' rows again")
	f.BoolVar(&v.asJSON, "json", false, "print the reports as JSON")
	f.BoolVar(&v.wholeChain, "chain", false, "the manifests given must form whole chains, as those of a directory must")
	f.DurationVar(&v.chain.MaxGap, "max-gap", 0, "longest `TIME` from the end of one run to that of the next, such as 24h")
	f.StringVar(&v.until, "until", "", "with --max-gap, the `TIME` (RFC 3339) that the chain must reach to (default: now)")
	f.Int64Var(&v.chain.First, "first", 0, "sequence `N` that the chain may begin with, if older manifests were archived")
	f.StringArrayVar(&v.chain.Holds, "holds", nil, "`SHA256` of a manifest that the chain must hold; may be repeated")
	f.StringArrayVar(&v.keys, "key", nil, "public `KEY` file that must have signed the manifests; may be repeated: one must")
	f.Int64Var(&v.row, "row", 0, "prove the decision on row `N` of the run from its ledger")
	f.StringVar(&v.proof, "proof", "", "with --row, the `FILE` that the proof goes to; alone, a proof to check")
	f.StringVar(&v.ledger, "ledger", "", "with --row, the `FILE` of the ledger, if not where the manifest says")
	f.StringVar(&v.files.LedgerKey, "ledger-key", "", "`KEYFILE` of the ledger, if not where the manifest says")
	return cmd
}

// one proves a row of one manifest, or checks a proof.
func (v *verification) one(ctx context.Context, args []string, row bool) (err error) {
	if len(args) != 1 || isDirectory(args[0]) {
		return usage(errors.New("--row and --proof take one manifest"), "see sluice verify --help")
	}
	if v.files.Keys, err = publicKeys(v.keys); err != nil {
		return err
	}
	if row {
		return v.prove(ctx, args[0])
	}
	return v.checkProof(args[0])
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// run compares what the arguments name, into the reports.
func (v *verification) run(ctx context.Context, args []string) (err error) {
	if v.files.Keys, err = publicKeys(v.keys); err != nil {
		return err
	}
	if v.chain.MaxGap < 0 || v.chain.First < 0 || v.until != "" && v.chain.MaxGap == 0 {
		return usage(errors.New("--max-gap and --first take no negative value, and --until needs --max-gap"), "see sluice verify --help")
	}
	if v.until == "" {
		v.chain.Until = v.now
	} else {
		if v.chain.Until, err = time.Parse(time.RFC3339, v.until); err != nil {
			return usage(errors.New("--until takes a time such as 2026-11-22T06:00:00Z"), "")
		}
	}
	v.wholeChain = v.wholeChain || v.chain.MaxGap > 0 || v.chain.First > 0 || len(v.chain.Holds) > 0
	if !v.noRows {
		v.files.Rows = func(path string, o manifest.Output) (int64, error) { return countRows(ctx, path, o) }
		v.files.Ledger = func(path string, o manifest.Output, salts *merkle.Salts) (int64, merkle.Hash, error) {
			found, err := readLedger(ctx, path, o.Format, salts, 0)
			if err != nil {
				return 0, merkle.Hash{}, err
			}
			return found.rows, found.root, nil
		}
	}
	var paths, orphans []string
	for _, path := range args {
		if !isDirectory(path) {
			paths = append(paths, path)
			continue
		}
		v.wholeChain = true
		found, err := manifest.Find(path)
		if err != nil {
			return err
		}
		if len(found.Manifests) == 0 {
			return &failure{exit: exitVerify, code: "verify", err: unread(path, errors.New("no manifest in this directory")), hint: "check the path given"}
		}
		paths, orphans = append(paths, found.Manifests...), append(orphans, found.Orphans()...)
	}
	v.reports = manifest.OpenAll(paths)
	for _, r := range v.reports {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(r.Err, fs.ErrNotExist):
			return &failure{exit: exitVerify, code: "verify", err: r.Err, hint: "check the path given"}
		case r.Err != nil && len(args) == 1 && !v.wholeChain:
			return &failure{exit: exitVerify, code: "verify", err: unread(r.Manifest, r.Err), hint: "it was altered, or never was a manifest"}
		}
		r.Verify(v.files)
	}
	for _, path := range orphans {
		v.reports = append(v.reports, manifest.Unreadable(path, errors.New("missing: the manifest of which this is the signed form")))
	}
	if v.wholeChain {
		manifest.VerifyChain(v.reports, v.chain)
	}
	return nil
}

// tell prints the reports, and fails if anything is not as recorded.
func (v *verification) tell() error {
	failed := 0
	for _, r := range v.reports {
		if !r.OK() {
			failed++
		}
	}
	if v.asJSON {
		if err := json.NewEncoder(v.p.stdout).Encode(v.reports); err != nil {
			return err
		}
	} else {
		for _, r := range v.reports {
			if err := r.Show(v.p.stdout); err != nil {
				return err
			}
		}
		if v.wholeChain && failed == 0 {
			if _, err := fmt.Fprintf(v.p.stdout, "%d manifests: none is missing, altered or out of order\n", len(v.reports)); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		hint := "do not rely on these outputs; screen the list again"
		if !v.wholeChain {
			hint += ", or verify its directory if they were screened again since"
		}
		return &failure{exit: exitVerify, code: "verify", err: errors.New("not everything is as recorded"), hint: hint}
	}
	return nil
}

// countRows counts the rows of an output.
func countRows(ctx context.Context, path string, o manifest.Output) (int64, error) {
	if o.Encrypted != "" {
		return 0, manifest.ErrUncounted
	}
	source, err := anyio.Open(ctx, []string{path}, anyio.Options{From: o.Format})
	if err != nil {
		return 0, err
	}
	defer source.Close()
	n := int64(0)
	for {
		c, err := source.Next()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
		n += int64(c.Len())
		c.Release()
	}
}
