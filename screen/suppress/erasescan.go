package suppress

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
)

// A scanner goes through the text of one list and notes what is to be changed.
type scanner struct {
	*Eraser
	layout
	coding string            // as findEncoding names it
	enc    encoding.Encoding // nil for UTF-8
	unit   int               // bytes of a line break as stored
	erased *Erased
	edits  []edit // ascending, without overlaps
	cells  [][]byte
	raw    [][]byte

	want     map[Key]bool // keys of which it matters whether the list has them
	has      map[Key]bool // those of want that are entries which stay
	canaries []edit       // comments that name a subject's digest
	line     int64        // of the next record, from 1
	at       int64        // where the next record starts, as stored
	end      int64        // behind the last entry, or the header
	ended    bool         // the last line has a line break
	crlf     bool         // the last line break is \r\n
	total    int64        // records that are neither comment nor blank
	gone     int64        // of them
}

// An edit replaces a stretch of the text as stored, behind the byte order mark.
type edit struct {
	lo, hi int64
	text   []byte // what comes in its place, in UTF-8; of a claim the comment as it is
	claim  string // count or sha256: text is to be brought up to date
}

// openText opens the list's text below compression, not decoded, and says how it is read.
func openText(f *os.File) (s *source, text io.Reader, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	s, stored, err := openStored(f, SHA1)
	if err != nil || stored == nil {
		return s, nil, err
	}
	b, err := s.recognise(stored)
	return s, b, err
}

// scan goes through the list in f. add are the digests that it shall have afterwards, and
// canaries those that it must have so far.
func (e *Eraser) scan(ctx context.Context, f *os.File, add, canaries []Key, erased *Erased) (*scanner, error) {
	s := &scanner{Eraser: e, erased: erased, unit: 1, want: map[Key]bool{}, has: map[Key]bool{}, line: 1, ended: true}
	for _, k := range slices.Concat(add, canaries) {
		s.want[k] = true
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	src, err := openSource(f, SHA1)
	defer src.close()
	switch {
	case err == io.EOF && src.Reader == nil:
		s.eol = '\n'
		s.append(add)
		s.settle()
		return s, nil
	case err != nil:
		return nil, src.sourceError(err)
	case src.archive:
		return nil, notLookedThrough("an archive")
	case src.layout != nil:
		return s, s.structured(src, f)
	case src.encoding == "binary":
		erased.Digests = true
		if len(add) > 0 {
			return nil, &ListError{Code: Unreadable, What: "is packed digests, to which none are added", Hint: "build an index of it: sluice lists build"}
		}
		return s, nil
	}
	head, err := src.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, src.sourceError(err)
	}
	s.layout = findLayout(head, err == io.EOF, newReader())
	h := readHeader(head, s.eol, err == io.EOF)
	for _, c := range h.canaries {
		if k, ok := s.reader.canary([]byte(c.value)); ok {
			s.want[k] = true
		}
	}
	s.coding = src.encoding
	if s.enc = encodingNamed(src.encoding); strings.HasPrefix(src.encoding, "utf-16") {
		s.unit = 2
	}
	stored, text, err := openText(f)
	if err != nil {
		return nil, stored.sourceError(err)
	}
	defer stored.close()
	if err := s.text(ctx, text, src.encoding == "utf-16be"); err != nil {
		if l, ok := err.(*ListError); ok {
			return nil, l
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, stored.sourceError(err)
	}
	s.append(add)
	s.settle()
	return s, nil
}

// text reads the text in blocks of whole lines.
func (s *scanner) text(ctx context.Context, r io.Reader, big bool) error {
	brk := []byte{s.eol}
	if s.unit == 2 {
		if brk = []byte{s.eol, 0}; big {
			brk = []byte{0, s.eol}
		}
	}
	var buf []byte
	for size, eof := chunkSize, false; !eof; {
		if err := ctx.Err(); err != nil {
			return err
		}
		have := len(buf)
		buf = slices.Grow(buf, size)[:have+size]
		n, err := io.ReadFull(r, buf[have:])
		buf = buf[:have+n]
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			eof = true
		default:
			return err
		}
		end := len(buf)
		if !eof {
			end = lastBreak(buf, brk)
		}
		used, err := s.block(buf[:end], brk, eof)
		if err != nil {
			return err
		}
		if size = chunkSize; used == 0 && !eof {
			if len(buf) > s.unit*(maxLine+maxRecord) {
				return &ListError{Code: Damaged, Lines: Lines{1, []int64{s.line}}, Err: errLongLine,
					What: "a line of more than 1 MiB", Hint: "check that the file is a list"}
			}
			size = len(buf)
		}
		buf = append(buf[:0], buf[used:]...)
	}
	return nil
}

