package suppress

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// An Algorithm is a hash that lists of digests are made with.
type Algorithm uint8

// The algorithms. Numbers are part of the index file.
const (
	SHA1 Algorithm = iota
	MD5
	SHA256
	SHA512
	numAlgorithms
)

var algorithms = [numAlgorithms]struct {
	name    string
	prefix  string // of what a key is made from
	size    int    // in bytes
	nothing string // the digest of no bytes at all, in hex
}{
	SHA1:   {"SHA-1", "", 20, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
	MD5:    {"MD5", "md5:", 16, "d41d8cd98f00b204e9800998ecf8427e"},
	SHA256: {"SHA-256", "sha256:", 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	SHA512: {"SHA-512", "sha512:", 64, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
		"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
}

// String returns the algorithm's usual name.
func (a Algorithm) String() string {
	if a < numAlgorithms {
		return algorithms[a].name
	}
	return "unknown"
}

// Size returns the length of a digest in bytes.
func (a Algorithm) Size() int { return algorithms[a].size }

// ParseAlgorithm returns the algorithm of that name; letter case, hyphens and
// underscores do not matter.
func ParseAlgorithm(name string) (Algorithm, bool) {
	bare := strings.NewReplacer("-", "", "_", "")
	want := bare.Replace(strings.TrimSpace(name))
	for a := range numAlgorithms {
		if strings.EqualFold(bare.Replace(algorithms[a].name), want) {
			return a, true
		}
	}
	return 0, false
}

// AddressKey returns the key under which a digest made with a from the canonical
// address stands in an index: for SHA-1 the digest itself, so that an address in full
// has the same key. It does not allocate.
func (a Algorithm) AddressKey(canon []byte) Key {
	if a == SHA1 {
		return sha1.Sum(canon)
	}
	var buf [maxKeyed]byte
	return sha1.Sum(a.AppendAddress(buf[:0], canon))
}

// AppendAddress appends the text whose SHA-1 is AddressKey(canon), for those who hash
// many texts at once.
func (a Algorithm) AppendAddress(dst, canon []byte) []byte {
	switch a {
	case MD5:
		sum := md5.Sum(canon)
		return a.appendDigest(dst, sum[:])
	case SHA256:
		sum := sha256.Sum256(canon)
		return a.appendDigest(dst, sum[:])
	case SHA512:
		sum := sha512.Sum512(canon)
		return a.appendDigest(dst, sum[:])
	}
	return append(dst, canon...)
}

// DigestKey returns the key of a digest made with a: a SHA-1 digest is a key, and of
// one of another algorithm the key is the SHA-1 of the algorithm's name ("md5:",
// "sha256:", "sha512:") and the digest's bytes, so that an index has one kind of key.
// The digest must have a's size. It does not allocate.
func DigestKey(a Algorithm, digest []byte) Key {
	if a == SHA1 {
		return Key(digest)
	}
	var buf [maxKeyed]byte
	return sha1.Sum(a.appendDigest(buf[:0], digest))
}

// maxKeyed is the longest that a digest gets with its algorithm's name.
const maxKeyed = len("sha512:") + sha512.Size

func (a Algorithm) appendDigest(dst, digest []byte) []byte {
	return append(append(dst, algorithms[a].prefix...), digest...)
}

// An AlgorithmSet is a set of algorithms: bit i is set for algorithm i.
type AlgorithmSet uint8

// With returns the set with a added.
func (s AlgorithmSet) With(a Algorithm) AlgorithmSet { return s | 1<<a }

// Has reports whether a is in the set.
func (s AlgorithmSet) Has(a Algorithm) bool { return s>>a&1 != 0 }

// List returns the algorithms of the set in their order.
func (s AlgorithmSet) List() (all []Algorithm) {
	for a := range numAlgorithms {
		if s.Has(a) {
			all = append(all, a)
		}
	}
	return all
}

// String returns the algorithms' names, divided by commas.
func (s AlgorithmSet) String() string {
	var names []string
	for _, a := range s.List() {
		names = append(names, a.String())
	}
	return strings.Join(names, ", ")
}

// algorithmsOf returns the algorithms with which rows must be hashed to be found in
// lists: SHA-1, which is also the key of what is given in full, and those of their
// digests.
func algorithmsOf(lists []ListInfo) AlgorithmSet {
	set := AlgorithmSet(0).With(SHA1)
	for i := range lists {
		set |= lists[i].Algorithms
	}
	return set
}

// parseDigest reads a digest as tools write them: hex in any case or padded base64,
// after any of the usual prefixes, with or without a count behind a colon. It returns
// the digest's bytes in buf. named reports that a prefix announced a digest, so that
// what is no digest then can be nothing else.
func parseDigest(cell []byte, buf *[64]byte) (alg Algorithm, digest []byte, named, ok bool) {
	s := cutCount(cell)
	want := numAlgorithms
	for {
		// A prefix is cut only from what is no digest yet: base64 may begin with 0x.
		if n, ok := decodeDigest(s, buf); ok {
			for a := range numAlgorithms {
				if algorithms[a].size == n && (want == numAlgorithms || want == a) {
					return a, buf[:n], named, true
				}
			}
			return 0, nil, true, false
		}
		rest, a := cutDigestPrefix(s)
		if len(rest) == len(s) {
			return 0, nil, named, false
		}
		s, named = rest, true
		if a != numAlgorithms {
			want = a
		}
	}
}

// cutCount cuts the count off HASH:count, as breach and frequency lists have it.
func cutCount(s []byte) []byte {
	i := len(s)
	for i > 0 && s[i-1]-'0' <= 9 {
		i--
	}
	if i > 24 && i < len(s) && s[i-1] == ':' {
		return s[:i-1]
	}
	return s
}

// decodeDigest decodes s if its form is that of a digest of a known size.
func decodeDigest(s []byte, buf *[64]byte) (n int, ok bool) {
	switch len(s) {
	case 32, 40, 64, 128:
		n, err := hex.Decode(buf[:], s)
		return n, err == nil
	case 24, 28, 44, 88: // base64 of 16, 20, 32, 64 bytes
		var tmp [66]byte
		enc := base64.StdEncoding
		for _, c := range s {
			if c == '-' || c == '_' {
				enc = base64.URLEncoding
			}
			if c == '\r' || c == '\n' { // which the decoder skips
				return 0, false
			}
		}
		n, err := enc.Decode(tmp[:], s)
		if err != nil || base64.StdEncoding.EncodedLen(n) != len(s) || s[len(s)-1] != '=' {
			return 0, false
		}
		return copy(buf[:], tmp[:n]), true
	}
	return 0, false
}

var digestPrefixes = []struct {
	text string // lower case
	alg  Algorithm
}{
	{"0x", numAlgorithms}, {`\x`, numAlgorithms},
	{"sha1:", SHA1}, {"sha-1:", SHA1}, {"{sha}", SHA1}, {"{sha1}", SHA1}, {"sha1-", SHA1},
	{"md5:", MD5}, {"{md5}", MD5}, {"md5-", MD5},
	{"sha256:", SHA256}, {"sha-256:", SHA256}, {"{sha256}", SHA256}, {"sha256-", SHA256},
	{"sha512:", SHA512}, {"sha-512:", SHA512}, {"{sha512}", SHA512}, {"sha512-", SHA512},
}

// cutDigestPrefix removes one prefix such as "sha1:" or "{SHA}" and returns the
// algorithm it names, or numAlgorithms.
func cutDigestPrefix(s []byte) ([]byte, Algorithm) {
	for _, p := range digestPrefixes {
		if hasPrefixFold(s, p.text) {
			s = s[len(p.text):]
			for len(s) > 0 && s[0] == ' ' {
				s = s[1:]
			}
			return s, p.alg
		}
	}
	return s, numAlgorithms
}

// hasPrefixFold reports whether s starts with prefix, which is lower case, but for
// the case of ASCII letters.
func hasPrefixFold(s []byte, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// decodeKey decodes forty hex digits.
func decodeKey(k *Key, s []byte) bool {
	if len(s) != 2*len(k) {
		return false
	}
	_, err := hex.Decode(k[:], s)
	return err == nil
}

// nothing returns the digest of no bytes, which blank cells leave in hashed lists.
func (a Algorithm) nothing() (digest [64]byte) {
	hex.Decode(digest[:], []byte(algorithms[a].nothing))
	return digest
}

// isNothing reports whether the digest is that of no bytes.
func (a Algorithm) isNothing(digest []byte) bool {
	return string(digest) == string(nothings[a][:len(digest)])
}

var nothings = func() (t [numAlgorithms][64]byte) {
	for a := range numAlgorithms {
		t[a] = a.nothing()
	}
	return t
}()
