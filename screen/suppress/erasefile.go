package suppress

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// Erase takes the subjects out of the list at path, and adds digests that it does not
// have. Every other byte of the text stays as it is, in its encoding and compression; the
// comments "# count:" and "# sha256:" are brought up to date. The file keeps its
// permissions, owner and time: that of a list without anything new. Nothing is left of the
// old file but what runs have open. A canary that was taken out goes from its comment and
// from PATH.canary, too.
//
// Done again it changes nothing, and after a kill at any moment it completes what was
// begun: the file is either the old or the new one, and what lay beside it is removed. The
// error is a *ListError if the list cannot be rewritten as what it is.
func (e *Eraser) Erase(ctx context.Context, path string, add ...Key) (*Erased, error) {
	spec := &ListSpec{Path: path}
	erased, err := e.erase(ctx, path, add)
	var bad *ListError
	if errors.As(err, &bad) {
		err = spec.fail(bad)
	}
	return erased, err
}

func (e *Eraser) erase(ctx context.Context, path string, add []Key) (*Erased, error) {
	erased := &Erased{Path: path}
	place, err := filepath.EvalSymlinks(path)
	if err != nil {
		return erased, (&ListSpec{Path: path}).openError(err)
	}
	f, before, err := openAlone(place)
	if err != nil {
		return erased, err
	}
	defer f.Close()
	if before.IsDir() {
		erased.Digests = true // a folder of ranges
		return erased, nil
	}
	staged := stagedName(place)
	if err := e.remove(staged); err != nil {
		return erased, err
	}
	canaries, err := openSidecar(place)
	if err != nil {
		return erased, err
	}
	s, err := e.scan(ctx, f, add, canaries.keys(e.reader), erased)
	if err != nil {
		return erased, err
	}
	if erased.Changed() {
		if err := e.replace(ctx, s, f, before, place, add); err != nil {
			os.Remove(staged)
			return erased, err
		}
	}
	return erased, e.canaries(&canaries, s)
}

// stagedName is the name of the file that takes the place of another, until it does.
func stagedName(place string) string {
	dir, base := filepath.Split(place)
	return filepath.Join(dir, "."+base+".sluice-erase.tmp")
}

// openAlone opens a file and claims it, so that no other process erases from it meanwhile.
func openAlone(place string) (*os.File, fs.FileInfo, error) {
	for {
		f, err := os.Open(place)
		if err != nil {
			return nil, nil, (&ListSpec{Path: place}).openError(err)
		}
		info, err := f.Stat()
		if err == nil && !info.IsDir() {
			switch {
			case !info.Mode().IsRegular():
				err = &ListError{Code: Unreadable, What: "is no file that could be rewritten", Hint: "name the file itself"}
			case names(info) > 1:
				err = &ListError{Code: Unreadable, What: "has another name (a hard link), under which its old content would stay",
					Hint: "remove the other name; find -samefile shows it"}
			case lockFile(f) != nil:
				err = &ListError{Code: Busy, What: "is being changed by another process", Hint: "wait for that to end"}
			}
		}
		if err != nil {
			f.Close()
			return nil, nil, err
		}
		if now, err := os.Stat(place); err == nil && os.SameFile(info, now) {
			return f, info, nil
		}
		f.Close() // it was replaced before it was claimed
	}
}

// replace writes the list's successor, checks it, and gives it the name.
func (e *Eraser) replace(ctx context.Context, s *scanner, f *os.File, before fs.FileInfo, place string, add []Key) error {
	was, err := loads(ctx, f)
	if err != nil {
		return err
	}
	staged := stagedName(place)
	if err := e.stepTo("stage", place); err != nil {
		return err
	}
	to, err := os.OpenFile(staged, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := s.write(to, f); err != nil {
		return err
	}
	if err := e.check(ctx, to, add, s, was); err != nil {
		return err
	}
	keepOwner(to, before)
	if err := to.Chmod(before.Mode().Perm()); err != nil {
		return err
	}
	if s.erased.Added == 0 {
		if err := os.Chtimes(staged, before.ModTime(), before.ModTime()); err != nil {
			return err
		}
	}
	if err := to.Sync(); err != nil {
		return err
	}
	now, err := os.Stat(place)
	if err != nil {
		return err
	}
	if !os.SameFile(before, now) || now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) {
		return (&ListSpec{}).changed()
	}
	if e.before != nil {
		if err := e.before(s.erased); err != nil {
			return err
		}
	}
	if err := e.stepTo("rename", place); err != nil {
		return err
	}
	if err := os.Rename(staged, place); err != nil {
		return err
	}
	if err := e.stepTo("syncdir", place); err != nil {
		return err
	}
	return syncDir(filepath.Dir(place))
}

