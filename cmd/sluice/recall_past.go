package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"sort"
	"strconv"

	"sluice/pipeline/manifest"
)

// A step is what one re-screen took out of a list: rows as they were numbered before it.
type step struct{ gone []int64 }

// before returns the number that a row had before the step, from the one that it has after.
func (s step) before(row int64) int64 {
	return row + int64(sort.Search(len(s.gone), func(i int) bool { return s.gone[i]-int64(i) > row }))
}

// was returns the number that a row of the list as it is now had in the list as it was
// delivered.
func (d *recalledFrom) was(row int64) int64 { return d.wasAt(len(d.steps), row) }

// wasAt is was for the list as it was after so many steps.
func (d *recalledFrom) wasAt(steps int, row int64) int64 {
	for _, s := range slices.Backward(d.steps[:steps]) {
		row = s.before(row)
	}
	return row
}

// past goes back from what the list is now to what was delivered, over the re-screens that
// took rows out, and adds those rows: whoever got the list has them still. If a step is not
// known, rows are numbered as they are now.
func (d *recalledFrom) past() error {
	d.name, d.sha256 = d.Output.Name, d.Output.SHA256
	first := d.stateIn(d.Origin)
	if first == nil || first.Digest == d.Output.Digest {
		return nil
	}
	var steps []step
	var removed [][]recalledRow
	seen := map[manifest.Digest]bool{}
	for now := d.Output.Digest; now != first.Digest; {
		before, lines, err := d.stepTo(now)
		if seen[now] {
			err = errors.New("manifests say that it became what it had been")
		}
		seen[now] = true
		if err != nil {
			return fmt.Errorf("%w: rows are numbered as they are now", err)
		}
		var s step
		for _, l := range lines {
			s.gone = append(s.gone, l.first)
		}
		steps, removed = append(steps, s), append(removed, lines)
		now = before
	}
	slices.Reverse(steps)
	slices.Reverse(removed)
	d.steps, d.name, d.sha256 = steps, first.Name, first.SHA256
	for i, lines := range removed {
		for _, l := range lines {
			l.first = d.wasAt(i, l.first)
			l.last = l.first
			d.rows = append(d.rows, l)
		}
	}
	return nil
}

// stateIn returns what a manifest says of the delivery.
func (d *recalledFrom) stateIn(r *manifest.Record) *manifest.Output {
	p := &r.Statement.Predicate
	for i, o := range p.Outputs {
		if p.IsDelivery(o) && absolutePath(manifest.Locate(r.Path, o.Name)) == absolutePath(d.Path) {
			return &p.Outputs[i]
		}
	}
	return nil
}

// stepTo finds the re-screen that made the list what it is by its digest, and returns what
// it was before and the rows that it took out, ascending.
func (d *recalledFrom) stepTo(now manifest.Digest) (before manifest.Digest, lines []recalledRow, err error) {
	for _, r := range d.r.held.Records {
		p := &r.Statement.Predicate
		out := d.stateIn(r)
		if p.Rescreen == nil || out == nil || out.Digest != now {
			continue
		}
		for _, in := range p.Inputs {
			if in.Name == out.Name && in.Digest != now {
				lines, err := d.removedBy(r, out.Name, in.Rows-out.Rows)
				return in.Digest, lines, err
			}
		}
	}
	return before, nil, errors.New("no manifest says how it became what it is")
}

// removedBy reads which rows a re-screen took out of the delivery.
func (d *recalledFrom) removedBy(r *manifest.Record, name string, want int64) (lines []recalledRow, err error) {
	missing := fmt.Errorf("%d rows were taken out since it was delivered, which no file of rescreen --removed names any more", want)
	for _, o := range r.Statement.Predicate.Outputs {
		path := manifest.Locate(r.Path, o.Name)
		if o.Role != "removed" || !asRecorded(path, o, r.Statement.Predicate.Run.Finished) {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, missing
		}
		records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || len(records) == 0 || !slices.Equal(records[0], []string{"delivery", "row", "verdict", "reason", "list"}) {
			return nil, missing
		}
		for _, rec := range records[1:] {
			if rec[0] != name {
				continue
			}
			n, err := strconv.ParseInt(rec[1], 10, 64)
			if err != nil {
				return nil, missing
			}
			lines = append(lines, recalledRow{first: n, last: n, exact: true, verdict: rec[2], reason: rec[3], list: rec[4]})
		}
	}
	if int64(len(lines)) != want {
		return nil, missing
	}
	slices.SortFunc(lines, func(a, b recalledRow) int { return cmp.Compare(a.first, b.first) })
	return lines, nil
}
