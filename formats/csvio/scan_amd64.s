//go:build !purego

#include "textflag.h"

// Offsets in a scanState.
#define BYTES_AT 0
#define BLOCKS 8
#define POS 16
#define SEPS 24
#define FOUND 32
#define NSEPS 40
#define NLINES 48
#define NSTRAYS 56
#define NFORMULAS 64
#define NINNER 72
#define NHIGHS 80
#define INQUOTES 88
#define START 96
#define OPENED 104
#define COMMA 112
#define QUOTE 113
#define NUL 114

// Offsets in a found: lists of window+8 places.
#define LINES 0
#define STRAYS 16416
#define FORMULAS 32832
#define INNER 49248
#define HIGHS 65664

// formulaLow and formulaHigh have a bit in common at the two halves of each byte that
// may start a formula: tab and CR; plus and minus; equals; at.
DATA formulaLow<>+0(SB)/8, $0x0000000000000008
DATA formulaLow<>+8(SB)/8, $0x0000070002000100
GLOBL formulaLow<>(SB), RODATA|NOPTR, $16
DATA formulaHigh<>+0(SB)/8, $0x0000000804020001
DATA formulaHigh<>+8(SB)/8, $0x0000000000000000
GLOBL formulaHigh<>(SB), RODATA|NOPTR, $16

// MASK gathers one bit for each byte of two compared halves.
#define MASK(lo, hi, to, tmp) \
	VPMOVMSKB lo, to  \
	VPMOVMSKB hi, tmp \
	SHLQ      $32, tmp \
	ORQ       tmp, to

// CELL writes which cell the lowest bit of mask stands in, by counting the seps in DX
// before it, behind the n there are in list at R9, and clears the bit. Carry says that
// there was none.
#define CELL(mask, list, n) \
	BLSMSKQ mask, BX \
	ANDQ    DX, BX \
	POPCNTQ BX, BX \
	ADDL    R11, BX \
	MOVL    BX, list(R9)(n*4) \
	BLSRQ   mask, mask

// POSITION writes the position of the lowest bit of DX, which it clears.
#define POSITION(at) \
	TZCNTQ DX, BX \
	ADDL   R8, BX \
	MOVL   BX, at(AX) \
	BLSRQ  DX, DX

#define BYTES(b, y) \
	MOVQ         $(b*0x0101010101010101), AX \
	VMOVQ        AX, X0 \
	VPBROADCASTQ X0, y

// QUOTES loads the block at SI. CX are its quotes, X5 what is in them if it starts
// outside. It is done for a block while the positions of the one before are written:
// the multiplication is what all else waits for.
#define QUOTES \
	VMOVDQU    (SI), Y0 \
	VMOVDQU    32(SI), Y1 \
	VPCMPEQB   Y0, Y13, Y2 \
	VPCMPEQB   Y1, Y13, Y3 \
	MASK(Y2, Y3, CX, BX) \
	VMOVQ      CX, X5 \
	VPCLMULQDQ $0, allOnes<>(SB), X5, X5

DATA allOnes<>+0(SB)/8, $0xffffffffffffffff
DATA allOnes<>+8(SB)/8, $0xffffffffffffffff
GLOBL allOnes<>(SB), RODATA|NOPTR, $16

