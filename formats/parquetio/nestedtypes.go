package parquetio

import (
	"github.com/parquet-go/parquet-go/format"
)

// listElement returns what the elements of a LIST are, or nil if n is no LIST. The
// rules for how older writers shaped lists are those of LogicalTypes.md.
func listElement(n *node) *node {
	const convList = 3
	if n.el.logical.id != logicalList && n.el.converted != convList || len(n.children) != 1 {
		return nil
	}
	rep := n.children[0]
	switch {
	case !rep.repeated():
		return nil
	case rep.leaf >= 0 || len(rep.children) != 1,
		rep.el.name == "array" || rep.el.name == n.el.name+"_tuple",
		rep.children[0].repeated():
		return rep
	}
	return rep.children[0]
}

// mapEntry returns the key and value of a MAP whose keys are plain, or nil.
func mapEntry(n *node) (key, value *node) {
	const convMap, convMapKeyValue = 1, 2
	if n.el.logical.id != logicalMap && n.el.converted != convMap && n.el.converted != convMapKeyValue ||
		len(n.children) != 1 {
		return nil, nil
	}
	kv := n.children[0]
	if !kv.repeated() || len(kv.children) < 1 || len(kv.children) > 2 ||
		kv.children[0].leaf < 0 || kv.children[0].el.repetition != format.Required {
		return nil, nil
	}
	if len(kv.children) == 2 {
		value = kv.children[1]
	}
	return kv.children[0], value
}
