package suppress

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// benchSizes are the sizes of indexes in keys. SLUICE_BIG=1 adds a hundred million,
// which take 5 GB of memory and of disk.
func benchSizes() []int {
	sizes := []int{1_000_000}
	if !testing.Short() {
		sizes = append(sizes, 10_000_000)
	}
	if os.Getenv("SLUICE_BIG") != "" {
		sizes = append(sizes, 100_000_000)
	}
	return sizes
}

// benchFiles are index files by their numbers of keys, for the benchmarks of one run.
var benchFiles = map[int]string{}

// benchFile returns an index file of n random keys, and some of the keys.
func benchFile(b *testing.B, n int) (path string, some []Key) {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	if path = benchFiles[n]; path == "" {
		dir, err := os.MkdirTemp("", "sluice-bench")
		if err != nil {
			b.Fatal(err)
		}
		benchDirs = append(benchDirs, dir)
		path = filepath.Join(dir, "lists.idx")
		x := indexOf(randomKeys(n, rng))
		x.describe([]ListInfo{{ID: 1, Name: "list", Entries: [NumKinds]int64{Digest: int64(n)}}})
		if err := x.WriteFile(context.Background(), path); err != nil {
			b.Fatal(err)
		}
		benchFiles[n] = path
		runtime.GC()
	}
	return path, randomKeys(min(n, 1<<20), rand.New(rand.NewPCG(1, uint64(n))))
}

var benchDirs []string

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range benchDirs {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// BenchmarkLookup asks a mapped index for keys of which one in fifty is in it, in
// batches as long as a chunk has rows. The keys asked for are not in cache, but the
// index is as far as it fits, after a first pass.
func BenchmarkLookup(b *testing.B) {
	for _, n := range benchSizes() {
		path, in := benchFile(b, n)
		x, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(2, uint64(n)))
		asked := randomKeys(1<<20, rng)
		for i := 0; i < len(asked); i += 50 {
			asked[i] = in[rng.IntN(len(in))]
		}
		const rows = 6000
		hits := make([]Hit, len(asked))
		var st Stats
		x.LookupBatch(asked, hits, &st) // touches every page
		inMemory := &Index{words: slices.Clone(x.words), keys: slices.Clone(x.keys), buckets: slices.Clone(x.buckets), set: x.set}
		for _, bb := range []struct {
			name string
			x    *Index
		}{{"batch", x}, {"batch-in-memory", inMemory}} {
			b.Run(fmt.Sprintf("%s/%dM", bb.name, n/1_000_000), func(b *testing.B) {
				b.ReportAllocs()
				var st Stats
				at := 0
				for b.Loop() {
					if at+rows > len(asked) {
						at = 0
					}
					bb.x.LookupBatch(asked[at:at+rows], hits, &st)
					at += rows
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/key")
				b.ReportMetric(100*float64(st.FalsePositives)/float64(st.Lookups), "%false")
			})
		}
		b.Run(fmt.Sprintf("single/%dM", n/1_000_000), func(b *testing.B) {
			at := 0
			for b.Loop() {
				hits[0] = x.Lookup(&asked[at&(1<<20-1)])
				at++
			}
		})
		x.Close()
	}
}

// BenchmarkOpen opens an index file and closes it.
func BenchmarkOpen(b *testing.B) {
	for _, n := range benchSizes() {
		path, _ := benchFile(b, n)
		b.Run(fmt.Sprintf("%dM", n/1_000_000), func(b *testing.B) {
			for b.Loop() {
				x, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				x.Close()
			}
		})
	}
}

// BenchmarkExternal builds an index file from a text list in a file of its own, in 64 MiB.
func BenchmarkExternal(b *testing.B) {
	for _, n := range benchSizes() {
		list := filepath.Join(b.TempDir(), "list.txt")
		f, err := os.Create(list)
		if err != nil {
			b.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(3, uint64(n)))
		for at := 0; at < n; at += 1 << 20 {
			if _, err := io.Copy(f, newHexReader(randomKeys(min(n-at, 1<<20), rng))); err != nil {
				b.Fatal(err)
			}
		}
		f.Close()
		for _, verb := range []string{"build", "add"} {
			b.Run(fmt.Sprintf("%s/%dM", verb, n/1_000_000), func(b *testing.B) {
				e := External{Memory: 64 << 20}
				out := filepath.Join(b.TempDir(), "lists.idx")
				old, _ := benchFile(b, n)
				more := ListSpec{Path: list}
				for b.Loop() {
					var err error
					if verb == "build" {
						_, err = e.Build(context.Background(), out, more)
					} else {
						e.Load = func(bd *Builder, ctx context.Context, spec ListSpec) (ListInfo, error) {
							return bd.AddReader(ctx, newHexReader(randomKeys(n/100, rng)), spec)
						}
						_, err = e.Add(context.Background(), old, out, more)
					}
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
			})
		}
	}
}

// BenchmarkDomain asks for the hosts of a prospect list, of which few are covered.
func BenchmarkDomain(b *testing.B) {
	for _, n := range []int{0, 5_000, 200_000} {
		hosts := map[string]uint16{}
		for i := range n {
			hosts[fmt.Sprintf("company-%d.example", i)] = 1
		}
		d := newDomainSet(hosts)
		asked := make([][]byte, 1<<14)
		for i := range asked {
			asked[i] = fmt.Appendf(nil, "mail.firm-%d.example", i*7919)
			if i%50 == 0 && n > 0 {
				asked[i] = fmt.Appendf(nil, "company-%d.example", i*7919%n)
			}
		}
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			i := 0
			for b.Loop() {
				d.lookup(asked[i&(1<<14-1)])
				i++
			}
		})
	}
}

// hexLines returns a list of n digests, one a line.
func hexLines(n int) []byte {
	rng := rand.New(rand.NewPCG(9, uint64(n)))
	var out []byte
	for _, k := range randomKeys(n, rng) {
		out = append(hex.AppendEncode(out, k[:]), '\n')
	}
	return out
}

func addressLines(n int) []byte {
	rng := rand.New(rand.NewPCG(9, uint64(n)))
	var out []byte
	for range n {
		out = fmt.Appendf(out, "jane.doe%d@company-%d.example\n", rng.IntN(1e6), rng.IntN(1e5))
	}
	return out
}

// BenchmarkBuild compiles a text list from memory to an index.
func BenchmarkBuild(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
		text func(int) []byte
	}{
		{"sha1/1M", 1_000_000, hexLines},
		{"address/1M", 1_000_000, addressLines},
		{"sha1/10M", 10_000_000, hexLines},
	} {
		b.Run(c.name, func(b *testing.B) {
			if c.n > 1_000_000 && testing.Short() {
				b.Skip("10 M entries")
			}
			text := c.text(c.n)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var bd Builder
				if _, err := bd.AddReader(context.Background(), bytes.NewReader(text), ListSpec{Path: "list"}); err != nil {
					b.Fatal(err)
				}
				if _, err := bd.Build(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.n), "ns/entry")
		})
	}
}

// BenchmarkSort sorts a million keys in blocks as they come from chunks.
func BenchmarkSort(b *testing.B) {
	keys := randomKeys(1_000_000, rand.New(rand.NewPCG(4, 4)))
	var blocks [][]Key
	for i := 0; i < len(keys); i += 25_000 {
		blocks = append(blocks, keys[i:i+25_000])
	}
	for b.Loop() {
		sortKeys(blocks, 2)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/entry")
}
