package suppress

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// headSize is how much of a text decides on its layout.
const headSize = 64 << 10

// A source is the text of a list: decompressed, decoded to UTF-8, without a byte
// order mark. What was decided on the way is in its fields.
type source struct {
	*bufio.Reader             // the text; its buffer holds headSize bytes
	compression   string      // none, gzip, zstd
	encoding      string      // utf-8, …, or binary for packed digests
	bom           []byte      // the mark that was skipped
	stored        *storedFile // the bytes below
	close         func()
}

// storedFile counts and hashes what is read from the file. It remembers an error, to
// tell a disk that fails from a file that is damaged.
type storedFile struct {
	r     io.Reader
	bytes int64
	hash  hash.Hash // nil if the text's hash is the file's
	err   error
}

func (s *storedFile) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.bytes += int64(n)
	if s.hash != nil {
		s.hash.Write(p[:n])
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// errFormat is a file of a kind that holds no list we can read.
type errFormat struct{ what string }

func (e errFormat) Error() string { return e.what }

var foreign = []struct{ magic, what string }{
	{"PK\x03\x04", "a ZIP archive or a spreadsheet"},
	{"PAR1", "a Parquet file"},
	{"ARROW1", "an Arrow file"},
	{"BZh", "compressed with bzip2"},
	{"\xfd7zXZ\x00", "compressed with xz"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"\x04\x22\x4d\x18", "compressed with LZ4"},
	{"%PDF-", "a PDF document"},
}

// openSource looks at the first bytes of r and returns the text below them.
func openSource(r io.Reader) (*source, error) {
	s := &source{compression: "none", encoding: "utf-8", stored: &storedFile{r: r}, close: func() {}}
	// Taken away again if the text turns out to be the same bytes: hashing them twice
	// would take longer than parsing them.
	s.stored.hash = sha256.New()
	raw := bufio.NewReaderSize(s.stored, 4<<10)
	head, err := raw.Peek(8)
	if len(head) == 0 {
		return s, err
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return s, errFormat{f.what}
		}
	}
	var text io.Reader = raw
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		s.compression = "gzip"
		z, err := gzip.NewReader(raw)
		if err != nil {
			return s, err
		}
		text = z
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		s.compression = "zstd"
		// One goroutine less to end, and a window no larger than zstd --long makes it.
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return s, err
		}
		s.close = z.Close
		text = z
	}
	return s, s.decode(text)
}

// decode decides on the encoding of the text and makes it readable.
func (s *source) decode(text io.Reader) error {
	b := bufio.NewReaderSize(text, headSize)
	head, err := b.Peek(headSize)
	if err != nil && err != io.EOF {
		return err
	}
	s.encoding, s.bom = findEncoding(head, err == io.EOF)
	s.bom = bytes.Clone(s.bom) // the buffer will be used again
	b.Discard(len(s.bom))
	s.Reader = b
	var dec transform.Transformer
	switch s.encoding {
	case "utf-16le":
		dec = textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM).NewDecoder()
	case "utf-16be":
		dec = textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM).NewDecoder()
	case "windows-1252":
		dec = charmap.Windows1252.NewDecoder()
	default:
		if s.compression == "none" {
			s.stored.hash = nil
		}
		return nil
	}
	s.Reader = bufio.NewReaderSize(transform.NewReader(b, dec), headSize)
	return nil
}

// findEncoding recognises a byte order mark, the zero bytes of UTF-16, packed digests
// and Windows-1252, in this order. whole says that head is all there is.
func findEncoding(head []byte, whole bool) (encoding string, bom []byte) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", head[:3:3]
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le", head[:2:2]
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be", head[:2:2]
	}
	var zeros [2]int
	controls := 0
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
		if c < ' ' && (c < '\t' || c > '\r') {
			controls++
		}
	}
	half := len(head) / 2
	switch {
	case zeros[1]*10 > half*7 && zeros[0]*10 < half:
		return "utf-16le", nil
	case zeros[0]*10 > half*7 && zeros[1]*10 < half:
		return "utf-16be", nil
	case validUTF8(head, whole):
		return "utf-8", nil
	case controls*50 > len(head) && (!whole || len(head)%len(Key{}) == 0): // a digest has 9 in 100
		return "binary", nil
	}
	return "windows-1252", nil
}

// validUTF8 reports whether head is UTF-8, but for a rune that its end cuts.
func validUTF8(head []byte, whole bool) bool {
	if !whole {
		for cut := 0; cut < utf8.UTFMax && len(head) > 0; cut++ {
			if r, n := utf8.DecodeLastRune(head); r != utf8.RuneError || n != 1 {
				break
			}
			head = head[:len(head)-1]
		}
	}
	return utf8.Valid(head)
}

// sourceError says what an error met while reading means for the list.
func (s *source) sourceError(err error) *ListError {
	var f errFormat
	switch {
	case errors.As(err, &f):
		return &ListError{Code: Unreadable, What: "is " + f.what, Err: err,
			Hint: "unpack or export it as text, one entry a line or CSV"}
	case s.stored.err != nil:
		return &ListError{Code: Unreadable, What: fmt.Sprintf("cannot be read: %v", s.stored.err), Err: s.stored.err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &ListError{Code: Damaged, What: "ends in the middle of its " + s.compression + " data", Err: err,
			Hint: "fetch the list again"}
	}
	return &ListError{Code: Damaged, What: "its " + s.compression + " data is damaged", Err: err, Hint: "fetch the list again"}
}
