// Package shard lets several runs screen one list between them, each a part of its own,
// and come to what one run over all of it would.
//
// All that rows of different parts have to do with each other is repeats: of equal
// addresses the first that is kept wins, whichever part it is in. So each run leaves the
// prints of the addresses that it kept in a directory that all share, and waits for those
// of the parts before its own; what both have is a repeat in its part. No run waits for a
// later part, so they may run all at once, a few at a time, or one after the other.
//
// A print is 64 bits of the SHA-1 of an address, of people who may be contacted; none is of
// anybody suppressed. Still, who knows addresses can tell which of them were in the list:
// the files are their owner's alone, and go when the manifests of all parts are merged.
//
// A file, all numbers little-endian: 8 bytes "sluiceP1"; index and count, 4 bytes each; 32
// bytes that name the job; the prints, 8 bytes each, ascending, each once; then the number
// of prints, and how far the part reaches (rows, input, rows and lines of that input), 8
// bytes each; and the xxhash64 of all that.
package shard

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"sluice/pipeline"
)

// An ID is a part of a job: what all of its runs have in common.
type ID struct {
	Job          [32]byte // digest of list, lists, policy, tables and version
	Index, Count int      // from 1
}

const (
	magic      = "sluiceP1"
	headerSize = len(magic) + 8 + 32
	footerSize = 6 * 8
)

// path returns where the prints of a part are. The name tells jobs apart, so that what an
// earlier one left is never taken for this one's.
func (id ID) path(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("%s%d-of-%d.prints", id.prefix(), id.Index, id.Count))
}

func (id ID) prefix() string { return ".sluice-" + hex.EncodeToString(id.Job[:12]) + "-" }

func (id ID) header() []byte {
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint32(b, uint32(id.Index))
	b = binary.LittleEndian.AppendUint32(b, uint32(id.Count))
	return append(b, id.Job[:]...)
}

// A Writer writes the prints of one part.
type Writer struct {
	id   ID
	path string
	f    *os.File
	w    *bufio.Writer
	hash *xxhash.Digest
	n    uint64
	buf  []byte
}

// Create begins the file of a part in dir. Until Publish nobody sees it.
func Create(dir string, id ID) (*Writer, error) {
	f, err := os.CreateTemp(dir, id.prefix()+"*.new") // readable by its owner only
	if err != nil {
		return nil, err
	}
	w := &Writer{id: id, path: id.path(dir), f: f, hash: xxhash.New()}
	w.w = bufio.NewWriterSize(io.MultiWriter(f, w.hash), 1<<20)
	_, err = w.w.Write(id.header())
	return w, err
}

// Add adds prints, which ascend from one call to the next. It is for Part.Prints.
func (w *Writer) Add(some []uint64) error {
	for len(some) > 0 {
		n := min(len(some), 8192)
		w.buf = w.buf[:0]
		for _, print := range some[:n] {
			w.buf = binary.LittleEndian.AppendUint64(w.buf, print)
		}
		if _, err := w.w.Write(w.buf); err != nil {
			return err
		}
		w.n += uint64(n)
		some = some[n:]
	}
	return nil
}

// Publish completes the file, of a part that reaches to end from where it begins, and
// gives it its name.
func (w *Writer) Publish(end pipeline.Place) error {
	b := binary.LittleEndian.AppendUint64(nil, w.n)
	for _, n := range []int64{end.Rows, int64(end.File), end.FileRows, end.FileLines} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	_, err := w.w.Write(b)
	if err == nil {
		err = w.w.Flush()
	}
	if err == nil {
		_, err = w.f.Write(binary.LittleEndian.AppendUint64(nil, w.hash.Sum64()))
	}
	if err == nil {
		err = w.f.Sync()
	}
	if err = errors.Join(err, w.f.Close()); err == nil {
		err = os.Rename(w.f.Name(), w.path)
	}
	if err != nil {
		os.Remove(w.f.Name())
	}
	w.f = nil
	return err
}

// Abort takes the file away, unless it was published.
func (w *Writer) Abort() {
	if w.f != nil {
		w.f.Close()
		os.Remove(w.f.Name())
		w.f = nil
	}
}

// Prints are those of one part.
type Prints struct {
	ID   ID
	End  pipeline.Place // of the part, counted from where it begins
	path string
	n    uint64
}

// ErrDamaged is a file of prints that is not as it was written.
var ErrDamaged = errors.New("damaged: remove the file and run its shard again")

