package csvio

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// slowScan is what scan.find says, found byte by byte.
func slowScan(data []byte, comma byte) (s scan) {
	for i, b := range data {
		if b == '\n' {
			s.lines = append(s.lines, uint32(len(s.seps)))
		}
		if b == '\n' || b == comma {
			s.seps = append(s.seps, uint32(i))
		}
		lo := uint32(i &^ (scanned - 1))
		if n := len(s.highs); b >= 0x80 && (n == 0 || s.highs[n-1] != lo) {
			s.highs = append(s.highs, lo)
		}
		s.nul = s.nul || b == 0
	}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		s.lines = append(s.lines, uint32(len(s.seps)))
		s.seps = append(s.seps, uint32(n))
	}
	s.seps = append(s.seps, math.MaxUint32)
	s.lines = append(s.lines, math.MaxUint32)
	return s
}

// TestScan compares both kernels with a look at every byte, for sparse and for dense
// blocks of all lengths around the kernels' steps.
func TestScan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	kernels := []bool{false}
	if vector {
		kernels = append(kernels, true)
	}
	defer func(was bool) { vector = was }(vector)
	for round := range 3000 {
		n := r.IntN(4 * scanned)
		if round%20 == 0 {
			n = window - scanned + r.IntN(2*window)
		}
		comma := ",\t;x|"[r.IntN(5)]
		common := "abcdefgh"
		alphabet := common + string(comma) + "\n"
		if round%3 == 0 {
			alphabet = string(comma) + "\n"
		}
		data := make([]byte, n)
		for i := range data {
			data[i] = alphabet[r.IntN(len(alphabet))]
			if round%2 == 0 && r.IntN(100) == 0 {
				data[i] = "\x00\x80\xFF\x7F\x01\v"[r.IntN(6)]
			}
		}
		want := slowScan(data, comma)
		for _, vector = range kernels {
			var got scan
			got.find(data, comma)
			if len(got.highs) == 0 {
				got.highs = nil
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("vector %v, %d bytes of %q: got %v, want %v", vector, n, alphabet, got, want)
			}
		}
	}
}

// BenchmarkScan finds all delimiters, line feeds and bytes above ASCII.
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
					s.find(in[lo:min(lo+DefaultBlockSize, len(in))], ',')
				}
			}
			perRow(b, benchRows)
		})
	}
}
