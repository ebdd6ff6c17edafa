package suppress

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A Builder reads lists and compiles them into one Index. Lists are numbered in the
// order in which they are added. The zero Builder is ready. It may be used by one
// goroutine at a time.
//
// While a list is read it takes about 40 bytes an entry, and 20 after that.
type Builder struct {
	Workers int // goroutines that share the work; the number of processors, at most 8, if zero

	chunk   int // size of chunks, for tests; chunkSize if zero
	lists   []ListInfo
	runs    []run // one a list with keys
	domains domainSet
	sets    setTable
}

// AddFile reads the list at spec.Path. If it must not be used, the error is a
// *ListError and the list is not in the Builder (which is of no more use after the code
// TooLarge); a cancelled context gives its own error.
func (b *Builder) AddFile(ctx context.Context, spec ListSpec) (ListInfo, error) {
	f, err := os.Open(spec.Path)
	if err != nil {
		return ListInfo{}, spec.openError(err)
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return ListInfo{}, spec.openError(err)
	}
	if before.IsDir() {
		return ListInfo{}, spec.fail(&ListError{Code: Unreadable, What: "is a directory", Hint: "name the lists in it"})
	}
	source := "given"
	if spec.AsOf.IsZero() && before.Mode().IsRegular() {
		spec.AsOf, source = before.ModTime(), "file time"
	}
	return b.add(ctx, f, spec, source, func() error {
		after, err := f.Stat()
		if err != nil {
			return spec.openError(err)
		}
		if before.Mode().IsRegular() && (before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime())) {
			return spec.fail(&ListError{Code: Damaged, What: "changed while it was read",
				Hint: "put lists in place by renaming them"})
		}
		return nil
	})
}

// AddReader is AddFile for a list that is not a file. Its age is that of spec.AsOf.
func (b *Builder) AddReader(ctx context.Context, r io.Reader, spec ListSpec) (ListInfo, error) {
	return b.add(ctx, r, spec, "given", func() error { return nil })
}

func (b *Builder) add(ctx context.Context, r io.Reader, spec ListSpec, asOfSource string, unchanged func() error) (ListInfo, error) {
	if err := spec.checkAge(); err != nil {
		return ListInfo{}, err
	}
	if len(b.lists) == math.MaxUint16 {
		return ListInfo{}, spec.fail(&ListError{Code: TooLarge, What: "is one list more than the 65,535 that an index holds"})
	}
	info := ListInfo{
		ID: ListID(len(b.lists) + 1), Name: spec.name(), Path: spec.Path, Class: spec.Class, Scope: spec.Scope,
		AsOf: spec.AsOf, MaxAge: spec.MaxAge,
	}
	if !info.AsOf.IsZero() {
		info.AsOfSource = asOfSource
	}
	chunks, err := b.read(ctx, r, &spec, &info)
	if err != nil {
		return ListInfo{}, err
	}
	if err := unchanged(); err != nil {
		return ListInfo{}, err
	}
	if err := b.keep(chunks, &spec, &info); err != nil {
		return ListInfo{}, err
	}
	return info, nil
}

// read reads the list, fills info and applies every guard.
func (b *Builder) read(ctx context.Context, r io.Reader, spec *ListSpec, info *ListInfo) ([]*chunk, error) {
	src, err := openSource(r)
	defer src.close()
	if err != nil && err != io.EOF {
		return nil, spec.fail(src.sourceError(err))
	}
	if src.Reader == nil {
		return nil, spec.fail(&ListError{Code: NoEntries, What: "is empty", Hint: emptyHint})
	}
	l := &loader{src: src, workers: b.workers(), size: b.chunk}
	if l.size == 0 {
		l.size = chunkSize
	}
	if src.encoding == "binary" {
		err = l.runPacked(ctx)
	} else {
		var head []byte
		if head, err = src.Peek(headSize); err == nil || err == io.EOF {
			l.layout = findLayout(head, err == io.EOF, newReader())
			err = l.run(ctx)
		}
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errLongLine):
		return nil, spec.fail(&ListError{Code: Damaged, Lines: Lines{1, []int64{l.lines + 1}},
			What: "a line of more than 1 MiB", Hint: "check that the file is a list"})
	case errors.Is(err, errPartialRecord):
		return nil, spec.fail(&ListError{Code: Damaged, What: "its length is no multiple of 20, the size of a packed digest",
			Hint: "fetch the list again"})
	case errors.Is(err, errUnordered):
		return nil, spec.fail(&ListError{Code: Unreadable, What: "is neither text nor packed digests in ascending order",
			Hint: "decrypt or unpack it; give digests that are not in order as hex, one a line"})
	default:
		return nil, spec.fail(src.sourceError(err))
	}
	l.describe(info)
	return l.chunks, l.check(spec, info)
}

