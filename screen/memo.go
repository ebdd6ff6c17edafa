package screen

import "encoding/binary"

// A memo remembers what was read off cells of a column whose values repeat. A cell met
// before costs a comparison or two. The zero memo is empty.
type memo[V any] struct {
	slots [memoSlots]struct {
		head, tail uint64 // of the cell, see ends
		n          int
		value      V
		inner      [memoText - 16]byte // what lies between the ends of a cell of more than 16 bytes
	}
}

// Bounds of a memo: so many cells, of so many bytes each, in one of so many places.
// Longer cells are read each time.
const (
	memoSlots  = 256
	memoText   = 47
	memoProbes = 4
)

// ends returns the first and the last eight bytes of a cell. They may overlap, and with
// its length are all of a cell of at most 16 bytes.
func ends(cell []byte) (head, tail uint64) {
	switch n := len(cell); {
	case n >= 8:
		return binary.LittleEndian.Uint64(cell), binary.LittleEndian.Uint64(cell[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(cell)), uint64(binary.LittleEndian.Uint32(cell[n-4:]))
	}
	for _, c := range cell {
		head = head<<8 | uint64(c)
	}
	return head, 0
}

// get returns where the value of a cell is or belongs, and whether it is there. The
// place is nil for a cell that is not remembered. An empty cell is never there.
func (m *memo[V]) get(cell []byte) (v *V, known bool) {
	n := len(cell)
	if n == 0 || n > memoText {
		return nil, false
	}
	head, tail := ends(cell)
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	first := uint(((head*odd^tail)*odd + uint64(n)) >> 40)
	s := &m.slots[first%memoSlots]
	for i := range uint(memoProbes) {
		p := &m.slots[(first+i)%memoSlots]
		if p.head == head && p.tail == tail && p.n == n && (n <= 16 || string(p.inner[:n-16]) == string(cell[8:n-8])) {
			return &p.value, true
		}
		if p.n == 0 {
			s = p
			break
		}
	}
	s.head, s.tail, s.n = head, tail, n
	if n > 16 {
		copy(s.inner[:], cell[8:n-8])
	}
	return &s.value, false
}

// remembered returns what read says of a cell, or said of it before. Of an empty cell
// that is the zero V.
func remembered[V any](m *memo[V], cell []byte, read func(cell []byte) V) (none V) {
	if len(cell) == 0 {
		return none
	}
	v, known := m.get(cell)
	if known {
		return *v
	}
	value := read(cell)
	if v != nil {
		*v = value
	}
	return value
}
