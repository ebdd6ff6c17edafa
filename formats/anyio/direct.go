package anyio

import (
	"context"
	"encoding/hex"
	"hash"
	"io"
	"sync/atomic"
)

// A direct reads a plain file straight into the memory of whoever reads it, and
// hashes it there. A read of a file does not block for long, so it needs no goroutine
// that could be left behind, and a copy less than a feeder.
type direct struct {
	ctx    context.Context
	r      io.Reader
	hash   hash.Hash
	count  *atomic.Int64
	digest *digest
	ended  bool
}

// directRead is how much is read and hashed at a time, so that it is hashed from the
// cache into which it was read.
const directRead = 256 << 10

// newDirect reads r. What was read of it is added to count.
func newDirect(ctx context.Context, r io.Reader, h hash.Hash, count *atomic.Int64) *direct {
	return &direct{ctx: ctx, r: r, hash: h, count: count, digest: &digest{done: make(chan struct{})}}
}

// Read implements io.Reader.
func (d *direct) Read(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := d.r.Read(p[:min(len(p), directRead)])
	d.hash.Write(p[:n])
	d.count.Add(int64(n))
	d.digest.n += int64(n)
	if err == io.EOF && !d.ended {
		d.ended = true
		d.digest.sum = hex.EncodeToString(d.hash.Sum(nil))
		close(d.digest.done)
	}
	return n, err
}