// describe fills in what the chunks found.
func (l *loader) describe(info *ListInfo) {
	info.Lines = l.lines
	info.Layout = Layout{Compression: l.src.compression, Encoding: l.src.encoding, Header: l.header, Columns: l.names()}
	if l.delim != 0 {
		info.Layout.Delimiter = string(l.delim)
	}
	var all findings
	for _, c := range l.chunks {
		f := &c.found
		for k, n := range f.entries {
			info.Entries[k] += n
		}
		info.Algorithms |= f.algorithms
		info.Traps += f.traps
		info.Comments += f.comments
		info.Blanks += f.blanks
		info.Refused.append(f.refused)
		for _, o := range f.odd {
			all.warn(o.what, o.lines)
		}
	}
	for _, o := range all.odd {
		for _, line := range o.lines.First {
			info.Warnings = append(info.Warnings, Warning{line, o.what})
		}
		if more := o.lines.Total - int64(len(o.lines.First)); more > 0 {
			info.Warnings = append(info.Warnings, Warning{0, fmt.Sprintf("%d more lines: %s", more, o.what)})
		}
	}
	slices.SortStableFunc(info.Warnings, func(a, b Warning) int { return int(min(max(a.Line-b.Line, -1), 1)) })

	io.Copy(io.Discard, l.src.stored) // what a decompressor leaves unread belongs to the file
	info.Bytes = l.src.stored.bytes
	sum := l.src.stored.hash
	if sum == nil {
		sum = l.hash
	}
	info.SHA256 = hex.EncodeToString(sum.Sum(nil))
}

const emptyHint = "if nobody is meant to be on it, leave the list out"

// check applies the guards that need the whole list.
func (l *loader) check(spec *ListSpec, info *ListInfo) error {
	var total, last int64
	var long, zeros, cut Lines
	var counts []claim
	for _, c := range l.chunks {
		f := &c.found
		total += f.total
		last = max(last, f.lastEntry)
		long.append(f.long)
		zeros.append(f.zeros)
		cut.append(f.cut)
		counts = append(counts, f.counts...)
	}
	if long.Total > 0 {
		return spec.fail(&ListError{Code: Damaged, Lines: long, What: "a line of more than 1 MiB",
			Hint: "check that the file is a list"})
	}
	if zeros.Total > 0 { // what a crash leaves of a file, among others
		return spec.fail(&ListError{Code: Damaged, Lines: Lines{1, zeros.First[:1]}, What: "zero bytes in the text",
			Hint: "fetch the list again"})
	}
	if cut.Total > 0 && total > 1 {
		return spec.fail(&ListError{Code: Damaged, Lines: cut, What: "the list ends in the middle of a line",
			Hint: "fetch the list again; if it is whole, end its last line with a line break"})
	}
	for _, c := range counts {
		if c.count != total {
			return spec.fail(&ListError{Code: Damaged, Lines: Lines{1, []int64{c.line}},
				What: fmt.Sprintf("the comment counts %d entries, the list has %d", c.count, total), Hint: "fetch the list again"})
		}
	}
	for _, c := range l.sums {
		switch {
		case c.line < last:
			info.Warnings = append(info.Warnings, Warning{c.line, "a checksum before the end of the list is not checked"})
		case c.want != c.textHash:
			return spec.fail(&ListError{Code: Damaged, Lines: Lines{1, []int64{c.line}},
				What: "the text above does not have the SHA-256 that the comment gives", Hint: "fetch the list again"})
		}
	}
	if n := info.Refused.Total; n > 0 && (spec.Class.Sealed() || n > 100 || n*100 > total) {
		what := "neither an address, a domain, a digest, a telephone number nor a profile"
		if info.Refused.Total == 1 {
			what = "the line is " + what
		} else {
			what = fmt.Sprintf("%d of %d lines are %s", n, total, what)
		}
		hint := "correct the lines; at most 1 in 100 and no more than 100 in all may be unreadable"
		if spec.Class.Sealed() {
			hint = "correct the lines; in a list of class " + spec.Class.String() + " every line must be readable"
		}
		if info.Refused.First[0] == 1 && !info.Layout.Header {
			hint += "; put # before a heading"
		}
		return spec.fail(&ListError{Code: BadLines, Lines: info.Refused, What: what, Hint: hint})
	}
	if info.Total() == 0 {
		return spec.fail(&ListError{Code: NoEntries, What: "has no entry", Hint: emptyHint})
	}
	return nil
}

