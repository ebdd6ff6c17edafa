package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"sluice/formats"
	"sluice/formats/column"
)

// typeTests says what a cell of each type becomes: a physical value, or "refused".
var typeTests = []struct {
	name    string
	typ     formats.Type
	logical string // as parquet-go shows the column's type
	cells   map[string]string
}{
	{"text", formats.Type{}, "STRING", map[string]string{"": "", "null": "null", "é": "é"}},
	{"binary", formats.Type{Kind: formats.Binary}, "BYTE_ARRAY", map[string]string{"": "", "00ff": "\x00\xff", "0": "refused", "zz": "refused"}},
	{"bool", formats.Type{Kind: formats.Bool}, "BOOLEAN", map[string]string{"true": "true", "false": "false", "True": "refused", "": "refused"}},
	{"int8", formats.Type{Kind: formats.Int, Bits: 8}, "INT(8,true)", map[string]string{"-128": "-128", "127": "127", "128": "refused", "": "refused"}},
	{"int16", formats.Type{Kind: formats.Int, Bits: 16}, "INT(16,true)", map[string]string{"-32768": "-32768", "32768": "refused"}},
	{"int32", formats.Type{Kind: formats.Int, Bits: 32}, "INT(32,true)", map[string]string{"-2147483648": "-2147483648", "1x": "refused"}},
	{"int64", formats.Type{Kind: formats.Int, Bits: 64}, "INT(64,true)", map[string]string{"-9223372036854775808": "-9223372036854775808", "9223372036854775808": "refused"}},
	{"uint8", formats.Type{Kind: formats.Uint, Bits: 8}, "INT(8,false)", map[string]string{"255": "255", "-1": "refused"}},
	{"uint16", formats.Type{Kind: formats.Uint, Bits: 16}, "INT(16,false)", map[string]string{"65535": "65535"}},
	{"uint32", formats.Type{Kind: formats.Uint, Bits: 32}, "INT(32,false)", map[string]string{"4294967295": "4294967295"}},
	{"uint64", formats.Type{Kind: formats.Uint, Bits: 64}, "INT(64,false)", map[string]string{"18446744073709551615": "18446744073709551615"}},
	{"half", formats.Type{Kind: formats.Float, Bits: 16}, "FIXED_LEN_BYTE_ARRAY(2)", map[string]string{"1": "\x00\x3c", "-2.5": "\x00\xc1", "65504": "\xff\x7b", "Inf": "\x00\x7c", "5.9604645e-08": "\x01\x00", "x": "refused"}},
	{"float", formats.Type{Kind: formats.Float, Bits: 32}, "FLOAT", map[string]string{"0.1": "0.1", "-Inf": "-Inf", "NaN": "NaN", "": "refused"}},
	{"double", formats.Type{Kind: formats.Float, Bits: 64}, "DOUBLE", map[string]string{"0.1": "0.1", "1e400": "refused", "-0": "-0"}},
	{"decimal32", formats.Type{Kind: formats.Decimal, Precision: 5, Scale: 2}, "DECIMAL(5,2)", map[string]string{"1.5": "150", "-123.45": "-12345", "999.99": "99999", "1000.00": "refused", "1.234": "refused", "1.230": "123", ".": "refused", "1.2.3": "refused", "": "refused", "0": "0"}},
	{"decimal64", formats.Type{Kind: formats.Decimal, Precision: 18, Scale: 0}, "DECIMAL(18,0)", map[string]string{"-999999999999999999": "-999999999999999999", "1000000000000000000": "refused"}},
	{"decimal128", formats.Type{Kind: formats.Decimal, Precision: 38, Scale: 10}, "DECIMAL(38,10)", map[string]string{"0.0000000001": strings.Repeat("\x00", 15) + "\x01", "-0.0000000001": strings.Repeat("\xff", 16)}},
	{"date", formats.Type{Kind: formats.Date}, "DATE", map[string]string{"1970-01-01": "0", "2024-02-29": "19782", "1969-12-31": "-1", "0001-01-01": "-719162", "-0001-03-01": "-719834", "2023-02-29": "refused", "2024-13-01": "refused", "2024-1-1": "refused", "24-01-01": "refused", "": "refused", "2024-01-01T": "refused"}},
	{"time s", formats.Type{Kind: formats.Time, Unit: formats.Second}, "TIME(isAdjustedToUTC=false,unit=MILLIS)", map[string]string{"00:00:01": "1000", "25:00:00": "refused", "00:00": "refused"}},
	{"time ms", formats.Type{Kind: formats.Time, Unit: formats.Milli}, "TIME(isAdjustedToUTC=false,unit=MILLIS)", map[string]string{"23:59:59.999": "86399999", "00:00:00.0001": "refused", "00:00:00.": "refused"}},
	{"time us", formats.Type{Kind: formats.Time, Unit: formats.Micro}, "TIME(isAdjustedToUTC=false,unit=MICROS)", map[string]string{"00:00:00.5": "500000", "24:00:00": "86400000000"}},
	{"time ns", formats.Type{Kind: formats.Time, Unit: formats.Nano}, "TIME(isAdjustedToUTC=false,unit=NANOS)", map[string]string{"00:00:00.000000001": "1"}},
	{"timestamp s", formats.Type{Kind: formats.Timestamp, Unit: formats.Second, UTC: true}, "TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS)", map[string]string{"1970-01-01T00:00:01Z": "1000"}},
	{"timestamp ms", formats.Type{Kind: formats.Timestamp, Unit: formats.Milli, UTC: true}, "TIMESTAMP(isAdjustedToUTC=true,unit=MILLIS)", map[string]string{"2001-09-09T01:46:40.123Z": "1000000000123", "2001-09-09": "refused", "2001-09-09T01:46:40+02:00": "refused"}},
	{"timestamp us", formats.Type{Kind: formats.Timestamp, Unit: formats.Micro}, "TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)", map[string]string{"1969-12-31T23:59:59.999999": "-1", "12345-01-01T00:00:00": "327403382400000000"}},
	{"timestamp ns", formats.Type{Kind: formats.Timestamp, Unit: formats.Nano}, "TIMESTAMP(isAdjustedToUTC=false,unit=NANOS)", map[string]string{"1677-09-21T00:12:43.145224192": "-9223372036854775808", "2262-04-11T23:47:16.854775807": "9223372036854775807", "2262-04-11T23:47:16.854775808": "refused", "1600-01-01T00:00:00": "refused"}},
	{"nested", formats.Type{Kind: formats.Nested}, "JSON", map[string]string{`{"a":[1]}`: `{"a":[1]}`, "": "refused"}},
}

