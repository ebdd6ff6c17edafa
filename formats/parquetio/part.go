package parquetio

// Cuts returns where the file can be cut into parts that are read one without the other:
// where each row group starts, the first one's place being 0. It is nil if the groups do
// not stand one behind the other.
func (r *Reader) Cuts() []int64 {
	var cuts []int64
	end := int64(0)
	for i := range r.meta.groups {
		lo, hi := end, end
		for j := range r.meta.groups[i].columns {
			c := &r.meta.groups[i].columns[j]
			if c.size == 0 {
				continue
			}
			if hi == end || c.off < lo {
				lo = c.off
			}
			hi = max(hi, c.off+c.size)
		}
		if lo < end {
			return nil
		}
		if i == 0 {
			lo = 0
		}
		cuts, end = append(cuts, lo), hi
	}
	return cuts
}

// Only has the Reader read the row groups that start in [lo, hi), as Cuts says. It must
// be called before Next.
func (r *Reader) Only(lo, hi int64) {
	r.group, r.end = len(r.meta.groups), len(r.meta.groups)
	for i, at := range r.Cuts() {
		if at >= lo && i < r.group {
			r.group = i
		}
		if at >= hi {
			r.end = i
			break
		}
	}
	r.group = min(r.group, r.end)
	r.first, r.rows = r.group, 0
	for _, g := range r.meta.groups[r.group:r.end] {
		r.rows += g.numRows
	}
}
