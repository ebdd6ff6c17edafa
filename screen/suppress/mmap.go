package suppress

import (
	"fmt"
	"io"
	"math"
	"os"
	"unsafe"
)

// readWhole reads a file into memory where it cannot be mapped.
func readWhole(f *os.File, size int64) (data []byte, unmap func() error, err error) {
	if size > math.MaxInt {
		return nil, nil, fmt.Errorf("%d bytes are more than this machine can address", size)
	}
	data = bytesOf(make([]uint64, size/8)) // aligned for every section
	if _, err := f.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, nil, err
	}
	return data, func() error { return nil }, nil
}

func sizeOf[T any]() uintptr { return unsafe.Sizeof(*new(T)) }
