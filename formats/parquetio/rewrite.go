package parquetio

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats/column"
)

// rewriteGroup returns the row group of c with the selected rows only, or nil if
// none is selected. If all are, the group's bytes are not touched: they will be
// copied from the source when the group is written. Otherwise each column is
// filtered in its encoded form, a page at a time, with the codec it had.
func rewriteGroup(c *chunk, sel column.Selection) (_ *encodedGroup, err error) {
	var at *leaf
	defer c.r.guard(&err, c.group, &at)
	n := sel.Len()
	if n == 0 {
		return nil, nil
	}
	if err := checkSelection(sel, c.rows); err != nil {
		return nil, err
	}
	g := &encodedGroup{rows: int64(n), columns: make([]encodedColumn, len(c.g.columns)), sorting: c.g.sorting}
	s := c.r.getScratch()
	defer c.r.scratch.Put(s)
	left := c.r.o.MaxChunk
	for i := range g.columns {
		at = &c.r.tree.leaves[i]
		if n == c.rows {
			g.columns[i], err = c.splice(s, i)
		} else {
			g.columns[i], err = c.filter(s, i, sel, left)
			left -= g.columns[i].size
		}
		if err != nil {
			g.release()
			return nil, c.r.error(err, c.group, at)
		}
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
	cur := c.r.cursor(s, c.g, i)
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
	f.b.out = grow((*out)[:0], int(src.size))
	cur := c.r.cursor(s, c.g, i)
	f.dict = cur.dict
	var p dataPage
	for {
		if err := cur.next(); err == io.EOF {
			break
		} else if err != nil {
			return col, err
		}
		before := int(cur.rows)
		if err := cur.load(&p, nil); err != nil {
			return col, err
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
	col = encodedColumn{dictOffset: -1, meta: columnMeta{
		typ: l.typ, path: src.meta.path, codec: src.meta.codec, keyValues: src.meta.keyValues,
		numValues: f.entries, statistics: f.bounds.statistics(f.entries - f.notNull),
	}}
	*out = f.b.out
	parts, bufs := [][]byte{*out}, []*[]byte{out}
	if f.codedPages > 0 {
		dict := c.r.getBuffer()
		d := chunkBuilder{columnEncoder: &s.enc, kind: src.meta.codec, out: (*dict)[:0]}
		if err := f.writeDict(&d); err != nil {
			return col, err
		}
		*dict = d.out
		f.b.plain += d.plain
		col.dictOffset, col.dataOffset = 0, int64(len(*dict))
		parts, bufs = [][]byte{*dict, *out}, append(bufs, dict)
		col.meta.statistics = f.bounds.statistics(f.entries - f.notNull)
	}
	f.describe(&col.meta)
	for _, p := range parts {
		col.size += int64(len(p))
	}
	col.meta.totalCompressed, col.meta.totalUncompressed = col.size, f.b.plain
	col.parts = parts
	col.free = func([][]byte) {
		for _, b := range bufs {
			c.r.buffers.Put(b)
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

// A pageBuffer collects what an output page will hold.
type pageBuffer struct {
	rep, def []byte
	values   []byte   // PLAIN, a byte for a boolean
	indices  []uint32 // into the new dictionary
	coded    bool
	entries  int

	rows   []column.Run // scratch: selected entries of a page
	picked []column.Run // scratch: and their values
	head   [1]column.Run
	remap  []uint32 // by entry of the old dictionary: the new one, plus one
	kept   []uint32 // by entry of the new dictionary: the old one
}

func (b *pageBuffer) reset() {
	b.remap, b.kept = b.remap[:0], b.kept[:0]
	b.clear()
}

func (b *pageBuffer) clear() {
	b.rep, b.def, b.values, b.indices, b.entries = b.rep[:0], b.def[:0], b.values[:0], b.indices[:0], 0
}

// A columnFilter thins out one column chunk.
type columnFilter struct {
	l      *leaf
	s      *scratch
	sel    column.Selection
	next   int // the first run of sel that does not end before the page at hand
	dict   *dictionary
	buf    *pageBuffer
	b      chunkBuilder
	bounds bounds

	entries, notNull       int64 // written
	codedPages, plainPages int
}

// batch is how many entries go into a page between two looks at its size.
const batch = 2048

// page filters a page that begins before row `before`+1 and ends with row `after`
// (both counted from 0, as how many rows were begun before and after it).
func (f *columnFilter) page(p *dataPage, before, after int) error {
	b := f.buf
	if p.rep == nil {
		b.rows = f.flatRuns(b.rows[:0], before, after)
	} else {
		b.rows = f.nestedRuns(b.rows[:0], p, before)
	}
	if len(b.rows) == 0 {
		return nil
	}
	if p.coded != b.coded && b.entries > 0 {
		if err := f.flush(); err != nil {
			return err
		}
	}
	b.coded = p.coded
	if p.coded && len(b.remap) == 0 {
		b.remap = grow(b.remap, f.dict.n)[:f.dict.n]
		clear(b.remap)
	}
	v := valuePicker{p: p, maxDef: f.l.maxDef}
	w := plainWalker{b: p.plain, width: f.l.width}
	for runs := b.rows; len(runs) > 0; {
		var some []column.Run
		some, runs = takeRuns(runs, f.batch(p), &b.head)
		if b.entries > 0 && (p.rep == nil || p.rep[some[0].Lo] == 0) && (f.full() || len(p.plain) > maxPageBytes/4) {
			if err := f.flush(); err != nil {
				return err
			}
		}
		if err := f.take(p, some, &v, &w); err != nil {
			return err
		}
	}
	return nil
}

// batch returns how many entries of p are worth about half a page at most.
func (f *columnFilter) batch(p *dataPage) int {
	if per := len(p.plain)/max(p.n, 1) + 1; per > pageBytes/2/batch {
		return max(1, pageBytes/2/per)
	}
	return batch
}

// full reports whether the output page is large enough.
func (f *columnFilter) full() bool {
	return len(f.buf.values) >= pageBytes || f.buf.entries >= maxIndexPage
}

// flatRuns clips the selection to the page's rows. Row and entry are the same. It
// stays at a run that ends with the page: the next page may go on with its last row.
func (f *columnFilter) flatRuns(dst []column.Run, before, after int) []column.Run {
	for f.next < len(f.sel) && f.sel[f.next].Hi < before {
		f.next++
	}
	for _, r := range f.sel[f.next:] {
		if r.Lo >= after {
			break
		}
		if lo, hi := max(r.Lo, before), min(r.Hi, after); lo < hi {
			dst = append(dst, column.Run{Lo: lo - before, Hi: hi - before})
		}
	}
	return dst
}

// nestedRuns returns the entries of the selected rows.
func (f *columnFilter) nestedRuns(dst []column.Run, p *dataPage, before int) []column.Run {
	row := before - 1
	in, open := false, 0
	for i, rep := range p.rep {
		if i > 0 && rep != 0 {
			continue
		}
		if rep == 0 {
			row++
		}
		for f.next < len(f.sel) && f.sel[f.next].Hi <= row {
			f.next++
		}
		now := f.next < len(f.sel) && f.sel[f.next].Lo <= row
		if now && !in {
			open = i
		} else if !now && in {
			dst = append(dst, column.Run{Lo: open, Hi: i})
		}
		in = now
	}
	if in {
		dst = append(dst, column.Run{Lo: open, Hi: p.n})
	}
	return dst
}

// takeRuns cuts runs off that have some n entries together, splitting the last if
// need be. It changes runs and, for a run that is split, head.
func takeRuns(runs []column.Run, n int, head *[1]column.Run) (some, rest []column.Run) {
	for i, r := range runs {
		size := r.Hi - r.Lo
		if size < n {
			n -= size
			continue
		}
		if size == n {
			return runs[:i+1], runs[i+1:]
		}
		if i > 0 {
			return runs[:i], runs[i:]
		}
		head[0] = column.Run{Lo: r.Lo, Hi: r.Lo + n}
		runs[0].Lo += n
		return head[:], runs
	}
	return runs, nil
}

// take copies runs of entries: levels, then values.
func (f *columnFilter) take(p *dataPage, runs []column.Run, v *valuePicker, w *plainWalker) error {
	b, l := f.buf, f.l
	n := 0
	for _, r := range runs {
		n += r.Hi - r.Lo
	}
	if l.maxRep > 0 {
		b.rep = appendRuns(b.rep, p.rep, runs, n, 0)
	}
	if l.maxDef > 0 {
		b.def = appendRuns(b.def, p.def, runs, n, l.maxDef)
	}
	b.entries += n
	f.entries += int64(n)
	picked := v.pick(b.picked[:0], runs)
	if p.def != nil {
		b.picked = picked
	}
	if p.coded {
		for _, r := range picked {
			f.notNull += int64(r.Hi - r.Lo)
			b.indices = f.renumber(b.indices, p.indices[r.Lo:r.Hi])
		}
		return nil
	}
	lo := len(b.values)
	for _, r := range picked {
		f.notNull += int64(r.Hi - r.Lo)
	}
	var err error
	if b.values, err = w.copy(b.values, picked); err != nil {
		return err
	}
	f.bounds.add(b.values[lo:])
	return nil
}

// appendRuns appends runs of levels, or n times fill where there are none.
func appendRuns(dst, levels []byte, runs []column.Run, n int, fill uint8) []byte {
	if levels == nil {
		return appendSame(dst, fill, n)
	}
	for _, r := range runs {
		dst = append(dst, levels[r.Lo:r.Hi]...)
	}
	return dst
}

// renumber appends indices into the new dictionary, giving entries their numbers
// as they are first used.
func (f *columnFilter) renumber(dst, old []uint32) []uint32 {
	b := f.buf
	for _, k := range old {
		i := b.remap[k]
		if i == 0 {
			b.kept = append(b.kept, k)
			i = uint32(len(b.kept))
			b.remap[k] = i
		}
		dst = append(dst, i-1)
	}
	return dst
}

// A valuePicker turns runs of entries, ascending, into runs of values.
type valuePicker struct {
	p      *dataPage
	maxDef uint8
	entry  int
	value  int
}

func (v *valuePicker) pick(dst, runs []column.Run) []column.Run {
	def := v.p.def
	if def == nil {
		return runs
	}
	for _, r := range runs {
		v.value += countLevel(def[v.entry:r.Lo], v.maxDef)
		lo := v.value
		v.value += countLevel(def[r.Lo:r.Hi], v.maxDef)
		v.entry = r.Hi
		if v.value > lo {
			dst = append(dst, column.Run{Lo: lo, Hi: v.value})
		}
	}
	return dst
}

// A plainWalker copies runs of PLAIN values, ascending. Byte arrays have to be
// walked through from the page's start, for each says only how long it is itself.
type plainWalker struct {
	b     []byte
	width int
	at    int // where value k starts; BYTE_ARRAY
	k     int
}

func (w *plainWalker) copy(dst []byte, runs []column.Run) ([]byte, error) {
	if w.width > 0 {
		for _, r := range runs {
			dst = append(dst, w.b[r.Lo*w.width:r.Hi*w.width]...)
		}
		return dst, nil
	}
	b, at, k := w.b, w.at, w.k
	for _, r := range runs {
		for ; k < r.Lo; k++ {
			if len(b)-at < 4 {
				return dst, errValues
			}
			at += 4 + int(le.Uint32(b[at:]))
		}
		lo := at
		for ; k < r.Hi; k++ {
			if len(b)-at < 4 {
				return dst, errValues
			}
			at += 4 + int(le.Uint32(b[at:]))
		}
		if at > len(b) {
			return dst, errValues
		}
		dst = append(dst, b[lo:at]...)
	}
	w.at, w.k = at, k
	return dst, nil
}

// flush writes the output page.
func (f *columnFilter) flush() error {
	b, l := f.buf, f.l
	if b.entries == 0 {
		return nil
	}
	page := f.s.enc.page[:0]
	if l.maxRep > 0 {
		page = appendLevels(page, b.rep, l.maxRep)
	}
	if l.maxDef > 0 {
		page = appendLevels(page, b.def, l.maxDef)
	}
	encoding := format.Plain
	switch {
	case b.coded:
		encoding = format.RLEDictionary
		width := indexWidth(len(b.kept))
		page = append(page, byte(width))
		page = appendHybrid(page, b.indices, width)
		f.codedPages++
	case l.typ == format.Boolean:
		page = appendBits(page, b.values)
		f.plainPages++
	default:
		page = append(page, b.values...)
		f.plainPages++
	}
	f.s.enc.page = page
	err := f.b.addData(b.entries, encoding)
	b.clear()
	return err
}

// indexWidth returns the bits of an index into n entries; one at least, because
// some readers trip over none.
func indexWidth(n int) int { return max(1, bits.Len(uint(max(n, 1)-1))) }

// appendLevels appends levels with their length before them.
func appendLevels(dst, levels []byte, most uint8) []byte {
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	if first := levels[0]; countLevel(levels, first) == len(levels) {
		dst = append(binary.AppendUvarint(dst, uint64(len(levels))<<1), first)
	} else {
		dst = appendHybrid(dst, levels, levelWidth(most))
	}
	le.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

// writeDict writes the dictionary of the entries that are still in use. The others
// belong to rows that are gone and must not stay.
func (f *columnFilter) writeDict(d *chunkBuilder) error {
	page := d.page[:0]
	for _, k := range f.buf.kept {
		v := f.dict.value(k)
		lo := len(page)
		if f.l.width == 0 {
			page = le.AppendUint32(page, uint32(len(v)))
		}
		page = append(page, v...)
		f.bounds.add(page[lo:])
	}
	d.page = page
	return d.add(page, pageHeader{typ: format.DictionaryPage, numValues: int32(len(f.buf.kept)), encoding: format.Plain})
}

// describe sets the chunk's encodings and how many pages have them.
func (f *columnFilter) describe(m *columnMeta) {
	m.encodings = []format.Encoding{format.Plain, format.RLE}
	switch {
	case f.codedPages == 0:
		m.encodingStats = encodingStats(format.Plain, f.plainPages)
	case f.plainPages == 0:
		m.encodings = append(m.encodings, format.RLEDictionary)
		m.encodingStats = encodingStats(format.RLEDictionary, f.codedPages)
	default: // both; without counts nobody takes the column for one that is all dictionary
		m.encodings = append(m.encodings, format.RLEDictionary)
	}
}
