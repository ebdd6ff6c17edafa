package merkle

import "crypto/sha256"

// A Hash is of a leaf or a node.
type Hash [sha256.Size]byte

// node returns the hash above two.
func node(left, right *Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// A Subtree is the root of 1<<Level leaves, the first of which has a number that is a
// multiple of that.
type Subtree struct {
	Level uint8
	Hash  Hash
}

// Reduce appends to to the fewest subtrees that make up the leaves, the first of which
// has the number start, from 0. It uses the room of leaves for its work. There are at most
// two subtrees a level.
func Reduce(start int64, leaves []Hash, to []Subtree) []Subtree {
	var right [64]Subtree // those that end the stretch, lowest first
	n := 0
	for level, row := uint8(0), start; len(leaves) > 0; level, row = level+1, row/2 {
		if row%2 == 1 { // its sibling came before the stretch
			to = append(to, Subtree{level, leaves[0]})
			leaves, row = leaves[1:], row+1
		}
		if k := len(leaves) - 1; k%2 == 0 { // its sibling comes after
			right[n] = Subtree{level, leaves[k]}
			leaves, n = leaves[:k], n+1
		}
		for i := 0; i < len(leaves); i += 2 {
			leaves[i/2] = node(&leaves[i], &leaves[i+1])
		}
		leaves = leaves[:len(leaves)/2]
	}
	for ; n > 0; n-- {
		to = append(to, right[n-1])
	}
	return to
}

// A Tree is the leaves so far, in memory that grows with the logarithm of their number.
// The zero value is empty. Not for concurrent use.
type Tree struct {
	n     int64
	roots []Subtree // of n's binary digits, highest first

	watched int64 // a leaf, counted from 1
	path    []Hash
}

// Watch makes the tree collect the path of leaf row, counted from 0. It is called before
// the first Add, and all Adds up to and with that leaf must be of single leaves.
func (t *Tree) Watch(row int64) { t.watched = row + 1 }

// Add appends a subtree: the next leaf, or what Reduce made of the next ones.
func (t *Tree) Add(s Subtree) {
	start := t.n
	t.n += 1 << s.Level
	for start>>s.Level&1 == 1 {
		last := len(t.roots) - 1
		s.Hash = t.join(start-1<<s.Level, start, t.n, &t.roots[last].Hash, &s.Hash)
		t.roots = t.roots[:last]
		start -= 1 << s.Level
		s.Level++
	}
	t.roots = append(t.roots, s)
}

// join returns the hash above two subtrees, of leaves lo to mid and mid to hi, and notes
// the one that the watched leaf is not in.
func (t *Tree) join(lo, mid, hi int64, left, right *Hash) Hash {
	if at := t.watched - 1; lo <= at && at < mid {
		t.path = append(t.path, *right)
	} else if mid <= at && at < hi {
		t.path = append(t.path, *left)
	}
	return node(left, right)
}

// Len returns the number of leaves.
func (t *Tree) Len() int64 { return t.n }

// Root ends the tree, and returns its root and the path of the leaf that was watched, if
// any: the hashes beside it, from the leaf up.
func (t *Tree) Root() (Hash, []Hash) {
	if t.n == 0 {
		return sha256.Sum256(nil), nil
	}
	last := len(t.roots) - 1
	root, start := t.roots[last].Hash, t.n-1<<t.roots[last].Level
	for last--; last >= 0; last-- {
		lo := start - 1<<t.roots[last].Level
		root = t.join(lo, start, t.n, &t.roots[last].Hash, &root)
		start = lo
	}
	return root, t.path
}

// RootFrom returns the root of a tree of n leaves that path leads to from leaf row,
// counted from 0. It reports false for a path that no leaf of that number has.
func RootFrom(leaf Hash, row, n int64, path []Hash) (root Hash, ok bool) {
	if row < 0 || row >= n {
		return root, false
	}
	last := n - 1
	for i := range path {
		if last == 0 {
			return root, false // longer than the tree is high
		}
		if row%2 == 1 || row == last {
			leaf = node(&path[i], &leaf)
			for row%2 == 0 && row > 0 {
				row, last = row/2, last/2
			}
		} else {
			leaf = node(&leaf, &path[i])
		}
		row, last = row/2, last/2
	}
	return leaf, last == 0
}
