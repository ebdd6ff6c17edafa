package arrowio

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"sluice/formats"
)

// Options adjust a Reader. The zero value is right for lists that fit the stated
// limits, which are all finite.
type Options struct {
	ChunkRows   int   // rows a chunk at most; 65,536 if zero
	MaxBatch    int64 // bytes of one batch, stored or inflated; 1 GiB if zero, 4 GiB − 1 at most
	MaxMetadata int64 // bytes of one message's head, or of a footer; 64 MiB if zero
	MaxColumns  int   // columns, nested ones included; 10,000 if zero
}

func (o Options) withDefaults() Options {
	if o.ChunkRows <= 0 {
		o.ChunkRows = 1 << 16
	}
	if o.MaxBatch <= 0 {
		o.MaxBatch = 1 << 30
	}
	o.MaxBatch = min(o.MaxBatch, 1<<32-1)
	if o.MaxMetadata <= 0 {
		o.MaxMetadata = maxMeta
	}
	if o.MaxColumns <= 0 {
		o.MaxColumns = 10_000
	}
	return o
}

// A Reader reads an Arrow IPC stream or file.
type Reader struct {
	name   string
	format string
	o      Options
	frames interface{ next() (*message, error) }
	fields []*field
	schema *formats.Schema
	meta   []byte // the schema message as it came
	dicts  map[int64]*dictionary
	dsize  map[int64]int64 // bytes that each of dicts holds
	grown  int64           // work done for deltas, in bytes
	codec  codec           // of the first batch
	rows   int64
	nBatch int64
	before int64 // batches that are not read
	ended  error

	cur   *batch // the batch that is being cut into chunks
	curLo int

	inflate   *decompressor
	bodies    bodies
	scratches sync.Pool
}

// NewReader reads the head of a stream. The stream must end with its end marker.
func NewReader(r io.Reader, name string, o Options) (*Reader, error) {
	a := newReader(name, "arrow-stream", o)
	f := &streamFrames{r: bufio.NewReaderSize(r, 64<<10), maxMeta: a.o.MaxMetadata, maxBody: a.o.MaxBatch, body: a.bodies.get}
	a.frames = f
	m, err := f.next()
	if err != nil {
		if err == io.EOF || err == errTruncated {
			err = errors.New("no schema: the input is empty or cut short")
		}
		return nil, a.wrap(err)
	}
	if a.fields, err = parseSchemaMessage(m.meta, a.o.MaxColumns); err != nil {
		return nil, a.wrap(err)
	}
	a.meta, a.schema = m.meta, publicSchema(a.fields)
	return a, nil
}

// OpenFile reads the head and the footer of a file of size bytes.
func OpenFile(r io.ReaderAt, size int64, name string, o Options) (*Reader, error) {
	a := newReader(name, "arrow-file", o)
	if err := a.openFile(r, size); err != nil {
		return nil, a.wrap(err)
	}
	return a, nil
}

func (a *Reader) openFile(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 8))
	if err := readFull(r, head, 0); err != nil {
		return err
	}
	if !bytes.HasPrefix(head, magic) {
		return errors.New("not an Arrow file")
	}
	foot, err := readFooter(r, size, a.o)
	if err != nil {
		return err
	}
	first := &streamFrames{r: bufio.NewReaderSize(io.NewSectionReader(r, 8, size-8), 4<<10), maxMeta: a.o.MaxMetadata, maxBody: a.o.MaxBatch}
	m, err := first.next()
	if err != nil {
		return cut(err, errFlat)
	}
	if a.fields, err = parseSchemaMessage(m.meta, a.o.MaxColumns); err != nil {
		return err
	}
	if len(a.fields) != len(foot.fields) {
		return errSchemas
	}
	for i, f := range foot.fields {
		if f.name != a.fields[i].name || !f.same(a.fields[i]) || !a.fields[i].same(f) {
			return errSchemas
		}
	}
	a.meta, a.schema = m.meta, publicSchema(a.fields)
	dicts := &fileFrames{r: r, blocks: foot.dicts, maxBody: a.o.MaxBatch}
	for {
		m, err := dicts.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if m.kind != headerDictionary {
			return errFlat
		}
		if err := a.dictionary(m); err != nil {
			return err
		}
	}
	a.frames = &fileFrames{r: r, blocks: foot.recs, maxBody: a.o.MaxBatch, body: a.bodies.get}
	return nil
}

var errSchemas = errors.New("the schemas at the start and at the end differ")

func newReader(name, format string, o Options) *Reader {
	a := &Reader{name: name, format: format, o: o.withDefaults(), codec: codecNone, dicts: map[int64]*dictionary{}, dsize: map[int64]int64{}}
	a.scratches.New = func() any { return &scratch{} }
	a.inflate = newDecompressor(a.o.MaxBatch)
	return a
}

// wrap puts an error into the words of the format, unless it already is or comes
// from below.
func (a *Reader) wrap(err error) error {
	var fe *formats.Error
	var path *fs.PathError
	var limit *limitError
	if err == nil || err == io.EOF || errors.As(err, &fe) || errors.As(err, &path) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &formats.Error{Pos: formats.Position{File: a.name, Offset: -1}, Code: "corrupt", Err: err}
	switch {
	case errors.As(err, &limit):
		e.Code, e.Hint = "limit", "write the list in smaller batches, or raise the limit on a batch"
	case errors.Is(err, errTruncated), errors.Is(err, errCut), errors.Is(err, errNoFooter):
		e.Code, e.Hint = "truncated", "check that the program that writes the list finished; run it again"
	case errors.Is(err, errTrailing):
		e.Code, e.Hint = "trailing", "give the streams as separate inputs"
	}
	return e
}

