//go:build !purego

#include "textflag.h"

// The tables of Keiser and Lemire, "Validating UTF-8 in less than one instruction per
// byte" (2021): a bit for each way in which two bytes that follow one another are no
// UTF-8, by the first one's high and low half and by the second one's high half. What
// is at fault is where all three agree. Bits: 0 too short, 1 too long, 2 overlong of
// three bytes, 3 too large, 4 surrogate, 5 overlong of two, 6 too large or overlong of
// four, 7 two continuations, which is as it should be in longer characters.
DATA firstHigh<>+0(SB)/8, $0x0202020202020202
DATA firstHigh<>+8(SB)/8, $0x4915012180808080
GLOBL firstHigh<>(SB), RODATA|NOPTR, $16
DATA firstLow<>+0(SB)/8, $0xcbcbcb8b8383a3e7
DATA firstLow<>+8(SB)/8, $0xcbcbdbcbcbcbcbcb
GLOBL firstLow<>(SB), RODATA|NOPTR, $16
DATA secondHigh<>+0(SB)/8, $0x0101010101010101
DATA secondHigh<>+8(SB)/8, $0x01010101babaaee6
GLOBL secondHigh<>(SB), RODATA|NOPTR, $16

// unended is the most that each of 32 bytes may be for a character not to go on behind.
DATA unended<>+0(SB)/8, $0xffffffffffffffff
DATA unended<>+8(SB)/8, $0xffffffffffffffff
DATA unended<>+16(SB)/8, $0xffffffffffffffff
DATA unended<>+24(SB)/8, $0xbfdfefffffffffff
GLOBL unended<>(SB), RODATA|NOPTR, $32

#define BYTES(b, y) \
	MOVQ         $(b*0x0101010101010101), AX \
	VMOVQ        AX, X0 \
	VPBROADCASTQ X0, y

// CHECK adds to Y6 what is wrong with the 32 bytes at at. Y0 is left with them.
#define CHECK(at) \
	VMOVDQU  at(SI)(DX*1), Y0 \
	VMOVDQU  at-1(SI)(DX*1), Y1 \
	VPSRLW   $4, Y0, Y2 \
	VPAND    Y7, Y2, Y2 \
	VPSHUFB  Y2, Y10, Y2 \
	VPSRLW   $4, Y1, Y3 \
	VPAND    Y7, Y3, Y3 \
	VPSHUFB  Y3, Y8, Y3 \
	VPAND    Y2, Y3, Y2 \
	VPAND    Y7, Y1, Y1 \
	VPSHUFB  Y1, Y9, Y1 \
	VPAND    Y1, Y2, Y2 \
	VMOVDQU  at-2(SI)(DX*1), Y3 \
	VPSUBUSB Y12, Y3, Y3 \
	VMOVDQU  at-3(SI)(DX*1), Y4 \
	VPSUBUSB Y13, Y4, Y4 \
	VPOR     Y3, Y4, Y3 \
	VPAND    Y11, Y3, Y3 \
	VPXOR    Y2, Y3, Y2 \
	VPOR     Y2, Y6, Y6

// func utf8Vector(data *byte, highs *uint32, n int) (good int)
TEXT ·utf8Vector(SB), NOSPLIT, $0-32
	MOVQ           data+0(FP), SI
	MOVQ           highs+8(FP), DI
	MOVQ           n+16(FP), CX
	VBROADCASTI128 firstHigh<>(SB), Y8
	VBROADCASTI128 firstLow<>(SB), Y9
	VBROADCASTI128 secondHigh<>(SB), Y10
	VMOVDQU        unended<>(SB), Y14
	BYTES(0x0f, Y7)
	BYTES(0x80, Y11)
	BYTES(0x60, Y12)
	BYTES(0x70, Y13)
	VPXOR          Y6, Y6, Y6
	TESTQ          CX, CX
	JZ             done

stretch:
	MOVL (DI), DX
	MOVL 4(DI), R8
	CHECK(0)
	CHECK(32)

	// A character that goes on behind is wrong unless the next stretch follows at once.
	SUBL         DX, R8
	XORL         BX, BX
	CMPL         R8, $64
	SETNE        BX
	NEGL         BX
	VMOVD        BX, X1
	VPBROADCASTD X1, Y1
	VPSUBUSB     Y14, Y0, Y0
	VPAND        Y1, Y0, Y0
	VPOR         Y0, Y6, Y6
	VPTEST       Y6, Y6
	JNZ          done
	ADDQ         $4, DI
	DECQ         CX
	JNZ          stretch

done:
	MOVQ n+16(FP), AX
	SUBQ CX, AX
	MOVQ AX, good+24(FP)
	VZEROUPPER
	RET
