package suppress

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"testing"
	"time"
)

func TestCPULook(t *testing.T) {
	if os.Getenv("CPU_N") == "" {
		t.Skip()
	}
	testing.Benchmark(func(b *testing.B) {
		if b.N > 1 {
			return
		}
		for _, n := range benchSizes() {
			path, in := benchFile(b, n)
			for _, mode := range []string{"mapped", "memory"} {
				x, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if mode == "memory" {
					x.words = append([]uint64(nil), x.words...)
					x.keys = append([]Key(nil), x.keys...)
					x.buckets = append([]uint32(nil), x.buckets...)
					x.pages = nil
					x.file = nil
				}
				rng := rand.New(rand.NewPCG(2, uint64(n)))
				asked := randomKeys(1<<20, rng)
				for i := 0; i < len(asked); i += 50 {
					asked[i] = in[rng.IntN(len(in))]
				}
				const rows = 512
				hits := make([]Hit, len(asked))
				var st Stats
				x.LookupBatch(asked, hits, &st)
				var all []float64
				for r := range 4000 {
					at := r * rows % (len(asked) - rows)
					t0 := time.Now()
					x.LookupBatch(asked[at:at+rows], hits, &st)
					all = append(all, float64(time.Since(t0))/rows)
				}
				sort.Float64s(all)
				fmt.Printf("%s %dM p5 %.1f q1 %.1f med %.1f\n", mode, n/1_000_000, all[len(all)/20], all[len(all)/4], all[len(all)/2])
			}
		}
	})
}
