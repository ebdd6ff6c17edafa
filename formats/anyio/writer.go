package anyio

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"sluice/formats"
	"sluice/formats/arrowio"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/formats/parquetio"
	"sluice/formats/treated"
)

// WriterOptions adjust a writer.
type WriterOptions struct {
	// Path is the output's name. It tells whether the output is compressed (.gz, .zst)
	// and whether Arrow is written as a file (.arrow, .feather, .ipc) or as a stream
	// (anything else). Nothing is opened.
	Path string
	// Extra names text columns that follow the others.
	Extra []string
	// Codec compresses Parquet pages or Arrow buffers; as in the source, or the
	// format's default, if empty. zstd may have a level: zstd:fastest, which it is by
	// default, to zstd:best.
	Codec string
	// Metadata is added to what Parquet and Arrow files say of themselves, and
	// FieldMetadata to what they say of the columns that are written, from the first one.
	Metadata      map[string]string
	FieldMetadata []map[string]string
	// Columns are those that are written, and what becomes of their cells; nil for all
	// as they are.
	Columns []treated.Column
	// Faulty has rows of text that could not be read copied as they stand; else their cells
	// are empty.
	Faulty bool
	// Dialect is how text is written if the source's does not apply.
	Dialect csvio.Dialect
}

// CheckCodec reports what is wrong with WriterOptions.Codec for a format.
func CheckCodec(format, codec string) error {
	switch {
	case codec == "":
		return nil
	case format == Parquet:
		return parquetio.CheckCodec(codec)
	case format == Arrow:
		return arrowio.CheckCompression(codec)
	}
	return fmt.Errorf("%s has no codec within", strings.ToUpper(format))
}

// NewWriter returns a writer of the rows of src in a format, that of src if empty.
// In the source's own format it keeps the source's dialect, schema, metadata and
// codecs.
func NewWriter(w io.Writer, format string, src *Source, o WriterOptions) (formats.Writer, error) {
	if format == "" {
		format = src.Format()
	}
	var like formats.Reader
	if format == src.Format() {
		like = src.list().inputs[0].reader
	}
	return newWriter(w, format, src.schema, like, src, o)
}

// NewListWriter returns a writer of lists that have no source, such as reports.
func NewListWriter(w io.Writer, format string, s *formats.Schema, o WriterOptions) (formats.Writer, error) {
	return newWriter(w, format, s, nil, nil, o)
}

// TextDialect returns how NewWriter writes text: as the source is written where that is
// of the same format.
func (s *Source) TextDialect(format string) csvio.Dialect {
	d := csvio.Dialect{}
	if r, ok := s.list().inputs[0].reader.(*csvio.Reader); ok && format == s.Format() {
		d = r.Dialect()
	} else if format == TSV {
		d.Comma = '\t'
	}
	return d.WithDefaults()
}

func newWriter(w io.Writer, format string, s *formats.Schema, like formats.Reader, src *Source, o WriterOptions) (formats.Writer, error) {
	_, compression := FormatOf(o.Path)
	if compression != "" && format == Parquet {
		return nil, fmt.Errorf("%s: Parquet is compressed within: leave out the suffix", o.Path)
	}
	out, z := w, (*compressor)(nil)
	if compression != "" {
		var err error
		if z, err = newCompressor(w, compression); err != nil {
			return nil, err
		}
		out = z
	}
	var inner formats.Writer
	var err error
	switch format {
	case CSV, TSV:
		c := csvio.WriterOptions{Dialect: o.Dialect, Extra: o.Extra, Columns: o.Columns, Faulty: o.Faulty}
		if r, ok := like.(*csvio.Reader); ok {
			c.Dialect, c.HeaderBytes = r.Dialect(), r.HeaderBytes()
		} else if format == TSV {
			c.Dialect.Comma = '\t'
		}
		inner, err = csvio.NewWriter(out, s, c)
	case Parquet:
		p := parquetio.WriterOptions{Codec: o.Codec, Extra: o.Extra, Columns: o.Columns, FieldMetadata: o.FieldMetadata}
		if r, ok := like.(*parquetio.Reader); ok && src.allLike(r) {
			p.Like = r
			src.o.Parquet.KeepGroups = true // of the inputs that are yet to be opened
		}
		for _, k := range slices.Sorted(maps.Keys(o.Metadata)) {
			p.KeyValues = append(p.KeyValues, [2]string{k, o.Metadata[k]})
		}
		inner, err = parquetio.NewWriter(out, s, p)
	case Arrow:
		a := arrowio.WriterOptions{File: arrowFileName(o.Path), Compression: o.Codec, Extra: o.Extra, Columns: o.Columns,
			Metadata: o.Metadata, FieldMetadata: o.FieldMetadata}
		a.Like, _ = like.(*arrowio.Reader)
		inner, err = arrowio.NewWriter(out, s, a)
	default:
		return nil, fmt.Errorf("format %q is not one of csv, tsv, parquet and arrow", format)
	}
	if err != nil || z == nil {
		return inner, err
	}
	return &compressed{inner, z}, nil
}

// allLike reports whether the rows of all inputs can go into a Parquet file made for
// first. Footers of the other inputs are read to tell; if one differs in a type, all
// rows are built from their text instead.
func (s *Source) allLike(first *parquetio.Reader) bool {
	for _, in := range s.inputs[1:] {
		if in.kind != kindParquet || !in.regular {
			return false
		}
		f := &lazyFile{path: in.path, info: in.info}
		r, err := parquetio.Open(f, in.info.Size(), in.name, s.o.Parquet)
		same := err == nil && first.Like(r)
		f.Close()
		if !same {
			return false
		}
	}
	return true
}

// A compressed writer ends the compression behind the list.
type compressed struct {
	w formats.Writer
	z io.Closer
}

// Encode implements formats.Writer.
func (c *compressed) Encode(chunk formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	return c.w.Encode(chunk, sel, extra)
}

// Close implements formats.Writer.
func (c *compressed) Close() error {
	err := c.w.Close()
	if err != nil {
		return err
	}
	return c.z.Close()
}
