package parquetio

import (
	"sluice/formats/column"
)

// flatRuns clips the selection to the page's rows. Row and entry are the same. It
// stays at a run that ends with the page: the next page may go on with its last row.
func (f *columnFilter) flatRuns(dst []column.Run, before, after int) []column.Run {
	for f.next < len(f.sel) && f.sel[f.next].Hi < before {
		f.next++
	}
	for _, r := range f.sel[f.next:] {
		if r.Lo >= after {
			break
		}
		if lo, hi := max(r.Lo, before), min(r.Hi, after); lo < hi {
			dst = append(dst, column.Run{Lo: lo - before, Hi: hi - before})
		}
	}
	return dst
}

// nestedRuns returns the entries of the selected rows.
func (f *columnFilter) nestedRuns(dst []column.Run, p *dataPage, before int) []column.Run {
	row := before - 1
	in, open := false, 0
	for i, rep := range p.rep {
		if i > 0 && rep != 0 {
			continue
		}
		if rep == 0 {
			row++
		}
		for f.next < len(f.sel) && f.sel[f.next].Hi <= row {
			f.next++
		}
		now := f.next < len(f.sel) && f.sel[f.next].Lo <= row
		if now && !in {
			open = i
		} else if !now && in {
			dst = append(dst, column.Run{Lo: open, Hi: i})
		}
		in = now
	}
	if in {
		dst = append(dst, column.Run{Lo: open, Hi: p.n})
	}
	return dst
}

// takeRuns cuts runs off that have some n entries together, splitting the last if
// need be. It changes runs and, for a run that is split, head.
func takeRuns(runs []column.Run, n int, head *[1]column.Run) (some, rest []column.Run) {
	for i, r := range runs {
		size := r.Hi - r.Lo
		if size < n {
			n -= size
			continue
		}
		if size == n {
			return runs[:i+1], runs[i+1:]
		}
		if i > 0 {
			return runs[:i], runs[i:]
		}
		head[0] = column.Run{Lo: r.Lo, Hi: r.Lo + n}
		runs[0].Lo += n
		return head[:], runs
	}
	return runs, nil
}

// A valuePicker turns runs of entries, ascending, into runs of values.
type valuePicker struct {
	p      *dataPage
	maxDef uint8
	entry  int
	value  int
}

func (v *valuePicker) pick(dst, runs []column.Run) []column.Run {
	def := v.p.def
	if def == nil {
		return runs
	}
	for _, r := range runs {
		v.value += countLevel(def[v.entry:r.Lo], v.maxDef)
		lo := v.value
		v.value += countLevel(def[r.Lo:r.Hi], v.maxDef)
		v.entry = r.Hi
		if v.value > lo {
			dst = append(dst, column.Run{Lo: lo, Hi: v.value})
		}
	}
	return dst
}

// A plainWalker copies runs of PLAIN values, ascending. Byte arrays have to be
// walked through from the page's start, for each says only how long it is itself.
type plainWalker struct {
	b     []byte
	width int
	at    int // where value k starts; BYTE_ARRAY
	k     int
}

func (w *plainWalker) copy(dst []byte, runs []column.Run) ([]byte, error) {
	if w.width > 0 {
		for _, r := range runs {
			dst = append(dst, w.b[r.Lo*w.width:r.Hi*w.width]...)
		}
		return dst, nil
	}
	b, at, k := w.b, w.at, w.k
	for _, r := range runs {
		for ; k < r.Lo; k++ {
			if len(b)-at < 4 {
				return dst, errValues
			}
			at += 4 + int(le.Uint32(b[at:]))
		}
		lo := at
		for ; k < r.Hi; k++ {
			if len(b)-at < 4 {
				return dst, errValues
			}
			at += 4 + int(le.Uint32(b[at:]))
		}
		if at > len(b) {
			return dst, errValues
		}
		dst = append(dst, b[lo:at]...)
	}
	w.at, w.k = at, k
	return dst, nil
}
