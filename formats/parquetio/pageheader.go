package parquetio

import (
	"errors"

	"github.com/parquet-go/parquet-go/format"
)

// A pageHeader is a decoded PageHeader.
type pageHeader struct {
	typ          format.PageType
	uncompressed int32 // bytes of the page after decompression, levels included
	compressed   int32 // bytes of the page in the file, header not included
	crc          uint32
	hasCRC       bool

	numValues int32 // entries, nulls included; of a dictionary page, its values
	encoding  format.Encoding

	// DATA_PAGE only.
	defEncoding, repEncoding format.Encoding

	// DATA_PAGE_V2 only.
	numNulls, numRows int32
	defLen, repLen    int32 // bytes of the levels, which are never compressed
	isCompressed      bool  // whether the values are
}

var errPageHeader = errors.New("damaged page header")

// parsePageHeader decodes a header at the start of b and returns its length.
// errThriftShort says that b may only be too short.
func parsePageHeader(b []byte) (h pageHeader, n int, err error) {
	r := thriftReader{b: b}
	h.typ = -1
	body := int16(0)
	sizes := 0
	r.structure(tStruct, func(id int16, t byte) {
		switch id {
		case 1:
			h.typ = format.PageType(r.i32(t))
		case 2:
			h.uncompressed = r.i32(t)
			sizes |= 1
		case 3:
			h.compressed = r.i32(t)
			sizes |= 2
		case 4:
			h.crc, h.hasCRC = uint32(r.i32(t)), true
		case 5, 7, 8:
			body = id
			h.parseBody(&r, id, t)
		default:
			r.skip(t)
		}
	})
	if r.err != nil {
		return h, 0, r.err
	}
	want := headerBody(h.typ)
	if sizes != 3 || h.uncompressed < 0 || h.compressed < 0 || h.numValues < 0 ||
		h.typ != format.IndexPage && (want == 0 || body != want) {
		return h, 0, errPageHeader
	}
	if h.typ == format.DataPageV2 && (h.defLen < 0 || h.repLen < 0 || h.numNulls < 0 || h.numRows < 0 ||
		int64(h.defLen)+int64(h.repLen) > int64(min(h.compressed, h.uncompressed)) || h.numNulls > h.numValues) {
		return h, 0, errPageHeader
	}
	return h, r.off, nil
}

func (h *pageHeader) parseBody(r *thriftReader, body int16, t byte) {
	h.isCompressed = true
	r.structure(t, func(id int16, t byte) {
		switch {
		case id == 1:
			h.numValues = r.i32(t)
		case body != 8 && id == 2 || body == 8 && id == 4:
			h.encoding = format.Encoding(r.i32(t))
		case body == 5 && id == 3:
			h.defEncoding = format.Encoding(r.i32(t))
		case body == 5 && id == 4:
			h.repEncoding = format.Encoding(r.i32(t))
		case body == 8 && id == 2:
			h.numNulls = r.i32(t)
		case body == 8 && id == 3:
			h.numRows = r.i32(t)
		case body == 8 && id == 5:
			h.defLen = r.i32(t)
		case body == 8 && id == 6:
			h.repLen = r.i32(t)
		case body == 8 && id == 7:
			h.isCompressed = r.bool(t)
		default:
			r.skip(t)
		}
	})
}

// appendPageHeader appends h in compact protocol. Statistics of pages are never
// written: they would repeat what the chunk's say.
func appendPageHeader(dst []byte, h *pageHeader) []byte {
	var depth [4]int16
	w := thriftWriter{b: dst, last: depth[:0]}
	w.begin()
	w.i32(1, int32(h.typ))
	w.i32(2, h.uncompressed)
	w.i32(3, h.compressed)
	if h.hasCRC {
		w.i32(4, int32(h.crc))
	}
	switch h.typ {
	case format.DictionaryPage:
		w.structure(7)
		w.i32(1, h.numValues)
		w.i32(2, int32(h.encoding))
		w.end()
	case format.DataPageV2:
		w.structure(8)
		w.i32(1, h.numValues)
		w.i32(2, h.numNulls)
		w.i32(3, h.numRows)
		w.i32(4, int32(h.encoding))
		w.i32(5, h.defLen)
		w.i32(6, h.repLen)
		w.bool(7, h.isCompressed)
		w.end()
	default:
		w.structure(5)
		w.i32(1, h.numValues)
		w.i32(2, int32(h.encoding))
		w.i32(3, int32(h.defEncoding))
		w.i32(4, int32(h.repEncoding))
		w.end()
	}
	w.end()
	return w.b
}

// headerBody returns the field of PageHeader that a type of page must have; 0 if none.
func headerBody(t format.PageType) int16 {
	switch t {
	case format.DataPage:
		return 5
	case format.DictionaryPage:
		return 7
	case format.DataPageV2:
		return 8
	}
	return 0
}
