package main

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
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
	"sluice/pipeline/shard"
	"sluice/screen"
)

// A merging is one run of sluice manifest merge.
type merging struct {
	p        *program
	out      string
	exchange string
	proof
}

// manifestMergeCommand joins the manifests of shards.
func (p *program) manifestMergeCommand() *cobra.Command {
	m := &merging{p: p}
	cmd := &cobra.Command{
		Use:   "merge MANIFEST...",
		Short: "join the manifests of all shards of a list",
		Long: `merge joins the manifests that screen --shard has left into one of the whole list: the
sums of what they counted, and all their inputs and outputs. It refuses shards that are
missing, given twice, altered, or of another job (another list, policy, suppression list,
table or program), and tests the limits that only all rows together can breach (exit code
3). The shards' manifests stay: the new one names them by digest, and verify checks them.

Then the prints by which the shards found repeats across parts are removed, from
--exchange DIR or the directories of the manifests.`,
		Example: "  sluice manifest merge out/*-of-8.json -o out/manifest.json",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return m.run(args) },
	}
	f := cmd.Flags()
	f.StringVarP(&m.out, "output", "o", "", "`FILE` for the manifest of the whole list")
	f.StringVar(&m.exchange, "exchange", "", "`DIR` that the shards shared (default: those of their manifests)")
	m.proof.flags(f)
	for _, name := range []string{"chain", "sign"} {
		f.Lookup(name).Hidden = false
	}
	cmd.MarkFlagRequired("output")
	return cmd
}

func (m *merging) run(paths []string) error {
	started := time.Now()
	if m.out == "" || m.out == "-" {
		return usage(errors.New("-o takes the file for the manifest"), "see sluice manifest merge --help")
	}
	if _, err := m.begin(m.p, m.out); err != nil {
		return err
	}
	var shards []*manifest.Report
	for _, path := range paths {
		r, err := manifest.Verify(path, manifest.VerifyOptions{NoOutputs: true})
		if err != nil {
			return &failure{exit: exitInput, code: "manifest", err: unread(path, err), hint: "sluice verify says more"}
		}
		if !r.OK() {
			return &failure{exit: exitVerify, code: "verify", err: unread(path, r.Problems[0]), hint: "run this shard again"}
		}
		shards = append(shards, r)
	}
	outputs, err := pipeline.OpenOutputs(nil, pipeline.OutputOptions{Manifest: m.out, Inputs: paths, Signed: m.signKey != nil})
	if err != nil {
		return err
	}
	defer outputs.Abort()
	p, err := manifest.Merge(m.out, shards)
	if err != nil {
		return &failure{exit: exitInput, code: "shards", err: err, hint: "give the manifest of each shard of one job once; run again what is missing or differs"}
	}
	if err := withinLimits(&p); err != nil {
		return err
	}
	defer m.release()
	sortFlags(p.Flags)
	p.Run = mergedRun(shards, started)
	if p.Chain, err = m.link(m.out); err != nil {
		return err
	}
	if _, err := outputs.Finish(); err != nil {
		return err
	}
	statement, err := manifest.Seal(p)
	if err != nil {
		return err
	}
	data, err := statement.Marshal()
	if err != nil {
		return err
	}
	var envelope []byte
	if m.signKey != nil {
		if envelope, err = manifest.Sign(data, m.signKey); err != nil {
			return err
		}
	}
	if err := outputs.PublishSigned(data, envelope); err != nil {
		return err
	}
	return m.forget(p.Shards.Job, paths)
}

// forget removes the prints of a job.
func (m *merging) forget(job string, paths []string) error {
	var id [32]byte
	if _, err := hex.Decode(id[:], []byte(job)); err != nil {
		return err
	}
	dirs := []string{m.exchange}
	if m.exchange == "" {
		dirs = dirs[:0]
		for _, path := range paths {
			dirs = append(dirs, filepath.Dir(path))
		}
		slices.Sort(dirs)
		dirs = slices.Compact(dirs)
	}
	var errs []error
	for _, dir := range dirs {
		if err := shard.Remove(dir, id); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// withinLimits tests what the shards were to keep to together.
func withinLimits(p *manifest.Predicate) error {
	var set struct {
		MaxErrors   string `json:"max_errors"`
		MinKept     string `json:"min_kept"`
		MaxRejected string `json:"max_rejected"`
	}
	if err := json.Unmarshal(p.Policy.Effective, &set); err != nil {
		return err
	}
	var l pipeline.Limits
	for _, x := range []struct {
		text  string
		limit *pipeline.Limit
	}{{set.MaxErrors, &l.MaxErrors}, {set.MinKept, &l.MinKept}, {set.MaxRejected, &l.MaxRejected}} {
		var err error
		if *x.limit, err = pipeline.ParseLimit(x.text); err != nil {
			return fmt.Errorf("limits of the policy: %w", err)
		}
	}
	if err := l.Check(p.Accounting, p.Shards.Malformed); err != nil {
		return &failure{exit: exitGate, code: "gate", err: err, hint: "do not use what the shards have written: there is no manifest for all of it"}
	}
	return nil
}

// sortFlags puts flags into their order, as one run has them.
func sortFlags(flags []manifest.FlagCount) {
	order := map[string]int{}
	for f := range screen.NumFlags {
		order[f.String()] = int(f)
	}
	slices.SortStableFunc(flags, func(a, b manifest.FlagCount) int { return cmp.Compare(order[a.Flag], order[b.Flag]) })
}

// mergedRun says when the shards ran and of what they warned. It ends now: that is when the
// list was done.
func mergedRun(shards []*manifest.Report, started time.Time) manifest.Run {
	var id [16]byte
	rand.Read(id[:])
	host, _ := os.Hostname()
	run := manifest.Run{ID: hex.EncodeToString(id[:]), Started: started, Host: host}
	for _, r := range shards {
		q := &r.Statement.Predicate.Run
		if q.Started.Before(run.Started) {
			run.Started = q.Started
		}
		for _, stage := range q.Stages {
			i := slices.IndexFunc(run.Stages, func(x manifest.Stage) bool { return x.Name == stage.Name })
			if i < 0 {
				run.Stages = append(run.Stages, stage)
			} else {
				run.Stages[i].Millis += stage.Millis
			}
		}
		for _, w := range q.Warnings {
			if !slices.Contains(run.Warnings, w) {
				run.Warnings = append(run.Warnings, w)
			}
		}
	}
	run.Finished = time.Now()
	return run
}
