package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"sluice/formats/anyio"
	"sluice/pipeline/manifest"
)

// verifyCommand re-checks manifests against the files they speak of.
func (p *program) verifyCommand() *cobra.Command {
	var opt manifest.VerifyOptions
	var asJSON, noRows bool
	cmd := &cobra.Command{
		Use:   "verify MANIFEST...",
		Short: "check a manifest and its outputs: what was altered since",
		Long: `verify re-checks a manifest's form, its sums and its content digest, and the bytes,
digests and rows of the outputs it names. Outputs are looked for beside the manifest
first. It says exactly what is not as recorded, and then exits with 5.`,
		Example: "  sluice verify out/manifest.json --inputs",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !noRows {
				opt.Rows = func(path string, o manifest.Output) (int64, error) {
					return countRows(cmd.Context(), path, o)
				}
			}
			var reports []*manifest.Report
			failed := false
			for _, path := range args {
				r, err := manifest.Verify(path, opt)
				switch {
				case errors.Is(err, fs.ErrNotExist):
					return &failure{exit: exitVerify, code: "verify", err: err, hint: "check the path given"}
				case err != nil:
					return &failure{exit: exitVerify, code: "verify", err: unread(path, err), hint: "it was altered, or never was a manifest"}
				}
				reports = append(reports, r)
				failed = failed || !r.OK()
			}
			if asJSON {
				if err := json.NewEncoder(p.stdout).Encode(reports); err != nil {
					return err
				}
			} else {
				for _, r := range reports {
					if err := r.Show(p.stdout); err != nil {
						return err
					}
				}
			}
			if failed {
				return &failure{exit: exitVerify, code: "verify", err: errors.New("not everything is as recorded"), hint: "do not rely on these outputs; screen the list again"}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opt.Inputs, "inputs", false, "also check the inputs' bytes and digests")
	f.BoolVar(&opt.Lists, "lists", false, "also check the suppression lists' digests")
	f.BoolVar(&opt.NoOutputs, "no-outputs", false, "check the manifest alone")
	f.BoolVar(&noRows, "no-rows", false, "do not count the outputs' rows again")
	f.BoolVar(&asJSON, "json", false, "print the reports as JSON")
	return cmd
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
