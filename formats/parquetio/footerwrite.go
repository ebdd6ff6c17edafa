package parquetio

import (
	"encoding/binary"
	"io"
	"slices"
)

// createdBy names the writer in a file's footer. It has no version, so that the
// same list gives the same bytes from one release to the next unless the bytes
// change for a reason.
const createdBy = "sluice"

// A fileWriter puts row groups one after the other and a footer behind them. It
// needs an io.Writer only, for it counts the offsets itself. The first error
// sticks: nothing is written after it, so that no footer makes a broken file look
// whole.
type fileWriter struct {
	w       io.Writer
	off     int64
	groups  thriftWriter // the RowGroup structs so far
	n       int
	rows    int64
	copyBuf []byte
	err     error
}

// A footer is what a file says of itself, apart from its row groups.
type footer struct {
	version      int32
	schema       []byte // list<SchemaElement>, header included
	keyValues    []keyValue
	columnOrders []byte // list<ColumnOrder>, header included; nil for none
}

func (f *fileWriter) write(p []byte) {
	if f.err != nil {
		return
	}
	n, err := f.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	f.off += int64(n)
	f.err = err
}

func (f *fileWriter) start() {
	if f.off == 0 {
		f.write([]byte(magic))
	}
}

// add writes a row group and records it for the footer.
func (f *fileWriter) add(g *encodedGroup) error {
	f.start()
	if f.err != nil {
		return f.err
	}
	start := f.off
	w := &f.groups
	w.begin()
	w.list(1, len(g.columns), tStruct)
	for i := range g.columns {
		c := &g.columns[i]
		appendColumnChunk(w, c, f.off)
		if f.err = f.copy(c); f.err != nil {
			return f.err
		}
	}
	w.i64(2, g.uncompressed())
	w.i64(3, g.rows)
	if g.sorting != nil {
		w.raw(4, tList, g.sorting)
	}
	w.i64(5, start)
	w.i64(6, f.off-start)
	if f.n < 1<<15 { // the field has 16 bits; it is optional
		w.field(7, tI16)
		w.varint(int64(f.n))
	}
	w.end()
	f.n++
	f.rows += g.rows
	return nil
}

func (f *fileWriter) copy(c *encodedColumn) error {
	if c.src != nil && f.copyBuf == nil {
		f.copyBuf = make([]byte, 1<<20)
	}
	counted := countingWriter{w: f.w}
	err := c.writeTo(&counted, f.copyBuf)
	f.off += counted.n
	if err == nil && counted.n != c.size {
		err = io.ErrShortWrite
	}
	return err
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// close writes the footer.
func (f *fileWriter) close(ft *footer) error {
	f.start()
	var w thriftWriter
	w.begin()
	w.i32(1, ft.version)
	w.raw(2, tList, ft.schema)
	w.i64(3, f.rows)
	w.list(4, f.n, tStruct)
	w.b = append(w.b, f.groups.b...)
	if len(ft.keyValues) > 0 {
		w.list(5, len(ft.keyValues), tStruct)
		for _, kv := range ft.keyValues {
			w.begin()
			w.string(1, kv.key)
			if kv.hasValue {
				w.string(2, kv.value)
			}
			w.end()
		}
	}
	w.string(6, createdBy)
	if ft.columnOrders != nil {
		w.raw(7, tList, ft.columnOrders)
	}
	w.end()
	n := len(w.b)
	w.b = binary.LittleEndian.AppendUint32(w.b, uint32(n))
	w.b = append(w.b, magic...)
	f.write(w.b)
	return f.err
}

// appendColumnChunk appends the ColumnChunk of a column whose bytes start at off.
func appendColumnChunk(w *thriftWriter, c *encodedColumn, off int64) {
	m := &c.meta
	w.begin()
	w.i64(2, 0) // file_offset: no copy of the metadata stands outside the footer
	w.structure(3)
	w.i32(1, int32(m.typ))
	w.list(2, len(m.encodings), tI32)
	for _, e := range m.encodings {
		w.varint(int64(e))
	}
	w.list(3, len(m.path), tBinary)
	for _, p := range m.path {
		w.str(p)
	}
	w.i32(4, int32(m.codec))
	w.i64(5, m.numValues)
	w.i64(6, m.totalUncompressed)
	w.i64(7, m.totalCompressed)
	rawField(w, 8, tList, m.keyValues)
	w.i64(9, off+c.dataOffset)
	if c.dictOffset >= 0 {
		w.i64(11, off+c.dictOffset)
	}
	rawField(w, 12, tStruct, m.statistics)
	rawField(w, 13, tList, m.encodingStats)
	rawField(w, 16, tStruct, m.sizeStatistics)
	rawField(w, 17, tStruct, m.geoStatistics)
	w.end()
	w.end()
}

// rawField writes a field that is kept in its encoded form, if there is one.
func rawField(w *thriftWriter, id int16, typ byte, value []byte) {
	if value != nil {
		w.raw(id, typ, value)
	}
}

// setKeyValue gives key a value: in its place if it is there, else at the end. So
// a list that is screened twice does not collect entries.
func setKeyValue(kvs []keyValue, key, value string) []keyValue {
	i := slices.IndexFunc(kvs, func(kv keyValue) bool { return kv.key == key })
	if i < 0 {
		return append(kvs, keyValue{key, value, true})
	}
	kvs[i] = keyValue{key, value, true}
	return kvs
}
