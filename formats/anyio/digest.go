package anyio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/cespare/xxhash/v2"
)

// newHash returns the digest of that name.
func newHash(name string) (hash.Hash, error) {
	switch name {
	case "", "sha256":
		return sha256.New(), nil
	case "xxh64":
		return xxhash.New(), nil
	}
	return nil, fmt.Errorf("digest %q is not one of sha256 and xxh64", name)
}

// A digest is the hash of an input's stored bytes, once done is closed.
type digest struct {
	done chan struct{}
	sum  string
	n    int64
	err  error
}

// hashFile reads r from front to back in a goroutine of its own, for inputs that are
// read at random. Turn lets one goroutine at a time have the disk.
func hashFile(ctx context.Context, r io.ReaderAt, off, size int64, h hash.Hash, turn chan struct{}) *digest {
	d := &digest{done: make(chan struct{})}
	go func() {
		defer close(d.done)
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			d.err = ctx.Err()
			return
		}
		buf := make([]byte, 256<<10)
		for d.n < size {
			if d.err = ctx.Err(); d.err != nil {
				return
			}
			b := buf[:min(int64(len(buf)), size-d.n)]
			n, err := r.ReadAt(b, off+d.n)
			h.Write(b[:n])
			d.n += int64(n)
			if n < len(b) {
				if d.err = err; err == io.EOF || err == nil {
					d.err = errChanged
				}
				return
			}
		}
		d.sum = hex.EncodeToString(h.Sum(nil))
	}()
	return d
}