func (e *Eraser) stepTo(what, path string) error {
	if e.step == nil {
		return nil
	}
	return e.step(what, path)
}

// remove removes what a killed process left.
func (e *Eraser) remove(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.Remove(path)
}

// loads reads a list as runs do, and returns the guards that it does not pass. A damaged
// one is refused: what it says of itself must not be made to look right.
func loads(ctx context.Context, f *os.File) (map[Code]bool, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	allow := map[Code]string{NoEntries: "-", Canary: "-", BadLines: "-"}
	b := Builder{drain: func(found *findings, _ int) error {
		found.keys, found.hosts, found.hostEnds = nil, nil, nil
		return nil
	}}
	info, err := b.AddReader(ctx, io.NewSectionReader(f, 0, 1<<62), ListSpec{Path: "-", Allow: allow})
	failed := map[Code]bool{}
	for _, o := range info.Overrides {
		failed[o.Code] = true
	}
	return failed, err
}

// check reads what was written: nothing is left to be erased, and runs can use it as they
// could use the old one.
func (e *Eraser) check(ctx context.Context, f *os.File, add []Key, before *scanner, was map[Code]bool) error {
	again := &Erased{}
	after, err := e.scan(ctx, f, add, nil, again)
	if err != nil {
		return fmt.Errorf("internal: the rewritten list cannot be read: %w", err)
	}
	if same, err := before.readAlike(after, f); err != nil || !same {
		return cmp.Or(err, error(&ListError{Code: Unreadable, What: "would be read in another way without what is to be erased",
			Hint: "give it a header that names its columns, or store it as UTF-8"}))
	}
	is, err := loads(ctx, f)
	if err != nil {
		return fmt.Errorf("internal: the rewritten list does not load: %w", err)
	}
	for code := range is {
		if !was[code] && code != NoEntries {
			return fmt.Errorf("internal: the rewritten list would not pass the guard %s", code)
		}
	}
	if again.Changed() || len(again.Subjects) > 0 {
		return errors.New("internal: the rewritten list still holds what was to be erased")
	}
	return nil
}

// readAlike reports whether the rewritten list is read as the old one was: how a list is
// divided and encoded is found by looking, if it does not say.
func (s *scanner) readAlike(now *scanner, f *os.File) (bool, error) {
	if now.total != s.total-s.gone+s.erased.Added {
		return false, nil
	}
	if s.total == 0 || now.total == 0 {
		return true, nil
	}
	alike := s.dialect == now.dialect && s.header == now.header && slices.Equal(s.columns, now.columns)
	if !alike || s.coding == now.coding {
		return alike, nil
	}
	// A name in Windows-1252 may have been all that was not ASCII.
	ascii := s.coding == "windows-1252" && now.coding == "utf-8"
	if !ascii {
		return false, nil
	}
	src, text, err := openText(f)
	if err != nil {
		return false, err
	}
	defer src.close()
	if _, err = io.Copy(asciiOnly{}, text); errors.Is(err, errBeyond) {
		return false, nil
	}
	return true, err
}

var errBeyond = errors.New("beyond ASCII")

// asciiOnly takes ASCII and nothing else.
type asciiOnly struct{}

func (asciiOnly) Write(p []byte) (int, error) {
	for _, c := range p {
		if c >= utf8.RuneSelf {
			return 0, errBeyond
		}
	}
	return len(p), nil
}

