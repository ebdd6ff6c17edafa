package arrowio

import (
	"sync"

	"sluice/formats/column"
)

// A dictionary is the values that indexes refer to. It does not change once a batch
// refers to it: a delta makes a new one. What is derived from it is made on first
// use and shared by all chunks.
type dictionary struct {
	v *vec // loaded and checked

	textOnce sync.Once
	text     column.View
	textErr  error

	badOnce sync.Once
	bad     []bool

	atOnce sync.Once
	at     []bool

	formulaOnce sync.Once
	formula     []bool

	building *gatherer // what deltas are added to, once there was one
}

// view returns the values as text.
func (d *dictionary) view(maxText int) (column.View, error) {
	d.textOnce.Do(func() { d.text, d.textErr = d.v.view(0, d.v.n, &scratch{}, maxText) })
	return d.text, d.textErr
}

// badText tells which values hold text that is not UTF-8; nil if none does.
func (d *dictionary) badText() []bool {
	d.badOnce.Do(func() { d.bad = marks(d.v.n, func(mark func(int)) { d.v.badText(0, d.v.n, mark) }) })
	return d.bad
}

// ats tells which values hold an at sign; nil if none does.
func (d *dictionary) ats() []bool {
	d.atOnce.Do(func() {
		d.at = marks(d.v.n, func(mark func(int)) { d.v.ats(0, d.v.n, func(i int, _ []byte, _ bool) { mark(i) }) })
	})
	return d.at
}

// formulas tells which values a spreadsheet would run; nil if none.
func (d *dictionary) formulas() []bool {
	d.formulaOnce.Do(func() {
		d.formula = marks(d.v.n, func(mark func(int)) {
			for i := range d.v.n {
				if isFormula(d.v.bytes(i)) {
					mark(i)
				}
			}
		})
	})
	return d.formula
}

// marks returns the flags that walk sets, or nil if it sets none.
func marks(n int, walk func(mark func(int))) []bool {
	var flags []bool
	walk(func(i int) {
		if flags == nil {
			flags = make([]bool, n)
		}
		flags[i] = true
	})
	return flags
}

// extend returns a dictionary with the values of v behind those of d. The values are
// appended to buffers that have room, so many small deltas cost what they add.
func (d *dictionary) extend(v *vec) *dictionary {
	g := d.building
	if g == nil {
		g = newGatherer(d.v.f, nil)
		g.append(d.v, 0, d.v.n)
	}
	g.append(v, 0, v.n)
	return &dictionary{v: g.snapshot(), building: g}
}
