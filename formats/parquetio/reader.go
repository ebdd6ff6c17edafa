package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"sluice/formats"
)

// Options are the limits within which a file is read. The zero value takes the
// defaults, which are far above what writers produce and finite.
type Options struct {
	MaxFooter    int64 // bytes of the footer; 64 MiB
	MaxPage      int   // bytes of a page, decompressed; 256 MiB, which is also the most
	MaxColumns   int   // leaf columns; 10,000
	MaxDepth     int   // nesting of columns; 64
	MaxGroups    int   // row groups; 1 Mi
	MaxGroupRows int64 // rows of a row group; 256 Mi
	MaxText      int   // bytes of one column's text in one chunk; 1 GiB, at most 4 GiB - 1
	MaxChunk     int64 // bytes of all columns decoded of one chunk, and of a rewritten one; 4 GiB

	// ChunkRows is how many rows a chunk aims for; 32 Ki, or 128 Ki with KeepGroups. A
	// row group of half as many again or more comes in several chunks.
	ChunkRows int
	// KeepGroups says that row groups of the usual size should come as one chunk each,
	// as a Writer wants it that is to write them again; see Reader.KeepGroups.
	KeepGroups bool
}

func (o Options) withDefaults() Options {
	set(&o.MaxFooter, 64<<20, 1<<31-1)
	set(&o.MaxPage, maxPageBytes, maxPageBytes)
	set(&o.MaxColumns, 10_000, 1<<20)
	set(&o.MaxDepth, 64, 120) // levels are kept in a byte
	set(&o.MaxGroups, 1<<20, 1<<24)
	set(&o.MaxGroupRows, 256<<20, 1<<31-1)
	set(&o.MaxText, 1<<30, 1<<32-1) // column.Span counts in uint32
	set(&o.MaxChunk, 4<<30, 1<<62)
	return o
}

func set[T int | int64](v *T, def, most T) {
	if *v <= 0 {
		*v = def
	}
	*v = min(*v, most)
}

// A Reader reads one Parquet file, a row group a chunk. It implements
// formats.Reader. Chunks read from the file at any time until they are released,
// so it must stay open that long.
type Reader struct {
	src    io.ReaderAt
	size   int64
	name   string
	o      Options
	meta   *fileMeta
	tree   *tree
	schema formats.Schema
	group  int         // the next row group
	first  int         // of those to read
	end    int         // the row group to stop before
	rows   int64       // of the row groups to read
	row    int64       // its rows that were handed out
	share  *groupShare // of its slices, once one was handed out

	scratch sync.Pool // *scratch
	columns sync.Pool // *textColumn
	buffers sync.Pool // *[]byte: parts of encoded columns
	pages   sync.Pool // *[]byte: decompressed pages

	busy   atomic.Int32 // goroutines that are encoding
	pinned atomic.Int64 // bytes of pages that chunks keep

	// wantFormulas is set once somebody has asked a chunk for its formulas: from then
	// on the search for strays looks for them as well, which saves a second reading.
	wantFormulas atomic.Bool
}

const (
	magic          = "PAR1"
	magicEncrypted = "PARE"
)

var (
	errMagic     = errors.New("not a Parquet file: it does not begin with PAR1")
	errTruncated = errors.New("the file ends early: the footer is missing")
)

// Open checks a file of size bytes and returns its Reader. name is what messages
// call it. It reads the footer only; nothing the footer says is believed before it
// has been compared with the file's size and with o. A file that cannot be what it
// says is a *formats.Error with the code "truncated", "corrupt", "encrypted",
// "limit" or "codec".
func Open(src io.ReaderAt, size int64, name string, o Options) (r *Reader, err error) {
	r = &Reader{src: src, size: size, name: name, o: o.withDefaults()}
	defer r.guard(&err, -1, nil)
	footer, err := r.readFooter()
	if err != nil {
		return nil, r.error(err, -1, nil)
	}
	if r.meta, err = parseFooter(footer, r.o); err != nil {
		return nil, r.error(err, -1, nil)
	}
	if r.tree, err = buildTree(r.meta.schema, r.o); err != nil {
		return nil, r.error(err, -1, nil)
	}
	if err := r.preflight(size - int64(len(footer)) - 8); err != nil {
		return nil, err
	}
	r.end, r.rows = len(r.meta.groups), r.meta.numRows
	r.guessText()
	r.schema.Fields = r.tree.fields()
	return r, nil
}

