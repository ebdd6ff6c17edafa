package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"

	"sluice/screen/suppress"
)

// lists looks for the person in suppression lists.
func (f *finding) lists(ctx context.Context, t *findTargets) error {
	for i, a := range t.lists {
		if i >= t.optional {
			if _, err := os.Stat(a.path); err != nil {
				f.report.Missing = append(f.report.Missing, notSearched{File: a.path, Why: "it is no longer here", Gone: true})
				continue
			}
		}
		how := byList
		look := f.text
		if a.index {
			how, look = byIndex, f.inIndex
		}
		entries, err := look(ctx, a)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && i < t.optional:
			return ofList(err)
		case err != nil:
			f.report.Missing = append(f.report.Missing, notSearched{File: a.path, Why: err.Error()})
			continue
		}
		f.report.Search = append(f.report.Search, &foundPlace{File: a.path, How: how})
		f.report.Lists = append(f.report.Lists, entries...)
	}
	on := map[string]bool{}
	for _, e := range f.report.Lists {
		on[e.File+"\x00"+e.List] = true
	}
	f.report.Totals.OnLists = len(on)
	return nil
}

// inIndex looks into an index file.
func (f *finding) inIndex(_ context.Context, a listArg) (all []foundEntry, err error) {
	x, err := openIndex(a.path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = &indexError{damaged}
		}
	}()
	lists := x.Lists()
	add := func(h suppress.Hit, kind suppress.Kind, form string) {
		if h == 0 {
			return
		}
		for _, id := range x.Members(h) {
			l := &lists[id-1]
			all = append(all, foundEntry{List: l.Name, File: a.path, Class: l.Class.String(), Scope: l.Scope, Kind: kind.String(), Form: form})
		}
	}
	for _, k := range f.who.keys() {
		add(x.Lookup(&k), suppress.Digest, f.who.form[k])
	}
	add(x.Domain(f.who.host), suppress.Domain, "")
	slices.SortStableFunc(all, func(a, b foundEntry) int {
		return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Form, b.Form))
	})
	return slices.CompactFunc(all, func(a, b foundEntry) bool { return a.List == b.List && a.Kind == b.Kind && a.Form == b.Form }), nil
}

// text looks into a list that is no index. Guards are for lists that runs are to obey:
// whatever is wrong with one, what it holds of the person is told.
func (f *finding) text(ctx context.Context, a listArg) ([]foundEntry, error) {
	var b suppress.Builder
	b.Seek(f.who.keys(), f.who.host)
	spec := suppress.ListSpec{Path: a.path, Class: a.class, Allow: map[suppress.Code]string{}}
	for _, code := range allowable {
		spec.Allow[code] = "it is searched, not used"
	}
	info, err := addList(ctx, &b, spec)
	if err != nil {
		return nil, err
	}
	var all []foundEntry
	for _, p := range b.Sought() {
		e := foundEntry{List: info.Name, File: a.path, Scope: info.Scope, Kind: p.Kind.String(), Form: f.who.form[p.Key], Aside: p.Aside}
		if a.named {
			e.Class = a.class.String()
		}
		if p.Kind == suppress.Digest {
			e.Digest = p.Algorithm.String()
		}
		same := slices.IndexFunc(all, func(o foundEntry) bool {
			return o.Kind == e.Kind && o.Form == e.Form && o.Digest == e.Digest && o.Aside == e.Aside
		})
		if same < 0 {
			all = append(all, e)
			same = len(all) - 1
		}
		all[same].Lines = append(all[same].Lines, p.Line)
	}
	return all, nil
}
