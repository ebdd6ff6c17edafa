package parquetio

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"math/bits"
	"slices"

	"sluice/formats/column"
)

// A leafScan is what a search through one leaf's text has brought.
type leafScan struct {
	strays      []column.Cell
	strayDone   bool
	formulaDone bool
}

// Strays looks through every leaf that may hold text, nested ones included. A
// dictionary is looked through once, and its pages are read only if it has an at
// sign in it; the values of other pages are cut apart only if the page has one.
func (c *chunk) Strays(cells []column.Cell, skip []int) (_ []column.Cell, err error) {
	var at *leaf
	defer c.r.guard(&err, c.group, &at)
	lo, from := len(cells), 0
	for i := range c.r.tree.leaves {
		l := &c.r.tree.leaves[i]
		if !l.mayHoldText() || slices.Contains(skip, l.column) {
			continue
		}
		at = l
		if err := c.scan(i, true, c.r.wantFormulas.Load()); err != nil {
			return cells, c.r.error(err, c.group, l)
		}
		if s := c.scans[i].strays; len(s) > 0 {
			cells = append(cells, s...)
			from++
		}
	}
	if from > 1 {
		slices.SortStableFunc(cells[lo:], func(a, b column.Cell) int { return cmp.Compare(a.Row, b.Row) })
	}
	return cells, nil
}

// Formulas looks at the first byte of each cell of the text columns. Numbers and
// nested columns are written by us and begin with none of those bytes that a
// spreadsheet would take for text to run.
func (c *chunk) Formulas(rows []int) (_ []int, err error) {
	var at *leaf
	defer c.r.guard(&err, c.group, &at)
	c.r.wantFormulas.Store(true)
	for i := range c.r.tree.leaves {
		l := &c.r.tree.leaves[i]
		if l.value != vText || !l.flat() {
			continue
		}
		at = l
		if err := c.scan(i, false, true); err != nil {
			return rows, c.r.error(err, c.group, l)
		}
	}
	n := 0
	for _, w := range c.formulas {
		n += bits.OnesCount64(w)
	}
	rows = slices.Grow(rows, n)
	for i, w := range c.formulas {
		for ; w != 0; w &= w - 1 {
			rows = append(rows, i*64+bits.TrailingZeros64(w))
		}
	}
	return rows, nil
}

// scan looks through a leaf for what it was not searched for before.
func (c *chunk) scan(i int, strays, formulas bool) error {
	if c.scans == nil {
		c.scans = make([]leafScan, len(c.r.tree.leaves))
		c.formulas = make([]uint64, (c.rows+63)/64)
	}
	l, s := &c.r.tree.leaves[i], &c.scans[i]
	f := finder{c: c, l: l, scan: s}
	f.strays = strays && !s.strayDone
	f.formulas = formulas && !s.formulaDone && l.value == vText && l.flat()
	if !f.strays && !f.formulas {
		return nil
	}
	strays, formulas = f.strays, f.formulas
	if t := c.columns[l.column]; t != nil && l.flat() && l.value == vText {
		f.view(t.view())
	} else if err := f.anyPages(i); err != nil {
		s.strays = nil
		return err
	}
	s.strayDone = s.strayDone || strays
	s.formulaDone = s.formulaDone || formulas
	return nil
}

// anyPages goes through the leaf's pages, or those of them that need it.
func (f *finder) anyPages(leaf int) error {
	s := f.c.r.getScratch()
	defer f.c.r.scratch.Put(s)
	err := f.pages(s, leaf)
	if err == errPassed {
		f.scan.strays, f.all = nil, true
		err = f.pages(s, leaf)
	}
	return err
}

// errPassed says that a nested leaf has an at sign behind pages that were passed
// over, so that nobody knows in which row.
var errPassed = errors.New("internal error: pages were passed over")

