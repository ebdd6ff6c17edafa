package parquetio

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
)

// A valueKind says how a leaf's values are written as text.
type valueKind uint8

const (
	vText valueKind = iota // as it is
	vHex                   // bytes nobody annotated, or annotated as no text
	vBool
	vInt32
	vInt64
	vUint32
	vUint64
	vFloat16
	vFloat
	vDouble
	vDecimal32
	vDecimal64
	vDecimalBytes
	vDate
	vTime      // INT32 or INT64 since midnight
	vTimestamp // INT64 since 1970
	vInt96     // nanoseconds of a day, and the Julian day
	vUUID
)

// ConvertedType numbers, the older way to say what LogicalType says.
const (
	convUTF8            = 0
	convEnum            = 4
	convDecimal         = 5
	convDate            = 6
	convTimeMillis      = 7
	convTimeMicros      = 8
	convTimestampMillis = 9
	convTimestampMicros = 10
	convUint8           = 11 // then 16, 32, 64
	convUint64          = 14
	convInt8            = 15 // then 16, 32, 64
	convInt64           = 18
	convJSON            = 19
	convBSON            = 20
	convInterval        = 21
)

// maxScale bounds the digits behind a decimal's point; decimal256 has 76.
const maxScale = 1 << 10

// setType derives the leaf's kind from its physical type and annotations. An
// annotation that does not go with the physical type is ignored, as the format
// demands.
func (l *leaf) setType() error {
	e, lg := l.el, l.el.logical
	scale, precision := e.scale, e.precision
	isDecimal := e.converted == convDecimal
	if lg.id == logicalDecimal {
		scale, precision, isDecimal = lg.scale, lg.precision, true
	}
	if isDecimal && (scale < 0 || scale > maxScale || precision < 0) {
		return fmt.Errorf("%w: column %s: decimal with a scale of %d", errSchema, l.name(), scale)
	}
	decimal := formats.Type{Kind: formats.Decimal, Precision: int(precision), Scale: int(scale)}
	set := func(v valueKind, t formats.Type) { l.value, l.ftype = v, t }

	switch l.typ {
	case format.Boolean:
		set(vBool, formats.Type{Kind: formats.Bool})
	case format.Float:
		set(vFloat, formats.Type{Kind: formats.Float, Bits: 32})
	case format.Double:
		set(vDouble, formats.Type{Kind: formats.Float, Bits: 64})
	case format.Int96:
		set(vInt96, formats.Type{Kind: formats.Timestamp, Unit: formats.Nano})
	case format.ByteArray, format.FixedLenByteArray:
		fixed := l.typ == format.FixedLenByteArray
		switch {
		case isDecimal:
			set(vDecimalBytes, decimal)
		case l.annotatedText():
			set(vText, formats.Type{})
		case fixed && l.width == 16 && lg.id == logicalUUID:
			set(vUUID, formats.Type{})
		case fixed && l.width == 2 && lg.id == logicalFloat16:
			set(vFloat16, formats.Type{Kind: formats.Float, Bits: 16})
		default:
			set(vHex, formats.Type{Kind: formats.Binary})
		}
	case format.Int32:
		switch bits, signed := l.intBits(32); {
		case isDecimal:
			set(vDecimal32, decimal)
		case lg.id == logicalDate || e.converted == convDate:
			set(vDate, formats.Type{Kind: formats.Date})
		case lg.id == logicalTime || e.converted == convTimeMillis:
			set(vTime, formats.Type{Kind: formats.Time, Unit: formats.Milli})
		case signed:
			set(vInt32, formats.Type{Kind: formats.Int, Bits: bits})
		default:
			set(vUint32, formats.Type{Kind: formats.Uint, Bits: bits})
		}
	case format.Int64:
		switch bits, signed := l.intBits(64); {
		case isDecimal:
			set(vDecimal64, decimal)
		case lg.id == logicalTimestamp:
			set(vTimestamp, formats.Type{Kind: formats.Timestamp, Unit: timeUnit(lg.unit), UTC: lg.utc})
		case e.converted == convTimestampMillis:
			set(vTimestamp, formats.Type{Kind: formats.Timestamp, Unit: formats.Milli, UTC: true})
		case e.converted == convTimestampMicros:
			set(vTimestamp, formats.Type{Kind: formats.Timestamp, Unit: formats.Micro, UTC: true})
		case lg.id == logicalTime:
			set(vTime, formats.Type{Kind: formats.Time, Unit: timeUnit(lg.unit)})
		case e.converted == convTimeMicros:
			set(vTime, formats.Type{Kind: formats.Time, Unit: formats.Micro})
		case signed:
			set(vInt64, formats.Type{Kind: formats.Int, Bits: bits})
		default:
			set(vUint64, formats.Type{Kind: formats.Uint, Bits: bits})
		}
	}
	return nil
}

func timeUnit(member int16) formats.Unit {
	switch member {
	case 1:
		return formats.Milli
	case 3:
		return formats.Nano
	}
	return formats.Micro
}

// intBits returns the width and sign that the annotation gives an integer.
func (l *leaf) intBits(physical int) (bits int, signed bool) {
	lg, c := l.el.logical, l.el.converted
	switch {
	case lg.id == logicalInteger && lg.bits > 0 && int(lg.bits) <= physical:
		return int(lg.bits), lg.signed
	case c >= convUint8 && c <= convUint64 && 8<<(c-convUint8) <= physical:
		return 8 << (c - convUint8), false
	case c >= convInt8 && c <= convInt64 && 8<<(c-convInt8) <= physical:
		return 8 << (c - convInt8), true
	}
	return physical, true
}

// annotatedText reports whether the schema says that the leaf holds text.
func (l *leaf) annotatedText() bool {
	switch l.el.logical.id {
	case logicalString, logicalEnum, logicalJSON:
		return true
	case 0:
		switch l.el.converted {
		case convUTF8, convEnum, convJSON:
			return true
		}
	}
	return false
}

// bare reports whether the leaf is a BYTE_ARRAY without any annotation: what
// older writers make of strings, and every writer of bytes.
func (l *leaf) bare() bool {
	return l.typ == format.ByteArray && l.el.logical.id == 0 && l.el.converted < 0
}

// mayHoldText reports whether an address could stand in the leaf: text, and bytes
// that are not known to be something else.
func (l *leaf) mayHoldText() bool {
	switch l.value {
	case vText:
		return true
	case vHex:
		id := l.el.logical.id
		return id <= logicalBSON && l.el.converted != convInterval // later ones are geometries, whose doubles are full of 0x40
	}
	return false
}

// plainDictionary is how files of format version 1 call both the dictionary page and
// the pages that refer to it.
//
//lint:ignore SA1019 writers must not use it, but readers have to know it
const plainDictionary = format.PlainDictionary
