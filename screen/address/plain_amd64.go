//go:build !purego

package address

import "golang.org/x/sys/cpu"

// cellsVector is whether this processor has what plainVector takes.
var cellsVector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2

// plainVector is plain for cell after cell, from s.next on up to one that is not plain or
// that ends within 64 bytes of the text that the cells lie in. It takes no specials but
// dots, hyphens, and in the local part _ and +.
//
//go:noescape
func plainVector(s *plainCells)
