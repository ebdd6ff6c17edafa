//go:build unix

package pipeline

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapped is the size in bytes from which a table is mapped rather than allocated.
// Below, rounding up to pages would cost more than the collector does.
const mapped = 32 << 10

// allocate returns n free slots, and how to give them back if that is not the
// collector's business.
func allocate(n int) (slots []uint64, unmap func()) {
	if n*8 < mapped {
		return make([]uint64, n), nil
	}
	mem, err := unix.Mmap(-1, 0, n*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|populate)
	if err != nil {
		return make([]uint64, n), nil
	}
	return unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(mem))), n), func() { _ = unix.Munmap(mem) }
}