// func scanVector(s *scanState)
//
// SI bytes, R8 their position, R9 the found, R10 to R15 but for R12 how long the lists of
// lines, seps, strays, formulas and highs are. In each block Y0 and Y1 are its bytes,
// DX has a bit for each delimiter or line feed outside quotes.
TEXT ·scanVector(SB), NOSPLIT, $64-8
	MOVQ           s+0(FP), BX
	MOVQ           BYTES_AT(BX), SI
	MOVQ           BLOCKS(BX), CX
	MOVQ           CX, blocks-8(SP)
	MOVQ           INQUOTES(BX), AX
	MOVQ           AX, inQuotes-16(SP)
	MOVQ           START(BX), AX
	MOVQ           AX, start-24(SP)
	MOVQ           OPENED(BX), AX
	MOVQ           AX, opened-32(SP)
	MOVQ           SEPS(BX), AX
	MOVQ           AX, seps-40(SP)
	MOVQ           $0, inner-48(SP)
	MOVQ           POS(BX), R8
	MOVQ           FOUND(BX), R9
	XORL           R10, R10
	MOVQ           NSEPS(BX), R11
	XORL           R13, R13
	XORL           R14, R14
	XORL           R15, R15
	VPBROADCASTB   COMMA(BX), Y15
	VPBROADCASTB   QUOTE(BX), Y13
	BYTES(0x0a, Y14)
	BYTES(0x40, Y12)
	BYTES(0x25, Y11)
	BYTES(0xef, Y10)
	BYTES(0x0f, Y7)
	VBROADCASTI128 formulaLow<>(SB), Y9
	VBROADCASTI128 formulaHigh<>(SB), Y8
	VPCMPEQB       Y6, Y6, Y6
	TESTQ          CX, CX
	JZ             done

	QUOTES

block:
	VPMINUB Y0, Y6, Y6
	VPMINUB Y1, Y6, Y6

	// BX what is in quotes.
	VMOVQ      X5, BX
	XORQ       inQuotes-16(SP), BX
	MOVQ       BX, AX
	SARQ       $63, AX
	MOVQ       AX, inQuotes-16(SP)

	// AX line feeds, DX delimiters and line feeds.
	VPCMPEQB Y0, Y14, Y2
	VPCMPEQB Y1, Y14, Y3
	MASK(Y2, Y3, AX, DI)
	VPCMPEQB Y0, Y15, Y4
	VPOR     Y2, Y4, Y2
	VPCMPEQB Y1, Y15, Y4
	VPOR     Y3, Y4, Y3
	MASK(Y2, Y3, DX, DI)
	ANDNQ    DX, BX, DX
	MOVQ     AX, DI
	ANDQ     BX, DI
	JNZ      inside

outside:
	ANDNQ AX, BX, AX

	// DI where cells start, CX the quotes there; then DI where their texts start.
	MOVQ  start-24(SP), DI
	LEAQ  (DI)(DX*2), DI
	MOVQ  DX, BX
	SHRQ  $63, BX
	MOVQ  BX, start-24(SP)
	ANDQ  DI, CX
	MOVQ  opened-32(SP), BX
	LEAQ  (BX)(CX*2), BX
	ORQ   BX, DI
	SHRQ  $63, CX
	MOVQ  CX, opened-32(SP)

	// As many seps as stand up to the first line feed, itself not counted.
	BLSMSKQ AX, BX
	ANDQ    DX, BX
	POPCNTQ BX, BX
	LEAQ    -1(R11)(BX*1), BX
	MOVL    BX, LINES(R9)(R10*4)
	BLSRQ   AX, AX
	JNZ     line
	SBBQ    $-1, R10

formulas:
	VPSRLW   $4, Y0, Y2
	VPAND    Y7, Y2, Y2
	VPSHUFB  Y2, Y8, Y2
	VPSHUFB  Y0, Y9, Y3
	VPAND    Y2, Y3, Y2
	VPSRLW   $4, Y1, Y3
	VPAND    Y7, Y3, Y3
	VPSHUFB  Y3, Y8, Y3
	VPSHUFB  Y1, Y9, Y4
	VPAND    Y3, Y4, Y3
	VPXOR    X4, X4, X4
	VPCMPEQB Y4, Y2, Y2
	VPCMPEQB Y4, Y3, Y3
	MASK(Y2, Y3, AX, BX)
	ANDNQ    DI, AX, DI
	ANDNQ    DI, DX, DI
	CELL(DI, FORMULAS, R14)
	JNZ      formula
	SBBQ     $-1, R14

