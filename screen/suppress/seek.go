package suppress

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"sluice/screen/address"
)

// A Place is where a list holds something that was sought. It quotes nothing.
type Place struct {
	List      ListID    // in the order in which lists were added
	Line      int64     // of the text, or the record or row; from 1
	Kind      Kind      // what the entry is given as; Domain for one that covers the host
	Algorithm Algorithm // of a digest
	Key       Key       // which of the keys it is; the zero Key for a domain
	// Aside says that the line holds the address, but not as its entry: in a comment, in
	// another column, in a line that could not be read. Runs do not find it.
	Aside bool
}

// sought is what a Builder that only looks for something looks for.
type sought struct {
	keys map[Key]bool
	host []byte

	mu     sync.Mutex
	places []Place
}

// Seek makes b a searcher: of the lists that are added from then on it keeps nothing but
// the places of entries with one of the keys, or of domains that cover the host, which
// Sought returns. Entries are read as any run reads them. Build must not be called.
func (b *Builder) Seek(keys []Key, host []byte) {
	s := &sought{keys: make(map[Key]bool, len(keys)), host: bytes.Clone(host)}
	for _, k := range keys {
		s.keys[k] = true
	}
	b.sought = s
	b.drain = func(f *findings, _ int) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range f.places {
			p.List = ListID(len(b.lists) + 1)
			s.places = append(s.places, p)
		}
		f.places, f.keys, f.hosts, f.hostEnds = nil, nil, nil, nil
		return nil
	}
}

// Sought returns what Seek asked for, by list and line.
func (b *Builder) Sought() []Place {
	slices.SortFunc(b.sought.places, func(p, q Place) int {
		return cmp.Or(cmp.Compare(p.List, q.List), cmp.Compare(p.Line, q.Line), bytes.Compare(p.Key[:], q.Key[:]))
	})
	return slices.Compact(b.sought.places)
}

// see notes the place of a value that is sought.
func (s *sought) see(f *findings, v *value, line int64) {
	switch v.verdict {
	case keyed:
		if s.keys[v.key] {
			p := Place{Line: line, Kind: v.kind, Key: v.key}
			if v.kind == Digest {
				p.Algorithm = v.alg
			}
			f.places = append(f.places, p)
		}
	case hosted:
		if s.covered(v.host) {
			f.places = append(f.places, Place{Line: line, Kind: Domain})
		}
	}
}

// covered reports whether the host is domain, or below it.
func (s *sought) covered(domain []byte) bool {
	above, ok := bytes.CutSuffix(s.host, domain)
	return ok && len(domain) > 0 && (len(above) == 0 || above[len(above)-1] == '.')
}

// aside notes that a record holds an address that is sought where no entry is read.
func (s *sought) aside(w *worker, f *findings, rec []byte, line int64) {
	if bytes.IndexByte(rec, '@') < 0 {
		return
	}
	if n := len(f.places); n > 0 && f.places[n-1].Line == line {
		return
	}
	for _, t := range address.Find(nil, rec) {
		w.parser.Parse(rec[t.Lo:t.Hi], &w.parsed)
		if k := AddressKey(w.parsed.Canon); len(w.parsed.Canon) > 0 && s.keys[k] {
			f.places = append(f.places, Place{Line: line, Kind: Address, Key: k, Aside: true})
			return
		}
	}
}
