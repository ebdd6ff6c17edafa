//go:build !purego

#include "textflag.h"

// The initial state (FIPS 180-4, section 5.3.1): a in the highest word, then e in the
// highest word of the next.
DATA iv<>+0(SB)/4, $0x10325476
DATA iv<>+4(SB)/4, $0x98badcfe
DATA iv<>+8(SB)/4, $0xefcdab89
DATA iv<>+12(SB)/4, $0x67452301
DATA iv<>+28(SB)/4, $0xc3d2e1f0
GLOBL iv<>(SB), RODATA|NOPTR, $32

// The order of bytes that turns sixteen of them around.
DATA turn<>+0(SB)/8, $0x08090a0b0c0d0e0f
DATA turn<>+8(SB)/8, $0x0001020304050607
GLOBL turn<>(SB), RODATA|NOPTR, $16

// Padding: at pad+64-n stand n bytes 0xff and then zeros, and 128 further on 0x80 in
// place n of zeros.
DATA pad<>+0(SB)/8, $-1
DATA pad<>+8(SB)/8, $-1
DATA pad<>+16(SB)/8, $-1
DATA pad<>+24(SB)/8, $-1
DATA pad<>+32(SB)/8, $-1
DATA pad<>+40(SB)/8, $-1
DATA pad<>+48(SB)/8, $-1
DATA pad<>+56(SB)/8, $-1
DATA pad<>+192(SB)/8, $0x80
GLOBL pad<>(SB), RODATA|NOPTR, $256

// LOAD puts text number AT, padded, into four registers as words of the block, the
// first in the highest.
#define LOAD(AT, w0, w1, w2, w3) \
	MOVL    (BX)(AT*4), R9      \
	MOVL    4(BX)(AT*4), R10    \
	SUBL    R9, R10             \
	CMPL    R10, R12            \
	CMOVLHI R10, R12            \
	CMPL    R10, R13            \
	CMOVLHI R13, R10            \
	LEAQ    pad<>+64(SB), R11   \
	SUBQ    R10, R11            \
	VMOVDQU (SI)(R9*1), w0      \
	VMOVDQU 16(SI)(R9*1), w1    \
	VMOVDQU 32(SI)(R9*1), w2    \
	VMOVDQU 48(SI)(R9*1), w3    \
	VPAND   (R11), w0, w0       \
	VPAND   16(R11), w1, w1     \
	VPAND   32(R11), w2, w2     \
	VPAND   48(R11), w3, w3     \
	VPOR    128(R11), w0, w0    \
	VPOR    144(R11), w1, w1    \
	VPOR    160(R11), w2, w2    \
	VPOR    176(R11), w3, w3    \
	VPSHUFB X14, w0, w0         \
	VPSHUFB X14, w1, w1         \
	VPSHUFB X14, w2, w2         \
	VPSHUFB X14, w3, w3         \
	SHLL    $3, R10             \
	VMOVD   R10, X15            \
	VPOR    X15, w3, w3

// FOUR does four rounds of kind k with the words w. a is the state, e the words plus
// what becomes e of the state; f keeps a for the next four. x, y and z are the words
// that follow w, on their way to being those of four, eight and twelve rounds later.
#define FOUR(a, e, f, w, x, y, z, k) \
	SHA1NEXTE w, e      \
	MOVO      a, f      \
	SHA1MSG2  w, x      \
	SHA1RNDS4 $k, e, a  \
	SHA1MSG1  w, z      \
	PXOR      w, y

// The same at both ends, where there are no words yet to make, or none any more.
#define FIRST(a, e, f, w) \
	VPADDD    iv<>+16(SB), w, e \
	MOVO      a, f              \
	SHA1RNDS4 $0, e, a

#define SECOND(a, e, f, w, z) \
	SHA1NEXTE w, e     \
	MOVO      a, f     \
	SHA1RNDS4 $0, e, a \
	SHA1MSG1  w, z

#define THIRD(a, e, f, w, y, z) \
	SECOND(a, e, f, w, z) \
	PXOR w, y

#define THIRDLAST(a, e, f, w, x, y) \
	BUTLAST(a, e, f, w, x) \
	PXOR w, y

#define BUTLAST(a, e, f, w, x) \
	SHA1NEXTE w, e     \
	MOVO      a, f     \
	SHA1MSG2  w, x     \
	SHA1RNDS4 $3, e, a

#define LAST(a, e, f, w) \
	SHA1NEXTE w, e     \
	MOVO      a, f     \
	SHA1RNDS4 $3, e, a

