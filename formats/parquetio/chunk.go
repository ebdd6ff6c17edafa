package parquetio

import (
	"fmt"
	"sync"

	"sluice/formats"
	"sluice/formats/column"
)

// A chunk is one row group, or a slice of one. It reads from the file when it is asked,
// and holds the text of the columns that were asked for until it is released.
type chunk struct {
	r     *Reader
	group int
	g     *rowGroup
	share *groupShare
	lo    int64 // rows of the row group before it
	rows  int

	pinMu sync.Mutex
	pins  map[*sharedPage]pin

	columns []*textColumn // by top-level column; nil until decoded
	held    int64         // bytes they take

	scans    []leafScan // by leaf, once strays or formulas were looked for
	formulas []uint64   // a bit a row: some cell scanned so far is a formula
	found    []byte     // strays from pages that are not kept
}

// A textColumn is a decoded top-level column: the memory behind a view.
type textColumn struct {
	data  []byte
	spans []column.Span
	nulls []bool // len(spans) or 0
	// own is the column's buffer while data is in a page of the chunk; nil if data is
	// in the buffer itself.
	own []byte
}

// lend has the column's text be in b, which is a page of the chunk.
func (t *textColumn) lend(b []byte) {
	t.own, t.data = t.data[:0], b[:len(b):len(b)]
	if t.own == nil {
		t.own = []byte{}
	}
}

// reclaim copies what is in a page into the column's own buffer, if it is in one.
func (t *textColumn) reclaim() {
	if t.own != nil {
		t.data, t.own = append(t.own, t.data...), nil
	}
}

// size returns the bytes that the column takes.
func (t *textColumn) size() int64 {
	return int64(len(t.data)) + 8*int64(len(t.spans)) + int64(len(t.nulls))
}

func (t *textColumn) view() column.View {
	v := column.View{Data: t.data, Spans: t.spans}
	if len(t.nulls) > 0 {
		v.Nulls = t.nulls
	}
	return v
}

// null marks row i as null. Rows not marked are not null.
func (t *textColumn) null(i int) {
	if len(t.nulls) == 0 {
		t.nulls = grow(t.nulls, len(t.spans))[:len(t.spans)]
		clear(t.nulls)
	}
	t.nulls[i] = true
	t.spans[i] = column.Span{}
}

// Len returns the rows of the chunk.
func (c *chunk) Len() int { return c.rows }

// Decode decodes columns that were not decoded before.
func (c *chunk) Decode(views []column.View, cols []int) (_ []column.View, err error) {
	var at *leaf
	defer c.r.guard(&err, c.group, &at)
	s := c.r.getScratch()
	defer c.r.scratch.Put(s)
	for _, col := range cols {
		if col < 0 || col >= len(c.columns) {
			return views, fmt.Errorf("%s: column %d is not in the schema", c.r.name, col)
		}
		if c.columns[col] == nil {
			if c.held+8*int64(c.rows) > c.r.o.MaxChunk {
				return views, c.r.error(c.r.chunkLimit(), c.group, nil)
			}
			t := c.r.getColumn(c.rows)
			if err := c.decode(s, t, col, &at); err != nil {
				c.r.putColumn(t)
				return views, c.r.error(err, c.group, at)
			}
			c.columns[col] = t
			c.held += t.size()
		}
		views = append(views, c.columns[col].view())
	}
	return views, nil
}

// decode decodes a top-level column. at tells which leaf it is busy with.
func (c *chunk) decode(s *scratch, t *textColumn, col int, at **leaf) error {
	n := c.r.tree.root.children[col]
	if n.leaf >= 0 && c.r.tree.leaves[n.leaf].flat() {
		*at = &c.r.tree.leaves[n.leaf]
		return c.decodeFlat(s, t, n.leaf)
	}
	return c.decodeNested(t, n, at)
}

func (r *Reader) chunkLimit() error {
	return fmt.Errorf("%w: its columns take more than %d bytes together", errLimit, r.o.MaxChunk)
}

// Part returns rows lo to hi as a chunk of their own, to look at some rows of a large chunk
// without decoding the others. It must be released before c is.
func (c *chunk) Part(lo, hi int) formats.Chunk {
	return c.r.slice(c.group, c.lo+int64(lo), int64(hi-lo), c.share)
}

// Faults returns nil: a row group is readable as a whole or not at all.
func (c *chunk) Faults() []formats.Fault { return nil }

// Position returns the row's number; a row has no place of its own in the file.
func (c *chunk) Position(i int) formats.Position {
	return formats.Position{File: c.r.name, Row: int64(i) + 1, Offset: -1}
}

// Lines returns 0.
func (c *chunk) Lines() int64 { return 0 }

// Release gives the decoded columns back to the reader.
func (c *chunk) Release() {
	for i, t := range c.columns {
		if t != nil {
			c.r.putColumn(t)
			c.columns[i] = nil
		}
	}
	c.unpin()
	c.columns, c.scans, c.formulas, c.found = nil, nil, nil, nil
}

func (r *Reader) getScratch() *scratch {
	if s, ok := r.scratch.Get().(*scratch); ok {
		return s
	}
	return new(scratch)
}

// getColumn returns a column of rows empty cells, none of them null.
func (r *Reader) getColumn(rows int) *textColumn {
	t, ok := r.columns.Get().(*textColumn)
	if !ok {
		t = new(textColumn)
	}
	t.nulls = t.nulls[:0]
	t.spans = grow(t.spans[:0], rows)[:rows]
	return t
}

func (r *Reader) putColumn(t *textColumn) {
	if t.own != nil {
		t.data, t.own = t.own, nil
	} else {
		poison(t.data[:cap(t.data)])
	}
	t.data = t.data[:0]
	r.columns.Put(t)
}
