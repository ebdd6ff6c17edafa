package pii

import (
	"bytes"

	"sluice/formats/column"
)

// WatchEvery is how many rows of a list there are to one that is watched for drift.
const WatchEvery = 64

// A Watch compares rows behind the sample with the tags that the sample gave. It counts
// cells of kinds that no other column should hold: a direct identifier or a secret where
// the tag promises none. One goroutine at a time; merge the counts of several with Add.
type Watch struct {
	cols   []watched
	rows   int
	p      profile
	scan   *scanner
	counts []int
}

// watched is what a column must not hold.
type watched struct{ email, secret, number bool }

// NewWatch returns a Watch for columns with these tags.
func NewWatch(columns []Column) *Watch {
	w := &Watch{cols: make([]watched, len(columns)), counts: make([]int, len(columns)), scan: newScanner()}
	for i, c := range columns {
		free := c.Tag == PersonFreeText || c.DecidedBy == ByOverride || c.Tag == OtherPerson
		contact := c.Tag == PersonEmail || c.Tag == PersonEmailPersonal || c.Tag == CompanyEmail
		high := c.Tag.Sensitivity() == "high" || c.Tag.Sensitivity() == "special"
		w.cols[i] = watched{
			email:  !free && !contact && c.Tag != PersonUsername && !high,
			secret: !free && !high,
			number: !free && !high && c.Tag != PersonID && c.Tag != CompanyID && c.Tag != None,
		}
	}
	return w
}

// Row looks at row i of views, one View per column. It does not allocate once it is warm.
func (w *Watch) Row(views []column.View, i int) {
	w.rows++
	for c := range views {
		if c >= len(w.cols) || w.cols[c] == (watched{}) {
			continue
		}
		if w.drifts(w.cols[c], bytes.TrimSpace(views[c].At(i))) {
			w.counts[c]++
		}
	}
}

// drifts reports whether a cell is of a kind that its column must not hold. Its first
// questions are cheap: nearly every cell is let go by one of them.
func (w *Watch) drifts(not watched, cell []byte) bool {
	if len(cell) < 8 || len(cell) > 400 {
		return false
	}
	first, last := cell[0], cell[len(cell)-1]
	if not.email && bytes.IndexByte(cell, '@') > 0 {
		w.p.n[sEmail], w.p.n[sRoleMail] = 0, 0
		return bytes.IndexByte(cell, ' ') < 0 && w.scan.email(&w.p, cell) && w.p.n[sEmail] > 0 && w.p.n[sRoleMail] == 0
	}
	if not.secret {
		if len(cell) >= 20 && secret(cell) {
			return true
		}
		if len(cell) <= 42 && upper(first) && upper(cell[1]) && digit(cell[2]) && digit(cell[3]) {
			return iban(cell)
		}
	}
	if not.number && len(cell) >= 13 && len(cell) <= 23 && digit(first) && digit(last) {
		if k := classify(cell); k.digits >= 13 && k.digits <= 19 && k.digits+k.spaces+k.dashes == len(cell) {
			d := digitsOf(w.scan.buf[:0], cell)
			w.scan.buf = d
			return cardIssuer(d) && luhnValid(d)
		}
	}
	return false
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
func upper(b byte) bool { return b >= 'A' && b <= 'Z' }

// Rows returns the number of rows watched.
func (w *Watch) Rows() int { return w.rows }

// Counts returns, per column, the cells that its tag does not cover.
func (w *Watch) Counts() []int { return w.counts }

// Add adds what another Watch of the same columns counted.
func (w *Watch) Add(o *Watch) {
	w.rows += o.rows
	for i, n := range o.counts {
		w.counts[i] += n
	}
}
