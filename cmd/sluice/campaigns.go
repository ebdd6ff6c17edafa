package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/address"
)

// campaigns are the screenings of one run: one for each policy, over the same list, which
// is read and hashed once.
type campaigns []*screening

// campaigns returns a screening for each policy that was given, or s alone. Flags hold for
// all of them; which files are written each policy says itself.
func (s *screening) campaigns(cmd *cobra.Command, inputs []string) (campaigns, error) {
	s.inputs = inputs
	files := s.policyFiles
	if len(files) <= 1 {
		return campaigns{s}, s.readPolicy(cmd.Flags(), time.Now())
	}
	for _, name := range []string{"output", "rejects", "quarantine", "restricted", "decisions", "manifest", "chain"} {
		if cmd.Flags().Changed(name) {
			return nil, usage(fmt.Errorf("--%s is for one policy, there are %d", name, len(files)), "name the files under outputs in each policy")
		}
	}
	now := time.Now()
	var all campaigns
	for _, file := range files {
		c := &screening{p: s.p, inputs: inputs}
		own := &cobra.Command{}
		c.flags(own)
		if err := repeat(own.Flags(), cmd.Flags()); err != nil {
			return nil, err
		}
		c.policyFiles = []string{file}
		if err := c.readPolicy(own.Flags(), now); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, all.apart()
}

// repeat sets in f every flag that was set in given.
func repeat(f, given *pflag.FlagSet) error {
	var errs []error
	given.Visit(func(flag *pflag.Flag) {
		own := f.Lookup(flag.Name)
		if own == nil {
			return // it is for the whole command
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(interface{ GetSlice() []string }); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			errs = append(errs, own.Value.Set(v))
		}
		own.Changed = true
	})
	return errors.Join(errs...)
}

// apart returns an error if two campaigns write the same file.
func (all campaigns) apart() error {
	seen := map[string]string{}
	for _, s := range all {
		for _, path := range s.written() {
			switch other := seen[path]; {
			case other != "":
				return usage(fmt.Errorf("%s and %s both write %s", other, s.policyFiles[0], path), "name files of their own under outputs in each policy")
			default:
				seen[path] = s.policyFiles[0]
			}
		}
	}
	return nil
}

// run screens. What goes wrong leaves all outputs as they were, and says why in a
// failed manifest beside the one that was to be.
func (all campaigns) run(ctx context.Context, start starter) (err error) {
	first := all[0]
	jobs := make([]pipeline.Job, len(all))
	started := time.Now()
	for i, s := range all {
		s.started = started
		jobs[i] = pipeline.Job{Workers: s.workers, FormName: func(f uint8) string { return address.Form(f).String() }, Progress: &s.counts}
		if err := s.check(&jobs[i]); err != nil {
			return err
		}
	}
	if err := start(all.told()...); err != nil {
		return err
	}
	defer func() {
		if err == nil {
			return
		}
		if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
			err = cause
		}
		why := err
		for _, s := range all {
			err = errors.Join(err, s.recordFailure(why))
		}
	}()
	restore, err := limitMemory(first.memory)
	if err != nil {
		return usage(fmt.Errorf("--memory: %w", err), "see sluice screen --help")
	}
	defer restore()
	for _, s := range all {
		if err := s.prove(); err != nil {
			return err
		}
	}
	for _, s := range all {
		if err := s.timed("lists", func() (err error) { s.lists, err = s.load(ctx, s.now, s.manifest); return err }); err != nil {
			return err
		}
		defer s.lists.Close()
	}
	source, err := all.source(ctx)
	if err != nil {
		return err
	}
	running := false // then the run closes the list
	defer func() {
		if !running {
			err = errors.Join(err, source.Close())
		}
	}()
	sample, err := sampleOf(source)
	if err != nil {
		return readAs(source, err)
	}
	for i, s := range all {
		if err := s.open(&jobs[i], sample); err != nil {
			return err
		}
		defer s.outputs.Abort()
	}
	if same, err := all.unchanged(); err != nil {
		return err
	} else if same {
		return errNothingToDo
	}
	for _, s := range all {
		s.heed()
	}

	if err := all.meet(ctx, jobs); err != nil {
		return err
	}
	defer func() {
		for _, s := range all {
			if s.left != nil {
				s.left.Abort()
			}
		}
	}()
	bar := first.showProgress(ctx)
	running = true
	began := time.Now()
	results, err := pipeline.RunAll(ctx, jobs)
	bar()
	if err == nil {
		err = source.Verify() // an input that changed meanwhile
	}
	if err != nil {
		return readAs(source, err)
	}
	if err := all.leave(results); err != nil {
		return err
	}
	for _, s := range all {
		if err := s.drifted(); err != nil {
			return err
		}
		s.stages = append(s.stages, manifest.Stage{Name: "screen", Millis: time.Since(began).Milliseconds()})
	}
	return all.publish(results)
}

// publish writes the manifests, and gives all outputs their names.
func (all campaigns) publish(results []*pipeline.Result) error {
	records, statements, envelopes := make([]*manifest.Statement, len(all)), make([][]byte, len(all)), make([][]byte, len(all))
	for i, s := range all {
		if s.dryRun {
			continue
		}
		defer s.release()
		written, err := s.outputs.Finish()
		if err != nil {
			return err
		}
		statement, err := s.record(results[i], written)
		if err != nil {
			return err
		}
		records[i] = statement
		if statements[i], err = statement.Marshal(); err != nil {
			return err
		}
		if s.signKey != nil {
			if envelopes[i], err = manifest.Sign(statements[i], s.signKey); err != nil {
				return err
			}
		}
	}
	for i, s := range all {
		if !s.dryRun {
			if err := s.outputs.PublishSigned(statements[i], envelopes[i]); err != nil {
				return err
			}
			s.told.recorded = records[i]
		}
		if len(all) > 1 && !s.quiet && (s.dryRun || isTerminal(s.p.stderr)) {
			fmt.Fprintf(s.p.stderr, "%s\n", s.policyName())
		}
		s.funnel(results[i], s.dryRun)
	}
	return nil
}

// told names the campaigns to those who watch.
func (all campaigns) told() []*told {
	var runs []*told
	for _, s := range all {
		if s.told.place, s.told.files = s.manifest, s.written(); s.policy != nil {
			s.told.policy = s.policyName()
		}
		runs = append(runs, &s.told)
	}
	return runs
}

// read opens the list, or the part of it that is to be screened.
func (all campaigns) read(ctx context.Context) (*anyio.Source, error) {
	reading, err := all[0].reading(all[0].p)
	if err != nil {
		return nil, err
	}
	reading.Part = all[0].part
	return anyio.Open(ctx, all[0].inputs, reading)
}

// source opens the list for all campaigns.
func (all campaigns) source(ctx context.Context) (*anyio.Source, error) {
	source, err := all.read(ctx)
	for _, s := range all {
		s.source = source
	}
	return source, err
}

// unchanged reports whether there is nothing to do for any campaign.
func (all campaigns) unchanged() (bool, error) {
	if slices.ContainsFunc(all, func(s *screening) bool { return !s.skipUnchanged }) {
		return false, nil
	}
	for _, s := range all {
		if same, err := s.unchanged(); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}
