package parquetio

import "github.com/parquet-go/parquet-go/format"

// appendTypeOrders returns orders with n columns more that are compared as their
// types say, the only order that the format defines.
func appendTypeOrders(orders []byte, n int) []byte {
	old := 0
	var elems []byte
	if orders != nil {
		r := thriftReader{b: orders}
		old, _ = r.list(tList)
		elems = r.b[r.off:]
	}
	var w thriftWriter
	w.listHeader(old+n, tStruct)
	w.b = append(w.b, elems...)
	for range n {
		w.begin()
		w.structure(1)
		w.end()
		w.end()
	}
	return w.b
}

// appendSchemaElement appends the SchemaElement of a flat column.
func appendSchemaElement(w *thriftWriter, s *colSpec) {
	w.begin()
	w.i32(1, int32(s.typ))
	if s.typ == format.FixedLenByteArray {
		w.i32(2, s.typeLength)
	}
	w.i32(3, int32(format.Optional))
	w.string(4, s.name)
	if s.converted >= 0 {
		w.i32(6, s.converted)
	}
	if s.logical.id == logicalDecimal {
		w.i32(7, s.logical.scale)
		w.i32(8, s.logical.precision)
	}
	if s.logical.id != 0 {
		w.structure(10)
		appendLogicalType(w, s.logical)
		w.end()
	}
	w.end()
}

func appendLogicalType(w *thriftWriter, t logicalType) {
	w.structure(t.id)
	switch t.id {
	case logicalDecimal:
		w.i32(1, t.scale)
		w.i32(2, t.precision)
	case logicalTime, logicalTimestamp:
		w.bool(1, t.utc)
		w.structure(2)
		w.structure(t.unit)
		w.end()
		w.end()
	case logicalInteger:
		w.field(1, tI8)
		w.b = append(w.b, byte(t.bits))
		w.bool(2, t.signed)
	}
	w.end()
}

// newSchema returns the list<SchemaElement> of flat columns.
func newSchema(specs []colSpec) []byte {
	var w thriftWriter
	w.listHeader(len(specs)+1, tStruct)
	w.begin()
	w.string(4, "schema")
	w.i32(5, int32(len(specs)))
	w.end()
	for i := range specs {
		appendSchemaElement(&w, &specs[i])
	}
	return w.b
}

// extendSchema returns a source's schema, element by element as it stands there,
// with columns added at the end of its root.
func extendSchema(schema []schemaElement, extra []colSpec) []byte {
	var w thriftWriter
	w.listHeader(len(schema)+len(extra), tStruct)
	for i, e := range schema {
		if i == 0 && len(extra) > 0 {
			appendWithChildren(&w, e.raw, e.numChildren+int32(len(extra)))
			continue
		}
		w.b = append(w.b, e.raw...)
	}
	for i := range extra {
		appendSchemaElement(&w, &extra[i])
	}
	return w.b
}

// appendWithChildren appends a SchemaElement with another num_children, all its
// other fields as they are.
func appendWithChildren(w *thriftWriter, raw []byte, n int32) {
	r := thriftReader{b: raw}
	w.begin()
	done := false
	r.structure(tStruct, func(id int16, typ byte) {
		value := r.raw(typ)
		if id >= 5 && !done {
			w.i32(5, n)
			done = true
		}
		if id != 5 && r.err == nil {
			w.raw(id, typ, value)
		}
	})
	if !done {
		w.i32(5, n)
	}
	w.end()
}
