package parquetio

import (
	"io"
)

// A leafReader goes through one leaf's entries.
type leafReader struct {
	s    *scratch
	cur  cursor
	p    dataPage
	i, v int // the next entry and the next value of p
	w    plainValues
	done bool
	held *int64 // bytes of the pages that all leaves of the column are at
}

// peek returns the next entry's levels; ok is false behind the last one.
func (l *leafReader) peek() (rep, def uint8, ok bool, err error) {
	for l.i == l.p.n && !l.done {
		if err := l.cur.next(); err == io.EOF {
			l.done = true
			break
		} else if err != nil {
			return 0, 0, false, err
		}
		*l.held -= l.p.size()
		if err := l.cur.load(&l.p); err != nil {
			return 0, 0, false, err
		}
		if *l.held += l.p.size(); *l.held > l.cur.r.o.MaxChunk {
			return 0, 0, false, l.cur.r.chunkLimit()
		}
		l.i, l.v, l.w = 0, 0, plainValues{b: l.p.plain, width: l.cur.leaf.width}
	}
	if l.done {
		return 0, 0, false, nil
	}
	def = l.cur.leaf.maxDef
	if l.p.rep != nil {
		rep = l.p.rep[l.i]
	}
	if l.p.def != nil {
		def = l.p.def[l.i]
	}
	return rep, def, true, nil
}

// take passes the entry that peek saw and returns its value; nil for a null.
func (l *leafReader) take() ([]byte, error) {
	def := l.p.def
	i := l.i
	l.i++
	if def != nil && def[i] != l.cur.leaf.maxDef {
		return nil, nil
	}
	if l.p.coded {
		v := l.cur.dict.value(l.p.indices[l.v])
		l.v++
		return v, nil
	}
	return l.w.next()
}
