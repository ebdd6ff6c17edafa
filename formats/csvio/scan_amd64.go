//go:build !purego

package csvio

import "golang.org/x/sys/cpu"

// vector is whether this processor has what the kernels take.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT && cpu.X86.HasPCLMULQDQ

// scanVector does what scanWords does, with 32 bytes to an instruction.
//
//go:noescape
func scanVector(s *scanState)

// quotesVector looks at blocks times scanned bytes from data on, where a record starts,
// and behind which two more bytes can be read. It returns how many of the blocks are
// regular up to the first that is not, and whether what comes then stands in quotes.
// Regular are quotes that close behind a delimiter, line feed, quote or the start, and
// have a delimiter, LF, CRLF or quote behind them, the quotes between taken in turn.
//
//go:noescape
func quotesVector(data *byte, blocks int, comma, quote byte) (regular int, open bool)

// utf8Vector returns how many of the n stretches of scanned bytes from data on whose
// starts are listed are UTF-8 before the first that may not be. Three bytes before each
// stretch are read. A character may go on into the next stretch if the list, which must
// be n+1 long, says that there is one right behind.
//
//go:noescape
func utf8Vector(data *byte, highs *uint32, n int) (good int)
