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
		f := newFilterStream(n, func(p []byte) error { w.Write(p); return w.err })
		b := newBucketStream(n, func(p []byte) error { table.Write(p); return table.err })
		buf := make([]Key, 1<<14)
		for at := int64(0); at < n; {
			keys := buf[:min(n-at, int64(len(buf)))]
			off := w.head.sections[keySection].offset + at*int64(len(Key{}))
			if _, err := w.f.ReadAt(bytesOf(keys), off); err != nil && err != io.EOF {
				return err
			}
			if err := f.add(keys); err != nil {
				return err
			}
			if err := b.add(keys); err != nil {
				return err
			}
			at += int64(len(keys))
			c.progress("filter", at, n)
		}
		if err := f.finish(); err != nil {
			return err
		}
		if err := b.finish(); err != nil {
			return err
		}
	}
	w.end()
	w.begin(keyBuckets)
	err := table.play(func(p []byte) error { w.Write(p); return w.err })
	w.end()
	return err
}

// A filterStream makes the words that newFilter makes, from the front to the back, and
// hands them over as the file has them.
type filterStream struct {
	put    func([]byte) error
	blocks int
	buf    []uint64 // words from block at on
	at     int
}

func newFilterStream(n int64, put func([]byte) error) *filterStream {
	blocks := filterWords(int(n)) / wordsPerBlock
	return &filterStream{put: put, blocks: blocks, buf: make([]uint64, min(blocks, 1<<12)*wordsPerBlock)}
}

// add takes keys, none less than those before.
func (f *filterStream) add(keys []Key) error {
	for i := range keys {
		w, v := filterBits(&keys[i], f.blocks)
		w -= f.at * wordsPerBlock
		for w >= len(f.buf) {
			w -= len(f.buf)
			if err := f.next(); err != nil {
				return err
			}
		}
		setBits(f.buf[w:w+wordsPerBlock:w+wordsPerBlock], v)
	}
	return nil
}

// next hands over the blocks in the buffer and goes on to those behind.
func (f *filterStream) next() error {
	if !littleEndian {
		swap(f.buf)
	}
	err := f.put(bytesOf(f.buf))
	f.at += len(f.buf) / wordsPerBlock
	f.buf = f.buf[:min(len(f.buf), (f.blocks-f.at)*wordsPerBlock)]
	clear(f.buf)
	return err
}

func (f *filterStream) finish() error {
	for f.at < f.blocks {
		if err := f.next(); err != nil {
			return err
		}
	}
	return nil
}

// A bucketStream makes the table that newBuckets makes, likewise.
type bucketStream struct {
	put     func([]byte) error
	buckets int
	next    int // the first bucket whose start was not handed over
	at      int64
	buf     []uint32
	err     error
}

func newBucketStream(n int64, put func([]byte) error) *bucketStream {
	return &bucketStream{put: put, buckets: numBuckets(int(n)), buf: make([]uint32, 0, 1<<12)}
}

func (b *bucketStream) add(keys []Key) error {
	for i := range keys {
		for bucket := scale(keys[i].head(), b.buckets); b.next <= bucket; b.next++ {
			b.start(uint32(b.at))
		}
		b.at++
	}
	return b.err
}

func (b *bucketStream) finish() error {
	for ; b.next <= b.buckets; b.next++ {
		b.start(uint32(b.at))
	}
	b.flush()
	return b.err
}

func (b *bucketStream) start(at uint32) {
	if len(b.buf) == cap(b.buf) {
		b.flush()
	}
	b.buf = append(b.buf, at)
}

func (b *bucketStream) flush() {
	if !littleEndian {
		swap(b.buf)
	}
	if b.err == nil {
		b.err = b.put(bytesOf(b.buf))
	}
	b.buf = b.buf[:0]
}
