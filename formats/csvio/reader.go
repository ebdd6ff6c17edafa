package csvio

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"sync"
	"sync/atomic"

	"sluice/formats"
)

// A Reader reads one list of delimited text. Next belongs to one goroutine; what
// the chunks it returns promise, see formats.Chunk.
type Reader struct {
	name     string
	src      io.Reader // UTF-8, or Windows-1252 as it is
	o        Options
	walker   walker
	dialect  Dialect
	header   []byte
	schema   formats.Schema
	settings []formats.Setting

	head   []byte // read while looking at the head, not yet in a block
	eof    bool   // src is at its end
	tail   *chunk // the next chunk, holding what its predecessor left over
	offset int64  // of the next block in the input
	end    int64  // where a record starts at which to stop; 0 to read all of the input
	lines  int64  // lines before the next block that no chunk has counted yet
	err    error  // what Next returns from now on

	rows, blanks atomic.Int64 // counted as chunks are indexed

	mu     sync.Mutex
	free   []*chunk
	closed bool
}

// NewReader recognises how the list in r is written and reads its header. r gives
// the list decompressed; name is its name in messages. A list that cannot be read at
// all is refused with a *formats.Error: "empty" for one of no bytes, "header" for one
// whose header cannot be right, "options" for settings that contradict each other.
func NewReader(r io.Reader, name string, o Options) (*Reader, error) {
	pos := formats.Position{File: name}
	o, err := o.withDefaults()
	if err != nil {
		return nil, &formats.Error{Pos: pos, Code: "options", Err: err}
	}
	rd := &Reader{name: name, o: o}
	raw, eof, err := readFull(r, headSize)
	if err != nil {
		return nil, rd.failed(err)
	}
	encoding, mark := detectEncoding(raw)
	how := "detected"
	if o.Encoding != "" {
		how = "set"
		if encoding != o.Encoding {
			encoding, mark = o.Encoding, 0
		}
	} else if encoding == UTF8 && mark == 0 && isASCII(raw) {
		how = "default"
	}
	if eof && len(raw) == mark {
		return nil, listError(pos, "empty", "check that the export that made the file finished", "the list is empty")
	}
	if eof {
		r = bytes.NewReader(nil)
	}
	rd.src = io.MultiReader(bytes.NewReader(raw[mark:]), r)
	if encoding == UTF16LE || encoding == UTF16BE {
		rd.src = newUTF16Reader(rd.src, encoding == UTF16BE)
	}
	rd.offset = int64(mark)
	pos.Offset = rd.offset
	h, err := rd.readHead(Dialect{Encoding: encoding, BOM: mark > 0}, pos)
	if err != nil {
		return nil, err
	}
	rd.dialect, rd.header = h.dialect, h.header
	for _, n := range h.names {
		rd.schema.Fields = append(rd.schema.Fields, formats.Field{Name: n})
	}
	bomValue := "no"
	if mark > 0 {
		bomValue = "yes"
	}
	rd.settings = append([]formats.Setting{
		{Name: "encoding", Value: encoding, How: how},
		{Name: "bom", Value: bomValue, How: "detected"},
	}, h.settings...)
	rd.walker = walker{comma: h.dialect.Comma, quote: h.dialect.Quote, maxCell: o.MaxCell}
	rd.blanks.Store(int64(h.blanks))
	rd.skipped(rd.head[:h.used])
	rd.head = rd.head[h.used:]
	return rd, nil
}

// readHead reads as much as it takes to make out the header.
func (r *Reader) readHead(d Dialect, pos formats.Position) (*head, error) {
	var failed error
	for _, size := range []int{headSize, r.o.MaxHeader + 2} {
		if size <= len(r.head) || r.eof {
			break
		}
		more, eof, err := readFull(r.src, size-len(r.head))
		if err != nil {
			return nil, r.failed(err)
		}
		r.head, r.eof = append(r.head, more...), eof
		h, err := readHead(r.head, r.eof, r.o, d, pos)
		if err == nil {
			return h, nil
		}
		failed = err
	}
	return nil, failed
}

// Schema returns the columns, in order and as named in the header; column_1 and so
// on without one. Names may repeat and be empty.
func (r *Reader) Schema() *formats.Schema { return &r.schema }

// Dialect returns how the list is written.
func (r *Reader) Dialect() Dialect { return r.dialect }

// HeaderBytes returns the header record with its line end for
// WriterOptions.HeaderBytes; nil if the list has none.
func (r *Reader) HeaderBytes() []byte { return r.header }

// Info returns how the list is written and how many rows and blank lines it has. The
// counts are complete when Next has returned io.EOF and every chunk has been asked
// for its rows or length.
func (r *Reader) Info() formats.Info {
	info := formats.Info{Name: r.name, Format: "csv", Rows: r.rows.Load()}
	if r.dialect.Comma == '\t' {
		info.Format = "tsv"
	}
	info.Settings = append(info.Settings, r.settings...)
	info.Settings = append(info.Settings, formats.Setting{
		Name: "blank_lines", Value: strconv.FormatInt(r.blanks.Load(), 10), How: "detected",
	})
	return info
}

