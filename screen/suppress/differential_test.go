package suppress

import (
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestDifferential asks a mapped index for digests that are random or made to harm, and
// compares every answer with a map's. SLUICE_BIG=1 takes ten million, else it is one
// million, a tenth of that with -short.
func TestDifferential(t *testing.T) {
	n := 1_000_000
	switch {
	case os.Getenv("SLUICE_BIG") != "":
		n = 10_000_000
	case testing.Short():
		n = 100_000
	}
	rng := rand.New(rand.NewPCG(31, uint64(n)))
	crowd := make([]Key, 20_000) // all in one bucket and one block, many in one bit pattern
	for i := range crowd {
		binary.BigEndian.PutUint32(crowd[i][16:], rng.Uint32())
		crowd[i][8] = byte(i % 3)
	}
	for name, keys := range map[string][]Key{
		"random and adversarial": adversarial(n, 77),
		"one bucket":             crowd,
		"nothing but zeros":      {{}},
		"nothing but ones":       {Key(slices.Repeat([]byte{0xff}, 20))},
	} {
		want := make(map[Key]bool, len(keys))
		for _, k := range keys {
			want[k] = true
		}
		path := filepath.Join(t.TempDir(), "lists.idx")
		var e External
		e.few = n / 3
		e.Load = func(b *Builder, ctx context.Context, spec ListSpec) (ListInfo, error) {
			return b.AddReader(ctx, newHexReader(keys), spec)
		}
		if _, err := e.Build(context.Background(), path, ListSpec{Path: "list"}); err != nil {
			t.Fatal(err)
		}
		m, err := openMapping(path)
		if err != nil {
			t.Fatal(err)
		}
		x, err := m.index(0)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		hits := make([]Hit, 4096)
		var st Stats
		ask := func(asked []Key) {
			for part := range slices.Chunk(asked, len(hits)) {
				x.LookupBatch(part, hits, &st)
				for i := range part {
					if (hits[i] != 0) != want[part[i]] {
						t.Fatalf("%s: key %x: hit %d, want %v", name, part[i], hits[i], want[part[i]])
					}
					if hits[i] != 0 {
						found++
					}
				}
			}
		}
		ask(keys)
		if found != len(keys) {
			t.Errorf("%s: %d of %d keys found", name, found, len(keys))
		}
		for i := range keys {
			keys[i][i%20] ^= 1 << (i % 8) // a neighbour
		}
		ask(keys)
		ask(randomKeys(n/4, rng))
		x.Close()
	}
}

// A hexReader is a list of digests that is never in memory as text.
type hexReader struct {
	keys []Key
	line []byte
}

func newHexReader(keys []Key) *hexReader { return &hexReader{keys: keys} }

func (r *hexReader) Read(p []byte) (n int, err error) {
	const digits = "0123456789abcdef"
	for n < len(p) {
		if len(r.line) == 0 {
			if len(r.keys) == 0 {
				break
			}
			r.line = make([]byte, 0, 41)
			for _, b := range r.keys[0] {
				r.line = append(r.line, digits[b>>4], digits[b&15])
			}
			r.line = append(r.line, '\n')
			r.keys = r.keys[1:]
		}
		k := copy(p[n:], r.line)
		r.line = r.line[k:]
		n += k
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
