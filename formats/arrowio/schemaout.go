package arrowio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"sluice/formats"
	"sluice/formats/treated"
)

// schemaMessage returns the schema message of an output: the source's own where
// nothing is added to it, else one that Arrow's library writes. A source's schema with
// types that the library does not know stays as it is, without the metadata.
func schemaMessage(s *formats.Schema, o WriterOptions) ([]byte, error) {
	var fields []arrow.Field
	var meta arrow.Metadata
	if o.Like != nil {
		if len(o.Extra) == 0 && len(o.Metadata) == 0 && len(o.FieldMetadata) == 0 && o.Columns == nil {
			return o.Like.meta, nil
		}
		src, err := arrowSchema(o.Like.meta)
		switch {
		case err == nil:
		case len(o.Extra) == 0 && o.Columns == nil:
			return o.Like.meta, nil
		default:
			return nil, err
		}
		fields, meta = slices.Clone(src.Fields()), src.Metadata()
	} else {
		for _, f := range s.Fields {
			fields = append(fields, arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true})
		}
	}
	if o.Columns != nil {
		fields, meta = treatedFields(fields, o.Columns), arrow.Metadata{}
	}
	for i, pairs := range o.FieldMetadata {
		fields[i].Metadata = withPairs(fields[i].Metadata, pairs)
	}
	for _, name := range o.Extra {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	meta = withPairs(meta, o.Metadata)
	return encodeSchema(arrow.NewSchema(fields, &meta))
}

// treatedFields returns the fields of cols. What is replaced says nothing of what it was.
func treatedFields(fields []arrow.Field, cols []treated.Column) []arrow.Field {
	out := make([]arrow.Field, len(cols))
	for i, c := range cols {
		if out[i] = fields[c.From]; c.Replace != nil {
			out[i] = arrow.Field{Name: out[i].Name, Type: arrow.BinaryTypes.String, Nullable: true}
		}
	}
	return out
}

// withPairs adds pairs to m in the order of their keys, in place of equal ones.
func withPairs(m arrow.Metadata, pairs map[string]string) arrow.Metadata {
	keys, values := slices.Clone(m.Keys()), slices.Clone(m.Values())
	for _, k := range slices.Sorted(maps.Keys(pairs)) {
		if i := slices.Index(keys, k); i >= 0 {
			values[i] = pairs[k]
			continue
		}
		keys, values = append(keys, k), append(values, pairs[k])
	}
	return arrow.NewMetadata(keys, values)
}

// arrowSchema reads a schema message that has passed parseSchemaMessage.
func arrowSchema(msg []byte) (s *arrow.Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schema: %v", p)
		}
	}()
	pad := -len(msg) & 7
	b := binary.LittleEndian.AppendUint32(nil, continuation)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(msg)+pad))
	b = append(append(b, msg...), padding[:pad]...)
	r, err := ipc.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer r.Release()
	return r.Schema(), nil
}

// encodeSchema returns the message that stands for s in a stream.
func encodeSchema(s *arrow.Schema) (msg []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schema: %v", p)
		}
	}()
	var b bytes.Buffer
	if err := ipc.NewWriter(&b, ipc.WithSchema(s)).Close(); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(b.Bytes()[4:])
	return b.Bytes()[8 : 8+n], nil
}

// arrowType is the type that holds the values of a column of another format.
func arrowType(t formats.Type) arrow.DataType {
	switch t.Kind {
	case formats.Binary:
		return arrow.BinaryTypes.Binary
	case formats.Bool:
		return arrow.FixedWidthTypes.Boolean
	case formats.Int:
		switch t.Bits {
		case 8:
			return arrow.PrimitiveTypes.Int8
		case 16:
			return arrow.PrimitiveTypes.Int16
		case 32:
			return arrow.PrimitiveTypes.Int32
		}
		return arrow.PrimitiveTypes.Int64
	case formats.Uint:
		switch t.Bits {
		case 8:
			return arrow.PrimitiveTypes.Uint8
		case 16:
			return arrow.PrimitiveTypes.Uint16
		case 32:
			return arrow.PrimitiveTypes.Uint32
		}
		return arrow.PrimitiveTypes.Uint64
	case formats.Float:
		if t.Bits == 64 || t.Bits == 0 {
			return arrow.PrimitiveTypes.Float64
		}
		return arrow.PrimitiveTypes.Float32 // a half fits exactly
	case formats.Decimal:
		switch {
		case t.Precision >= 1 && t.Precision <= 38:
			return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
		case t.Precision > 38 && t.Precision <= 76:
			return &arrow.Decimal256Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
		}
	case formats.Date:
		return arrow.FixedWidthTypes.Date32
	case formats.Time:
		switch t.Unit {
		case formats.Second:
			return arrow.FixedWidthTypes.Time32s
		case formats.Milli:
			return arrow.FixedWidthTypes.Time32ms
		case formats.Micro:
			return arrow.FixedWidthTypes.Time64us
		}
		return arrow.FixedWidthTypes.Time64ns
	case formats.Timestamp:
		zone := ""
		if t.UTC {
			zone = "UTC"
		}
		return &arrow.TimestampType{Unit: arrow.TimeUnit(t.Unit), TimeZone: zone}
	}
	return arrow.BinaryTypes.String
}
