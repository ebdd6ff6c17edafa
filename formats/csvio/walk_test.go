package csvio

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// slowWalk is what walker.walk says, found record by record and byte by byte.
func slowWalk(d walker, buf []byte, eof bool) (cut int, marks []mark) {
	for start := 0; start < len(buf); {
		end, m, ok := slowRecord(d, buf, start, eof)
		if !ok {
			return start, marks
		}
		if m.hi > 0 {
			marks = append(marks, m)
		}
		start = end
	}
	return len(buf), marks
}

// slowRecord returns the end of the record at start, a mark if it is at fault, and
// whether that is certain.
func slowRecord(d walker, buf []byte, start int, eof bool) (end int, m mark, ok bool) {
	at := func(i int) int { // the byte there, -1 for the end of the input, -2 for what is not known
		switch {
		case i < len(buf):
			return int(buf[i])
		case eof:
			return -1
		}
		return -2
	}
	col := uint32(1)
	fault := func(q int, why kind) (int, mark, bool) {
		end := q
		for at(end) >= 0 && at(end) != '\n' {
			end++
		}
		if at(end) == '\n' {
			end++
		} else if !eof {
			return 0, mark{}, false
		}
		return end, mark{uint32(start), uint32(end), col, why}, true
	}
	for i := start; ; i++ {
		switch b := at(i); b {
		case -2:
			return 0, mark{}, false
		case -1:
			return i, mark{}, true
		case '\n':
			return i + 1, mark{}, true
		case int(d.comma):
			col++
		case int(d.quote):
			if i > start && at(i-1) != int(d.comma) {
				return fault(i, bareQuote)
			}
			q := i
			for i++; ; i++ {
				if i-q-1 > d.maxCell || at(i) == -1 {
					return fault(q, openQuote)
				}
				if at(i) == -2 {
					return 0, mark{}, false
				}
				if at(i) != int(d.quote) {
					continue
				}
				if at(i+1) != int(d.quote) {
					break
				}
				i++
			}
			switch next := at(i + 1); {
			case next == -2 || next == '\r' && at(i+2) == -2:
				return 0, mark{}, false
			case next == int(d.comma) || next == '\n' || next == -1:
			case next == '\r' && (at(i+2) == '\n' || at(i+2) == -1):
			default:
				return fault(q, textAfter)
			}
		}
	}
}

// checkWalk compares the walker, with and without its kernel, with the slow one.
func checkWalk(t *testing.T, d walker, buf []byte, eof bool) {
	t.Helper()
	wantCut, want := slowWalk(d, buf, eof)
	kernels(func() {
		cut, got := d.walk(buf, nil, eof)
		if cut != wantCut || !slices.Equal(got, want) {
			t.Fatalf("vector %v, %+v, eof %v, %q:\ngot  %d, %v\nwant %d, %v", vector, d, eof, buf, cut, got, wantCut, want)
		}
	})
}

// walkParts are made into lists in which about one quote in a hundred is at fault, so
// that long regular stretches and what ends them are both seen.
var walkParts = []string{"a", "some text", ",", ",", "\n", "\n", "\r\n", ",\"q\",", "\n\"x\"\"y\"\n", ",\"a,\nb\"\r\n",
	",\"\",", "\n\"\"\"\"\r\n", ",\"" + strings.Repeat("long ", 30) + "\",", strings.Repeat("b", 50)}

// TestWalk walks random lists of all lengths around the kernel's steps.
func TestWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 1500 {
		var buf []byte
		for n := r.IntN(8 * scanned); len(buf) < n; {
			buf = append(buf, walkParts[r.IntN(len(walkParts))]...)
			if round%4 != 0 && r.IntN(100) < round%4 {
				buf = append(buf, "\"\"\"\r,x"[r.IntN(6)])
			}
		}
		d := walker{comma: ',', quote: '"', maxCell: []int{1 << 20, 1 << 20, 200, 3}[r.IntN(4)]}
		checkWalk(t, d, buf, r.IntN(2) == 0)
	}
}

// FuzzWalk compares the walker with the slow one, for a body that stands in a list a
// few times.
func FuzzWalk(f *testing.F) {
	f.Add([]byte("1,\"2,3\"\n4,\"5\"\"\",6\r\n"), []byte("\"x"), uint16(300), uint16(1000), true)
	f.Add([]byte("1,\"2\n3\"\r\n"), []byte("\""), uint16(64), uint16(30), false)
	f.Fuzz(func(t *testing.T, body, odd []byte, n, maxCell uint16, eof bool) {
		buf := bytes.Repeat(body, 1+int(n)%512/(len(body)+1))
		buf = append(append(buf, odd...), buf...)
		checkWalk(t, walker{comma: ',', quote: '"', maxCell: 1 + int(maxCell)}, buf, eof)
	})
}
