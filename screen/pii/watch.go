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
type watched struct{ email, phone, secret, number bool }

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

// drifts reports whether a cell is of a kind that its column must not hold.
func (w *Watch) drifts(not watched, cell []byte) bool {
	if len(cell) < 8 || len(cell) > 400 {
		return false
	}
	k := classify(cell)
	p := &w.p
	p.n = [numShapes]int{}
	switch {
	case not.email && k.at == 1 && k.spaces == 0 && k.slashes == 0:
		return w.scan.email(p, cell) && p.n[sEmail] > 0 && p.n[sRoleMail] == 0
	case not.secret && k.spaces == 0 && k.lower+k.upper > 0 && secret(cell):
		return true
	case not.secret && k.upper >= 2 && k.digits >= 10 && len(cell) >= 15:
		return iban(cell)
	case not.number && k.digits >= 13 && k.lower+k.upper+k.high == 0:
		d := digitsOf(w.scan.buf[:0], cell)
		w.scan.buf = d
		return len(d) <= 19 && cardIssuer(d) && luhnValid(d)
	}
	return false
}

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
