package csvio

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// slowInvalid returns the place of the first byte that is not UTF-8, or -1.
func slowInvalid(b []byte) int {
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// checkInvalid wants every place in data that is not UTF-8 to be found one by one.
func checkInvalid(t *testing.T, data []byte) {
	t.Helper()
	if got, want := firstInvalid(data), slowInvalid(data); got != want {
		t.Fatalf("firstInvalid of %d bytes is %d, want %d: %q", len(data), got, want, data)
	}
	kernels(func() {
		var s scan
		s.reset()
		s.find(data, 0, len(data), 0x7F, 0x7E)
		text := notText{data: data, highs: s.highs}
		for lo := 0; lo <= len(data); {
			got, want := text.nextInvalid(lo), orEnd(lo, slowInvalid(data[lo:]), math.MaxInt)
			if got != want {
				t.Fatalf("vector %v, %d bytes, from %d: %d, want %d: %q", vector, len(data), lo, got, want, data)
			}
			if got == math.MaxInt {
				break
			}
			// The next record.
			lo = orEnd(got, bytes.IndexByte(data[got:], '\n'), len(data)) + 1
		}
	})
}

// TestInvalid compares with a look at every rune, for texts that are cut into
// pieces at any place.
func TestInvalid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"a", "plain text", "é", "€", "\U0001F600", "\x80", "\xE2\x82", "\xF0\x90\x80\x80\x80", "\xC0\xAF", "\xFF", "\n"}
	for range 1500 {
		var b []byte
		valid := 1 + r.IntN(len(parts)-1)
		for n := r.IntN(2000); len(b) < n; {
			k := r.IntN(len(parts))
			if k >= 5 && r.IntN(100) != 0 {
				k = r.IntN(valid) % 5
			}
			b = append(b, parts[k]...)
		}
		checkInvalid(t, b)
	}
}

// FuzzInvalid compares with a look at every rune, wherever the text stands.
func FuzzInvalid(f *testing.F) {
	f.Add([]byte("é\n\xE2\x82\n\U0001F600"), uint16(61))
	f.Add([]byte("\xED\xA0\x80\xF4\x90\x80\x80"), uint16(127))
	f.Fuzz(func(t *testing.T, text []byte, before uint16) {
		data := append(bytes.Repeat([]byte{'a'}, int(before)%512), text...)
		checkInvalid(t, data)
		checkInvalid(t, append(append(data, bytes.Repeat([]byte{'b'}, 200-int(before)%200)...), text...))
	})
}