// TestTypes writes each cell between a null and another null, and reads it back
// with parquet-go.
func TestTypes(t *testing.T) {
	for _, tt := range typeTests {
		t.Run(tt.name, func(t *testing.T) {
			tab := &table{schema: formats.Schema{Fields: []formats.Field{{Name: "c", Type: tt.typ}}}}
			for text, want := range tt.cells {
				tab.rows = [][][]byte{{nil}, {[]byte(text)}, {nil}}
				if want == "refused" {
					refused(t, tab, text)
					continue
				}
				data := tab.write(t, 2, WriterOptions{}, nil, nil)
				f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
				if err != nil {
					t.Fatal(err)
				}
				if got := f.Root().Columns()[0].Type().String(); got != tt.logical {
					t.Errorf("type %s, want %s", got, tt.logical)
				}
				_, rows := readAll(t, data)
				got := string(rows[1][0])
				if tt.typ.Kind == formats.Uint {
					got = fmt.Sprint(unsigned(t, got, tt.typ.Bits))
				}
				if got != want || rows[0][0] != nil || rows[2][0] != nil {
					t.Errorf("%q: read %q, want %q between nulls", text, rows, want)
				}
			}
		})
	}
}

func unsigned(t *testing.T, s string, bits int) uint64 {
	var v int64
	if _, err := fmt.Sscan(s, &v); err != nil {
		var u uint64
		if _, err := fmt.Sscan(s, &u); err != nil {
			t.Fatalf("%q is no integer", s)
		}
		return u
	}
	if bits == 64 {
		return uint64(v)
	}
	return uint64(uint32(v))
}

// refused wants an error that names row and column but not the cell, and a null
// instead where the row is faulty.
func refused(t *testing.T, tab *table, text string) {
	t.Helper()
	w, err := NewWriter(new(bytes.Buffer), &tab.schema, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Encode(tab.chunk(0, 3), column.All(3), nil)
	var fe *formats.Error
	if !errors.As(err, &fe) || fe.Pos.Row != 2 || fe.Column != "c" || fe.Code != "internal" {
		t.Errorf("%q: error %v, want an internal one at row 2, column c", text, err)
	} else if want := "list.test: row 2: column c: " + errCell.Error(); err.Error() != want {
		t.Errorf("%q: error %q, want %q", text, err, want)
	}
	bad := tab.chunk(0, 3)
	bad.faults = []formats.Fault{{Row: 1}}
	if _, err := w.Encode(bad, column.All(3), nil); err != nil {
		t.Errorf("%q in a faulty row: %v", text, err)
	}
}

// TestDecimalsOracle compares with math/big for any precision and scale.
func TestDecimalsOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 0))
	for range 3000 {
		precision := 1 + r.IntN(maxDecimalDigits)
		scale := r.IntN(precision + 1)
		digits := make([]byte, precision)
		for i := range digits {
			digits[i] = '0' + byte(r.IntN(10))
		}
		text := string(digits[:precision-scale]) + "." + string(digits[precision-scale:])
		want, _ := new(big.Int).SetString(string(digits), 10)
		if r.IntN(2) == 0 {
			text = "-" + text
			want.Neg(want)
		}
		s := newSpec(formats.Type{Kind: formats.Decimal, Precision: precision, Scale: scale})
		got, ok := s.parse(nil, []byte(text))
		if s.typ != format.FixedLenByteArray { // little-endian
			for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
				got[i], got[j] = got[j], got[i]
			}
		}
		v := new(big.Int).SetBytes(got)
		if len(got) > 0 && got[0] >= 0x80 {
			v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(got))))
		}
		if !ok || v.Cmp(want) != 0 || len(got) != s.width {
			t.Fatalf("DECIMAL(%d,%d) %s: %v in %d bytes, want %v in %d", precision, scale, text, v, len(got), want, s.width)
		}
	}
	if w := decimalBytes(38); w != 16 {
		t.Errorf("38 digits take %d bytes, want 16", w)
	}
}

