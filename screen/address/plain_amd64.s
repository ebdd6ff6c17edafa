//go:build !purego

#include "textflag.h"

// What a byte is, one bit each: 1 a digit, 2 and 4 a letter, 8 an at sign, 16 a dot, 32
// a hyphen, 64 a plus, 128 an underscore. It is what the entries for its two halves have
// in common, and nothing for any other byte.
DATA low<>+0(SB)/8, $0x070707070707070d
DATA low<>+8(SB)/8, $0x8212220242060707
GLOBL low<>(SB), RODATA|NOPTR, $16

DATA high<>+0(SB)/8, $0x0402840a01700000
DATA high<>+8(SB)/8, $0
GLOBL high<>(SB), RODATA|NOPTR, $16

DATA masks<>+0(SB)/4, $0x0f0f0f0f
DATA masks<>+4(SB)/4, $0x07070707
DATA masks<>+8(SB)/4, $0x06060606
DATA masks<>+12(SB)/4, $0x20202020
GLOBL masks<>(SB), RODATA|NOPTR, $16

// CLASS makes of bytes what they are; tmp is scratch.
#define CLASS(bytes, class, tmp) \
	VPSRLW  $4, bytes, class     \
	VPAND   Y15, class, class    \
	VPSHUFB class, Y13, class    \
	VPSHUFB bytes, Y14, tmp      \
	VPAND   tmp, class, class

// LOWER makes lower-case letters of capitals.
#define LOWER(bytes, class, lower) \
	VPAND    Y11, class, lower     \
	VPCMPGTB Y9, lower, lower      \
	VPAND    Y10, lower, lower     \
	VPOR     bytes, lower, lower

// GATHER puts the highest bit of each byte of a, and then of b, into to. It changes BX.
#define GATHER(a, b, to) \
	VPMOVMSKB a, to   \
	VPMOVMSKB b, BX   \
	SHLQ      $32, BX \
	ORQ       BX, to

// KIND does the same with bit 7-k of what bytes are.
#define KIND(k, to) \
	VPSLLW $k, Y2, Y6 \
	VPSLLW $k, Y3, Y7 \
	GATHER(Y6, Y7, to)

// Offsets in a plainCells.
#define BYTES 0
#define SPANS 8
#define DST 16
#define ENDS 24
#define INFOS 32
#define FROM 40
#define CELLS 48
#define NEXT 56
#define END 64

// func plainVector(s *plainCells)
//
// R12 s, SI bytes, R8 spans, DI dst, R9 ends, R10 infos, R13 the cell, DX where its
// form goes. In each cell AX is its place and CX its length; then, a bit for each of its
// bytes, R14 all of them, R15 those of the domain, AX those that must not be.
TEXT ·plainVector(SB), NOSPLIT, $0-8
	MOVQ           s+0(FP), R12
	MOVQ           BYTES(R12), SI
	MOVQ           SPANS(R12), R8
	MOVQ           DST(R12), DI
	MOVQ           ENDS(R12), R9
	MOVQ           INFOS(R12), R10
	MOVQ           NEXT(R12), R13
	MOVQ           END(R12), DX
	VBROADCASTI128 low<>(SB), Y14
	VBROADCASTI128 high<>(SB), Y13
	VPBROADCASTD   masks<>+0(SB), Y15
	VPBROADCASTD   masks<>+4(SB), Y12
	VPBROADCASTD   masks<>+8(SB), Y11
	VPBROADCASTD   masks<>+12(SB), Y10
	VPXOR          Y9, Y9, Y9
	JMP            next

cell:
	MOVL    (R8)(R13*8), AX
	MOVL    4(R8)(R13*8), CX
	SUBL    AX, CX
	LEAL    -1(CX), BX
	CMPL    BX, $63
	JHI     done
	CMPQ    AX, FROM(R12)
	JGT     done
	ADDQ    SI, AX
	VMOVDQU (AX), Y0
	VMOVDQU 32(AX), Y1
	CLASS(Y0, Y2, Y4)
	CLASS(Y1, Y3, Y5)
	LOWER(Y0, Y2, Y4)
	LOWER(Y1, Y3, Y5)
	VMOVDQU Y4, (DI)(DX*1)
	VMOVDQU Y5, 32(DI)(DX*1)

	// The last label may be a number's.
	CMPB  -1(AX)(CX*1), $'9'
	JLS   done
	MOVQ  $-1, R14
	BZHIQ CX, R14, R14

	// Bytes that are nothing above.
	VPCMPEQB Y9, Y2, Y6
	VPCMPEQB Y9, Y3, Y7
	GATHER(Y6, Y7, AX)
	ANDQ     R14, AX

	// At signs behind the first. The domain begins there; without any it has no bytes.
	KIND(4, R15)
	ANDQ    R14, R15
	TZCNTQ  R15, BX
	MOVQ    BX, (R10)(R13*8)
	BLSRQ   R15, BX
	ORQ     BX, AX
	BLSMSKQ R15, R15
	ANDNQ   R14, R15, R15

	// Dots: the domain has one.
	KIND(3, R11)
	TESTQ R15, R11
	JZ    done

	// Underscores and pluses: it has none.
	GATHER(Y2, Y3, R11)
	ANDQ R15, R11
	ORQ  R11, AX
	KIND(1, R11)
	ANDQ R11, R15
	ORQ  R15, AX
	ANDQ R14, R11
	MOVQ R11, R15

	// Specials beside each other, first, or last.
	VPAND    Y12, Y2, Y2
	VPAND    Y12, Y3, Y3
	VPCMPEQB Y9, Y2, Y2
	VPCMPEQB Y9, Y3, Y3
	GATHER(Y2, Y3, R11)
	ANDQ     R14, R11
	MOVQ     R14, BX
	SHRQ     $1, BX
	XORQ     R14, BX
	ORQ      $1, BX
	LEAQ     (R11)(R11*1), CX
	ORQ      CX, BX
	ANDQ     R11, BX
	ORQ      BX, AX
	JNZ      done

	// The flags: of capitals Cased, 1; of a plus PlusTag, 16.
	VPCMPEQB Y0, Y4, Y4
	VPCMPEQB Y1, Y5, Y5
	GATHER(Y4, Y5, AX)
	ANDNQ    R14, AX, AX
	NEGQ     AX
	SBBL     AX, AX
	ANDL     $1, AX
	NEGQ     R15
	SBBL     R15, R15
	ANDL     $16, R15
	ORL      R15, AX
	MOVB     AX, 5(R10)(R13*8)

	MOVL 4(R8)(R13*8), CX
	SUBL (R8)(R13*8), CX
	ADDQ CX, DX
	INCQ R13
	MOVL DX, (R9)(R13*4)

next:
	CMPQ R13, CELLS(R12)
	JLT  cell

done:
	MOVQ R13, NEXT(R12)
	MOVQ DX, END(R12)
	VZEROUPPER
	RET
