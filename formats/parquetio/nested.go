package parquetio

import (
	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
	"sluice/formats/column"
)

// decodeNested writes a nested column as compact JSON: structs as objects, lists
// as arrays without the levels of the LIST annotation, maps with plain keys as
// objects. Numbers, decimals and booleans stand bare, everything else is a string.
func (c *chunk) decodeNested(t *textColumn, n *node, at **leaf) error {
	a := assembler{r: c.r, at: at, leaves: make([]leafReader, n.leaves[1]-n.leaves[0]), first: n.leaves[0], dst: t.data}
	defer a.close()
	for i := range a.leaves {
		s := c.r.getScratch()
		a.leaves[i] = leafReader{s: s, held: &a.held}
		var err error
		if a.leaves[i].cur, err = c.cursor(s, a.first+i); err != nil {
			return err
		}
	}
	for i := range t.spans {
		lo := len(a.dst)
		null, err := a.row(n)
		if err != nil {
			return err
		}
		if null {
			a.dst = a.dst[:lo]
			t.null(i)
			continue
		}
		if len(a.dst) > c.r.o.MaxText {
			return c.r.textLimit()
		}
		t.spans[i] = column.Span{Lo: uint32(lo), Hi: uint32(len(a.dst))}
	}
	t.data = a.dst
	return a.end()
}

// An assembler puts rows together from the leaves below one column (Melnik et al.,
// "Dremel", 2010). All leaves below a node have to agree on how often it is there;
// where they do not, the file is damaged.
type assembler struct {
	r      *Reader
	at     **leaf
	leaves []leafReader
	first  int // the leaf that leaves[0] reads
	held   int64
	dst    []byte
}

func (a *assembler) close() {
	for i := range a.leaves {
		if s := a.leaves[i].s; s != nil {
			a.r.scratch.Put(s)
		}
	}
}

// below returns the leaves below n.
func (a *assembler) below(n *node) []leafReader {
	return a.leaves[n.leaves[0]-a.first : n.leaves[1]-a.first]
}

// row writes the next row. null says that the column itself is null.
func (a *assembler) row(n *node) (null bool, err error) {
	if _, err := a.agree(n, func(rep, _ uint8) bool { return rep == 0 }); err != nil {
		return false, err
	}
	if n.repeated() {
		return false, a.list(n, func() error { return a.content(n) })
	}
	if n.el.repetition == format.Optional {
		if null, err = a.absent(n); null || err != nil {
			return null, err
		}
	}
	return false, a.content(n)
}

// end checks that nothing is left over.
func (a *assembler) end() error {
	for i := range a.leaves {
		l := &a.leaves[i]
		*a.at = l.cur.leaf
		if _, _, ok, err := l.peek(); err != nil {
			return err
		} else if ok {
			return errCounts
		}
	}
	return nil
}

// agree checks that the next entry of each leaf below n is there and satisfies
// want, and returns the definition level of the first.
func (a *assembler) agree(n *node, want func(rep, def uint8) bool) (def uint8, err error) {
	leaves := a.below(n)
	for i := range leaves {
		*a.at = leaves[i].cur.leaf
		r, d, ok, err := leaves[i].peek()
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, errCounts
		}
		if !want(r, d) {
			return 0, errLevels
		}
		if i == 0 {
			def = d
		}
	}
	return def, nil
}

// absent reports whether n is not there in the next entry, and then takes it.
func (a *assembler) absent(n *node) (bool, error) {
	leaves := a.below(n)
	*a.at = leaves[0].cur.leaf
	_, def, ok, err := leaves[0].peek()
	if err != nil || !ok {
		return false, orErr(err, errCounts)
	}
	if def >= n.def {
		_, err := a.agree(n, func(_, d uint8) bool { return d >= n.def })
		return false, err
	}
	if _, err := a.agree(n, func(_, d uint8) bool { return d == def }); err != nil {
		return false, err
	}
	for i := range leaves {
		if _, err := leaves[i].take(); err != nil {
			return false, err
		}
	}
	return true, nil
}

func orErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// list writes the elements of the repeated node n as an array.
func (a *assembler) list(n *node, element func() error) error {
	a.dst = append(a.dst, '[')
	if err := a.each(n, func(int) error { return element() }); err != nil {
		return err
	}
	a.dst = append(a.dst, ']')
	return nil
}

