package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// resume takes up what an interrupted run left, and completes what it had begun to do: a
// file that its journal speaks of gets its name.
func (r *rescreening) resume() (err error) {
	if r.journal, err = readJournal(r.journalPath()); err != nil || len(r.journal.plans) == 0 {
		return err
	}
	if r.checkOnly {
		return &failure{exit: exitLocked, code: "interrupted", err: unread(r.journalPath(), errors.New("a run was interrupted, and must be completed first")),
			hint: "run sluice rescreen without --check-only"}
	}
	for _, p := range r.journal.plans {
		if there(p.Manifest) {
			r.journal.plans, r.journal.size = nil, 0
			return r.journal.remove()
		}
	}
	if !r.named {
		r.manifest = r.journal.last().Manifest
	}
	for i := range r.journal.plans {
		p := &r.journal.plans[i]
		p.outcomes = slices.DeleteFunc(p.outcomes, func(o *outcome) bool {
			later := slices.ContainsFunc(r.journal.plans[i+1:], func(p plan) bool {
				return slices.ContainsFunc(p.outcomes, func(l *outcome) bool { return l.Path == o.Path })
			})
			if later || err != nil {
				return false // what came later began where this one ended
			}
			whole := true
			if whole, err = o.publish(); err != nil {
				return false
			}
			return !whole
		})
	}
	return err
}

// publish gives the files of an outcome their names, if they have not got them. It
// reports false where neither is there: then it is as if nothing had been done.
func (o *outcome) publish() (whole bool, err error) {
	if o.Rewritten {
		if whole, err = settled(o.Path, &o.Output); !whole || err != nil {
			return false, err
		}
	}
	if o.Rekeyed {
		if whole, err = settled(o.Path+manifest.KeysSuffix, o.Keys); err != nil {
			return false, err
		} else if !whole {
			o.Keys = nil
		}
	}
	if o.Unkeyed {
		if err := os.Remove(o.Path + manifest.KeysSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return true, nil
}

// settled sees to it that path holds what out says, which may still be staged.
func settled(path string, out *manifest.Output) (bool, error) {
	staged, err := pipeline.Staged(path)
	if err != nil {
		return false, err
	}
	switch {
	case sameFile(staged, out.Bytes, out.Digest):
		return true, pipeline.Replace(staged, path)
	case sameFile(path, out.Bytes, out.Digest):
		return true, nil
	}
	return false, nil
}
