package suppress

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// chunkSize is how much text is handed to a worker at once.
const chunkSize = 1 << 20

// maxLine bounds a line. A longer one is no list.
const maxLine = 1 << 20

var (
	errLongLine      = errors.New("line too long")
	errPartialRecord = errors.New("the last record is cut short")
	errUnordered     = errors.New("not in ascending order")
)

// A chunk is a run of whole records and what was found in them.
type chunk struct {
	text  []byte
	line  int64 // of its first record, from 1
	lines int64
	found findings
}

// findings are what was found in a chunk, in the order of its lines.
type findings struct {
	keys     []Key
	hosts    []byte // the domains, one behind the other
	hostEnds []uint32

	repeats                        int64 // domains that the list had before, once they are drained
	entries                        [NumKinds]int64
	traps, comments, blanks, total int64 // total: records that are neither comment nor blank
	skipped                        int64 // records that say they may be contacted
	refused                        Lines
	why                            []oddity     // why they were refused
	algorithms                     AlgorithmSet // of the digests
	odd                            []oddity
	counts                         []claim // "# count: N"
	canaries                       []int64 // lines of "# canary: …"
	long                           Lines   // longer than maxLine
	zeros                          Lines   // with a zero byte, of which text has none
	cut                            Lines   // unreadable, and the text ends without a line break
	lastEntry                      int64   // the last line that is neither comment nor blank

	sought *sought // see Builder.Seek; nil for nothing
	places []Place
}

// An oddity is one kind of warning.
type oddity struct {
	what  string
	lines Lines
}

func (f *findings) warn(what string, lines Lines) { f.odd = noted(f.odd, what, lines) }

func (f *findings) because(what string, lines Lines) { f.why = noted(f.why, what, lines) }

// refuse notes a line that could not be read, and why.
func (f *findings) refuse(line int64, why string) {
	f.refused.add(line)
	f.because(why, Lines{1, []int64{line}})
}

func noted(all []oddity, what string, lines Lines) []oddity {
	for i := range all {
		if all[i].what == what {
			all[i].lines.append(lines)
			return all
		}
	}
	return append(all, oddity{what, Lines{lines.Total, slices.Clone(lines.First)}})
}

// A claim is what a comment says of the list: how many entries it has, or what its
// text before the comment hashes to.
type claim struct {
	line     int64
	count    int64
	want     string // SHA-256 in hex
	textHash string
}

// A loader reads the text of one list with a reader and some workers.
type loader struct {
	layout
	src      *source
	workers  int
	size     int                               // of a chunk
	canaries *canaries                         // of the list
	own      *canaries                         // that the text itself names
	drain    func(f *findings, size int) error // see Builder; may be nil
	sought   *sought                           // see Builder.Seek; may be nil

	headLines int64 // that readHeader has seen

	chunks []*chunk
	odd    []oddity // of the text as a whole
	lines  int64
	sums   []claim   // "# sha256: …"
	hash   hash.Hash // of the text, the byte order mark included
}

// run reads the text to its end. The findings are in l.chunks, in order.
func (l *loader) run(ctx context.Context) error {
	l.hash = sha256.New()
	l.hash.Write(l.src.bom)
	g, ctx := errgroup.WithContext(ctx)
	work := make(chan *chunk)
	free := make(chan []byte, l.workers+2) // the buffers in use are these, and no more
	for range cap(free) {
		free <- nil
	}
	g.Go(func() error {
		defer close(work)
		return l.cut(ctx, work, free)
	})
	for range l.workers {
		g.Go(func() error {
			w := worker{layout: &l.layout, reader: newReader()}
			for c := range work {
				c.found.sought = l.sought
				w.process(c)
				l.canaries.see(c.found.keys)
				l.own.see(c.found.keys)
				if l.drain != nil {
					if err := l.drain(&c.found, len(c.text)); err != nil {
						return err
					}
				}
				free <- c.text[:0] // there is room for every buffer
				c.text = nil
			}
			return nil
		})
	}
	return g.Wait()
}

