package anyio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"sluice/formats"
	"sluice/formats/arrowio"
	"sluice/formats/csvio"
	"sluice/formats/parquetio"
)

// Options adjust a Source. The zero value recognises everything and has finite limits.
type Options struct {
	From    string // csv, tsv, parquet or arrow; recognised if empty
	CSV     csvio.Options
	Parquet parquetio.Options
	Arrow   arrowio.Options

	Stdin    io.Reader // what "-" reads; os.Stdin if nil
	SpoolDir string    // where spools go; os.TempDir if empty
	Digest   string    // of stored bytes: sha256 or xxh64; sha256 if empty
	Part     Part      // of the list, if not all of it is to be read; then all inputs must be files

	MaxInflated int64 // bytes of one input, decompressed; 1 TiB if zero
	MaxSpool    int64 // bytes of one spool; 64 GiB if zero

	unhashed bool // only the head is looked at
}

func (o Options) withDefaults() (Options, error) {
	switch o.From {
	case "", CSV, TSV, Parquet, Arrow:
	default:
		return o, fmt.Errorf("format %q is not one of csv, tsv, parquet and arrow", o.From)
	}
	if o.Stdin == nil {
		o.Stdin = os.Stdin
	}
	if o.MaxInflated <= 0 {
		o.MaxInflated = 1 << 40
	}
	if o.MaxSpool <= 0 {
		o.MaxSpool = 64 << 30
	}
	_, err := newHash(o.Digest)
	return o, err
}

// openFiles is how many files that are read at random keep their handles.
const openFiles = 16

// A Source is many inputs as one list. It implements formats.Reader; Next belongs to
// one goroutine, BytesRead may be called from any. Its chunks are those of the format
// they come from, so that a writer can recognise them.
type Source struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	inputs []*input
	cur    int      // of inputs; its reader is open
	end    int      // of inputs: those to read are before it
	part   *divided // nil for all of the list
	schema *formats.Schema
	ended  error
	read   atomic.Int64
	total  int64
	ahead  []formats.Chunk // that Head has read and Next has yet to return
	turn   chan struct{}   // one file at a time is hashed
	spools []*spool

	mu    sync.Mutex
	files []*lazyFile
	live  int // of files: those before it are parked
}

// Open opens the inputs that paths name: files, patterns, directories (every list in
// them, by name), and - for standard input, which is also meant if there are none.
// All regular files are looked at, and the first input is opened; the others follow
// when it is their turn. Reading ends when ctx does.
func Open(ctx context.Context, paths []string, o Options) (*Source, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	files, err := expand(paths)
	if err != nil {
		return nil, err
	}
	s := &Source{o: o, turn: make(chan struct{}, 1)}
	s.ctx, s.cancel = context.WithCancel(ctx)
	for _, f := range files {
		in := &input{path: f, name: f}
		if f == "-" {
			in.name = "stdin"
		} else if err := in.look(); err != nil {
			s.cancel()
			return nil, err
		}
		s.inputs = append(s.inputs, in)
	}
	if o.Part != (Part{}) {
		if err := s.divide(ctx, paths, o.Part); err != nil {
			s.Close()
			return nil, err
		}
		return s, nil
	}
	s.end = len(s.inputs)
	if err := s.openNext(); err != nil {
		s.Close()
		return nil, err
	}
	for _, in := range s.inputs {
		if !in.regular {
			s.total = 0
			break
		}
		s.total += in.info.Size() - in.base
	}
	return s, nil
}

// openNext opens the input whose turn it is.
func (s *Source) openNext() error {
	in := s.inputs[s.cur]
	if err := in.open(s.ctx, s); err != nil {
		if cause := s.ctx.Err(); cause != nil {
			return cause
		}
		return err
	}
	if s.schema == nil {
		s.schema = in.reader.Schema()
		return nil
	}
	return s.sameColumns(in)
}

// sameColumns refuses an input whose columns are not those of the first.
func (s *Source) sameColumns(in *input) error {
	first, have := s.schema.Names(), in.reader.Schema().Names()
	const hint = "screen lists with different columns one by one, or give them the same columns in the same order"
	for i := range max(len(first), len(have)) {
		switch {
		case i >= len(have):
			return inputError(in.name, "columns", hint, "column %d, %s, of %s is missing", i+1, clip(first[i]), s.inputs[0].name)
		case i >= len(first):
			return inputError(in.name, "columns", hint, "column %d, %s, is not in %s", i+1, clip(have[i]), s.inputs[0].name)
		case first[i] != have[i]:
			return inputError(in.name, "columns", hint, "column %d is %s, in %s it is %s", i+1, clip(have[i]), s.inputs[0].name, clip(first[i]))
		}
	}
	return nil
}

// clip shortens a column's name for a message.
func clip(name string) string {
	if len(name) > 64 {
		name = name[:64] + "…"
	}
	return fmt.Sprintf("%q", name)
}

// opened takes note of a file that is read at random, and parks the one whose turn
// was longest ago.
func (s *Source) opened(f *lazyFile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append(s.files, f)
	if len(s.files)-s.live > openFiles {
		s.files[s.live].park()
		s.live++
	}
}

// Schema implements formats.Reader: the columns of the first input.
func (s *Source) Schema() *formats.Schema { return s.schema }

