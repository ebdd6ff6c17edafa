package csvio

import (
	"errors"
	"io"

	"sluice/formats"
)

// fill reads until c.buf holds want bytes or the input ends.
func (r *Reader) fill(c *chunk, want int) error {
	n := len(c.buf)
	if r.eof {
		want = min(want, n+len(r.head)) // a short list needs no long block
	}
	c.grow(want)
	c.buf = c.buf[:max(want, n)]
	if len(r.head) > 0 {
		k := copy(c.buf[n:], r.head)
		n += k
		if r.head = r.head[k:]; len(r.head) == 0 {
			r.head = nil
		}
	}
	if !r.eof {
		k, eof, err := fillFrom(r.src, c.buf[n:])
		if err != nil {
			return r.failed(err)
		}
		n, r.eof = n+k, eof
	}
	c.buf = c.buf[:n]
	return nil
}

// failed says where in which list reading went wrong. An error that says it already
// stays as it is.
func (r *Reader) failed(err error) error {
	var e *formats.Error
	if errors.As(err, &e) {
		return err
	}
	return &formats.Error{Pos: formats.Position{File: r.name, Offset: r.offset}, Code: "read", Err: err}
}

// readFull reads up to n bytes; eof reports that r ended before.
func readFull(r io.Reader, n int) (b []byte, eof bool, err error) {
	b = make([]byte, n)
	n, eof, err = fillFrom(r, b)
	return b[:n], eof, err
}

// fillFrom reads until b is full. Unlike io.ReadFull it tells the end of r from an
// io.ErrUnexpectedEOF of r, which is a truncated input.
func fillFrom(r io.Reader, b []byte) (n int, eof bool, err error) {
	for idle := 0; n < len(b); idle++ {
		k, err := r.Read(b[n:])
		if k > 0 {
			n, idle = n+k, 0
		}
		if err == io.EOF {
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
		if idle == 100 {
			return n, false, io.ErrNoProgress
		}
	}
	return n, false, nil
}

// get returns an empty chunk from the free list, or a new one.
func (r *Reader) get() *chunk {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.free); n > 0 {
		c := r.free[n-1]
		r.free = r.free[:n-1]
		return c
	}
	return &chunk{r: r}
}

// put takes a released chunk back. Buffers that a long record made large are left to
// the collector.
func (r *Reader) put(c *chunk) {
	const most = 64 // chunks kept for later; a run has a few for each worker
	if large := 4*r.o.BlockSize + headSize; cap(c.buf) > large || cap(c.scan.seps) > large {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.free) < most && !r.closed {
		r.free = append(r.free, c)
	}
}