// TestTimestampsOracle compares with package time.
func TestTimestampsOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	for range 3000 {
		at := time.Unix(r.Int64N(1<<38)-1<<37, r.Int64N(1e9)).UTC()
		for unit, want := range map[int16]int64{unitMilli: at.UnixMilli(), unitMicro: at.UnixMicro()} {
			text := at.Truncate(time.Duration(1e9 / perSecond(unit))).Format(time.RFC3339Nano)
			got, ok := parseTimestamp(unit)(nil, []byte(text))
			if !ok || int64(le.Uint64(got)) != want {
				t.Fatalf("%s: %v, want %d", text, got, want)
			}
		}
		day, ok := parseDate(nil, []byte(at.Format(time.DateOnly)))
		if want := int32(math.Floor(float64(at.Unix()) / 86400)); !ok || int32(le.Uint32(day)) != want {
			t.Fatalf("%s: day %v, want %d", at.Format(time.DateOnly), day, want)
		}
	}
}

// TestHalfOracle reads every half back and, between two neighbours, wants the nearer.
func TestHalfOracle(t *testing.T) {
	value := func(h uint16) float64 {
		frac, exp := float64(h&0x3ff), int(h>>10&0x1f)
		if exp == 0 {
			return math.Ldexp(frac, -24)
		}
		return math.Ldexp(frac+1024, exp-25)
	}
	for h := uint16(0); h < 0x7c00; h++ {
		v := value(h)
		next := value(h + 1)
		for _, tt := range []struct {
			v    float64
			want uint16
		}{{v, h}, {-v, h | 0x8000}, {v + (next-v)*0.49, h}, {v + (next-v)*0.51, h + 1}, {(v + next) / 2, h + h&1}} {
			if got := half(tt.v); got != tt.want && tt.v != 0 {
				t.Fatalf("half(%v) = %#x, want %#x", tt.v, got, tt.want)
			}
		}
	}
	if half(math.NaN())&0x7fff <= 0x7c00 || half(math.Inf(-1)) != 0xfc00 {
		t.Error("NaN or infinity lost")
	}
}

