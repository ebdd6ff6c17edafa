package screen

import (
	"sluice/formats/column"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// rows holds what several rules need of each row's main address: its canonical form
// and what was met on the way there. Derived once a batch, in buffers that are reused.
type rows struct {
	canon []byte
	spans []column.Span
	infos []address.Info
}

// parse brings the main address of every row into canonical form.
func (a *rows) parse(p *address.Parser, in *Input) {
	a.canon = a.canon[:0]
	a.spans = grow(a.spans, in.N)
	a.infos = grow(a.infos, in.N)
	mails := in.Col(Email)
	for i := range in.N {
		lo := len(a.canon)
		a.canon, a.infos[i] = p.Append(a.canon, mails.At(i))
		a.spans[i] = column.Span{Lo: uint32(lo), Hi: uint32(len(a.canon))}
	}
}

// address returns the canonical address of row i, empty if it has none.
func (a *rows) address(i int) []byte {
	s := a.spans[i]
	return a.canon[s.Lo:s.Hi:s.Hi]
}

// host returns what follows the @ of row i's address, or nil.
func (a *rows) host(i int) []byte {
	at := a.infos[i].At
	if at < 0 {
		return nil
	}
	s := a.spans[i]
	return a.canon[int(s.Lo)+int(at)+1 : s.Hi : s.Hi]
}

// local returns what stands before the @ of row i's address.
func (a *rows) local(i int) []byte {
	s, at := a.spans[i], a.infos[i].At
	if at < 0 {
		return a.canon[s.Lo:s.Hi:s.Hi]
	}
	return a.canon[s.Lo : int(s.Lo)+int(at) : int(s.Lo)+int(at)]
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
)

// A probe is what a look-up is for.
type probe struct {
	row  int32
	form uint8
	kind kind
}

// probes are look-ups gathered from a whole batch, so that the index can overlap
// their waits for memory.
type probes struct {
	keys []suppress.Key
	hits []suppress.Hit
	of   []probe
}

func (p *probes) reset() { p.keys, p.of = p.keys[:0], p.of[:0] }

// next makes room for one more look-up and returns the place for its key, which holds
// what was there before.
func (p *probes) next(row int, form address.Form, k kind) *suppress.Key {
	p.of = append(p.of, probe{int32(row), uint8(form), k})
	n := len(p.keys)
	if n == cap(p.keys) {
		p.keys = append(p.keys, suppress.Key{})
	}
	p.keys = p.keys[:n+1]
	return &p.keys[n]
}
