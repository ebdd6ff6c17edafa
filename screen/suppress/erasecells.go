package suppress

import (
	"bytes"
	"slices"
)

// What is taken out of a record that holds an address that is to be erased. Where it says
// nothing of others it goes as a whole, with the name, the notes and whatever else stands
// beside the address. Where it holds an entry that is not the subject's, that one stays,
// or somebody else could be mailed again who asked not to be.

// single returns what is left of a line of one value, which holds a subject: nil for
// nothing.
func (s *scanner) single(rec []byte) []byte {
	if others := s.others(rec); len(others) > 0 {
		return bytes.Join(others, []byte(" "))
	}
	var v value
	if s.reader.read(rec, s.role(), &v); !s.counts(&v, rec) {
		return nil
	}
	return unasked(rec)
}

// unasked returns an entry without what a URL asks for: a profile's link may hold the
// address of whom it was sent to.
func unasked(cell []byte) []byte {
	if i := bytes.IndexAny(cell, "?#"); i >= 0 {
		return cell[:i]
	}
	return cell
}

func (s *scanner) role() role {
	if len(s.columns) > 0 {
		return s.columns[0].role
	}
	return anyRole
}

// counts reports whether a cell's value is an entry of its own, which erasing does not
// cover: not a subject's, and no address that has a subject's in it, since rows that have
// that are found by what is in it, too.
func (s *scanner) counts(v *value, cell []byte) bool {
	switch v.verdict {
	case hosted:
		return true
	case keyed:
		return v.kind != Address && !s.covers(&v.key) || v.kind == Address && !s.in(cell)
	}
	return false
}

// rest returns what is left of a record of several cells, which holds a subject: nil for
// nothing. Cells that stay are as they were, quotes included.
func (s *scanner) rest(rec []byte) []byte {
	s.raw = s.dialect.rawCells(s.raw[:0], rec)
	s.cells = s.dialect.cells(s.cells[:0], rec)
	left := make([][]byte, len(s.cells))
	some := false
	for _, i := range s.entriesOf(s.cells) {
		if left[i], some = s.raw[i], true; s.in(s.cells[i]) {
			left[i] = s.dialect.quoted(unasked(s.cells[i]))
		}
	}
	for _, c := range s.columns {
		if c.index >= len(s.cells) || left[c.index] != nil || s.free(s.cells) {
			continue
		}
		if others := s.others(s.cells[c.index]); len(others) > 0 {
			left[c.index], some = s.dialect.quoted(bytes.Join(others, []byte(" "))), true
		}
	}
	if !some {
		return nil
	}
	if s.status != nil && s.status.index < len(left) && !s.in(s.cells[s.status.index]) {
		left[s.status.index] = s.raw[s.status.index]
	}
	return bytes.Join(left, []byte{s.delim})
}

// entriesOf returns the cells that are entries of their own, as worker.entries reads them.
func (s *scanner) entriesOf(cells [][]byte) (all []int) {
	if s.free(cells) {
		return nil
	}
	var v value
	settled := len(cells) < s.fields && len(cells) <= s.columns[0].index // what falls back is not looked at
	for _, c := range s.columns {
		if c.index >= len(cells) || settled && (c.tier == hashed || c.tier == vague || c.tier == where) {
			continue
		}
		cell := cells[c.index]
		s.reader.read(cell, c.role, &v)
		settled = settled || v.verdict != blank && (v.verdict != unreadable || c.tier != vague)
		if s.counts(&v, cell) && !slices.Contains(all, c.index) {
			all = append(all, c.index)
		}
	}
	return all
}

// rawCells appends the cells of a record to dst as they stand there.
func (d *dialect) rawCells(dst [][]byte, rec []byte) [][]byte {
	for {
		end := -1
		if len(rec) > 0 && rec[0] == '"' {
			if q := closingQuote(rec); q > 0 && (q+1 == len(rec) || rec[q+1] == d.delim) {
				end = q + 1
			}
		}
		if end < 0 {
			if end = bytes.IndexByte(rec, d.delim); end < 0 {
				end = len(rec)
			}
		}
		dst = append(dst, rec[:end:end])
		if end == len(rec) {
			return dst
		}
		rec = rec[end+1:]
	}
}

// quoted returns a cell as it is written in a record.
func (d *dialect) quoted(cell []byte) []byte {
	if bytes.IndexByte(cell, d.delim) < 0 && bytes.IndexByte(cell, '"') < 0 {
		return cell
	}
	return slices.Concat([]byte(`"`), bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`)), []byte(`"`))
}
