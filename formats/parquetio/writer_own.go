package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
	"sluice/formats/column"
)

// Rows of a Parquet source go to a file that is like it without being decoded:
// rewriteGroup copies or filters their row group, and what is done here is to put
// it into place.

var errOtherSchema = errors.New("the columns are not those of the file that the output was made like")

// encodeOwn encodes the selected rows of a row group, with extra columns behind.
func (w *Writer) encodeOwn(c formats.Chunk, sel column.Selection, extra []column.View) (func() error, error) {
	own, ok := c.(*chunk)
	if !ok || !w.like.Like(own.r) {
		return nil, &formats.Error{Pos: c.Position(0), Code: "schema", Err: errOtherSchema,
			Hint: "screen the lists one by one, or write CSV (--to csv)"}
	}
	g, err := rewriteGroup(own, sel)
	if err != nil {
		return nil, err
	}
	e := w.encoder()
	defer w.encoders.Put(e)
	if err := w.adapt(e, g, own); err != nil {
		g.release()
		return nil, err
	}
	if err := w.addExtra(e, g, c, sel, extra); err != nil {
		g.release()
		return nil, err
	}
	return func() error {
		return w.commit(func() error {
			err := w.file.add(g)
			g.release()
			return err
		})
	}, nil
}

func (w *Writer) encoder() *columnEncoder {
	if e, ok := w.encoders.Get().(*columnEncoder); ok {
		return e
	}
	return new(columnEncoder)
}

// addExtra encodes the cells of the extra columns and appends their chunks to g.
func (w *Writer) addExtra(e *columnEncoder, g *encodedGroup, c formats.Chunk, sel column.Selection, extra []column.View) error {
	specs := w.specs[len(w.all):]
	if len(extra) != len(specs) {
		return fmt.Errorf("internal error: %d extra columns for a writer of %d", len(extra), len(specs))
	}
	for i := range specs {
		var b cells
		if err := b.collect(&specs[i], extra[i], c, sel); err != nil {
			return err
		}
		col, err := e.encode(&specs[i], &b, w.kind, w.footer.columnOrders != nil, nil)
		if err != nil {
			return fmt.Errorf("column %s: %w", specs[i].name, err)
		}
		g.columns = append(g.columns, col)
	}
	return nil
}

// adapt fits a source's column chunks to their new file.
func (w *Writer) adapt(e *columnEncoder, g *encodedGroup, c *chunk) error {
	for i := range g.columns {
		col := &g.columns[i]
		// Before there were column orders some writers' bounds of strings were wrong,
		// and readers tell by the writer's name, which will be ours.
		if col.src != nil && w.footer.columnOrders == nil {
			switch col.meta.typ {
			case format.ByteArray, format.FixedLenByteArray, format.Int96:
				col.meta.statistics = nil
			}
		}
		if w.recode && col.meta.codec != w.kind {
			if err := recode(e, col, w.kind, c.r.o.MaxPage); err != nil {
				return c.r.error(err, c.group, &c.r.tree.leaves[i])
			}
		}
	}
	return nil
}

// recode compresses the pages of a chunk anew, with another codec. What they hold
// is not looked at.
func recode(e *columnEncoder, col *encodedColumn, kind format.CompressionCodec, maxPage int) error {
	src, off := col.src, col.srcOff
	if src == nil {
		src, off = bytes.NewReader(bytes.Join(col.parts, nil)), 0
	}
	b := chunkBuilder{columnEncoder: e, kind: kind}
	out := *col
	out.parts, out.src, out.free, out.dictOffset, out.dataOffset = nil, nil, nil, -1, -1
	var pages pageReader
	pages.reset(src, off, col.size, maxPage)
	var plain []byte
	for {
		h, err := pages.header()
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		body, err := pages.body(&h)
		if err != nil {
			return err
		}
		levels := 0
		if h.typ == format.DataPageV2 { // they stand before the values, never compressed
			levels = int(h.defLen) + int(h.repLen)
		}
		plain = append(plain[:0], body[:levels]...)
		plain = grow(plain, int(h.uncompressed)-levels)[:h.uncompressed]
		from := col.meta.codec
		if h.typ == format.DataPageV2 && !h.isCompressed {
			from = format.Uncompressed
		}
		if len(plain) == levels {
			// nothing but nulls
		} else if err := e.codec.decompress(plain[levels:], body[levels:], from); err != nil {
			return err
		}
		switch h.typ {
		case format.DictionaryPage:
			out.dictOffset = int64(len(b.out))
		case format.DataPage, format.DataPageV2:
			if out.dataOffset < 0 {
				out.dataOffset = int64(len(b.out))
			}
		default:
			continue // an index page, which nobody reads
		}
		if err := b.addPage(plain, levels, h); err != nil {
			return err
		}
	}
	out.dataOffset = max(out.dataOffset, 0)
	out.meta.codec = kind
	out.meta.totalUncompressed, out.meta.totalCompressed, out.size = b.plain, int64(len(b.out)), int64(len(b.out))
	out.parts = [][]byte{b.out}
	if col.free != nil {
		col.free(col.parts)
	}
	*col = out
	return nil
}
