package arrowio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// A codec is how buffers are compressed, numbered as in Message.fbs.
type codec int8

const (
	codecNone codec = -1
	codecLZ4  codec = 0
	codecZstd codec = 1
)

func (c codec) String() string {
	switch c {
	case codecLZ4:
		return "lz4"
	case codecZstd:
		return "zstd"
	}
	return "none"
}

// CheckCompression reports what is wrong with WriterOptions.Compression.
func CheckCompression(name string) error {
	_, _, err := parseCodec(name)
	return err
}

// parseCodec returns the codec of a name, and its level, which only zstd has.
func parseCodec(name string) (codec, zstd.EncoderLevel, error) {
	base, effort, given := strings.Cut(name, ":")
	switch {
	case base == "zstd" && !given:
		return codecZstd, zstd.SpeedFastest, nil
	case base == "zstd":
		ok, level := zstd.EncoderLevelFromString(effort)
		if !ok {
			return 0, 0, fmt.Errorf("no level of zstd is called %q; there are fastest, default, better, best", effort)
		}
		return codecZstd, level, nil
	case name == "none":
		return codecNone, 0, nil
	case name == "lz4":
		return codecLZ4, 0, nil
	}
	return 0, 0, fmt.Errorf("no Arrow codec is called %q; there are zstd, lz4, none", name)
}

var errCompressed = errors.New("a compressed buffer is damaged")

// A decompressor inflates buffers. It may be used concurrently.
type decompressor struct {
	zstd func() (*zstd.Decoder, error) // made on first use
	lz4  sync.Pool
}

func newDecompressor(limit int64) *decompressor {
	return &decompressor{zstd: sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(uint64(limit)))
	})}
}

// inflate returns the size bytes that src holds, in dst if they fit there. Memory
// grows with what comes out, not with what size claims.
func (d *decompressor) inflate(dst, src []byte, c codec, size int) ([]byte, error) {
	if cap(dst) < size {
		dst = make([]byte, 0, min(size, 64*len(src)+1024))
	}
	dst = dst[:0]
	var err error
	switch c {
	case codecZstd:
		z, zerr := d.zstd()
		if zerr != nil {
			return nil, zerr
		}
		dst, err = z.DecodeAll(src, dst)
	case codecLZ4:
		r, _ := d.lz4.Get().(*lz4.Reader)
		if r == nil {
			r = lz4.NewReader(nil)
			if err := r.Apply(lz4.ConcurrencyOption(1)); err != nil {
				return nil, err
			}
		}
		r.Reset(bytes.NewReader(src))
		w := capped{b: dst, limit: size}
		_, err = io.Copy(&w, onlyReader{r})
		dst = w.b
		d.lz4.Put(r)
	}
	if err != nil || len(dst) != size {
		return nil, errCompressed
	}
	return dst, nil
}

// onlyReader hides lz4's WriteTo, which may start goroutines.
type onlyReader struct{ io.Reader }

// capped collects at most limit bytes.
type capped struct {
	b     []byte
	limit int
}

func (c *capped) Write(p []byte) (int, error) {
	if len(c.b)+len(p) > c.limit {
		return 0, errCompressed
	}
	c.b = append(c.b, p...)
	return len(p), nil
}

// A compressor deflates buffers. It may be used concurrently, and the same bytes
// give the same result.
type compressor struct {
	codec codec
	zstd  *zstd.Encoder
	lz4   sync.Pool
}

func newCompressor(c codec, level zstd.EncoderLevel) (*compressor, error) {
	d := &compressor{codec: c}
	if c == codecZstd {
		var err error
		if d.zstd, err = zstd.NewWriter(nil, zstd.WithZeroFrames(true), zstd.WithEncoderLevel(level)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// deflate returns b as it is stored: with its size in front, and as it is with -1 in
// front where compressing does not make it shorter.
func (d *compressor) deflate(b []byte) ([]byte, error) {
	if d.codec == codecNone || len(b) == 0 {
		return b, nil
	}
	out := make([]byte, 8, 8+len(b)/2+256)
	switch d.codec {
	case codecZstd:
		out = d.zstd.EncodeAll(b, out)
	case codecLZ4:
		w, _ := d.lz4.Get().(*lz4.Writer)
		if w == nil {
			w = lz4.NewWriter(nil)
			if err := w.Apply(lz4.ConcurrencyOption(1), lz4.ChecksumOption(false), lz4.BlockSizeOption(lz4.Block1Mb)); err != nil {
				return nil, err
			}
		}
		buf := bytes.NewBuffer(out)
		w.Reset(buf)
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		out = buf.Bytes()
		d.lz4.Put(w)
	}
	size := uint64(len(b))
	if len(out) >= 8+len(b) {
		out = append(out[:8], b...)
		size = ^uint64(0)
	}
	binary.LittleEndian.PutUint64(out, size)
	return out, nil
}
