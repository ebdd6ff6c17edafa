//go:build unix

package suppress

import (
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file for reading, shared with whoever else does.
func mapFile(f *os.File, size int64) (data []byte, unmap func() error, err error) {
	if !littleEndian || size > math.MaxInt {
		return readWhole(f, size)
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return readWhole(f, size)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// lockFile takes a lock on an open file that no other process has, or fails.
func lockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// borrow returns zeroed memory for n elements that the garbage collector does not
// manage, so that it is gone when it is given back and does not count as live data,
// of which the collector would let as much again gather as garbage.
func borrow[T any](n int) (s []T, giveBack func(), err error) {
	size := n * int(sizeOf[T]())
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, nil, err
	}
	return sliceOf[T](b), func() { _ = unix.Munmap(b) }, nil
}