// cut sends the text to the workers in chunks that end where a record does.
func (l *loader) cut(ctx context.Context, work chan<- *chunk, free chan []byte) error {
	var rest []byte // of the text read so far: an unfinished record
	for eof := false; !eof; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var buf []byte
		select {
		case buf = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		buf = append(buf[:0], rest...)
		end := 0
		for end == 0 {
			room := max(l.size, 2*len(buf))
			if cap(buf) < room {
				buf = append(make([]byte, 0, room), buf...)
			}
			n, err := io.ReadFull(l.src, buf[len(buf):room])
			buf = buf[:len(buf)+n]
			switch err {
			case nil:
			case io.EOF, io.ErrUnexpectedEOF:
				eof = true
			default:
				return err
			}
			if end = l.lastEnd(buf, eof); end == 0 {
				if eof {
					break
				}
				if len(buf) > maxLine {
					return errLongLine
				}
			}
		}
		rest = append(rest[:0], buf[end:]...)
		if end == 0 {
			free <- buf
			continue
		}
		c := &chunk{text: buf[:end], line: l.lines + 1}
		c.lines = int64(bytes.Count(c.text, []byte{l.eol}))
		if c.text[end-1] != l.eol {
			c.lines++
		}
		l.sum(c)
		l.lines += c.lines
		l.chunks = append(l.chunks, c)
		select {
		case work <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// lastEnd returns where the last whole record of buf ends, or 0.
func (l *loader) lastEnd(buf []byte, eof bool) int {
	if eof {
		return len(buf)
	}
	if l.delim == 0 || bytes.IndexByte(buf, '"') < 0 {
		return bytes.LastIndexByte(buf, l.eol) + 1
	}
	end := 0
	for end < len(buf) {
		n := l.next(buf[end:], false)
		if n == 0 {
			break
		}
		end += n
	}
	return end
}

// sum adds the chunk to the text's hash. Where a comment claims a hash, it notes what
// the hash was before that line.
func (l *loader) sum(c *chunk) {
	done := 0
	for at := 0; ; {
		i := indexSum(c.text[at:])
		if i < 0 {
			break
		}
		at += i
		start := bytes.LastIndexByte(c.text[:at], l.eol) + 1
		stop := len(c.text)
		if n := bytes.IndexByte(c.text[at:], l.eol); n >= 0 {
			stop = at + n
		}
		name, want, ok := cutClaim(c.text[start:stop])
		if sum, err := hex.DecodeString(want); ok && name == "sha256" && err == nil && len(sum) == sha256.Size {
			l.hash.Write(c.text[done:start])
			done = start
			l.sums = append(l.sums, claim{
				line:     c.line + int64(bytes.Count(c.text[:start], []byte{l.eol})),
				want:     strings.ToLower(want),
				textHash: hex.EncodeToString(l.hash.Sum(nil)),
			})
		}
		at = stop
	}
	l.hash.Write(c.text[done:])
}

func indexSum(text []byte) int {
	i, j := bytes.Index(text, []byte("sha256")), bytes.Index(text, []byte("SHA256"))
	if i < 0 || j >= 0 && j < i {
		return j
	}
	return i
}

// cutClaim divides a comment of the form "# name: value".
func cutClaim(line []byte) (name, value string, ok bool) {
	line = bytes.TrimSpace(line)
	if len(line) > 200 || !bytes.HasPrefix(line, []byte("#")) {
		return "", "", false
	}
	line = bytes.TrimLeft(line, "# \t")
	i := bytes.IndexAny(line, ":=")
	if i < 0 {
		return "", "", false
	}
	return string(bytes.ToLower(bytes.TrimSpace(line[:i]))), string(bytes.TrimSpace(line[i+1:])), true
}

// A worker reads the records of chunks.
type worker struct {
	*layout
	*reader
	v     value
	cells [][]byte
}

// process fills c.found.
func (w *worker) process(c *chunk) {
	f := &c.found
	f.keys = make([]Key, 0, min(int(c.lines), len(c.text)/16)) // few entries are shorter
	line := c.line
	if i := bytes.IndexByte(c.text, 0); i >= 0 {
		f.zeros.add(line + int64(bytes.Count(c.text[:i], []byte{w.eol})))
	}
	for text := c.text; len(text) > 0; {
		end := w.next(text, true)
		rec := text[:end]
		text = text[end:]
		lines := int64(1)
		if w.delim != 0 && end > 1 {
			lines = max(1, int64(bytes.Count(rec, []byte{w.eol})))
		}
		rec = w.cutBreak(rec)
		switch {
		case isComment(rec):
			f.comments++
			f.comment(rec, line)
		case len(rec) == 0 || len(trimSpace(rec)) == 0:
			f.blanks++
		case line == w.headerLine:
		default:
			f.total++
			f.lastEntry = line
			if end > maxLine {
				f.long.add(line)
			}
			refused := f.refused.Total
			if w.delim == 0 {
				w.single(f, rec, line)
			} else {
				w.columnsOf(f, rec, line)
			}
			if f.refused.Total > refused && len(text) == 0 && c.text[len(c.text)-1] != w.eol {
				f.cut.add(line)
			}
		}
		if f.sought != nil {
			f.sought.aside(w, f, rec, line)
		}
		line += lines
	}
	// The findings stay until the whole list is read: give back what they do not need.
	if cap(f.keys)-len(f.keys) > len(f.keys)/8 {
		f.keys = slices.Clone(f.keys)
	}
}

// single takes the value of a line.
func (w *worker) single(f *findings, rec []byte, line int64) {
	as := anyRole
	if len(w.columns) > 0 {
		as = w.columns[0].role
	}
	w.read(rec, as, &w.v)
	switch w.v.verdict {
	case unreadable:
		f.refuse(line, w.v.why)
	case blank:
		f.blanks++
	default:
		f.take(&w.v, line)
	}
}

// columnsOf takes the values of a record's columns.
func (w *worker) columnsOf(f *findings, rec []byte, line int64) {
	w.cells = w.dialect.cells(w.cells[:0], rec)
	w.entries(f, line)
}

// entries takes the values of w.cells. Columns are in order of their tier. A domain
// counts only if nothing better stands in the record: beside a person's address it says
// where the person works, not that nobody there may be contacted.
func (w *worker) entries(f *findings, line int64) {
	if w.free(w.cells) {
		f.skipped++
		return
	}
	taken, bad, why := false, false, ""
	if len(w.cells) < w.fields && len(w.cells) <= w.columns[0].index {
		bad, why = true, whyShort
	}
	for _, c := range w.columns {
		fallback := c.tier == hashed || c.tier == vague || c.tier == where
		if c.index >= len(w.cells) || fallback && (taken || bad) {
			continue
		}
		w.read(w.cells[c.index], c.role, &w.v)
		switch {
		case w.v.verdict == blank || w.v.verdict == unreadable && c.tier == vague:
		case w.v.verdict != unreadable:
			taken = true
			f.take(&w.v, line)
		case c.tier == also && taken:
			f.warn("a number or profile that cannot be read, beside an entry that can", Lines{1, []int64{line}})
		case !bad:
			bad, why = true, w.v.why
		}
	}
	switch {
	case bad:
		f.refuse(line, why)
	case !taken:
		f.blanks++
		if slices.ContainsFunc(w.cells, func(cell []byte) bool { return len(trimSpace(cell)) > 0 }) {
			f.warn("a record without an entry in the columns that are read", Lines{1, []int64{line}})
		}
	}
}

// take adds a value that is not blank and could be read.
func (f *findings) take(v *value, line int64) {
	if f.sought != nil {
		f.sought.see(f, v, line)
	}
	switch v.verdict {
	case trap:
		f.traps++
	case hosted:
		f.entries[Domain]++
		f.hosts = append(f.hosts, v.host...)
		f.hostEnds = append(f.hostEnds, uint32(len(f.hosts)))
	case keyed:
		f.entries[v.kind]++
		if v.kind == Digest {
			f.algorithms = f.algorithms.With(v.alg)
		}
		f.keys = append(f.keys, v.key)
	}
	if v.odd != "" {
		f.warn(v.odd, Lines{1, []int64{line}})
	}
}

// comment notes what a comment claims of the list.
func (f *findings) comment(rec []byte, line int64) {
	name, val, ok := cutClaim(rec)
	if !ok {
		return
	}
	switch name {
	case "count", "entries", "records":
		if n, err := strconv.ParseInt(val, 10, 64); err == nil {
			f.counts = append(f.counts, claim{line: line, count: n})
		}
	case "canary":
		f.canaries = append(f.canaries, line)
	}
}

// runPacked reads digests of one size, which must be in order: that tells them from any
// other file of bytes, such as an encrypted one, that would load as a list of nobody.
func (l *loader) runPacked(ctx context.Context, alg Algorithm) error {
	l.hash = sha256.New()
	size := alg.Size()
	buf := make([]byte, 1<<15*size)
	before := make([]byte, size)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(l.src, buf)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		l.hash.Write(buf[:n])
		if n%size != 0 {
			return errPartialRecord
		}
		c := &chunk{line: l.lines + 1, lines: int64(n / size)}
		f := &c.found
		f.sought = l.sought
		f.keys = make([]Key, 0, c.lines)
		for b := buf[:n]; len(b) > 0; b = b[size:] {
			digest := b[:size]
			if bytes.Compare(before, digest) > 0 {
				return errUnordered
			}
			copy(before, digest)
			if alg.isNothing(digest) {
				f.traps++
				continue
			}
			f.keys = append(f.keys, DigestKey(alg, digest))
			if k := f.keys[len(f.keys)-1]; f.sought != nil && f.sought.keys[k] {
				record := c.line + c.lines - int64(len(b)/size)
				f.places = append(f.places, Place{Line: record, Kind: Digest, Algorithm: alg, Key: k})
			}
		}
		f.entries[Digest] = int64(len(f.keys))
		f.algorithms = f.algorithms.With(alg)
		f.total = c.lines
		l.canaries.see(f.keys)
		l.lines += c.lines
		l.chunks = append(l.chunks, c)
		if err != nil {
			return nil
		}
	}
}
