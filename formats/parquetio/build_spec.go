package parquetio

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
)

// A colSpec says how a field of another format's list is stored: always as an optional
// top-level column.
type colSpec struct {
	name string
	typ  format.Type
	// width is the bytes of a value in a cells: 0 for byte arrays, which carry
	// their length, and 1 for BOOLEAN.
	width      int
	typeLength int32 // FIXED_LEN_BYTE_ARRAY
	converted  int32 // the ConvertedType that old readers know; -1 for none
	logical    logicalType
	order      order
	// parse appends the value that a cell's text stands for; nil for text, which
	// is stored as it is.
	parse func(dst, cell []byte) ([]byte, bool)
}

// An order says how a column's minimum and maximum are found, if they are.
type order uint8

const (
	unordered   order = iota // no statistics but the number of nulls
	signedOrder              // little-endian signed integers
	unsignedOrder
	textOrder // bytes, truncated between characters
	byteOrder
)

// convNone is the lack of a ConvertedType.
const convNone = -1

// newSpecs returns the specs of a schema and of text columns behind it. Columns
// of the same name would make a file that some readers refuse (Polars) and others
// rename (DuckDB): the second "Notes" is stored as "Notes_2", and a column without
// a name by its place, as "column_3".
func newSpecs(fields []formats.Field, extra []string) []colSpec {
	taken := make(map[string]bool, len(fields)+len(extra))
	for _, f := range fields {
		taken[f.Name] = true
	}
	used := make(map[string]bool, len(fields)+len(extra))
	specs := make([]colSpec, 0, len(fields)+len(extra))
	add := func(name string, t formats.Type) {
		if name == "" {
			name = fmt.Sprintf("column_%d", len(specs)+1)
		}
		unique := name
		for n := 2; used[unique] || unique != name && taken[unique]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
		}
		used[unique] = true
		s := newSpec(t)
		s.name = unique
		specs = append(specs, s)
	}
	for _, f := range fields {
		add(f.Name, f.Type)
	}
	for _, name := range extra {
		add(name, formats.Type{})
	}
	return specs
}

// newSpec returns the spec for a type: the physical and logical type that readers
// know it by.
func newSpec(t formats.Type) colSpec {
	switch t.Kind {
	case formats.Binary:
		return colSpec{typ: format.ByteArray, converted: convNone, order: byteOrder, parse: parseHex}
	case formats.Nested:
		return colSpec{typ: format.ByteArray, converted: convJSON, logical: logicalType{id: logicalJSON},
			parse: parseJSON}
	case formats.Bool:
		return colSpec{typ: format.Boolean, width: 1, converted: convNone, order: unsignedOrder, parse: parseBool}
	case formats.Int, formats.Uint:
		return integerSpec(t)
	case formats.Float:
		return floatSpec(t.Bits)
	case formats.Decimal:
		return decimalSpec(t.Precision, t.Scale)
	case formats.Date:
		return colSpec{typ: format.Int32, width: 4, converted: convDate, logical: logicalType{id: logicalDate},
			order: signedOrder, parse: parseDate}
	case formats.Time:
		return timeSpec(t)
	case formats.Timestamp:
		return timestampSpec(t)
	}
	return textSpec()
}

func textSpec() colSpec {
	return colSpec{typ: format.ByteArray, converted: convUTF8, logical: logicalType{id: logicalString}, order: textOrder}
}

func integerSpec(t formats.Type) colSpec {
	signed := t.Kind == formats.Int
	bits, size := 64, 3
	switch t.Bits {
	case 8, 16, 32:
		bits, size = t.Bits, t.Bits/16 // 0, 1, 2
	}
	s := colSpec{typ: format.Int32, width: 4, logical: logicalType{id: logicalInteger, bits: int8(bits), signed: signed}}
	if bits == 64 {
		s.typ, s.width = format.Int64, 8
	}
	if signed {
		s.converted, s.order, s.parse = convInt8+int32(size), signedOrder, parseInt(bits, s.width)
	} else {
		s.converted, s.order, s.parse = convUint8+int32(size), unsignedOrder, parseUint(bits, s.width)
	}
	return s
}

// floatSpec keeps no minimum and maximum: NaN and the two zeros would need care
// that no reader of a list repays.
func floatSpec(bits int) colSpec {
	s := colSpec{converted: convNone}
	switch bits {
	case 16:
		s.typ, s.width, s.typeLength, s.parse = format.FixedLenByteArray, 2, 2, parseHalf
		s.logical = logicalType{id: logicalFloat16}
	case 32:
		s.typ, s.width, s.parse = format.Float, 4, parseFloat
	default:
		s.typ, s.width, s.parse = format.Double, 8, parseDouble
	}
	return s
}

// maxDecimalDigits is the precision of the widest decimal there is, Arrow's of
// 256 bits. A column said to be wider is stored as text.
const maxDecimalDigits = 76

// decimalSpec stores a decimal as the smallest integer its digits fit: INT32 to 9
// digits, INT64 to 18, then big-endian two's complement in as few bytes as do.
func decimalSpec(precision, scale int) colSpec {
	if scale < 0 { // Arrow only: thousands, millions; written out as whole numbers
		precision, scale = precision-scale, 0
	}
	precision = max(precision, scale, 1)
	if precision > maxDecimalDigits {
		return textSpec()
	}
	s := colSpec{converted: convDecimal,
		logical: logicalType{id: logicalDecimal, precision: int32(precision), scale: int32(scale)}}
	switch {
	case precision <= 9:
		s.typ, s.width, s.order = format.Int32, 4, signedOrder
	case precision <= 18:
		s.typ, s.width, s.order = format.Int64, 8, signedOrder
	default:
		s.typ, s.width = format.FixedLenByteArray, decimalBytes(precision)
		s.typeLength = int32(s.width)
	}
	s.parse = parseDecimal(precision, scale, s.typ, s.width)
	return s
}

// Parquet has no seconds: they are stored as milliseconds.
func timeSpec(t formats.Type) colSpec {
	s := colSpec{typ: format.Int64, width: 8, converted: convNone, order: signedOrder,
		logical: logicalType{id: logicalTime, utc: t.UTC, unit: unitOf(t.Unit)}}
	if s.logical.unit == unitMilli {
		s.typ, s.width = format.Int32, 4
	}
	if t.UTC { // the old types are in UTC by definition
		switch s.logical.unit {
		case unitMilli:
			s.converted = convTimeMillis
		case unitMicro:
			s.converted = convTimeMicros
		}
	}
	s.parse = parseTime(s.logical.unit, s.width)
	return s
}

func timestampSpec(t formats.Type) colSpec {
	s := colSpec{typ: format.Int64, width: 8, converted: convNone, order: signedOrder,
		logical: logicalType{id: logicalTimestamp, utc: t.UTC, unit: unitOf(t.Unit)}}
	if t.UTC {
		switch s.logical.unit {
		case unitMilli:
			s.converted = convTimestampMillis
		case unitMicro:
			s.converted = convTimestampMicros
		}
	}
	s.parse = parseTimestamp(s.logical.unit)
	return s
}

// The units of a logicalType.
const (
	unitMilli = 1
	unitMicro = 2
	unitNano  = 3
)

func unitOf(u formats.Unit) int16 {
	switch u {
	case formats.Micro:
		return unitMicro
	case formats.Nano:
		return unitNano
	}
	return unitMilli
}