// Next implements formats.Reader. At the end of the last input it waits for the
// digests, and compares every file with what it was when it was opened.
func (s *Source) Next() (formats.Chunk, error) {
	if len(s.ahead) > 0 {
		c := s.ahead[0]
		s.ahead = s.ahead[1:]
		return c, nil
	}
	return s.readChunk()
}

// Head returns chunks with the first rows of the list, that many or more if there are as
// many, also of a source that reads another part of it. They must not be released: Next
// returns those that it is to read again. An error that ends them is Next's to return. It belongs to Next's goroutine.
func (s *Source) Head(rows int) []formats.Chunk {
	if s.part != nil {
		return s.part.whole.Head(rows)
	}
	n := 0
	for _, c := range s.ahead {
		n += c.Len()
	}
	for n < rows {
		c, err := s.readChunk()
		if err != nil {
			break
		}
		n += c.Len()
		s.ahead = append(s.ahead, c)
	}
	return s.ahead
}

// readChunk reads the next chunk.
func (s *Source) readChunk() (formats.Chunk, error) {
	if s.ended != nil {
		return nil, s.ended
	}
	c, err := s.next()
	if err != nil {
		if cause := s.ctx.Err(); cause != nil && err != io.EOF {
			err = cause
		}
		s.ended = err
		return nil, err
	}
	return c, nil
}

func (s *Source) next() (formats.Chunk, error) {
	for {
		if err := s.ctx.Err(); err != nil {
			return nil, err
		}
		if s.cur == s.end {
			return nil, s.complete()
		}
		in := s.inputs[s.cur]
		if in.reader == nil {
			if err := s.openNext(); err != nil {
				return nil, err
			}
		}
		c, err := in.reader.Next()
		if err != io.EOF {
			return c, err
		}
		if err := in.finish(); err != nil {
			return nil, err
		}
		s.cur++
	}
}

// complete waits for the digests; io.EOF if all is well.
func (s *Source) complete() error {
	for _, in := range s.inputs {
		if in.digest == nil {
			continue // of another part
		}
		select {
		case <-in.digest.done:
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
		if errors.Is(in.digest.err, errChanged) {
			return changed(in.name)
		}
		if in.digest.err != nil {
			return in.digest.err
		}
	}
	if err := s.Verify(); err != nil {
		return err
	}
	return io.EOF
}

// Verify reports whether every regular file is still the one that was opened, by
// size, time of change and identity. Chunks of a Parquet file are read after Next has
// returned io.EOF: a run that has used them all should call it before it publishes.
func (s *Source) Verify() error {
	for _, in := range s.inputs {
		if err := in.verify(); err != nil {
			return err
		}
	}
	return nil
}

// Info implements formats.Reader: of the first input, with the rows and bytes of all.
// Rows of text count once their chunk was asked for them.
func (s *Source) Info() formats.Info {
	info := s.inputs[0].describe(s.o.Digest)
	if len(s.inputs) > 1 {
		info.SHA256, info.XXH64 = "", ""
	}
	info.Bytes = s.read.Load()
	for _, in := range s.inputs[1:] {
		if in.reader != nil {
			info.Rows += in.reader.Info().Rows
		}
	}
	return info
}

// Infos returns what is known of each input, in order: complete after Next has
// returned io.EOF and every chunk was decoded.
func (s *Source) Infos() []formats.Info {
	out := make([]formats.Info, len(s.inputs))
	for i, in := range s.inputs {
		out[i] = in.describe(s.o.Digest)
	}
	s.unread(out)
	return out
}

// BytesRead returns how many stored bytes have been read so far. It may be called
// concurrently.
func (s *Source) BytesRead() int64 { return s.read.Load() }

// TotalBytes returns how many stored bytes there are to read; 0 if a pipe is among
// the inputs.
func (s *Source) TotalBytes() int64 { return s.total }

// Share returns which share of the stored bytes lies before the end of the chunk that
// Next returned last, about; 0 if that is not known. It belongs to Next's goroutine.
func (s *Source) Share() float64 {
	for _, in := range s.inputs {
		if in.at != nil { // its chunks are read long after they were handed out
			return 0
		}
	}
	if s.total == 0 {
		return 0
	}
	return float64(s.read.Load()) / float64(s.total)
}

// Format returns the format of the first input: csv, tsv, parquet or arrow.
func (s *Source) Format() string {
	switch r := s.list().inputs[0].reader.(type) {
	case *parquetio.Reader:
		return Parquet
	case *arrowio.Reader:
		return Arrow
	case *csvio.Reader:
		if r.Dialect().Comma == '\t' {
			return TSV
		}
	}
	return CSV
}

// Close implements formats.Reader. Chunks must have been released.
func (s *Source) Close() error {
	s.cancel()
	for _, c := range s.ahead {
		c.Release()
	}
	s.ahead = nil
	var err error
	if s.part != nil {
		err = s.part.whole.Close()
	}
	if s.ended == nil || s.ended == io.EOF {
		s.ended = errors.New("read after close")
	}
	for _, in := range s.inputs {
		if in.reader != nil {
			err = errors.Join(err, in.reader.Close())
		}
		in.release()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		err = errors.Join(err, f.Close())
	}
	for _, sp := range s.spools {
		err = errors.Join(err, sp.Close())
	}
	s.files, s.spools = nil, nil
	return err
}

var _ formats.Reader = (*Source)(nil)
