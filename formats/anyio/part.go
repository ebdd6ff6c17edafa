package anyio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sluice/formats"
	"sluice/formats/arrowio"
	"sluice/formats/csvio"
	"sluice/formats/parquetio"
)

// A Part is one of Count stretches of a list, from 1, of about as many bytes each. All
// parts together are the list, in order. The zero Part is all of it.
//
// Text is cut where a record starts, Parquet and Arrow files between row groups and
// batches; what is compressed, streams and text of sixteen bits a character are not cut,
// and belong to the part in which they start. A part reads its own bytes, and of the rest
// what tells how the list is written and where to cut.
type Part struct{ Index, Count int }

// A cut is where one part ends and the next one starts: bytes into an input.
type cut struct {
	input int
	at    int64 // 0 is all of it, with what comes before its first row
}

// A divided source is one that reads a part of its list.
type divided struct {
	whole *Source // the list as it starts, of which only the head is read
	first int     // of the inputs that are read
}

// divide has s read part p only.
func (s *Source) divide(ctx context.Context, paths []string, p Part) error {
	if p.Index < 1 || p.Index > p.Count {
		return fmt.Errorf("part %d of %d: there is no such part", p.Index, p.Count)
	}
	var total int64
	for _, in := range s.inputs {
		if !in.regular || in.path == "-" {
			return inputError(in.name, "part", "store it in a file", "a shard reads its part of a file, and this is none")
		}
		total += in.info.Size()
	}
	o := s.o
	o.Part, o.unhashed = Part{}, true
	whole, err := Open(ctx, paths, o)
	if err != nil {
		return err
	}
	s.part, s.schema = &divided{whole: whole}, whole.schema
	from, err := s.cut(share(total, p.Index-1, p.Count))
	if err != nil {
		return err
	}
	to, err := s.cut(share(total, p.Index, p.Count))
	if err != nil {
		return err
	}
	s.cur, s.end, s.part.first = from.input, to.input, from.input
	if to.at > 0 {
		s.end++
	}
	for i := s.cur; i < s.end; i++ {
		in := s.inputs[i]
		in.lo, in.hi = 0, in.info.Size()
		if i == from.input {
			in.lo = from.at
		}
		if i == to.input {
			in.hi = to.at
		}
		s.total += in.hi - in.lo
	}
	return nil
}

// share returns k/n of total.
func share(total int64, k, n int) int64 {
	return total/int64(n)*int64(k) + total%int64(n)*int64(k)/int64(n)
}

// cut returns the first place from at bytes into the list where it can be cut.
func (s *Source) cut(at int64) (cut, error) {
	for i, in := range s.inputs {
		size := in.info.Size()
		if at >= size {
			at -= size
			continue
		}
		if at == 0 {
			return cut{i, 0}, nil
		}
		at, err := s.cutInput(in, at)
		if err != nil {
			return cut{}, err
		}
		if at == size {
			return cut{i + 1, 0}, nil
		}
		return cut{i, at}, nil
	}
	return cut{len(s.inputs), 0}, nil
}

// cutInput returns the first place from at on where an input can be cut: its size if there
// is none.
func (s *Source) cutInput(in *input, at int64) (int64, error) {
	f, err := os.Open(in.path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size := in.info.Size()
	var cuts []int64
	switch in.kind {
	case kindText:
		r, err := csvio.NewReader(io.NewSectionReader(f, 0, size), in.name, s.textOptions())
		if err != nil || !r.Divisible() {
			return size, err
		}
		start := r.Start()
		if at, err = r.RecordStart(f, size, at); at == start {
			at = 0
		}
		return at, err
	case kindParquet:
		r, err := parquetio.Open(f, size, in.name, s.o.Parquet)
		if err != nil {
			return 0, err
		}
		cuts = r.Cuts()
	case kindArrowFile:
		r, err := arrowio.OpenFile(f, size, in.name, s.o.Arrow)
		if err != nil {
			return 0, err
		}
		cuts = r.Cuts()
	}
	for _, c := range cuts {
		if c >= at {
			return c, nil
		}
	}
	return size, nil
}

// textOptions are those with which text is read.
func (s *Source) textOptions() csvio.Options {
	o := s.o.CSV
	if s.o.From == TSV && o.Comma == 0 {
		o.Comma = '\t'
	}
	return o
}

// partial reports whether a part of the input is read, and not all of it.
func (in *input) partial() bool { return in.hi > 0 && (in.lo > 0 || in.hi < in.info.Size()) }

// openPart makes the reader of a part of a text. How it is written, the input's head
// tells; the bytes of the part alone are hashed.
func (in *input) openPart(ctx context.Context, s *Source, f *os.File) error {
	r, err := csvio.NewReader(io.NewSectionReader(f, 0, in.info.Size()), in.name, s.textOptions())
	if err != nil {
		return err
	}
	h, err := newHash(s.o.Digest)
	if err != nil {
		return err
	}
	d := newDirect(ctx, io.NewSectionReader(f, in.lo, in.hi-in.lo), h, &s.read)
	in.stream, in.digest, in.reader, in.content = d, d.digest, r, kindText
	in.summary.Compression = "none"
	at := in.lo
	if at == 0 {
		at = r.Start()
		if _, err := io.CopyN(io.Discard, d, at); err != nil {
			return err
		}
	}
	behind := io.NewSectionReader(f, in.hi, in.info.Size()-in.hi)
	r.Resume(io.MultiReader(d, behind), at, in.hi)
	return in.agree(s.o.From)
}

// Trailing returns which of the inputs was read last, from 0, and how many lines follow the
// last row that was read of it. It is complete after Next has returned io.EOF.
func (s *Source) Trailing() (input int, lines int64) {
	if s.cur == 0 {
		return 0, 0
	}
	if r, ok := s.inputs[s.cur-1].reader.(interface{ Trailing() int64 }); ok {
		return s.cur - 1, r.Trailing()
	}
	return s.cur - 1, 0
}

// list returns the source that starts where the list does.
func (s *Source) list() *Source {
	if s.part != nil {
		return s.part.whole
	}
	return s
}

// Identity returns a digest of what tells this list from another one without reading it:
// names, sizes and times of change of the inputs, which must be files, and how they are
// read.
func (s *Source) Identity() string {
	h := sha256.New()
	o := s.o.CSV
	fmt.Fprintf(h, "%q %q %q %q %d %q\n", s.o.From, o.Comma, o.Quote, o.Encoding, o.Header, s.o.Digest)
	for _, in := range s.inputs {
		fmt.Fprintf(h, "%q %d %d\n", filepath.Base(in.name), in.info.Size(), in.info.ModTime().UnixNano())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// unread marks the inputs of which no byte belongs to the part.
func (s *Source) unread(infos []formats.Info) {
	if s.part == nil {
		return
	}
	for i := range infos {
		infos[i].Unread = i < s.part.first || i >= s.end
	}
}