strays:
	VPCMPEQB Y0, Y12, Y2
	VPCMPEQB Y0, Y11, Y3
	VPOR     Y3, Y2, Y2
	VPCMPEQB Y0, Y10, Y3
	VPOR     Y3, Y2, Y2
	VPCMPEQB Y1, Y12, Y3
	VPCMPEQB Y1, Y11, Y4
	VPOR     Y4, Y3, Y3
	VPCMPEQB Y1, Y10, Y4
	VPOR     Y4, Y3, Y3
	MASK(Y2, Y3, AX, BX)
	ANDNQ    AX, DX, AX
	CELL(AX, STRAYS, R13)
	JNZ      stray
	SBBQ     $-1, R13

highs:
	VPOR      Y0, Y1, Y2
	VPMOVMSKB Y2, BX
	MOVL      R8, HIGHS(R9)(R15*4)
	NEGL      BX
	ADCQ      $0, R15

	LEAQ    64(SI), BX
	DECQ    blocks-8(SP)
	CMOVQNE BX, SI
	QUOTES

	MOVQ    seps-40(SP), AX
	LEAQ    (AX)(R11*4), AX
	POPCNTQ DX, BX
	ADDQ    BX, R11
	POSITION(0)
	POSITION(4)
	POSITION(8)
	POSITION(12)
	POSITION(16)
	POSITION(20)
	POSITION(24)
	POSITION(28)
	TESTQ   DX, DX
	JNZ     more

next:
	ADDQ $64, R8
	CMPQ blocks-8(SP), $0
	JNE  block

done:
	MOVQ      s+0(FP), BX
	MOVQ      R10, NLINES(BX)
	MOVQ      R11, NSEPS(BX)
	MOVQ      R13, NSTRAYS(BX)
	MOVQ      R14, NFORMULAS(BX)
	MOVQ      R15, NHIGHS(BX)
	MOVQ      inner-48(SP), AX
	MOVQ      AX, NINNER(BX)
	MOVQ      inQuotes-16(SP), AX
	MOVQ      AX, INQUOTES(BX)
	MOVQ      start-24(SP), AX
	MOVQ      AX, START(BX)
	MOVQ      opened-32(SP), AX
	MOVQ      AX, OPENED(BX)
	VPXOR     Y0, Y0, Y0
	VPCMPEQB  Y0, Y6, Y0
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	SETNE     NUL(BX)
	VZEROUPPER
	RET

inside:
	// DI line feeds in quotes.
	MOVQ    CX, quotes-56(SP)
	MOVQ    AX, feeds-64(SP)
	MOVQ    inner-48(SP), AX
again:
	BLSMSKQ DI, CX
	ANDQ    DX, CX
	POPCNTQ CX, CX
	ADDL    R11, CX
	MOVL    CX, INNER(R9)(AX*4)
	INCQ    AX
	BLSRQ   DI, DI
	JNZ     again
	MOVQ    AX, inner-48(SP)
	MOVQ    feeds-64(SP), AX
	MOVQ    quotes-56(SP), CX
	JMP     outside

line:
	INCQ    R10
	BLSMSKQ AX, BX
	ANDQ    DX, BX
	POPCNTQ BX, BX
	LEAQ    -1(R11)(BX*1), BX
	MOVL    BX, LINES(R9)(R10*4)
	BLSRQ   AX, AX
	JNZ     line
	INCQ    R10
	JMP     formulas

formula:
	INCQ R14
	CELL(DI, FORMULAS, R14)
	JNZ  formula
	INCQ R14
	JMP  strays

stray:
	INCQ R13
	CELL(AX, STRAYS, R13)
	JNZ  stray
	INCQ R13
	JMP  highs

more:
	ADDQ  $32, AX
rest:
	POSITION(0)
	ADDQ  $4, AX
	TESTQ DX, DX
	JNZ   rest
	JMP   next
