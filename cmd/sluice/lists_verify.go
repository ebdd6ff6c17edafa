package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// A verifyReport is what was found of one index.
type verifyReport struct {
	Index   string `json:"index"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
	Lists   int    `json:"lists,omitempty"`
	Entries int64  `json:"entries,omitempty"`
	Bytes   int64  `json:"bytes,omitempty"`
	SHA256  string `json:"sha256,omitempty"`

	FilterPPM int64 `json:"filter_ppm"` // foreign keys that the filter lets pass, of a million
}

func (p *program) listsVerify() *cobra.Command {
	var asJSON bool
	var progress string
	cmd := &cobra.Command{
		Use:   "verify INDEX...",
		Short: "check every byte of an index",
		Long: `verify reads an index from end to end. It compares every byte with its checksums, and
checks what those cannot know: that entries are in order, that the filter has them, and
that each list has as many as it says. The exit code is 5 if an index is damaged.`,
		Example: `  sluice lists verify lists.idx`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var reports []verifyReport
			var errs []error
			for _, path := range args {
				r, err := verifyIndex(cmd.Context(), path, newWorkBar(p.stderr, progress, asJSON))
				if cmd.Context().Err() != nil {
					return err
				}
				if err != nil {
					f := *explained(err)
					f.exit = exitVerify
					errs = append(errs, &f)
					r.Problem = f.Error()
				} else if !asJSON {
					fmt.Fprintf(p.stdout, "%s: whole: %s entries of %d lists, digest %s\n", printableText(path), thousands(r.Entries), r.Lists, r.SHA256)
				}
				reports = append(reports, r)
			}
			if asJSON {
				if err := p.printJSON(reports); err != nil {
					return err
				}
			}
			return errors.Join(errs...)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the reports as JSON")
	cmd.Flags().StringVar(&progress, "progress", "auto", "progress bar on standard error, `auto|on|off`: auto is on a terminal")
	return cmd
}

// verifyIndex reads an index from end to end.
func verifyIndex(ctx context.Context, path string, bar *workBar) (verifyReport, error) {
	r := verifyReport{Index: path}
	c, err := suppress.Verify(ctx, path, func(done, total int64) { bar.show(suppress.Progress{Step: "verify", Done: done, Total: total}) })
	bar.end()
	if err != nil {
		var bad *suppress.ListError
		if errors.As(err, &bad) {
			return r, &indexError{bad}
		}
		return r, interrupted(ctx, err)
	}
	r.OK, r.Lists, r.Entries, r.Bytes, r.SHA256 = true, len(c.Lists), c.Keys+c.Domains, c.Bytes, c.Digest
	r.FilterPPM = int64(c.FilterRate*1_000_000 + 0.5)
	return r, nil
}
