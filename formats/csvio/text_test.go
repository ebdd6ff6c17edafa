package csvio

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// TestFirstInvalid compares with a look at every rune, for texts that are cut into
// pieces at any place.
func TestFirstInvalid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"a", "plain text", "é", "€", "\U0001F600", "\x80", "\xE2\x82", "\xF0\x90\x80\x80\x80", "\xC0\xAF", "\xFF"}
	for range 5000 {
		var b []byte
		valid := 1 + r.IntN(len(parts)-1)
		for n := r.IntN(2000); len(b) < n; {
			k := r.IntN(len(parts))
			if k >= 5 && r.IntN(100) != 0 {
				k = r.IntN(valid) % 5
			}
			b = append(b, parts[k]...)
		}
		want := -1
		for i := 0; i < len(b); {
			c, n := utf8.DecodeRune(b[i:])
			if c == utf8.RuneError && n == 1 {
				want = i
				break
			}
			i += n
		}
		if got := firstInvalid(b); got != want {
			t.Fatalf("firstInvalid of %d bytes is %d, want %d: %q", len(b), got, want, b)
		}
	}
}
