package csvio

import (
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// A utf16Reader turns UTF-16 into UTF-8. What is no UTF-16 becomes what is no UTF-8,
// so that the record it stands in is found at fault: an unpaired surrogate is written
// as the three bytes that UTF-8 forbids for it, and an odd byte at the end of the
// input as 0xFF. So rawLen can tell from the UTF-8 how long the input was.
type utf16Reader struct {
	r   io.Reader
	big bool
	raw []byte // input not yet converted
	n   int    // bytes in raw
	buf []byte // UTF-8 not yet read is buf[at:]
	at  int
	err error
}

func newUTF16Reader(r io.Reader, big bool) *utf16Reader {
	return &utf16Reader{r: r, big: big, raw: make([]byte, 64<<10)}
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	if u.at == len(u.buf) {
		if u.err != nil {
			return 0, u.err
		}
		u.convert()
	}
	n := copy(p, u.buf[u.at:])
	u.at += n
	return n, nil
}

func (u *utf16Reader) convert() {
	n, err := u.r.Read(u.raw[u.n:])
	u.n += n
	u.err = err
	b, dst := u.raw[:u.n], u.buf[:0]
	for len(b) >= 2 {
		x := u.unit(b)
		if x < utf8.RuneSelf {
			dst = append(dst, byte(x))
			b = b[2:]
			continue
		}
		if !utf16.IsSurrogate(x) {
			dst = utf8.AppendRune(dst, x)
			b = b[2:]
			continue
		}
		if x < 0xDC00 && len(b) < 4 && err == nil {
			break // its other half is still to come
		}
		if len(b) >= 4 {
			if r := utf16.DecodeRune(x, u.unit(b[2:])); r != utf8.RuneError {
				dst = utf8.AppendRune(dst, r)
				b = b[4:]
				continue
			}
		}
		dst = append(dst, 0xE0|byte(x>>12), 0x80|byte(x>>6)&0x3F, 0x80|byte(x)&0x3F)
		b = b[2:]
	}
	if len(b) == 1 && err == io.EOF {
		dst, b = append(dst, 0xFF), nil
	}
	u.n = copy(u.raw, b)
	u.buf, u.at = dst, 0
}

func (u *utf16Reader) unit(b []byte) rune {
	if u.big {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

// utf16Len returns the bytes of UTF-16 that became b: two for each character, and
// two more for those beyond the basic plane.
func utf16Len(b []byte) int64 {
	n := int64(0)
	for _, c := range b {
		if c&0xC0 != 0x80 {
			n += 2
		}
		if c >= 0xF0 && c != 0xFF {
			n += 2
		}
	}
	return n
}

// appendUTF16 appends UTF-8 as UTF-16. Invalid bytes become U+FFFD.
func appendUTF16(dst, src []byte, big bool) []byte {
	put := func(x uint16) {
		if big {
			dst = append(dst, byte(x>>8), byte(x))
		} else {
			dst = append(dst, byte(x), byte(x>>8))
		}
	}
	for len(src) > 0 {
		if src[0] < utf8.RuneSelf {
			put(uint16(src[0]))
			src = src[1:]
			continue
		}
		r, n := utf8.DecodeRune(src)
		src = src[n:]
		if r < 0x10000 {
			put(uint16(r))
			continue
		}
		hi, lo := utf16.EncodeRune(r)
		put(uint16(hi))
		put(uint16(lo))
	}
	return dst
}
