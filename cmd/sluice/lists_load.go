package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sluice/screen/suppress"
)

// A suppression is the lists of a run, ready for look-ups: index files as they are, and
// lists given as text, compiled into one index before them. Lists are numbered through.
type suppression struct {
	indexes []*suppress.Index
	files   []*suppress.Index   // those of indexes that were given as such
	lists   []suppress.ListInfo // list id is lists[id-1]
	from    []string            // the index file that lists[i] is in; empty for text
}

// Close gives the index files back.
func (s *suppression) Close() error {
	var errs []error
	for _, x := range s.indexes {
		errs = append(errs, x.Close())
	}
	return errors.Join(errs...)
}

// number takes in the lists of the last index, which is in a file or not.
func (s *suppression) number(lists []suppress.ListInfo, file string) error {
	for _, l := range lists {
		if len(s.lists) == math.MaxUint16 {
			return usage(errors.New("there are more than 65,535 lists"), "merge some with sluice lists merge")
		}
		l.ID = suppress.ListID(len(s.lists) + 1)
		s.lists = append(s.lists, l)
		s.from = append(s.from, file)
	}
	return nil
}

// entries returns how many keys and domains the indexes hold.
func (s *suppression) entries() (n int64) {
	for _, x := range s.indexes {
		keys, domains := x.Len()
		n += int64(keys + domains)
	}
	return n
}

// A listArg is an argument that names a list or an index.
type listArg struct {
	path  string
	class suppress.Class
	named bool // the class was
	index bool

	scope     string // what a policy says of it
	maxAge    time.Duration
	maxShrink *int
}

// parseListArg reads [CLASS=]PATH.
func parseListArg(arg, where string) (listArg, error) {
	a := listArg{path: arg}
	if class, path, ok := strings.Cut(arg, "="); ok && !strings.ContainsAny(class, `/\.`) {
		c, err := suppress.ParseClass(class)
		if err != nil {
			return a, usage(err, where+" takes [CLASS=]PATH")
		}
		a.class, a.path, a.named = c, path, true
	}
	return a, a.recognise(where)
}

// recognise finds out whether the file is an index. Whatever else is wrong with it, loading
// it will tell.
func (a *listArg) recognise(where string) error {
	var err error
	if a.index, err = isIndex(a.path); err == nil && a.index && a.named {
		return usage(fmt.Errorf("%s is an index, in which each list has a class already", a.path), "leave the class out in "+where)
	}
	return nil
}

// name is what the list is called in manifests.
func (a *listArg) name() string { return filepath.Base(a.path) }

// isIndex reports whether a file is an index. It reads nothing from a pipe.
func isIndex(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return suppress.IsIndex(head[:n]), err
}

// load opens and compiles the suppression lists, each guarded; replaced is the manifest
// that the run's will replace.
func (l *listing) load(ctx context.Context, now time.Time, replaced string) (s *suppression, err error) {
	last, err := l.guards.last(replaced)
	if err != nil {
		return nil, err
	}
	return l.loadAfter(ctx, now, last)
}

// loadAfter is load for a run before which the lists were as last says.
func (l *listing) loadAfter(ctx context.Context, now time.Time, last uses) (s *suppression, err error) {
	args, err := l.listArgs()
	if err != nil {
		return nil, err
	}
	var text []suppress.ListSpec
	var indexes []listArg
	names := map[string]bool{}
	for _, a := range args {
		if a.index {
			indexes = append(indexes, a)
			continue
		}
		spec := suppress.ListSpec{Path: a.path, Class: a.class, Scope: a.scope, Now: now}
		l.guards.guard(&spec, &a, a.name(), last)
		text = append(text, spec)
		names[a.name()] = true
	}
	s = new(suppression)
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if len(text) > 0 {
		x, lists, err := l.cache.compile(ctx, text)
		if err != nil {
			return s, err
		}
		s.indexes = append(s.indexes, x)
		if err := s.number(lists, ""); err != nil {
			return s, err
		}
	}
	for _, a := range indexes {
		x, err := openIndex(a.path)
		if err != nil {
			return s, err
		}
		s.indexes, s.files = append(s.indexes, x), append(s.files, x)
		lists := slices.Clone(x.Lists())
		for i := range lists {
			if err := l.guards.recheck(&lists[i], &a, now, last); err != nil {
				return s, err
			}
			names[lists[i].Name] = true
		}
		if err := s.number(lists, a.path); err != nil {
			return s, err
		}
	}
	return s, l.guards.check(names)
}

// openIndex opens an index file.
func openIndex(path string) (*suppress.Index, error) {
	x, err := suppress.Open(path)
	var bad *suppress.ListError
	if errors.As(err, &bad) {
		return nil, &indexError{bad}
	}
	return x, err
}

// An indexError is a ListError about an index, which has lists and is none.
type indexError struct{ list *suppress.ListError }

func (e *indexError) Error() string { return e.list.Path + ": " + e.list.What }
func (e *indexError) Unwrap() error { return e.list }

// compile reads lists into an index in memory.
func compile(ctx context.Context, specs []suppress.ListSpec) (*suppress.Index, error) {
	var b suppress.Builder
	for _, spec := range specs {
		if _, err := addList(ctx, &b, spec); err != nil {
			return nil, err
		}
	}
	return b.Build()
}
