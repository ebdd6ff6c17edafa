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
	"slices"
	"time"
)

// An input is where a list is read from.
type input struct {
	io.Reader
	at       io.ReaderAt // the same bytes, nil if they can only be read in order
	size     int64       // of at
	modified time.Time   // zero if not known

	folder *folder // what Reader reads, if that is a folder
}

// AddFile reads the list at spec.Path, a file or a folder of ranges. If it must not be
// used, the error is a *ListError and the list is not in the Builder (which is of no
// more use after the codes TooLarge and Shrunk); a cancelled context gives its own error.
func (b *Builder) AddFile(ctx context.Context, spec ListSpec) (ListInfo, error) {
	f, err := os.Open(spec.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return b.addMissing(&spec, spec.openError(err))
	}
	if err != nil {
		return ListInfo{}, spec.openError(err)
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return ListInfo{}, spec.openError(err)
	}
	if err := spec.readSidecar(); err != nil {
		return ListInfo{}, err
	}
	if before.IsDir() {
		return b.addFolder(ctx, &spec)
	}
	if !before.Mode().IsRegular() {
		return b.add(ctx, &input{Reader: f}, &spec, nil)
	}
	section := io.NewSectionReader(f, 0, before.Size())
	in := &input{Reader: section, at: section, size: before.Size(), modified: before.ModTime()}
	return b.add(ctx, in, &spec, func() error {
		after, err := f.Stat()
		if err != nil {
			return spec.openError(err)
		}
		if before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime()) {
			return spec.changed()
		}
		return nil
	})
}

// AddReader is AddFile for a list that is not a file. An archive is held in memory, if
// r cannot be read at any place.
func (b *Builder) AddReader(ctx context.Context, r io.Reader, spec ListSpec) (ListInfo, error) {
	in := &input{Reader: r}
	if at, ok := r.(interface {
		io.ReaderAt
		Size() int64
	}); ok {
		in.at, in.size = at, at.Size()
	}
	return b.add(ctx, in, &spec, nil)
}

// addMissing adds a list that does not exist, if that is allowed.
func (b *Builder) addMissing(spec *ListSpec, e *ListError) (ListInfo, error) {
	info, err := b.number(spec)
	if err != nil {
		return ListInfo{}, err
	}
	if err := spec.pass(e, &info); err != nil {
		return ListInfo{}, err
	}
	return info, b.keep(nil, spec, &info)
}

// number returns the description of the next list, as far as spec gives it.
func (b *Builder) number(spec *ListSpec) (ListInfo, error) {
	if len(b.lists) == math.MaxUint16 {
		return ListInfo{}, spec.fail(&ListError{Code: TooLarge, What: "is one list more than the 65,535 that an index holds",
			Hint: "join lists of the same class"})
	}
	return ListInfo{ID: ListID(len(b.lists) + 1), Name: spec.name(), Path: spec.Path, Class: spec.Class, Scope: spec.Scope,
		AsOf: spec.AsOf, MaxAge: spec.MaxAge}, nil
}

func (b *Builder) add(ctx context.Context, in *input, spec *ListSpec, unchanged func() error) (ListInfo, error) {
	info, err := b.number(spec)
	if err != nil {
		return ListInfo{}, err
	}
	chunks, err := b.read(ctx, in, spec, &info)
	if err != nil {
		return ListInfo{}, err
	}
	if unchanged != nil {
		if err := unchanged(); err != nil {
			return ListInfo{}, err
		}
	}
	if err := b.keep(chunks, spec, &info); err != nil {
		return ListInfo{}, err
	}
	return info, nil
}

const emptyHint = "if nobody is meant to be on it, leave the list out"

// read reads the list, fills info and applies every guard but that of its size.
func (b *Builder) read(ctx context.Context, in *input, spec *ListSpec, info *ListInfo) ([]*chunk, error) {
	src, err := in.open(spec)
	defer src.close()
	if err != nil && err != io.EOF {
		return nil, spec.fail(src.sourceError(err))
	}
	must := newCanaries(spec.Canaries)
	var chunks []*chunk
	switch {
	case src.archive:
		chunks, err = b.readArchive(ctx, in, src, spec, must, info)
	case src.Reader == nil:
		if err := spec.settle(&header{}, in.modified, info); err != nil {
			return nil, err
		}
		info.Layout = Layout{Format: "text", Compression: "none", Encoding: "utf-8"}
		return nil, spec.pass(&ListError{Code: NoEntries, What: "is empty", Hint: emptyHint}, info)
	default:
		chunks, err = b.readText(ctx, src, spec, must, info, func(h *header) error {
			return spec.settle(h, in.modified, info)
		})
		info.SHA256, info.Bytes = src.digest, src.stored.bytes
		if in.folder != nil {
			info.Layout.Format, info.Skipped, info.Bytes = "range-folder", in.folder.padding, in.folder.stored
		}
	}
	if err != nil {
		return nil, err
	}
	if info.Total() == 0 {
		if err := spec.pass(&ListError{Code: NoEntries, What: "has no entry", Hint: emptyHint}, info); err != nil {
			return nil, err
		}
	}
	return chunks, must.check(spec, info)
}

