package csvio

import (
	"fmt"
	"io"
	"sync"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/treated"
)

// WriterOptions adjust a Writer. With the Dialect and HeaderBytes of a Reader the
// output is written as that list is.
type WriterOptions struct {
	Dialect     Dialect
	Extra       []string // names of the columns added to every row
	HeaderBytes []byte   // Reader.HeaderBytes: the header to write instead of one made from the schema
	// Columns are those that are written, and what becomes of their cells; nil for all as
	// they are.
	Columns []treated.Column
	// Faulty rows are copied as they stand, too; else they have empty cells. It is for a list
	// that holds such rows already.
	Faulty bool
}

// A Writer writes one list of delimited text. Rows of chunks that were read in the
// same dialect are copied as they are, blank lines between them left out; a line end
// is added to the last row of an input only when another row follows it. Where columns
// are left out or replaced, the cells that stay are copied as they are. All other rows
// are rendered, with quotes where a cell needs them. A null is an empty cell.
//
// Encode may be called concurrently; the functions it returns and Close may not.
type Writer struct {
	w        io.Writer
	renderer renderer
	dialect  Dialect
	source   int // columns of the schema
	width    int // how many of them are written
	extra    int
	faulty   bool // copy faulty rows
	all      *treated.Decoder
	treat    *treatment // nil if all columns are written as they are
	header   []byte     // what comes first, ready to write
	started  bool       // header is written
	ending   []byte     // the line end that what was written last lacks
	buffers  sync.Pool  // of *[]byte
}

// NewWriter returns a Writer of rows with the columns of s and the extra ones. It
// writes nothing before the first commit or Close.
func NewWriter(w io.Writer, s *formats.Schema, o WriterOptions) (*Writer, error) {
	d := o.Dialect.WithDefaults()
	if _, err := (Options{Comma: d.Comma, Quote: d.Quote, Encoding: d.Encoding}).withDefaults(); err != nil {
		return nil, &formats.Error{Code: "options", Err: err}
	}
	if d.LineEnd != "\n" && d.LineEnd != "\r\n" {
		return nil, &formats.Error{Code: "options", Err: fmt.Errorf("line end is neither LF nor CRLF")}
	}
	cw := &Writer{w: w, dialect: d, source: len(s.Fields), width: len(s.Fields), extra: len(o.Extra), faulty: o.Faulty}
	if o.Columns != nil {
		cw.width = len(o.Columns)
		cw.treat = newTreatment(o.Columns, len(s.Fields))
		cw.all = treated.NewDecoder(o.Columns)
	} else {
		cw.all = treated.NewDecoder(treated.All(len(s.Fields)))
	}
	cw.renderer = newRenderer(d, cw.width+cw.extra)
	cw.buffers.New = func() any { return new([]byte) }
	header, err := cw.makeHeader(s, o)
	if err != nil {
		return nil, err
	}
	if len(header) > 0 {
		cw.ending = cw.missingEnd(header)
	}
	if d.BOM {
		cw.header = append(cw.header, bom(d.Encoding)...)
	}
	cw.header = cw.encoded(cw.header, header)
	return cw, nil
}

// makeHeader returns the header record, not yet in UTF-16.
func (w *Writer) makeHeader(s *formats.Schema, o WriterOptions) ([]byte, error) {
	var header, end []byte
	var err error
	switch {
	case w.dialect.Header == HeaderNo:
		return nil, nil
	case o.HeaderBytes != nil:
		header = trimLineEnd(o.HeaderBytes)
		end = o.HeaderBytes[len(header):]
		header = header[:len(header):len(header)]
		if w.treat != nil {
			header = w.treatHeader(header)
		}
	default:
		for i, name := range treated.Schema(s, o.Columns).Names() {
			if i > 0 {
				header = append(header, w.dialect.Comma)
			}
			if header, err = w.renderer.cell(header, []byte(name)); err != nil {
				return nil, headerError(name, err)
			}
		}
		end = []byte(w.dialect.LineEnd)
	}
	for i, name := range o.Extra {
		if i > 0 || w.width > 0 {
			header = append(header, w.dialect.Comma)
		}
		if header, err = w.renderer.cell(header, []byte(name)); err != nil {
			return nil, headerError(name, err)
		}
	}
	return append(header, end...), nil
}

