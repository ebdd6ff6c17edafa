package parquetio

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// slowHybrid decodes n values bit by bit; ok is false where the bytes end early.
func slowHybrid(b []byte, n, width int) (values []uint32, ok bool) {
	for len(values) < n {
		h, used := binary.Uvarint(b)
		if used <= 0 || h>>1 == 0 {
			return nil, false
		}
		b = b[used:]
		if h&1 == 0 {
			v, bytes := uint32(0), (width+7)/8
			if len(b) < bytes {
				return nil, false
			}
			for i := range bytes {
				v |= uint32(b[i]) << (8 * i)
			}
			if width < 32 && v >= 1<<width {
				return nil, false
			}
			b = b[bytes:]
			for range min(h>>1, uint64(n-len(values))) {
				values = append(values, v)
			}
			continue
		}
		bit := 0
		for range min(h>>1, uint64(n)) * 8 {
			if len(values) == n {
				break
			}
			v := uint32(0)
			for k := range width {
				if bit>>3 >= len(b) {
					return nil, false
				}
				v |= uint32(b[bit>>3]>>(bit&7)&1) << k
				bit++
			}
			values = append(values, v)
		}
		b = b[min(uint64(len(b)), (h>>1)*uint64(width)):]
	}
	return values, true
}

func TestHybridRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for width := 1; width <= 32; width++ {
		for range 30 {
			values := make([]uint32, r.IntN(300))
			for i := range values {
				values[i] = r.Uint32() >> (32 - width)
				if i > 0 && r.IntN(3) > 0 {
					values[i] = values[i-1]
				}
			}
			b := append([]byte{byte(width)}, appendHybrid(nil, values, width)...)
			for skip := range min(40, len(values)) {
				part, err := decodeIndices(nil, b, skip, len(values)-skip, 1<<32)
				if err != nil || !slices.Equal(part, values[skip:]) {
					t.Fatalf("behind %d: %v, %v; want %v", skip, part, err, values[skip:])
				}
			}
			got, err := decodeIndices(nil, b, 0, len(values), 1<<32)
			if err != nil || !slices.Equal(got, values) {
				t.Fatalf("width %d: %v, %v, want %v", width, got, err, values)
			}
			if slow, ok := slowHybrid(b[1:], len(values), width); !ok || !slices.Equal(slow, values) {
				t.Fatalf("width %d: the slow decoder differs", width)
			}
		}
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		n    int
		most uint8
		want []byte
		err  bool
	}{
		{"one run of the fill", []byte{200, 1, 1}, 100, 1, nil, false},
		{"one run longer than asked for", []byte{200, 1, 1}, 3, 1, nil, false},
		{"a run of something else", []byte{6, 0}, 3, 1, []byte{0, 0, 0}, false},
		{"packed", []byte{3, 0b10110010}, 8, 1, []byte{0, 1, 0, 0, 1, 1, 0, 1}, false},
		{"packed, cut to the bytes needed", []byte{9, 0b11}, 5, 1, []byte{1, 1, 0, 0, 0}, false},
		{"two bits", []byte{3, 0b11100100, 0b00011011}, 8, 3, []byte{0, 1, 2, 3, 3, 2, 1, 0}, false},
		{"a level too high", []byte{3, 0b11100100, 0}, 8, 2, nil, true},
		{"a run too high", []byte{6, 3}, 3, 2, nil, true},
		{"empty run", []byte{0, 1}, 3, 1, nil, true},
		{"short", []byte{6}, 3, 1, nil, true},
		{"nothing", nil, 3, 1, nil, true},
		{"a billion values", []byte{0xfe, 0xff, 0xff, 0xff, 0x0f, 0}, 4, 1, []byte{0, 0, 0, 0}, false},
	} {
		got, err := decodeLevels(nil, c.in, c.n, c.most, c.most)
		if (err != nil) != c.err || err == nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestSpread(t *testing.T) {
	for b := range 256 {
		var out [8]byte
		binary.LittleEndian.PutUint64(out[:], spread(byte(b)))
		for i, got := range out {
			if want := byte(b >> i & 1); got != want {
				t.Fatalf("bit %d of %08b: %d", i, b, got)
			}
		}
	}
}

// FuzzRuns compares the decoders with a slow one.
func FuzzRuns(f *testing.F) {
	f.Add([]byte{3, 0b10110010, 6, 1}, uint16(11), byte(1))
	f.Add([]byte{9, 1, 2, 3, 4, 5, 6, 7}, uint16(20), byte(3))
	f.Fuzz(func(t *testing.T, b []byte, n uint16, width byte) {
		width = width%32 + 1
		want, ok := slowHybrid(b, int(n), int(width))
		got, err := decodeIndices(nil, append([]byte{width}, b...), 0, int(n), 1<<32)
		if (err == nil) != ok || ok && !slices.Equal(got, want) {
			t.Fatalf("width %d: %v, %v; slowly %v, %v", width, got, err, want, ok)
		}
		skip := int(n) / 3
		if part, err := decodeIndices(nil, append([]byte{width}, b...), skip, int(n)-skip, 1<<32); ok && n > 0 &&
			(err != nil || !slices.Equal(part, want[skip:])) {
			t.Fatalf("width %d behind %d: %v, %v; all of them %v", width, skip, part, err, want)
		}
		if width > 8 {
			return
		}
		most := uint8(1)<<width - 1
		levels, err := decodeLevels(nil, b, int(n), most, most)
		if levels == nil && err == nil {
			levels = appendSame(nil, most, int(n))
		}
		if (err == nil) != ok {
			t.Fatalf("levels of width %d: %v; slowly %v", width, err, ok)
		}
		for i := range levels {
			if ok && uint32(levels[i]) != want[i] {
				t.Fatalf("levels of width %d: %v, slowly %v", width, levels, want)
			}
		}
	})
}
