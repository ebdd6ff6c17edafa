package parquetio

import (
	"fmt"

	"sluice/formats"
	"sluice/formats/column"
	"sluice/formats/treated"
)

// Columns of a Parquet source that stay keep their column chunks, whatever becomes of the
// others: those that are left out are not looked at, and those that are replaced are built
// from text, like the extra ones.

// leavesOf returns the leaves of the columns that are written as they are.
func (t *tree) leavesOf(cols []treated.Column) (leaves []int) {
	for _, c := range cols {
		if c.Replace == nil {
			leaves = append(leaves, t.root.children[c.From].all()...)
		}
	}
	return leaves
}

// all returns the leaves below n.
func (n *node) all() (leaves []int) {
	for i := n.leaves[0]; i < n.leaves[1]; i++ {
		leaves = append(leaves, i)
	}
	return leaves
}

// renders reports whether some columns are built from text.
func (w *Writer) renders() bool {
	return len(w.specs)-len(w.cols) > 0 || len(treated.Replaced(w.cols)) > 0
}

// addRendered encodes the columns that are built from text and puts their chunks into g:
// those of replaced columns in their place, those of extra ones behind.
func (w *Writer) addRendered(e *columnEncoder, g *encodedGroup, c formats.Chunk, sel column.Selection, views []column.View) error {
	kept := g.columns
	g.columns = nil
	defer func() { g.columns = append(g.columns, kept...) }() // for their buffers, if it fails
	for i := range w.specs {
		if i < len(w.cols) && w.cols[i].Replace == nil {
			n := len(w.like.tree.root.children[w.cols[i].From].all())
			g.columns = append(g.columns, kept[:n]...)
			kept = kept[n:]
			continue
		}
		if len(views) == 0 {
			return fmt.Errorf("internal error: too few extra columns for a writer of %d", len(w.specs)-len(w.cols))
		}
		var b cells
		if err := b.collect(&w.specs[i], views[0], c, sel); err != nil {
			return err
		}
		col, err := e.encode(&w.specs[i], &b, w.kind, w.footer.columnOrders != nil, nil)
		if err != nil {
			return fmt.Errorf("column %s: %w", w.specs[i].name, err)
		}
		g.columns = append(g.columns, col)
		views = views[1:]
	}
	if len(views) > 0 {
		return fmt.Errorf("internal error: %d extra columns too many", len(views))
	}
	return nil
}