// STORE writes digest number AT. e holds what LAST kept.
#define STORE(AT, a, e) \
	LEAQ      (AT)(AT*4), R9       \
	VMOVDQU   iv<>+16(SB), X15     \
	SHA1NEXTE X15, e               \
	VPADDD    iv<>+0(SB), a, a     \
	VPSHUFB   X14, a, a            \
	VMOVDQU   a, (DI)(R9*4)        \
	VPEXTRD   $3, e, R10           \
	BSWAPL    R10                  \
	MOVL      R10, 16(DI)(R9*4)

// func sumTwo(dst unsafe.Pointer, text *byte, ends *uint32, n int) (longest uint32)
//
// SI text, BX ends, DI digests, CX their number, DX and R8 the two at work, R12 the
// longest length, R13 the most that one block takes.
TEXT ·sumTwo(SB), NOSPLIT, $0-36
	MOVQ    dst+0(FP), DI
	MOVQ    text+8(FP), SI
	MOVQ    ends+16(FP), BX
	MOVQ    n+24(FP), CX
	VMOVDQU turn<>(SB), X14
	XORL    DX, DX
	XORL    R12, R12
	MOVL    $55, R13
	DECQ    CX
	JLT     done

two:
	// The second is the first once more if there is no other.
	LEAQ    1(DX), R8
	CMPQ    R8, CX
	CMOVQGT CX, R8
	LOAD(DX, X3, X4, X5, X6)
	LOAD(R8, X10, X11, X12, X13)
	VMOVDQU iv<>(SB), X0
	VMOVDQU iv<>(SB), X7

	FIRST(X0, X1, X2, X3)
	FIRST(X7, X8, X9, X10)
	SECOND(X0, X2, X1, X4, X3)
	SECOND(X7, X9, X8, X11, X10)
	THIRD(X0, X1, X2, X5, X3, X4)
	THIRD(X7, X8, X9, X12, X10, X11)
	FOUR(X0, X2, X1, X6, X3, X4, X5, 0)
	FOUR(X7, X9, X8, X13, X10, X11, X12, 0)
	FOUR(X0, X1, X2, X3, X4, X5, X6, 0)
	FOUR(X7, X8, X9, X10, X11, X12, X13, 0)
	FOUR(X0, X2, X1, X4, X5, X6, X3, 1)
	FOUR(X7, X9, X8, X11, X12, X13, X10, 1)
	FOUR(X0, X1, X2, X5, X6, X3, X4, 1)
	FOUR(X7, X8, X9, X12, X13, X10, X11, 1)
	FOUR(X0, X2, X1, X6, X3, X4, X5, 1)
	FOUR(X7, X9, X8, X13, X10, X11, X12, 1)
	FOUR(X0, X1, X2, X3, X4, X5, X6, 1)
	FOUR(X7, X8, X9, X10, X11, X12, X13, 1)
	FOUR(X0, X2, X1, X4, X5, X6, X3, 1)
	FOUR(X7, X9, X8, X11, X12, X13, X10, 1)
	FOUR(X0, X1, X2, X5, X6, X3, X4, 2)
	FOUR(X7, X8, X9, X12, X13, X10, X11, 2)
	FOUR(X0, X2, X1, X6, X3, X4, X5, 2)
	FOUR(X7, X9, X8, X13, X10, X11, X12, 2)
	FOUR(X0, X1, X2, X3, X4, X5, X6, 2)
	FOUR(X7, X8, X9, X10, X11, X12, X13, 2)
	FOUR(X0, X2, X1, X4, X5, X6, X3, 2)
	FOUR(X7, X9, X8, X11, X12, X13, X10, 2)
	FOUR(X0, X1, X2, X5, X6, X3, X4, 2)
	FOUR(X7, X8, X9, X12, X13, X10, X11, 2)
	FOUR(X0, X2, X1, X6, X3, X4, X5, 3)
	FOUR(X7, X9, X8, X13, X10, X11, X12, 3)
	FOUR(X0, X1, X2, X3, X4, X5, X6, 3)
	FOUR(X7, X8, X9, X10, X11, X12, X13, 3)
	THIRDLAST(X0, X2, X1, X4, X5, X6)
	THIRDLAST(X7, X9, X8, X11, X12, X13)
	BUTLAST(X0, X1, X2, X5, X6)
	BUTLAST(X7, X8, X9, X12, X13)
	LAST(X0, X2, X1, X6)
	LAST(X7, X9, X8, X13)

	STORE(DX, X0, X1)
	STORE(R8, X7, X8)
	ADDQ $2, DX
	CMPQ DX, CX
	JLE  two

done:
	MOVL R12, longest+32(FP)
	RET

// func extensions() (ebx uint32)
//
// CPUID leaf 7: the structured extended features.
TEXT ·extensions(SB), NOSPLIT, $0-4
	MOVL $7, AX
	XORL CX, CX
	CPUID
	MOVL BX, ebx+0(FP)
	RET
