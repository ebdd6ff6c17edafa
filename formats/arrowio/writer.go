package arrowio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/treated"
)

// WriterOptions adjust a Writer.
type WriterOptions struct {
	// Like is the source whose chunks will come: its schema is kept with types, field
	// and file metadata, and so is its compression. Chunks of sources with the same
	// columns and types are moved the same way.
	Like *Reader
	// File writes the file format, with a footer, instead of a stream. Dictionaries
	// then grow by deltas over the whole file and are held in memory.
	File bool
	// Compression of buffers: none, lz4 or zstd; that of the source if empty. zstd may
	// have a level behind a colon: fastest, which is the default, default, better or best.
	Compression string
	// Extra names text columns that follow the others.
	Extra []string
	// Columns are those that are written, and what becomes of their cells; nil for all as
	// they are. With them, nothing that the source says of itself as a whole is kept: it may
	// tell of columns that are not.
	Columns []treated.Column
	// Metadata is added to the schema, FieldMetadata to the columns that are
	// written, from the first one: there are no more of them.
	Metadata      map[string]string
	FieldMetadata []map[string]string
}

// A Writer writes an Arrow IPC stream or file. Encode may be called concurrently.
type Writer struct {
	w       io.Writer
	o       WriterOptions
	fields  []*field         // the extra columns included
	source  int              // columns of the schema
	cols    []treated.Column // those of them that are written
	all     *treated.Decoder // of cols
	fresh   *treated.Decoder // of those of cols that are replaced
	meta    []byte           // the schema message
	codec   codec            // for rows of other formats; also for own ones, if fixed
	fixed   bool             // the codec was asked for
	comp    [3]func() (*compressor, error)
	started bool
	failed  error
	off     int64
	dicts   []block
	recs    []block
	known   map[int64]map[string]int // of a file's dictionaries: value to index
	pending *pending
}

// NewWriter returns a writer of lists with the columns of s.
func NewWriter(w io.Writer, s *formats.Schema, o WriterOptions) (*Writer, error) {
	a := &Writer{w: w, o: o, codec: codecNone, source: len(s.Fields), cols: o.Columns, known: map[int64]map[string]int{}}
	if a.cols == nil {
		a.cols = treated.All(len(s.Fields))
	}
	a.all, a.fresh = treated.NewDecoder(a.cols), treated.NewDecoder(treated.Replaced(a.cols))
	level := zstd.SpeedFastest
	if o.Compression != "" {
		var err error
		if a.codec, level, err = parseCodec(o.Compression); err != nil {
			return nil, err
		}
		a.fixed = true
	}
	for c := codecNone; c <= codecZstd; c++ {
		a.comp[c+1] = sync.OnceValues(func() (*compressor, error) { return newCompressor(c, level) })
	}
	if o.Like != nil && !slices.Equal(o.Like.schema.Names(), s.Names()) {
		return nil, errors.New("the schema is not that of the source")
	}
	if len(o.FieldMetadata) > len(treated.Schema(s, o.Columns).Fields) {
		return nil, errors.New("internal error: metadata of more columns than there are")
	}
	var err error
	if a.meta, err = schemaMessage(s, o); err != nil {
		return nil, err
	}
	if a.fields, err = parseSchemaMessage(a.meta, math.MaxInt32); err != nil {
		return nil, err
	}
	if len(a.fields) != len(a.cols)+len(o.Extra) {
		return nil, errFlat
	}
	return a, nil
}

// compressor returns the one for c.
func (a *Writer) compressor(c codec) (*compressor, error) { return a.comp[c+1]() }

// Encode implements formats.Writer.
func (a *Writer) Encode(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	if len(extra) != len(a.o.Extra) {
		return nil, fmt.Errorf("%d extra columns, want %d", len(extra), len(a.o.Extra))
	}
	if len(sel) == 0 {
		return func() error { return nil }, nil
	}
	if src, ok := c.(*chunk); ok && a.alike(src.b.r.fields) {
		return a.encodeOwn(src, sel, extra)
	}
	return a.encodeForeign(c, sel, extra)
}

// alike reports whether columns can be moved as they are.
func (a *Writer) alike(fields []*field) bool {
	if len(fields) != a.source {
		return false
	}
	for i, c := range a.cols {
		if c.Replace == nil && !fields[c.From].same(a.fields[i]) {
			return false
		}
	}
	return true
}

// gatherers returns the gatherers of a batch, and their dictionaries in the order
// in which fields refer to them.
func gatherers(fields []*field) (gs []*gatherer, ids []int64, dicts map[int64]*dictGatherer) {
	dicts = map[int64]*dictGatherer{}
	for _, f := range fields {
		gs = append(gs, newGatherer(f, dicts))
		f.each(func(f *field) {
			if f.layout == layDict && !slices.Contains(ids, f.dictID) {
				ids = append(ids, f.dictID)
			}
		})
	}
	return gs, ids, dicts
}

