package address

import (
	"bytes"
	"crypto/sha1"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHasher(t *testing.T) {
	d := NewHasher()
	if d.save == nil {
		t.Error("this Go version marshals its SHA-1 state otherwise: Hasher is slow")
	}
	if d.two != sumsVector {
		t.Error("the vector kernel gives other digests than crypto/sha1")
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

// sums checks Sums on texts that are divided at the ends, by the vector kernel if there
// is one, and without.
func sums(t *testing.T, text []byte, ends []uint32) {
	n := len(ends) - 1
	want := make([][sha1.Size]byte, n)
	for i := range want {
		want[i] = sha1.Sum(text[ends[i]:ends[i+1]])
	}
	before := bytes.Clone(text)
	spare := append(make([]byte, 0, len(text)+Slack), text...)
	for _, tt := range []struct {
		name string
		two  bool
		text []byte
	}{{"two", sumsVector, spare}, {"one", false, spare}, {"no slack", sumsVector, text[:len(text):len(text)]}} {
		h := NewHasher()
		h.two = tt.two
		got := make([][sha1.Size]byte, n+1)
		Sums(h, got[:n], tt.text, ends)
		if !slices.Equal(got[:n], want) {
			t.Fatalf("%s: Sums of texts that end at %d: got %x, want %x", tt.name, ends[1:], got[:n], want)
		}
		if got[n] != [sha1.Size]byte{} || !bytes.Equal(text, before) {
			t.Fatalf("%s: Sums wrote elsewhere", tt.name)
		}
	}
}

func TestSums(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 12 {
		for longest := range 70 {
			ends := []uint32{uint32(r.IntN(3))}
			for range n {
				ends = append(ends, ends[len(ends)-1]+uint32(r.IntN(longest+1)))
			}
			text := make([]byte, ends[n])
			for i := range text {
				text[i] = byte(r.Uint32())
			}
			sums(t, text, ends)
		}
	}
	for size := range 130 { // every length, alone and beside a short one
		text := bytes.Repeat([]byte{0xff}, size+1)
		sums(t, text, []uint32{0, uint32(size)})
		sums(t, text, []uint32{0, uint32(size), uint32(size) + 1})
	}
	if raceEnabled {
		return
	}
	h, text, ends, dst := NewHasher(), make([]byte, 240, 400), []uint32{0, 24, 50, 240}, make([][sha1.Size]byte, 3)
	if n := testing.AllocsPerRun(100, func() { Sums(h, dst, text, ends) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

// FuzzSums divides a text by the lengths given.
func FuzzSums(f *testing.F) {
	f.Add([]byte("jane@w.examplejohn@w.example"), []byte{14, 14})
	f.Add(bytes.Repeat([]byte("k"), 200), []byte{55, 0, 56, 64, 25})
	f.Fuzz(func(t *testing.T, text, lengths []byte) {
		ends := []uint32{0}
		for _, n := range lengths {
			ends = append(ends, min(ends[len(ends)-1]+uint32(n), uint32(len(text))))
		}
		sums(t, text, ends)
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
	var text []byte
	ends := []uint32{0}
	for range 25 {
		for _, s := range all {
			text = append(text, s...)
			ends = append(ends, uint32(len(text)))
		}
	}
	text = append(make([]byte, 0, len(text)+Slack), text...)
	dst := make([][sha1.Size]byte, len(ends)-1)
	for _, name := range []string{"sums", "sums-without-kernel"} {
		b.Run(name, func(b *testing.B) {
			h := NewHasher()
			h.two = h.two && name == "sums"
			b.ReportAllocs()
			for b.Loop() {
				Sums(h, dst, text, ends)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(dst)), "ns/addr")
		})
	}
}
