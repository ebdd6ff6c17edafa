package suppress

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sync"
)

// errManySets is returned when the lists overlap in more ways than a Hit can number.
var errManySets = errors.New("the lists overlap in more than 65,535 ways; join lists of the same class")

// A setTable numbers the combinations of lists that hold an entry, from 1. Most
// entries are on one list, so an index has few combinations, whatever its size. It may
// be used concurrently.
type setTable struct {
	mu      sync.Mutex
	members [][]ListID // of set i+1, ascending
	numbers map[string]uint16
	unions  map[[2]uint16]uint16
}

// single returns the set of one list.
func (t *setTable) single(id ListID) (uint16, error) { return t.of([]ListID{id}) }

// of returns the set of the lists given, ascending and without repeats. It keeps a
// copy.
func (t *setTable) of(members []ListID) (uint16, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.intern(members)
}

// union returns the set of the lists that are in a or b.
func (t *setTable) union(a, b uint16) (uint16, error) {
	if a == b {
		return a, nil
	}
	if a > b {
		a, b = b, a
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if u, ok := t.unions[[2]uint16{a, b}]; ok {
		return u, nil
	}
	m := slices.Concat(t.members[a-1], t.members[b-1])
	slices.Sort(m)
	u, err := t.intern(slices.Compact(m))
	if err == nil {
		if t.unions == nil {
			t.unions = map[[2]uint16]uint16{}
		}
		t.unions[[2]uint16{a, b}] = u
	}
	return u, err
}

// lists returns the lists of a set, ascending. They must not be changed.
func (t *setTable) lists(set uint16) []ListID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.members[set-1]
}

// has reports whether the set holds the list.
func (t *setTable) has(set uint16, id ListID) bool {
	_, ok := slices.BinarySearch(t.lists(set), id)
	return ok
}

func (t *setTable) intern(members []ListID) (uint16, error) {
	name := make([]byte, 0, 64)
	for _, m := range members {
		name = append(name, byte(m>>8), byte(m))
	}
	if n, ok := t.numbers[string(name)]; ok {
		return n, nil
	}
	if len(t.members) == math.MaxUint16 {
		return 0, errManySets
	}
	t.members = append(t.members, slices.Clone(members))
	if t.numbers == nil {
		t.numbers = map[string]uint16{}
	}
	n := uint16(len(t.members))
	t.numbers[string(name)] = n
	return n, nil
}

// A numbering is the sets that an index really uses, in an order that depends on their
// members alone: shorter sets first, and those of the same length by their lists. So
// the same entries give the same index, however they were brought together.
type numbering struct {
	number  []uint16 // of a set of the table: its number here
	ends    []uint32 // the members of set i are members[ends[i-1]:ends[i]], and ends[0] is 0
	members []ListID
}

// number numbers the sets that are in use.
func (t *setTable) number(used *usedSets) numbering {
	t.mu.Lock()
	defer t.mu.Unlock()
	var order []uint16
	for i := range t.members {
		if used[i+1] {
			order = append(order, uint16(i+1))
		}
	}
	slices.SortFunc(order, func(a, b uint16) int {
		x, y := t.members[a-1], t.members[b-1]
		return cmp.Or(len(x)-len(y), slices.Compare(x, y))
	})
	n := numbering{number: make([]uint16, len(t.members)+1), ends: make([]uint32, 1, len(order)+1)}
	for i, set := range order {
		n.number[set] = uint16(i + 1)
		n.members = append(n.members, t.members[set-1]...)
		n.ends = append(n.ends, uint32(len(n.members)))
	}
	return n
}

// apply gives the sets their numbers.
func (n *numbering) apply(sets []uint16) {
	for i, s := range sets {
		sets[i] = n.number[s]
	}
}

// usedSets marks the sets that occur.
type usedSets [math.MaxUint16 + 1]bool

func (u *usedSets) mark(sets []uint16) {
	for _, s := range sets {
		u[s] = true
	}
}
