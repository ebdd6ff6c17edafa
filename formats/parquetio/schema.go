package parquetio

import (
	"errors"
	"fmt"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
)

var (
	errSchema = errors.New("damaged schema")
	errLimit  = errors.New("over a limit")
)

// A node is an element of the schema tree.
type node struct {
	el       *schemaElement
	children []*node
	rep, def uint8 // levels at which the node is present
	leaf     int   // index into leaves; of a group, -1
	leaves   [2]int
}

func (n *node) repeated() bool { return n.el.repetition == format.Repeated }

// A leaf is a primitive column: what column chunks are made of.
type leaf struct {
	el             *schemaElement
	path           []string
	column         int // the top-level column it belongs to
	maxRep, maxDef uint8
	typ            format.Type
	width          int // bytes of a value in a page's decoded body; 0 for BYTE_ARRAY
	value          valueKind
	ftype          formats.Type
}

// flat reports whether the leaf is a top-level column by itself, with one entry a row.
func (l *leaf) flat() bool { return l.maxRep == 0 && len(l.path) == 1 }

// name returns the dotted path, for messages.
func (l *leaf) name() string {
	s := l.path[0]
	for _, p := range l.path[1:] {
		s += "." + p
	}
	return s
}

// levelWidth returns the bits of a level.
func levelWidth(most uint8) int { return bits.Len8(most) }

// A tree is a schema with its levels worked out.
type tree struct {
	root   *node
	leaves []leaf
}

// buildTree works out the tree of a flattened schema.
func buildTree(els []schemaElement, o Options) (*tree, error) {
	b := treeBuilder{els: els, o: o}
	root, err := b.node(0, 0, nil, -1)
	if err != nil {
		return nil, err
	}
	if b.next != len(els) {
		return nil, fmt.Errorf("%w: elements outside the tree", errSchema)
	}
	b.tree.root = root
	return &b.tree, nil
}

type treeBuilder struct {
	els  []schemaElement
	o    Options
	next int
	tree tree
}

// node builds the subtree at b.next. path is that of the parent.
func (b *treeBuilder) node(rep, def uint8, path []string, col int) (*node, error) {
	if b.next >= len(b.els) {
		return nil, fmt.Errorf("%w: fewer elements than it announces", errSchema)
	}
	e := &b.els[b.next]
	isRoot := b.next == 0
	b.next++
	n := &node{el: e, leaf: -1, rep: rep, def: def}
	if !isRoot {
		switch e.repetition {
		case format.Required:
		case format.Optional:
			n.def++
		case format.Repeated:
			n.def++
			n.rep++
		default:
			return nil, fmt.Errorf("%w: unknown repetition", errSchema)
		}
		path = append(path[:len(path):len(path)], e.name)
		if len(path) > b.o.MaxDepth {
			return nil, fmt.Errorf("%w: columns are nested more than %d deep", errLimit, b.o.MaxDepth)
		}
	}
	n.leaves[0] = len(b.tree.leaves)
	if e.hasType && !isRoot {
		if e.numChildren > 0 {
			return nil, fmt.Errorf("%w: a column of values has columns below it", errSchema)
		}
		n.leaf = len(b.tree.leaves)
		if err := b.leaf(n, path, col); err != nil {
			return nil, err
		}
	}
	for i := range max(0, int(e.numChildren)) {
		c := col
		if isRoot {
			c = i
		}
		child, err := b.node(n.rep, n.def, path, c)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, child)
	}
	n.leaves[1] = len(b.tree.leaves)
	if !isRoot && n.leaf < 0 && len(n.children) == 0 {
		return nil, fmt.Errorf("%w: a struct without columns", errSchema)
	}
	return n, nil
}

func (b *treeBuilder) leaf(n *node, path []string, col int) error {
	if len(b.tree.leaves) >= b.o.MaxColumns {
		return fmt.Errorf("%w: more than %d columns", errLimit, b.o.MaxColumns)
	}
	l := leaf{el: n.el, path: path, column: col, maxRep: n.rep, maxDef: n.def, typ: n.el.typ}
	switch l.typ {
	case format.Boolean:
		l.width = 1
	case format.Int32, format.Float:
		l.width = 4
	case format.Int64, format.Double:
		l.width = 8
	case format.Int96:
		l.width = 12
	case format.ByteArray:
	case format.FixedLenByteArray:
		l.width = int(n.el.typeLength)
		if l.width <= 0 || l.width > maxFixedWidth {
			return fmt.Errorf("%w: column %s: width of its values is %d", errSchema, l.name(), l.width)
		}
	default:
		return fmt.Errorf("%w: column %s: unknown physical type", errSchema, l.name())
	}
	if err := l.setType(); err != nil {
		return err
	}
	b.tree.leaves = append(b.tree.leaves, l)
	return nil
}

// fields returns the top-level columns as the contract wants them.
func (t *tree) fields() []formats.Field {
	fields := make([]formats.Field, len(t.root.children))
	for i, n := range t.root.children {
		fields[i] = formats.Field{Name: n.el.name, Type: formats.Type{Kind: formats.Nested}}
		if n.leaf >= 0 && t.leaves[n.leaf].flat() {
			fields[i].Type = t.leaves[n.leaf].ftype
		}
	}
	return fields
}

// maxFixedWidth bounds FIXED_LEN_BYTE_ARRAY; the widest in use is Arrow's
// decimal256 with 32 bytes, embeddings have some thousands.
const maxFixedWidth = 1 << 20
