//go:build !amd64 || purego

package address

import "unsafe"

var sumsVector = false

func sumTwo(unsafe.Pointer, *byte, *uint32, int) uint32 {
	panic("address: no vector kernel on this processor")
}