func headerError(name string, err error) error {
	return &formats.Error{Code: "encoding", Column: name, Err: fmt.Errorf("column name: %w", err), Hint: encodingHint}
}

// Encode renders the selected rows of c.
func (w *Writer) Encode(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	if len(extra) != w.extra {
		return nil, fmt.Errorf("csvio: %d extra columns given, %d named", len(extra), w.extra)
	}
	own, _ := c.(*chunk)
	if own != nil && len(own.r.schema.Fields) != w.source {
		return nil, listError(formats.Position{File: own.r.name}, "columns", "screen lists of different columns one by one",
			"the list has %d columns and the first one %d", len(own.r.schema.Fields), w.source)
	}
	if own != nil && w.same(own.r.dialect) {
		own.index()
		if w.treat != nil {
			return w.treated(own, sel, extra)
		}
		if run, ok := own.oneRun(sel); ok && w.extra == 0 && !w.isUTF16() {
			return w.commit(run, nil), nil
		}
		return w.build(func(out []byte) ([]byte, error) { return w.copyRows(out, own, sel, extra) })
	}
	var commit func() error
	err := w.all.Decode(c, sel, extra, func(views []column.View) (err error) {
		commit, err = w.build(func(out []byte) ([]byte, error) { return w.renderRows(out, c, sel, views) })
		return err
	})
	return commit, err
}

func (w *Writer) renderRows(out []byte, c formats.Chunk, sel column.Selection, views []column.View) ([]byte, error) {
	var err error
	for _, run := range sel {
		for i := run.Lo; i < run.Hi; i++ {
			if out, err = w.renderer.row(out, views, i); err != nil {
				return out, cellError(c, i, err)
			}
		}
	}
	return out, nil
}

// same reports whether records of dialect d can be copied as they are.
func (w *Writer) same(d Dialect) bool {
	return d.Comma == w.dialect.Comma && d.Quote == w.dialect.Quote && d.Encoding == w.dialect.Encoding
}

func (w *Writer) isUTF16() bool {
	return w.dialect.Encoding == UTF16LE || w.dialect.Encoding == UTF16BE
}

// build lets render fill a buffer from the pool and returns the function that writes
// it and gives it back.
func (w *Writer) build(render func([]byte) ([]byte, error)) (func() error, error) {
	buf := w.buffers.Get().(*[]byte)
	out, err := render((*buf)[:0])
	*buf = out
	if err != nil {
		w.buffers.Put(buf)
		return nil, err
	}
	return w.commit(out, buf), nil
}

// commit returns the function that writes out, which lies in buf unless that is nil.
func (w *Writer) commit(out []byte, buf *[]byte) func() error {
	ending := w.missingEnd(out)
	if w.isUTF16() && len(out) > 0 {
		coded := w.buffers.Get().(*[]byte)
		*coded = w.encoded((*coded)[:0], out)
		w.buffers.Put(buf)
		out, buf = *coded, coded
	}
	return func() error {
		err := w.write(out, ending)
		if buf != nil {
			w.buffers.Put(buf)
		}
		return err
	}
}

// missingEnd returns the line end that out needs before anything can follow it.
func (w *Writer) missingEnd(out []byte) []byte {
	if len(out) == 0 {
		return nil
	}
	switch out[len(out)-1] {
	case '\n':
		return nil
	case '\r': // half of one, at the very end of an input
		return w.encoded(nil, []byte("\n"))
	}
	return w.encoded(nil, []byte(w.dialect.LineEnd))
}

// encoded appends src, which is as in a chunk, in the encoding of the output.
func (w *Writer) encoded(dst, src []byte) []byte {
	if w.isUTF16() {
		return appendUTF16(dst, src, w.dialect.Encoding == UTF16BE)
	}
	return append(dst, src...)
}

func (w *Writer) write(out, ending []byte) error {
	if err := w.start(); err != nil || len(out) == 0 {
		return err
	}
	if len(w.ending) > 0 {
		if _, err := w.w.Write(w.ending); err != nil {
			return err
		}
	}
	w.ending = ending
	_, err := w.w.Write(out)
	return err
}

// start writes what comes before the first row, once.
func (w *Writer) start() error {
	if w.started || len(w.header) == 0 {
		return nil
	}
	w.started = true
	_, err := w.w.Write(w.header)
	return err
}

// Close writes the header if there were no rows. It does not close what lies below.
func (w *Writer) Close() error { return w.start() }
