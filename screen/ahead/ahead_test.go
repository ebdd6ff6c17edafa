package ahead

import (
	"math"
	"testing"
	"unsafe"
)

// TestLines asks for memory of all kinds, none of which may be read: what is no memory
// would end the test.
func TestLines(t *testing.T) {
	b := make([]byte, 4096)
	Lines(nil)
	for n := range 100 {
		addresses := make([]uintptr, n)
		for i := range addresses {
			switch i % 4 {
			case 0:
				addresses[i] = uintptr(unsafe.Pointer(&b[41*i]))
			case 1:
				addresses[i] = uintptr(i)
			case 2:
				addresses[i] = math.MaxUint - uintptr(i)
			case 3:
				addresses[i] = 1<<63 + uintptr(i)
			}
		}
		Lines(addresses)
	}
}
