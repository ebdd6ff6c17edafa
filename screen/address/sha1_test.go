package address

import (
	"bytes"
	"crypto/sha1"
	"math/rand/v2"
	"testing"
)

func TestHasher(t *testing.T) {
	d := NewHasher()
	if d.save == nil {
		t.Error("this Go version marshals its SHA-1 state otherwise: Hasher is slow")
	}
	plain := &Hasher{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		msg := make([]byte, r.IntN(130))
		for i := range msg {
			msg[i] = byte(r.Uint32())
		}
		var got, got2 [sha1.Size]byte
		d.Sum(&got, msg)
		plain.Sum(&got2, msg)
		if want := sha1.Sum(msg); got != want || got2 != want {
			t.Fatalf("Sum of %d bytes: got %x and %x, want %x", len(msg), got, got2, want)
		}
	}
	if raceEnabled {
		return // the instrumented crypto/sha1 allocates
	}
	msg := bytes.Repeat([]byte("k"), 24)
	var sum [sha1.Size]byte
	if n := testing.AllocsPerRun(100, func() { d.Sum(&sum, msg) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzHasher(f *testing.F) {
	f.Add([]byte("jane@w.example"), []byte("x"))
	d := NewHasher()
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, msg := range [][]byte{a, b, a} {
			var got [sha1.Size]byte
			if d.Sum(&got, msg); got != sha1.Sum(msg) {
				t.Fatalf("Sum(%x) = %x, want %x", msg, got, sha1.Sum(msg))
			}
		}
	})
}

// BenchmarkHasher hashes addresses of 14 to 39 octets.
func BenchmarkHasher(b *testing.B) {
	all, _ := cells()
	var sum [sha1.Size]byte
	b.Run("hasher", func(b *testing.B) {
		d := NewHasher()
		for b.Loop() {
			for _, s := range all {
				d.Sum(&sum, s)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(all)), "ns/addr")
	})
	b.Run("sum", func(b *testing.B) {
		for b.Loop() {
			for _, s := range all {
				sum = sha1.Sum(s)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(all)), "ns/addr")
	})
}
