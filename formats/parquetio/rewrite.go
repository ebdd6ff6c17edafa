package parquetio

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"sluice/formats/column"
)

// rewriteGroup returns a row group with the selected rows and leaves of c only, or nil if
// no row is selected. Other leaves are not read. If c is a row group and all rows are, its bytes are not touched: they will
// be copied from the source when the group is written. Otherwise each column is
// filtered in its encoded form, a page at a time, with the codec it had and, if that is
// zstd, at a level.
func rewriteGroup(c *chunk, sel column.Selection, leaves []int, level zstd.EncoderLevel) (_ *encodedGroup, err error) {
	n := sel.Len()
	if n == 0 {
		return nil, nil
	}
	if err := checkSelection(sel, c.rows); err != nil {
		return nil, err
	}
	g := &encodedGroup{rows: int64(n), columns: make([]encodedColumn, len(leaves)), sorting: c.g.sorting}
	whole := int64(n) == c.g.numRows
	var used atomic.Int64
	err = c.r.eachLeaf(c.group, leaves, func(s *scratch, i, leaf int) (err error) {
		if whole {
			g.columns[i], err = c.splice(s, leaf)
			return err
		}
		s.enc.codec.want = level
		if g.columns[i], err = c.filter(s, leaf, sel, c.r.o.MaxChunk-used.Load()); err != nil {
			return err
		}
		if used.Add(g.columns[i].size) > c.r.o.MaxChunk {
			return c.r.chunkLimit()
		}
		return nil
	})
	if err != nil {
		g.release()
		return nil, err
	}
	return g, nil
}

// checkSelection checks what the kernels rely on.
func checkSelection(sel column.Selection, rows int) error {
	end := 0
	for _, r := range sel {
		if r.Lo < end || r.Hi <= r.Lo || r.Hi > rows {
			return fmt.Errorf("internal error: rows %d to %d selected of %d", r.Lo, r.Hi, rows)
		}
		end = r.Hi
	}
	return nil
}

// splice describes a column chunk that is to be copied as it is, having walked
// through its pages: a page that ends early or has another checksum must not reach
// an output that says it is whole.
func (c *chunk) splice(s *scratch, i int) (encodedColumn, error) {
	src := &c.g.columns[i]
	col := encodedColumn{meta: src.meta, dictOffset: -1, size: src.size, src: c.r.src, srcOff: src.off}
	cur, err := c.cursor(s, i)
	if err != nil {
		return col, err
	}
	cur.walk = true
	s.pages.window = walkWindow
	for {
		if err := cur.next(); err == io.EOF {
			return col, nil
		} else if err != nil {
			return col, err
		}
		if cur.pages == 1 {
			col.dataOffset = cur.at - src.off
			if cur.dict.ok {
				col.dictOffset = 0
			}
		}
		if cur.head.hasCRC {
			if _, err := s.pages.body(&cur.head); err != nil {
				return col, err
			}
			cur.passed = true
		} else {
			cur.pass()
		}
	}
}

// filter returns leaf i's column chunk with the selected rows only, in most bytes
// at most: an encoding that shrinks its values is not always the one we write.
func (c *chunk) filter(s *scratch, i int, sel column.Selection, most int64) (col encodedColumn, err error) {
	src, l := &c.g.columns[i], &c.r.tree.leaves[i]
	f := columnFilter{
		l: l, s: s, sel: sel, buf: &s.out,
		b:      chunkBuilder{columnEncoder: &s.enc, kind: src.meta.codec},
		bounds: newBounds(l, c.r.meta.columnOrders != nil),
	}
	f.buf.reset()
	out := c.r.getBuffer()
	f.b.out = grow((*out)[:0], int(src.size*int64(c.rows)/c.g.numRows))
	cur, err := c.cursor(s, i)
	if err != nil {
		return col, err
	}
	var p dataPage
	for {
		if err := cur.next(); err == io.EOF {
			break
		} else if err != nil {
			return col, err
		}
		f.dict = cur.dict
		before, all := cur.row(), f.keepsAll(&cur)
		if err := cur.load(&p); err != nil {
			return col, err
		}
		if all {
			if done, err := f.copyPage(&cur, &p); err != nil {
				return col, err
			} else if done {
				continue
			}
		}
		if err := f.page(&p, before, int(cur.rows)); err != nil {
			return col, err
		}
		if int64(len(f.b.out)) > most {
			return col, c.r.chunkLimit()
		}
	}
	if err := f.flush(); err != nil {
		return col, err
	}
	*out = f.b.out
	return f.finish(c.r, src, out)
}

// finish makes the column chunk of the pages in data and the dictionary they use.
func (f *columnFilter) finish(r *Reader, src *columnChunk, data *[]byte) (encodedColumn, error) {
	col := encodedColumn{dictOffset: -1, parts: [][]byte{*data}, meta: columnMeta{
		typ: src.meta.typ, path: src.meta.path, codec: src.meta.codec, keyValues: src.meta.keyValues, numValues: f.entries,
	}}
	buffers := []*[]byte{data}
	if f.codedPages > 0 {
		dict := r.getBuffer()
		d := chunkBuilder{columnEncoder: f.b.columnEncoder, kind: src.meta.codec, out: (*dict)[:0]}
		if err := f.writeDict(&d); err != nil {
			return col, err
		}
		*dict = d.out
		f.b.plain += d.plain
		col.dictOffset, col.dataOffset = 0, int64(len(d.out))
		col.parts, buffers = [][]byte{d.out, *data}, append(buffers, dict)
	}
	for _, p := range col.parts {
		col.size += int64(len(p))
	}
	f.describe(&col.meta)
	col.meta.statistics = f.bounds.statistics(f.entries - f.notNull)
	col.meta.totalCompressed, col.meta.totalUncompressed = col.size, f.b.plain
	col.free = func([][]byte) {
		for _, b := range buffers {
			r.buffers.Put(b)
		}
	}
	return col, nil
}

func (r *Reader) getBuffer() *[]byte {
	if b, ok := r.buffers.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}