// open looks at the first bytes of the input.
func (in *input) open(spec *ListSpec) (*source, error) {
	if in.folder != nil {
		return sourceFolder(in.folder, spec.Packed)
	}
	return openSource(in.Reader, spec.Packed)
}

// readText reads one text and adds what is in it to info. settle is told what the
// text's first comments say of it.
func (b *Builder) readText(ctx context.Context, src *source, spec *ListSpec, must *canaries, info *ListInfo,
	settle func(*header) error) ([]*chunk, error) {
	l := &loader{src: src, workers: b.workers(), size: b.chunk, canaries: must, drain: b.drain}
	if l.size == 0 {
		l.size = chunkSize
	}
	var h header
	var err error
	if src.encoding == "binary" {
		if err := settle(&h); err != nil {
			return nil, err
		}
		l.format = "packed"
		err = l.runPacked(ctx, spec.Packed)
	} else {
		var head []byte
		if head, err = src.Peek(headSize); err == nil || err == io.EOF {
			if src.layout != nil {
				l.layout = *src.layout
			} else {
				l.layout = findLayout(head, err == io.EOF, newReader())
				h = readHeader(head, l.eol, err == io.EOF)
				l.headLines = h.lines
			}
			if err := settle(&h); err != nil {
				return nil, err
			}
			if l.own, err = h.keys(spec, info); err != nil {
				return nil, err
			}
			err = l.run(ctx)
		}
	}
	var syntax *syntaxError
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &syntax):
		return nil, spec.fail(syntax.listError())
	case errors.Is(err, errLongLine):
		return nil, spec.fail(&ListError{Code: Damaged, Lines: Lines{1, []int64{l.lines + 1}}, Err: err,
			What: "a line of more than 1 MiB", Hint: "check that the file is a list"})
	case errors.Is(err, errPartialRecord):
		return nil, spec.fail(&ListError{Code: Damaged, Err: err,
			What: fmt.Sprintf("its length is no multiple of %d, the size of a packed digest", spec.Packed.Size()),
			Hint: "fetch the list again"})
	case errors.Is(err, errUnordered):
		return nil, spec.fail(&ListError{Code: Unreadable, Err: err, What: "is neither text nor packed digests in ascending order",
			Hint: "decrypt or unpack it; give digests that are not in order as hex, one a line"})
	default:
		return nil, spec.fail(src.sourceError(err))
	}
	l.describe(info)
	if err := l.check(spec, info); err != nil {
		return nil, err
	}
	return l.chunks, l.own.check(spec, info)
}

// describe adds what the chunks found to info, and sets its layout.
func (l *loader) describe(info *ListInfo) {
	l.chunked(info)
	info.Layout = Layout{Format: l.formatName(), Compression: l.src.compression, Encoding: l.src.encoding,
		Header: l.header, Columns: l.names()}
	if l.delim != 0 && l.src.layout == nil {
		info.Layout.Delimiter = string(l.delim)
	}
	if l.src.layout != nil {
		info.Layout.Header, info.Layout.Columns = false, nil
	}
	io.Copy(io.Discard, l.src.stored) // what a decompressor leaves unread belongs to the file
	sum := l.src.stored.hash
	if sum == nil {
		sum = l.hash
	}
	l.src.digest = hex.EncodeToString(sum.Sum(nil))
}

