package anyio

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A spool is a stream that was put where it can be read at any offset: a temporary
// file that has no name and is encrypted with AES-256 in counter mode. Its key is
// made for it and held in memory only, so what a crash leaves on the disk is noise.
// Encrypting costs nothing against the disk (counter mode runs at gigabytes a
// second), so it is always done: lists are personal data.
type spool struct {
	f     *os.File
	path  string // its name, where the system would not part with it
	block cipher.Block
	size  int64
}

// newSpool reads r to its end into a spool in dir, up to limit bytes.
func newSpool(r io.Reader, dir string, limit int64) (*spool, error) {
	f, path, err := openUnnamed(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		f.Close()
		return nil, err
	}
	block, err := aes.NewCipher(key)
	clear(key)
	if err != nil {
		f.Close()
		return nil, err
	}
	s := &spool{f: f, path: path, block: block}
	if err := s.fill(r, limit); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// errSpoolFull is a spool that would grow beyond its limit.
type errSpoolFull int64

func (e errSpoolFull) Error() string {
	return fmt.Sprintf("more than %d bytes to be kept in a temporary file", int64(e))
}

func (s *spool) fill(r io.Reader, limit int64) error {
	stream := s.stream(0)
	buf := make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(r, buf)
		if n > 0 {
			if s.size+int64(n) > limit {
				return errSpoolFull(limit)
			}
			stream.XORKeyStream(buf[:n], buf[:n])
			if _, err := s.f.Write(buf[:n]); err != nil {
				return fmt.Errorf("spool: %w", err)
			}
			s.size += int64(n)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// stream returns the key stream from byte 16·n on. The counter starts at zero: the
// key is used for one spool only.
func (s *spool) stream(n int64) cipher.Stream {
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[8:], uint64(n))
	return cipher.NewCTR(s.block, iv[:])
}

// ReadAt implements io.ReaderAt. It may be called concurrently.
func (s *spool) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.f.ReadAt(p, off)
	if n > 0 {
		stream := s.stream(off / aes.BlockSize)
		var skip [aes.BlockSize]byte
		stream.XORKeyStream(skip[:off%aes.BlockSize], skip[:off%aes.BlockSize])
		stream.XORKeyStream(p[:n], p[:n])
	}
	return n, err
}

// Close gives the space back.
func (s *spool) Close() error {
	err := s.f.Close()
	if s.path != "" {
		err = errors.Join(err, os.Remove(s.path))
	}
	return err
}
