package parquetio

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/treated"
)

// WriterOptions adjust a Writer. The zero value writes zstd and no extra columns.
type WriterOptions struct {
	// Like is the Parquet source whose rows are written, so that the output has its
	// schema, its key/value metadata and its codecs, and row groups are copied
	// without decoding rows. Chunks must come from it or from a reader that is
	// Like it (see Reader.Like). With nil the columns are typed by the schema's fields,
	// and chunks of any format are taken.
	Like *Reader
	// Codec compresses pages: zstd, snappy, gzip, brotli, lz4_raw or none. Empty
	// keeps those of Like, column by column; else it is zstd. zstd may have a level behind
	// a colon: fastest, which is the default, default, better or best. Pages that stay as
	// they are in Like keep the level that they have.
	Codec string
	// Extra names text columns that follow the source's. With them, metadata in which
	// Spark describes the columns its own way is left out.
	Extra []string
	// Columns are those that are written, and what becomes of their cells; nil for all as
	// they are. With them, nothing that the source says of itself as a whole is kept: it may
	// tell of columns that are not.
	Columns []treated.Column
	// FieldMetadata is what is said of the columns, from the first one. It stands in the
	// stored Arrow schema (ARROW:schema), which many readers know: added to that of the
	// source, or in a new one where it is certain as what Arrow reads every column.
	FieldMetadata []map[string]string
	// KeyValues are entries of the file's metadata. They replace a source's of the
	// same key, and follow the others.
	KeyValues [][2]string
	// Workers bounds the goroutines that compress rows of other formats; GOMAXPROCS
	// if zero. The bytes written do not depend on it.
	Workers int
}

// Rows of another format are gathered into row groups of this many rows, DuckDB's
// number, or fewer if they are long: a group is held in memory while it fills, and
// again while it is compressed.
const (
	maxGroupRows  = 122_880
	maxGroupBytes = 64 << 20 // of values: 546 bytes a row if there are that many
)

// A Writer writes one Parquet file to an io.Writer, from front to back. It
// implements formats.Writer.
//
// Rows of a Parquet source that the file is Like keep their row groups: a group that
// keeps all its rows is copied as it is, one that keeps none disappears, and any
// other is filtered in its encoded form by the worker that calls Encode.
//
// Rows of other formats are gathered into row groups whose ends depend on the rows
// alone, then compressed by goroutines of the Writer's own; so the same rows give
// the same bytes, whatever the chunks they came in and however many workers there
// are. In such a file
//
//   - every column is optional, with the physical and logical type of its
//     formats.Type; a null cell is null;
//   - a CSV cell that is empty is an empty string, not null, since CSV cannot tell;
//   - seconds are stored as milliseconds, which are Parquet's coarsest unit;
//   - nested values are JSON text;
//   - a faulty row has empty text and, in typed columns, nulls;
//   - a second column of a name, which other readers would refuse, has _2 behind it.
//
// An error of the writer below, or of a row, ends the file: later commits return it
// again, and Close returns it and writes no footer, so that no reader takes the
// file for whole. A run that fails elsewhere must not call Close, which would finish
// a shorter list; its goroutines end by themselves.
type Writer struct {
	like   *Reader
	kind   format.CompressionCodec
	level  zstd.EncoderLevel
	recode bool // pages of the source are to be compressed anew, with kind
	specs  []colSpec
	cols   []treated.Column // the schema's columns that are written
	all    *treated.Decoder // of cols
	fresh  *treated.Decoder // of those of cols that are replaced
	leaves []int            // of the source that go into a file like it
	treats bool             // cols are not simply those of the schema
	footer footer

	file     fileWriter
	parts    partPool // of chunks
	groups   partPool // of row groups, which are far larger
	rows     rowBuffer
	queue    *encodeQueue
	encoders sync.Pool // *columnEncoder, for Encode
	left     leftRows  // of a row group that may yet be copied as it is
	err      error     // the first of any commit
}

