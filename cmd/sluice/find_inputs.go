package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"

	"sluice/formats/anyio"
	"sluice/formats/csvio"
	"sluice/pipeline/manifest"
)

// A usedInput is a list that a run read, for find to search as well: it is held as long as
// it is there.
type usedInput struct {
	path    string
	columns []manifest.Column
	reading anyio.Options
	runs    []inputRun // oldest first
}

// An inputRun is one run that read the list.
type inputRun struct {
	*manifest.Record
	input  manifest.Input
	before int64 // rows of the inputs before it
}

// inputsOf returns the lists that the manifests' runs read and that are still there, less
// those that are deliveries.
func inputsOf(h *manifest.Holdings) []*usedInput {
	byPath := map[string]*usedInput{}
	for _, d := range h.Deliveries {
		byPath[absolutePath(d.Path)] = nil
	}
	var all []*usedInput
	for _, r := range h.Records {
		p := &r.Statement.Predicate
		before := int64(0)
		for _, in := range p.Inputs {
			path := manifest.Locate(r.Path, in.Name)
			u, known := byPath[absolutePath(path)]
			if info, err := os.Stat(path); !known && err == nil && info.Mode().IsRegular() {
				u = &usedInput{path: path}
				byPath[absolutePath(path)] = u
				all = append(all, u)
			}
			if u != nil {
				u.reading, u.columns = readingOfInput(in), slices.Clone(p.Columns)
				for i := range u.columns {
					u.columns[i].Action = "" // that was done to outputs
				}
				u.runs = append(u.runs, inputRun{r, in, before})
			}
			before += in.Rows
		}
	}
	return all
}

// readingOfInput says how to read an input as its run did, where that was told to it.
func readingOfInput(in manifest.Input) anyio.Options {
	o := anyio.Options{Digest: "xxh64"}
	for _, s := range in.Settings {
		switch s.Name {
		case "header":
			o.CSV.Header = csvio.HeaderYes
			if s.Value == "no" {
				o.CSV.Header = csvio.HeaderNo
			}
		case "encoding":
			o.CSV.Encoding = s.Value
		case "delimiter":
			if o.CSV.Comma = '\t'; s.Value != "tab" && len(s.Value) == 1 {
				o.CSV.Comma = s.Value[0]
			}
		case "quote":
			if len(s.Value) == 1 {
				o.CSV.Quote = s.Value[0]
			}
		}
	}
	return o
}

// verdicts adds to rows of an input what runs decided about them: what their ledgers say, if
// the list and they are as they were.
func (u *usedInput) verdicts(ctx context.Context, rows []foundRow) error {
	for _, run := range u.runs {
		p := &run.Statement.Predicate
		if !asRecorded(u.path, manifest.Output{Bytes: run.input.Bytes, Digest: run.input.Digest}, p.Run.Finished) {
			continue
		}
		for _, o := range p.Outputs {
			path := manifest.Locate(run.Path, o.Name)
			if o.Role != manifest.RoleDecisions || o.Encrypted != "" || !asRecorded(path, o, p.Run.Finished) {
				continue
			}
			if err := run.decided(ctx, path, o, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// decided reads the ledger's lines of rows.
func (r *inputRun) decided(ctx context.Context, path string, o manifest.Output, rows []foundRow) error {
	source, err := anyio.Open(ctx, []string{path}, anyio.Options{From: o.Format, Digest: "xxh64"})
	if err != nil {
		return err
	}
	defer source.Close()
	names := source.Schema().Names()
	cols := make([]int, 4)
	for i, name := range []string{"verdict", "reasons", "list", "form"} {
		if cols[i] = slices.Index(names, name); cols[i] < 0 {
			return nil
		}
	}
	lists := r.Statement.Predicate.Lists
	for at, i := int64(0), 0; i < len(rows); {
		c, err := source.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n := int64(c.Len())
		for ; i < len(rows) && r.before+rows[i].Row <= at+n; i++ {
			views, err := c.Decode(nil, cols)
			if err != nil {
				return err
			}
			k := int(r.before + rows[i].Row - at - 1)
			v := foundDecision{At: r.Statement.Predicate.Run.Finished, Manifest: r.Path,
				Verdict: string(views[0].At(k)), Reasons: string(views[1].At(k)), Form: string(views[3].At(k))}
			if id, err := strconv.Atoi(string(views[2].At(k))); err == nil && 0 < id && id <= len(lists) {
				v.List = lists[id-1].Name
			}
			rows[i].Verdicts = append(rows[i].Verdicts, v)
		}
		at += n
		c.Release()
	}
	return nil
}