// Schema implements formats.Reader.
func (a *Reader) Schema() *formats.Schema { return a.schema }

// Next implements formats.Reader.
func (a *Reader) Next() (formats.Chunk, error) {
	if a.ended != nil {
		return nil, a.ended
	}
	for a.cur == nil {
		b, err := a.nextBatch()
		if err != nil {
			var fe *formats.Error
			if err != io.EOF && a.nBatch > 0 && !errors.As(err, &fe) {
				err = fmt.Errorf("batch %d: %w", a.nBatch, err)
			}
			a.ended = a.wrap(err)
			return nil, a.ended
		}
		if b == nil || b.rows == 0 {
			continue
		}
		b.refs.Store(int32((b.rows + a.o.ChunkRows - 1) / a.o.ChunkRows))
		a.cur, a.curLo = b, 0
	}
	c := &chunk{b: a.cur, lo: a.curLo, n: min(a.o.ChunkRows, a.cur.rows-a.curLo), scratch: a.scratches.Get().(*scratch)}
	if a.curLo += c.n; a.curLo == a.cur.rows {
		a.cur = nil
	}
	a.rows += int64(c.n)
	return c, nil
}

// nextBatch reads up to the next batch; nil for a message that is none.
func (a *Reader) nextBatch() (b *batch, err error) {
	defer func() {
		if p := recover(); p != nil { // no way to it is known; the run must end in an error all the same
			b, err = nil, fmt.Errorf("internal: %v", p)
		}
	}()
	m, err := a.frames.next()
	if err != nil {
		return nil, err
	}
	switch m.kind {
	case headerDictionary:
		return nil, a.dictionary(m)
	case headerBatch:
		a.nBatch++
		return a.batch(m)
	}
	return nil, fmt.Errorf("a message of kind %d where rows should be", m.kind)
}

// batch checks the head of a batch. Its buffers are inflated by whoever needs them.
func (a *Reader) batch(m *message) (*batch, error) {
	l, rows, err := newLoader(m.header, m.body, a.o.MaxBatch, a.dicts)
	if err != nil {
		return nil, err
	}
	b := &batch{r: a, rows: rows, codec: l.codec, body: m.body,
		once: make([]sync.Once, len(a.fields)), errs: make([]error, len(a.fields))}
	for _, f := range a.fields {
		v, err := l.vec(f, rows)
		if err != nil {
			return nil, err
		}
		if v.n != rows {
			return nil, errBounds
		}
		b.cols = append(b.cols, v)
	}
	if len(a.fields) == 0 && rows > 0 {
		return nil, errBounds
	}
	if a.nBatch == a.before+1 {
		a.codec = l.codec
	}
	return b, l.done()
}

// dictionary takes in a dictionary, or an addition to one.
func (a *Reader) dictionary(m *message) error {
	id := m.header.i64(0, 0)
	var f *field
	for _, top := range a.fields {
		top.each(func(g *field) {
			if g.layout == layDict && g.dictID == id {
				f = g
			}
		})
	}
	data, ok := m.header.table(1)
	if f == nil || !ok {
		return errFlat
	}
	l, rows, err := newLoader(data, m.body, a.o.MaxBatch, nil)
	if err != nil {
		return err
	}
	v, err := l.vec(f.value, rows)
	if err != nil {
		return err
	}
	if v.n != rows {
		return errBounds
	}
	if err := l.done(); err != nil {
		return err
	}
	if err := v.load(a.inflate, m.body); err != nil {
		return err
	}
	if err := v.check(0, v.n); err != nil {
		return err
	}
	old, delta := a.dicts[id], m.header.u8(2, 0) != 0
	size := int64(len(m.body)) + l.inflated
	if delta {
		size += a.dsize[id]
	}
	sum := size - a.dsize[id]
	for _, n := range a.dsize {
		sum += n
	}
	if sum > a.o.MaxBatch {
		return &limitError{"the dictionaries", sum, a.o.MaxBatch}
	}
	a.dsize[id] = size
	if !delta || old == nil {
		a.dicts[id] = &dictionary{v: v}
		return nil
	}
	d := old.extend(v)
	if err := d.building.failed(); err != nil {
		return err
	}
	// Every delta makes a dictionary whose texts are looked at anew. Real ones grow by
	// a share of their size; a crafted list could grow by one value a million times.
	a.grown += 16*int64(d.v.n) + int64(len(d.v.arena)+len(d.v.valid))
	if limit := 64 * a.o.MaxBatch; a.grown > limit {
		return &limitError{"dictionaries that grow too often, work", a.grown, limit}
	}
	a.dicts[id] = d
	return nil
}

// Info implements formats.Reader. Bytes, digest and outer compression are known to
// whoever opened the input.
func (a *Reader) Info() formats.Info {
	return formats.Info{Name: a.name, Format: a.format, Rows: a.rows, Settings: []formats.Setting{
		{Name: "buffer_compression", Value: a.codec.String(), How: "detected"},
	}}
}

// Close implements formats.Reader. It does not close what it reads from.
func (a *Reader) Close() error {
	a.ended = errors.New("read after close")
	return nil
}

var _ formats.Reader = (*Reader)(nil)