func TestStatistics(t *testing.T) {
	long := strings.Repeat("é", 40) // 80 bytes: cut between characters, at 64
	tests := []struct {
		name      string
		typ       formats.Type
		cells     []string
		lo, hi    string
		loExact   bool
		hiExact   bool
		hasBounds bool
	}{
		{"text", formats.Type{}, []string{"b", "", "ab"}, "", "b", true, true, true},
		{"bytes above 127", formats.Type{}, []string{"z", "é"}, "z", "é", true, true, true},
		{"long", formats.Type{}, []string{long, long + "x"}, strings.Repeat("é", 32), strings.Repeat("é", 31) + "ê", false, false, true},
		{"nothing above", formats.Type{}, []string{strings.Repeat("\U0010ffff", 20)}, "", "", false, false, false},
		{"surrogates", formats.Type{}, []string{strings.Repeat("a", 61) + "\ud7ff" + "x"}, strings.Repeat("a", 61) + "\ud7ff", strings.Repeat("a", 61) + "\ue000", false, false, true},
		{"long bytes", formats.Type{Kind: formats.Binary}, []string{strings.Repeat("ff", 63) + "01ff"}, strings.Repeat("\xff", 63) + "\x01", strings.Repeat("\xff", 63) + "\x02", false, false, true},
		{"int", formats.Type{Kind: formats.Int, Bits: 32}, []string{"3", "-1", "2"}, "\xff\xff\xff\xff", "\x03\x00\x00\x00", true, true, true},
		{"uint", formats.Type{Kind: formats.Uint, Bits: 8}, []string{"255", "1"}, "\x01\x00\x00\x00", "\xff\x00\x00\x00", true, true, true},
		{"bool", formats.Type{Kind: formats.Bool}, []string{"true", "false"}, "\x00", "\x01", true, true, true},
		{"float", formats.Type{Kind: formats.Float}, []string{"1"}, "", "", false, false, false},
	}
	for _, tt := range tests {
		s := newSpec(tt.typ)
		v := column.View{Nulls: make([]bool, len(tt.cells)+1)}
		for _, c := range tt.cells {
			n := uint32(len(v.Data))
			v.Data = append(v.Data, c...)
			v.Spans = append(v.Spans, column.Span{Lo: n, Hi: n + uint32(len(c))})
		}
		v.Nulls[len(tt.cells)] = true
		v.Spans = append(v.Spans, column.Span{})
		var c cells
		if err := c.collect(&s, v, &foreign{}, column.All(v.Len())); err != nil {
			t.Fatal(err)
		}
		type stats struct {
			nulls            int64
			lo, hi           string
			loExact, hiExact bool
			has              bool
		}
		var got stats
		r := thriftReader{b: s.statistics(c.values, c.nulls, true)}
		r.structure(tStruct, func(id int16, typ byte) {
			switch id {
			case 3:
				got.nulls = r.i64(typ)
			case 5:
				got.hi, got.has = string(r.binary(typ)), true
			case 6:
				got.lo = string(r.binary(typ))
			case 7:
				got.hiExact = r.bool(typ)
			case 8:
				got.loExact = r.bool(typ)
			}
		})
		if want := (stats{1, tt.lo, tt.hi, tt.loExact, tt.hiExact, tt.hasBounds}); got != want || r.err != nil {
			t.Errorf("%s: %+v, want %+v", tt.name, got, want)
		}
	}
}

func TestDictBuilder(t *testing.T) {
	values := func(n, distinct, length int) []byte {
		var b []byte
		for i := range n {
			b = le.AppendUint32(b, uint32(length))
			b = append(b, fmt.Sprintf("%0*d", length, i%distinct)...)
		}
		return b
	}
	tests := []struct {
		name   string
		values []byte
		pays   bool
	}{
		{"none", nil, false},
		{"one", values(1, 1, 5), false},
		{"few", values(1000, 10, 5), true},
		{"two thirds distinct", values(6000, 2900, 20), true},
		{"all distinct at first", values(5000, 4096, 20), false},
		{"too many", append(values(10, 1, 20), values(1<<15, 1<<15, 20)...), false},
		{"too large", append(values(5000, 1, 5), values(4000, 1500, 1000)...), false},
	}
	var d dictBuilder
	for _, tt := range tests {
		if got := d.build(tt.values, 0); got != tt.pays {
			t.Errorf("%s: build returned %v with %d entries of %d bytes, want %v", tt.name, got, len(d.ends), len(d.values), tt.pays)
		}
		if !tt.pays {
			continue
		}
		var back []byte
		for _, i := range d.indices {
			back = append(back, d.entry(int(i))...)
		}
		if !bytes.Equal(back, tt.values) {
			t.Errorf("%s: entries do not make the values", tt.name)
		}
	}
}

// FuzzHybrid encodes values and reads them with the decoder of our reader.
func FuzzHybrid(f *testing.F) {
	f.Add([]byte{1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3}, uint8(2))
	f.Add(bytes.Repeat([]byte{0}, 100), uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, width uint8) {
		w := int(width%15) + 1
		want := make([]uint32, len(b))
		for i, c := range b {
			want[i] = uint32(c) * 0x1235 & (1<<w - 1)
		}
		enc := appendHybrid([]byte{byte(w)}, want, w)
		got, err := decodeIndices(nil, enc, 0, len(want), 1<<w)
		if err != nil || !(len(got) == 0 && len(want) == 0 || cmp.Equal(got, want)) {
			t.Errorf("width %d: %v, want %v (%v)", w, got, want, err)
		}
	})
}

// FuzzParse gives any text to the parser of every type: it must not panic, and what it
// accepts must have the type's width and leave what stood before alone.
func FuzzParse(f *testing.F) {
	for i, tt := range typeTests {
		for text := range tt.cells {
			f.Add(uint8(i), []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		tt := typeTests[int(kind)%len(typeTests)]
		s := newSpec(tt.typ)
		if s.parse == nil {
			return
		}
		got, ok := s.parse([]byte("before"), text)
		if !ok {
			return
		}
		value, found := bytes.CutPrefix(got, []byte("before"))
		width := s.width
		if width == 0 && len(value) >= 4 {
			width = 4 + int(le.Uint32(value))
		}
		if !found || len(value) != width {
			t.Errorf("%s: %q became %x", tt.name, text, got)
		}
	})
}
