package anyio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"

	"sluice/formats"
	"sluice/formats/arrowio"
	"sluice/formats/csvio"
	"sluice/formats/parquetio"
)

// An input is one list of a Source.
type input struct {
	path string // "-" for standard input
	name string // in messages

	// Known of regular files from the start.
	regular bool
	info    os.FileInfo
	stat    func() (os.FileInfo, error)
	kind    kind

	// While it is open.
	reader  formats.Reader
	content kind // what lies within any compression
	digest  *digest
	stream  io.Reader // nil for a file that is read at random
	at      *lazyFile
	counted *countedAt
	base    int64 // where it starts in the file: standard input may have been read from before
	closers []func()
	summary formats.Info // of what was read
	lo, hi  int64        // the part of it that is read; all if hi is 0
}

// look tells what a regular file is by its first bytes, so that what is wrong with
// the last of many inputs comes up before the first is read.
func (in *input) look() error {
	info, err := os.Stat(in.path)
	if err != nil {
		return &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check the path"}
	}
	if !info.Mode().IsRegular() { // a pipe gives its bytes only once
		return nil
	}
	f, err := os.Open(in.path)
	if err != nil {
		return &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check that the file may be read by this user"}
	}
	defer f.Close()
	if in.info, err = f.Stat(); err != nil {
		return err
	}
	in.regular = true
	in.stat = func() (os.FileInfo, error) { return os.Stat(in.path) }
	in.kind, err = sniffAt(f, 0)
	if err == nil && in.kind == kindEmpty {
		return emptyInput(in.name)
	}
	return err
}

func emptyInput(name string) error {
	return inputError(name, "empty", "check that the export that made it finished", "the input is empty")
}

func sniffAt(r io.ReaderAt, off int64) (kind, error) {
	b := make([]byte, sniffLen)
	n, err := r.ReadAt(b, off)
	if err != nil && err != io.EOF {
		return kindEmpty, err
	}
	return detect(b[:n]), nil
}

// open makes the input's reader.
func (in *input) open(ctx context.Context, s *Source) error {
	f, r, err := in.source(s)
	if err != nil {
		return err
	}
	h, err := newHash(s.o.Digest)
	if err != nil {
		return err
	}
	if in.regular && (in.kind == kindParquet || in.kind == kindArrowFile) {
		size := in.info.Size() - in.base
		in.at = &lazyFile{path: in.path, info: in.info, f: f}
		if in.path == "-" {
			in.at.path = ""
		}
		s.opened(in.at)
		in.counted = &countedAt{r: in.at, off: in.base, count: &s.read, left: size}
		lo, n := in.base, size
		if in.partial() {
			lo, n = in.lo, in.hi-in.lo
			in.counted.left = n
		}
		if !s.o.unhashed {
			in.digest = hashFile(ctx, in.at, lo, n, h, s.turn)
		}
		if err := in.openAt(s, in.counted, size, in.kind); err != nil || !in.partial() {
			return err
		}
		in.reader.(interface{ Only(lo, hi int64) }).Only(in.lo, in.hi)
		return nil
	}
	if f != nil && in.path != "-" {
		in.closers = append(in.closers, func() { f.Close() })
	}
	if in.partial() {
		return in.openPart(ctx, s, f)
	}
	if in.regular && in.kind == kindText {
		d := newDirect(ctx, r, h, &s.read)
		in.stream, in.digest = d, d.digest
	} else {
		f := newFeeder(ctx, r, h, &s.read)
		in.stream, in.digest = f, f.digest
	}
	return in.openStream(s)
}

