package parquetio

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
)

// A leaf says how a field of another format's list is stored. Every leaf is an
// optional top-level column.
type leaf struct {
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

// The numbers of ConvertedType that we write.
const (
	convertedNone            = -1
	convertedUTF8            = 0
	convertedDecimal         = 5
	convertedDate            = 6
	convertedTimeMillis      = 7
	convertedTimeMicros      = 8
	convertedTimestampMillis = 9
	convertedTimestampMicros = 10
	convertedUint8           = 11 // then 16, 32, 64
	convertedInt8            = 15 // then 16, 32, 64
	convertedJSON            = 19
)

// newLeaves returns the leaves of a schema and of text columns behind it. Columns
// of the same name would make a file that some readers refuse (Polars) and others
// rename (DuckDB): the second "Notes" is stored as "Notes_2", and a column without
// a name by its place, as "column_3".
func newLeaves(fields []formats.Field, extra []string) []leaf {
	taken := make(map[string]bool, len(fields)+len(extra))
	for _, f := range fields {
		taken[f.Name] = true
	}
	used := make(map[string]bool, len(fields)+len(extra))
	leaves := make([]leaf, 0, len(fields)+len(extra))
	add := func(name string, t formats.Type) {
		if name == "" {
			name = fmt.Sprintf("column_%d", len(leaves)+1)
		}
		unique := name
		for n := 2; used[unique] || unique != name && taken[unique]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
		}
		used[unique] = true
		l := newLeaf(t)
		l.name = unique
		leaves = append(leaves, l)
	}
	for _, f := range fields {
		add(f.Name, f.Type)
	}
	for _, name := range extra {
		add(name, formats.Type{})
	}
	return leaves
}

// newLeaf returns the leaf for a type: the physical and logical type that readers
// know it by.
func newLeaf(t formats.Type) leaf {
	switch t.Kind {
	case formats.Binary:
		return leaf{typ: format.ByteArray, converted: convertedNone, order: byteOrder, parse: parseHex}
	case formats.Nested:
		return leaf{typ: format.ByteArray, converted: convertedJSON, logical: logicalType{id: logicalJSON},
			parse: parseJSON}
	case formats.Bool:
		return leaf{typ: format.Boolean, width: 1, converted: convertedNone, order: unsignedOrder, parse: parseBool}
	case formats.Int, formats.Uint:
		return integerLeaf(t)
	case formats.Float:
		return floatLeaf(t.Bits)
	case formats.Decimal:
		return decimalLeaf(t.Precision, t.Scale)
	case formats.Date:
		return leaf{typ: format.Int32, width: 4, converted: convertedDate, logical: logicalType{id: logicalDate},
			order: signedOrder, parse: parseDate}
	case formats.Time:
		return timeLeaf(t)
	case formats.Timestamp:
		return timestampLeaf(t)
	}
	return textLeaf()
}

func textLeaf() leaf {
	return leaf{typ: format.ByteArray, converted: convertedUTF8, logical: logicalType{id: logicalString}, order: textOrder}
}

func integerLeaf(t formats.Type) leaf {
	signed := t.Kind == formats.Int
	bits, size := 64, 3
	switch t.Bits {
	case 8, 16, 32:
		bits, size = t.Bits, t.Bits/16 // 0, 1, 2
	}
	l := leaf{typ: format.Int32, width: 4, logical: logicalType{id: logicalInteger, bits: int8(bits), signed: signed}}
	if bits == 64 {
		l.typ, l.width = format.Int64, 8
	}
	if signed {
		l.converted, l.order, l.parse = convertedInt8+int32(size), signedOrder, parseInt(bits, l.width)
	} else {
		l.converted, l.order, l.parse = convertedUint8+int32(size), unsignedOrder, parseUint(bits, l.width)
	}
	return l
}

// floatLeaf keeps no minimum and maximum: NaN and the two zeros would need care
// that no reader of a list repays.
func floatLeaf(bits int) leaf {
	l := leaf{converted: convertedNone}
	switch bits {
	case 16:
		l.typ, l.width, l.typeLength, l.parse = format.FixedLenByteArray, 2, 2, parseHalf
		l.logical = logicalType{id: logicalFloat16}
	case 32:
		l.typ, l.width, l.parse = format.Float, 4, parseFloat
	default:
		l.typ, l.width, l.parse = format.Double, 8, parseDouble
	}
	return l
}

// maxDecimalDigits is the precision of the widest decimal there is, Arrow's of
// 256 bits. A column said to be wider is stored as text.
const maxDecimalDigits = 76

// decimalLeaf stores a decimal as the smallest integer its digits fit: INT32 to 9
// digits, INT64 to 18, then big-endian two's complement in as few bytes as do.
func decimalLeaf(precision, scale int) leaf {
	if scale < 0 { // Arrow only: thousands, millions; written out as whole numbers
		precision, scale = precision-scale, 0
	}
	precision = max(precision, scale, 1)
	if precision > maxDecimalDigits {
		return textLeaf()
	}
	l := leaf{converted: convertedDecimal,
		logical: logicalType{id: logicalDecimal, precision: int32(precision), scale: int32(scale)}}
	switch {
	case precision <= 9:
		l.typ, l.width, l.order = format.Int32, 4, signedOrder
	case precision <= 18:
		l.typ, l.width, l.order = format.Int64, 8, signedOrder
	default:
		l.typ, l.width = format.FixedLenByteArray, decimalBytes(precision)
		l.typeLength = int32(l.width)
	}
	l.parse = parseDecimal(precision, scale, l.typ, l.width)
	return l
}

// Parquet has no seconds: they are stored as milliseconds.
func timeLeaf(t formats.Type) leaf {
	l := leaf{typ: format.Int64, width: 8, converted: convertedNone, order: signedOrder,
		logical: logicalType{id: logicalTime, utc: t.UTC, unit: timeUnit(t.Unit)}}
	if l.logical.unit == unitMilli {
		l.typ, l.width = format.Int32, 4
	}
	if t.UTC { // the old types are in UTC by definition
		switch l.logical.unit {
		case unitMilli:
			l.converted = convertedTimeMillis
		case unitMicro:
			l.converted = convertedTimeMicros
		}
	}
	l.parse = parseTime(l.logical.unit, l.width)
	return l
}

func timestampLeaf(t formats.Type) leaf {
	l := leaf{typ: format.Int64, width: 8, converted: convertedNone, order: signedOrder,
		logical: logicalType{id: logicalTimestamp, utc: t.UTC, unit: timeUnit(t.Unit)}}
	if t.UTC {
		switch l.logical.unit {
		case unitMilli:
			l.converted = convertedTimestampMillis
		case unitMicro:
			l.converted = convertedTimestampMicros
		}
	}
	l.parse = parseTimestamp(l.logical.unit)
	return l
}

// The units of a logicalType.
const (
	unitMilli = 1
	unitMicro = 2
	unitNano  = 3
)

func timeUnit(u formats.Unit) int16 {
	switch u {
	case formats.Micro:
		return unitMicro
	case formats.Nano:
		return unitNano
	}
	return unitMilli
}
