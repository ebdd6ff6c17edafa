//go:build !purego

#include "textflag.h"

// Offsets in a scanState.
#define DATA 0
#define BLOCKS 8
#define POS 16
#define SEPS 24
#define LINES 32
#define HIGHS 40
#define NSEPS 48
#define NLINES 56
#define NHIGHS 64
#define COMMA 72
#define NUL 73

// POSITION writes the position of the lowest bit of DX, which it clears.
#define POSITION(at) \
	TZCNTQ DX, BX \
	ADDL   R8, BX \
	MOVL   BX, at(AX) \
	BLSRQ  DX, DX

// func scanVector(s *scanState)
//
// Y10 delimiters, Y11 line feeds, Y12 the least of all bytes seen; SI bytes, CX blocks
// to go, R8 position of the block; DI, R9, R10 the lists and R11, R12, R13 their
// lengths; in each block AX its line feeds and DX its delimiters and line feeds, a bit
// for each byte.
TEXT ·scanVector(SB), NOSPLIT, $0-8
	MOVQ         s+0(FP), BX
	MOVQ         DATA(BX), SI
	MOVQ         BLOCKS(BX), CX
	MOVQ         POS(BX), R8
	MOVQ         SEPS(BX), DI
	MOVQ         LINES(BX), R9
	MOVQ         HIGHS(BX), R10
	MOVQ         NSEPS(BX), R11
	MOVQ         NLINES(BX), R12
	MOVQ         NHIGHS(BX), R13
	VPBROADCASTB COMMA(BX), Y10
	MOVQ         $0x0a0a0a0a0a0a0a0a, AX
	VMOVQ        AX, X11
	VPBROADCASTQ X11, Y11
	VPCMPEQB     Y12, Y12, Y12
	TESTQ        CX, CX
	JZ           done

block:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPMINUB   Y0, Y12, Y12
	VPMINUB   Y1, Y12, Y12
	VPCMPEQB  Y0, Y11, Y2
	VPCMPEQB  Y1, Y11, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	VPCMPEQB  Y0, Y10, Y4
	VPCMPEQB  Y1, Y10, Y5
	VPOR      Y2, Y4, Y4
	VPOR      Y3, Y5, Y5
	VPMOVMSKB Y4, DX
	VPMOVMSKB Y5, BX
	SHLQ      $32, BX
	ORQ       BX, DX

	// A stretch with bytes above ASCII is noted, and counted if it is one.
	VPOR      Y0, Y1, Y6
	VPMOVMSKB Y6, BX
	MOVL      R8, (R10)(R13*4)
	NEGL      BX
	ADCQ      $0, R13

	// The same with the first line feed: as many seps as stand up to it.
	BLSMSKQ AX, BX
	ANDQ    DX, BX
	POPCNTQ BX, BX
	LEAQ    -1(R11)(BX*1), BX
	MOVL    BX, (R9)(R12*4)
	MOVQ    AX, BX
	NEGQ    BX
	ADCQ    $0, R12
	BLSRQ   AX, AX
	JNZ     lines

seps:
	LEAQ    (DI)(R11*4), AX
	POPCNTQ DX, BX
	ADDQ    BX, R11
	POSITION(0)
	POSITION(4)
	POSITION(8)
	POSITION(12)
	POSITION(16)
	POSITION(20)
	TESTQ   DX, DX
	JNZ     more

next:
	ADDQ $64, SI
	ADDQ $64, R8
	DECQ CX
	JNZ  block

done:
	MOVQ      s+0(FP), BX
	MOVQ      R11, NSEPS(BX)
	MOVQ      R12, NLINES(BX)
	MOVQ      R13, NHIGHS(BX)
	VPXOR     Y0, Y0, Y0
	VPCMPEQB  Y0, Y12, Y0
	VPMOVMSKB Y0, AX
	TESTL     AX, AX
	SETNE     NUL(BX)
	VZEROUPPER
	RET

lines:
	BLSMSKQ AX, BX
	ANDQ    DX, BX
	POPCNTQ BX, BX
	LEAQ    -1(R11)(BX*1), BX
	MOVL    BX, (R9)(R12*4)
	INCQ    R12
	BLSRQ   AX, AX
	JNZ     lines
	JMP     seps

more:
	ADDQ  $24, AX
again:
	POSITION(0)
	ADDQ  $4, AX
	TESTQ DX, DX
	JNZ   again
	JMP   next
