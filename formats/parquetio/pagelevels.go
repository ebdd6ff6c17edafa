package parquetio

import "slices"

// A pageLevels is what the definition levels of a page have come to, for the slices that
// share it: with each decoding them anew, a long page would cost its length squared.
type pageLevels struct {
	def    []byte // nil if all values are there
	before []int  // values in front of each levelStep-th entry
	total  int    // values
	bytes  int    // that the levels take in the page
}

const levelStep = 4096

// size returns the bytes that l takes in memory.
func (l *pageLevels) size() int64 {
	if l == nil {
		return 0
	}
	return int64(len(l.def)) + 8*int64(len(l.before))
}

// count returns how many of the first n entries are values.
func (l *pageLevels) count(n int, maxDef uint8) int {
	at := n / levelStep
	return l.before[at] + countLevel(l.def[at*levelStep:n], maxDef)
}

// sharedLevels is levels for a page that slices share. Its leaf has no repetition.
func (c *cursor) sharedLevels(p *dataPage, page *sharedPage, b []byte) (l *pageLevels, rest []byte, err error) {
	page.mu.Lock()
	defer page.mu.Unlock()
	if l = page.levels; l != nil {
		p.def = l.def
		return l, b[l.bytes:], nil
	}
	if rest, err = c.levels(p, b); err != nil {
		return nil, nil, err
	}
	l = &pageLevels{def: slices.Clone(p.def), total: p.n, bytes: len(b) - len(rest)}
	if p.def = l.def; p.def != nil {
		l.total = 0
		for at := 0; at <= p.n; at += levelStep {
			l.before = append(l.before, l.total)
			l.total += countLevel(p.def[at:min(at+levelStep, p.n)], c.leaf.maxDef)
		}
	}
	page.levels = l
	c.c.share.held.Add(l.size())
	return l, rest, nil
}
