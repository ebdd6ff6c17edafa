package pipeline

import (
	"math/rand/v2"
	"testing"
)

func TestPrintsOracle(t *testing.T) {
	var s printSet
	defer s.close()
	want := map[uint64]bool{}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300_000 {
		p := rng.Uint64N(200_000)*0x9e3779b97f4a7c15 | 1
		if rng.IntN(50) == 0 {
			p |= 0xff << 56 // crowds the last table, and its end
			p |= 0xffff << 40
		}
		if got := s.add(p); got == want[p] {
			t.Fatalf("add(%#x) = %t after %d prints", p, got, len(want))
		}
		want[p] = true
	}
	if int(s.n) != len(want) {
		t.Errorf("%d prints, want %d", s.n, len(want))
	}
}

// TestPrintsMemory: at most 16 bytes a print at any time, the table that is being
// outgrown included, beyond the mebibyte of 256 first tables.
func TestPrintsMemory(t *testing.T) {
	var s printSet
	defer s.close()
	rng := rand.New(rand.NewPCG(3, 4))
	n := int64(1_500_000)
	if testing.Short() {
		n = 200_000
	}
	worst := 0.0
	for s.n < n {
		p := rng.Uint64() | 1
		t0 := &s.shards[p>>56]
		old := int64(len(t0.slots)) * 8
		grows := t0.n >= t0.max
		s.add(p)
		if !grows {
			continue
		}
		peak := s.bytes() + old
		if free := int64(256 * firstSlots * 8); peak > 16*s.n+free {
			t.Fatalf("%d bytes for %d prints", peak, s.n)
		}
		if s.n > 100_000 {
			worst = max(worst, float64(peak)/float64(s.n))
		}
	}
	t.Logf("%.1f bytes a print at worst", worst)
}

// BenchmarkPrints adds prints to a set that grows from nothing, as settle does, and
// then the same ones again, to a set of that size.
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
		all := func(s *printSet) {
			for i, p := range prints {
				if i%warmed == 0 {
					s.warm(prints[i:min(i+warmed, c.n)])
				}
				s.add(p)
			}
		}
		b.Run(c.name+"/grow", func(b *testing.B) {
			rounds := 0
			for b.Loop() {
				var s printSet
				all(&s)
				s.close()
				rounds++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*c.n), "ns/print")
		})
		b.Run(c.name+"/hit", func(b *testing.B) {
			var s printSet
			defer s.close()
			all(&s)
			rounds := 0
			b.ResetTimer()
			for b.Loop() {
				all(&s)
				rounds++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*c.n), "ns/print")
		})
	}
}
