package main

import (
	"encoding/json"
	"errors"
	"fmt"
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
					return anyio.CountRows(cmd.Context(), path, o.Format)
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
					return &failure{exit: exitVerify, code: "verify", err: fmt.Errorf("%s: %w", path, err), hint: "it was altered, or never was a manifest"}
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
					tellReport(p.stdout, r)
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

func tellReport(w io.Writer, r *manifest.Report) {
	for _, c := range r.Checked {
		fmt.Fprintf(w, "ok       %s\n", c)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(w, "skipped  %s\n", s)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(w, "ALTERED  %s\n", p)
	}
	if r.OK() {
		fmt.Fprintf(w, "%s: as recorded\n", r.Manifest)
	} else {
		fmt.Fprintf(w, "%s: %d problems\n", r.Manifest, len(r.Problems))
	}
}
