package parquetio

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"sluice/formats"
	"sluice/formats/arrowio"
)

// arrowOf reads the stored schema of a file; nil if there is none.
func arrowOf(t *testing.T, kvs []keyValue) *arrow.Schema {
	t.Helper()
	for _, kv := range kvs {
		if kv.key != arrowSchemaKey {
			continue
		}
		r, err := ipc.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(kv.value)))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Release()
		return r.Schema()
	}
	return nil
}

func tag(name string) []map[string]string { return []map[string]string{{"sluice.pii.tag": name}} }

func tagOf(f arrow.Field) string {
	v, _ := f.Metadata.GetValue("sluice.pii.tag")
	return v
}

// TestFieldMetadata stands in the stored schema: of a new file, of a copy, and of a copy
// with columns added, which have none.
func TestFieldMetadata(t *testing.T) {
	tab := &table{schema: texts("a", "b"), rows: [][][]byte{{[]byte("1"), []byte("2")}}}
	src := tab.write(t, 1, WriterOptions{FieldMetadata: tag("person.email"), KeyValues: [][2]string{{"sluice.pii", "{}"}}}, nil, nil)
	s := arrowOf(t, footerOf(t, src).keyValues)
	if s == nil || tagOf(s.Field(0)) != "person.email" || tagOf(s.Field(1)) != "" || s.Field(1).Type.ID() != arrow.STRING {
		t.Fatalf("a new file has the schema %s", s)
	}
	all := func(int) bool { return true }
	s = arrowOf(t, footerOf(t, copyFile(t, src, WriterOptions{FieldMetadata: tag("none")}, true, all)).keyValues)
	if s == nil || tagOf(s.Field(0)) != "none" {
		t.Errorf("a copy has the schema %s", s)
	}
	s = arrowOf(t, footerOf(t, copyFile(t, src, WriterOptions{FieldMetadata: tag("none"), Extra: []string{"verdict"}}, true, all)).keyValues)
	if s == nil || s.NumFields() != 3 || tagOf(s.Field(0)) != "none" || s.Field(2).Name != "verdict" || s.Field(2).HasMetadata() {
		t.Errorf("a copy with a column more has the schema %s", s)
	}
}

// TestFieldMetadataKeepsTypes: what only the stored schema knows stays.
func TestFieldMetadataKeepsTypes(t *testing.T) {
	plain, err := arrowio.StoredSchema("", []arrowio.StoredField{{Name: "a", From: -1, Nullable: true, Type: formats.Type{Kind: formats.Binary},
		Metadata: map[string]string{"about": "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	tab := &table{schema: texts("a"), rows: [][][]byte{{[]byte("1")}}}
	src := tab.write(t, 1, WriterOptions{KeyValues: [][2]string{{"first", "1"}, {arrowSchemaKey, plain}, {"last", "2"}}}, nil, nil)
	got := footerOf(t, copyFile(t, src, WriterOptions{FieldMetadata: tag("none")}, true, func(int) bool { return true })).keyValues
	if len(got) != 3 || got[0].key != "first" || got[1].key != arrowSchemaKey || got[2].key != "last" {
		t.Fatalf("entries of metadata are %v", got)
	}
	f := arrowOf(t, got).Field(0)
	if about, _ := f.Metadata.GetValue("about"); f.Type.ID() != arrow.BINARY || about != "a" || tagOf(f) != "none" {
		t.Errorf("the column is %s", f)
	}
}

// TestFieldMetadataWhereTypesAreNotCertain: then there is no stored schema, or the
// source's stays.
func TestFieldMetadataWhereTypesAreNotCertain(t *testing.T) {
	for _, typ := range []formats.Type{{Kind: formats.Nested}, {Kind: formats.Float, Bits: 16}, {Kind: formats.Decimal, Precision: 50}} {
		tab := &table{schema: formats.Schema{Fields: []formats.Field{{Name: "a", Type: typ}}}}
		if s := arrowOf(t, footerOf(t, tab.write(t, 1, WriterOptions{FieldMetadata: tag("none")}, nil, nil)).keyValues); s != nil {
			t.Errorf("%v: the stored schema is %s", typ, s)
		}
	}
	tab := &table{schema: texts("a"), rows: [][][]byte{{[]byte("1")}}}
	src := tab.write(t, 1, WriterOptions{KeyValues: [][2]string{{arrowSchemaKey, "what is this"}}}, nil, nil)
	got := footerOf(t, copyFile(t, src, WriterOptions{FieldMetadata: tag("none")}, true, func(int) bool { return true })).keyValues
	if len(got) != 1 || got[0].value != "what is this" {
		t.Errorf("a stored schema that nobody can read became %v", got)
	}
}

// TestArrowKinds lists columns whose type every reader of Arrow finds the same, as they
// stand in a file of our own.
func TestArrowKinds(t *testing.T) {
	for _, typ := range []formats.Type{{}, {Kind: formats.Binary}, {Kind: formats.Bool}, {Kind: formats.Int, Bits: 8}, {Kind: formats.Uint, Bits: 64},
		{Kind: formats.Float, Bits: 32}, {Kind: formats.Float, Bits: 64}, {Kind: formats.Decimal, Precision: 9, Scale: 2},
		{Kind: formats.Decimal, Precision: 38, Scale: 6}, {Kind: formats.Date}, {Kind: formats.Time, Unit: formats.Milli},
		{Kind: formats.Time, Unit: formats.Nano}, {Kind: formats.Timestamp, Unit: formats.Micro, UTC: true}} {
		s := newSpec(typ)
		e := schemaElement{hasType: true, typ: s.typ, typeLength: s.typeLength, converted: s.converted, logical: s.logical}
		if got, ok := e.arrowKind(); !ok || got != typ {
			t.Errorf("%v is taken for %v, %t", typ, got, ok)
		}
	}
}
