package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sluice/screen/suppress"
)

// erasures is the name of the list that erase keeps in an index.
const erasures = "erasures"

// isIndexName reports whether a file that does not exist yet is to be an index.
func isIndexName(path string) bool { return strings.EqualFold(filepath.Ext(path), ".idx") }

// keepInIndex adds those of the keys that no erasure list of the index has.
func (e *erasing) keepInIndex(ctx context.Context, keys []suppress.Key) error {
	x, err := openIndex(e.into)
	fresh := errors.Is(err, os.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	if !fresh {
		keys, err = notErased(x, keys)
		if err = errors.Join(err, x.Close()); err != nil {
			return err
		}
	}
	if len(keys) == 0 {
		return nil
	}
	external, err := e.external()
	if err != nil {
		return err
	}
	var text []byte
	for _, k := range keys {
		text = append(hex.AppendEncode(text, k[:]), '\n')
	}
	spec := suppress.ListSpec{Path: "-", Name: erasures, Class: suppress.Erasure, AsOf: e.now.UTC()}
	external.Load = func(to *suppress.Builder, ctx context.Context, spec suppress.ListSpec) (suppress.ListInfo, error) {
		return to.AddReader(ctx, bytes.NewReader(text), spec)
	}
	bar := newWorkBar(e.p.stderr, e.progress, e.quiet)
	external.Progress = bar.show
	e.p.at("index", e.into)
	if place := realPath(e.into); fresh {
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(place), "."+filepath.Base(place)+".*.tmp")) // of a killed run
		for _, path := range left {
			os.Remove(path)
		}
		_, err = external.Build(ctx, place, spec)
	} else {
		_, err = external.Add(ctx, place, place, spec)
	}
	bar.end()
	if err == nil {
		e.report.Added = int64(len(keys))
	}
	return err
}

// notErased returns the keys that no erasure list for all runs has.
func notErased(x *suppress.Index, keys []suppress.Key) (left []suppress.Key, err error) {
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = damaged
		}
	}()
	lists := x.Lists()
	for _, k := range keys {
		if !slices.ContainsFunc(x.Members(x.Lookup(&k)), func(id suppress.ListID) bool {
			return lists[id-1].Class == suppress.Erasure && lists[id-1].Scope == ""
		}) {
			left = append(left, k)
		}
	}
	return left, nil
}

// lists takes the people off the plain lists. Trouble with one does not keep the others
// from being rewritten.
func (e *erasing) lists(ctx context.Context) error {
	var errs []error
	eraser := e.eraser()
	for _, path := range e.from {
		if same(path, e.into) {
			continue // it was done when the hashes were put in
		}
		done, err := eraser.Erase(ctx, path)
		if err != nil {
			errs = append(errs, ofList(err))
			if ctx.Err() != nil {
				return interrupted(ctx, err)
			}
			continue
		}
		if err := e.uncache(path); err != nil {
			errs = append(errs, err)
		}
		if done.Empty && done.Changed() {
			e.emptied(path)
		}
		e.report.Lists = append(e.report.Lists, erasedReport{List: path, Records: done.Records, Cells: done.Cells, Comments: done.Comments, SHA256: done.SHA256})
	}
	return errors.Join(errs...)
}

func (e *erasing) emptied(path string) {
	if !e.quiet {
		e.p.warn("list_empty", fmt.Errorf("%s: no entry is left on it", path), "runs refuse an empty list: do not name it any more")
	}
}

// same reports whether two paths are the same file.
func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// uncache removes compiled lists that an earlier state of the list went into, by its name
// and digest.
func (e *erasing) uncache(path string) error {
	if e.cache == "" {
		return nil
	}
	cached, err := filepath.Glob(filepath.Join(e.cache, "*.idx"))
	if err != nil || len(cached) == 0 {
		return err
	}
	digest, err := fileDigest(path)
	if err != nil {
		return err
	}
	for _, file := range cached {
		x, err := suppress.Open(file)
		stale := err != nil // it cannot be read, and will be made again
		if err == nil {
			stale = slices.ContainsFunc(x.Lists(), func(l suppress.ListInfo) bool { return l.Name == filepath.Base(path) && l.SHA256 != digest })
			x.Close()
		}
		if !stale {
			continue
		}
		e.p.at("cache", file)
		if err := os.Remove(file); err != nil {
			return err
		}
		e.report.Cached++
	}
	return nil
}

// tell prints what was done.
func (e *erasing) tell() error {
	r := &e.report
	switch {
	case e.quiet:
		return nil
	case e.asJSON:
		return e.p.printJSON(r)
	}
	w := e.p.stdout
	fmt.Fprintf(w, "%s: %s hashes of %s addresses, %s of them new\n", printableText(r.Into), thousands(int64(r.Hashes)), thousands(int64(r.Addresses)), thousands(r.Added))
	for _, l := range r.Lists {
		fmt.Fprintf(w, "%s: %s", printableText(l.List), erasedText(l))
	}
	for _, d := range r.Datasets {
		fmt.Fprintf(w, "%s: %s rows taken out\n", printableText(d.Dataset), thousands(d.Rows))
	}
	if r.Cached > 0 {
		fmt.Fprintf(w, "%s: %d compiled lists removed\n", printableText(e.cache), r.Cached)
	}
	if r.Receipts > 0 {
		fmt.Fprintf(w, "%s: %d receipts written\n", printableText(e.receipts.path), r.Receipts)
	}
	return nil
}

func erasedText(l erasedReport) string {
	if l.Records+l.Cells+l.Comments == 0 {
		return "nothing to erase\n"
	}
	text := thousands(l.Records) + " records taken off"
	if l.Cells > 0 {
		text += ", " + thousands(l.Cells) + " cut down to what they say of others"
	}
	if l.Comments > 0 {
		text += ", " + thousands(l.Comments) + " comments"
	}
	return text + "\n"
}