// lastBreak returns where the last line break of raw ends, or 0.
func lastBreak(raw, brk []byte) int {
	for end := len(raw) - len(raw)%len(brk); end > 0; end -= len(brk) {
		if bytes.Equal(raw[end-len(brk):end], brk) {
			return end
		}
	}
	return 0
}

// nextBreak returns where the first line break of raw ends, or the end of raw.
func nextBreak(raw, brk []byte) int {
	if len(brk) == 1 {
		if i := bytes.IndexByte(raw, brk[0]); i >= 0 {
			return i + 1
		}
		return len(raw)
	}
	for end := len(brk); end <= len(raw); end += len(brk) {
		if bytes.Equal(raw[end-len(brk):end], brk) {
			return end
		}
	}
	return len(raw)
}

// block takes the whole records of some lines, and returns how many bytes they have.
func (s *scanner) block(raw, brk []byte, last bool) (used int, err error) {
	text := raw
	if s.enc != nil {
		if text, err = s.enc.NewDecoder().Bytes(raw); err != nil {
			return 0, err
		}
	}
	for len(text) > 0 {
		end := s.next(text, last)
		if end == 0 {
			break
		}
		size := end
		if s.enc != nil {
			size = 0
			for range bytes.Count(text[:end], []byte{s.eol}) {
				size += nextBreak(raw[used+size:], brk)
			}
			if end == len(text) {
				size = len(raw) - used
			}
		}
		s.record(text[:end], int64(size))
		text = text[end:]
		used += size
	}
	return used, nil
}

// record looks at one record, line break included, which has so many bytes as stored.
func (s *scanner) record(rec []byte, size int64) {
	body := s.cutBreak(rec)
	lo, hi, line := s.at, s.at+size, s.line
	s.at, s.ended = hi, len(body) < len(rec)
	if s.ended {
		s.crlf = bytes.HasSuffix(rec, []byte("\r\n"))
	}
	s.line += max(1, int64(bytes.Count(rec, []byte{s.eol})))
	clear(s.seen)
	switch {
	case isComment(body):
		s.comment(rec, body, lo, hi)
		return
	case len(trimSpace(body)) == 0:
		return
	case line == s.headerLine:
		s.heading(rec, body, lo, hi)
		return
	}
	s.total++
	s.end = hi
	if !s.holds(body) {
		s.keep(body)
		return
	}
	s.erased.note(s.seen)
	var left []byte
	if s.delim == 0 {
		left = s.single(body)
	} else {
		left = s.rest(body)
	}
	if left == nil || s.holds(left) || isComment(left) || len(trimSpace(left)) == 0 {
		s.gone++
		s.erased.Records++
		s.edits = append(s.edits, edit{lo: lo, hi: hi})
		return
	}
	s.erased.Cells++
	s.edits = append(s.edits, edit{lo: lo, hi: hi, text: slices.Concat(left, rec[len(body):])})
	s.keep(left)
}

// holds reports whether a record has a subject's address: as a whole, or in a cell.
func (s *scanner) holds(rec []byte) bool {
	if !mayHold(rec) {
		return false
	}
	if s.delim == 0 {
		return s.in(rec)
	}
	found := s.delim == '|' && s.in(rec) // which may be part of an address
	s.cells = s.dialect.cells(s.cells[:0], rec)
	for _, c := range s.cells {
		found = s.in(c) || found
	}
	return found
}

