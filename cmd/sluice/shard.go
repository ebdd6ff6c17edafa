package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/pipeline/shard"
	"sluice/screen"
)

// sharding is what the flags say of the part of a list that a run screens, and what it
// shares with the runs of the other parts.
type sharding struct {
	shard    string // I/N, or job/N
	exchange string // the directory that all shards share
	patience time.Duration

	part anyio.Part // the zero one for all of the list
	id   shard.ID
	left *shard.Writer // the first shard's prints, which its only pass finds
}

func (f *sharding) flags(fs *pflag.FlagSet) {
	fs.StringVar(&f.shard, "shard", "", "screen part `I/N` of the list alone (see sluice help shards)")
	fs.StringVar(&f.exchange, "exchange", "", "`DIR` that all shards share (default: that of the manifest)")
	fs.DurationVar(&f.patience, "exchange-wait", time.Hour, "how long to wait for lower shards")
	fs.MarkHidden("shard")
	fs.MarkHidden("exchange")
	fs.MarkHidden("exchange-wait")
}

// shardsTopic is what sluice help shards says.
func shardsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "shards",
		Short: "about one list screened by several runs",
		Long: `A list that is too long for one machine is screened in parts, each by a run of its own:

  sluice screen big.csv -s optouts.txt -o 'out/{shard}.csv' -m 'out/{shard}.json' --shard 3/8
  sluice manifest merge out/*-of-8.json -o out/manifest.json

--shard I/N screens part I (from 1) of N stretches of about as many bytes each; job/N takes
I from JOB_COMPLETION_INDEX, as an Indexed Job of Kubernetes sets it (from 0). In names of
outputs {shard} stands for I-of-N. Files of text are cut between records, Parquet and Arrow
files between row groups and batches; compressed files, Arrow streams and UTF-16 are not cut.
Each run reads its own part only. All together keep, reject and report just the rows that one
run over the whole list would, under the same row numbers; each output is a list of its own,
with its own header.

Repeats across parts are found by an exchange: each shard leaves 64 bits of the digest of each
address it kept in --exchange DIR (default: where its manifest goes), which all must see, and
waits for those of lower shards, for --exchange-wait TIME (default 1h; then exit code 6). So
all but the first read and screen their part twice. Shards may run all at once, some at a
time, or one by one in order; one that failed is run again. Those files take 8 bytes a row,
can be matched with known addresses, and go when the manifests are merged.

Limits given as shares, and --min-kept, are tested when the manifests are merged; until then
nothing counts as published. --chain is for manifest merge too.`,
	}
}

// sharded settles what --shard comes to, and reports what does not go with it.
func (s *screening) sharded(bad func(format string, args ...any)) {
	if s.shard == "" {
		if s.exchange != "" {
			bad("--exchange is for --shard")
		}
		return
	}
	var err error
	if s.part, err = parseShard(s.shard, s.p.getenv); err != nil {
		bad("--shard: %w", err)
		return
	}
	width := len(strconv.Itoa(s.part.Count))
	name := fmt.Sprintf("%0*d-of-%d", width, s.part.Index, s.part.Count)
	for _, path := range []*string{&s.output, &s.rejects, &s.quarantine, &s.restricted, &s.decisions, &s.manifest} {
		*path = strings.ReplaceAll(*path, "{shard}", name)
	}
	switch {
	case s.manifest == "" || s.manifest == "-":
		bad("--shard needs --manifest FILE: manifest merge joins those of all shards")
	case s.chain != "":
		bad("--chain is not for a shard: give it to manifest merge, whose manifest is the next one")
	case s.dryRun || s.skipUnchanged:
		bad("--dry-run and --skip-unchanged are not for a shard, which others wait for")
	case s.exchange == "":
		s.exchange = filepath.Dir(s.manifest)
	}
	if s.patience < 0 {
		bad("--exchange-wait takes no negative value")
	}
}

// bounded takes from the limits of a shard what only the sum of all can breach. Merging
// tests that.
func (s *screening) bounded(job *pipeline.Job) {
	if s.shard == "" {
		return
	}
	job.MinKept = pipeline.Limit{}
	for _, l := range []*pipeline.Limit{&job.MaxErrors, &job.MaxRejected} {
		if l.Percent {
			*l = pipeline.Limit{}
		}
	}
}

// parseShard reads I/N, or job/N, which leaves I to the environment.
func parseShard(text string, getenv func(string) string) (p anyio.Part, err error) {
	const most = 10_000 // parts of a list: more than there are machines for
	wrong := errors.New("takes I/N, such as 3/8, or job/N")
	index, count, ok := strings.Cut(text, "/")
	if p.Count, err = strconv.Atoi(count); !ok || err != nil || p.Count < 1 || p.Count > most {
		return p, wrong
	}
	if index == "job" {
		if p.Index, err = strconv.Atoi(getenv("JOB_COMPLETION_INDEX")); err != nil || p.Index < 0 || p.Index >= p.Count {
			return p, errors.New("job/N takes the number from JOB_COMPLETION_INDEX, which is not one from 0 to N-1")
		}
		p.Index++
		return p, nil
	}
	if p.Index, err = strconv.Atoi(index); err != nil || p.Index < 1 || p.Index > p.Count {
		return p, wrong
	}
	return p, nil
}

