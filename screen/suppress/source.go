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
	"golang.org/x/text/encoding"
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

	archive bool        // it is a ZIP archive: nothing but raw is set
	raw     io.Reader   // the bytes as stored
	record  int         // the size of a packed digest
	layout  *layout     // of lists that are transcoded to lines; else nil
	lines   *lineWriter // of such lists
	digest  string      // SHA-256 of the file as stored, once it is read
	member  bool        // it stands in an archive
	gzip    gzip.Header // of the first member of a gzip file
}

// filler returns how many blank lines are not the list's.
func (s *source) filler() int64 {
	if s.lines == nil {
		return 0
	}
	return s.lines.filler
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
	{"PAR1", "a Parquet file"},
	{"ARROW1", "an Arrow file"},
	{"BZh", "compressed with bzip2"},
	{"\xfd7zXZ\x00", "compressed with xz"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"\x04\x22\x4d\x18", "compressed with LZ4"},
	{"%PDF-", "a PDF document"},
}

// openSource looks at the first bytes of r and returns the text below them. packed is
// the algorithm of packed digests.
func openSource(r io.Reader, packed Algorithm) (*source, error) {
	s, text, err := openStored(r, packed)
	if err != nil || text == nil {
		return s, err
	}
	return s, s.decode(text)
}

// openStored is openSource without decoding: it returns the bytes below the compression,
// or none if the file is empty or an archive.
func openStored(r io.Reader, packed Algorithm) (*source, io.Reader, error) {
	s := &source{compression: "none", encoding: "utf-8", stored: &storedFile{r: r}, close: func() {}, record: packed.Size()}
	// Taken away again if the text turns out to be the same bytes: hashing them twice
	// would take longer than parsing them.
	s.stored.hash = sha256.New()
	raw := bufio.NewReaderSize(s.stored, 4<<10)
	head, err := raw.Peek(8)
	if len(head) == 0 {
		return s, nil, err
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return s, nil, errFormat{f.what}
		}
	}
	s.raw = raw
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		s.archive = true
		return s, nil, nil
	}
	var text io.Reader = raw
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		s.compression = "gzip"
		z, err := gzip.NewReader(raw)
		if err != nil {
			return s, nil, err
		}
		text, s.gzip = z, z.Header
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		s.compression = "zstd"
		// One goroutine less to end, and a window no larger than zstd --long makes it.
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return s, nil, err
		}
		s.close = z.Close
		text = z
	}
	return s, text, nil
}

// decode decides on the encoding of the text and makes it readable.
func (s *source) decode(text io.Reader) error {
	b, err := s.recognise(text)
	if err != nil {
		return err
	}
	s.Reader = b
	enc := encodingNamed(s.encoding)
	if enc != nil {
		s.Reader = bufio.NewReaderSize(transform.NewReader(b, enc.NewDecoder()), headSize)
	}
	if s.encoding != "binary" {
		head, err := s.Peek(headSize)
		if err != nil && err != io.EOF {
			return err
		}
		if err := s.structure(head); err != nil {
			return err
		}
	}
	if enc == nil && s.compression == "none" && s.layout == nil {
		s.stored.hash = nil
	}
	return nil
}

// recognise finds out the encoding of the text and skips its byte order mark. It returns
// the text, not decoded.
func (s *source) recognise(text io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(text, headSize)
	head, err := b.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	s.encoding, s.bom = findEncoding(head, err == io.EOF, s.record)
	s.bom = bytes.Clone(s.bom) // the buffer will be used again
	b.Discard(len(s.bom))
	return b, nil
}

// encodingNamed returns an encoding other than UTF-8 by the name that findEncoding has
// for it, else nil.
func encodingNamed(name string) encoding.Encoding {
	switch name {
	case "utf-16le":
		return textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM)
	case "utf-16be":
		return textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM)
	case "windows-1252":
		return charmap.Windows1252
	}
	return nil
}

// structure puts a transcoder before a text that is no lines or columns.
func (s *source) structure(head []byte) error {
	switch {
	case isWebPage(head):
		return errFormat{"a page of the web, not a list"}
	case isJSON(head):
		l := newJSONList(s.Reader)
		s.layout, s.lines = transcoded(jsonFormat(head)), &l.lineWriter
		s.Reader = bufio.NewReaderSize(l, headSize)
	case isXML(head):
		l := newXMLList(s.Reader)
		s.layout, s.lines = transcoded(xmlFormat(head)), &l.lineWriter
		s.Reader = bufio.NewReaderSize(l, headSize)
	}
	return nil
}

// findEncoding recognises a byte order mark, the zero bytes of UTF-16, packed digests
// and Windows-1252, in this order. whole says that head is all there is; record is the
// size of a packed digest.
func findEncoding(head []byte, whole bool, record int) (encoding string, bom []byte) {
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
	case controls*50 > len(head) && (!whole || len(head)%record == 0): // a digest has 9 in 100
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
	case errors.Is(err, errBomb):
		return &ListError{Code: TooLarge, What: errBomb.Error(), Err: err, Hint: "unpack the archive, and look at what is in it"}
	case s.member && s.stored.err != nil:
		return &ListError{Code: Damaged, What: "its ZIP entry is damaged", Err: err, Hint: "fetch the list again"}
	case s.stored.err != nil:
		return &ListError{Code: Unreadable, What: fmt.Sprintf("cannot be read: %v", s.stored.err), Err: s.stored.err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &ListError{Code: Damaged, What: "ends in the middle of its " + s.compression + " data", Err: err,
			Hint: "fetch the list again"}
	}
	return &ListError{Code: Damaged, What: "its " + s.compression + " data is damaged", Err: err, Hint: "fetch the list again"}
}