// source opens the bytes of the input. The file is nil if there is none.
func (in *input) source(s *Source) (*os.File, io.Reader, error) {
	if in.path == "-" {
		f, ok := s.o.Stdin.(*os.File)
		if !ok {
			return nil, s.o.Stdin, nil
		}
		info, err := f.Stat()
		if err != nil {
			return nil, nil, err
		}
		if info.Mode()&fs.ModeNamedPipe != 0 {
			widenPipe(f)
		}
		if info.Mode().IsRegular() {
			if in.base, err = f.Seek(0, io.SeekCurrent); err != nil {
				return f, f, nil
			}
			in.info, in.regular, in.stat = info, true, f.Stat
			in.kind, err = sniffAt(f, in.base)
		}
		return f, f, err
	}
	f, err := os.Open(in.path)
	if err != nil {
		return nil, nil, &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check that the file may be read by this user"}
	}
	info, err := f.Stat()
	if err == nil && in.regular && !unchanged(info, in.info) {
		err = changed(in.name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	if info.Mode()&fs.ModeNamedPipe != 0 {
		widenPipe(f)
	}
	return f, f, nil
}

func changed(name string) error {
	return &formats.Error{Pos: formats.Position{File: name, Offset: -1}, Code: "changed", Err: errChanged, Hint: changedHint}
}

// openStream finds out what comes from the stream, and under any compression.
func (in *input) openStream(s *Source) error {
	head, r, err := peek(in.stream)
	if err != nil {
		return err
	}
	in.kind = detect(head)
	in.content = in.kind
	in.summary.Compression = "none"
	if in.kind == kindGzip || in.kind == kindZstd {
		z, err := newInflater(r, in.kind, in.name, s.o.MaxInflated)
		if err != nil {
			return err
		}
		in.closers = append(in.closers, z.close)
		in.summary.Compression = z.how
		if head, r, err = peek(z); err != nil {
			return err
		}
		in.content = detect(head)
		if in.content == kindGzip || in.content == kindZstd {
			return inputError(in.name, "compression", "decompress it once before giving it", "the input is compressed twice")
		}
	}
	if in.content == kindEmpty {
		return emptyInput(in.name)
	}
	if err := in.agree(s.o.From); err != nil {
		return err
	}
	switch in.content {
	case kindParquet, kindArrowFile:
		sp, err := newSpool(r, s.o.SpoolDir, s.o.MaxSpool)
		var full errSpoolFull
		if errors.As(err, &full) {
			return inputError(in.name, "limit", "store the input as a plain file, which needs no temporary one, or raise the limit", "%w", err)
		}
		if err != nil {
			return err
		}
		s.spools = append(s.spools, sp)
		return in.openAt(s, sp, sp.size, in.content)
	case kindArrowStream:
		a, err := arrowio.NewReader(r, in.name, s.o.Arrow)
		if err == nil {
			in.reader = a
		}
		return err
	}
	in.content = kindText
	c, err := csvio.NewReader(r, in.name, s.textOptions())
	if err == nil {
		in.reader = c
	}
	return err
}

// openAt makes the reader of a format that needs random access.
func (in *input) openAt(s *Source, r io.ReaderAt, size int64, k kind) error {
	in.content = k
	if in.summary.Compression == "" {
		in.summary.Compression = "none"
	}
	if err := in.agree(s.o.From); err != nil {
		return err
	}
	if k == kindParquet {
		p, err := parquetio.Open(r, size, in.name, s.o.Parquet)
		if err == nil {
			in.reader = p
		}
		return err
	}
	a, err := arrowio.OpenFile(r, size, in.name, s.o.Arrow)
	if err == nil {
		in.reader = a
	}
	return err
}

// agree refuses an input that is not in the format it was said to be in.
func (in *input) agree(from string) error {
	is := ""
	switch in.content {
	case kindParquet:
		is = Parquet
	case kindArrowFile, kindArrowStream:
		is = Arrow
	default:
		is = CSV
	}
	if from == "" || from == is || from == TSV && is == CSV {
		return nil
	}
	return inputError(in.name, "format", "leave out --from to have the format recognised", "the input is not in the format %s but looks like %s", from, is)
}

// peek returns the first bytes of r, and a reader of all of it.
func peek(r io.Reader) ([]byte, io.Reader, error) {
	b := make([]byte, sniffLen)
	n, err := io.ReadFull(r, b)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, nil, err
	}
	return b[:n], io.MultiReader(bytes.NewReader(b[:n]), r), nil
}

// finish is called when the reader is at its end. What a stream has left is read,
// for its hash, and must be nothing a reader should have seen.
func (in *input) finish() error {
	if in.stream != nil {
		if _, err := io.Copy(io.Discard, in.stream); err != nil {
			return err
		}
	}
	if in.counted != nil {
		in.counted.add(math.MaxInt64) // whatever is left
	}
	err := in.verify()
	in.release()
	return err
}

// verify reports whether a regular file is still what it was.
func (in *input) verify() error {
	if !in.regular {
		return nil
	}
	now, err := in.stat()
	if err != nil || !unchanged(now, in.info) {
		return changed(in.name)
	}
	return nil
}

// release gives back what a stream needed. Files that are read at random stay until
// the Source is closed.
func (in *input) release() {
	for _, c := range in.closers {
		c()
	}
	in.closers = nil
}

// describe returns what is known of the input.
func (in *input) describe(digestName string) formats.Info {
	info := in.summary
	if in.reader != nil {
		info = in.reader.Info()
		info.Compression = in.summary.Compression
	}
	info.Name = in.name
	if in.partial() {
		info.Offset, info.Whole = in.lo, in.info.Size()
	}
	if in.digest != nil {
		select {
		case <-in.digest.done:
			info.Bytes = in.digest.n
			if digestName == "xxh64" {
				info.XXH64 = in.digest.sum
			} else {
				info.SHA256 = in.digest.sum
			}
		default:
		}
	}
	return info
}
