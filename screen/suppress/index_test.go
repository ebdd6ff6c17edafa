package suppress

import (
	"crypto/sha1"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bits-and-blooms/bloom/v3"
)

// adversarial returns keys that no hash would give beside n that one would.
func adversarial(n int, seed uint64) []Key {
	rng := rand.New(rand.NewPCG(seed, 1))
	keys := randomKeys(n, rng)
	var zero, full Key
	for i := range full {
		full[i] = 0xff
	}
	keys = append(keys, zero, full)
	// One bucket, one filter block and one bit pattern that hold thousands.
	for i := range 3000 {
		k := zero
		binary.BigEndian.PutUint32(k[16:], rng.Uint32())
		keys = append(keys, k)
		k = full
		binary.BigEndian.PutUint32(k[16:], rng.Uint32())
		keys = append(keys, k)
		k = keys[0] // shares eight, sixteen, nineteen bytes with a random one
		copy(k[[]int{8, 16, 19}[i%3]:], randomKeys(1, rng)[0][:])
		keys = append(keys, k)
		k = zero
		k[i%20] = byte(i) // neighbours of zero
		keys = append(keys, k)
	}
	return keys
}

func randomKeys(n int, rng *rand.Rand) []Key {
	keys := make([]Key, n)
	for i := range keys {
		for j := 0; j < len(Key{}); j += 4 {
			binary.LittleEndian.PutUint32(keys[i][j:], rng.Uint32())
		}
	}
	return keys
}

// indexOf returns an index of one list with the keys, made without a file.
func indexOf(keys []Key) *Index {
	sorted, _ := sortKeys([][]Key{slices.Clone(keys)}, 2)
	r := run{keys: sorted, set: 1}
	x := newIndex(r)
	x.setEnds, x.setMembers = []uint32{0, 1}, []ListID{1}
	return x
}

// newDomainSet returns the set of the hosts given, all of them on lists 1 to 9 by their
// number.
func newDomainSet(hosts map[string]uint16) domainSet {
	var sets setTable
	for id := range ListID(9) {
		sets.single(id + 1)
	}
	var d domainSet
	for host, set := range hosts {
		d.insert([]byte(host), set, &sets)
	}
	d, _ = d.sorted(&sets)
	copy(d.sets, d.own)
	return d
}

// TestLookupAgreesWithMap asks for every key of the index and for as many that are
// not in it, among them ones that differ from a key in a single bit.
func TestLookupAgreesWithMap(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 100, 200_000} {
		in := adversarial(n, uint64(n))
		if n < 5 {
			in = in[:n]
		}
		want := map[Key]bool{}
		for _, k := range in {
			want[k] = true
		}
		x := indexOf(in)
		if keys, _ := x.Len(); keys != len(want) {
			t.Fatalf("n=%d: index has %d keys, want %d", n, keys, len(want))
		}
		asked := append(slices.Clone(in), adversarial(n/2+10, uint64(n)+99)...)
		for i, k := range in {
			k[i%20] ^= 1 << (i % 8)
			asked = append(asked, k)
		}
		hits := make([]Hit, len(asked))
		var st Stats
		x.LookupBatch(asked, hits, &st)
		var found int64
		for i, k := range asked {
			if got := hits[i] != 0; got != want[k] {
				t.Fatalf("n=%d: LookupBatch of key %x: %v, want %v", n, k, got, want[k])
			}
			if i%8 != 0 {
				continue
			}
			if one := x.Lookup(&k); one != hits[i] {
				t.Fatalf("n=%d: Lookup of key %x: %d, LookupBatch: %d", n, k, one, hits[i])
			}
		}
		for _, h := range hits {
			if h != 0 {
				found++
			}
		}
		if st.Lookups != int64(len(asked)) || st.FilterHits-st.FalsePositives != found {
			t.Errorf("n=%d: stats %+v, want %d look-ups and %d found", n, st, len(asked), found)
		}
	}
}

// TestFilterIsTheLibrarys rebuilds a filter of the library from the words alone and
// wants the same answers from it, and sets the same bits through the library.
func TestFilterIsTheLibrarys(t *testing.T) {
	in := adversarial(20_000, 7)
	x := indexOf(in)
	m := uint(len(x.words)) * 64
	theirs := bloom.FromWithM(x.words, m, filterK)
	made := bloom.New(m, filterK)
	for i := range in {
		for _, loc := range Locations(&in[i], m) {
			if loc >= uint64(m) {
				t.Fatalf("location %d of a filter of %d bits", loc, m)
			}
			made.BitSet().Set(uint(loc))
		}
	}
	if !slices.Equal(made.BitSet().Words(), x.words) {
		t.Error("setting the locations in a filter of the library gives other words")
	}
	for _, k := range append(in, randomKeys(50_000, rand.New(rand.NewPCG(3, 3)))...) {
		locs := Locations(&k, m)
		var st Stats
		var hits [1]Hit
		x.LookupBatch([]Key{k}, hits[:], &st)
		if theirs.TestLocations(locs[:]) != (st.FilterHits == 1) {
			t.Fatalf("key %x: the library says %v", k, theirs.TestLocations(locs[:]))
		}
	}
}

