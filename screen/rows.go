package screen

import (
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// rows holds what several rules need of each row's main address: its canonical form
// and what was met on the way there. Derived once a batch, in buffers that are reused.
type rows struct {
	text  []byte   // the canonical forms, end to end; behind them what else is looked up
	ends  []uint32 // the form of row i is text[ends[i]:ends[i+1]]
	infos []address.Info
}

// parse brings the main address of every row into canonical form.
func (a *rows) parse(p *address.Parser, in *Input) {
	a.ends = grow(a.ends, in.N+1)
	a.infos = grow(a.infos, in.N)
	a.text = p.AppendColumn(a.text[:0], a.ends, a.infos, in.Col(Email))
}

// address returns the canonical address of row i, empty if it has none.
func (a *rows) address(i int) []byte {
	lo, hi := a.ends[i], a.ends[i+1]
	return a.text[lo:hi:hi]
}

// host returns what follows the @ of row i's address, or nil.
func (a *rows) host(i int) []byte {
	at := a.infos[i].At
	if at < 0 {
		return nil
	}
	hi := a.ends[i+1]
	return a.text[a.ends[i]+uint32(at)+1 : hi : hi]
}

// local returns what stands before the @ of row i's address.
func (a *rows) local(i int) []byte {
	lo, hi := a.ends[i], a.ends[i+1]
	if at := a.infos[i].At; at >= 0 {
		hi = lo + uint32(at)
	}
	return a.text[lo:hi:hi]
}

// grow returns s with length n, its contents undefined.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// A kind is what a probe stands for, and so which reason a hit on an opt-out list is.
type kind uint8

const (
	mail kind = iota
	phone
	profile
	hashed // the digest of an address with another algorithm
)

// A probe is what a look-up is for.
type probe struct {
	row  int32
	form uint8
	kind kind
}

// lookups is how many texts are hashed and then looked up at a time: their keys, and the
// memory that their look-ups ask for, stay in the first-level cache.
const lookups = 256

// probes are look-ups gathered from a whole batch, so that texts can be hashed, and
// keys be looked up, many at once. Look-up i is for text[ends[i]:ends[i+1]] of rows,
// which has the canonical forms first and then what was added.
type probes struct {
	ends []uint32
	of   []probe
	keys [2][lookups]suppress.Key // of those that are looked up, and of those after them
	hits [lookups]suppress.Hit
}

// some returns the look-ups from number lo on that are done at a time, and their keys.
func (p *probes) some(lo int) ([]probe, []suppress.Key) {
	of := p.of[min(lo, len(p.of)):min(lo+lookups, len(p.of))]
	return of, p.keys[lo/lookups%2][:len(of)]
}

// reset makes room for a look-up for each of n rows.
func (p *probes) reset(n int) {
	p.ends = append(grow(p.ends, n+1)[:0], 0)
	p.of = grow(p.of, n)[:0]
}

// add adds a look-up for the text between the end of the one before and end.
func (p *probes) add(end, row int, form address.Form, k kind) {
	p.ends = append(p.ends, uint32(end))
	p.of = append(p.of, probe{int32(row), uint8(form), k})
}