// encodeOwn moves the selected rows of an own chunk. Columns of a batch that keeps
// all its rows pass on as they are stored.
func (a *Writer) encodeOwn(c *chunk, sel column.Selection, extra []column.View) (func() error, error) {
	if err := c.prepare(); err != nil {
		return nil, err
	}
	code := c.b.codec
	if a.fixed {
		code = a.codec
	}
	comp, err := a.compressor(code)
	if err != nil {
		return nil, err
	}
	gs, ids, dicts := gatherers(a.fields)
	e := &encoded{rows: sel.Len(), codec: code}
	err = a.fresh.Decode(c, sel, extra, func(views []column.View) error { return a.encodeColumns(e, gs, c, sel, views, comp) })
	if err != nil {
		return nil, err
	}
	ds, err := a.encodeDicts(ids, dicts, comp)
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := a.flush(); err != nil {
			return err
		}
		return a.write(e, ids, dicts, ds, comp)
	}, nil
}

// encodeColumns adds the columns to e. views are those of the replaced columns, then of
// the extra ones.
func (a *Writer) encodeColumns(e *encoded, gs []*gatherer, c *chunk, sel column.Selection, views []column.View, comp *compressor) error {
	whole := c.lo == 0 && c.n == c.b.rows && sel.Len() == c.n && len(c.faults) == 0
	for i, g := range gs {
		if i >= len(a.cols) || a.cols[i].Replace != nil {
			g.appendExtra(views[0], sel)
			views = views[1:]
		} else {
			from := a.cols[i].From
			v, err := c.b.column(from)
			if err != nil {
				return c.fail(from, err)
			}
			if whole && e.pass(v) {
				continue
			}
			c.gather(g, v, sel)
		}
		if err := g.failed(); err != nil {
			return a.full(c, g.f, err)
		}
		if err := e.add(g, comp, a.o.File); err != nil {
			return err
		}
	}
	return nil
}

// gather appends the selected rows; those at fault, empty.
func (c *chunk) gather(g *gatherer, v *vec, sel column.Selection) {
	g.reserve(v, c.lo, sel)
	for _, r := range sel {
		lo := r.Lo
		for _, f := range c.faults {
			if f.Row >= lo && f.Row < r.Hi {
				g.append(v, c.lo+lo, c.lo+f.Row)
				g.appendEmpty(1)
				lo = f.Row + 1
			}
		}
		g.append(v, c.lo+lo, c.lo+r.Hi)
	}
}

// appendExtra appends the selected cells of an extra column.
func (g *gatherer) appendExtra(v column.View, sel column.Selection) {
	for _, r := range sel {
		for i := r.Lo; i < r.Hi; i++ {
			if v.Null(i) {
				g.appendNull(1)
			} else {
				g.appendBytes(v.At(i))
			}
		}
	}
}

// appendBytes appends one value of a layVar field.
func (g *gatherer) appendBytes(b []byte) {
	g.mark(1, true)
	g.data = append(g.data, b...)
	if g.f.width == 4 && len(g.data) > math.MaxInt32 {
		g.err = errBatchFull
	}
	g.offs = appendInt(g.offs, len(g.data), g.f.width)
}

func (a *Writer) full(c formats.Chunk, f *field, err error) error {
	return &formats.Error{Pos: c.Position(0), Code: "limit", Column: printable(f.name), Err: err}
}

