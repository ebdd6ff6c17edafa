//go:build !purego

package address

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// sumsVector is whether this processor has what sumTwo takes. That it has instructions
// for SHA-1 is in bit 29 of what extensions returns; package cpu does not tell.
var sumsVector = cpu.X86.HasAVX2 && extensions()>>29&1 != 0

// sumTwo stores in the n digests at dst the SHA-1 of the texts between ends, two at a
// time, and returns the length of the longest text. The digest of a text that is longer
// than maxOneBlock is left wrong. It reads 64 bytes from the beginning of each text.
//
//go:noescape
func sumTwo(dst unsafe.Pointer, text *byte, ends *uint32, n int) (longest uint32)

func extensions() (ebx uint32)
