package arrowio

// Cuts returns where a file can be cut into parts that are read one without the other:
// where each batch starts, the first one's place being 0. It is nil for a stream, and if
// the batches do not stand one behind the other.
func (a *Reader) Cuts() []int64 {
	f, ok := a.frames.(*fileFrames)
	if !ok {
		return nil
	}
	var cuts []int64
	end := int64(0)
	for i, b := range f.blocks {
		if b.off < end {
			return nil
		}
		end = b.off + b.meta + b.body
		if i == 0 {
			b.off = 0
		}
		cuts = append(cuts, b.off)
	}
	return cuts
}

// Only has the Reader read the batches that start in [lo, hi), as Cuts says. It must be
// called before Next.
func (a *Reader) Only(lo, hi int64) {
	first, last := 0, 0
	for _, at := range a.Cuts() {
		if at < lo {
			first++
		}
		if at < hi {
			last++
		}
	}
	f := a.frames.(*fileFrames)
	f.blocks = f.blocks[first:max(first, last)]
	a.nBatch, a.before = int64(first), int64(first)
}
