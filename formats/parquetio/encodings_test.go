package parquetio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

func TestDeltaIntegers(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, n := range []int{1, 2, 31, 33, 128, 129, 1000} {
		for _, spread := range []int64{1, 100, 1 << 40, math.MaxInt64} {
			v64, v32 := make([]int64, n), make([]int32, n)
			var want64, want32 []byte
			for i := range n {
				v64[i] = r.Int64N(spread) - spread/2
				if i%50 == 7 {
					v64[i] = pick(r, math.MinInt64, math.MaxInt64, int64(0))
				}
				v32[i] = int32(v64[i])
				want64 = binary.LittleEndian.AppendUint64(want64, uint64(v64[i]))
				want32 = binary.LittleEndian.AppendUint32(want32, uint32(v32[i]))
			}
			var enc delta.BinaryPackedEncoding
			b64, _ := enc.EncodeInt64(nil, v64)
			b32, _ := enc.EncodeInt32(nil, v32)
			got, err := toPlain(nil, b64, n, &leaf{typ: format.Int64, width: 8}, format.DeltaBinaryPacked, 1<<20)
			if err != nil || !bytes.Equal(got, want64) {
				t.Errorf("%d values within %d: INT64 differs: %v", n, spread, err)
			}
			got, err = toPlain(nil, b32, n, &leaf{typ: format.Int32, width: 4}, format.DeltaBinaryPacked, 1<<20)
			if err != nil || !bytes.Equal(got, want32) {
				t.Errorf("%d values within %d: INT32 differs: %v", n, spread, err)
			}
		}
	}
}

func TestDeltaStrings(t *testing.T) {
	for _, n := range []int{1, 5, 64, 65, 300} {
		var data, want []byte
		offsets := []uint32{0}
		for i := range n {
			s := fmt.Sprintf("prefix-%d-%0*d", i/7, i%40+1, i)
			if i%11 == 0 {
				s = ""
			}
			data = append(data, s...)
			offsets = append(offsets, uint32(len(data)))
			want = append(binary.LittleEndian.AppendUint32(want, uint32(len(s))), s...)
		}
		lengths, _ := new(delta.LengthByteArrayEncoding).EncodeByteArray(nil, data, offsets)
		prefixes, _ := new(delta.ByteArrayEncoding).EncodeByteArray(nil, data, offsets)
		l := &leaf{typ: format.ByteArray}
		if got, err := toPlain(nil, lengths, n, l, format.DeltaLengthByteArray, 1<<20); err != nil || !bytes.Equal(got, want) {
			t.Errorf("DELTA_LENGTH_BYTE_ARRAY of %d: %q, %v, want %q", n, got, err, want)
		}
		if got, err := toPlain(nil, prefixes, n, l, format.DeltaByteArray, 1<<20); err != nil || !bytes.Equal(got, want) {
			t.Errorf("DELTA_BYTE_ARRAY of %d: %q, %v, want %q", n, got, err, want)
		}
		if _, err := toPlain(nil, prefixes, n, l, format.DeltaByteArray, len(want)-1); err == nil {
			t.Errorf("DELTA_BYTE_ARRAY of %d: went over its limit", n)
		}
	}
}

// FuzzToPlain wants every decoder to stay within its limit.
func FuzzToPlain(f *testing.F) {
	lengths, _ := new(delta.ByteArrayEncoding).EncodeByteArray(nil, []byte("aababc"), []uint32{0, 1, 3, 6})
	f.Add(lengths, uint16(3), byte(2))
	f.Fuzz(func(t *testing.T, b []byte, n uint16, kind byte) {
		const most = 1 << 16
		for _, l := range []*leaf{{typ: format.ByteArray}, {typ: format.Int32, width: 4}, {typ: format.Int64, width: 8},
			{typ: format.Boolean, width: 1}, {typ: format.FixedLenByteArray, width: 3}} {
			for e := format.Plain; e <= format.ByteStreamSplit; e++ {
				got, err := toPlain(nil, b, int(n), l, e, most)
				if err == nil && e != format.Plain && len(got) > most {
					t.Errorf("%v of %v: %d bytes", e, l.typ, len(got))
				}
				if err == nil && l.width > 0 && len(got) < int(n)*l.width {
					t.Errorf("%v of %v: %d bytes for %d values", e, l.typ, len(got), n)
				}
			}
		}
	})
}
