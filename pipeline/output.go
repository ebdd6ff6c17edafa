package pipeline

import (
	"errors"
	"io"
	"os"
	"syscall"

	"filippo.io/age"
)

// Sizes of the buffers of an output. Writes of half a mebibyte are as fast as any;
// three buffers let one fill while another is written and hashed.
const (
	outputBuffer  = 512 << 10
	outputBuffers = 3
	pushAt        = 8 << 20  // bytes between two requests to begin with the write-back
	directWrite   = 64 << 10 // what is as long as this is not copied into a buffer
)

// An output is one file or stream that is being written. It counts and hashes its
// bytes on the way. Not for concurrent use.
type output struct {
	role  string
	place place
	disk  *disk

	file  *os.File  // what is published; nil for a stream
	name  string    // its hidden name, if it has one
	below io.Writer // file, or the stream
	close io.Closer // of a stream that was opened here

	sealer io.WriteCloser // encrypts, or nil
	buf    []byte
	n      int64
	pushed int64 // of n, what the disk was asked to begin with
	err    error // the first one, which stays

	hasher *hasher
	idle   [][]byte // buffers that are not in use
	made   int
}

// open makes the hidden file, or opens the stream.
func (w *output) open(t Target, stdout io.Writer) error {
	switch {
	case t.Path == "-":
		w.below = stdout
		if f, ok := stdout.(*os.File); ok {
			widenPipe(f)
		}
	case w.place.stream:
		f, err := os.OpenFile(w.place.path, os.O_WRONLY, 0)
		if err != nil {
			return outputError(t.Path, "open", err)
		}
		w.below, w.close = f, f
	default:
		f, name, err := w.disk.create(w.place)
		if err != nil {
			return outputError(t.Path, "open", err)
		}
		w.file, w.name, w.below = f, name, f
		if t.Size > 0 {
			setAside(f, t.Size)
		}
	}
	if len(t.Recipients) > 0 {
		var err error
		if w.sealer, err = age.Encrypt(rawOutput{w}, t.Recipients...); err != nil {
			return outputError(t.Path, "encrypt", err)
		}
	}
	return nil
}

// Write appends p to the output.
func (w *output) Write(p []byte) (int, error) {
	if w.sealer != nil && w.err == nil {
		n, err := w.sealer.Write(p)
		if err != nil && w.err == nil {
			w.err = outputError(w.place.given, "encrypt", err)
		}
		return n, w.err
	}
	return w.write(p)
}

// rawOutput is an output below its encryption.
type rawOutput struct{ w *output }

func (r rawOutput) Write(p []byte) (int, error) { return r.w.write(p) }

func (w *output) write(p []byte) (n int, err error) {
	for len(p) > 0 && w.err == nil {
		if len(w.buf) == 0 && len(p) >= directWrite {
			w.through(p)
			return n + len(p), w.err
		}
		if w.buf == nil {
			w.buf = w.buffer()
		}
		k := copy(w.buf[len(w.buf):cap(w.buf)], p)
		w.buf, p, n = w.buf[:len(w.buf)+k], p[k:], n+k
		if len(w.buf) == cap(w.buf) || len(p) >= directWrite {
			w.flush()
		}
	}
	return n, w.err
}

// through writes p as it is, while it is being hashed, and waits for both: p belongs
// to the caller.
func (w *output) through(p []byte) {
	w.hasher.add(p)
	w.put(p)
	if w.hasher.quick {
		return
	}
	for b := range w.hasher.free {
		if &b[0] == &p[0] {
			return
		}
		w.idle = append(w.idle, b)
	}
}

// buffer returns an empty buffer, waiting for the hasher if all are in use.
func (w *output) buffer() []byte {
	if n := len(w.idle); n > 0 {
		b := w.idle[n-1]
		w.idle = w.idle[:n-1]
		return b[:0]
	}
	select {
	case b := <-w.hasher.free:
		return b[:0]
	default:
	}
	if w.made < outputBuffers {
		w.made++
		return make([]byte, 0, outputBuffer)
	}
	return (<-w.hasher.free)[:0]
}

// flush writes the buffer while it is being hashed.
func (w *output) flush() {
	if len(w.buf) == 0 || w.err != nil {
		return
	}
	b := w.buf
	w.buf = nil
	w.hasher.add(b)
	w.put(b)
	if w.hasher.quick {
		w.idle = append(w.idle, b)
	}
}

// put writes b to the file or stream.
func (w *output) put(b []byte) {
	err := w.disk.step("write", w.place.path)
	if err == nil {
		_, err = w.below.Write(b)
	}
	w.n += int64(len(b))
	if n := w.n - w.n%pushAt; w.file != nil && n > w.pushed {
		writeBack(w.file, w.pushed, n-w.pushed)
		w.pushed = n
	}
	switch {
	case err == nil:
	case errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe):
		w.err = &OutputError{w.place.given, "write", ErrClosedPipe}
	default:
		w.err = outputError(w.place.given, "write", err)
	}
}

// finish ends the content and makes it durable.
func (w *output) finish() (Written, error) {
	if w.sealer != nil && w.err == nil {
		if err := w.sealer.Close(); err != nil && w.err == nil {
			w.err = outputError(w.place.given, "encrypt", err)
		}
	}
	w.flush()
	done := Written{Role: w.role, Path: w.place.given, Bytes: w.n, Encrypted: w.sealer != nil, Digest: w.hasher.digest()}
	if w.file != nil && w.err == nil {
		err := w.file.Truncate(w.n) // gives back what was set aside
		if err == nil {
			err = w.disk.sync(w.file, w.place.path)
		}
		w.err = outputError(w.place.given, "sync", err)
	}
	if w.close != nil {
		if err := w.close.Close(); w.err == nil {
			w.err = outputError(w.place.given, "close", err)
		}
		w.close = nil
	}
	return done, w.err
}

// abort gives up the file, unless it was published, and ends the hasher.
func (w *output) abort() {
	w.hasher.digest()
	w.buf, w.idle = nil, nil
	if w.err == nil {
		w.err = &OutputError{w.place.given, "write", os.ErrClosed}
	}
	if w.file != nil {
		if w.name != "" {
			w.disk.discard(w.name)
		}
		w.file.Close()
		w.file = nil
	}
	if w.close != nil {
		w.close.Close()
		w.close = nil
	}
}
