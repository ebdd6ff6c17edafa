package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"sluice/pipeline/manifest"
)

// telemetry is whom runs are told of: Prometheus by a file of metrics, catalogues of
// lineage by events. What cannot be told is a warning, never a failure of the run: what it
// published stays published, and its manifest says so.
type telemetry struct {
	textfile string // of metrics
	events   string // a file, or the address of a catalogue
	job      string // what the run is called in events
}

func (t *telemetry) flags(f *pflag.FlagSet) {
	f.StringVar(&t.textfile, "textfile", "", "write the run's figures to `FILE`, for Prometheus' textfile collector, also if it fails")
	f.StringVar(&t.events, "openlineage", "", "append the run's OpenLineage events to `FILE`, or post them to an http(s):// address")
	f.StringVar(&t.job, "openlineage-job", "", "`NAME` of the job in OpenLineage (default: the policy's, else the command's)")
	for _, name := range []string{"textfile", "openlineage", "openlineage-job"} {
		f.MarkHidden(name)
	}
}

// A told is one run that is told of, as its command comes to know more. A run that ends
// well has recorded something.
type told struct {
	runID    string
	policy   string              // by name
	place    string              // of the manifest
	files    []string            // that it writes
	recorded *manifest.Statement // once it is published
	old      bool                // recorded is of an earlier run
}

// stands says that the run had nothing to do, because what an earlier one published holds.
func (r *told) stands(rec *manifest.Record) {
	r.place, r.recorded, r.old = rec.Path, rec.Statement, true
}

// A starter is what a command calls once it knows which runs it is. The error is one of
// usage: what is told must not go where the runs write.
type starter func(...*told) error

// id returns the run's id.
func (r *told) id() string {
	if r.runID == "" {
		r.runID = newRunID(time.Now())
	}
	return r.runID
}

// newRunID returns an id that no other run has: a UUID of version 7 without its dashes, so
// that ids sort by time.
func newRunID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16)
	rand.Read(id[6:])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return hex.EncodeToString(id[:])
}

// A telling tells of what one invocation of a command does.
type telling struct {
	telemetry
	p       *program
	command string
	began   time.Time
	before  []byte // what the last run wrote to the file of metrics
	runs    []*told
}

// around carries out work and tells of it. work calls start once it knows which runs it is;
// if it fails before, that is told under the names that the last runs had.
func (t *telemetry) around(ctx context.Context, p *program, command string, work func(starter) error) error {
	if t.textfile == "" && t.events == "" {
		return work(func(...*told) error { return nil })
	}
	l := &telling{telemetry: *t, p: p, command: command, began: time.Now()}
	if err := l.look(); err != nil {
		return err
	}
	err := work(func(runs ...*told) error { return l.start(ctx, runs) })
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		err = cause
	}
	l.end(context.WithoutCancel(ctx), err)
	return err
}

// look refuses files that are something else, so that a wrong name costs nobody a list.
func (l *telling) look() (err error) {
	l.before = []byte{}
	for _, f := range []struct {
		flag, path, begins string
		all                *[]byte
	}{{"textfile", l.textfile, "# HELP sluice_", &l.before}, {"openlineage", l.events, "{", nil}} {
		if f.path == "" || isAddress(f.path) && f.flag == "openlineage" {
			continue
		}
		if f.path == "-" {
			return usage(fmt.Errorf("--%s takes a file", f.flag), "see sluice help scheduling")
		}
		head, err := headOf(f.path, f.all)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return usage(fmt.Errorf("--%s: %w", f.flag, err), "name a file that this user may write")
		}
		if len(head) > 0 && !bytes.HasPrefix(head, []byte(f.begins)) {
			return usage(fmt.Errorf("--%s: %s is something else, and stays", f.flag, f.path), "name a file of its own")
		}
	}
	return nil
}

// headOf returns the beginning of a file, and puts all of it into all if that is wanted.
func headOf(path string, all *[]byte) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	limit := int64(1 << 10)
	if all != nil {
		limit = 16 << 20 // of metrics: a few kilobytes a policy
	}
	head, err := io.ReadAll(io.LimitReader(f, limit))
	if all != nil {
		*all = head
	}
	return head, err
}

func (l *telling) start(ctx context.Context, runs []*told) error {
	for _, r := range runs {
		for _, f := range r.files {
			if f != "" && (l.textfile != "" && onePlace(f, l.textfile) || l.events != "" && onePlace(f, l.events)) {
				l.telemetry = telemetry{}
				return usage(fmt.Errorf("--textfile and --openlineage must not name %s, which the run writes", f), "name files of their own")
			}
		}
	}
	l.runs = runs
	l.send(ctx, func(events *manifest.Lineage, r *told) ([]byte, error) {
		return events.Start(&manifest.RunResult{Command: l.command, Policy: r.policy, ID: r.id(), Version: version, Started: l.began})
	})
	return nil
}

func (l *telling) end(ctx context.Context, err error) {
	if l.runs == nil {
		policies := manifest.PoliciesIn(l.before, l.command)
		if len(policies) == 0 {
			policies = []string{""}
		}
		var runs []*told
		for _, policy := range policies {
			runs = append(runs, &told{policy: policy})
		}
		_ = l.start(ctx, runs) // they name no files
	}
	finished := time.Now()
	var results []manifest.RunResult
	for _, r := range l.runs {
		results = append(results, l.result(r, finished, err))
	}
	if l.textfile != "" {
		if err := replaceFile(l.textfile, manifest.Metrics(results, l.before)); err != nil {
			l.p.warn("textfile", err, "the run itself is as its exit code says; check that this user may write there")
		}
	}
	l.send(ctx, func(events *manifest.Lineage, r *told) ([]byte, error) {
		result := l.result(r, finished, err)
		return events.End(&result)
	})
}

// result is how a run ended if its command ended with err. Of several, one may have
// published before another failed.
func (l *telling) result(r *told, finished time.Time, err error) manifest.RunResult {
	result := manifest.RunResult{Command: l.command, Policy: r.policy, ID: r.id(), Version: version,
		Started: l.began, Finished: finished, Manifest: r.recorded, Unchanged: r.old}
	if err == nil || r.recorded != nil {
		return result
	}
	f := explained(parts(err)[0])
	result.Exit = f.exit
	if f.exit == exitUnchanged {
		if result.Manifest, err = manifest.ReadFile(r.place); err == nil {
			result.Unchanged = true
			return result
		}
	}
	result.Code, result.Error = f.code, f.Error()
	return result
}