// common returns a digest of all that the shards of a list have in common: which list it
// is, and what it is judged by.
func (s *screening) common() (sum [32]byte, err error) {
	policy, err := s.effectivePolicy()
	if err != nil {
		return sum, err
	}
	lists := s.manifestLists()
	for i := range lists { // where they are and how old does not matter
		l := &lists[i]
		*l = manifest.List{ID: l.ID, Name: l.Name, Class: l.Class, Scope: l.Scope, Entries: l.Entries, Digest: l.Digest}
	}
	policy.Files = nil
	data, err := json.Marshal(map[string]any{"list": s.source.Identity(), "shards": s.part.Count, "tool": s.tool(), "policy": policy,
		"lists": lists, "columns": s.columnMap()})
	return sha256.Sum256(data), err
}

// meet learns from the shards before what each job must know of them. For that it screens
// the part a first time, to leave its own prints for the shards behind, which wait for
// nothing else; what it left before, when it was killed later, holds.
func (all campaigns) meet(ctx context.Context, jobs []pipeline.Job) error {
	if all[0].part.Count == 0 {
		return nil
	}
	found := 0
	own := make([]*shard.Prints, len(all))
	for i, s := range all {
		job, err := s.common()
		if err != nil {
			return err
		}
		s.id = shard.ID{Job: job, Index: s.part.Index, Count: s.part.Count}
		if s.part.Index == 1 {
			if s.left, err = shard.Create(s.exchange, s.id); err != nil {
				return err
			}
			jobs[i].Prints = s.left.Add
			continue
		}
		switch own[i], err = shard.Open(s.exchange, s.id); {
		case err == nil:
			found++
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if all[0].part.Index == 1 {
		return nil
	}
	start := time.Now()
	if found < len(all) {
		if err := all.scout(ctx, jobs); err != nil {
			return err
		}
	}
	for i, s := range all {
		var err error
		if own[i], err = shard.Open(s.exchange, s.id); err != nil {
			return err
		}
		earlier, err := shard.Wait(ctx, s.exchange, s.id, s.patience, func(parts []int) {
			if !s.quiet {
				s.p.warn("waiting", fmt.Errorf("waiting for %s in %s", shard.Named(parts, s.part.Count), s.exchange), "")
			}
		})
		var missing *shard.MissingError
		if errors.As(err, &missing) {
			return &failure{exit: exitLocked, code: "shards", err: err,
				hint: "run them with the same list, settings, lists and program, and the same --exchange; or wait longer with --exchange-wait"}
		}
		if err != nil {
			return err
		}
		if jobs[i].Part, err = shard.Before(own[i], earlier); err != nil {
			return err
		}
		s.stages = append(s.stages, manifest.Stage{Name: "exchange", Millis: time.Since(start).Milliseconds()})
	}
	return nil
}

// scout screens the part and writes nothing but its prints.
func (all campaigns) scout(ctx context.Context, jobs []pipeline.Job) error {
	source, err := all.read(ctx)
	if err != nil {
		return err
	}
	pass := make([]pipeline.Job, len(all))
	for i, s := range all {
		job := &jobs[i]
		pass[i] = pipeline.Job{Source: source, Roles: job.Roles, NewWorker: job.NewWorker, ListNames: job.ListNames, FormName: job.FormName,
			Policy: job.Policy, Dedupe: job.Dedupe, Workers: job.Workers, Batches: job.Batches}
		if !job.Dedupe {
			pass[i].NewWorker = func() pipeline.Worker { return counter{} }
		}
		w, err := shard.Create(s.exchange, s.id)
		if err != nil {
			return errors.Join(err, source.Close())
		}
		defer w.Abort()
		pass[i].Prints, s.left = w.Add, w
	}
	results, err := pipeline.RunAll(ctx, pass)
	if err == nil {
		err = source.Verify()
	}
	if err != nil {
		return readAs(source, err)
	}
	return all.leave(results)
}

// leave publishes the prints that a pass found.
func (all campaigns) leave(results []*pipeline.Result) error {
	for i, s := range all {
		if s.left == nil {
			continue
		}
		if err := s.left.Publish(results[i].End); err != nil {
			return err
		}
		s.left = nil
	}
	return nil
}

// A counter keeps all rows: where repeats are let be, what there is to know of a part is
// how long it is.
type counter struct{}

// Screen implements pipeline.Worker.
func (counter) Screen(in *screen.Input, out *screen.Outcome) error {
	if cap(out.Decisions) < in.N {
		out.Decisions = make([]screen.Decision, in.N)
	}
	out.Decisions = out.Decisions[:in.N]
	clear(out.Decisions)
	return nil
}

// shardRecord is what the manifest says of the part; nil if it was all of the list.
func (s *screening) shardRecord(r *pipeline.Result) *manifest.Shard {
	if s.part.Count == 0 {
		return nil
	}
	return &manifest.Shard{Index: s.part.Index, Count: s.part.Count, Job: fmt.Sprintf("%x", s.id.Job),
		RowsBefore: r.Begin.Rows, Malformed: r.Malformed}
}
