package parquetio

import (
	"slices"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
	"sluice/formats/arrowio"
)

// The keys under which libraries describe a file's columns their own way, and prefer
// that to the file's schema. What does not go with the columns would hide some (Spark)
// or make the file unreadable (arrow-rs).
const (
	arrowSchemaKey = "ARROW:schema"
	sparkSchemaKey = "org.apache.spark.sql.parquet.row.metadata"
)

// describe makes the footer: the source's own, if there is one.
func (w *Writer) describe(o WriterOptions) {
	f := &w.footer
	if w.like == nil {
		f.version = 2
		f.schema = newSchema(w.specs)
		f.columnOrders = appendTypeOrders(nil, len(w.specs))
	} else {
		f.describeLike(w.like.meta, w.specs[len(w.cols):])
		if w.treats {
			w.describeTreated()
		}
	}
	if len(o.FieldMetadata) > 0 || w.like != nil && (len(o.Extra) > 0 || w.treats) {
		w.describeColumns(o.FieldMetadata)
	}
	for _, kv := range o.KeyValues {
		f.keyValues = setKeyValue(f.keyValues, kv[0], kv[1])
	}
}

// describeLike takes over a source's footer, with columns added.
func (f *footer) describeLike(m *fileMeta, extra []colSpec) {
	f.version = m.version
	f.schema = extendSchema(m.schema, extra)
	f.columnOrders = m.columnOrders
	if m.columnOrders != nil {
		f.columnOrders = appendTypeOrders(m.columnOrders, len(extra))
	}
	for _, kv := range m.keyValues {
		again := kv.key == arrowSchemaKey && slices.ContainsFunc(f.keyValues, func(old keyValue) bool { return old.key == kv.key })
		if !again && (len(extra) == 0 || kv.key != sparkSchemaKey) {
			f.keyValues = append(f.keyValues, kv)
		}
	}
}

// describeColumns makes the stored Arrow schema say what columns there are, and adds
// metadata to them. Where that cannot be done, what a source has there stays, but only
// if it still goes with the columns.
func (w *Writer) describeColumns(metadata []map[string]string) {
	f := &w.footer
	stored := func(kv keyValue) bool { return kv.key == arrowSchemaKey }
	earlier, found := "", false
	if w.like != nil {
		if at := slices.IndexFunc(w.like.meta.keyValues, stored); at >= 0 {
			earlier, found = w.like.meta.keyValues[at].value, true
		}
	}
	if !found && len(metadata) == 0 {
		return
	}
	fields, certain := w.storedFields(found)
	for i, m := range metadata {
		fields[i].Metadata = m
	}
	if certain {
		if schema, err := arrowio.StoredSchema(earlier, fields); err == nil {
			f.keyValues = setKeyValue(f.keyValues, arrowSchemaKey, schema)
			return
		}
	}
	if len(w.specs) > len(w.cols) {
		f.keyValues = slices.DeleteFunc(f.keyValues, stored)
	}
}

// storedFields returns the columns of the file, and whether it is certain as what Arrow
// reads all of them. With an earlier stored schema that says so of the source's.
func (w *Writer) storedFields(earlier bool) (fields []arrowio.StoredField, certain bool) {
	certain = true
	for i := range w.specs {
		s := &w.specs[i]
		c := arrowio.StoredField{Name: s.name, From: -1, Nullable: true}
		e := schemaElement{hasType: true, typ: s.typ, typeLength: s.typeLength, converted: s.converted, logical: s.logical}
		if w.like != nil && i < len(w.cols) && w.cols[i].Replace == nil {
			n := w.like.tree.root.children[w.cols[i].From]
			e, c.Name = *n.el, n.el.name
			c.Nullable = e.repetition == format.Optional
			if earlier {
				c.From = w.cols[i].From
			} else if n.leaf < 0 || n.repeated() {
				certain = false
			}
		}
		if c.From < 0 {
			var known bool
			if c.Type, known = e.arrowKind(); !known {
				certain = false
			}
		}
		fields = append(fields, c)
	}
	return fields, certain
}

// arrowKind returns the type as which every reader that knows Arrow takes a flat column,
// if there is one: of texts that are JSON, of times in the oldest notation and of bytes
// that mean something they differ.
func (e *schemaElement) arrowKind() (formats.Type, bool) {
	if !e.hasType {
		return formats.Type{}, false
	}
	l := leaf{el: e, path: []string{e.name}, typ: e.typ, width: int(e.typeLength)}
	if l.setType() != nil {
		return formats.Type{}, false
	}
	t, lg := l.ftype, e.logical.id
	switch l.value {
	case vBool, vFloat, vDouble:
		return t, lg == 0 && e.converted < 0
	case vText:
		return t, lg == logicalString || lg == 0 && e.converted == convUTF8
	case vHex:
		return t, l.bare()
	case vInt32, vInt64, vUint32, vUint64:
		return t, lg == logicalInteger || lg == 0 && (e.converted < 0 || e.converted >= convUint8 && e.converted <= convInt64)
	case vDecimal32, vDecimal64:
		return t, t.Precision >= 1 && t.Precision <= 18 && t.Scale <= t.Precision
	case vDecimalBytes:
		return t, e.typ == format.FixedLenByteArray && t.Precision >= 1 && t.Precision <= 38 && t.Scale <= t.Precision
	case vDate:
		return t, true
	case vTime:
		return t, lg == logicalTime && (e.typ == format.Int32) == (t.Unit == formats.Milli)
	case vTimestamp:
		return t, lg == logicalTimestamp
	}
	return t, false
}
