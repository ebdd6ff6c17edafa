package parquetio

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A pageReader cuts the bytes of one column chunk into pages. It holds one
// compressed page at a time and no more than readWindow bytes beyond it. The zero
// value with a buffer is made ready by reset.
type pageReader struct {
	src      io.ReaderAt
	off, end int64 // what is not yet in buf
	buf      []byte
	lo, hi   int // buf[lo:hi] is read and not yet used
	maxPage  int
	window   int // bytes to read at once
}

// readWindow is how much is read at once: large enough that a page of the usual
// 1 MiB takes one or two calls, small enough to have one for every worker.
const readWindow = 1 << 20

// walkWindow is the same where only headers are of interest.
const walkWindow = 8 << 10

// maxHeader bounds a page header. Ours take 30 bytes, but some writers put the
// page's least and greatest value into it, in full.
const maxHeader = maxPageBytes

var (
	errCRC   = errors.New("checksum of a page does not match")
	errShort = errors.New("a page ends early")
)

func (p *pageReader) reset(src io.ReaderAt, off, size int64, maxPage int) {
	p.src, p.off, p.end, p.lo, p.hi = src, off, off+size, 0, 0
	p.maxPage, p.window = maxPage, readWindow
}

// offset returns where in the file the next byte stands.
func (p *pageReader) offset() int64 { return p.off - int64(p.hi-p.lo) }

// fill makes at least n bytes available if the chunk has them and reports whether
// it does. The buffer grows with bytes that are in the file, not with claims.
func (p *pageReader) fill(n int) (bool, error) {
	have := p.hi - p.lo
	if have >= n {
		return true, nil
	}
	if int64(n-have) > p.end-p.off {
		return false, nil
	}
	if p.lo > 0 {
		copy(p.buf, p.buf[p.lo:p.hi])
		p.lo, p.hi = 0, have
	}
	want := int(min(int64(max(n, p.window)), p.end-p.off+int64(have)))
	if len(p.buf) < want {
		b := make([]byte, want)
		copy(b, p.buf[:have])
		p.buf = b
	}
	m, err := p.src.ReadAt(p.buf[have:want], p.off)
	p.off += int64(m)
	p.hi += m
	if p.hi < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return false, fmt.Errorf("reading a page: %w", err)
	}
	return true, nil
}

// header returns the next page's header, or io.EOF behind the last page. It must be
// followed by body or skip.
func (p *pageReader) header() (h pageHeader, err error) {
	rest := int64(p.hi-p.lo) + p.end - p.off
	if rest == 0 {
		return h, io.EOF
	}
	for n := int(min(rest, 256)); ; n = int(min(rest, int64(16*n))) {
		if ok, err := p.fill(n); err != nil || !ok {
			return h, orShort(err)
		}
		var used int
		h, used, err = parsePageHeader(p.buf[p.lo:p.hi])
		if err == nil {
			p.lo += used
			break
		}
		if !errors.Is(err, errThriftShort) || int64(n) == rest || n >= maxHeader {
			return h, fmt.Errorf("%w: %w", errPageHeader, err)
		}
	}
	if int64(h.compressed) > int64(p.hi-p.lo)+p.end-p.off {
		return h, errShort
	}
	if int(h.uncompressed) > p.maxPage {
		return h, fmt.Errorf("%w: a page takes %d bytes, at most %d are accepted", errLimit, h.uncompressed, p.maxPage)
	}
	return h, nil
}

func orShort(err error) error {
	if err == nil {
		return errShort
	}
	return err
}

// body returns the page's bytes as they stand in the file, after comparing them
// with the checksum if there is one. They are valid until the next call.
func (p *pageReader) body(h *pageHeader) ([]byte, error) {
	n := int(h.compressed)
	if ok, err := p.fill(n); err != nil || !ok {
		return nil, orShort(err)
	}
	b := p.buf[p.lo : p.lo+n : p.lo+n]
	p.lo += n
	if h.hasCRC && crc32.ChecksumIEEE(b) != h.crc {
		return nil, errCRC
	}
	return b, nil
}

// skip passes over the page's bytes without reading what has not been read.
func (p *pageReader) skip(h *pageHeader) {
	n := int(h.compressed)
	if have := p.hi - p.lo; n > have {
		p.off += int64(n - have)
		p.lo, p.hi = 0, 0
		return
	}
	p.lo += n
}
