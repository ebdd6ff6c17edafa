package anyio

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
)

// The formats, by the names used in Options, NewWriter and FormatOf.
const (
	CSV     = "csv"
	TSV     = "tsv"
	Parquet = "parquet"
	Arrow   = "arrow"
)

// The kinds of content, told by the first bytes.
type kind uint8

const (
	kindText kind = iota
	kindParquet
	kindArrowFile
	kindArrowStream
	kindGzip
	kindZstd
	kindEmpty
)

// sniffLen is how many bytes detect wants to see.
const sniffLen = 16

var (
	gzipMagic    = []byte{0x1f, 0x8b}
	zstdMagic    = []byte{0x28, 0xb5, 0x2f, 0xfd}
	parquetMagic = []byte("PAR1")
	sealedMagic  = []byte("PARE") // Parquet with an encrypted footer, which its reader refuses
	arrowMagic   = []byte("ARROW1")
	continued    = []byte{0xff, 0xff, 0xff, 0xff}
)

// detect tells what starts with b.
func detect(b []byte) kind {
	switch {
	case len(b) == 0:
		return kindEmpty
	case bytes.HasPrefix(b, gzipMagic):
		return kindGzip
	case bytes.HasPrefix(b, zstdMagic):
		return kindZstd
	case bytes.HasPrefix(b, parquetMagic), bytes.HasPrefix(b, sealedMagic):
		return kindParquet
	case bytes.HasPrefix(b, arrowMagic):
		return kindArrowFile
	case bytes.HasPrefix(b, continued), legacyStream(b):
		return kindArrowStream
	}
	return kindText
}

// legacyStream recognises streams from before Arrow 0.15: a length below 16 MiB, then
// a flatbuffer whose root lies within its first bytes. No text has these zero bytes;
// UTF-16 has no two in a row there.
func legacyStream(b []byte) bool {
	if len(b) < 12 {
		return false
	}
	n, root := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	return n >= 16 && n < 1<<24 && n%8 == 0 && root >= 4 && root <= 64 && root%2 == 0
}

// FormatOf tells format and compression by a file's name; both empty if the name
// does not tell. Compression is "", "gzip" or "zstd".
func FormatOf(path string) (format, compression string) {
	base := strings.ToLower(filepath.Base(path))
	ext := filepath.Ext(base)
	switch ext {
	case ".gz", ".gzip":
		compression = "gzip"
	case ".zst", ".zstd":
		compression = "zstd"
	}
	if compression != "" {
		ext = filepath.Ext(strings.TrimSuffix(base, ext))
	}
	switch ext {
	case ".csv", ".txt":
		format = CSV
	case ".tsv", ".tab":
		format = TSV
	case ".parquet", ".pq":
		format = Parquet
	case ".arrow", ".arrows", ".feather", ".ipc":
		format = Arrow
	}
	return format, compression
}

// arrowFileName reports whether a name is that of an Arrow file rather than a stream.
func arrowFileName(path string) bool {
	base := strings.ToLower(path)
	for _, c := range []string{".gz", ".gzip", ".zst", ".zstd"} {
		base = strings.TrimSuffix(base, c)
	}
	return strings.HasSuffix(base, ".arrow") || strings.HasSuffix(base, ".feather") || strings.HasSuffix(base, ".ipc")
}
