package arrowio

import (
	"bytes"
	"io"
	"testing"

	"sluice/formats"
	"sluice/formats/formatstest"
)

// open reads stored bytes as a stream or a file, by how they start.
func open(stored []byte, o Options) (*Reader, error) {
	if bytes.HasPrefix(stored, magic) {
		return OpenFile(bytes.NewReader(stored), int64(len(stored)), "list.arrow", o)
	}
	return NewReader(bytes.NewReader(stored), "list.arrows", o)
}

func mustOpen(t testing.TB, stored []byte, o Options) *Reader {
	t.Helper()
	r, err := open(stored, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFormat(t *testing.T) {
	for _, file := range []bool{false, true} {
		for _, compression := range []string{"none", "lz4", "zstd"} {
			if raceBuild && file == (compression != "lz4") { // half of them will do where all is slow
				continue
			}
			name := "stream_" + compression
			if file {
				name = "file_" + compression
			}
			formatstest.Run(t, formatstest.Format{
				Name: name,
				Read: func(t *testing.T, stored []byte) formats.Reader {
					return mustOpen(t, stored, Options{ChunkRows: 64})
				},
				Write: func(t *testing.T, w io.Writer, src formats.Reader, extra []string) formats.Writer {
					o := WriterOptions{File: file, Compression: compression, Extra: extra}
					if own, ok := src.(*Reader); ok {
						o.Like, o.Compression = own, ""
					}
					out, err := NewWriter(w, src.Schema(), o)
					if err != nil {
						t.Fatal(err)
					}
					return out
				},
			})
		}
	}
}