// A finder goes through one leaf.
type finder struct {
	c                *chunk
	l                *leaf
	scan             *leafScan
	strays, formulas bool
	all              bool // no page may be passed over

	finds    dictFinds
	texts    map[uint32][]byte // copies of entries that hold an at sign
	dictDone bool
}

// runs are the first bytes that make a spreadsheet run a cell (OWASP, "CSV Injection").
var runs = [256]bool{'=': true, '+': true, '-': true, '@': true, '\t': true, '\r': true}

// atSigns are the spellings of an at sign: itself, U+FF20, which mail programs take for
// it after compatibility normalisation, and its escape in URLs.
var atSigns = [...]string{"@", "\uFF20", "%40"}

// holdsAt reports whether b holds an at sign.
func holdsAt(b []byte) bool {
	for _, sign := range atSigns {
		if indexFrom(b, 0, sign) < len(b) {
			return true
		}
	}
	return false
}

func (f *finder) formula(row int) { f.c.formulas[row>>6] |= 1 << (row & 63) }

func (f *finder) stray(row int, text []byte) {
	f.scan.strays = append(f.scan.strays, column.Cell{Row: row, Col: f.l.column, Text: text})
}

// keep copies bytes of a page into the chunk.
func (f *finder) keep(v []byte) ([]byte, error) {
	if len(v) > f.c.r.o.MaxText-len(f.c.found) {
		return nil, f.c.r.textLimit()
	}
	lo := len(f.c.found)
	f.c.found = append(f.c.found, v...)
	return f.c.found[lo:len(f.c.found):len(f.c.found)], nil
}

// view goes through a column that is decoded already.
func (f *finder) view(v column.View) {
	f.strays = f.strays && holdsAt(v.Data)
	if !f.strays && !f.formulas {
		return
	}
	for i := range v.Spans {
		b := v.At(i)
		if len(b) == 0 {
			continue
		}
		if f.formulas && runs[b[0]] {
			f.formula(i)
		}
		if f.strays && holdsAt(b) {
			f.stray(i, b)
		}
	}
}

func (f *finder) pages(s *scratch, leaf int) error {
	cur, err := f.c.cursor(s, leaf)
	if err != nil {
		return err
	}
	cur.keep = f.l.flat() && f.l.value == vText
	var p dataPage
	for {
		if err := cur.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if cur.coded() && cur.dict.ok {
			f.dictionary(&cur)
			// What is in a dictionary without finds need not be read. Should a nested
			// leaf have a find on a later page that is not dictionary-coded, we begin anew.
			if f.finds.at == nil && f.finds.run == nil && !f.all && cur.passable() {
				cur.pass()
				continue
			}
		}
		row := cur.row()
		if err := cur.load(&p); err != nil {
			return err
		}
		var err error
		if p.coded {
			err = f.coded(&p, row, cur.dict)
		} else {
			if f.l.maxRep > 0 && cur.passed && holdsAt(p.plain) {
				return errPassed
			}
			err = f.plain(&p, row)
		}
		if err != nil {
			return err
		}
	}
}

// dictFinds are a dictionary's entries that hold an at sign, and those that are formulas.
// nil if there are none, or nobody asked.
type dictFinds struct{ at, run []bool }

// findIn looks through a dictionary.
func findIn(d *dictionary, strays, formulas bool) dictFinds {
	var found dictFinds
	at := strays && holdsAt(d.body) // lengths hold at signs too, so this is only a hint
	if !at && !formulas {
		return found
	}
	for i := range d.n {
		v := d.value(uint32(i))
		if formulas && len(v) > 0 && runs[v[0]] {
			if found.run == nil {
				found.run = make([]bool, d.n)
			}
			found.run[i] = true
		}
		if at && holdsAt(v) {
			if found.at == nil {
				found.at = make([]bool, d.n)
			}
			found.at[i] = true
		}
	}
	return found
}

