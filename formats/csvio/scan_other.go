//go:build !amd64 || purego

package csvio

// Without kernels nothing is known to be regular.

var vector = false

func scanVector(*scanState) { panic(noKernel) }

func quotesVector(*byte, int, byte, byte) (int, bool) { panic(noKernel) }

func utf8Vector(*byte, *uint32, int) int { panic(noKernel) }

const noKernel = "csvio: no vector kernel on this processor"
