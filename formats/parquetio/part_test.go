package parquetio

import (
	"math/rand/v2"
	"testing"
)

// TestPart compares parts of chunks, before and after the whole was decoded, with the same
// rows of the whole.
func TestPart(t *testing.T) {
	sliced(t, func(t *testing.T, data []byte) {
		rng := rand.New(rand.NewPCG(4, 9))
		for _, rows := range []int{0, 70} {
			r := openBytes(t, data, Options{ChunkRows: rows, KeepGroups: rows == 0})
			every := make([]int, len(r.Schema().Fields))
			for i := range every {
				every[i] = i
			}
			for _, c := range chunks(t, r) {
				for round := range 4 {
					lo := rng.IntN(c.Len())
					hi := lo + 1 + rng.IntN(c.Len()-lo)
					part := c.Part(lo, hi)
					got, err := part.Decode(nil, every)
					if err != nil {
						t.Fatal(err)
					}
					if part.Len() != hi-lo {
						t.Fatalf("rows %d to %d: %d", lo, hi, part.Len())
					}
					cols := every[:len(every)*round/3] // of the whole, these are decoded in time
					if _, err := c.Decode(nil, cols); err != nil {
						t.Fatal(err)
					}
					whole := c.r.slice(c.group, c.lo, int64(c.rows), c.share)
					want, err := whole.Decode(nil, every)
					if err != nil {
						t.Fatal(err)
					}
					for col := range got {
						for i := range hi - lo {
							if string(got[col].At(i)) != string(want[col].At(lo+i)) || got[col].Null(i) != want[col].Null(lo+i) {
								t.Fatalf("rows %d to %d: row %d of column %d: %q, want %q", lo, hi, i, col, got[col].At(i), want[col].At(lo+i))
							}
						}
					}
					whole.Release()
					part.Release()
				}
				c.Release()
			}
		}
	})
}
