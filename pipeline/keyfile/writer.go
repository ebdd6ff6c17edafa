package keyfile

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"
)

// segmentRecords is how many records a Writer gathers before it sorts them: they and the
// room to sort them in take 64 MiB. Each segment costs a look-up of every key that is asked.
const segmentRecords = 1 << 22

// A Writer makes a key file. It is told of all rows in their order, those that are not in
// the list any more included, and is used by one goroutine. Its output goes to an io.Writer
// from front to back, and depends on nothing but the rows.
type Writer struct {
	out  io.Writer
	err  error
	foot footer
	old  *renewal // nil for the key file of a new list

	unitRows uint32
	most     int      // records of a segment
	records  []uint64 // of the segment under way
	scratch  []uint64
	first    uint32 // unit of the segment under way
	buf      []byte
	at       int64 // bytes written
	sums     []uint64
	page     *xxhash.Digest // of the page under way

	recent [1 << 13]uint64 // records that came lately, so that a frequent domain is gathered once
}

// NewWriter returns a Writer of the key file of a new list.
func NewWriter(out io.Writer, about About) *Writer {
	w := &Writer{out: out, unitRows: UnitRows, most: segmentRecords, page: xxhash.New()}
	w.foot.about = about
	w.begin()
	return w
}

func (w *Writer) begin() {
	var head [headerSize]byte
	copy(head[:], magic)
	binary.LittleEndian.PutUint32(head[len(magic):], version)
	w.write(head[:])
}

// Row tells of the next row: it is in the list, and can be looked up by keys of which heads
// are the first eight bytes, as big-endian numbers. A key may be there twice. The error is
// that of an earlier write.
func (w *Writer) Row(heads []uint64) error {
	if w.old != nil {
		w.renewRow(heads)
		return w.err
	}
	rows := w.foot.rows
	if len(rows) == 0 || rows[len(rows)-1] == w.unitRows {
		if len(rows) > 0 && uint32(len(rows))-w.first >= maxUnits {
			w.cut()
		}
		w.foot.rows = append(rows, 0)
		rows = w.foot.rows
	}
	unit := uint32(len(rows) - 1)
	rows[unit]++
	for _, h := range heads {
		r := printOf(h) | uint64(unit-w.first)
		// Of a print's bits some behind those that tell frequent ones apart.
		if seen := &w.recent[h>>40%uint64(len(w.recent))]; *seen != r {
			*seen = r
			w.records = append(w.records, r)
		}
	}
	if len(w.records) >= w.most {
		w.cut()
	}
	return w.err
}

// Gone tells of the next n rows: they are not in the list.
func (w *Writer) Gone(n int64) error {
	if w.old != nil {
		w.renewGone(n)
	}
	return w.err
}

// Pass tells of the next n rows: they are in the list, as they were in that of the old key
// file. Only a renewal can be told so.
func (w *Writer) Pass(n int64) error {
	switch {
	case w.old != nil:
		w.renewPass(n)
	case w.err == nil && n > 0:
		w.err = fmt.Errorf("keyfile: rows of a new list were passed over")
	}
	return w.err
}

// Close writes what is left. It does not close the output.
func (w *Writer) Close() error {
	if w.old != nil {
		w.renewEnd()
	} else {
		w.cut()
	}
	at := w.at
	if n := at % pageSize; n > 0 {
		w.sums = append(w.sums, w.page.Sum64())
	}
	foot := w.foot.append(nil, w.sums)
	w.write(w.foot.trailer(foot, at, foot))
	w.records, w.scratch, w.buf = nil, nil, nil
	return w.err
}

// cut ends the segment under way. The unit may go on in the next one.
func (w *Writer) cut() {
	units := uint32(len(w.foot.rows))
	if len(w.records) > 0 {
		w.sort()
		buckets := 1
		for i := 1; i < len(w.records); i++ {
			if w.records[i] != w.records[i-1] {
				buckets++
			}
		}
		buckets = min(buckets, maxBuckets)
		w.segment(segment{buckets: buckets, first: w.first, units: units - w.first}, placeAll(w.records, buckets))
	}
	w.records = w.records[:0]
	clear(w.recent[:])
	w.first = max(units, 1) - 1
}

func (w *Writer) sort() {
	if len(w.scratch) < len(w.records) {
		w.scratch = make([]uint64, cap(w.records))
	}
	sortRecords(w.records, w.scratch)
}

// segment writes a segment of placed records.
func (w *Writer) segment(s segment, placed []uint64) {
	s.n, s.offset = len(placed), w.at
	w.buf = s.encode(w.buf[:0], placed)
	w.write(w.buf)
	w.foot.segments = append(w.foot.segments, s)
}

// write writes b, and sums up its pages.
func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	if _, w.err = w.out.Write(b); w.err != nil {
		return
	}
	for len(b) > 0 {
		n := min(len(b), pageSize-int(w.at%pageSize))
		w.page.Write(b[:n])
		w.at += int64(n)
		b = b[n:]
		if w.at%pageSize == 0 {
			w.sums = append(w.sums, w.page.Sum64())
			w.page.Reset()
		}
	}
}