// keep takes the chunks' entries into the Builder.
func (b *Builder) keep(chunks []*chunk, spec *ListSpec, info *ListInfo) error {
	set, err := b.sets.single(info.ID)
	if err != nil {
		return spec.fail(&ListError{Code: TooLarge, What: err.Error(), Err: err})
	}
	var blocks [][]Key
	var n int
	for _, c := range chunks {
		f := &c.found
		n += len(f.keys)
		if len(f.keys) > 0 {
			blocks = append(blocks, f.keys)
		}
		lo := uint32(0)
		for _, hi := range f.hostEnds {
			if repeat, err := b.domains.insert(f.hosts[lo:hi], set, &b.sets); err != nil {
				return spec.fail(&ListError{Code: TooLarge, What: err.Error(), Err: err})
			} else if repeat {
				info.Duplicates++
			}
			lo = hi
		}
	}
	if n > maxKeys {
		return spec.fail(&ListError{Code: TooLarge, What: "has more than 4,294,967,295 entries"})
	}
	if n > 0 {
		keys, repeats := sortKeys(blocks, b.workers())
		info.Duplicates += int64(repeats)
		b.runs = append(b.runs, run{keys: keys, set: set})
	}
	b.lists = append(b.lists, *info)
	return nil
}

// Build returns the index of all lists added. The Builder is empty afterwards.
func (b *Builder) Build() (*Index, error) {
	all, err := mergeRuns(b.runs, &b.sets)
	if err != nil {
		return nil, err
	}
	if len(all.keys) > maxKeys {
		return nil, errors.New("the lists have more than 4,294,967,295 entries together")
	}
	x := newIndex(all)
	if x.domains, err = b.domains.sorted(&b.sets); err != nil {
		return nil, err
	}
	x.number(&b.sets)
	x.describe(b.lists)
	*b = Builder{Workers: b.Workers, chunk: b.chunk}
	return x, nil
}

func (b *Builder) workers() int {
	if b.Workers > 0 {
		return b.Workers
	}
	return min(runtime.GOMAXPROCS(0), 8)
}

func (s *ListSpec) name() string {
	if s.Name != "" {
		return s.Name
	}
	return filepath.Base(s.Path)
}

// fail completes an error with what the list is.
func (s *ListSpec) fail(e *ListError) *ListError {
	e.List, e.Path, e.Class = s.name(), s.Path, s.Class
	return e
}

func (s *ListSpec) openError(err error) *ListError {
	e := &ListError{Code: Unreadable, Err: err, What: "cannot be opened", Hint: "check the file's permissions"}
	var p *fs.PathError
	if errors.As(err, &p) {
		e.What = "cannot be opened: " + p.Err.Error()
	}
	if errors.Is(err, fs.ErrNotExist) {
		e.Code, e.What, e.Hint = Missing, "there is no such file", "check the path; a list that is named must be there"
	}
	return s.fail(e)
}

// checkAge refuses a list that is too old, or of unknown age where age matters.
func (s *ListSpec) checkAge() error {
	if s.MaxAge <= 0 {
		return nil
	}
	if s.AsOf.IsZero() {
		return s.fail(&ListError{Code: Stale, What: "its age is not known, and at most " + age(s.MaxAge) + " is allowed",
			Hint: "say as of when it is"})
	}
	if s.Now.IsZero() {
		return s.fail(&ListError{Code: Stale, What: "its age cannot be told without a clock", Hint: "give the time of the run"})
	}
	if is := s.Now.Sub(s.AsOf); is > s.MaxAge {
		return s.fail(&ListError{Code: Stale, What: fmt.Sprintf("is %s old; at most %s is allowed", age(is), age(s.MaxAge)),
			Hint: "fetch the list again"})
	}
	return nil
}

// age writes a duration in days from two days up.
func age(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}
