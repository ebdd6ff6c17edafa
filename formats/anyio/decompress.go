package anyio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"sluice/formats"
)

// An inflater reads a compressed input, members one after the other, to its very
// end. Damage, a cut, and what follows the last member, are errors; so is more than
// limit bytes.
type inflater struct {
	r     io.Reader
	close func()
	name  string
	how   string
	n     int64
	limit int64
}

// maxWindow is the most memory a zstd frame may ask for: that of zstd --long=27, its
// own default limit.
const maxWindow = 128 << 20

func newInflater(r io.Reader, k kind, name string, limit int64) (*inflater, error) {
	f := &inflater{name: name, limit: limit, close: func() {}}
	switch k {
	case kindGzip:
		f.how = "gzip"
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, f.fail(err)
		}
		f.r = z
	default:
		f.how = "zstd"
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, f.fail(err)
		}
		f.r, f.close = z, z.Close
	}
	return f, nil
}

// Read implements io.Reader.
func (f *inflater) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if f.n += int64(n); f.n > f.limit {
		return 0, &formats.Error{Pos: formats.Position{File: f.name, Offset: -1}, Code: "limit",
			Err:  fmt.Errorf("more than %d bytes when decompressed", f.limit),
			Hint: "check that the input is what it should be, or raise the limit on decompression"}
	}
	if err != nil && err != io.EOF {
		err = f.fail(err)
	}
	return n, err
}

func (f *inflater) fail(err error) error {
	if isIO(err) {
		return err
	}
	e := &formats.Error{Pos: formats.Position{File: f.name, Offset: -1}, Code: "corrupt",
		Err:  fmt.Errorf("damaged %s: %w", f.how, err),
		Hint: "copy or export the file again"}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		e.Code, e.Err = "truncated", fmt.Errorf("%s ends before its end: the file is cut short", f.how)
	}
	return e
}

// isIO tells trouble with reading from trouble with what was read.
func isIO(err error) bool {
	var path *fs.PathError
	var fe *formats.Error
	return errors.As(err, &path) || errors.As(err, &fe) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
