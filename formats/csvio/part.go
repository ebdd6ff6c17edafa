package csvio

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// Start returns where the first row stands in the input: behind the byte order mark and
// the header. It must be asked before Next.
func (r *Reader) Start() int64 { return r.offset }

// Divisible reports whether the list can be read from a record in its midst. Text of
// sixteen bits a character cannot: what is read is not what stands in the input.
func (r *Reader) Divisible() bool {
	return r.dialect.Encoding != UTF16LE && r.dialect.Encoding != UTF16BE
}

// Resume has the Reader go on at a record that starts offset bytes into the input, with
// src, which gives the bytes from there on, and stop at one that starts at end: what
// follows tells what is wrong with a record before. Lines are counted from offset, or from
// the input's first if that is where the rows start. It must be called before Next.
func (r *Reader) Resume(src io.Reader, offset, end int64) {
	r.end = end
	if offset != r.offset {
		r.lines = 0
		r.blanks.Store(0)
		r.offset = offset
	}
	r.src, r.head, r.eof = src, nil, false
}

// ended reports whether the next record is the one at which to stop.
func (r *Reader) ended() bool { return r.end > 0 && r.offset >= r.end }

// within takes from the records of a block, up to cut, those from r.end on.
func (r *Reader) within(cut int, marks []mark) (int, []mark) {
	if r.end == 0 || r.offset+int64(cut) <= r.end {
		return cut, marks
	}
	cut = int(r.end - r.offset)
	for len(marks) > 0 && int(marks[len(marks)-1].lo) >= cut {
		marks = marks[:len(marks)-1]
	}
	return cut, marks
}

// Trailing returns how many lines follow the last row: blank ones. It is complete after Next
// has returned io.EOF.
func (r *Reader) Trailing() int64 { return r.lines }

// RecordStart returns where the first record starts that does not start before at, as
// this Reader would find it if it read all of src from its start: size if there is none.
//
// It reads what lies around at only, and still is exact. A record ends at a line feed,
// at the latest the first one that follows MaxRecord bytes. So of the line feeds within
// MaxRecord bytes of any place, and the one behind them, one ends a record. If all texts
// that follow one of these, read as a list, agree on where records start from at on, so
// does the list. They do as a rule: a text that starts within a quoted cell comes upon a
// quote that cannot be right, and what is broken ends with its line. Where they do not,
// more is read before at, in the end all of it.
func (r *Reader) RecordStart(src io.ReaderAt, size, at int64) (int64, error) {
	return r.recordStart(src, size, at, int64(r.o.MaxRecord)+mergeRoom)
}

// mergeRoom is how many bytes texts that start apart have at first to come together.
const mergeRoom = 4 << 20

func (r *Reader) recordStart(src io.ReaderAt, size, at, before int64) (int64, error) {
	first := r.offset
	if at = max(at, first); at == first || at >= size {
		return min(at, size), nil
	}
	for {
		lo := max(first, at-before)
		hi := min(size, at+2*int64(r.o.MaxCell)) // as a rule the record around at ends before
		for {
			buf := make([]byte, hi-lo)
			if n, err := src.ReadAt(buf, lo); n < len(buf) {
				if err == nil || err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return 0, r.failed(err)
			}
			w := partWalk{r.walker, r.o.MaxRecord, buf, hi == size, int(at - lo)}
			start, err := w.settle(lo == first)
			if err == nil {
				return lo + int64(start), nil
			}
			if err != errShort || hi == size {
				break
			}
			hi = min(size, hi+(hi-lo))
		}
		before *= 4
	}
}

var (
	errShort = errors.New("a record ends behind the bytes at hand")
	errApart = errors.New("the bytes before do not tell where records start")
)

// A partWalk looks for the first record from at on in a stretch of a list.
type partWalk struct {
	walker
	maxRecord int
	buf       []byte
	eof       bool // nothing follows buf
	at        int
}

// settle returns where the first record from at on starts. With known, one starts where
// buf does.
func (w *partWalk) settle(known bool) (int, error) {
	if known {
		_, start, err := w.follow(0, nil)
		return start, err
	}
	// Nearly all of the others start where a record of the first one does.
	var first []int
	var start int
	seen := map[int]bool{}
	met := func(i int) bool {
		_, on := slices.BinarySearch(first, i)
		on = on || seen[i]
		seen[i] = true
		return on
	}
	for from, k, passed := 0, 0, 0; from <= w.maxRecord; from = k + 1 {
		n := bytes.IndexByte(w.buf[from:], '\n')
		if n < 0 {
			return 0, errApart
		}
		if k = from + n; k+1 > w.at {
			return 0, errApart
		}
		if from == 0 {
			var err error
			if first, start, err = w.follow(k+1, nil); err != nil {
				return 0, err
			}
			continue
		}
		for passed < len(first) && first[passed] < k+1 {
			passed++
		}
		if passed < len(first) && first[passed] == k+1 {
			continue
		}
		_, got, err := w.follow(k+1, met)
		if err != nil && err != errMet {
			return 0, err
		}
		if err == nil && got != start {
			return 0, errApart
		}
	}
	return start, nil
}

// errMet says that a text has come to where one before it was.
var errMet = errors.New("seen before")

// follow goes from record to record, from the one that starts at i, to the first that
// does not start before at, and returns where all of them start. It stops with errMet
// where met says that another text came by.
func (w *partWalk) follow(i int, met func(int) bool) (starts []int, start int, err error) {
	for i < w.at {
		if met != nil && met(i) {
			return nil, 0, errMet
		}
		if met == nil {
			starts = append(starts, i)
		}
		next, ok := w.next(i)
		if !ok {
			return nil, 0, errShort
		}
		i = next
	}
	return starts, i, nil
}

// next returns where the record that starts at i ends: what Reader.next comes to.
func (w *partWalk) next(i int) (int, bool) {
	window, eof := w.buf[i:], w.eof
	if len(window) > w.maxRecord {
		window, eof = window[:w.maxRecord], false
	}
	if end := w.recordEnd(window, eof); end > 0 {
		return i + end, true
	}
	if len(window) < w.maxRecord || len(w.buf)-i == w.maxRecord && !w.eof {
		return 0, false // there may be more of it
	}
	k := bytes.IndexByte(w.buf[i+w.maxRecord:], '\n')
	if k < 0 {
		return len(w.buf), w.eof
	}
	return i + w.maxRecord + k + 1, true
}

// recordEnd returns where the record ends that buf starts with, as walk finds it; 0 if
// that does not show. With eof nothing follows buf.
func (d *walker) recordEnd(buf []byte, eof bool) int {
	lineEnd := func(from int) int {
		k := bytes.IndexByte(buf[from:], '\n')
		if k < 0 && eof {
			return len(buf)
		}
		if k < 0 {
			return 0
		}
		return from + k + 1
	}
	for i := 0; ; {
		end := lineEnd(i)
		k := bytes.IndexByte(buf[i:max(i, end)], d.quote)
		if end == 0 {
			k = bytes.IndexByte(buf[i:], d.quote)
		}
		if k < 0 {
			return end
		}
		q := i + k
		if q > 0 && buf[q-1] != d.comma && buf[q-1] != '\n' {
			return lineEnd(q)
		}
		behind, why := d.close(buf, q, eof)
		switch why {
		case closed:
			i = behind
		case needMore:
			return 0
		default:
			return lineEnd(q)
		}
	}
}
