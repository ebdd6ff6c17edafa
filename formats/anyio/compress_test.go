package anyio

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"sluice/formats/formatstest"
)

// inflated is what other programs' readers make of b.
func inflated(t *testing.T, how string, b []byte) []byte {
	t.Helper()
	var r io.Reader
	var err error
	if how == "gzip" {
		var z *stdgzip.Reader
		if z, err = stdgzip.NewReader(bytes.NewReader(b)); err == nil {
			z.Multistream(false) // one member, for readers that know no more
			r = z
		}
	} else {
		r, err = zstd.NewReader(bytes.NewReader(b))
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCompressor: what is written comes back, and comes out the same however it is cut
// into writes and on any number of processors.
func TestCompressor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(1, 2))
	var text bytes.Buffer
	for text.Len() < 2*compressBlock+compressBlock/2 {
		fmt.Fprintf(&text, "%d,name %d,mail%d@example.com\n", rng.IntN(1e9), rng.IntN(1000), rng.IntN(1e6))
	}
	noise := make([]byte, compressBlock+1)
	rand.NewChaCha8([32]byte{3}).Read(noise)
	for _, how := range []string{"gzip", "zstd"} {
		for name, data := range map[string][]byte{"nothing": {}, "a byte": {'x'}, "one block": text.Bytes()[:compressBlock],
			"text": text.Bytes(), "noise": noise} {
			var first []byte
			for _, procs := range []int{1, 4} {
				runtime.GOMAXPROCS(procs)
				var out bytes.Buffer
				c, err := newCompressor(&out, how)
				if err != nil {
					t.Fatal(err)
				}
				for rest := data; len(rest) > 0; {
					k := min(len(rest), 1+rng.IntN(procs*compressBlock/2))
					if n, err := c.Write(rest[:k]); n != k || err != nil {
						t.Fatal(n, err)
					}
					rest = rest[k:]
				}
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = out.Bytes()
					if got := inflated(t, how, first); !bytes.Equal(got, data) {
						t.Errorf("%s of %s: %d bytes come back of %d", how, name, len(got), len(data))
					}
				} else if !bytes.Equal(first, out.Bytes()) {
					t.Errorf("%s of %s: other bytes on %d processors", how, name, procs)
				}
				if _, err := c.Write([]byte{'x'}); err == nil {
					t.Error("a write after the end")
				}
			}
		}
	}
}

// TestCompressorFails hands on what goes wrong below, and does not go on.
func TestCompressorFails(t *testing.T) {
	full := errors.New("full")
	for _, how := range []string{"gzip", "zstd"} {
		c, err := newCompressor(&limited{left: 100, err: full}, how)
		if err != nil {
			t.Fatal(err)
		}
		noise := make([]byte, 4*compressBlock)
		rand.NewChaCha8([32]byte{4}).Read(noise)
		for range 20 {
			if _, err = c.Write(noise); err != nil {
				break
			}
		}
		if !errors.Is(err, full) || !errors.Is(c.Close(), full) {
			t.Errorf("%s: error %v, want %v", how, err, full)
		}
	}
}

type limited struct {
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, l.err
	}
	return len(p), nil
}

// BenchmarkCompress compresses a list, as many blocks at once as there are processors.
func BenchmarkCompress(b *testing.B) {
	data := render(b, CSV, "", formatstest.Rows(40_000, 5))
	for _, how := range []string{"gzip", "zstd"} {
		b.Run(how, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			c, err := newCompressor(io.Discard, how)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := c.Write(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
