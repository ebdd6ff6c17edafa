package anyio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// compressBlock is how many bytes are compressed on their own. A mebibyte costs 0.6 % of
// the size with gzip, whose window is 32 KiB, and 3 % with zstd, which takes a fifth less
// time than for one frame of it all. It is the same for any number of processors, so
// that the bytes are, too.
const compressBlock = 1 << 20

// maxCompressing bounds the blocks under way, each of which holds about 4 MiB.
const maxCompressing = 8

// A compressor compresses what is written to it, blocks of it at a time, as many as
// there are processors: one goroutine would be slower than all the screening. What
// comes out depends on the bytes alone, not on how they were cut into writes, nor on
// who was faster; there is no name in it, and no time. Not for concurrent use.
type compressor struct {
	w     io.Writer
	codec codec
	cur   *packing   // being filled; nil before the first byte
	queue []*packing // under way, oldest first
	free  []*packing
	limit int
	begun bool
	err   error
}

// A codec is a way of compressing that can be cut into blocks.
type codec interface {
	begin() []byte                        // what comes before the first block
	packer() func(dst, src []byte) []byte // appends a block; each goroutine has its own
	add(src []byte)                       // takes note of a block, in order
	end() []byte                          // what comes behind the last
}

// A packing is one block and what became of it.
type packing struct {
	in, out []byte
	pack    func(dst, src []byte) []byte
	done    chan struct{}
}

// newCompressor compresses to w; how is gzip or zstd.
func newCompressor(w io.Writer, how string) (*compressor, error) {
	c := &compressor{w: w, limit: min(runtime.GOMAXPROCS(0), maxCompressing)}
	switch how {
	case "gzip":
		c.codec = &gzipCodec{}
	case "zstd":
		c.codec = &zstdCodec{}
	default:
		return nil, fmt.Errorf("compression %q is not one of gzip and zstd", how)
	}
	return c, nil
}

// Write implements io.Writer.
func (c *compressor) Write(p []byte) (n int, err error) {
	for len(p) > 0 && c.err == nil {
		if c.cur == nil {
			c.cur = c.get()
		}
		k := min(len(p), compressBlock-len(c.cur.in))
		c.cur.in = append(c.cur.in, p[:k]...)
		p, n = p[k:], n+k
		if len(c.cur.in) == compressBlock {
			c.dispatch()
		}
	}
	return n, c.err
}

// get returns an empty block.
func (c *compressor) get() *packing {
	if n := len(c.free); n > 0 {
		b := c.free[n-1]
		c.free = c.free[:n-1]
		return b
	}
	return &packing{in: make([]byte, 0, compressBlock), pack: c.codec.packer(), done: make(chan struct{}, 1)}
}

// dispatch has the current block compressed, when there is a processor for it.
func (c *compressor) dispatch() {
	for len(c.queue) >= c.limit {
		c.collect()
	}
	b := c.cur
	c.cur = nil
	c.codec.add(b.in)
	c.queue = append(c.queue, b)
	go func() {
		b.out = b.pack(b.out[:0], b.in)
		b.done <- struct{}{}
	}()
}

// collect writes the oldest block that is under way.
func (c *compressor) collect() {
	b := c.queue[0]
	c.queue = c.queue[:copy(c.queue, c.queue[1:])]
	<-b.done
	if !c.begun {
		c.begun = true
		c.put(c.codec.begin())
	}
	c.put(b.out)
	b.in = b.in[:0]
	c.free = append(c.free, b)
}

func (c *compressor) put(b []byte) {
	if c.err == nil && len(b) > 0 {
		_, c.err = c.w.Write(b)
	}
}

// Close ends what was written. It does not close what lies below.
func (c *compressor) Close() error {
	if c.cur != nil {
		c.dispatch()
	}
	for len(c.queue) > 0 {
		c.collect()
	}
	if !c.begun {
		c.put(c.codec.begin())
	}
	c.put(c.codec.end())
	err := c.err
	if err == nil {
		c.err = errClosedWriter
	}
	return err
}

var errClosedWriter = errors.New("write after close")

// gzipCodec makes one member: every block ends where a byte does, as after a flush, and
// the next one does not refer to it.
type gzipCodec struct {
	crc  uint32
	size uint32 // modulo 2^32, as the format has it
}

func (*gzipCodec) begin() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255} }

func (*gzipCodec) packer() func(dst, src []byte) []byte {
	var out appender
	z, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is one that there is
	}
	return func(dst, src []byte) []byte {
		out.b = dst
		z.Reset(&out)
		if _, err := z.Write(src); err != nil {
			panic(err) // memory does not fail
		}
		if err := z.Flush(); err != nil {
			panic(err)
		}
		return out.b
	}
}

func (g *gzipCodec) add(src []byte) {
	g.crc = crc32.Update(g.crc, crc32.IEEETable, src)
	g.size += uint32(len(src))
}

// end is an empty last block, the checksum and the size.
func (g *gzipCodec) end() []byte {
	out := []byte{1, 0, 0, 0xff, 0xff}
	out = binary.LittleEndian.AppendUint32(out, g.crc)
	return binary.LittleEndian.AppendUint32(out, g.size)
}

// zstdCodec makes a frame a block.
type zstdCodec struct{ some bool }

func (*zstdCodec) begin() []byte { return nil }

func (*zstdCodec) packer() func(dst, src []byte) []byte {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
	if err != nil {
		panic(err) // the options are such as there are
	}
	return func(dst, src []byte) []byte { return z.EncodeAll(src, dst) }
}

func (z *zstdCodec) add([]byte) { z.some = true }

// end is an empty frame if there is no other: no frame at all is no zstd file.
func (z *zstdCodec) end() []byte {
	if z.some {
		return nil
	}
	return z.packer()(nil, nil)
}

// An appender is a slice as a writer.
type appender struct{ b []byte }

// Write implements io.Writer.
func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}
