package address

import (
	"slices"

	"sluice/formats/column"
)

// plainCells is the state of plainVector, which knows its layout.
type plainCells struct {
	bytes *byte        // that the cells lie in
	spans *column.Span // of the cells
	dst   *byte        // where the forms go, end to end, with room for maxPlain bytes each
	ends  *uint32      // the form of cell i ends at ends[i+1]
	infos *Info
	from  int // the last place in bytes behind which there are maxPlain more
	cells int // how many to do
	next  int // the cell to do next
	end   int // where its form goes
}

// vectorCells is how many cells are given to plainVector at a time, and so how much room,
// of maxPlain bytes for each, dst needs beyond what it will hold.
const vectorCells = 256

// AppendColumn appends the canonical form of every cell to dst, end to end: that of cell
// i is dst[ends[i]:ends[i+1]] of the result, and infos[i] what is known of it. ends has
// one element more than there are cells. It does what Append does, for plain addresses
// in a third of the time where the processor has vectors (BenchmarkAppendColumn).
func (p *Parser) AppendColumn(dst []byte, ends []uint32, infos []Info, cells column.View) []byte {
	n := cells.Len()
	ends, infos = ends[:n+1], infos[:n]
	ends[0] = uint32(len(dst))
	vector := cellsVector && !p.long && len(cells.Data) >= maxPlain
	for i := 0; i < n; {
		if vector {
			last := min(i-i%vectorCells+vectorCells, n)
			if dst, i = vectorColumn(dst, ends, infos, cells, i, last); i == last {
				continue
			}
		}
		dst, infos[i] = p.Append(dst, cells.At(i))
		i++
		ends[i] = uint32(len(dst))
	}
	return dst
}

// vectorColumn does cells i to last, up to one that is not for plainVector, and returns
// which that is.
func vectorColumn(dst []byte, ends []uint32, infos []Info, cells column.View, i, last int) ([]byte, int) {
	dst = slices.Grow(dst, (last-i)*maxPlain)
	s := plainCells{
		bytes: &cells.Data[0], spans: &cells.Spans[0], dst: &dst[:1][0], ends: &ends[0], infos: &infos[0],
		from: len(cells.Data) - maxPlain, cells: last, next: i, end: len(dst),
	}
	plainVector(&s)
	return dst[:s.end], s.next
}
