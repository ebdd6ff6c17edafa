//go:build !unix

package keyfile

import (
	"io"
	"os"
)

// mapFile reads a file into memory, where it cannot be mapped.
func mapFile(f *os.File, size int64) (data []byte, unmap func() error, err error) {
	data, err = io.ReadAll(io.LimitReader(f, size))
	return data, func() error { return nil }, err
}