// TestFilterRate holds the filter to its promise.
func TestFilterRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := indexOf(randomKeys(200_000, rng))
	keys := randomKeys(1<<18, rng)
	hits := make([]Hit, len(keys))
	var st Stats
	x.LookupBatch(keys, hits, &st)
	rate := float64(st.FalsePositives) / float64(st.Lookups)
	t.Logf("%.4f of foreign keys pass the filter", rate)
	if rate > 0.01 {
		t.Errorf("%.4f of foreign keys pass the filter, want at most 0.01", rate)
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	in := randomKeys(10_000, rand.New(rand.NewPCG(5, 5)))
	x := indexOf(in)
	x.domains = newDomainSet(map[string]uint16{"widgets.example": 1})
	hits := make([]Hit, len(in))
	var st Stats
	host, phone := []byte("mail.eu.widgets.example"), []byte("+4930123456")
	if n := testing.AllocsPerRun(10, func() {
		x.LookupBatch(in, hits, &st)
		x.Lookup(&in[3])
		x.Domain(host)
		x.Members(hits[0])
		k := PhoneKey(phone)
		x.Lookup(&k)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name string
		got  Key
		of   string
	}{
		{"address", AddressKey([]byte("jane@widgets.example")), "jane@widgets.example"},
		{"phone", PhoneKey([]byte("+4930123456")), "tel:+4930123456"},
		{"profile", ProfileKey([]byte("linkedin.com/in/jane")), "url:linkedin.com/in/jane"},
	} {
		if want := Key(sha1.Sum([]byte(c.of))); c.got != want {
			t.Errorf("%s: %x, want %x", c.name, c.got, want)
		}
	}
}

func TestZeroIndex(t *testing.T) {
	var x Index
	var k Key
	var st Stats
	hits := []Hit{7}
	x.LookupBatch([]Key{k}, hits, &st)
	if hits[0] != 0 || x.Lookup(&k) != 0 || x.Domain([]byte("a.example")) != 0 || !x.Empty() || x.Members(1) != nil ||
		x.Algorithms() != nil || x.Holds(Phone) {
		t.Error("the zero index finds something")
	}
}

func TestDomainCoversSubdomains(t *testing.T) {
	x := Index{domains: newDomainSet(map[string]uint16{"widgets.example": 1, "eu.widgets.example": 2, "co.test": 3})}
	for host, want := range map[string]Hit{
		"widgets.example":            1,
		"mail.widgets.example":       1,
		"eu.widgets.example":         2,
		"a.b.c.eu.widgets.example":   2,
		"xwidgets.example":           0,
		"widgets.example.test":       0,
		"example":                    0,
		"co.test":                    3,
		"":                           0,
		".":                          0,
		"..widgets.example":          1,
		"widgets.example.":           0,
		"gadgets.example":            0,
		"test":                       0,
		"deep.under.co.test":         3,
		"eu.widgets.example.co.uk":   0,
		"x-eu.widgets.example":       1,
		"eu.widgets.example\x00":     0,
		"WIDGETS.EXAMPLE":            0, // hosts come in canonical form
		"a.very.long.host.with.dots": 0,
	} {
		if got := x.Domain([]byte(host)); got != want {
			t.Errorf("Domain(%q) = %d, want %d", host, got, want)
		}
	}
}

// TestDomainSetAgreesWithMap compares with a map on many hosts.
func TestDomainSetAgreesWithMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	name := func() string {
		b := []byte{}
		for range 1 + rng.IntN(3) {
			for range 1 + rng.IntN(2) {
				b = append(b, byte('a'+rng.IntN(6)))
			}
			b = append(b, '.')
		}
		return string(append(b, "test"...))
	}
	hosts := map[string]uint16{}
	for range 3000 {
		hosts[name()] = uint16(1 + rng.IntN(9))
	}
	d := newDomainSet(hosts)
	for range 20_000 {
		h := name()
		want := uint16(0)
		for p := h; ; {
			if s, ok := hosts[p]; ok {
				want = s
				break
			}
			i := slices.Index([]byte(p), '.')
			if i < 0 {
				break
			}
			p = p[i+1:]
		}
		if got := d.lookup([]byte(h)); got != Hit(want) {
			t.Fatalf("lookup(%q) = %d, want %d", h, got, want)
		}
	}
}

// TestSortKeys compares with the standard sort, for any way of cutting into blocks.
func TestSortKeys(t *testing.T) {
	for _, n := range []int{0, 1, 13, 1000, 50_000} {
		in := adversarial(n, uint64(n)+5)
		in = append(in, in[:len(in)/3]...)
		want := slices.Clone(in)
		slices.SortFunc(want, func(a, b Key) int { return compare(&a, &b) })
		want = slices.Compact(want)
		for _, size := range []int{1 << 20, 777} {
			var blocks [][]Key
			for b := range slices.Chunk(slices.Clone(in), size) {
				blocks = append(blocks, b)
			}
			for _, workers := range []int{1, 7} {
				got, repeats := sortKeys(blocks, workers)
				if !slices.Equal(got, want) || repeats != len(in)-len(want) {
					t.Fatalf("n=%d blocks of %d, %d workers: not the sorted keys, or %d repeats, want %d", n, size, workers,
						repeats, len(in)-len(want))
				}
			}
		}
	}
}