// each calls element for each time the repeated node n is there.
func (a *assembler) each(n *node, element func(i int) error) error {
	none, err := a.absent(n)
	if none || err != nil {
		return err
	}
	for i := 0; ; i++ {
		if i > 0 {
			a.dst = append(a.dst, ',')
		}
		if err := element(i); err != nil {
			return err
		}
		more, err := a.more(n)
		if err != nil || !more {
			return err
		}
	}
}

// more reports whether n is repeated once more, on which its leaves must agree.
func (a *assembler) more(n *node) (bool, error) {
	leaves := a.below(n)
	var first bool
	for i := range leaves {
		*a.at = leaves[i].cur.leaf
		rep, def, ok, err := leaves[i].peek()
		if err != nil {
			return false, err
		}
		again := ok && rep == n.rep
		if i == 0 {
			first = again
		}
		if again != first || ok && rep > n.rep || again && def < n.def {
			return false, errLevels
		}
	}
	return first, nil
}

// value writes a node as it stands in a struct or list: null, repeated or there.
func (a *assembler) value(n *node) error {
	if n.repeated() {
		return a.list(n, func() error { return a.content(n) })
	}
	if n.el.repetition == format.Optional {
		null, err := a.absent(n)
		if err != nil {
			return err
		}
		if null {
			a.dst = append(a.dst, "null"...)
			return nil
		}
	}
	return a.content(n)
}

// content writes a node that is there.
func (a *assembler) content(n *node) error {
	if len(a.dst) > a.r.o.MaxText {
		return a.r.textLimit()
	}
	if n.leaf >= 0 {
		return a.leaf(n)
	}
	if el := listElement(n); el != nil {
		rep := n.children[0]
		if el == rep {
			return a.list(rep, func() error { return a.content(rep) })
		}
		return a.list(rep, func() error { return a.value(el) })
	}
	if key, value := mapEntry(n); key != nil {
		return a.object(n.children[0], key, value)
	}
	a.dst = append(a.dst, '{')
	for i, child := range n.children {
		if i > 0 {
			a.dst = append(a.dst, ',')
		}
		a.dst = appendQuoted(a.dst, []byte(child.el.name))
		a.dst = append(a.dst, ':')
		if err := a.value(child); err != nil {
			return err
		}
	}
	a.dst = append(a.dst, '}')
	return nil
}

// object writes a map.
func (a *assembler) object(entry, key, value *node) error {
	a.dst = append(a.dst, '{')
	err := a.each(entry, func(int) error {
		l := &a.leaves[key.leaf-a.first]
		*a.at = l.cur.leaf
		v, err := l.take()
		if err != nil {
			return err
		}
		if err := a.quoted(l.cur.leaf, v); err != nil {
			return err
		}
		a.dst = append(a.dst, ':')
		if value == nil {
			a.dst = append(a.dst, "null"...)
			return nil
		}
		return a.value(value)
	})
	a.dst = append(a.dst, '}')
	return err
}

func (a *assembler) leaf(n *node) error {
	l := &a.leaves[n.leaf-a.first]
	*a.at = l.cur.leaf
	if _, _, ok, err := l.peek(); err != nil || !ok {
		return orErr(err, errCounts)
	}
	v, err := l.take()
	if err != nil {
		return err
	}
	switch l.cur.leaf.ftype.Kind {
	case formats.Bool, formats.Int, formats.Uint, formats.Decimal:
	case formats.Float:
		lo := len(a.dst)
		if a.dst, err = l.cur.leaf.appendText(a.dst, v); err != nil {
			return err
		}
		if c := a.dst[len(a.dst)-1]; c < '0' || c > '9' { // NaN, Inf
			text := string(a.dst[lo:])
			a.dst = append(append(append(a.dst[:lo], '"'), text...), '"')
		}
		return nil
	default:
		return a.quoted(l.cur.leaf, v)
	}
	if maxRendered(l.cur.leaf, len(v)) > a.r.o.MaxText-len(a.dst) {
		return a.r.textLimit()
	}
	a.dst, err = l.cur.leaf.appendText(a.dst, v)
	return err
}

// quoted writes a value as a JSON string.
func (a *assembler) quoted(l *leaf, v []byte) error {
	if 6*max(len(v), maxRendered(l, len(v))) > a.r.o.MaxText-len(a.dst) {
		return a.r.textLimit()
	}
	if l.value == vText {
		a.dst = appendQuoted(a.dst, v)
		return nil
	}
	a.dst = append(a.dst, '"')
	var err error
	a.dst, err = l.appendText(a.dst, v)
	a.dst = append(a.dst, '"')
	return err
}
