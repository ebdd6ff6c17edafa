package main

import (
	"cmp"
	"encoding/hex"
	"io"
	"math"
	"slices"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/suppress"
)

// A stretch is the rows lo to hi of a list, counted from 0, without hi.
type stretch struct{ lo, hi int64 }

// everywhere is all rows of any list.
var everywhere = []stretch{{0, math.MaxInt64}}

// A rowSearch has a screener look at the rows of one list, or some stretches of them, as a
// run would.
type rowSearch struct {
	source   *anyio.Source
	roles    map[screen.Role][]int // columns that the screener reads
	screener *screen.Screener
	where    []stretch // ascending, apart: what is outside is not looked at

	hashed  []int                   // columns of which a run replaced addresses by their SHA-1
	digests map[suppress.Key]string // that are sought there
}

// A hit is one row that is on a list.
type hit struct {
	chunk   formats.Chunk
	i       int   // the row in the chunk
	row     int64 // in the list, from 1
	line    int64 // in a text, from 1; else 0
	in      *screen.Input
	matches []screen.Match // of this row
	broken  bool           // the record could not be divided into cells
}

// run calls each for every hit, in order, and returns how many rows were looked at. A hit
// is valid until each returns.
func (s *rowSearch) run(each func(h *hit) error) (looked int64, err error) {
	w, out := s.screener.Worker(), new(screen.Outcome)
	var rows, lines int64
	for where := s.where; len(where) > 0; {
		c, err := s.source.Next()
		if err == io.EOF {
			return looked, nil
		}
		if err != nil {
			return looked, err
		}
		n := int64(c.Len())
		for whole := false; len(where) > 0 && where[0].lo < rows+n; where = where[1:] {
			if !whole {
				part := stretch{max(where[0].lo-rows, 0), min(where[0].hi-rows, n)}
				m, err := s.look(c, part, rows, lines, w, out, each)
				if err != nil {
					return looked, err
				}
				looked += m
				whole = m == n
			}
			if where[0].hi > rows+n {
				break
			}
		}
		rows, lines = rows+n, lines+c.Lines()
		c.Release()
	}
	return looked, nil
}

// look screens rows of a chunk that has so many rows and lines before it. Of formats that
// cannot do so for less it takes the whole chunk.
func (s *rowSearch) look(c formats.Chunk, part stretch, rows, lines int64, w *screen.Worker, out *screen.Outcome, each func(*hit) error) (int64, error) {
	if whole, ok := c.(interface {
		Part(lo, hi int) formats.Chunk
	}); ok && part.hi-part.lo < int64(c.Len()) {
		c = whole.Part(int(part.lo), int(part.hi))
		defer c.Release()
		rows += part.lo
	}
	in, err := inputOf(c, s.roles)
	if err != nil {
		return 0, err
	}
	if err := w.Screen(in, out); err != nil {
		return 0, err
	}
	if err := s.hashedRows(c, out); err != nil {
		return 0, err
	}
	for m := out.Matches; len(m) > 0; {
		k := 1
		for k < len(m) && m[k].Row == m[0].Row {
			k++
		}
		h := &hit{chunk: c, i: m[0].Row, row: rows + int64(m[0].Row) + 1, in: in, matches: m[:k]}
		if line := c.Position(h.i).Line; line > 0 {
			h.line = lines + line
		}
		for _, f := range in.Broken {
			h.broken = h.broken || f.Row == h.i
		}
		if err := each(h); err != nil {
			return 0, err
		}
		m = m[k:]
	}
	return int64(c.Len()), nil
}

// hashedRows adds matches of digests in the place of addresses.
func (s *rowSearch) hashedRows(c formats.Chunk, out *screen.Outcome) error {
	views, err := c.Decode(nil, s.hashed)
	if err != nil {
		return err
	}
	for _, v := range views {
		for i := range v.Len() {
			if digestForm(s.digests, v.At(i)) != "" {
				out.Matches = append(out.Matches, screen.Match{Row: i, List: 1})
			}
		}
	}
	slices.SortStableFunc(out.Matches, func(a, b screen.Match) int { return cmp.Compare(a.Row, b.Row) })
	return nil
}

// digestForm returns the form of the address whose SHA-1 in hex a cell is; "" if it is not
// one of those sought.
func digestForm(sought map[suppress.Key]string, cell []byte) string {
	var k suppress.Key
	if len(sought) == 0 || len(cell) != hex.EncodedLen(len(k)) {
		return ""
	}
	if _, err := hex.Decode(k[:], cell); err != nil {
		return ""
	}
	return sought[k]
}

// inputOf decodes what rules about wishes read of a chunk. A list without an e-mail column
// has an empty one: its cells are strays, all of them.
func inputOf(c formats.Chunk, roles map[screen.Role][]int) (in *screen.Input, err error) {
	in = &screen.Input{N: c.Len()}
	for role, cols := range roles {
		if in.Cols[role], err = c.Decode(nil, cols); err != nil {
			return nil, err
		}
	}
	mails := roles[screen.Email]
	if len(mails) == 0 {
		in.Cols[screen.Email] = []column.View{{Spans: make([]column.Span, in.N)}}
	}
	if in.Strays, err = c.Strays(nil, mails[:min(1, len(mails))]); err != nil {
		return nil, err
	}
	for _, f := range c.Faults() {
		in.Broken = append(in.Broken, column.Cell{Row: f.Row, Col: -1, Text: f.Raw})
	}
	return in, nil
}

// rolesOf finds the columns of a list that a run wrote: by the names that they had in the
// run, else by header. It is nil if there is no e-mail column.
func rolesOf(names []string, recorded []manifest.Column) map[screen.Role][]int {
	named := screen.Named{}
	for role := range screen.NumRoles {
		for _, c := range recorded {
			if c.Role == role.String() && countOf(names, c.Name) == 1 {
				named[role] = c.Name
			}
		}
	}
	roles, err := screen.FindRoles(names, named)
	if err != nil {
		return nil
	}
	return roles
}

func countOf(names []string, name string) (n int) {
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}
