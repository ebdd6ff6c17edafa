package parquetio

import "bytes"

// describeTreated makes the footer that of the columns that are written, in place of the
// source's.
func (w *Writer) describeTreated() {
	m, t := w.like.meta, w.like.tree
	var elements thriftWriter
	count := 1
	for i, c := range w.cols {
		if c.Replace != nil {
			appendSchemaElement(&elements, &w.specs[i])
			count++
			continue
		}
		t.root.children[c.From].each(func(n *node) {
			elements.b = append(elements.b, n.el.raw...)
			count++
		})
	}
	extra := w.specs[len(w.cols):]
	for i := range extra {
		appendSchemaElement(&elements, &extra[i])
	}
	var schema thriftWriter
	schema.listHeader(count+len(extra), tStruct)
	appendWithChildren(&schema, m.schema[0].raw, int32(len(w.specs)))
	w.footer.schema = append(schema.b, elements.b...)
	w.footer.columnOrders = w.treatedOrders(m.columnOrders)
	w.footer.keyValues = nil
}

// each calls do for n and everything below it, parents first.
func (n *node) each(do func(*node)) {
	do(n)
	for _, child := range n.children {
		child.each(do)
	}
}

// treatedOrders returns the column orders of what is written.
func (w *Writer) treatedOrders(orders []byte) []byte {
	if orders == nil {
		return nil
	}
	r := thriftReader{b: orders}
	n, elem := r.list(tList)
	source := make([][]byte, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		source = append(source, r.raw(elem))
	}
	if r.err != nil || len(source) != len(w.like.tree.leaves) {
		return nil // nobody knows which is whose
	}
	var all thriftWriter
	all.begin()
	all.structure(1) // as the type says
	all.end()
	all.end()
	byType := all.b
	var kept [][]byte
	for i := range w.specs {
		if i >= len(w.cols) || w.cols[i].Replace != nil {
			kept = append(kept, byType)
			continue
		}
		for _, leaf := range w.like.tree.root.children[w.cols[i].From].all() {
			kept = append(kept, source[leaf])
		}
	}
	var out thriftWriter
	out.listHeader(len(kept), tStruct)
	return append(out.b, bytes.Join(kept, nil)...)
}

// treatedSorting returns what a source's sorting_columns say of the leaves that are
// written: rows stay sorted by the first of them, up to one that is gone.
func (w *Writer) treatedSorting(sorting []byte) []byte {
	if sorting == nil {
		return nil
	}
	r := thriftReader{b: sorting}
	n, elem := r.list(tList)
	var kept thriftWriter
	total := 0
	for ; n > 0 && r.err == nil; n-- {
		leaf := -1
		var flags [4]bool
		r.structure(elem, func(id int16, t byte) {
			switch id {
			case 1:
				leaf = int(r.i32(t))
			case 2, 3:
				flags[id] = r.bool(t)
			default:
				r.skip(t)
			}
		})
		to := w.leafAt(leaf)
		if to < 0 {
			break
		}
		kept.begin()
		kept.i32(1, int32(to))
		kept.bool(2, flags[2])
		kept.bool(3, flags[3])
		kept.end()
		total++
	}
	if r.err != nil || total == 0 {
		return nil
	}
	var list thriftWriter
	list.listHeader(total, tStruct)
	return append(list.b, kept.b...)
}

// leafAt returns the place in the output of a leaf of the source; -1 if it is not written
// as it is.
func (w *Writer) leafAt(leaf int) int {
	at := 0
	for _, c := range w.cols {
		if c.Replace != nil {
			at++
			continue
		}
		n := w.like.tree.root.children[c.From]
		if n.leaves[0] <= leaf && leaf < n.leaves[1] {
			return at + leaf - n.leaves[0]
		}
		at += n.leaves[1] - n.leaves[0]
	}
	return -1
}