// keep notes which of the keys wanted are entries of a record that stays.
func (s *scanner) keep(rec []byte) {
	if len(s.want) == 0 {
		return
	}
	var v value
	if s.delim == 0 {
		if s.reader.read(rec, s.role(), &v); v.verdict == keyed && s.want[v.key] {
			s.has[v.key] = true
		}
		return
	}
	s.cells = s.dialect.cells(s.cells[:0], rec)
	if s.free(s.cells) {
		return
	}
	for _, c := range s.columns {
		if c.index < len(s.cells) {
			if s.reader.read(s.cells[c.index], c.role, &v); v.verdict == keyed && s.want[v.key] {
				s.has[v.key] = true
			}
		}
	}
}

// heading empties the cells of a header in which a subject's address stands.
func (s *scanner) heading(rec, body []byte, lo, hi int64) {
	s.end = hi
	if s.delim == 0 || !s.holds(body) {
		return
	}
	s.erased.note(s.seen)
	s.erased.Cells++
	s.raw = s.dialect.rawCells(s.raw[:0], body)
	for i, c := range s.raw {
		if s.in(c) {
			s.raw[i] = nil
		}
	}
	s.edits = append(s.edits, edit{lo: lo, hi: hi, text: slices.Concat(bytes.Join(s.raw, []byte{s.delim}), rec[len(body):])})
}

// comment looks at a comment: one that holds an address goes, one that says something of
// the list as a whole is brought up to date.
func (s *scanner) comment(rec, body []byte, lo, hi int64) {
	if s.in(body) {
		s.erased.note(s.seen)
		s.erased.Comments++
		s.edits = append(s.edits, edit{lo: lo, hi: hi})
		return
	}
	name, value, ok := cutClaim(body)
	if !ok {
		return
	}
	switch name {
	case "count", "entries", "records":
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			s.edits = append(s.edits, edit{lo: lo, hi: hi, text: bytes.Clone(rec), claim: "count"})
		}
	case "sha256":
		if sum, err := hex.DecodeString(value); err == nil && len(sum) == 32 {
			s.edits = append(s.edits, edit{lo: lo, hi: hi, text: bytes.Clone(rec), claim: "sha256"})
		}
	case "canary":
		if k, ok := s.reader.canary([]byte(value)); ok && s.covers(&k) {
			s.canaries = append(s.canaries, edit{lo: lo, hi: hi, text: bytes.Clone(k[:])})
		}
	}
}

// append adds the digests that the list does not have, behind its last entry.
func (s *scanner) append(add []Key) {
	at := s.end
	if s.total == 0 { // behind the comments, but not behind what one says of the text above
		at = s.at
		if i := slices.IndexFunc(s.edits, func(e edit) bool { return e.claim == "sha256" && e.lo >= s.end }); i >= 0 {
			at = s.edits[i].lo
		}
	}
	brk := string(s.eol)
	if s.crlf {
		brk = "\r\n"
	}
	var text []byte
	if at == s.at && !s.ended && !slices.ContainsFunc(s.edits, func(e edit) bool { return e.hi == s.at && e.claim == "" && e.text == nil }) {
		text = append(text, brk...)
	}
	for i, k := range add {
		if s.has[k] || slices.Contains(add[:i], k) {
			continue
		}
		if s.delim != 0 {
			text = append(text, strings.Repeat(string(s.delim), s.columns[0].index)...)
		}
		text = hex.AppendEncode(text, k[:])
		if s.delim != 0 {
			text = append(text, strings.Repeat(string(s.delim), max(0, s.fields-1-s.columns[0].index))...)
		}
		text = append(text, brk...)
		s.erased.Added++
	}
	if s.erased.Added > 0 {
		s.edits = append(s.edits, edit{lo: at, hi: at, text: text})
	}
}

// settle puts the edits in order, and drops what only had to be known.
func (s *scanner) settle() {
	for _, c := range s.canaries {
		if !s.has[Key(c.text)] {
			s.erased.Comments++
			s.edits = append(s.edits, edit{lo: c.lo, hi: c.hi})
		}
	}
	slices.SortFunc(s.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	s.erased.Empty = s.total-s.gone+s.erased.Added == 0
}

// updated returns a comment with a new value.
func updated(comment []byte, value string) []byte {
	i := bytes.IndexAny(comment, ":=") + 1
	_, old, _ := cutClaim(comment)
	return slices.Concat(comment[:i], bytes.Replace(comment[i:], []byte(old), []byte(value), 1))
}
