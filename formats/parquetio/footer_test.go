package parquetio

import (
	"bytes"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/format"
)

// smallFooter encodes a footer with one column and no rows, adding more fields.
func smallFooter(more func(w *thriftWriter)) []byte {
	var w thriftWriter
	w.begin()
	w.i32(1, 2)
	w.list(2, 2, tStruct)
	w.begin()
	w.string(4, "root")
	w.i32(5, 1)
	w.end()
	w.begin()
	w.i32(1, int32(format.ByteArray))
	w.i32(3, int32(format.Optional))
	w.string(4, "email")
	w.i32(6, convUTF8)
	w.end()
	w.i64(3, 0)
	w.list(4, 0, tStruct)
	if more != nil {
		more(&w)
	}
	w.end()
	return w.b
}

func TestFooterFields(t *testing.T) {
	o := Options{}.withDefaults()
	m, err := parseFooter(smallFooter(func(w *thriftWriter) {
		w.list(5, 2, tStruct)
		w.begin()
		w.string(1, "no value")
		w.end()
		w.begin()
		w.string(1, "empty")
		w.string(2, "")
		w.end()
		w.string(6, "made by a test")
		w.list(99, 1, tI64) // a field of times to come
		w.varint(5)
	}), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.keyValues) != 2 || m.keyValues[0].hasValue || !m.keyValues[1].hasValue {
		t.Errorf("key/values: %+v", m.keyValues)
	}
	if m.createdBy != "made by a test" || m.version != 2 || m.columnOrders != nil {
		t.Errorf("%+v", m)
	}
	e := m.schema[1]
	if e.name != "email" || e.converted != convUTF8 || e.typ != format.ByteArray || !bytes.HasPrefix(e.raw, []byte{0x15}) || e.raw[len(e.raw)-1] != tStop {
		t.Errorf("schema element: %+v", e)
	}
}

func TestFooterRefusals(t *testing.T) {
	deep := strings.Repeat("\x1c", 100) // a struct in a struct in a struct …
	for _, c := range []struct {
		name, want string
		b          []byte
	}{
		{"empty", "ends early", nil},
		{"no schema", "missing", []byte{tStop}},
		{"encryption", "encrypted", smallFooter(func(w *thriftWriter) { w.structure(8); w.end() })},
		{"a billion schema elements", "ends early", []byte{0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 3}},
		{"too deep", "too deeply", []byte("\x0c\xc8\x01" + deep)},
		{"wrong type", "wrong type", []byte{0x18, 1, 'x', tStop}},
	} {
		_, err := parseFooter(c.b, Options{}.withDefaults())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.name, err, c.want)
		}
	}
}

func TestPageHeaderRoundTrip(t *testing.T) {
	for _, h := range []pageHeader{
		{typ: format.DataPage, uncompressed: 10, compressed: 5, numValues: 3, encoding: format.RLEDictionary,
			defEncoding: format.RLE, repEncoding: format.RLE, isCompressed: true, crc: 0xdeadbeef, hasCRC: true},
		{typ: format.DictionaryPage, uncompressed: 1 << 30, numValues: 1, isCompressed: true},
		{typ: format.DataPageV2, uncompressed: 10, compressed: 10, numValues: 9, numNulls: 2, numRows: 9, defLen: 3, repLen: 2},
	} {
		b := append(appendPageHeader(nil, &h), "rest"...)
		got, n, err := parsePageHeader(b)
		if err != nil || got != h || string(b[n:]) != "rest" {
			t.Errorf("%+v: %+v, %v", h, got, err)
		}
	}
}

func FuzzFooter(f *testing.F) {
	f.Add(smallFooter(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := Options{}.withDefaults()
		if m, err := parseFooter(b, o); err == nil {
			buildTree(m.schema, o)
		}
		parsePageHeader(b)
	})
}