// dictionary looks through a dictionary once; one that slices share, once for them all.
func (f *finder) dictionary(cur *cursor) {
	if f.dictDone {
		return
	}
	f.dictDone = true
	l := cur.lfsh
	if cur.dict != l.dict {
		f.finds = findIn(cur.dict, f.strays, f.formulas)
		return
	}
	l.dictMu.Lock()
	defer l.dictMu.Unlock()
	if l.finds == nil {
		all := findIn(l.dict, true, true)
		l.finds = &all
	}
	if f.strays {
		f.finds.at = l.finds.at
	}
	if f.formulas {
		f.finds.run = l.finds.run
	}
}

// coded goes through a page of indices whose first row is row.
func (f *finder) coded(p *dataPage, row int, d *dictionary) error {
	if f.finds.at == nil && f.finds.run == nil {
		return nil
	}
	w := rowWalker{p: p, maxDef: f.l.maxDef, row: row}
	for _, k := range p.indices {
		row := w.next()
		if f.finds.at != nil && f.finds.at[k] {
			text, err := f.text(d, k)
			if err != nil {
				return err
			}
			f.stray(row, text)
		}
		if f.finds.run != nil && f.finds.run[k] {
			f.formula(row)
		}
	}
	return nil
}

// text returns entry k, copied into the chunk the first time.
func (f *finder) text(d *dictionary, k uint32) ([]byte, error) {
	if t, ok := f.texts[k]; ok {
		return t, nil
	}
	t, err := f.keep(d.value(k))
	if f.texts == nil {
		f.texts = make(map[uint32][]byte)
	}
	f.texts[k] = t
	return t, err
}

// plain goes through a page of PLAIN values whose first row is row.
func (f *finder) plain(p *dataPage, row int) error {
	b := p.plain
	next := [...]int{len(b), len(b), len(b)} // where the next at sign of each spelling stands
	seek := func(lo int) {
		for k, sign := range atSigns {
			if next[k] < lo {
				next[k] = indexFrom(b, lo, sign)
			}
		}
	}
	if f.strays {
		next = [...]int{-1, -1, -1}
		seek(0)
	}
	if min(next[0], next[1], next[2]) == len(b) && !f.formulas {
		return nil
	}
	w := rowWalker{p: p, maxDef: f.l.maxDef, row: row}
	values := plainValues{b: b, width: f.l.width}
	for range p.values {
		v, err := values.next()
		if err != nil {
			return err
		}
		row := w.next()
		if f.formulas && len(v) > 0 && runs[v[0]] {
			f.formula(row)
		}
		end := values.at
		if min(next[0], next[1], next[2]) >= end {
			continue
		}
		seek(end - len(v)) // what lies before the value is its length, where 0x40 is a number
		if min(next[0], next[1], next[2]) >= end {
			continue
		}
		text, err := f.keep(v)
		if err != nil {
			return err
		}
		f.stray(row, text)
		seek(end)
	}
	return nil
}

// indexFrom returns where s stands in b, from lo on; len(b) if nowhere.
func indexFrom(b []byte, lo int, s string) int {
	var i int
	if len(s) == 1 {
		i = bytes.IndexByte(b[lo:], s[0])
	} else {
		i = bytes.Index(b[lo:], []byte(s))
	}
	if i < 0 {
		return len(b)
	}
	return lo + i
}

// A rowWalker tells which row each value of a page stands in.
type rowWalker struct {
	p      *dataPage
	maxDef uint8
	row    int // the page's first row, then the last one returned
	i      int // the next entry
	begun  bool
}

// next returns the row of the next value that is not null. A page whose first
// entry goes on with a row that an earlier page began starts one row back.
func (w *rowWalker) next() int {
	if !w.begun {
		w.begun = true
		w.row--
	}
	for {
		if w.p.rep == nil || w.p.rep[w.i] == 0 {
			w.row++
		}
		i := w.i
		w.i++
		if w.p.def == nil || w.p.def[i] == w.maxDef {
			return w.row
		}
	}
}
