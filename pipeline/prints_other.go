//go:build !unix

package pipeline

// allocate returns n free slots.
func allocate(n int) (slots []uint64, unmap func()) { return make([]uint64, n), nil }
