package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/pii"
)

// A screening is one run of sluice screen: what the flags say, then what came of it.
type screening struct {
	p *program
	listing

	inputs                                  []string
	output, rejects, quarantine, decisions  string
	restricted                              string
	manifest, to, codec, dedupe             string
	maxErrors, minKept, maxRejected         string
	rejectsContent, annotate, dryRun, quiet bool
	skipUnchanged, keys                     bool
	workers                                 int
	progress, memory                        string
	recipients                              []string
	recipient                               string // to whom the list goes
	proof
	telemetry telemetry
	told      told
	sharding

	started  time.Time
	lists    *suppression
	source   *anyio.Source
	screener *screen.Screener
	roles    map[screen.Role][]int
	data     *dataMap
	outputs  *pipeline.Outputs
	counts   pipeline.Progress
	stages   []manifest.Stage
	warnings []string
}

func (p *program) screenCommand() *cobra.Command {
	s := &screening{p: p}
	cmd := &cobra.Command{
		Use:   "screen [INPUT...]",
		Short: "screen a list: a clean list and a manifest out",
		Long: `screen reads prospect lists (files, globs, directories; standard input if none or -), keeps the rows that may
be contacted, in input order and byte for byte where the format allows, and accounts for all. More: sluice help flags.`,
		Example: `  sluice screen leads.csv -s optouts.txt -s erasure=forgotten.sha1 -o clean.csv -m manifest.json
  zcat leads.csv.gz | sluice screen -s optouts.txt -m manifest.json > clean.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if s.dryRun {
				s.telemetry = telemetry{}
			}
			return s.telemetry.around(cmd.Context(), p, "screen", func(start starter) error {
				all, err := s.campaigns(cmd, args)
				if err != nil {
					return err
				}
				return all.run(cmd.Context(), start)
			})
		},
	}
	s.flags(cmd)
	return cmd
}

func (s *screening) flags(cmd *cobra.Command) {
	s.listing.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&s.output, "output", "o", "", "`FILE` for the rows kept; - is standard output (default when reading a pipe)")
	f.StringVarP(&s.rejects, "rejects", "r", "", "`FILE` that says which rows were not kept, and why (CSV)")
	f.BoolVar(&s.rejectsContent, "rejects-content", false, "add the original columns to the rejects, never of sealed rows")
	f.StringVar(&s.quarantine, "quarantine", "", "`FILE` for the rows that a person must decide; else they are in the rejects")
	f.StringVar(&s.restricted, "restricted", "", "`FILE` for the rows of people whose data may only be stored; they go nowhere else")
	f.MarkHidden("restricted")
	f.StringVar(&s.decisions, "decisions", "", "`FILE` for the ledger of all rows: number, verdict, reasons (by name: CSV, Parquet, Arrow)")
	f.BoolVar(&s.keys, "keys", false, "write OUTPUT.keys, too: where to look for whom, for rescreen, find and recall")
	f.StringVarP(&s.manifest, "manifest", "m", "", "`FILE` for the manifest; it is written last")
	s.proof.flags(f)
	s.proof.ledgerFlags(f)
	s.telemetry.flags(f)
	s.sharding.flags(f)
	f.StringVar(&s.to, "to", "", "output `FORMAT`: csv, tsv, parquet or arrow (default: by name, else as the input)")
	f.StringVar(&s.codec, "codec", "", "codec in Parquet and Arrow, `NAME[:LEVEL]`: zstd:best, snappy, none … (default: as input)")
	f.StringVar(&s.dedupe, "dedupe", "on", "`on|off`: drop rows whose address an earlier kept row has")
	f.StringVar(&s.maxErrors, "max-errors", "", "fail if more rows are malformed than `N` or N%")
	f.StringVar(&s.minKept, "min-kept", "", "fail if fewer rows are kept than `N` or N%")
	f.StringVar(&s.maxRejected, "max-rejected", "", "fail if more rows are rejected or sealed than `N` or N%")
	f.BoolVar(&s.annotate, "annotate", false, "write all rows but sealed ones, with verdict and reason, not just those kept")
	f.BoolVar(&s.skipUnchanged, "skip-unchanged", false, "exit with 99 if inputs, lists and settings are those of the last manifest")
	f.StringArrayVar(&s.recipients, "encrypt-to", nil, "encrypt outputs, but not the manifest, to this age `RECIPIENT`; may be repeated")
	f.StringVar(&s.recipient, "recipient", "", "`NAME` of whom the list is delivered to, for the manifest: see sluice recall")
	f.MarkHidden("recipient")
	f.StringVar(&s.digest, "digest", "sha256", "digest of inputs and outputs: `sha256` or xxh64 (faster, but no proof)")
	f.IntVarP(&s.workers, "workers", "j", 0, "`N` workers screen rows (default: one a processor)")
	f.StringVar(&s.memory, "memory", "", "`SIZE` of memory to aim for, such as 512MiB (default: as it comes)")
	f.StringVar(&s.progress, "progress", "auto", "progress bar on standard error, `auto|on|off`: auto is on a terminal")
	f.MarkHidden("progress")
	f.BoolVar(&s.dryRun, "dry-run", false, "screen and count, but write nothing")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "no warnings, no progress, no summary")
}

// check settles what the flags leave open, and reports everything that is wrong with
// them.
func (s *screening) check(job *pipeline.Job) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	s.sharded(bad)
	stdin := len(s.inputs) == 0
	for _, in := range s.inputs {
		stdin = stdin || in == "-"
	}
	switch {
	case s.dryRun:
	case s.output == "" && stdin:
		s.output = "-"
	case s.output == "":
		bad("no output: name one with -o FILE, or - for standard output")
	}
	if s.output == "-" && s.manifest == "-" {
		bad("the list and the manifest cannot both go to standard output")
	}
	for flag, value := range map[string]string{"rejects": s.rejects, "quarantine": s.quarantine, "restricted": s.restricted, "decisions": s.decisions} {
		if value == "-" {
			bad("--%s takes a file: standard output is for the list", flag)
		}
	}
	if s.keys && s.output == "-" {
		bad("--keys writes a file beside the list: name the list with -o FILE")
	}
	switch s.to {
	case "", "csv", "tsv", "parquet", "arrow":
	default:
		bad("--to takes csv, tsv, parquet or arrow")
	}
	if s.rejectsContent && s.rejects == "" {
		bad("--rejects-content needs --rejects")
	}
	if s.skipUnchanged && (s.manifest == "" || s.manifest == "-") {
		bad("--skip-unchanged needs --manifest FILE, to compare with the last run's")
	}
	if (s.chain != "" || s.sign != "") && (s.manifest == "" || s.manifest == "-") {
		bad("--chain and --sign need --manifest FILE")
	}
	if s.ledgerKey != "" && (s.manifest == "" || s.decisions == "") {
		bad("--ledger-key needs --decisions and --manifest FILE")
	}
	switch s.dedupe {
	case "on", "off":
		job.Dedupe = s.dedupe == "on"
	default:
		bad("--dedupe takes on or off")
	}
	if s.workers < 0 {
		bad("-j takes the number of workers, or 0 for one a processor")
	}
	switch s.progress {
	case "auto", "on", "off":
	default:
		bad("--progress takes auto, on or off")
	}
	switch s.digest {
	case "sha256", "xxh64":
	default:
		bad("--digest takes sha256 or xxh64")
	}
	for _, gate := range []struct {
		flag, value string
		limit       *pipeline.Limit
	}{{"max-errors", s.maxErrors, &job.MaxErrors}, {"min-kept", s.minKept, &job.MinKept}, {"max-rejected", s.maxRejected, &job.MaxRejected}} {
		var err error
		if *gate.limit, err = pipeline.ParseLimit(gate.value); err != nil {
			bad("--%s: %w", gate.flag, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return usage(err, "see sluice screen --help")
	}
	s.bounded(job)
	return nil
}

// written returns the files that the run writes, as far as flags and policy name them.
func (s *screening) written() []string {
	return slices.DeleteFunc([]string{s.output, s.rejects, s.quarantine, s.restricted, s.decisions, s.manifest, s.keysPath()},
		func(path string) bool { return path == "" || path == "-" })
}

// timed notes how long a stage took.
func (s *screening) timed(name string, stage func() error) error {
	start := time.Now()
	err := stage()
	s.stages = append(s.stages, manifest.Stage{Name: name, Millis: time.Since(start).Milliseconds()})
	return err
}

// open opens the outputs and joins them with the list in job.
func (s *screening) open(job *pipeline.Job, sample *pii.Sample) (err error) {
	s.trace = s.keys && !s.dryRun
	if s.screener, s.roles, err = s.listing.screener(s.lists, s.source, sample); err != nil {
		return readAs(s.source, err)
	}
	job.Source, job.Roles, job.Policy = s.source, s.screener.Reads(s.roles), s.screener.Policy()
	job.NewWorker = func() pipeline.Worker { return s.screener.Worker() }
	for _, l := range s.lists.lists {
		job.ListNames = append(job.ListNames, l.Name)
	}
	if err := s.mapData(sample, job); err != nil {
		return err
	}
	return s.openOutputs(job)
}

// readAs adds to an error about the input how it was read.
func readAs(source *anyio.Source, err error) error {
	f := explained(err)
	var at *formats.Error
	var role *screen.RoleError
	if source == nil || !errors.As(err, &at) && !errors.As(err, &role) {
		return err
	}
	g := *f
	for _, info := range source.Infos() {
		if at == nil || at.Pos.File == info.Name {
			g.read = info.Settings
			if at == nil {
				g.err = &formats.Error{Pos: formats.Position{File: info.Name}, Code: g.code, Err: err}
			}
			break
		}
	}
	return &g
}

// heed warns of what was not checked. It is in the manifest too.
func (s *screening) heed() {
	warn := func(code string, what error, hint string) {
		s.warnings = append(s.warnings, what.Error())
		if !s.quiet {
			s.p.warn(code, what, hint)
		}
	}
	if len(s.roles[screen.Website]) == 0 {
		warn("no_website", errors.New("the list has no website column: addresses are NOT compared with the company's domain"),
			"name it with --website-column")
	}
	if len(s.lists.lists) == 0 {
		warn("no_lists", errors.New("no suppression list was given: opt-outs and erasures are NOT checked"), "give them with -s [CLASS=]PATH")
	}
	for _, l := range s.lists.lists {
		for _, w := range l.Warnings {
			warn("list", &formats.Error{Pos: formats.Position{File: l.Path, Line: w.Line}, Err: errors.New(w.What)}, "")
		}
		if n := l.Refused.Total; n > 0 {
			warn("list_lines", &formats.Error{Pos: formats.Position{File: l.Path, Line: l.Refused.First[0]},
				Err: fmt.Errorf("%d of %d lines hold nothing that can be looked up; this is the first", n, l.Lines)}, "mend or remove them")
		}
	}
}
