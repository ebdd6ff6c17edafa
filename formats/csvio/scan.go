package csvio

import "math"

// A scan is where things stand in the regular parts of a block, found in one pass over
// each. Delimiters and line feeds in quotes are text and not among its seps, so that
// seps are the ends of cells: cell k of the block ends at seps[k], and starts behind
// seps[k-1] if a record does not start there. The other lists name cells by that number.
type scan struct {
	seps     []uint32 // delimiters and line feeds; the end of the input if no line feed stands there
	lines    []uint32 // cells that end a record, ascending
	strays   []uint32 // cells that may hold an at sign, ascending; some more than once
	formulas []uint32 // cells whose text may start a formula, ascending; some more than once
	found    *found

	// Of what was scanned last alone; the lists with one above any other.
	inner []uint32 // cells with a line feed in them, once for each, ascending
	highs []uint32 // stretches of scanned bytes, by their start, with a byte above ASCII
	nul   bool     // there is a NUL byte
}

const (
	scanned = 64           // bytes that are looked at together
	window  = 64 * scanned // bytes that a kernel is given at a time
)

// slack is how many bytes behind the end of a block there is room for.
const slack = scanned

// A found is what a kernel found in one window: of each list at most one entry a byte,
// and one more that it writes and does not count.
type found struct {
	lines, strays, formulas, inner [window + 8]uint32
	highs                          [window/scanned + 8]uint32
}

// A scanState is the arguments and results of a kernel, which looks at blocks times
// scanned bytes from data on. It writes seps behind the nSeps that there are, at most
// one for each byte and six more, and the other lists from the start.
type scanState struct {
	data                                       *byte
	blocks                                     int
	lo                                         int // the position of data
	seps                                       *uint32
	found                                      *found
	nSeps                                      int
	nLines, nStrays, nFormulas, nInner, nHighs int
	// What one block leaves to the next: all ones in quotes, else 0; 1 if a cell starts
	// with the next byte; 1 if a quote was just opened.
	inQuotes, start, opened uint64
	comma, quote            byte
	nul                     bool
}

// reset forgets what was found.
func (s *scan) reset() {
	s.seps, s.lines = s.seps[:0], s.lines[:0]
	s.strays, s.formulas = s.strays[:0], s.formulas[:0]
	if s.found == nil {
		s.found = new(found)
	}
}

// find adds what stands in data[lo:hi], which must be whole records with their quotes
// as they should be. For the rows of bench/corpus (170 bytes, EPYC, Go 1.26) the vector
// kernel takes 30 ns each, the one in plain Go 135. Before, finding delimiters and line
// feeds alone took 17 and 68, and looking for at signs and formulas afterwards 46 more.
func (s *scan) find(data []byte, lo, hi int, comma, quote byte) {
	s.inner, s.highs, s.nul = s.inner[:0], s.highs[:0], false
	st := scanState{found: s.found, start: 1, comma: comma, quote: quote}
	whole := lo + (hi-lo)&^(scanned-1)
	for at := lo; at < whole; at += window {
		s.window(&st, data[at:min(at+window, whole)], at, hi)
	}
	if whole < hi {
		var last [scanned]byte
		fill := byte('x')
		for fill == comma || fill == quote {
			fill++
		}
		for i := copy(last[:], data[whole:hi]); i < scanned; i++ {
			last[i] = fill
		}
		s.window(&st, last[:], whole, hi)
	}
	if hi > lo && data[hi-1] != '\n' {
		s.lines = append(s.lines, uint32(len(s.seps)))
		s.seps = append(s.seps, uint32(hi))
	}
	s.inner = append(s.inner, math.MaxUint32)
	s.highs = append(s.highs, math.MaxUint32)
}

// window adds what stands in data, at most a window of whole blocks, which starts at
// lo of hi bytes.
func (s *scan) window(st *scanState, data []byte, lo, hi int) {
	s.room(lo, hi)
	st.data, st.blocks, st.lo = &data[0], len(data)/scanned, lo
	st.seps, st.nSeps = &s.seps[:cap(s.seps)][0], len(s.seps)
	st.nLines, st.nStrays, st.nFormulas, st.nInner, st.nHighs = 0, 0, 0, 0, 0
	if vector {
		scanVector(st)
	} else {
		scanWords(st, data, s.seps[:cap(s.seps)])
	}
	s.seps = s.seps[:st.nSeps]
	s.lines = append(s.lines, s.found.lines[:st.nLines]...)
	s.strays = append(s.strays, s.found.strays[:st.nStrays]...)
	s.formulas = append(s.formulas, s.found.formulas[:st.nFormulas]...)
	s.inner = append(s.inner, s.found.inner[:st.nInner]...)
	s.highs = append(s.highs, s.found.highs[:st.nHighs]...)
	s.nul = s.nul || st.nul
}

// room sees to it that there is room for the seps of a window that starts at lo of hi
// bytes: if there is not, for as many as there will be if the rest is like what is
// known, so that lists that are alike all through take no second step.
func (s *scan) room(lo, hi int) {
	n := len(s.seps)
	if cap(s.seps)-n >= window+scanned {
		return
	}
	each := 1.0 / 16 // of a byte, at first
	if n > 0 {
		each = float64(n) / float64(lo) * 17 / 16
	}
	more := make([]uint32, n, max(2*n, n+int(each*float64(hi-lo)))+window+scanned)
	copy(more, s.seps)
	s.seps = more
}
