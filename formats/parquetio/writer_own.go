package parquetio

import (
	"bytes"
	"errors"
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
	slice := int64(own.rows) < own.g.numRows
	if sel.Len() < own.rows {
		own.share.touched.Store(true)
	} else if slice && !w.renders() && !own.share.touched.Load() {
		return func() error { return w.commit(func() error { return w.leave(own) }) }, nil
	}
	g, err := w.rewrite(own, sel, extra)
	if err != nil {
		return nil, err
	}
	return func() error {
		return w.commit(func() error {
			if err := w.encodeLeft(); err != nil {
				g.release()
				return err
			}
			return w.place(g)
		})
	}, nil
}

// rewrite encodes the selected rows of a chunk as a row group for this file.
func (w *Writer) rewrite(c *chunk, sel column.Selection, extra []column.View) (*encodedGroup, error) {
	g, err := rewriteGroup(c, sel, w.leaves, w.level)
	if err != nil {
		return nil, err
	}
	if w.treats {
		g.sorting = w.treatedSorting(g.sorting)
	}
	e := w.encoder()
	defer w.encoders.Put(e)
	if err = w.adapt(e, g, c); err == nil && w.renders() {
		err = w.fresh.Decode(c, sel, extra, func(views []column.View) error { return w.addRendered(e, g, c, sel, views) })
	}
	if err != nil {
		g.release()
		return nil, err
	}
	return g, nil
}

// place writes an encoded group and gives back its memory.
func (w *Writer) place(g *encodedGroup) error {
	err := w.file.add(g)
	g.release()
	return err
}

// leave leaves a slice that keeps all its rows for later: if the other slices of its row
// group do so too, the group is copied as it is.
func (w *Writer) leave(c *chunk) error {
	l := &w.left
	if l.share != c.share || l.hi != c.lo {
		if err := w.encodeLeft(); err != nil {
			return err
		}
		*l = leftRows{r: c.r, share: c.share, group: c.group, lo: c.lo, hi: c.lo}
	}
	l.hi += int64(c.rows)
	if l.hi < c.g.numRows {
		return nil
	}
	if l.lo > 0 {
		return w.encodeLeft()
	}
	*l = leftRows{}
	return w.rewriteAll(c.r.slice(c.group, 0, c.g.numRows, nil))
}

// leftRows are the rows of a row group that leave has left.
type leftRows struct {
	r      *Reader
	share  *groupShare // nil for none
	group  int
	lo, hi int64
}

// encodeLeft writes what leave has left, slice by slice, for its row group cannot be
// copied any more. What comes out is what Encode would have made at once.
func (w *Writer) encodeLeft() error {
	l := w.left
	if l.share == nil {
		return nil
	}
	w.left = leftRows{}
	l.share.touched.Store(true)
	for l.lo < l.hi {
		c := l.r.slice(l.group, l.lo, min(l.share.step, l.hi-l.lo), l.share)
		l.lo += int64(c.rows)
		if err := w.rewriteAll(c); err != nil {
			return err
		}
	}
	return nil
}

// rewriteAll writes all rows of a chunk that nobody else has, and releases it.
func (w *Writer) rewriteAll(c *chunk) error {
	defer c.Release()
	g, err := w.rewrite(c, column.Selection{{Lo: 0, Hi: c.rows}}, nil)
	if err != nil {
		return err
	}
	return w.place(g)
}

func (w *Writer) encoder() *columnEncoder {
	if e, ok := w.encoders.Get().(*columnEncoder); ok {
		return e
	}
	return newColumnEncoder(w.level)
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
				return c.r.error(err, c.group, &c.r.tree.leaves[w.leaves[i]])
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
