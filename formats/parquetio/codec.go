package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// A codec compresses and decompresses pages, keeping its coders from page to
// page. It belongs to one goroutine at a time; the zero value is ready.
type codec struct {
	zdec *zstd.Decoder
	zenc *zstd.Encoder
	made zstd.EncoderLevel // of zenc
	want zstd.EncoderLevel // of the frames to come; 0 for the fastest
	gr   *gzip.Reader
	gw   *gzip.Writer
	br   *brotli.Reader
	bw   *brotli.Writer
	lz   *lz4.Compressor
	src  bytes.Reader
}

var (
	errCodec    = errors.New("compression is not known")
	errInflate  = errors.New("compressed page is damaged")
	errPageSize = errors.New("page does not have the size that its header says")
)

// knownCodec reports whether a codec can be read and written. LZ4, the one before
// LZ4_RAW, is not one format but two that cannot be told apart with certainty.
func knownCodec(c format.CompressionCodec) bool {
	switch c {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw:
		return true
	}
	return false
}

// decompress inflates src into dst, whose length must be exactly what comes out.
// It never writes more than that, whatever src says.
func (c *codec) decompress(dst, src []byte, kind format.CompressionCodec) error {
	switch kind {
	case format.Uncompressed:
		if len(src) != len(dst) {
			return errPageSize
		}
		copy(dst, src)
		return nil
	case format.Snappy:
		if n, err := snappy.DecodedLen(src); err != nil {
			return errInflate
		} else if n != len(dst) {
			return errPageSize
		}
		if _, err := snappy.Decode(dst, src); err != nil {
			return errInflate
		}
		return nil
	case format.Zstd:
		return c.unzstd(dst, src)
	case format.Lz4Raw:
		if len(dst) == 0 {
			return nil
		}
		n, err := lz4.UncompressBlock(src, dst)
		return inflated(n, len(dst), err)
	case format.Gzip:
		c.src.Reset(src)
		var err error
		if c.gr == nil {
			c.gr, err = gzip.NewReader(&c.src)
		} else {
			err = c.gr.Reset(&c.src)
		}
		if err != nil {
			return errInflate
		}
		return readExactly(c.gr, dst)
	case format.Brotli:
		c.src.Reset(src)
		if c.br == nil {
			c.br = brotli.NewReader(&c.src)
		} else if err := c.br.Reset(&c.src); err != nil {
			return errInflate
		}
		return readExactly(c.br, dst)
	}
	return fmt.Errorf("%w: %v", errCodec, kind)
}

func (c *codec) unzstd(dst, src []byte) error {
	if c.zdec == nil {
		var err error
		// One goroutine, and a window no larger than the largest page we accept.
		// With a limit on the destination DecodeAll never grows beyond dst.
		c.zdec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPageBytes),
			zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return err
		}
	}
	out, err := c.zdec.DecodeAll(src, dst[:0:len(dst)])
	return inflated(len(out), len(dst), err)
}

func inflated(got, want int, err error) error {
	if err != nil {
		return errInflate
	}
	if got != want {
		return errPageSize
	}
	return nil
}

func readExactly(r io.Reader, dst []byte) error {
	if _, err := io.ReadFull(r, dst); err != nil {
		return errInflate
	}
	var one [1]byte
	if n, err := io.ReadFull(r, one[:]); n != 0 {
		return errPageSize
	} else if err != io.EOF {
		return errInflate
	}
	return nil
}

// zstdWindow is how far back our zstd frames refer. Pages are hardly longer than half of
// it. The encoder's own choice of 8 MiB costs 16 MiB of memory for each encoder, and
// since it fills that up page by page, the processor's caches.
const zstdWindow = 2 << 20

// compress appends src, compressed, to dst.
func (c *codec) compress(dst, src []byte, kind format.CompressionCodec) ([]byte, error) {
	switch kind {
	case format.Uncompressed:
		return append(dst, src...), nil
	case format.Snappy:
		n := len(dst)
		dst = grow(dst, snappy.MaxEncodedLen(len(src)))
		return dst[:n+len(snappy.Encode(dst[n:cap(dst)], src))], nil
	case format.Zstd:
		if level := max(c.want, zstd.SpeedFastest); c.zenc == nil || c.made != level {
			var err error
			c.zenc, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false),
				zstd.WithEncoderLevel(level), zstd.WithWindowSize(zstdWindow))
			if err != nil {
				return dst, err
			}
			c.made = level
		}
		return c.zenc.EncodeAll(src, dst), nil
	case format.Lz4Raw:
		if c.lz == nil {
			c.lz = new(lz4.Compressor)
		}
		n := len(dst)
		dst = grow(dst, lz4.CompressBlockBound(len(src)))
		m, err := c.lz.CompressBlock(src, dst[n:cap(dst)])
		return dst[:n+m], err
	case format.Gzip:
		out := bytes.NewBuffer(dst)
		if c.gw == nil {
			c.gw = gzip.NewWriter(out)
		} else {
			c.gw.Reset(out)
		}
		return closing(c.gw, out, src)
	case format.Brotli:
		out := bytes.NewBuffer(dst)
		if c.bw == nil {
			c.bw = brotli.NewWriterLevel(out, 4) // about as dense as zstd's default, and as fast as gzip's
		} else {
			c.bw.Reset(out)
		}
		return closing(c.bw, out, src)
	}
	return dst, fmt.Errorf("%w: %v", errCodec, kind)
}

func closing(w io.WriteCloser, out *bytes.Buffer, src []byte) ([]byte, error) {
	if _, err := w.Write(src); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// grow returns b with room for n more bytes. It at least doubles what it replaces.
func grow[T any](b []T, n int) []T {
	if cap(b)-len(b) >= n {
		return b
	}
	c := make([]T, len(b), max(len(b)+n, 2*cap(b)))
	copy(c, b)
	return c
}
