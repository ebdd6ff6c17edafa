package arrowio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The kinds of message, as in Message.fbs.
const (
	headerSchema     = 1
	headerDictionary = 2
	headerBatch      = 3
)

const continuation = 0xffffffff

var magic = []byte("ARROW1")

// A message is one encapsulated IPC message whose lengths have been checked.
type message struct {
	kind   byte
	meta   []byte // the flatbuffer
	header table
	body   []byte
}

var (
	errTruncated = errors.New("the stream ends before its end marker: rows may be missing")
	errTrailing  = errors.New("bytes follow the stream's end marker: another stream may have been appended")
	errCut       = errors.New("the input ends within a message: rows are missing")
)

// A limitError is a size beyond what Options allow.
type limitError struct {
	what string
	size int64
	max  int64
}

func (e *limitError) Error() string {
	return fmt.Sprintf("%s of %d bytes is over the limit of %d", e.what, e.size, e.max)
}

// parseMessage checks the head of a message and returns how long its body is.
func parseMessage(meta []byte, maxBody int64) (*message, int64, error) {
	fb := &flat{b: meta}
	t := fb.root()
	m := &message{kind: t.u8(1, 0), meta: meta}
	var ok bool
	if m.header, ok = t.table(2); !ok || fb.bad {
		return nil, 0, errFlat
	}
	if v := t.i16(0, 0); v != 3 && v != 4 {
		return nil, 0, fmt.Errorf("metadata version V%d is not one of V4 and V5", v+1)
	}
	size := t.i64(3, 0)
	if size < 0 || fb.bad {
		return nil, 0, errFlat
	}
	if size > maxBody {
		return nil, 0, &limitError{"a batch", size, maxBody}
	}
	return m, size, nil
}

// streamFrames reads the messages of a stream.
type streamFrames struct {
	r       *bufio.Reader
	maxMeta int64
	maxBody int64
	body    func(n int) []byte // a buffer to use again, or nil
}

// next returns the next message, or io.EOF after the end marker.
func (s *streamFrames) next() (*message, error) {
	n, err := s.length()
	if err != nil {
		return nil, err
	}
	meta, err := readN(s.r, nil, n)
	if err != nil {
		return nil, err
	}
	m, size, err := parseMessage(meta, s.maxBody)
	if err != nil {
		return nil, err
	}
	var buf []byte
	if m.kind == headerBatch && s.body != nil {
		buf = s.body(int(size))
	}
	m.body, err = readN(s.r, buf, int(size))
	return m, err
}

// length reads what stands before a message: its length, or the end marker.
func (s *streamFrames) length() (int, error) {
	var b [4]byte
	if _, err := io.ReadFull(s.r, b[:]); err != nil {
		return 0, cut(err, errTruncated)
	}
	n := binary.LittleEndian.Uint32(b[:])
	if n == continuation {
		if _, err := io.ReadFull(s.r, b[:]); err != nil {
			return 0, cut(err, errTruncated)
		}
		n = binary.LittleEndian.Uint32(b[:])
	}
	if n == 0 {
		switch _, err := s.r.ReadByte(); err {
		case io.EOF:
			return 0, io.EOF
		case nil:
			return 0, errTrailing
		default:
			return 0, err
		}
	}
	if int64(n) > s.maxMeta {
		return 0, &limitError{"a message head", int64(n), s.maxMeta}
	}
	return int(n), nil
}

// cut replaces the errors of an input that ends too soon by what that means.
func cut(err, means error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return means
	}
	return err
}

// readN reads n bytes, into buf if they fit. A forged length costs no more memory
// than twice the bytes that are there.
func readN(r io.Reader, buf []byte, n int) ([]byte, error) {
	const step = 8 << 20
	if cap(buf) >= n {
		buf = buf[:n]
		_, err := io.ReadFull(r, buf)
		return buf, cut(err, errCut)
	}
	buf = make([]byte, min(n, step))
	for have := 0; ; {
		if _, err := io.ReadFull(r, buf[have:]); err != nil {
			return nil, cut(err, errCut)
		}
		have = len(buf)
		if have == n {
			return buf, nil
		}
		buf = append(buf, make([]byte, min(n-have, have))...)
	}
}

// A block is where a message lies in a file.
type block struct {
	off  int64
	meta int64
	body int64
}

// fileFrames reads the messages of a file by its footer.
type fileFrames struct {
	r       io.ReaderAt
	blocks  []block
	maxBody int64
	body    func(n int) []byte
}

// next returns the next message, or io.EOF.
func (s *fileFrames) next() (*message, error) {
	if len(s.blocks) == 0 {
		return nil, io.EOF
	}
	bl := s.blocks[0]
	s.blocks = s.blocks[1:]
	in := io.NewSectionReader(s.r, bl.off, bl.meta+bl.body)
	meta, err := readN(in, nil, int(bl.meta))
	if err != nil {
		return nil, err
	}
	skip := 4
	n := int64(binary.LittleEndian.Uint32(meta))
	if n == continuation {
		skip, n = 8, int64(binary.LittleEndian.Uint32(meta[4:]))
	}
	if n > int64(len(meta)-skip) {
		return nil, errFlat
	}
	m, size, err := parseMessage(meta[skip:], s.maxBody)
	if err != nil {
		return nil, err
	}
	if size > bl.body {
		return nil, errFlat
	}
	var buf []byte
	if m.kind == headerBatch && s.body != nil {
		buf = s.body(int(size))
	}
	m.body, err = readN(in, buf, int(size))
	return m, err
}

// A footer is what stands at the end of a file.
type footer struct {
	fields []*field
	dicts  []block
	recs   []block
}

var errNoFooter = errors.New("no footer: the file is cut short or was never finished")

// readFooter reads and checks a file's footer. Blocks lie within the file and do not
// add up to more than it.
func readFooter(r io.ReaderAt, size int64, o Options) (*footer, error) {
	if size < 8+4+6 {
		return nil, errNoFooter
	}
	var tail [10]byte
	if err := readFull(r, tail[:], size-10); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if string(tail[4:]) != string(magic) || n == 0 || n > size-8-10 {
		return nil, errNoFooter
	}
	if n > o.MaxMetadata {
		return nil, &limitError{"a footer", n, o.MaxMetadata}
	}
	b := make([]byte, n)
	end := size - 10 - n
	if err := readFull(r, b, end); err != nil {
		return nil, err
	}
	fb := &flat{b: b}
	t := fb.root()
	st, ok := t.table(1)
	if !ok || fb.bad {
		return nil, errFlat
	}
	f := &footer{}
	var err error
	if f.fields, err = parseSchema(st, o.MaxColumns); err != nil {
		return nil, err
	}
	var sum int64
	blocks := func(slot int) []block {
		start, n := t.vector(slot, 24)
		out := make([]block, n)
		for i := range out {
			p := start + 24*i
			bl := block{fb.i64(p), int64(int32(fb.u32(p + 8))), fb.i64(p + 16)}
			if bl.off < 8 || bl.meta < 8 || bl.meta > o.MaxMetadata || bl.body < 0 ||
				bl.off > end || bl.meta+bl.body < 0 || bl.meta+bl.body > end-bl.off {
				fb.bad = true
				return nil
			}
			sum += bl.meta + bl.body
			out[i] = bl
		}
		return out
	}
	f.dicts, f.recs = blocks(2), blocks(3)
	if fb.bad || sum > size {
		return nil, errFlat
	}
	return f, nil
}

func readFull(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	return cut(err, errCut)
}
