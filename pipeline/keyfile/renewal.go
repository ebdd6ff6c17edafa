package keyfile

import (
	"fmt"
	"io"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// A renewal goes through the units of an old file while rows are told of. Prints do not say
// whose they are, and rows of a unit may share one. So the prints of a unit of which a row
// is gone are all replaced: every row of it has to be told with its keys, which the answers
// of Find and FindAll see to.
type renewal struct {
	file *File

	unit    uint32 // the current one
	left    uint32 // rows of it that have not been told of
	gone    uint32 // rows of it
	passed  bool   // some rows of it
	pending []uint64

	segment int      // the first one that is not written
	renewed []bool   // of each unit
	fresh   []uint64 // placed records of renewed units, for the current segment
}

// NewRenewal returns a Writer of the key file of the list that old is the key file of, after
// rows were taken out. All rows of the old list are told of in their order: Row for one that
// was looked at and stays, Gone for one that goes, Pass for those that were not looked at.
// Where a row goes, all others of the stretches that Find gives for it must be told by Row,
// or Close returns an error. The file keeps the stretches of the old one, as they are now.
// The old file stays open.
func NewRenewal(out io.Writer, old *File) *Writer {
	w := &Writer{out: out, page: xxhash.New()}
	w.foot.about = old.foot.about
	w.foot.rows = slices.Clone(old.foot.rows)
	w.old = &renewal{file: old, renewed: make([]bool, len(old.foot.rows))}
	if len(old.foot.rows) > 0 {
		w.old.left = old.foot.rows[0]
	}
	w.begin()
	return w
}

// reach makes the unit of the next row the current one, and reports whether there is one.
func (w *Writer) reach() bool {
	o := w.old
	for w.err == nil && o.left == 0 {
		if int(o.unit) >= len(o.renewed) {
			w.err = fmt.Errorf("%s: the list has more rows than its key file knows", o.file.name)
			return false
		}
		w.leave()
	}
	return w.err == nil
}

// renewRow is Row.
func (w *Writer) renewRow(heads []uint64) {
	if !w.reach() {
		return
	}
	w.old.left--
	if !w.old.passed {
		w.old.pending = append(w.old.pending, heads...)
	}
}

// renewGone is Gone.
func (w *Writer) renewGone(n int64) {
	for n > 0 && w.reach() {
		k := min(n, int64(w.old.left))
		w.old.left -= uint32(k)
		w.old.gone += uint32(k)
		n -= k
	}
}

// renewPass is Pass.
func (w *Writer) renewPass(n int64) {
	for n > 0 && w.reach() {
		k := min(n, int64(w.old.left))
		w.old.left -= uint32(k)
		w.old.passed = true
		n -= k
	}
}

// renewEnd writes what is left of the old segments.
func (w *Writer) renewEnd() {
	o := w.old
	for w.err == nil && int(o.unit) < len(o.renewed) {
		if o.left > 0 {
			w.err = fmt.Errorf("%s: the list has fewer rows than its key file knows", o.file.name)
			return
		}
		w.leave()
	}
	w.upTo(uint32(len(o.renewed)))
}

// leave ends the current unit.
func (w *Writer) leave() {
	o := w.old
	if o.gone > 0 {
		if o.passed {
			w.err = fmt.Errorf("%s: rows of a stretch are gone of which others were not looked at", o.file.name)
			return
		}
		o.renewed[o.unit] = true
		w.foot.rows[o.unit] -= o.gone
		w.renewUnit()
	}
	o.unit++
	o.gone, o.passed, o.pending = 0, false, o.pending[:0]
	w.upTo(o.unit)
	if int(o.unit) < len(o.renewed) {
		o.left = o.file.foot.rows[o.unit]
	}
}

// renewUnit places the prints of the current unit in the current segment. A unit that no
// segment has never had a print.
func (w *Writer) renewUnit() {
	o := w.old
	if o.segment == len(o.file.foot.segments) {
		return
	}
	s := &o.file.foot.segments[o.segment]
	if o.unit < s.first {
		return
	}
	for _, h := range o.pending {
		o.fresh = append(o.fresh, place(printOf(h), s.buckets)<<unitBits|uint64(o.unit-s.first))
	}
}

// upTo writes the segments whose units are all before unit.
func (w *Writer) upTo(unit uint32) {
	o := w.old
	for w.err == nil && o.segment < len(o.file.foot.segments) && o.file.foot.segments[o.segment].last() < unit {
		w.err = o.file.guarded(func() { w.renewSegment(o.file.foot.segments[o.segment]) })
		o.segment++
		o.fresh = o.fresh[:0]
	}
}

// renewSegment writes a segment of the old file with the prints of renewed units replaced.
func (w *Writer) renewSegment(s segment) {
	o := w.old
	o.file.need(s.offset, s.size())
	data := o.file.data[s.offset : s.offset+s.size()]
	if !slices.Contains(o.renewed[s.first:s.last()+1], true) {
		s.offset = w.at
		w.write(data)
		w.foot.segments = append(w.foot.segments, s)
		return
	}
	w.records = s.decode(w.records[:0], data)
	w.records = slices.DeleteFunc(w.records, func(r uint64) bool {
		unit := r & (maxUnits - 1)
		return unit >= uint64(s.units) || o.renewed[s.first+uint32(unit)] || int(r>>unitBits>>lowBits) >= s.buckets
	})
	w.records = append(w.records, o.fresh...)
	w.sort()
	w.records = slices.Compact(w.records)
	w.segment(s, w.records)
}
