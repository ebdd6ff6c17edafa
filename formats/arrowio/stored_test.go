package arrowio

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"

	"sluice/formats"
)

// stored returns s as a Parquet file has it.
func stored(t *testing.T, s *arrow.Schema) string {
	t.Helper()
	msg, err := encodeSchema(s)
	if err != nil {
		t.Fatal(err)
	}
	b := []byte{255, 255, 255, 255, byte(len(msg)), byte(len(msg) >> 8), byte(len(msg) >> 16), 0}
	return base64.StdEncoding.EncodeToString(append(b, msg...))
}

// storedBack reads what StoredSchema wrote.
func storedBack(t *testing.T, text string) *arrow.Schema {
	t.Helper()
	msg, err := storedMessage(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := arrowSchema(msg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStoredSchemaKeepsTypes takes over every other column of a schema of every type, adds
// metadata and a column, and finds the rest as it was.
func TestStoredSchemaKeepsTypes(t *testing.T) {
	s := everyType()
	var cols []StoredField
	for i := 0; i < s.NumFields(); i += 2 {
		cols = append(cols, StoredField{Name: s.Field(i).Name, From: i, Metadata: map[string]string{"sluice.pii.tag": "none"}})
	}
	cols = append(cols, StoredField{Name: "verdict", From: -1})
	text, err := StoredSchema(stored(t, s), cols)
	if err != nil {
		t.Fatal(err)
	}
	got := storedBack(t, text)
	if got.NumFields() != len(cols) || got.Metadata().Len() > 0 {
		t.Fatalf("%d columns and metadata %s, want %d and none", got.NumFields(), got.Metadata(), len(cols))
	}
	for i, c := range cols[:len(cols)-1] {
		was, is := s.Field(c.From), got.Field(i)
		if !arrow.TypeEqual(was.Type, is.Type, arrow.CheckMetadata()) || was.Nullable != is.Nullable || was.Name != is.Name {
			t.Errorf("column %s is %s, was %s", was.Name, is, was)
		}
		if tag, _ := is.Metadata.GetValue("sluice.pii.tag"); tag != "none" || is.Metadata.Len() != was.Metadata.Len()+1 {
			t.Errorf("column %s has the metadata %s, had %s", was.Name, is.Metadata, was.Metadata)
		}
	}
	if last := got.Field(len(cols) - 1); last.Type.ID() != arrow.STRING || last.Nullable {
		t.Errorf("the added column is %s", last)
	}
}

// TestStoredSchemaRefuses: what does not go with the columns, and what is no schema.
func TestStoredSchemaRefuses(t *testing.T) {
	good := stored(t, arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String}}, nil))
	for name, c := range map[string]struct {
		earlier string
		column  StoredField
	}{
		"another name":  {good, StoredField{Name: "b"}},
		"no such field": {good, StoredField{Name: "a", From: 1}},
		"no base64":     {"!!!!", StoredField{Name: "a"}},
		"too short":     {"AAAA", StoredField{Name: "a"}},
		"cut":           {good[:len(good)/2/4*4], StoredField{Name: "a"}},
		"too long":      {strings.Repeat("A", maxStored+4), StoredField{Name: "a"}},
		"no schema":     {base64.StdEncoding.EncodeToString(make([]byte, 64)), StoredField{Name: "a"}},
	} {
		if _, err := StoredSchema(c.earlier, []StoredField{c.column}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := StoredSchema(good, []StoredField{{Name: "a"}}); err != nil {
		t.Error(err)
	}
}

// FuzzStoredSchema: whatever a file has there, the process lives, and what comes out can
// be read.
func FuzzStoredSchema(f *testing.F) {
	s := everyType()
	msg, err := encodeSchema(s)
	if err != nil {
		f.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	f.Add(msg)
	for range 20 {
		m := append([]byte(nil), msg...)
		m[rng.IntN(len(m))] ^= byte(1 << rng.IntN(8))
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		b := append([]byte{byte(len(msg)), byte(len(msg) >> 8), byte(len(msg) >> 16), 0}, msg...)
		cols := []StoredField{{Name: "c0", Metadata: map[string]string{"k": "v"}}, {Name: "x", From: -1, Type: formats.Type{Kind: formats.Bool}}}
		text, err := StoredSchema(base64.StdEncoding.EncodeToString(b), cols)
		if err != nil {
			return
		}
		if got := storedBack(t, text); got.NumFields() != 2 || got.Field(0).Name != "c0" {
			t.Errorf("columns %v", got.Fields())
		}
	})
}
