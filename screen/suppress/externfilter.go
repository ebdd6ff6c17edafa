package suppress

import (
	"io"
)

// filter writes the filter and the prefix table of the keys that were written. Keys in
// order fill both from front to back, so that neither need be held in memory; the table
// waits on a tape until the filter is written.
func (c *change) filter(w *fileWriter) error {
	w.flush() // the keys are read from the file
	n := w.head.keys
	table := tape{dir: c.TempDir}
	defer table.close()
	w.begin(filterWordsSection)
	if n > 0 {
		f := newFilterStream(n, w)
		b := newBucketStream(n, &table)
		buf := make([]Key, 1<<14)
		for at := int64(0); at < n; {
			keys := buf[:min(n-at, int64(len(buf)))]
			off := w.head.sections[keySection].offset + at*int64(len(Key{}))
			if _, err := w.f.ReadAt(bytesOf(keys), off); err != nil && err != io.EOF {
				return err
			}
			f.add(keys)
			b.add(keys)
			at += int64(len(keys))
			if w.err != nil {
				return w.err
			}
			c.progress("filter", at, n)
		}
		f.finish()
		b.finish()
	}
	w.end()
	w.begin(keyBuckets)
	err := table.play(func(p []byte) error {
		writeNumbers(w, sliceOf[uint32](p))
		return w.err
	})
	w.end()
	return err
}

// A filterStream makes the words that newFilter makes, from the front to the back.
type filterStream struct {
	w      *fileWriter
	blocks int
	buf    []uint64 // words from block at on
	at     int
}

func newFilterStream(n int64, w *fileWriter) *filterStream {
	blocks := filterWords(int(n)) / wordsPerBlock
	return &filterStream{w: w, blocks: blocks, buf: make([]uint64, min(blocks, 1<<12)*wordsPerBlock)}
}

// add takes keys, none less than those before.
func (f *filterStream) add(keys []Key) {
	for i := range keys {
		w, v := filterBits(&keys[i], f.blocks)
		w -= f.at * wordsPerBlock
		for w >= len(f.buf) {
			w -= len(f.buf)
			f.next()
		}
		setBits(f.buf[w:w+wordsPerBlock:w+wordsPerBlock], v)
	}
}

// next writes the blocks in the buffer and goes on to those behind.
func (f *filterStream) next() {
	writeNumbers(f.w, f.buf)
	f.at += len(f.buf) / wordsPerBlock
	f.buf = f.buf[:min(len(f.buf), (f.blocks-f.at)*wordsPerBlock)]
	clear(f.buf)
}

func (f *filterStream) finish() {
	for f.at < f.blocks {
		f.next()
	}
}

// A bucketStream makes the table that newBuckets makes.
type bucketStream struct {
	to      io.Writer
	buckets int
	next    int // the first bucket whose start is not written
	at      int64
	buf     []uint32
}

func newBucketStream(n int64, to io.Writer) *bucketStream {
	return &bucketStream{to: to, buckets: numBuckets(int(n)), buf: make([]uint32, 0, 1<<12)}
}

func (b *bucketStream) add(keys []Key) {
	for i := range keys {
		for bucket := scale(keys[i].head(), b.buckets); b.next <= bucket; b.next++ {
			b.put(uint32(b.at))
		}
		b.at++
	}
}

func (b *bucketStream) finish() {
	for ; b.next <= b.buckets; b.next++ {
		b.put(uint32(b.at))
	}
	b.flush()
}

func (b *bucketStream) put(start uint32) {
	if len(b.buf) == cap(b.buf) {
		b.flush()
	}
	b.buf = append(b.buf, start)
}

func (b *bucketStream) flush() {
	b.to.Write(bytesOf(b.buf)) // which keeps its error
	b.buf = b.buf[:0]
}
