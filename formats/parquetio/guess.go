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
	var first *chunk
	for i := range r.meta.groups {
		if r.meta.groups[i].numRows > 0 {
			first = r.slice(i, 0, r.meta.groups[i].numRows, nil)
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
		if first == nil || first.firstPageIsText(s, i) {
			l.value, l.ftype = vText, formats.Type{}
		}
	}
}

// firstPageIsText reports whether the values of a leaf's first page are text. A
// page that cannot be read is none; whoever needs the column will be told why.
func (c *chunk) firstPageIsText(s *scratch, leaf int) bool {
	cur, err := c.cursor(s, leaf)
	var p dataPage
	if err != nil || cur.next() != nil || cur.load(&p) != nil {
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
