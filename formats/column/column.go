// Package column holds the shapes in which formats hand text to rules: a View of
// one column, a Selection of rows, and a Cell that stands alone. They are small on
// purpose and have no behaviour beyond access, because they are all that the
// screening rules and the file formats share.
package column

// A Span is a half-open range of bytes [Lo, Hi).
type Span struct{ Lo, Hi uint32 }

// A View is a read-only column of byte strings. It points into a buffer owned by
// the chunk it came from and is valid until that chunk is released. The zero View
// is a column that the list does not have: Len is 0.
type View struct {
	Data  []byte
	Spans []Span
	// Nulls marks the cells that hold no value, as opposed to an empty one. It is
	// nil when no cell is null; a null cell's span is empty.
	Nulls []bool
}

// Len returns the number of cells.
func (v View) Len() int { return len(v.Spans) }

// At returns the cell of row i. The result aliases the chunk's buffer and has its
// capacity clipped, so that appending to it copies.
func (v View) At(i int) []byte {
	s := v.Spans[i]
	return v.Data[s.Lo:s.Hi:s.Hi]
}

// Null reports whether cell i holds no value.
func (v View) Null(i int) bool { return v.Nulls != nil && v.Nulls[i] }

// A Run is a stretch of neighbouring rows, [Lo, Hi).
type Run struct{ Lo, Hi int }

// A Selection is a set of rows as ascending, disjoint, non-adjacent runs. Runs, not
// a bitmap, because most lists keep most of their rows: a run is one copy for CSV
// and one slice of a page for Parquet.
type Selection []Run

// Len returns the number of rows selected.
func (s Selection) Len() int {
	n := 0
	for _, r := range s {
		n += r.Hi - r.Lo
	}
	return n
}

// Add appends row i, which must lie above every row in s.
func (s Selection) Add(i int) Selection {
	if n := len(s); n > 0 && s[n-1].Hi == i {
		s[n-1].Hi = i + 1
		return s
	}
	return append(s, Run{i, i + 1})
}

// AddRun appends the rows of r, which must lie above every row in s.
func (s Selection) AddRun(r Run) Selection {
	if n := len(s); n > 0 && s[n-1].Hi == r.Lo {
		s[n-1].Hi = r.Hi
		return s
	}
	return append(s, r)
}

// All is the selection of the rows 0 to n-1.
func All(n int) Selection {
	if n == 0 {
		return nil
	}
	return Selection{{0, n}}
}

// A Cell is text found in a row outside the columns that were asked for.
type Cell struct {
	Row  int
	Col  int // the column it stands in; -1 when the record could not be divided into columns
	Text []byte
}

// A Replacer writes what stands in the place of cells: for each cell of v among rows
// that is not null it appends some text to data, and sets its element of spans, of which
// there are v.Len(), to where that is. It may be called concurrently.
type Replacer func(data []byte, spans []Span, v View, rows Selection) []byte
