//go:build !purego

package csvio

import "golang.org/x/sys/cpu"

// vector is whether this processor has what scanVector takes.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT

// scanVector does what scan.words does, with 32 bytes to an instruction.
//
//go:noescape
func scanVector(s *scanState)
