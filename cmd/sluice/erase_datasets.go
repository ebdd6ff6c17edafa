package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"sluice/pipeline/manifest"
	"sluice/screen"
)

// erasedRows are rows that were taken out of a delivery because of an erasure.
type erasedRows struct {
	Dataset string `json:"dataset"`
	Rows    int64  `json:"rows"`
}

// datasets has the deliveries screened again, by the erasures and further lists alone: a
// change of rules is no matter of an erasure.
func (e *erasing) datasets(ctx context.Context) error {
	r := &e.again
	if len(r.paths) == 0 {
		return nil
	}
	r.p, r.quiet, r.workers = e.p, e.quiet, e.workers
	r.listsOnly, r.needed = true, true
	r.step = func(name string) { e.p.at("rescreen", name) }
	if !slices.ContainsFunc(r.suppress, func(arg string) bool {
		a, err := parseListArg(arg, "-s")
		return err == nil && same(a.path, e.into)
	}) {
		into := e.into
		if index, err := isIndex(into); err == nil && !index {
			into = "erasure=" + into
		}
		r.suppress = append(r.suppress, into)
	}
	if err := r.run(ctx); err != nil {
		return err
	}
	e.report.NotChecked = r.skipped
	rows, err := rowsErased(r.paths, e.begun())
	e.report.Datasets = rows
	return err
}

// begun returns when the first of the erasures that this run completes began.
func (e *erasing) begun() time.Time {
	first := e.now
	for _, id := range e.receipts.people {
		if t, err := time.Parse(time.RFC3339Nano, e.receipts.journal.begun[id]); err == nil && t.Before(first) {
			first = t
		}
	}
	return first
}

// rowsErased adds up, by delivery, the rows that re-screens took out as erased that ended
// at that time or later.
func rowsErased(paths []string, since time.Time) (all []erasedRows, err error) {
	held, err := manifest.Current(paths)
	if err != nil {
		return nil, err
	}
	for _, rec := range held.Records {
		p := &rec.Statement.Predicate
		if p.Rescreen == nil || p.Run.Finished.Before(since) {
			continue
		}
		for _, d := range p.Rescreen.Deliveries {
			n := int64(0)
			for _, c := range d.Removed {
				if c.Reason == screen.Erased.String() {
					n += c.Rows
				}
			}
			if n == 0 {
				continue
			}
			path := filepath.Clean(manifest.Locate(rec.Path, d.Name))
			if i := slices.IndexFunc(all, func(r erasedRows) bool { return r.Dataset == path }); i >= 0 {
				all[i].Rows += n
			} else {
				all = append(all, erasedRows{path, n})
			}
		}
	}
	return all, nil
}

// checkDatasets makes sure that there are manifests to be read.
func (e *erasing) checkDatasets() error {
	if len(e.again.paths) == 0 {
		if len(e.again.suppress) > 0 || e.again.manifest != "" {
			return usage(errors.New("-s and -m are for --datasets, and none are named"), "see sluice erase --help")
		}
		return nil
	}
	if _, err := manifest.Current(e.again.paths); err != nil {
		return notHeld(err)
	}
	return nil
}
