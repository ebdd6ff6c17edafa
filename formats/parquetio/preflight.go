package parquetio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go/format"
)

// preflight compares what the footer says with itself and with the file, whose
// pages lie between the first magic and end.
func (r *Reader) preflight(end int64) error {
	type extent struct{ lo, hi int64 }
	var used []extent
	left := r.meta.numRows
	for i := range r.meta.groups {
		g := &r.meta.groups[i]
		switch {
		case g.numRows < 0 || g.numRows > left:
			return r.error(fmt.Errorf("%w: its row groups hold other rows than it counts", errFooter), i, nil)
		case g.numRows > r.o.MaxGroupRows:
			return r.error(fmt.Errorf("%w: %d rows, at most %d are accepted", errLimit, g.numRows, r.o.MaxGroupRows), i, nil)
		case len(g.columns) != len(r.tree.leaves):
			return r.error(fmt.Errorf("%w: %d columns where the schema has %d", errFooter, len(g.columns), len(r.tree.leaves)), i, nil)
		}
		left -= g.numRows
		for j := range g.columns {
			c, l := &g.columns[j], &r.tree.leaves[j]
			if err := r.checkChunk(g, c, l, end); err != nil {
				return r.error(err, i, l)
			}
			if c.size > 0 {
				used = append(used, extent{c.off, c.off + c.size})
			}
		}
	}
	if left != 0 {
		return r.error(fmt.Errorf("%w: its row groups hold fewer rows than it counts", errFooter), -1, nil)
	}
	// Chunks that share bytes would let a small file stand for an enormous one.
	slices.SortFunc(used, func(a, b extent) int { return cmp.Compare(a.lo, b.lo) })
	for i := 1; i < len(used); i++ {
		if used[i].lo < used[i-1].hi {
			return r.error(fmt.Errorf("%w: columns overlap in the file", errFooter), -1, nil)
		}
	}
	return nil
}

func (r *Reader) checkChunk(g *rowGroup, c *columnChunk, l *leaf, end int64) error {
	m := &c.meta
	if len(m.path) == 0 {
		m.path = l.path
	}
	switch {
	case m.typ != l.typ:
		return fmt.Errorf("%w: its type is not the schema's", errFooter)
	case !slices.Equal(m.path, l.path):
		return fmt.Errorf("%w: its place in the schema is another", errFooter)
	case !knownCodec(m.codec):
		return fmt.Errorf("%w: %v", errCodec, m.codec)
	case c.size < 0 || c.off < 4 && c.size > 0 || c.off > end || c.size > end-c.off:
		return fmt.Errorf("%w: its pages lie outside the file", errFooter)
	case l.maxRep == 0 && m.numValues != g.numRows,
		m.numValues < g.numRows,
		g.numRows == 0 && m.numValues != 0:
		return fmt.Errorf("%w: %d values for %d rows", errFooter, m.numValues, g.numRows)
	case m.numValues > r.o.maxValues():
		return fmt.Errorf("%w: %d values, at most %d are accepted", errLimit, m.numValues, r.o.maxValues())
	}
	return nil
}

// maxValues bounds the entries of one leaf in one row group.
func (o Options) maxValues() int64 { return min(16*o.MaxGroupRows, 1<<31-1) }

// codecs returns the names of the codecs in use, for Info.
func (r *Reader) codecs() string {
	var seen [8]bool // knownCodec's are below 8
	for i := range r.meta.groups {
		for j := range r.meta.groups[i].columns {
			seen[r.meta.groups[i].columns[j].meta.codec] = true
		}
	}
	var names []string
	for c, used := range seen {
		if used {
			names = append(names, strings.ToLower(format.CompressionCodec(c).String()))
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ",")
}
