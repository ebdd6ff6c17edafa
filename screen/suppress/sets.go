package suppress

import (
	"errors"
	"math"
	"slices"
)

// errManySets is returned when lists overlap in more ways than a Hit can number.
var errManySets = errors.New("the lists overlap in more than 65,535 ways; join lists of the same class")

// A setTable numbers the combinations of lists that hold an entry, from 1. Most
// entries are on one list, so an index has few combinations, whatever its size.
type setTable struct {
	members [][]ListID // of set i+1, ascending
	numbers map[string]uint16
	unions  map[[2]uint16]uint16
}

// single returns the set of one list.
func (t *setTable) single(id ListID) (uint16, error) { return t.intern([]ListID{id}) }

// union returns the set of the lists that are in a or b.
func (t *setTable) union(a, b uint16) (uint16, error) {
	if a == b {
		return a, nil
	}
	if a > b {
		a, b = b, a
	}
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

// has reports whether the set holds the list.
func (t *setTable) has(set uint16, id ListID) bool {
	_, ok := slices.BinarySearch(t.members[set-1], id)
	return ok
}

func (t *setTable) intern(members []ListID) (uint16, error) {
	name := make([]byte, 0, 2*len(members))
	for _, m := range members {
		name = append(name, byte(m>>8), byte(m))
	}
	if n, ok := t.numbers[string(name)]; ok {
		return n, nil
	}
	if len(t.members) == math.MaxUint16 {
		return 0, errManySets
	}
	t.members = append(t.members, members)
	if t.numbers == nil {
		t.numbers = map[string]uint16{}
	}
	n := uint16(len(t.members))
	t.numbers[string(name)] = n
	return n, nil
}

// flat returns the table as two arrays: the members of set i are
// members[ends[i-1]:ends[i]], and ends[0] is 0.
func (t *setTable) flat() (ends []uint32, members []ListID) {
	ends = make([]uint32, 1, len(t.members)+1)
	for _, m := range t.members {
		members = append(members, m...)
		ends = append(ends, uint32(len(members)))
	}
	return ends, members
}
