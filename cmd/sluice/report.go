package main

import (
	"errors"

	"github.com/spf13/cobra"

	"sluice/pipeline"
	"sluice/pipeline/htmlreport"
)

// A reporting is one run of sluice report.
type reporting struct {
	verification
	page          htmlreport.Options
	output, clock string
	compare       bool // the outputs, too
}

// reportCommand makes a page of manifests for people.
func (p *program) reportCommand() *cobra.Command {
	r := &reporting{verification: verification{p: p}}
	cmd := &cobra.Command{
		Use:   "report MANIFEST|DIR...",
		Short: "make one HTML page of a run, or of a chain of runs",
		Long: `report lays manifests out for people: what became of the rows and why, the suppression
lists and their ages, what was not checked, the data map, the files. Of a directory, or of
several manifests, it also shows how that went from run to run, and what is missing, late
or altered. The page is one file. It asks nothing of a network, needs no script, and reads
on a telephone, on paper and in a screen reader. It holds no personal data.

Manifests and the links between them are checked, as sluice verify does; the outputs they
name only with --verify, and the page says so. If anything is not as recorded the page
says what, and the exit code is 5. The same manifests give the same page: ages are as of
each run, and nothing is said of today unless --clock says when that is.`,
		Example: `  sluice report out/manifest.json -o out/report.html --verify
  sluice report nightly/ --max-gap 24h --key audit.key.pub -o nightly.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVarP(&r.output, "output", "o", "-", "`FILE` for the page; - is standard output")
	f.StringVar(&r.page.Title, "title", "", "heading of the page, such as a client's `NAME`")
	f.BoolVar(&r.compare, "verify", false, "also compare the outputs' bytes, digests and rows with what is recorded")
	f.DurationVar(&r.chain.MaxGap, "max-gap", 0, "mark longer than this `TIME` from the end of one run to that of the next, such as 24h")
	f.StringVar(&r.clock, "clock", "", "with --max-gap, the `DATE` or RFC 3339 instant that the chain must reach to (default: any)")
	f.Int64Var(&r.chain.First, "first", 0, "sequence `N` that the chain may begin with, if older manifests were archived")
	f.StringArrayVar(&r.keys, "key", nil, "public `KEY` file that must have signed the manifests; may be repeated: one must")
	return cmd
}

func (r *reporting) run(cmd *cobra.Command, args []string) (err error) {
	if r.clock != "" {
		if r.page.Clock, err = parseClock(r.clock); err != nil {
			return usage(err, "such as --clock 2026-03-31")
		}
	}
	r.now = r.page.Clock
	r.files.NoOutputs, r.noRows = !r.compare, !r.compare
	r.wholeChain = len(args) > 1
	if err := r.verification.run(cmd.Context(), args); err != nil {
		return err
	}
	o := &r.page
	o.MaxGap, o.First, o.Files, o.Key, o.Chain = r.chain.MaxGap, r.chain.First, r.compare, len(r.keys) > 0, r.wholeChain
	if err := r.write(); err != nil {
		return err
	}
	for _, report := range r.reports {
		if !report.OK() {
			return &failure{exit: exitVerify, code: "verify", err: errors.New("not everything is as recorded"), hint: "the page begins with what is not"}
		}
	}
	return nil
}

// write writes the page; a file appears whole, and replaces no manifest.
func (r *reporting) write() error {
	var inputs []string
	for _, report := range r.reports {
		inputs = append(inputs, report.Manifest)
	}
	outs, err := pipeline.OpenOutputs([]pipeline.Target{{Role: "report", Path: r.output}}, pipeline.OutputOptions{Inputs: inputs, Stdout: r.p.stdout})
	if err != nil {
		return err
	}
	defer outs.Abort()
	if err := htmlreport.Write(outs.Writer("report"), r.reports, r.page); err != nil {
		return err
	}
	if _, err := outs.Finish(); err != nil {
		return err
	}
	return outs.Publish(nil)
}
