package parquetio

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
)

// pageBytes is what a data page aims for before compression: the size that
// parquet-mr and Arrow aim for, and small enough to be read a page at a time.
const pageBytes = 1 << 20

// maxIndexPage is the values of a page of dictionary indices. At the widest, 15
// bits, they take as much as pageBytes.
const maxIndexPage = pageBytes * 8 / 15

// maxCellBytes is the largest cell: one that still fits a page we would read.
const maxCellBytes = maxPageBytes - 1<<20

var errCellSize = errors.New("cell is larger than 255 MiB, the most that a Parquet page of ours holds")

// A columnEncoder turns cells into column chunks. It belongs to one goroutine at a
// time and is reused, since its coders and tables are what is big.
type columnEncoder struct {
	codec codec
	dict  dictBuilder
	page  []byte // levels and values of one page
	comp  []byte // the same, compressed
}

func newColumnEncoder(level zstd.EncoderLevel) *columnEncoder {
	return &columnEncoder{codec: codec{want: level}}
}

// A chunkBuilder is one column chunk in the making.
type chunkBuilder struct {
	*columnEncoder
	kind  format.CompressionCodec
	out   []byte
	plain int64 // bytes before compression, headers included
	data  int   // data pages
}

// encode returns the column chunk that holds c, its bytes appended to out. The
// result depends on s, c and kind alone. With bounds false, no minimum and maximum
// are recorded.
func (e *columnEncoder) encode(s *colSpec, c *cells, kind format.CompressionCodec, bounds bool, out []byte) (encodedColumn, error) {
	b := chunkBuilder{columnEncoder: e, kind: kind, out: out[:0]}
	col := encodedColumn{dictOffset: -1, meta: columnMeta{
		typ: s.typ, path: []string{s.name}, codec: kind, numValues: int64(c.rows)}}
	m := &col.meta
	var err error
	var encoding format.Encoding
	if s.typ != format.Boolean && e.dict.build(c.values, s.width) {
		encoding = format.RLEDictionary
		m.encodings = []format.Encoding{format.Plain, format.RLE, format.RLEDictionary}
		m.statistics = s.statistics(e.dict.values, c.nulls, bounds)
		col.dictOffset = 0
		err = b.dictionaryPage()
		col.dataOffset = int64(len(b.out))
		if err == nil {
			err = b.indexPages(c)
		}
	} else {
		encoding = format.Plain
		m.encodings = []format.Encoding{format.Plain, format.RLE}
		m.statistics = s.statistics(c.values, c.nulls, bounds)
		err = b.plainPages(s, c)
	}
	m.encodingStats = encodingStats(encoding, b.data)
	m.totalUncompressed, m.totalCompressed = b.plain, int64(len(b.out))
	col.size = m.totalCompressed
	col.parts = [][]byte{b.out}
	return col, err
}

// encodingStats returns the list<PageEncodingStats> of a chunk. It lets readers
// know that all of its pages have a dictionary.
func encodingStats(data format.Encoding, pages int) []byte {
	var w thriftWriter
	entry := func(t format.PageType, e format.Encoding, n int) {
		w.begin()
		w.i32(1, int32(t))
		w.i32(2, int32(e))
		w.i32(3, int32(n))
		w.end()
	}
	if data == format.Plain {
		w.listHeader(1, tStruct)
	} else {
		w.listHeader(2, tStruct)
		entry(format.DictionaryPage, format.Plain, 1)
	}
	entry(format.DataPage, data, pages)
	return w.b
}

func (b *chunkBuilder) dictionaryPage() error {
	return b.add(b.dict.values, pageHeader{typ: format.DictionaryPage,
		numValues: int32(len(b.dict.ends)), encoding: format.Plain})
}

// indexPages writes the data pages of a column with a dictionary.
func (b *chunkBuilder) indexPages(c *cells) error {
	width := b.dict.width()
	indices := b.dict.indices
	for row := 0; row < c.rows; {
		rows := min(c.rows-row, maxIndexPage)
		values := rows
		if c.nulls > 0 {
			values = 0
			for _, l := range c.levels[row : row+rows] {
				values += int(l)
			}
		}
		b.startPage(c, row, rows)
		b.page = append(b.page, byte(width))
		b.page = appendHybrid(b.page, indices[:values], width)
		if err := b.addData(rows, format.RLEDictionary); err != nil {
			return err
		}
		indices, row = indices[values:], row+rows
	}
	return nil
}

// plainPages writes the data pages of a column without a dictionary: values until
// the page is full.
func (b *chunkBuilder) plainPages(s *colSpec, c *cells) error {
	for p := (cellCursor{}); p.row < c.rows; {
		q := p
		for q.row < c.rows && q.off-p.off < pageBytes {
			next := c.next(q, s.width)
			if next.off-q.off > maxCellBytes {
				return errCellSize
			}
			if next.off-p.off > maxCellBytes && q.row > p.row {
				break
			}
			q = next
		}
		b.startPage(c, p.row, q.row-p.row)
		if values := c.values[p.off:q.off]; s.typ == format.Boolean {
			b.page = appendBits(b.page, values)
		} else {
			b.page = append(b.page, values...)
		}
		if err := b.addData(q.row-p.row, format.Plain); err != nil {
			return err
		}
		p = q
	}
	return nil
}

// appendBits packs booleans, lowest bit first.
func appendBits(dst, bools []byte) []byte {
	for i, v := range bools {
		if i%8 == 0 {
			dst = append(dst, 0)
		}
		dst[len(dst)-1] |= v << (i % 8)
	}
	return dst
}

// startPage sets page to the definition levels of some rows of c.
func (b *chunkBuilder) startPage(c *cells, row, rows int) {
	b.page = append(b.page[:0], 0, 0, 0, 0)
	if c.nulls == 0 { // one run of ones
		b.page = append(binary.AppendUvarint(b.page, uint64(rows)<<1), 1)
	} else {
		b.page = appendHybrid(b.page, c.levels[row:row+rows], 1)
	}
	le.PutUint32(b.page, uint32(len(b.page)-4))
}

func (b *chunkBuilder) addData(rows int, e format.Encoding) error {
	b.data++
	return b.add(b.page, pageHeader{typ: format.DataPage, numValues: int32(rows), encoding: e,
		defEncoding: format.RLE, repEncoding: format.RLE})
}

// add appends a page: its header, with sizes and checksum filled in, and its body
// compressed.
func (b *chunkBuilder) add(body []byte, h pageHeader) error { return b.addPage(body, 0, h) }

// addPage is add for a page whose first bytes, the levels of a DATA_PAGE_V2, are not
// compressed.
func (b *chunkBuilder) addPage(body []byte, levels int, h pageHeader) error {
	comp := append(b.comp[:0], body[:levels]...)
	h.isCompressed = h.typ != format.DataPageV2 || len(body) > levels // nulls only: nothing to compress
	if h.isCompressed {
		var err error
		if comp, err = b.codec.compress(comp, body[levels:], b.kind); err != nil {
			return err
		}
	}
	b.comp = comp
	h.uncompressed = int32(len(body))
	h.crc, h.hasCRC = crc32.ChecksumIEEE(comp), true
	b.append(comp, h)
	return nil
}

// append appends a compressed page behind its header, in which compressed is set.
func (b *chunkBuilder) append(comp []byte, h pageHeader) {
	h.compressed = int32(len(comp))
	n := len(b.out)
	b.out = appendPageHeader(b.out, &h)
	b.plain += int64(len(b.out)-n) + int64(h.uncompressed)
	b.out = append(b.out, comp...)
}
