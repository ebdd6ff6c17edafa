package anyio

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// errChanged is an input that is not what it was when it was opened.
var errChanged = errors.New("the input changed while it was read")

const changedHint = "run again when nothing writes to the file; have it written under another name and renamed when it is complete"

// unchanged reports whether two looks at a file saw the same.
func unchanged(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// A lazyFile is a file that is read at random. Chunks of a Parquet file read from it
// long after the next input was begun, so it cannot be closed when its last chunk
// has been handed out; parked, it gives its handle back and takes a new one if it is
// read again, provided it still is the same file. It may be used concurrently.
type lazyFile struct {
	path string // empty for standard input, which is never parked
	info os.FileInfo

	mu     sync.RWMutex
	f      *os.File
	closed bool
}

// ReadAt implements io.ReaderAt.
func (l *lazyFile) ReadAt(p []byte, off int64) (int, error) {
	for {
		l.mu.RLock()
		if l.f != nil {
			defer l.mu.RUnlock()
			return l.f.ReadAt(p, off)
		}
		l.mu.RUnlock()
		if err := l.reopen(); err != nil {
			return 0, err
		}
	}
}

func (l *lazyFile) reopen() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return os.ErrClosed
	}
	if l.f != nil {
		return nil
	}
	f, err := os.Open(l.path)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && !unchanged(info, l.info) {
		err = errChanged
	}
	if err != nil {
		f.Close()
		return err
	}
	l.f = f
	return nil
}

// park gives the handle back until the file is read again.
func (l *lazyFile) park() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f != nil && l.path != "" {
		l.f.Close()
		l.f = nil
	}
}

// Close ends all reading.
func (l *lazyFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.f == nil || l.path == "" {
		return nil
	}
	err := l.f.Close()
	l.f = nil
	return err
}

// A countedAt adds what is read at random to a counter, up to limit: pages may be
// read twice, but progress goes to the end and stays there.
type countedAt struct {
	r     io.ReaderAt
	off   int64
	count *atomic.Int64
	mu    sync.Mutex
	left  int64
}

// ReadAt implements io.ReaderAt.
func (c *countedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, c.off+off)
	c.add(int64(n))
	return n, err
}

func (c *countedAt) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n = min(n, c.left)
	c.left -= n
	c.count.Add(n)
}
