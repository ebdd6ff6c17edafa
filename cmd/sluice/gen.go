package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"sluice/bench/corpus"
	"sluice/pipeline"
)

// genCommand makes synthetic lists: for trying sluice out, for tests and benchmarks.
func (p *program) genCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "make synthetic prospect and suppression lists of any size",
		Long: `gen makes lists that look like real ones, with every kind of trouble in realistic
shares. The same flags give the same bytes. People and companies are invented.`,
		Example: `  sluice gen prospects --rows 1000000 -o list.csv
  sluice gen suppress --entries 1000000 --hit-rows 1000000 -o optouts.sha1`,
		Args: cobra.NoArgs,
		RunE: help,
	}
	cmd.AddCommand(p.genProspects(), p.genSuppress())
	return cmd
}

func (p *program) genProspects() *cobra.Command {
	var o corpus.Options
	var output string
	cmd := &cobra.Command{
		Use:   "prospects",
		Short: "make a prospect list (CSV)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Rows < 0 {
				return usage(errors.New("--rows takes a number of rows"), "")
			}
			return p.generate(cmd.Context(), output, func(w io.Writer) error { return corpus.WriteCSV(w, o) })
		},
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "-", "file to write; - is standard output")
	f.Int64Var(&o.Rows, "rows", 1000, "rows to make")
	f.Uint64Var(&o.Seed, "seed", 1, "seed")
	f.BoolVar(&o.Clean, "clean", false, "no malformed records")
	return cmd
}

func (p *program) genSuppress() *cobra.Command {
	var o corpus.SuppressOptions
	var output, kind string
	cmd := &cobra.Command{
		Use:   "suppress",
		Short: "make a suppression list (one entry a line)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch o.Kind = corpus.Kind(kind); o.Kind {
			case corpus.SHA1, corpus.Plain, corpus.Domain, corpus.Mixed:
			default:
				return usage(errors.New("--kind takes sha1, plain, domain or mixed"), "")
			}
			if o.Entries < 0 || o.List.Rows < 0 || o.Hits < 0 || o.Hits > 10_000 {
				return usage(errors.New("--entries and --hit-rows take numbers, --hits one up to 10000"), "")
			}
			return p.generate(cmd.Context(), output, func(w io.Writer) error { return corpus.WriteSuppress(w, o) })
		},
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "-", "file to write; - is standard output")
	f.Int64Var(&o.Entries, "entries", 1000, "entries to make")
	f.StringVar(&kind, "kind", "sha1", "what entries are: sha1, plain, domain or mixed")
	f.Uint64Var(&o.Seed, "seed", 1, "seed")
	f.IntVar(&o.Hits, "hits", 200, "entries in 10,000 that name somebody on the prospect list")
	f.Int64Var(&o.List.Rows, "hit-rows", 0, "rows of the prospect list that is to be hit, as given to gen prospects; 0 for none")
	f.Uint64Var(&o.List.Seed, "hit-seed", 1, "its seed")
	return cmd
}

// generate writes to a file that appears whole, or to standard output.
func (p *program) generate(ctx context.Context, output string, write func(io.Writer) error) error {
	outs, err := pipeline.OpenOutputs([]pipeline.Target{{Role: "list", Path: output}}, pipeline.OutputOptions{Stdout: p.stdout})
	if err != nil {
		return err
	}
	defer outs.Abort()
	if err := write(&canceller{ctx, outs.Writer("list")}); err != nil {
		return err
	}
	if _, err := outs.Finish(); err != nil {
		return err
	}
	return outs.Publish(nil)
}

// canceller ends writing when its context is done.
type canceller struct {
	ctx context.Context
	w   io.Writer
}

func (c *canceller) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}
