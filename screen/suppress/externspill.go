package suppress

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
)

// A spill is a temporary file without a name, encrypted with AES-256 in counter mode.
// Its key is made for it and held in memory only: digests of people who asked to be
// forgotten are their data still, and what a crash leaves on the disk is noise. It may
// be used concurrently, but each stretch may be written only once.
type spill struct {
	f     *os.File
	path  string // its name, where the system would not part with it
	block cipher.Block

	mu   sync.Mutex
	size int64
}

func newSpill(dir string) (*spill, error) {
	f, path, err := openUnnamed(dir)
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	var key [32]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	clear(key[:])
	if err != nil {
		f.Close()
		return nil, err
	}
	return &spill{f: f, path: path, block: block}, nil
}

// openRemoved makes a file that only its owner can read and removes its name while it
// stays open. Where that cannot be done its path is returned, to be removed when it is
// closed.
func openRemoved(dir string) (f *os.File, path string, err error) {
	f, err = os.CreateTemp(dir, ".sluice-spill-*")
	if err != nil {
		return nil, "", err
	}
	if os.Remove(f.Name()) != nil {
		path = f.Name()
	}
	return f, path, nil
}

// reserve returns the offset of the next n bytes.
func (s *spill) reserve(n int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.size
	s.size += (n + aes.BlockSize - 1) &^ (aes.BlockSize - 1)
	return at
}

// write writes p at an offset that was reserved. It leaves noise in p.
func (s *spill) write(p []byte, off int64) error {
	s.crypt(p, off)
	if _, err := s.f.WriteAt(p, off); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
}

// read fills p from an offset.
func (s *spill) read(p []byte, off int64) error {
	if _, err := s.f.ReadAt(p, off); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("spill: %w", err)
	}
	s.crypt(p, off)
	return nil
}

func (s *spill) crypt(p []byte, off int64) {
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[8:], uint64(off/aes.BlockSize))
	stream := cipher.NewCTR(s.block, iv[:])
	var skip [aes.BlockSize]byte
	stream.XORKeyStream(skip[:off%aes.BlockSize], skip[:off%aes.BlockSize])
	stream.XORKeyStream(p, p)
}

// close gives the space back.
func (s *spill) close() {
	if s == nil {
		return
	}
	s.f.Close()
	if s.path != "" {
		os.Remove(s.path)
	}
}

// A tape is bytes that are written first and read after that, both in order. What is
// more than tapeMemory is in a spill.
type tape struct {
	dir   string
	buf   []byte
	full  []int64 // offsets of the buffers that were spilled
	spill *spill
	err   error // the first one, which stays
}

const tapeMemory = 4 << 20

func (t *tape) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && t.err == nil {
		if t.buf == nil {
			t.buf = make([]byte, 0, tapeMemory)
		}
		k := copy(t.buf[len(t.buf):cap(t.buf)], p)
		t.buf, p = t.buf[:len(t.buf)+k], p[k:]
		if len(t.buf) == cap(t.buf) {
			t.flush()
		}
	}
	return n, t.err
}

func (t *tape) flush() {
	if t.spill == nil {
		if t.spill, t.err = newSpill(t.dir); t.err != nil {
			return
		}
	}
	at := t.spill.reserve(int64(len(t.buf)))
	t.err = t.spill.write(t.buf, at)
	t.full = append(t.full, at)
	t.buf = t.buf[:0]
}

// play hands over what was written, piece by piece, and may change the pieces.
func (t *tape) play(take func(p []byte) error) error {
	if t.err != nil {
		return t.err
	}
	if len(t.full) > 0 {
		piece := make([]byte, tapeMemory)
		for _, at := range t.full {
			if err := t.spill.read(piece, at); err != nil {
				return err
			}
			if err := take(piece); err != nil {
				return err
			}
		}
	}
	return take(t.buf)
}

func (t *tape) close() { t.spill.close() }