// Open opens the file of a part in dir and checks it to its end.
func Open(dir string, id ID) (*Prints, error) {
	p := &Prints{ID: id, path: id.path(dir)}
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	damaged := fmt.Errorf("%s: %w", p.path, ErrDamaged)
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	body := info.Size() - int64(headerSize+footerSize)
	if body < 0 || body%8 != 0 {
		return nil, damaged
	}
	hash := xxhash.New()
	if _, err := io.CopyN(hash, f, info.Size()-8); err != nil {
		return nil, err
	}
	var b [footerSize]byte
	if _, err := f.ReadAt(b[:], info.Size()-footerSize); err != nil {
		return nil, err
	}
	number := func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[8*i:])) }
	head := make([]byte, headerSize)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, err
	}
	p.n = uint64(number(0))
	p.End = pipeline.Place{Rows: number(1), File: int(number(2)), FileRows: number(3), FileLines: number(4)}
	if string(head) != string(id.header()) || hash.Sum64() != uint64(number(5)) || p.n != uint64(body/8) {
		return nil, damaged
	}
	return p, nil
}

// A cursor goes through the prints of a file.
type cursor struct {
	f    *os.File
	r    *bufio.Reader
	left uint64
	at   uint64
}

func (p *Prints) cursor() (*cursor, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(int64(headerSize), io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return &cursor{f: f, r: bufio.NewReaderSize(f, 1<<20), left: p.n}, nil
}

// next goes to the next print, if there is one.
func (c *cursor) next() (bool, error) {
	if c.left == 0 {
		return false, nil
	}
	b, err := c.r.Peek(8)
	if err != nil {
		return false, err
	}
	c.at = binary.LittleEndian.Uint64(b)
	c.left--
	_, err = c.r.Discard(8)
	return true, err
}

// common appends to prints those that both files have.
func common(prints []uint64, a, b *Prints) (_ []uint64, err error) {
	x, err := a.cursor()
	if err != nil {
		return nil, err
	}
	defer x.f.Close()
	y, err := b.cursor()
	if err != nil {
		return nil, err
	}
	defer y.f.Close()
	more, err := x.next()
	if err != nil {
		return nil, err
	}
	again, err := y.next()
	for more && again && err == nil {
		switch {
		case x.at < y.at:
			more, err = x.next()
		case x.at > y.at:
			again, err = y.next()
		default:
			prints = append(prints, x.at)
			if more, err = x.next(); err == nil {
				again, err = y.next()
			}
		}
	}
	return prints, err
}

// Before returns what the run of a part has to know of those before it, whose files are
// given in order: the prints that it has in common with any of them, and where it begins.
func Before(own *Prints, earlier []*Prints) (part pipeline.Part, err error) {
	for _, p := range earlier {
		if part.Earlier, err = common(part.Earlier, own, p); err != nil {
			return part, err
		}
		part.Begin = part.Begin.Then(p.End)
	}
	slices.Sort(part.Earlier)
	part.Earlier = slices.Compact(part.Earlier)
	return part, nil
}

// poll is how often Wait looks, and told after how long it tells what it waits for: a
// shared file system is asked a few times a second at most.
const (
	poll = 250 * time.Millisecond
	told = 2 * time.Second
)

// A MissingError says which parts did not come in time.
type MissingError struct {
	Parts []int
	Count int
	Dir   string
}

// Error names the parts.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s: nothing of %s has come", e.Dir, Named(e.Parts, e.Count))
}

// Named is what messages call parts of so many.
func Named(parts []int, count int) string {
	s := "shard"
	if len(parts) > 1 {
		s = "shards"
	}
	for i, p := range parts {
		if i > 0 {
			s += ","
		}
		s += fmt.Sprintf(" %d", p)
	}
	return fmt.Sprintf("%s of %d", s, count)
}

// Wait returns the prints of all parts before id, as soon as all are there: after patience
// the error is a *MissingError. If it has to wait for more than a moment it calls waiting
// with the parts that are missing, once.
func Wait(ctx context.Context, dir string, id ID, patience time.Duration, waiting func(parts []int)) ([]*Prints, error) {
	all := make([]*Prints, id.Index-1)
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for waited := time.Duration(0); ; waited += poll {
		var missing []int
		for i := range all {
			if all[i] != nil {
				continue
			}
			var err error
			all[i], err = Open(dir, ID{id.Job, i + 1, id.Count})
			if errors.Is(err, fs.ErrNotExist) {
				missing = append(missing, i+1)
			} else if err != nil {
				return nil, err
			}
		}
		switch {
		case missing == nil:
			return all, nil
		case waited >= patience:
			return nil, &MissingError{missing, id.Count, dir}
		case waited == told:
			waiting(missing)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Remove removes the files of all parts of a job from dir, and what runs that were killed
// left of it.
func Remove(dir string, job [32]byte) error {
	files, err := filepath.Glob(filepath.Join(escape(dir), ID{Job: job}.prefix()+"*"))
	for _, f := range files {
		if e := os.Remove(f); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// escape keeps the name of a directory from being taken for a pattern.
func escape(dir string) string {
	var b []byte
	for _, c := range []byte(dir) {
		if c == '*' || c == '?' || c == '[' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return string(b)
}
