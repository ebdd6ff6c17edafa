package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// MaxSize is the largest manifest that is read, in bytes. Ours are a few kilobytes;
// an effective policy with long tables may make one a few megabytes.
const MaxSize = 64 << 20

// ErrNotManifest is a file that is something else.
var ErrNotManifest = errors.New("not a sluice manifest")

// Read reads a manifest strictly: JSON with every name known and none twice, no
// floating-point numbers, nothing behind it, and the two types ours. It does not
// check what it says; see Statement.Check and Verify.
func Read(r io.Reader) (*Statement, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// ReadFile reads the manifest in the file called path.
func ReadFile(path string) (*Statement, error) {
	data, err := readAll(path)
	if err != nil {
		return nil, err
	}
	st, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return st, nil
}

func readAll(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}

// Parse is Read for bytes in memory.
func Parse(data []byte) (*Statement, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrNotManifest, MaxSize)
	}
	if where, ok := integers(data); !ok {
		return nil, fmt.Errorf("%w: %s", ErrNotManifest, where)
	}
	var kind struct {
		Type          string `json:"_type"`
		PredicateType string `json:"predicateType"`
	}
	if err := json.Unmarshal(data, &kind); err != nil || kind.Type != StatementType || kind.PredicateType != PredicateType {
		return nil, fmt.Errorf("%w: its type is not %s with %s", ErrNotManifest, StatementType, PredicateType)
	}
	st := new(Statement)
	if err := strict(data, st); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotManifest, err)
	}
	return st, nil
}

// strict decodes one JSON value with no unknown names and nothing behind it.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the JSON")
	}
	return nil
}
