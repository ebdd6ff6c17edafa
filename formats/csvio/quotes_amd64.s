//go:build !purego

#include "textflag.h"

// func quotesVector(data *byte, blocks int, comma, quote byte) (regular int, open bool)
//
// SI bytes, CX blocks to go, R8 all ones if they start in quotes; Y13 quotes, Y14 line
// feeds, Y15 delimiters.
TEXT ·quotesVector(SB), NOSPLIT, $0-33
	MOVQ         data+0(FP), SI
	MOVQ         blocks+8(FP), CX
	VPBROADCASTB comma+16(FP), Y15
	VPBROADCASTB quote+17(FP), Y13
	MOVQ         $0x0a0a0a0a0a0a0a0a, AX
	VMOVQ        AX, X14
	VPBROADCASTQ X14, Y14
	VPCMPEQB     Y5, Y5, Y5
	XORL         R8, R8
	TESTQ        CX, CX
	JZ           done

block:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPCMPEQB  Y0, Y13, Y2
	VPCMPEQB  Y1, Y13, Y3
	VPOR      Y2, Y3, Y4
	VPMOVMSKB Y4, AX
	TESTL     AX, AX
	JNZ       quotes

next:
	ADDQ $64, SI
	DECQ CX
	JNZ  block

done:
	MOVQ  blocks+8(FP), AX
	SUBQ  CX, AX
	MOVQ  AX, regular+24(FP)
	TESTQ R8, R8
	SETNE open+32(FP)
	VZEROUPPER
	RET

quotes:
	// AX quotes, R9 what is in quotes.
	VPMOVMSKB  Y2, AX
	VPMOVMSKB  Y3, BX
	SHLQ       $32, BX
	ORQ        BX, AX
	VMOVQ      AX, X4
	VPCLMULQDQ $0, X5, X4, X4
	VMOVQ      X4, R9
	XORQ       R8, R9

	// DX delimiters, line feeds and quotes.
	VPCMPEQB  Y0, Y14, Y2
	VPCMPEQB  Y1, Y14, Y3
	VPCMPEQB  Y0, Y15, Y4
	VPOR      Y4, Y2, Y2
	VPCMPEQB  Y1, Y15, Y4
	VPOR      Y4, Y3, Y3
	VPMOVMSKB Y2, DX
	VPMOVMSKB Y3, BX
	SHLQ      $32, BX
	ORQ       BX, DX
	ORQ       AX, DX

	// R10 opening quotes with none of those before them, R11 closing ones with none
	// behind. What is at the edge of the block, and CRLF, is looked at apart.
	MOVQ  AX, R10
	ANDQ  R9, R10
	LEAQ  (DX)(DX*1), BX
	ANDNQ R10, BX, R10
	ANDNQ AX, R9, R11
	SHRQ  $1, DX
	ANDNQ R11, DX, R11
	MOVQ  R10, BX
	ORQ   R11, BX
	JNZ   doubtful

fine:
	MOVQ R9, R8
	SARQ $63, R8
	JMP  next

doubtful:
	MOVBLZX comma+16(FP), R12
	MOVBLZX quote+17(FP), R13
	TESTQ   R10, R10
	JZ      closing
	CMPQ    R10, $1
	JNE     done
	CMPQ    SI, data+0(FP)
	JEQ     closing
	MOVBLZX -1(SI), BX
	CMPL    BX, R12
	JEQ     closing
	CMPL    BX, R13
	JEQ     closing
	CMPL    BX, $10
	JNE     done

closing:
	TESTQ   R11, R11
	JZ      fine
	TZCNTQ  R11, DX
	BLSRQ   R11, R11
	MOVBLZX 1(SI)(DX*1), BX
	CMPL    BX, R12
	JEQ     closing
	CMPL    BX, R13
	JEQ     closing
	CMPL    BX, $10
	JEQ     closing
	CMPL    BX, $13
	JNE     done
	MOVBLZX 2(SI)(DX*1), BX
	CMPL    BX, $10
	JEQ     closing
	JMP     done
