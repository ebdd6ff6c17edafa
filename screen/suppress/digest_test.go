package suppress

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestParseDigest writes digests of every algorithm in every form. Among four thousand
// there is base64 that begins with 0x, as one list in a test did.
func TestParseDigest(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 12))
	prefixes := map[Algorithm][]string{
		SHA1: {"sha1:", "SHA-1: ", "{SHA}", "{sha1}"}, MD5: {"md5:", "{MD5}"},
		SHA256: {"sha256:", "SHA-256:", "{SHA256}"}, SHA512: {"sha512:", "{SHA512}"},
	}
	for i := range 4_000 {
		alg := Algorithm(i) % numAlgorithms
		want := make([]byte, algorithms[alg].size)
		for j := range want {
			want[j] = byte(rng.Uint32())
		}
		h := hex.EncodeToString(want)
		for _, form := range []string{h, strings.ToUpper(h), base64.StdEncoding.EncodeToString(want), base64.URLEncoding.EncodeToString(want)} {
			cells := []string{form, form + ":3"}
			for _, p := range prefixes[alg] {
				cells = append(cells, p+form)
			}
			if len(form) == len(h) {
				cells = append(cells, "0x"+form, `\x`+form, prefixes[alg][0]+"0X"+form)
			}
			for _, cell := range cells {
				var buf [64]byte
				got, digest, _, ok := parseDigest([]byte(cell), &buf)
				if !ok || got != alg || !bytes.Equal(digest, want) {
					t.Fatalf("%s: %v %x %v, want %v %x", cell, got, digest, ok, alg, want)
				}
			}
		}
	}
	for _, cell := range []string{"", "0x", "sha1:", "jane", strings.Repeat("g", 40), strings.Repeat("a", 39), strings.Repeat("a", 41),
		"md5:" + strings.Repeat("a", 40), strings.Repeat("a", 27) + "\n", strings.Repeat("=", 28), strings.Repeat("a", 40) + ":",
		strings.Repeat("a", 40) + ":x", strings.Repeat("a", 26) + "\n="} {
		var buf [64]byte
		if alg, _, _, ok := parseDigest([]byte(cell), &buf); ok {
			t.Errorf("%q is taken for a digest of %v", cell, alg)
		}
	}
}
