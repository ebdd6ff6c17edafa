package suppress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
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
	l := &loader{src: src, workers: b.workers(), size: b.chunk, canaries: must, drain: b.drain, sought: b.sought}
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
