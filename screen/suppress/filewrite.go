package suppress

import (
	"context"
	"crypto/sha256"
	"hash"
	"os"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// A fileWriter writes the sections of an index file one after the other and hashes
// them on the way: pages and the whole in a goroutine of its own, because SHA-256 takes
// longer than writing.
type fileWriter struct {
	ctx  context.Context
	f    *os.File
	head fileHeader
	at   int64  // how much has been handed over, from the start of the file
	buf  []byte // what has not
	sum  *xxhash.Digest
	open section
	err  error // the first one, which stays

	free, full chan []byte // of the hasher
	done       chan struct{}
	pages      []uint64 // checksums of the pages so far
	sha        hash.Hash
}

const (
	writeBuffer  = 256 * pageSize
	writeBuffers = 3
)

// newFileWriter starts behind the header of an empty file.
func newFileWriter(ctx context.Context, f *os.File) *fileWriter {
	w := &fileWriter{ctx: ctx, f: f, at: pageSize, sum: xxhash.New(), sha: sha256.New(),
		free: make(chan []byte, writeBuffers), full: make(chan []byte, writeBuffers), done: make(chan struct{})}
	for range writeBuffers {
		w.free <- make([]byte, 0, writeBuffer)
	}
	w.buf = <-w.free
	go w.hashAll()
	return w
}

// hashAll hashes buffers, which are whole pages, and gives them back.
func (w *fileWriter) hashAll() {
	defer close(w.done)
	for b := range w.full {
		for page := range slices.Chunk(b, pageSize) {
			w.pages = append(w.pages, xxhash.Sum64(page))
		}
		w.sha.Write(b)
		w.free <- b
	}
}

// begin starts a section. Sections are written in order, none left out.
func (w *fileWriter) begin(s section) {
	w.open = s
	w.sum.Reset()
	w.head.sections[s].offset = w.at + int64(len(w.buf))
}

// Write appends to the section.
func (w *fileWriter) Write(p []byte) (int, error) {
	w.sum.Write(p)
	w.head.sections[w.open].size += int64(len(p))
	n := len(p)
	for len(p) > 0 && w.err == nil {
		k := copy(w.buf[len(w.buf):cap(w.buf)], p)
		w.buf, p = w.buf[:len(w.buf)+k], p[k:]
		if len(w.buf) == cap(w.buf) {
			w.flush()
		}
	}
	return n, w.err
}

// end ends the section at the end of its page.
func (w *fileWriter) end() {
	w.head.sections[w.open].sum = w.sum.Sum64()
	for len(w.buf)%pageSize != 0 {
		w.buf = append(w.buf, 0)
	}
	if len(w.buf) == cap(w.buf) {
		w.flush()
	}
}

// flush hands the buffer over, which is whole pages.
func (w *fileWriter) flush() {
	if len(w.buf) == 0 {
		return
	}
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		w.full <- w.buf // there is room for every buffer
		_, w.err = w.f.WriteAt(w.buf, w.at)
		w.at += int64(len(w.buf))
		w.buf = nil
		w.buf = (<-w.free)[:0]
		return
	}
	w.buf = w.buf[:0]
}

// pageSums waits until all pages so far are hashed and returns their checksums.
func (w *fileWriter) pageSums() []uint64 {
	w.flush()
	idle := make([][]byte, 0, writeBuffers-1)
	for range cap(idle) {
		idle = append(idle, <-w.free)
	}
	for _, b := range idle {
		w.free <- b
	}
	return w.pages
}

// finish writes the header, which is complete but for what the writer knows, and makes
// the file durable. It must be called once, also after an error.
func (w *fileWriter) finish() error {
	w.flush()
	close(w.full)
	<-w.done
	if w.err == nil {
		w.head.size = w.at
		copy(w.head.digest[:], w.sha.Sum(nil))
		_, w.err = w.f.WriteAt(w.head.encode(), 0)
	}
	if w.err == nil {
		w.err = w.f.Sync()
	}
	return w.err
}

// writeNumbers appends numbers in the order of the file's bytes.
func writeNumbers[T number](w *fileWriter, s []T) {
	if littleEndian {
		w.Write(bytesOf(s))
		return
	}
	for part := range slices.Chunk(s, 1<<15) {
		part = slices.Clone(part)
		swap(part)
		w.Write(bytesOf(part))
	}
}

// numbers writes a section of numbers.
func numbers[T number](w *fileWriter, s section, all []T) {
	w.begin(s)
	writeNumbers(w, all)
	w.end()
}

// tail writes what follows the prefix table: the sections that are held in memory
// whole.
func (w *fileWriter) tail(d *domainSet, n *numbering, a *about) {
	numbers(w, domainSlots, d.slots)
	numbers(w, domainEnds, d.ends)
	w.begin(domainNames)
	w.Write(d.names)
	w.end()
	numbers(w, domainSets, d.sets)
	numbers(w, domainOwn, d.own)
	numbers(w, setEndsSection, n.ends)
	numbers(w, setMembersSection, n.members)
	text, err := a.encode()
	if err != nil && w.err == nil {
		w.err = err
	}
	w.begin(aboutSection)
	w.Write(text)
	w.end()
	w.head.domains, w.head.sets, w.head.lists = int64(d.len()), int64(len(n.ends)-1), int64(len(a.Lists))
	numbers(w, pageSumSection, w.pageSums())
}

// WriteFile writes the index to a file that Open opens: beside its name first, then,
// when it is whole and on the disk, in place of what had the name. Who has that open
// goes on using it. The file can be read by its owner alone.
func (x *Index) WriteFile(ctx context.Context, path string) error {
	return replaceFile(path, func(f *os.File) error {
		w := newFileWriter(ctx, f)
		w.head.keys, w.head.set = int64(len(x.keys)), x.set
		w.begin(keySection)
		w.Write(bytesOf(x.keys))
		w.end()
		numbers(w, keySets, x.sets)
		numbers(w, filterWordsSection, x.words)
		numbers(w, keyBuckets, x.buckets)
		sets := &numbering{ends: x.setEnds, members: x.setMembers}
		if sets.ends == nil { // the zero Index
			sets.ends = []uint32{0}
		}
		w.tail(&x.domains, sets, newAbout(x.lists, x.removals))
		return w.finish()
	})
}
