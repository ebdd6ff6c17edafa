package pipeline

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPrintsOracle(t *testing.T) {
	for _, share := range []float64{0, 0.01, 0.5, 1} {
		var s printSet
		want := map[uint64]bool{}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 150 {
			var prints []uint64
			var repeats []int32
			for i := range rng.IntN(3000) {
				p := rng.Uint64N(200_000)*0x9e3779b97f4a7c15 | 1
				if rng.IntN(50) == 0 {
					p |= 0xff << 56 // crowds the last table, and its end
					p |= 0xffff << 40
				}
				prints = append(prints, p)
				if want[p] {
					repeats = append(repeats, int32(i))
				}
				want[p] = true
			}
			s.expect(share)
			if got := s.add(prints, nil); !slices.Equal(got, repeats) {
				t.Fatalf("%d repeats among %d prints, want %d, or others", len(got), len(prints), len(repeats))
			}
		}
		if int(s.n) != len(want) {
			t.Errorf("%d prints, want %d", s.n, len(want))
		}
		s.close()
	}
}

// TestPrintsMemory: at most 16 bytes a print at any time, the table that is being
// outgrown included, beyond the 8 MiB that tables have when it is not known how many will
// come. A set that is told what to expect has room for that, and never more than sixteen
// times what it would have.
func TestPrintsMemory(t *testing.T) {
	n := int64(1_500_000)
	if testing.Short() {
		n = 200_000
	}
	for _, told := range []bool{false, true} {
		free := int64(shards * someSlots * 8)
		if told {
			free = shards * firstSlots * 8
		}
		var s printSet
		rng := rand.New(rand.NewPCG(3, 4))
		worst := 0.0
		for s.n < n {
			p := rng.Uint64() | 1
			t0 := &s.shards[p>>(64-shardBits)]
			old := int64(len(t0.slots)) * 8
			grows := t0.n >= t0.max
			if told && s.n%1000 == 0 {
				s.expect(float64(s.n) / float64(n))
			}
			s.put(p)
			if !grows {
				continue
			}
			peak := s.bytes() + old
			limit := 16 * s.n
			if told {
				limit = min(16*limit, 16*n)
			}
			if peak > limit+free {
				t.Fatalf("%d bytes for %d prints", peak, s.n)
			}
			if s.n > 100_000 {
				worst = max(worst, float64(peak)/float64(s.n))
			}
		}
		if end := s.bytes(); end > 16*n {
			t.Errorf("%d bytes for %d prints in the end", end, n)
		}
		t.Logf("%.1f bytes a print at worst, %.1f in the end", worst, float64(s.bytes())/float64(s.n))
		s.close()
	}
}

// BenchmarkPrints adds prints to a set that grows from nothing, as settle does, knowing
// or not how many will come, and then the same ones again, to a set of that size.
func BenchmarkPrints(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"1M", 1_000_000}, {"8M", 8_000_000}} {
		prints := make([]uint64, c.n)
		rng := rand.New(rand.NewPCG(5, 6))
		for i := range prints {
			prints[i] = rng.Uint64() | 1
		}
		var repeats []int32
		all := func(s *printSet, known float64) {
			for i := 0; i < c.n; i += 5000 {
				s.expect(known * float64(i) / float64(c.n))
				repeats = s.add(prints[i:min(i+5000, c.n)], repeats[:0])
			}
		}
		for name, known := range map[string]float64{"grow": 0, "told": 1} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				rounds := 0
				for b.Loop() {
					var s printSet
					all(&s, known)
					s.close()
					rounds++
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*c.n), "ns/print")
			})
		}
		b.Run(c.name+"/hit", func(b *testing.B) {
			var s printSet
			defer s.close()
			all(&s, 0)
			rounds := 0
			b.ResetTimer()
			for b.Loop() {
				all(&s, 0)
				rounds++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*c.n), "ns/print")
		})
	}
}
