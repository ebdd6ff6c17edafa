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
// outgrown included, beyond the 16 KiB of 256 first tables.
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

func BenchmarkPrints(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"1M", 1_000_000}, {"8M", 8_000_000}} {
		b.Run(c.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				var s printSet
				rng := rand.New(rand.NewPCG(5, 6))
				for range c.n {
					s.add(rng.Uint64() | 1)
				}
				rows += c.n
				s.close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/print")
		})
	}
}
