package arrowio

import (
	"errors"
	"fmt"
	"slices"

	"sluice/formats"
)

// The types of Schema.fbs that matter here.
const (
	typeNull            = 1
	typeInt             = 2
	typeFloat           = 3
	typeBinary          = 4
	typeUtf8            = 5
	typeBool            = 6
	typeDecimal         = 7
	typeDate            = 8
	typeTime            = 9
	typeTimestamp       = 10
	typeInterval        = 11
	typeList            = 12
	typeStruct          = 13
	typeUnion           = 14
	typeFixedSizeBinary = 15
	typeFixedSizeList   = 16
	typeMap             = 17
	typeDuration        = 18
	typeLargeBinary     = 19
	typeLargeUtf8       = 20
	typeLargeList       = 21
	typeRunEndEncoded   = 22
	typeBinaryView      = 23
	typeUtf8View        = 24
	typeListView        = 25
	typeLargeListView   = 26
)

// A layout is how values lie in buffers. All layouts but layNull have a validity
// bitmap in front.
type layout uint8

const (
	layNull      layout = iota // nothing
	layBool                    // bits
	layFixed                   // width bytes each
	layVar                     // offsets of width bytes, data
	layView                    // views of 16 bytes, data buffers
	layList                    // offsets of width bytes, one child
	layFixedList               // one child, size values a row
	layStruct                  // children
	layDict                    // indexes of width bytes into a dictionary
)

// A field is one column or a part of one: everything of its type that reading and
// moving values needs.
type field struct {
	name     string
	nullable bool
	layout   layout
	typ      byte // as in Schema.fbs; of the values where dictionary-encoded
	width    int  // bytes a value, offset or index; see layout
	size     int  // layFixedList: values a row
	signed   bool // typeInt, and the indexes of layDict
	bits     int  // typeFloat
	prec     int
	scale    int
	unit     int // time unit, or interval or date unit
	utc      bool
	kids     []*field
	dictID   int64
	value    *field // layDict: what the dictionary holds
	inMap    bool   // a map, or its entries
}

// isText reports whether values are UTF-8 text.
func (f *field) isText() bool {
	return f.typ == typeUtf8 || f.typ == typeLargeUtf8 || f.typ == typeUtf8View
}

// isBytes reports whether values are byte strings of free length or text.
func (f *field) isBytes() bool { return f.layout == layVar || f.layout == layView }

// same reports whether values of f can be moved into g as they are.
func (f *field) same(g *field) bool {
	if f.layout != g.layout || f.typ != g.typ || f.width != g.width || f.size != g.size ||
		f.signed != g.signed || f.bits != g.bits || f.prec != g.prec || f.scale != g.scale ||
		f.unit != g.unit || f.utc != g.utc || f.nullable && !g.nullable ||
		(f.value == nil) != (g.value == nil) || f.value != nil && !f.value.same(g.value) {
		return false
	}
	// The names within a map mean nothing, and libraries differ in them.
	return slices.EqualFunc(f.kids, g.kids, func(a, b *field) bool { return (f.inMap || a.name == b.name) && a.same(b) })
}

// each calls do for f and everything below it, parents first.
func (f *field) each(do func(*field)) {
	do(f)
	if f.value != nil {
		f.value.each(do)
	}
	for _, k := range f.kids {
		k.each(do)
	}
}

// kind describes f's values to other formats.
func (f *field) kind() formats.Type {
	if f.layout == layDict {
		return f.value.kind()
	}
	switch f.typ {
	case typeBool:
		return formats.Type{Kind: formats.Bool}
	case typeInt:
		if f.signed {
			return formats.Type{Kind: formats.Int, Bits: 8 * f.width}
		}
		return formats.Type{Kind: formats.Uint, Bits: 8 * f.width}
	case typeDuration:
		return formats.Type{Kind: formats.Int, Bits: 64}
	case typeFloat:
		return formats.Type{Kind: formats.Float, Bits: f.bits}
	case typeBinary, typeLargeBinary, typeBinaryView, typeFixedSizeBinary:
		return formats.Type{Kind: formats.Binary}
	case typeDecimal:
		return formats.Type{Kind: formats.Decimal, Precision: f.prec, Scale: f.scale}
	case typeDate:
		return formats.Type{Kind: formats.Date}
	case typeTime:
		return formats.Type{Kind: formats.Time, Unit: formats.Unit(f.unit)}
	case typeTimestamp:
		return formats.Type{Kind: formats.Timestamp, Unit: formats.Unit(f.unit), UTC: f.utc}
	case typeList, typeLargeList, typeFixedSizeList, typeStruct, typeMap:
		return formats.Type{Kind: formats.Nested}
	}
	return formats.Type{}
}

