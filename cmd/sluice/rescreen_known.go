package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen/suppress"
)

// A knownIndex is the entries that deliveries were screened by so far: those of the lists
// of the last run, and all that were ever on a sealed list. What today's lists have beyond
// it is new; what of its sealed entries they lack is lost, and stays in force.
type knownIndex struct {
	before *suppress.Index   // nil if there is none yet
	gained []*suppress.Index // what each of today's indexes has beyond it
	lost   *suppress.Index

	entries, gain, loss int64
	digest              string // of the file as it is after the run
	staged              bool   // a new one is, beside it
}

// Close gives the file back.
func (k *knownIndex) Close() error {
	if k.before == nil {
		return nil
	}
	return k.before.Close()
}

// recorded returns the digest that the newest manifest has of the known entries, and
// those that older ones have.
func (r *rescreening) recorded() (newest string, older map[string]bool) {
	older = map[string]bool{}
	for _, rec := range r.held.Records {
		if s := rec.Statement.Predicate.Rescreen; s != nil && s.Known.SHA256 != "" && samePath(manifest.Locate(rec.Path, s.Known.Name), r.known) {
			older[newest] = true
			newest = s.Known.SHA256
		}
	}
	return newest, older
}

func samePath(a, b string) bool {
	x, err := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err == nil && err2 == nil && x == y
}

// open opens the file, which must be the one that the last run left, and compares today's
// lists with it.
func (k *knownIndex) open(r *rescreening) (err error) {
	defer func() {
		if p := recover(); p != nil { // a page of it was damaged
			list, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = &indexError{list}
		}
	}()
	want, older := r.recorded()
	k.before, err = openIndex(r.known)
	switch {
	case errors.Is(err, fs.ErrNotExist) && want == "":
		err = nil
	case errors.Is(err, fs.ErrNotExist):
		err = r.unknown(errors.New("the entries known so far are missing: erasures that the lists have lost would be forgotten"))
	case err != nil:
	case k.before.Digest() == want || k.before.Digest() == r.journal.knownAfter():
	case want == "" && r.journal.knownAfter() == "":
		err = r.unknown(errors.New("no manifest speaks of it"))
	case older[k.before.Digest()]:
		err = r.unknown(errors.New("it is that of an earlier night: erasures known since would be forgotten"))
	default:
		err = r.unknown(errors.New("it is not the one that the last run left"))
	}
	if err != nil {
		return err
	}
	for _, x := range r.lists.indexes {
		gained, err := x.Since(k.before)
		if err != nil {
			return err
		}
		if !gained.Empty() {
			k.gained = append(k.gained, gained)
			keys, domains := gained.Len()
			k.gain += int64(keys + domains)
		}
	}
	if k.before == nil {
		return nil
	}
	k.digest = k.before.Digest()
	keys, domains := k.before.Len()
	k.entries = int64(keys + domains)
	return k.keep(r)
}

// unknown refuses known entries that are not those of the last run, unless they are to be
// taken for a reason.
func (r *rescreening) unknown(what error) error {
	if r.accept != "" {
		r.warn("known", unread(r.known, what), "")
		return nil
	}
	return &failure{exit: exitVerify, code: "known", err: unread(r.known, what),
		hint: "bring the file of the last run back; or say why it may be so, for the manifest: --accept-altered REASON"}
}

// keep puts what today's lists have lost behind them.
func (k *knownIndex) keep(r *rescreening) (err error) {
	if k.lost, err = k.before.Lost(r.lists.indexes); err != nil || k.lost.Empty() {
		return err
	}
	keys, domains := k.lost.Len()
	k.loss = int64(keys + domains)
	r.warn("lost", fmt.Errorf("%d erasures or objections are on no list any more: they stay in force", k.loss), "look why the lists have lost them")
	lists := make([]suppress.ListInfo, len(k.lost.Lists()))
	for i, l := range k.lost.Lists() {
		l.SHA256 = k.before.Digest()
		lists[i] = l
	}
	r.lists.indexes = append(r.lists.indexes, k.lost)
	return r.lists.number(lists, r.known)
}

// stage writes what is known from now on beside the file, if that is something else than
// before.
func (k *knownIndex) stage(ctx context.Context, r *rescreening) error {
	staged, err := pipeline.Staged(r.known)
	if err != nil {
		return err
	}
	var paths, made []string
	defer func() {
		for _, path := range made {
			os.Remove(path)
		}
	}()
	for i, x := range r.lists.indexes {
		path := x.Path()
		if path == "" {
			path = fmt.Sprintf("%s-%d", staged, i)
			made = append(made, path)
			if err := x.WriteFile(ctx, path); err != nil {
				return err
			}
		}
		paths = append(paths, path)
	}
	built, err := (&suppress.External{Workers: r.workers}).Merge(ctx, staged, paths...)
	if err != nil {
		return err
	}
	if built.Digest == k.digest {
		return os.Remove(staged)
	}
	k.staged, k.digest, k.entries = true, built.Digest, built.Keys+built.Domains
	return nil
}
