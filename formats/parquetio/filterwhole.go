package parquetio

import (
	"hash/crc32"

	"github.com/parquet-go/parquet-go/format"
)

// wholePage is the least size, before compression, of a page that is copied as it is. A
// smaller one is better joined with its neighbours.
const wholePage = 32 << 10

// keepsAll reports whether all rows of the page at hand are selected and it could stand
// in the output as it is. A page of dictionary indices could not: the dictionary there is
// another one.
func (f *columnFilter) keepsAll(cur *cursor) bool {
	h := &cur.head
	if f.l.maxRep > 0 || f.l.typ == format.Boolean || h.typ != format.DataPage || h.encoding != format.Plain ||
		h.uncompressed < wholePage || f.l.maxDef > 0 && h.defEncoding != format.RLE ||
		cur.begun < cur.lo || cur.entries > cur.hi {
		return false
	}
	lo, hi := int(cur.begun-cur.lo), int(cur.entries-cur.lo)
	i := f.next
	for i < len(f.sel) && f.sel[i].Hi <= lo {
		i++
	}
	return i < len(f.sel) && f.sel[i].Lo <= lo && f.sel[i].Hi >= hi
}

// copyPage appends the page at hand, which is loaded to p, without compressing it anew.
// It does nothing and returns false if there is more in the page than its values.
func (f *columnFilter) copyPage(cur *cursor, p *dataPage) (bool, error) {
	values, err := cutPlain(p.plain, f.l.width, 0, p.values, nil)
	if err != nil || len(values) != len(p.plain) {
		return false, err
	}
	if err := f.flush(); err != nil {
		return false, err
	}
	b := &f.b
	comp := grow(b.comp[:0], int(cur.head.compressed))[:cur.head.compressed]
	b.comp = comp
	if _, err := cur.r.src.ReadAt(comp, cur.body); err != nil {
		return false, err
	}
	crc := crc32.ChecksumIEEE(comp)
	if cur.head.hasCRC && crc != cur.head.crc {
		return false, errCRC
	}
	b.append(comp, pageHeader{typ: format.DataPage, numValues: int32(p.n), encoding: format.Plain,
		defEncoding: format.RLE, repEncoding: format.RLE, uncompressed: cur.head.uncompressed, crc: crc, hasCRC: true})
	f.entries += int64(p.n)
	f.notNull += int64(p.values)
	f.plainPages++
	f.bounds.add(values)
	return true, nil
}
