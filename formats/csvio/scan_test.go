package csvio

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// slowScan is what scan.find says, found byte by byte.
func slowScan(data []byte, lo, hi int, comma, quote byte) (s scan) {
	inQuotes, start, opened := false, true, false
	for i := lo; i < hi; i++ {
		b, k := data[i], uint32(len(s.seps))
		quoted := start && b == quote
		if b == quote {
			inQuotes = !inQuotes
		}
		sep := !inQuotes && (b == comma || b == '\n')
		if (start || opened) && !sep && formulaStart[b] {
			s.formulas = append(s.formulas, k)
		}
		if !sep && bytes.IndexByte([]byte{'@', '%', wideAt[0]}, b) >= 0 {
			s.strays = append(s.strays, k)
		}
		if inQuotes && b == '\n' {
			s.inner = append(s.inner, k)
		}
		if sep {
			if b == '\n' {
				s.lines = append(s.lines, k)
			}
			s.seps = append(s.seps, uint32(i))
		}
		at := uint32(lo + (i-lo)&^(scanned-1))
		if n := len(s.highs); b >= 0x80 && (n == 0 || s.highs[n-1] != at) {
			s.highs = append(s.highs, at)
		}
		s.nul = s.nul || b == 0
		start, opened = sep, quoted
	}
	if hi > lo && data[hi-1] != '\n' {
		s.lines = append(s.lines, uint32(len(s.seps)))
		s.seps = append(s.seps, uint32(hi))
	}
	s.inner = append(s.inner, math.MaxUint32)
	s.highs = append(s.highs, math.MaxUint32)
	return s
}

// sameScan compares two scans. A formula may be listed twice by one and once by the other.
func sameScan(a, b scan) bool {
	a.formulas, b.formulas = slices.Compact(slices.Clone(a.formulas)), slices.Compact(slices.Clone(b.formulas))
	return slices.Equal(a.seps, b.seps) && slices.Equal(a.lines, b.lines) &&
		slices.Equal(a.strays, b.strays) && slices.Equal(a.formulas, b.formulas) &&
		slices.Equal(a.inner, b.inner) && slices.Equal(a.highs, b.highs) && a.nul == b.nul
}

// kernels calls test with each kernel there is.
func kernels(test func()) {
	defer func(was bool) { vector = was }(vector)
	if vector {
		test()
	}
	vector = false
	test()
}

// TestScan compares both kernels with a look at every byte, for sparse and for dense
// blocks of all lengths around the kernels' steps. Quotes need not be as they should be
// but that none is left open.
func TestScan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 1500 {
		n := r.IntN(4 * scanned)
		if round%20 == 0 {
			n = window - scanned + r.IntN(2*window)
		}
		comma, quote := ",\t;x|%="[r.IntN(7)], "\"'+"[r.IntN(3)]
		alphabet := "abcdefgh" + string(comma) + "\n"
		if round%3 == 0 {
			alphabet = string(comma) + "\n"
		}
		special := string(quote) + string(quote) + string(comma) + "@%=+\t\n\r\x00\x80\xFF\x7F\x01\v"
		data := make([]byte, n)
		for i := range data {
			data[i] = alphabet[r.IntN(len(alphabet))]
			if round%2 == 0 && r.IntN(20) == 0 {
				data[i] = special[r.IntN(len(special))]
			}
		}
		lo := 0
		if n > 0 {
			lo = r.IntN(n)
		}
		want := slowScan(data, lo, n, comma, quote)
		kernels(func() {
			var got scan
			got.reset()
			got.find(data, lo, n, comma, quote)
			if !sameScan(got, want) {
				got.found = nil
				t.Fatalf("vector %v, delimiter %q, quote %q, %q: got %+v, want %+v", vector, comma, quote, data[lo:], got, want)
			}
		})
	}
}

// BenchmarkScan finds all that a scan holds.
func BenchmarkScan(b *testing.B) {
	in := prospects(benchRows)
	for _, kernel := range []struct {
		name string
		on   bool
	}{{"words", false}, {"vector", vector}} {
		b.Run(kernel.name, func(b *testing.B) {
			defer func(was bool) { vector = was }(vector)
			vector = kernel.on
			b.SetBytes(int64(len(in)))
			var s scan
			for b.Loop() {
				for lo := 0; lo < len(in); lo += DefaultBlockSize {
					s.reset()
					s.find(in, lo, min(lo+DefaultBlockSize, len(in)), ',', '"')
				}
			}
			perRow(b, benchRows)
		})
	}
}

// FuzzScan compares both kernels with a look at every byte, for a body that stands in
// the data a few times.
func FuzzScan(f *testing.F) {
	f.Add([]byte("a,\"b\n\",=1,x@y.example\n"), byte(','), byte('"'), uint16(300), byte(3))
	f.Add([]byte("\t\"\"\"\"\t%40\xEF\xBC\xA0\n"), byte('\t'), byte('%'), uint16(5000), byte(63))
	f.Fuzz(func(t *testing.T, body []byte, comma, quote byte, n uint16, lo byte) {
		if _, err := (Options{Comma: comma, Quote: quote}).withDefaults(); err != nil || comma == 0 || quote == 0 {
			return
		}
		data := bytes.Repeat(body, 1+int(n)%(2*window)/(len(body)+1))
		from := min(int(lo), len(data))
		want := slowScan(data, from, len(data), comma, quote)
		kernels(func() {
			var got scan
			got.reset()
			got.find(data, from, len(data), comma, quote)
			if !sameScan(got, want) {
				got.found = nil
				t.Fatalf("vector %v: got %+v, want %+v", vector, got, want)
			}
		})
	})
}