// encodeDicts encodes the dictionaries of one batch of a stream. Those of a file are
// made in commit.
func (a *Writer) encodeDicts(ids []int64, dicts map[int64]*dictGatherer, comp *compressor) ([]*encoded, error) {
	if a.o.File {
		return nil, nil
	}
	var out []*encoded
	for _, id := range ids {
		e, err := encodeDict(dicts[id].g, comp)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func encodeDict(g *gatherer, comp *compressor) (*encoded, error) {
	e := &encoded{rows: g.n, codec: comp.codec}
	return e, e.add(g, comp, false)
}

// write writes a batch and its dictionaries.
func (a *Writer) write(e *encoded, ids []int64, dicts map[int64]*dictGatherer, ds []*encoded, comp *compressor) error {
	if a.failed != nil {
		return a.failed
	}
	if a.failed = a.start(); a.failed != nil {
		return a.failed
	}
	if a.o.File {
		a.failed = a.fileDicts(e, ids, dicts, comp)
	} else {
		for i, d := range ds {
			if a.failed == nil {
				_, a.failed = a.message(d, headerDictionary, ids[i], false)
			}
		}
	}
	if a.failed == nil {
		var b block
		b, a.failed = a.message(e, headerBatch, 0, false)
		a.recs = append(a.recs, b)
	}
	return a.failed
}

// fileDicts adds what is new in a batch's dictionaries to the file's, and rewrites
// the batch's indexes: a file has one dictionary a column, which may only grow.
func (a *Writer) fileDicts(e *encoded, ids []int64, dicts map[int64]*dictGatherer, comp *compressor) error {
	moved := map[int64][]int{}
	for _, id := range ids {
		known, seen := a.known[id]
		if !seen {
			known = map[string]int{}
			a.known[id] = known
		}
		v := dicts[id].g.snapshot()
		fresh := newGatherer(v.f, nil)
		to := make([]int, v.n)
		var key []byte
		for i := range to {
			key = v.appendKey(key[:0], i)
			at, ok := known[string(key)]
			if !ok {
				at = len(known)
				known[string(key)] = at
				fresh.append(v, i, i+1)
			}
			to[i] = at
		}
		moved[id] = to
		if fresh.n == 0 && seen {
			continue
		}
		d, err := encodeDict(fresh, comp)
		if err != nil {
			return err
		}
		b, err := a.message(d, headerDictionary, id, seen)
		if err != nil {
			return err
		}
		a.dicts = append(a.dicts, b)
	}
	for _, x := range e.indexes {
		to, w := moved[x.f.dictID], x.f.width
		if len(a.known[x.f.dictID])-1 > maxIndex(x.f) {
			return &formats.Error{Code: "limit", Column: printable(x.f.name), Pos: formats.Position{Offset: -1},
				Err:  fmt.Errorf("more values than indexes of %d bits can tell apart in one file", 8*w),
				Hint: "write a stream, whose batches have dictionaries of their own"}
		}
		old := e.bufs[x.buf]
		buf := make([]byte, 0, len(old))
		for i := range len(old) / w {
			n := int(readInt(old, i, w, false))
			if n < len(to) { // a null's index is 0, also where there are no values
				n = to[n]
			}
			buf = appendInt(buf, n, w)
		}
		var err error
		if e.bufs[x.buf], err = comp.deflate(buf); err != nil {
			return err
		}
	}
	return nil
}

// appendKey appends what tells value i from other values of its type.
func (v *vec) appendKey(dst []byte, i int) []byte {
	if v.null(i) {
		return append(dst, 'n')
	}
	dst = append(dst, 'v')
	if v.f.isBytes() || v.f.layout == layFixed {
		return append(dst, v.bytes(i)...)
	}
	return v.appendText(dst, i)
}

var padding [8]byte

// raw writes b and counts it.
func (a *Writer) raw(b []byte) error {
	n, err := a.w.Write(b)
	a.off += int64(n)
	return err
}

// start writes the schema, once.
func (a *Writer) start() error {
	if a.started {
		return nil
	}
	a.started = true
	if a.o.File {
		if err := a.raw([]byte("ARROW1\x00\x00")); err != nil {
			return err
		}
	}
	_, err := a.frame(a.meta)
	return err
}

// frame writes the head of a message with its length in front, padded to eight.
func (a *Writer) frame(meta []byte) (int64, error) {
	pad := -len(meta) & 7
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], continuation)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(meta)+pad))
	for _, b := range [][]byte{head[:], meta, padding[:pad]} {
		if err := a.raw(b); err != nil {
			return 0, err
		}
	}
	return int64(8 + len(meta) + pad), nil
}

// message writes a message with its body.
func (a *Writer) message(e *encoded, kind byte, id int64, delta bool) (block, error) {
	meta, body := e.head(kind, id, delta)
	b := block{off: a.off, body: body}
	var err error
	if b.meta, err = a.frame(meta); err != nil {
		return b, err
	}
	for _, buf := range e.bufs {
		if err := a.raw(buf); err != nil {
			return b, err
		}
		if pad := -len(buf) & 7; pad > 0 {
			if err := a.raw(padding[:pad]); err != nil {
				return b, err
			}
		}
	}
	return b, nil
}

// Close implements formats.Writer.
func (a *Writer) Close() error {
	if a.failed != nil {
		return a.failed
	}
	if err := a.flush(); err != nil {
		return err
	}
	if err := a.start(); err != nil {
		return err
	}
	a.failed = errors.New("write after close")
	if err := a.raw([]byte{255, 255, 255, 255, 0, 0, 0, 0}); err != nil {
		return err
	}
	if !a.o.File {
		return nil
	}
	foot := footerBytes(a.meta, a.dicts, a.recs)
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot)))
	return a.raw(append(foot, magic...))
}

var _ formats.Writer = (*Writer)(nil)