// write writes the text with the edits, encoded and compressed as it was.
func (s *scanner) write(to, from *os.File) error {
	src, text, err := openText(from)
	defer src.close()
	if err == io.EOF {
		text = bytes.NewReader(nil)
	} else if err != nil {
		return src.sourceError(err)
	}
	stored := sha256.New()
	out, err := compressor(io.MultiWriter(to, stored), src, s.Eraser)
	if err != nil {
		return err
	}
	w := &textWriter{out: out, enc: s.enc, hash: sha256.New()}
	w.decoded = w.hash
	if s.enc != nil {
		w.decoded = transform.NewWriter(w.hash, s.enc.NewDecoder())
	}
	out.Write(src.bom)
	w.hash.Write(src.bom)
	at := int64(0)
	for _, e := range s.edits {
		if _, err := io.CopyN(w, text, e.lo-at); err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, text, e.hi-e.lo); err != nil {
			return err
		}
		at = e.hi
		if err := w.edit(s.renewed(e, w.hash)); err != nil {
			return err
		}
	}
	if _, err := io.Copy(w, text); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, src.stored); err != nil { // what a decompressor leaves unread
		return err
	}
	s.erased.Was, s.erased.SHA256 = hex.EncodeToString(src.stored.hash.Sum(nil)), hex.EncodeToString(stored.Sum(nil))
	return nil
}

// renewed returns the text of an edit, a claim being brought up to date. sum is the hash of
// the text before it.
func (s *scanner) renewed(e edit, sum hash.Hash) []byte {
	switch e.claim {
	case "count":
		return updated(e.text, strconv.FormatInt(s.total-s.gone+s.erased.Added, 10))
	case "sha256":
		return updated(e.text, hex.EncodeToString(sum.Sum(nil)))
	}
	return e.text
}

// A textWriter writes text as stored, and hashes it as runs do, in UTF-8.
type textWriter struct {
	out     io.Writer
	enc     encoding.Encoding // nil for UTF-8
	hash    hash.Hash
	decoded io.Writer
}

func (w *textWriter) Write(p []byte) (int, error) {
	if _, err := w.decoded.Write(p); err != nil {
		return 0, err
	}
	return w.out.Write(p)
}

// edit writes text in UTF-8.
func (w *textWriter) edit(text []byte) error {
	if w.enc != nil {
		var err error
		if text, err = w.enc.NewEncoder().Bytes(text); err != nil {
			return fmt.Errorf("a line of it cannot be written in its encoding: %w", err)
		}
	}
	_, err := w.Write(text)
	return err
}

// compressor compresses as src is compressed.
func compressor(w io.Writer, src *source, e *Eraser) (io.WriteCloser, error) {
	switch src.compression {
	case "gzip":
		z := gzip.NewWriter(w)
		if h := src.gzip; !e.in([]byte(h.Name)) && !e.in([]byte(h.Comment)) && !e.in(h.Extra) {
			z.Header = h
		}
		return z, nil
	case "zstd":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nopCloser{w}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// A sidecar is the list's file of canaries.
type sidecar struct {
	path string
	text []byte // nil if there is none
}

// openSidecar reads the file of canaries beside a list.
func openSidecar(place string) (sidecar, error) {
	c := sidecar{path: place + ".canary"}
	text, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	c.text = text
	return c, err
}

// keys returns the canaries.
func (c *sidecar) keys(r *reader) (all []Key) {
	for line := range bytes.Lines(c.text) {
		if k, ok := r.canary(bytes.TrimSpace(line)); ok {
			all = append(all, k)
		}
	}
	return all
}

// canaries takes out of the file of canaries those that the list has no more, and what
// holds an address.
func (e *Eraser) canaries(c *sidecar, s *scanner) error {
	var left []byte
	gone := int64(0)
	for line := range bytes.Lines(c.text) {
		k, ok := e.reader.canary(bytes.TrimSpace(line))
		if e.in(line) || ok && s.eol != 0 && e.covers(&k) && !s.has[k] {
			gone++
			continue
		}
		left = append(left, line...)
	}
	if gone == 0 {
		return nil
	}
	if err := e.stepTo("canaries", c.path); err != nil {
		return err
	}
	s.erased.Comments += gone
	return replaceFile(c.path, func(f *os.File) error {
		_, err := f.Write(left)
		return errors.Join(err, f.Sync())
	})
}
