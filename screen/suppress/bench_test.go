package suppress

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkLookup asks an index for keys of which one in fifty is in it, in batches
// as long as a chunk has rows.
func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		if n > 1_000_000 && testing.Short() {
			continue
		}
		rng := rand.New(rand.NewPCG(1, uint64(n)))
		in := randomKeys(n, rng)
		x := indexOf(in)
		asked := randomKeys(1<<20, rng)
		for i := 0; i < len(asked); i += 50 {
			asked[i] = in[rng.IntN(n)]
		}
		in = nil
		const rows = 6000
		hits := make([]Hit, rows)
		b.Run(fmt.Sprintf("batch/%dM", n/1_000_000), func(b *testing.B) {
			var st Stats
			at := 0
			for b.Loop() {
				if at+rows > len(asked) {
					at = 0
				}
				x.LookupBatch(asked[at:at+rows], hits, &st)
				at += rows
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/key")
			b.ReportMetric(100*float64(st.FalsePositives)/float64(st.Lookups), "%false")
		})
		b.Run(fmt.Sprintf("single/%dM", n/1_000_000), func(b *testing.B) {
			at := 0
			for b.Loop() {
				for i := range rows {
					hits[i] = x.Lookup(&asked[(at+i)&(1<<20-1)])
				}
				at += rows
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/key")
		})
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
