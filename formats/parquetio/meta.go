package parquetio

import (
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// The footer of a file, as far as we look into it. Names and numbers are those of
// parquet.thrift in apache/parquet-format. What we do not need to understand is
// kept as the source's own bytes, so that a rewritten file says exactly what its
// source said: a struct that was decoded and encoded again would lose whatever it
// has no field for.
//
// Byte slices alias the footer's buffer and are never written to.

// A fileMeta is a decoded FileMetaData.
type fileMeta struct {
	version      int32
	schema       []schemaElement // depth first; the first is the root
	numRows      int64
	groups       []rowGroup
	keyValues    []keyValue
	createdBy    string
	columnOrders []byte // raw list<ColumnOrder>, header included; nil if absent
}

// A schemaElement is a node of the schema tree, in its flattened form.
type schemaElement struct {
	// raw is the element's struct in compact protocol, from its first field to its
	// stop byte: what a writer copies.
	raw         []byte
	name        string
	hasType     bool // a leaf
	typ         format.Type
	typeLength  int32 // FIXED_LEN_BYTE_ARRAY
	repetition  format.FieldRepetitionType
	numChildren int32
	converted   int32 // the ConvertedType; -1 if absent
	scale       int32
	precision   int32
	logical     logicalType
}

// A logicalType is a decoded LogicalType union.
type logicalType struct {
	id        int16 // the union's field id; 0 if absent
	scale     int32 // DECIMAL
	precision int32 // DECIMAL
	bits      int8  // INTEGER
	signed    bool  // INTEGER
	utc       bool  // TIME, TIMESTAMP
	unit      int16 // TIME, TIMESTAMP: 1 milli, 2 micro, 3 nano
}

// The union's field ids.
const (
	logicalString    = 1
	logicalMap       = 2
	logicalList      = 3
	logicalEnum      = 4
	logicalDecimal   = 5
	logicalDate      = 6
	logicalTime      = 7
	logicalTimestamp = 8
	logicalInteger   = 10
	logicalUnknown   = 11
	logicalJSON      = 12
	logicalBSON      = 13
	logicalUUID      = 14
	logicalFloat16   = 15
)

// A keyValue is an entry of key_value_metadata. A value may be absent, which is
// not the same as empty.
type keyValue struct {
	key      string
	value    string
	hasValue bool
}

// A rowGroup is a decoded RowGroup.
type rowGroup struct {
	columns   []columnChunk
	numRows   int64
	totalSize int64  // total_byte_size, uncompressed
	sorting   []byte // raw list<SortingColumn>, header included; nil if absent
}

// A columnChunk is a decoded ColumnChunk and its place in the file.
type columnChunk struct {
	meta columnMeta
	off  int64 // where its first page starts
	size int64 // bytes up to the end of its last page: total_compressed_size
}

// A columnMeta is a decoded ColumnMetaData without what a rewritten chunk never
// keeps: its offsets (see columnChunk and encodedColumn), Bloom filter and indexes.
type columnMeta struct {
	typ               format.Type
	encodings         []format.Encoding
	path              []string
	codec             format.CompressionCodec
	numValues         int64 // nulls included
	totalUncompressed int64 // page headers included
	totalCompressed   int64 // page headers included

	// Raw values in compact protocol; nil if absent. A verbatim copy keeps them, a
	// rewritten chunk keeps keyValues only and makes its own statistics.
	keyValues      []byte // list<KeyValue>, header included
	statistics     []byte // struct Statistics, stop byte included
	encodingStats  []byte // list<PageEncodingStats>, header included
	sizeStatistics []byte // struct SizeStatistics
	geoStatistics  []byte // struct GeospatialStatistics
}

// An encodedGroup is one finished row group: its column chunks in the order of the
// schema's leaves, which is the order they stand in the file. The writer gives
// them their offsets.
type encodedGroup struct {
	rows    int64
	columns []encodedColumn
	sorting []byte // raw list<SortingColumn>, header included; nil for none
}

// An encodedColumn is one finished column chunk. Its bytes are parts, one after
// the other, or, if src is set, the range of src from srcOff that is size bytes
// long, to be copied as it is.
type encodedColumn struct {
	meta columnMeta // totals and num_values set; statistics as they shall be written

	// Offsets from the first byte of this chunk. dictOffset is -1 if there is no
	// dictionary page.
	dictOffset int64
	dataOffset int64
	size       int64 // all bytes; equal to meta.totalCompressed

	parts  [][]byte
	src    io.ReaderAt
	srcOff int64

	// free takes parts back; nil if nobody wants them. See encodedGroup.release.
	free func(parts [][]byte)
}

// uncompressed returns what the group's total_byte_size has to say.
func (g *encodedGroup) uncompressed() int64 {
	var n int64
	for i := range g.columns {
		n += g.columns[i].meta.totalUncompressed
	}
	return n
}

// writeTo writes the column's bytes, copying through buf if they stand in a source.
func (c *encodedColumn) writeTo(w io.Writer, buf []byte) error {
	if c.src != nil {
		n, err := io.CopyBuffer(w, io.NewSectionReader(c.src, c.srcOff, c.size), buf)
		if err == nil && n != c.size {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	for _, p := range c.parts {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// release gives the columns' buffers back. The group must not be used afterwards.
func (g *encodedGroup) release() {
	for i := range g.columns {
		if c := &g.columns[i]; c.free != nil {
			c.free(c.parts)
			c.parts, c.free = nil, nil
		}
	}
}
