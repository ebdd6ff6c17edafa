package parquetio

import (
	"unicode/utf8"

	"sluice/formats"
)

// maxGuesses bounds how many columns are looked into when a file is opened.
const maxGuesses = 256

// guessText decides what BYTE_ARRAY columns without annotation hold. Old versions
// of Impala, Hive and Spark write their strings so, and others write bytes so. A
// column whose first page holds nothing but printable UTF-8 is text; should a later
// value not be, its cell has U+FFFD where it is not.
func (r *Reader) guessText() {
	var g *rowGroup
	for i := range r.meta.groups {
		if r.meta.groups[i].numRows > 0 {
			g = &r.meta.groups[i]
			break
		}
	}
	s := r.getScratch()
	defer r.scratch.Put(s)
	guesses := 0
	for i := range r.tree.leaves {
		l := &r.tree.leaves[i]
		if !l.bare() || guesses == maxGuesses {
			continue
		}
		guesses++
		if g == nil || r.firstPageIsText(s, g, i) {
			l.value, l.ftype = vText, formats.Type{}
		}
	}
}

// firstPageIsText reports whether the values of a leaf's first page are text. A
// page that cannot be read is none; whoever needs the column will be told why.
func (r *Reader) firstPageIsText(s *scratch, g *rowGroup, leaf int) bool {
	cur := r.cursor(s, g, leaf)
	var p dataPage
	if cur.next() != nil || cur.load(&p, nil) != nil {
		return false
	}
	if p.coded {
		for i := range cur.dict.n {
			if !printable(cur.dict.value(uint32(i))) {
				return false
			}
		}
		return true
	}
	w := plainValues{b: p.plain}
	for range p.values {
		if v, err := w.next(); err != nil || !printable(v) {
			return false
		}
	}
	return true
}

// printable reports whether v is UTF-8 without control characters but white space.
func printable(v []byte) bool {
	for _, c := range v {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return utf8.Valid(v)
}
