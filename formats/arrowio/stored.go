package arrowio

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"sluice/formats"
)

// A StoredField is one column of a Parquet file as its stored schema has it.
type StoredField struct {
	Name string
	// From is the field of the earlier stored schema that is taken over, with its type
	// and metadata; negative for none. Then Type and Nullable say what the column is.
	From     int
	Type     formats.Type
	Nullable bool
	Metadata map[string]string // added to the field's
}

// maxStored bounds a stored schema. Of 10,000 columns with long notes each it is 10 MB.
const maxStored = 16 << 20

// StoredSchema returns what Arrow's libraries keep in a Parquet file under the key
// ARROW:schema: the message of a schema, in base64. Readers take from it what Parquet
// cannot say, metadata of columns above all. earlier is that of the file that the
// columns come from, or empty; what it says of itself as a whole is kept if none of its
// columns is left out, for it may tell of that.
//
// What a hostile file stores there gives an error, as does a type that cannot be
// written again just as it was read: then there is nothing to be done but to leave it
// as it is.
func StoredSchema(earlier string, columns []StoredField) (string, error) {
	var old []*field
	var src *arrow.Schema
	var meta arrow.Metadata
	if earlier != "" {
		msg, err := storedMessage(earlier)
		if err == nil {
			old, err = parseSchemaMessage(msg, maxStored/16)
		}
		if err == nil {
			src, err = arrowSchema(msg)
		}
		if err != nil {
			return "", err
		}
	}
	taken := 0
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		if c.From < 0 {
			fields[i] = arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: c.Nullable}
		} else if c.From < len(old) && old[c.From].name == c.Name {
			fields[i] = src.Field(c.From)
			taken++
		} else {
			return "", errors.New("the stored schema has other columns")
		}
		fields[i].Metadata = withPairs(fields[i].Metadata, c.Metadata)
	}
	if src != nil && taken == len(old) {
		meta = src.Metadata()
	}
	msg, err := encodeSchema(arrow.NewSchema(fields, &meta))
	if err != nil {
		return "", err
	}
	now, err := parseSchemaMessage(msg, maxStored/16)
	if err != nil {
		return "", err
	}
	for i, c := range columns {
		if c.From >= 0 && !exact(old[c.From], now[i]) {
			return "", fmt.Errorf("column %s: its type cannot be written again", printable(c.Name))
		}
	}
	b := binary.LittleEndian.AppendUint32(nil, continuation)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(msg)))
	return base64.StdEncoding.EncodeToString(append(b, msg...)), nil
}

// storedMessage takes a stored schema out of its wrapping. Before 2019 there was no
// mark in front of the length.
func storedMessage(text string) ([]byte, error) {
	if len(text) > maxStored {
		return nil, fmt.Errorf("a stored schema of more than %d bytes", maxStored)
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) < 8 {
		return nil, errFlat
	}
	if binary.LittleEndian.Uint32(b) == continuation {
		b = b[4:]
	}
	n := binary.LittleEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return nil, errFlat
	}
	return b[:n], nil
}

// exact reports whether f and g are the same in all that a schema says of them.
func exact(f, g *field) bool {
	return f.same(g) && g.same(f) &&
		slices.EqualFunc(f.kids, g.kids, func(a, b *field) bool { return a.name == b.name && exact(a, b) })
}
