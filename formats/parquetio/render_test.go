package parquetio

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"sluice/formats"
)

func TestDates(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for i := range 20_000 {
		day := r.Int64N(3_600_000) - 719_000 // the years 1 to 9999, roughly
		if i < 1000 {
			day = int64(i)
		}
		want := time.Unix(day*86400, 0).UTC()
		if y := want.Year(); y < 0 || y > 9999 {
			continue
		}
		if got := string(appendDate(nil, day)); got != want.Format("2006-01-02") {
			t.Fatalf("day %d: %s, want %s", day, got, want.Format("2006-01-02"))
		}
		nano := day*86400 + r.Int64N(86400)
		if got, want := string(appendTimestamp(nil, nano, formats.Second, true)), time.Unix(nano, 0).UTC().Format(time.RFC3339); got != want {
			t.Fatalf("second %d: %s, want %s", nano, got, want)
		}
	}
}

func TestAppendText(t *testing.T) {
	le32 := func(v int32) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }
	le64 := func(v int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(v)) }
	f64 := func(f float64) []byte { return le64(int64(math.Float64bits(f))) }
	wide := func(s string) []byte {
		n, _ := new(big.Int).SetString(s, 10)
		if n.Sign() < 0 {
			n.Add(n, new(big.Int).Lsh(big.NewInt(1), 128))
		}
		return n.FillBytes(make([]byte, 16))
	}
	decimal := func(scale int) formats.Type { return formats.Type{Kind: formats.Decimal, Scale: scale} }
	unit := func(u formats.Unit) formats.Type { return formats.Type{Unit: u} }
	for _, c := range []struct {
		kind valueKind
		t    formats.Type
		v    []byte
		want string
	}{
		{vInt32, formats.Type{}, le32(-7), "-7"},
		{vUint32, formats.Type{}, le32(-1), "4294967295"},
		{vUint64, formats.Type{}, le64(-1), "18446744073709551615"},
		{vInt64, formats.Type{}, le64(math.MinInt64), "-9223372036854775808"},
		{vDouble, formats.Type{}, f64(0.1), "0.1"},
		{vDouble, formats.Type{}, f64(1e20), "100000000000000000000"},
		{vDouble, formats.Type{}, f64(1e21), "1e+21"},
		{vDouble, formats.Type{}, f64(1e-7), "1e-07"},
		{vDouble, formats.Type{}, f64(math.NaN()), "NaN"},
		{vDouble, formats.Type{}, f64(math.Inf(-1)), "-Inf"},
		{vDouble, formats.Type{}, f64(math.Copysign(0, -1)), "-0"},
		{vFloat16, formats.Type{}, []byte{0x00, 0x3c}, "1"},
		{vFloat16, formats.Type{}, []byte{0x01, 0x00}, "5.9604645e-08"},
		{vFloat16, formats.Type{}, []byte{0xff, 0xfb}, "-65504"},
		{vFloat16, formats.Type{}, []byte{0x00, 0xfc}, "-Inf"},
		{vDecimal32, decimal(2), le32(-5), "-0.05"},
		{vDecimal32, decimal(0), le32(5), "5"},
		{vDecimal64, decimal(3), le64(math.MinInt64), "-9223372036854775.808"},
		{vDecimalBytes, decimal(2), []byte{0xff}, "-0.01"},
		{vDecimalBytes, decimal(2), nil, "0.00"},
		{vDecimalBytes, decimal(1), []byte{1, 0}, "25.6"},
		{vDecimalBytes, decimal(4), wide("-123456789012345678901234567890"), "-12345678901234567890123456.7890"},
		{vDecimalBytes, decimal(38), wide("7"), "0.00000000000000000000000000000000000007"},
		{vDate, formats.Type{}, le32(-719_529), "-0001-12-31"},
		{vDate, formats.Type{}, le32(-719_528), "0000-01-01"},
		{vDate, formats.Type{}, le32(2_932_897), "+10000-01-01"},
		{vTime, unit(formats.Milli), le32(3_723_500), "01:02:03.5"},
		{vTime, unit(formats.Nano), le64(1), "00:00:00.000000001"},
		{vTime, unit(formats.Micro), le64(86_399_000_000), "23:59:59"},
		{vTimestamp, unit(formats.Milli), le64(-1), "1969-12-31T23:59:59.999"},
		{vTimestamp, formats.Type{Unit: formats.Micro, UTC: true}, le64(0), "1970-01-01T00:00:00.000000Z"},
		{vInt96, formats.Type{}, append(le64(1), le32(2_440_588)...), "1970-01-01T00:00:00.000000001"},
		{vInt96, formats.Type{}, append(le64(-1), le32(2_440_588)...), "1969-12-31T23:59:59.999999999"},
		{vHex, formats.Type{}, []byte{0, 0xab}, "00ab"},
		{vBool, formats.Type{}, []byte{1}, "true"},
		{vText, formats.Type{}, []byte("a\xff"), "a�"},
	} {
		l := &leaf{value: c.kind, ftype: c.t}
		got, err := l.appendText([]byte("<"), c.v)
		if err != nil || string(got) != "<"+c.want {
			t.Errorf("kind %d of %x: %q, %v; want %q", c.kind, c.v, got[1:], err, c.want)
		}
		if len(got)-1 > maxRendered(l, len(c.v)) {
			t.Errorf("kind %d of %x: %d bytes, announced %d", c.kind, c.v, len(got)-1, maxRendered(l, len(c.v)))
		}
	}
	long := &leaf{value: vDecimalBytes}
	if _, err := long.appendText(nil, make([]byte, 10_000)); err == nil {
		t.Error("a decimal of 10,000 bytes was written out")
	}
}
