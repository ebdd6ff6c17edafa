package parquetio

import (
	"encoding/binary"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats/column"
)

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
