package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"sluice/pipeline"
	"sluice/pipeline/keyfile"
	"sluice/pipeline/manifest"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// hasKeys reports whether the delivery's key file can tell which rows may be on the lists
// that it was not screened by yet, in less time than screening all of them takes. It is
// left open then.
func (r *rescreening) hasKeys(t *task) bool {
	if t.keys == nil || t.found != manifest.FoundRecorded {
		return false
	}
	entries := int64(0)
	for _, x := range t.beyond {
		for _, a := range x.Algorithms() {
			if a != suppress.SHA1 {
				return false
			}
		}
		keys, domains := x.Len()
		entries += int64(keys + domains)
	}
	if entries > max(t.output.Rows, fewEntries) {
		return false
	}
	if t.base == nil && !asRecorded(t.KeysPath, *t.keys, t.Newest.Statement.Predicate.Run.Finished) {
		return false
	}
	forms := r.forms()
	if forms == 0 {
		forms = address.DefaultForms
	}
	t.keyFile = openKeys(t.KeysPath, forms, t.output.Rows)
	return t.keyFile != nil
}

// fewEntries are looked up in a key file however few rows there are. Beyond, as many
// entries as rows are: looking one up takes about half the time that screening a row does.
const fewEntries = 1000

// probe finds out which rows new entries may concern, of several deliveries at a time. A
// key file that turns out to be damaged is as none.
func (r *rescreening) probe(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cmp.Or(r.workers, runtime.GOMAXPROCS(0)))
	for _, t := range r.tasks {
		if t.keyFile == nil {
			continue
		}
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			for _, x := range t.beyond {
				ranges, err := t.keyFile.FindAll(x)
				var list *suppress.ListError
				if errors.As(err, &list) {
					return err
				}
				if err != nil {
					t.how, t.ranges = manifest.HowLists, nil
					break
				}
				t.ranges = append(t.ranges, ranges...)
			}
			slices.SortFunc(t.ranges, func(a, b keyfile.Range) int { return cmp.Compare(a.Lo, b.Lo) })
			if len(t.ranges) == 0 {
				t.closeKeys()
			}
			return nil
		})
	}
	return g.Wait()
}

func (t *task) closeKeys() {
	if t.keyFile != nil {
		t.keyFile.Close()
		t.keyFile = nil
	}
}

// passed reports whether no new entry can concern rows lo up to hi. It is asked of one
// stretch after the other.
func (p *pass) passed(lo, hi int64) bool {
	for _, r := range p.ranges {
		if r.Lo < hi && lo < r.Hi {
			p.out.Entry.Read += hi - lo
			return false
		}
	}
	return true
}

// foretold reports whether the key file led to a row, counted from 0.
func (p *pass) foretold(row int64) bool {
	return slices.ContainsFunc(p.ranges, func(r keyfile.Range) bool { return r.Lo <= row && row < r.Hi })
}

// keysTo has the key file of what stays written to out: from the old one where rows were
// passed over, else from the rows.
func (p *pass) keysTo(outputs *pipeline.Outputs) {
	w := outputs.Writer(manifest.RoleKeys)
	if p.how == manifest.HowKeys {
		p.job.Keys = keyfile.NewRenewal(w, p.keyFile)
	} else {
		p.job.Keys = keyfile.NewWriter(w, keyfile.About{Vocabulary: keyfile.Vocabulary, Forms: p.screener.Forms()})
	}
}

// makesKeys reports whether a key file is written: not where one is wanted elsewhere, and
// not over a file that is none.
func (p *pass) makesKeys() bool {
	if p.how == manifest.HowKeys || p.keys != nil {
		return true
	}
	if p.r.noKeys {
		return false
	}
	f, err := keyfile.Open(p.Path + manifest.KeysSuffix)
	if err == nil {
		f.Close()
	}
	return err == nil || errors.Is(err, os.ErrNotExist)
}