// readFooter returns the footer's bytes.
func (r *Reader) readFooter() ([]byte, error) {
	var head [4]byte
	var tail [8]byte
	if r.size < 4 {
		return nil, errMagic
	}
	if _, err := r.src.ReadAt(head[:], 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch string(head[:]) {
	case magic:
	case magicEncrypted:
		return nil, errEncrypted
	default:
		return nil, errMagic
	}
	if r.size < 12 {
		return nil, errTruncated
	}
	if _, err := r.src.ReadAt(tail[:], r.size-8); err != nil && err != io.EOF {
		return nil, err
	}
	switch string(tail[4:]) {
	case magic:
	case magicEncrypted:
		return nil, errEncrypted
	default:
		return nil, errTruncated
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > r.size-12 {
		return nil, fmt.Errorf("%w: it is longer than the file", errFooter)
	}
	if n > r.o.MaxFooter {
		return nil, fmt.Errorf("%w: the footer takes %d bytes, at most %d are accepted", errLimit, n, r.o.MaxFooter)
	}
	b := make([]byte, n)
	if m, err := r.src.ReadAt(b, r.size-8-n); m < len(b) {
		return nil, fmt.Errorf("reading the footer: %w", err)
	}
	return b, nil
}

// Schema returns the top-level columns. A column with columns below it is Nested.
func (r *Reader) Schema() *formats.Schema { return &r.schema }

// Next returns the next row group that holds rows, or the next slice of it.
func (r *Reader) Next() (formats.Chunk, error) {
	for r.group < r.end {
		g := &r.meta.groups[r.group]
		if r.row >= g.numRows {
			r.group, r.row, r.share = r.group+1, 0, nil
			continue
		}
		if r.share == nil {
			r.share = newShare(len(r.tree.leaves), g.numRows, r.step(g))
		}
		c := r.slice(r.group, r.row, min(r.share.step, g.numRows-r.row), r.share)
		r.row += int64(c.rows)
		return c, nil
	}
	return nil, io.EOF
}

// slice returns a chunk of some rows of a row group. share may be nil if it is all.
func (r *Reader) slice(group int, lo, rows int64, share *groupShare) *chunk {
	if share == nil {
		share = newShare(len(r.tree.leaves), rows, rows)
	}
	return &chunk{r: r, group: group, g: &r.meta.groups[group], share: share, lo: lo, rows: int(rows),
		columns: make([]*textColumn, len(r.schema.Fields))}
}

// What a chunk aims for. With 32 Ki rows the text of some columns and what is made of
// it stay near the processor; 128 Ki take in the row groups of DuckDB (122,880). Wide
// rows make smaller chunks, as far as the footer's sizes tell.
const (
	chunkRows  = 32 << 10
	groupRows  = 128 << 10
	chunkBytes = 64 << 20
	leastRows  = 4 << 10
)

// step returns the rows of a chunk of g.
func (r *Reader) step(g *rowGroup) int64 {
	most := int64(chunkRows)
	if r.o.KeepGroups {
		most = groupRows
	}
	if r.o.ChunkRows > 0 {
		most = int64(r.o.ChunkRows)
	}
	var size int64
	for i := range g.columns {
		size += min(max(g.columns[i].meta.totalUncompressed, 0), 1<<40)
	}
	if per := size / g.numRows; per > 0 {
		most = min(most, max(chunkBytes/per, min(most, leastRows)))
	}
	if g.numRows < most+most/2 {
		return g.numRows
	}
	return most
}

// KeepGroups is Options.KeepGroups for a Reader that was opened without. It must be
// called before Next.
func (r *Reader) KeepGroups() { r.o.KeepGroups = true }

// Info returns what the footer says of the file.
func (r *Reader) Info() formats.Info {
	return formats.Info{
		Name: r.name, Format: "parquet", Compression: "none", Rows: r.rows, Bytes: r.size,
		Settings: []formats.Setting{
			{Name: "row_groups", Value: fmt.Sprint(r.end - r.first), How: "detected"},
			{Name: "page_codec", Value: r.codecs(), How: "detected"},
		},
	}
}

// Close does nothing: the file is the caller's.
func (r *Reader) Close() error { return nil }

// error dresses err with where it happened: a row group (from 0; -1 for the file)
// and a leaf (nil for none).
func (r *Reader) error(err error, group int, l *leaf) error {
	var fe *formats.Error
	if errors.As(err, &fe) {
		return err
	}
	e := &formats.Error{Pos: formats.Position{File: r.name, Offset: -1}, Code: "corrupt", Err: err}
	if group >= 0 {
		e.Err = fmt.Errorf("row group %d: %w", group+1, err)
	}
	if l != nil {
		e.Column = l.name()
	}
	switch {
	case errors.Is(err, errTruncated) || errors.Is(err, errMagic) && r.size == 0:
		e.Code, e.Hint = "truncated", "copy the file again, or ask its sender to"
	case errors.Is(err, errEncrypted):
		e.Code, e.Hint = "encrypted", "decrypt it with the tool that wrote it; to encrypt what sluice writes, use age recipients"
	case errors.Is(err, errLimit):
		e.Code = "limit"
	case errors.Is(err, errCodec):
		e.Code, e.Hint = "codec", "write it with zstd or snappy"
	}
	return e
}

// guard turns a panic into an error. Our decoders check their input and should not
// panic; it is here because the input is a stranger's and a run is not lost for one
// wrong index.
func (r *Reader) guard(err *error, group int, l **leaf) {
	if p := recover(); p != nil {
		var at *leaf
		if l != nil {
			at = *l
		}
		*err = r.error(fmt.Errorf("%w: %v", errCorrupt, p), group, at)
	}
}

var errCorrupt = errors.New("damaged column")

var _ formats.Reader = (*Reader)(nil)
var _ formats.Chunk = (*chunk)(nil)