// chunked adds what the chunks found to info.
func (l *loader) chunked(info *ListInfo) {
	info.Lines += l.lines
	all := findings{odd: l.odd}
	for _, c := range l.chunks {
		f := &c.found
		for k, n := range f.entries {
			info.Entries[k] += n
		}
		info.Algorithms |= f.algorithms
		info.Traps += f.traps
		info.Skipped += f.skipped
		info.Comments += f.comments
		info.Blanks += f.blanks
		info.Refused.append(f.refused)
		for _, o := range f.odd {
			all.warn(o.what, o.lines)
		}
		for _, o := range f.why {
			all.because(o.what, o.lines)
		}
	}
	info.Blanks -= l.src.filler()
	for _, o := range all.odd {
		for _, line := range o.lines.First {
			info.Warnings = append(info.Warnings, Warning{line, o.what})
		}
		if more := o.lines.Total - int64(len(o.lines.First)); more > 0 {
			info.Warnings = append(info.Warnings, Warning{0, fmt.Sprintf("%d more lines: %s", more, o.what)})
		}
	}
	slices.SortStableFunc(info.Warnings, func(a, b Warning) int { return int(min(max(a.Line-b.Line, -1), 1)) })
	for _, o := range all.why {
		info.Causes = append(info.Causes, Cause{o.what, o.lines})
	}
	slices.SortStableFunc(info.Causes, func(a, b Cause) int {
		return int(min(max(a.Lines.First[0]-b.Lines.First[0], -1), 1))
	})
}

// formatName returns the name of the text's format.
func (l *loader) formatName() string {
	switch {
	case l.format != "":
		return l.format
	case l.delim != 0:
		return "csv"
	}
	return "text"
}

// check applies the guards that need the whole text.
func (l *loader) check(spec *ListSpec, info *ListInfo) error {
	var total, last int64
	var long, zeros, cut, refused Lines
	var counts []claim
	var late Lines
	for _, c := range l.chunks {
		f := &c.found
		total += f.total
		last = max(last, f.lastEntry)
		long.append(f.long)
		zeros.append(f.zeros)
		cut.append(f.cut)
		refused.append(f.refused)
		counts = append(counts, f.counts...)
		for _, line := range f.canaries {
			if line > l.headLines {
				late.add(line)
			}
		}
	}
	if late.Total > 0 {
		if err := spec.pass(&ListError{Code: Canary, Lines: late, What: "a canary is named too late to be looked for",
			Hint: "name canaries at the head of the list"}, info); err != nil {
			return err
		}
	}
	damaged := func(lines Lines, what, hint string) error {
		return spec.pass(&ListError{Code: Damaged, Lines: lines, What: what, Hint: hint}, info)
	}
	const again = "fetch the list again"
	if long.Total > 0 {
		if err := damaged(long, "a line of more than 1 MiB", "check that the file is a list"); err != nil {
			return err
		}
	}
	if zeros.Total > 0 { // what a crash leaves of a file, among others
		if err := damaged(Lines{1, zeros.First[:1]}, "zero bytes in the text", again); err != nil {
			return err
		}
	}
	if cut.Total > 0 && total > 1 {
		if err := damaged(cut, "the list ends in the middle of a line",
			again+"; if it is whole, end its last line with a line break"); err != nil {
			return err
		}
	}
	for _, c := range counts {
		if c.count == total {
			continue
		}
		what := fmt.Sprintf("the comment counts %d entries, the list has %d", c.count, total)
		if err := damaged(Lines{1, []int64{c.line}}, what, again); err != nil {
			return err
		}
	}
	for _, c := range l.sums {
		if c.line < last {
			info.Warnings = append(info.Warnings, Warning{c.line, "a checksum before the end of the list is not checked"})
			continue
		}
		if c.want == c.textHash {
			continue
		}
		if err := damaged(Lines{1, []int64{c.line}}, "the text above does not have the SHA-256 that the comment gives", again); err != nil {
			return err
		}
	}
	return spec.checkRefused(refused, total, info)
}

// checkRefused refuses a list with more unreadable lines than its class allows.
func (s *ListSpec) checkRefused(refused Lines, total int64, info *ListInfo) error {
	n := refused.Total
	if n == 0 || !s.Class.Sealed() && n <= 100 && n*100 <= total {
		return nil
	}
	what := "neither an address, a domain, a digest, a telephone number nor a profile"
	if n == 1 {
		what = "the line is " + what
	} else {
		what = fmt.Sprintf("%d of %d lines are %s", n, total, what)
	}
	hint := "correct the lines; at most 1 in 100 and no more than 100 in all may be unreadable"
	if s.Class.Sealed() {
		hint = "correct the lines; in a list of class " + s.Class.String() + " every line must be readable"
	}
	if refused.First[0] == 1 && !info.Layout.Header {
		hint += "; put # before a heading"
	}
	return s.pass(&ListError{Code: BadLines, Lines: refused, What: what, Hint: hint}, info)
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

func (s *ListSpec) changed() *ListError {
	return s.fail(&ListError{Code: Damaged, What: "changed while it was read", Hint: "put lists in place by renaming them"})
}