// NewWriter returns a Writer for a list of schema s. Nothing is written yet.
func NewWriter(w io.Writer, s *formats.Schema, o WriterOptions) (*Writer, error) {
	if len(treated.Schema(s, o.Columns).Fields)+len(o.Extra) == 0 {
		return nil, errors.New("a Parquet file needs a column")
	}
	if len(o.FieldMetadata) > len(treated.Schema(s, o.Columns).Fields) {
		return nil, errors.New("internal error: metadata of more columns than there are")
	}
	kind, level, err := parseCodec(o.Codec)
	if err != nil {
		return nil, err
	}
	if o.Like != nil {
		o.Like.KeepGroups()
	}
	if o.Codec == "" && o.Like != nil {
		kind = o.Like.firstCodec(kind)
	}
	pw := &Writer{like: o.Like, kind: kind, level: level, recode: o.Codec != "", specs: newSpecs(treated.Schema(s, o.Columns).Fields, o.Extra),
		cols: o.Columns, treats: o.Columns != nil, file: fileWriter{w: w}}
	if pw.cols == nil {
		pw.cols = treated.All(len(s.Fields))
	}
	pw.all, pw.fresh = treated.NewDecoder(pw.cols), treated.NewDecoder(treated.Replaced(pw.cols))
	if o.Like != nil {
		pw.leaves = o.Like.tree.leavesOf(pw.cols)
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	pw.describe(o)
	pw.parts.cols, pw.groups.cols = len(pw.specs), len(pw.specs)
	pw.queue = newEncodeQueue(pw.specs, kind, level, true, workers)
	pw.queue.done = pw.finish
	pw.rows = rowBuffer{specs: pw.specs, maxRows: maxGroupRows, maxBytes: maxGroupBytes,
		fresh: pw.groups.get, full: pw.queue.push}
	return pw, nil
}

// firstCodec returns the codec of the first column, or def if there are no rows.
func (r *Reader) firstCodec(def format.CompressionCodec) format.CompressionCodec {
	if len(r.meta.groups) == 0 || len(r.meta.groups[0].columns) == 0 {
		return def
	}
	return r.meta.groups[0].columns[0].meta.codec
}

// Encode renders the selected rows. Rows of the source that the file is Like are
// encoded here, those of other formats copied out of their chunk, to be encoded when
// their row group is full. A formats.Error with the code "schema" is a chunk of
// another Parquet file than the writer was made for.
func (w *Writer) Encode(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	if sel.Len() == 0 {
		return func() error { return nil }, nil
	}
	if w.like != nil {
		return w.encodeOwn(c, sel, extra)
	}
	p := w.parts.get()
	if err := w.collect(p, c, sel, extra); err != nil {
		return nil, err
	}
	return func() error {
		return w.commit(func() error {
			err := w.rows.add(p)
			w.parts.put(p)
			return err
		})
	}, nil
}

// commit does one step of what runs in order, unless an earlier one failed.
func (w *Writer) commit(step func() error) error {
	if w.err == nil {
		w.err = step()
	}
	return w.err
}

// finish writes an encoded group and reuses its memory.
func (w *Writer) finish(j *groupJob) error {
	err := w.file.add(&j.out)
	j.out.release()
	w.groups.put(j.in)
	return err
}

// Close writes what is left of the rows, and the footer. It waits for every
// goroutine that the Writer has started, also after an error. It does not close the
// io.Writer.
func (w *Writer) Close() error {
	err := w.commit(func() error {
		if err := w.encodeLeft(); err != nil {
			return err
		}
		if err := w.rows.flush(); err != nil {
			return err
		}
		if err := w.queue.drain(); err != nil {
			return err
		}
		return w.file.close(&w.footer)
	})
	w.queue.abandon()
	if w.err == nil {
		w.err = errClosed
	}
	return err
}

var errClosed = errors.New("internal error: Parquet writer is used after Close")

// Like reports whether rows of s can go into a file made for r's: whether the two
// have the same columns of the same types, to the byte.
func (r *Reader) Like(s *Reader) bool {
	if r == s {
		return true
	}
	if len(r.meta.schema) != len(s.meta.schema) || !bytes.Equal(r.meta.columnOrders, s.meta.columnOrders) {
		return false
	}
	for i, e := range r.meta.schema {
		if !bytes.Equal(e.raw, s.meta.schema[i].raw) {
			return false
		}
	}
	return true
}

var _ formats.Writer = (*Writer)(nil)
