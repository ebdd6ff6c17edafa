package anyio

import (
	"context"
	"encoding/hex"
	"hash"
	"io"
	"sync/atomic"
)

// Blocks of feedSize bytes go from the input to whoever reads it and to the hash,
// each in a goroutine of its own: neither reading nor hashing makes the other wait
// until feedBlocks of them are under way.
const (
	feedSize   = 256 << 10
	feedBlocks = 8
)

// A feeder reads a stream ahead, hashes it on the way, and gives up waiting when its
// context ends. Read belongs to one goroutine.
type feeder struct {
	ctx    context.Context
	blocks chan *feedBlock
	free   chan *feedBlock
	cur    *feedBlock
	rest   []byte
	err    error // why blocks was closed, if not at the end
	count  *atomic.Int64
	digest *digest
}

type feedBlock struct {
	buf  [feedSize]byte
	n    int
	uses atomic.Int32
}

// newFeeder starts reading r. What was read of it is added to count.
func newFeeder(ctx context.Context, r io.Reader, h hash.Hash, count *atomic.Int64) *feeder {
	f := &feeder{ctx: ctx, count: count, blocks: make(chan *feedBlock, feedBlocks),
		free: make(chan *feedBlock, feedBlocks), digest: &digest{done: make(chan struct{})}}
	hashed := make(chan *feedBlock, feedBlocks)
	go f.feed(r, hashed)
	go f.hash(h, hashed)
	return f
}

func (f *feeder) feed(r io.Reader, hashed chan<- *feedBlock) {
	defer close(hashed)
	defer close(f.blocks)
	made := 0
	for empty := 0; ; {
		var b *feedBlock
		select {
		case b = <-f.free:
		default:
			if made < feedBlocks {
				made++
				b = new(feedBlock)
				break
			}
			select {
			case b = <-f.free:
			case <-f.ctx.Done():
				f.err = f.ctx.Err()
				return
			}
		}
		n, err := r.Read(b.buf[:])
		if b.n = n; n > 0 {
			empty = 0
			b.uses.Store(2)
			hashed <- b // has room for every block there is, as has f.blocks
			f.blocks <- b
		} else {
			f.free <- b
			if empty++; empty > 100 && err == nil {
				err = io.ErrNoProgress
			}
		}
		if err == io.EOF {
			return
		}
		if f.err = err; err != nil {
			return
		}
		if f.err = f.ctx.Err(); f.err != nil {
			return
		}
	}
}

func (f *feeder) hash(h hash.Hash, blocks <-chan *feedBlock) {
	for b := range blocks {
		h.Write(b.buf[:b.n])
		f.digest.n += int64(b.n)
		f.release(b)
	}
	f.digest.sum = hex.EncodeToString(h.Sum(nil))
	close(f.digest.done)
}

func (f *feeder) release(b *feedBlock) {
	if b.uses.Add(-1) == 0 {
		f.free <- b
	}
}

// Read implements io.Reader.
func (f *feeder) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		if f.cur != nil {
			f.release(f.cur)
			f.cur = nil
		}
		select {
		case <-f.ctx.Done():
			return 0, f.ctx.Err()
		case b, ok := <-f.blocks:
			if !ok {
				if f.err != nil {
					return 0, f.err
				}
				return 0, io.EOF
			}
			f.cur, f.rest = b, b.buf[:b.n]
			f.count.Add(int64(b.n))
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