var (
	errFlat     = errors.New("the metadata is damaged")
	errBigEnd   = errors.New("the list is stored in big-endian order")
	errNotFirst = errors.New("the first message is not a schema")
)

// The bounds on a schema: deeper or wider ones are not lists, and a flatbuffer may
// refer to one field many times over.
const (
	maxDepth  = 64
	maxPairs  = 100_000
	maxMeta   = 64 << 20
	maxKVText = 16 << 20
)

// schemaParser reads a Schema table with bounds on what it yields.
type schemaParser struct {
	fields, maxFields int
	pairs, pairBytes  int
}

// parseSchemaMessage returns the columns of a Message that holds a schema.
func parseSchemaMessage(meta []byte, maxFields int) ([]*field, error) {
	fb := &flat{b: meta}
	msg := fb.root()
	if fb.bad {
		return nil, errFlat
	}
	if msg.u8(1, 0) != headerSchema {
		return nil, errNotFirst
	}
	if v := msg.i16(0, 0); v != 3 && v != 4 {
		return nil, fmt.Errorf("metadata version V%d is not one of V4 and V5", v+1)
	}
	t, ok := msg.table(2)
	if !ok {
		return nil, errFlat
	}
	return parseSchema(t, maxFields)
}

func parseSchema(t table, maxFields int) ([]*field, error) {
	fb := t.f
	if t.i16(0, 0) != 0 {
		return nil, errBigEnd
	}
	p := &schemaParser{maxFields: maxFields}
	if err := p.meta(t, 2); err != nil {
		return nil, err
	}
	start, n := t.vector(1, 4)
	var fields []*field
	for i := range n {
		f, err := p.field(fb.element(start, i), 0)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	if fb.bad {
		return nil, errFlat
	}
	ids := map[int64]*field{}
	for _, f := range fields {
		var clash error
		f.each(func(f *field) {
			if f.layout != layDict {
				return
			}
			if old := ids[f.dictID]; old != nil && !old.value.same(f.value) {
				clash = fmt.Errorf("dictionary %d has two types", f.dictID)
			}
			ids[f.dictID] = f
		})
		if clash != nil {
			return nil, clash
		}
	}
	return fields, nil
}

// meta checks key-value metadata, which is only handed on.
func (p *schemaParser) meta(t table, slot int) error {
	start, n := t.vector(slot, 4)
	if p.pairs += n; p.pairs > maxPairs {
		return fmt.Errorf("more than %d metadata entries", maxPairs)
	}
	for i := range n {
		kv := t.f.element(start, i)
		_, k := kv.vector(0, 1)
		_, v := kv.vector(1, 1)
		if p.pairBytes += k + v; p.pairBytes > maxKVText {
			return fmt.Errorf("more than %d bytes of metadata", maxKVText)
		}
		if t.f.bad {
			return errFlat
		}
	}
	return nil
}

func (p *schemaParser) field(t table, depth int) (*field, error) {
	if t.f == nil || t.f.bad {
		return nil, errFlat
	}
	if p.fields++; p.fields > p.maxFields {
		return nil, fmt.Errorf("more than %d columns", p.maxFields)
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("columns nested deeper than %d", maxDepth)
	}
	if _, n := t.vector(0, 1); n > 1<<16 {
		return nil, errors.New("a column's name is longer than 65536 bytes")
	}
	f := &field{name: t.text(0), nullable: t.u8(1, 0) != 0, typ: t.u8(2, 0)}
	if err := p.meta(t, 6); err != nil {
		return nil, err
	}
	start, n := t.vector(5, 4)
	for i := range n {
		k, err := p.field(t.f.element(start, i), depth+1)
		if err != nil {
			return nil, err
		}
		f.kids = append(f.kids, k)
	}
	typ, ok := t.table(3)
	if !ok && f.typ != typeNull || t.f.bad {
		return nil, errFlat
	}
	if err := f.setType(typ); err != nil {
		return nil, fmt.Errorf("column %s: %w", printable(f.name), err)
	}
	if enc, ok := t.table(4); ok {
		return p.dictionary(f, enc)
	}
	return f, nil
}

// dictionary turns f, whose type is that of the values, into an encoded field.
func (p *schemaParser) dictionary(f *field, enc table) (*field, error) {
	var nested bool
	for _, k := range f.kids {
		k.each(func(k *field) { nested = nested || k.layout == layDict })
	}
	if nested {
		return nil, fmt.Errorf("column %s: a dictionary within a dictionary", printable(f.name))
	}
	value := *f
	value.name, value.nullable = "dictionary", true
	d := &field{name: f.name, nullable: f.nullable, layout: layDict, typ: f.typ, value: &value,
		width: 4, signed: true, dictID: enc.i64(0, 0)}
	if idx, ok := enc.table(1); ok {
		d.width, d.signed = idx.i32(0, 0)/8, idx.u8(1, 0) != 0
	}
	switch d.width {
	case 1, 2, 4, 8:
		return d, nil
	}
	return nil, fmt.Errorf("column %s: indexes of %d bytes", printable(f.name), d.width)
}

// setType fills in what the type table says, and refuses what a list cannot hold.
func (f *field) setType(t table) error {
	kids := 0
	switch f.typ {
	case typeNull:
		f.layout = layNull
	case typeInt:
		f.layout, f.width, f.signed = layFixed, t.i32(0, 0)/8, t.u8(1, 0) != 0
		if f.width != 1 && f.width != 2 && f.width != 4 && f.width != 8 {
			return fmt.Errorf("integers of %d bits", t.i32(0, 0))
		}
	case typeFloat:
		p := t.i16(0, 0)
		if p < 0 || p > 2 {
			return errFlat
		}
		f.layout, f.bits = layFixed, 16<<p
		f.width = f.bits / 8
	case typeBinary, typeUtf8:
		f.layout, f.width = layVar, 4
	case typeLargeBinary, typeLargeUtf8:
		f.layout, f.width = layVar, 8
	case typeBinaryView, typeUtf8View:
		f.layout, f.width = layView, 16
	case typeBool:
		f.layout = layBool
	case typeDecimal:
		f.layout, f.prec, f.scale, f.width = layFixed, t.i32(0, 0), t.i32(1, 0), t.i32(2, 128)/8
		if f.width != 16 && f.width != 32 || f.prec < 1 || f.prec > 76 || f.scale < -76 || f.scale > 76 {
			return errors.New("a decimal of no known size")
		}
	case typeDate:
		f.layout, f.unit = layFixed, t.i16(0, 1)
		f.width = 4 + 4*f.unit
		if f.unit != 0 && f.unit != 1 {
			return errFlat
		}
	case typeTime:
		f.layout, f.unit, f.width = layFixed, t.i16(0, 1), t.i32(1, 32)/8
		if f.unit < 0 || f.unit > 3 || f.width != 4+4*(f.unit/2) {
			return errors.New("a time of no known unit")
		}
	case typeTimestamp:
		f.layout, f.unit, f.width = layFixed, t.i16(0, 0), 8
		_, tz := t.vector(1, 1)
		f.utc = tz > 0
		if f.unit < 0 || f.unit > 3 {
			return errFlat
		}
	case typeDuration:
		f.layout, f.unit, f.width = layFixed, t.i16(0, 1), 8
	case typeInterval:
		f.layout, f.unit = layFixed, t.i16(0, 0)
		if f.unit < 0 || f.unit > 2 {
			return errFlat
		}
		f.width = 4 << f.unit
	case typeFixedSizeBinary:
		f.layout, f.width = layFixed, t.i32(0, 0)
		if f.width < 0 || f.width > 1<<20 {
			return fmt.Errorf("values of %d bytes", f.width)
		}
	case typeList:
		f.layout, f.width, kids = layList, 4, 1
	case typeLargeList:
		f.layout, f.width, kids = layList, 8, 1
	case typeMap:
		f.layout, f.width, kids = layList, 4, 1
		if len(f.kids) == 1 && (f.kids[0].typ != typeStruct || f.kids[0].layout != layStruct || len(f.kids[0].kids) != 2) {
			return errors.New("a map whose entries are not pairs")
		}
		if f.inMap = true; len(f.kids) == 1 {
			f.kids[0].inMap = true
		}
	case typeFixedSizeList:
		f.layout, f.size, kids = layFixedList, t.i32(0, 0), 1
		if f.size < 0 || f.size > 1<<20 {
			return fmt.Errorf("lists of %d values", f.size)
		}
	case typeStruct:
		f.layout, kids = layStruct, len(f.kids)
	case typeUnion:
		return errors.New("a union, which has no one type; give it one type before screening")
	case typeRunEndEncoded:
		return errors.New("run-end encoded; decode it before screening")
	case typeListView, typeLargeListView:
		return errors.New("a list view; convert it to a list before screening")
	default:
		return fmt.Errorf("type %d of Schema.fbs is not known", f.typ)
	}
	if kids != len(f.kids) {
		return errFlat
	}
	return nil
}

// printable is a column's name fit for a message.
func printable(name string) string {
	if len(name) > 64 {
		name = name[:64] + "…"
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f {
			return fmt.Sprintf("%q", name)
		}
	}
	return name
}

// publicSchema is what other packages see of the columns.
func publicSchema(fields []*field) *formats.Schema {
	s := &formats.Schema{Fields: make([]formats.Field, len(fields))}
	for i, f := range fields {
		s.Fields[i] = formats.Field{Name: f.name, Type: f.kind()}
	}
	return s
}