// Close forgets the reader's buffers. It does not close what lies below.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free, r.closed = nil, true
	r.tail = nil
	r.err = errClosed
	return nil
}

var errClosed = errors.New("list already closed")

// Next returns the next block of whole records, or io.EOF.
func (r *Reader) Next() (formats.Chunk, error) {
	if r.err != nil {
		return nil, r.err
	}
	c, err := r.next()
	if err != nil {
		r.err = err
		return nil, err
	}
	return c, nil
}

func (r *Reader) next() (*chunk, error) {
	if r.ended() {
		return nil, io.EOF
	}
	c := r.tail
	if c == nil {
		c = r.get()
	}
	// Twice what is left over: then what a long quoted cell makes us look at again
	// stays in proportion to what is new.
	want := max(r.o.BlockSize, 2*len(c.buf))
	for {
		// One byte more than MaxRecord tells whether a record of just that size ends.
		if err := r.fill(c, min(want, r.o.MaxRecord+1)); err != nil {
			return nil, err
		}
		buf, eof := c.buf, r.eof && len(r.head) == 0
		if len(buf) > r.o.MaxRecord {
			buf, eof = buf[:r.o.MaxRecord], false
		}
		if eof && len(buf) == 0 {
			return nil, io.EOF
		}
		var cut int
		cut, c.marks = r.walker.walk(buf, c.marks[:0], eof)
		cut, c.marks = r.within(cut, c.marks)
		switch {
		case cut > 0 && r.isBlank(buf[:cut]):
			r.blanks.Add(int64(countLines(buf[:cut])))
			r.skipped(buf[:cut])
			c.buf = c.buf[:copy(c.buf, c.buf[cut:])]
			if r.ended() {
				return nil, io.EOF
			}
			want = max(r.o.BlockSize, 2*len(c.buf))
		case cut > 0:
			r.cut(c, cut)
			return c, nil
		case len(c.buf) > r.o.MaxRecord:
			return r.skipRecord(c)
		default:
			want = 2 * len(c.buf)
		}
	}
}

// cut makes c a chunk of its first n bytes and leaves the others for the next one.
func (r *Reader) cut(c *chunk, n int) {
	t := r.get()
	t.buf = append(t.buf[:0], c.buf[n:]...)
	r.tail = t
	c.buf = c.buf[:n]
	c.n = n
	c.offset, c.before = r.offset, r.lines
	r.offset += r.rawLen(c.buf)
	r.lines = 0
}

// skipped accounts for bytes of the input that belong to no chunk.
func (r *Reader) skipped(b []byte) {
	r.offset += r.rawLen(b)
	r.lines += int64(countLines(b))
}

// skipRecord makes c a chunk of one faulty row: the record that c.buf starts with,
// which is longer than MaxRecord. Its bytes are passed over up to the first line
// feed behind MaxRecord.
func (r *Reader) skipRecord(c *chunk) (*chunk, error) {
	c.offset, c.before = r.offset, r.lines
	r.lines = 0
	for from := r.o.MaxRecord; ; from = 0 {
		k := bytes.IndexByte(c.buf[from:], '\n')
		end := from + k + 1
		if k < 0 {
			end = len(c.buf)
		}
		r.skipped(c.buf[:end])
		c.buf = c.buf[:copy(c.buf, c.buf[end:])]
		if k >= 0 {
			break
		}
		if err := r.fill(c, headSize); err != nil {
			return nil, err
		}
		if len(c.buf) == 0 {
			break
		}
		// What was passed over so far did not end a line: it counts with the rest.
		r.lines--
	}
	r.tail = r.get()
	r.tail.buf = append(r.tail.buf[:0], c.buf...)
	c.buf, c.n = c.buf[:0], 0
	c.marks = append(c.marks[:0], mark{kind: overlong})
	c.skipped, r.lines = r.lines, 0
	return c, nil
}

// isBlank reports whether b, whole records, holds no row.
func (r *Reader) isBlank(b []byte) bool {
	if len(r.schema.Fields) == 1 {
		return false
	}
	for len(b) > 0 {
		k := blank(b)
		if k == 0 {
			return false
		}
		b = b[k:]
	}
	return true
}

// rawLen returns how many bytes of the input became b.
func (r *Reader) rawLen(b []byte) int64 {
	if r.dialect.Encoding == UTF16LE || r.dialect.Encoding == UTF16BE {
		return utf16Len(b)
	}
	return int64(len(b))
}

// countLines returns the number of lines in b, also counting a last one without end.
func countLines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}
