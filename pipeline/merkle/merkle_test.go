package merkle

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// plainRoot is the definition of RFC 9162, section 2.1.1.
func plainRoot(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	l, r := plainRoot(leaves[:k]), plainRoot(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

// plainPath is that of section 2.1.3.1.
func plainPath(m int, leaves []Hash) []Hash {
	if len(leaves) <= 1 {
		return nil
	}
	if k := split(len(leaves)); m < k {
		return append(plainPath(m, leaves[:k]), plainRoot(leaves[k:]))
	} else {
		return append(plainPath(m-k, leaves[k:]), plainRoot(leaves[:k]))
	}
}

// split returns the largest power of two below n.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

func someLeaves(n int) []Hash {
	leaves := make([]Hash, n)
	for i := range leaves {
		leaves[i] = sha256.Sum256(fmt.Appendf(nil, "leaf %d", i))
	}
	return leaves
}

// TestTree compares roots and paths with the recursive definition, for leaves that come
// one by one and in stretches of any length.
func TestTree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		leaves := someLeaves(n)
		want := plainRoot(leaves)
		for range 5 {
			var tree Tree
			for lo := 0; lo < n; {
				hi := min(n, lo+1+r.IntN(20))
				for _, s := range Reduce(int64(lo), slices.Clone(leaves[lo:hi]), nil) {
					tree.Add(s)
				}
				lo = hi
			}
			if got, path := tree.Root(); got != want || path != nil || tree.Len() != int64(n) {
				t.Fatalf("root of %d leaves: %x, want %x", n, got, want)
			}
		}
		for m := range leaves {
			var tree Tree
			tree.Watch(int64(m))
			for _, leaf := range leaves {
				tree.Add(Subtree{0, leaf})
			}
			root, path := tree.Root()
			if root != want || !slices.Equal(path, plainPath(m, leaves)) {
				t.Fatalf("path of leaf %d of %d: %x", m, n, path)
			}
			if got, ok := RootFrom(leaves[m], int64(m), int64(n), path); !ok || got != want {
				t.Fatalf("leaf %d of %d is not proven", m, n)
			}
		}
	}
}

// TestRootFromRefuses: another row, another number of rows, another leaf and another path
// lead elsewhere or nowhere.
func TestRootFromRefuses(t *testing.T) {
	leaves := someLeaves(37)
	root := plainRoot(leaves)
	proves := func(leaf Hash, m, n int64, path []Hash) bool {
		got, ok := RootFrom(leaf, m, n, path)
		return ok && got == root
	}
	for m := range int64(37) {
		path := plainPath(int(m), leaves)
		for other := int64(-1); other < 40; other++ {
			if other != m && proves(leaves[m], other, 37, path) {
				t.Errorf("leaf %d passes for leaf %d", m, other)
			}
		}
		if proves(leaves[(m+1)%37], m, 37, path) || proves(leaves[m], m, 37, path[1:]) || proves(leaves[m], m, 37, append(slices.Clone(path), root)) || proves(leaves[m], m, 16, path) {
			t.Errorf("leaf %d: a wrong proof passes", m)
		}
		for i := range path {
			bad := slices.Clone(path)
			bad[i][m%32] ^= 1
			if proves(leaves[m], m, 37, bad) {
				t.Errorf("leaf %d: a path with another hash passes", m)
			}
		}
	}
}

// TestLeaf pins bytes that manifests rest on.
func TestLeaf(t *testing.T) {
	salts := NewSalts(bytes.Repeat([]byte{7}, SecretSize), bytes.Repeat([]byte{9}, NonceSize))
	salt := salts.Append(nil, 2, 1)
	var l Leaf
	for range 2 { // the second time with what the first left
		l.Reset(salt)
		for _, cell := range []string{"1", "2", "reject", "freemail", "", ""} {
			l.Cell([]byte(cell))
		}
	}
	want := sha256.Sum256(slices.Concat([]byte{0}, salt, []byte("1\t2\treject\tfreemail\t\t")))
	if got := l.Hash(); got != want {
		t.Errorf("leaf %x, want %x", got, want)
	}
	for name, c := range map[string]struct{ got, want string }{
		"leaf": {hex.EncodeToString(want[:]), "44f7b0a826aed670106228a2d3e46772486b9546b90c95e54cbde158ebb1252e"}, "salt": {hex.EncodeToString(salt), "3b8ba47c4fb1949887f9696a31a71d5c"},
		"nonce": {hex.EncodeToString(Nonce(bytes.Repeat([]byte{7}, SecretSize), []byte("run"))), "cd6f1541c8d3964d636c18ca55f154d8"},
		"key":   {hex.EncodeToString(KeyID(bytes.Repeat([]byte{7}, SecretSize))), "60698d719159c333"},
	} {
		if c.got != c.want {
			t.Errorf("%s %s, want %s", name, c.got, c.want)
		}
	}
}

// TestSalts: a row's salt is AES of its number, wherever its stretch began.
func TestSalts(t *testing.T) {
	secret, nonce := bytes.Repeat([]byte{1}, SecretSize), bytes.Repeat([]byte{2}, NonceSize)
	salts := NewSalts(secret, nonce)
	block, err := aes.NewCipher(derive(secret, "sluice ledger salts\x00", nonce))
	if err != nil {
		t.Fatal(err)
	}
	all := salts.Append([]byte("x"), 250, 20)[1:]
	for i := range 20 {
		var number, want [16]byte
		binary.BigEndian.PutUint64(number[8:], uint64(250+i))
		block.Encrypt(want[:], number[:])
		if got := all[16*i:][:16]; !bytes.Equal(got, want[:]) || !bytes.Equal(got, salts.Append(nil, int64(250+i), 1)) {
			t.Errorf("salt of row %d: %x, want %x", 250+i, got, want)
		}
	}
	if bytes.Equal(NewSalts(secret, make([]byte, NonceSize)).Append(nil, 1, 1), salts.Append(nil, 1, 1)) {
		t.Error("two ledgers with one secret share a salt")
	}
}

// BenchmarkLeaves is what a row of a ledger costs: its salt, its leaf and its nodes.
func BenchmarkLeaves(b *testing.B) {
	const rows = 10_000
	salts := NewSalts(make([]byte, SecretSize), make([]byte, NonceSize))
	leaves, roots, salt := make([]Hash, rows), []Subtree(nil), []byte(nil)
	cells := [][]byte{[]byte("1"), []byte("123456"), []byte("keep"), nil, nil, nil, nil, nil, nil}
	var l Leaf
	for b.Loop() {
		salt = salts.Append(salt[:0], 1, rows)
		for i := range leaves {
			l.Reset(salt[i*SaltSize:][:SaltSize])
			for _, c := range cells {
				l.Cell(c)
			}
			leaves[i] = l.Hash()
		}
		roots = Reduce(0, leaves, roots[:0])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
