package manifest

import (
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
)

// Schema is the published JSON Schema (2020-12) of manifests.
//
//go:embed manifest.schema.json
var Schema []byte

// resolved returns the schema, ready to validate with. It is taken from the binary
// and refers to nothing outside it. The library is the one that costs nothing until
// it is used: another takes 15 ms of every start of the program.
var resolved = sync.OnceValues(func() (*jsonschema.Resolved, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(Schema, &s); err != nil {
		return nil, err
	}
	return s.Resolve(nil)
})

// validate reports where data departs from the schema: the first place.
func validate(data []byte) []*Problem {
	schema, err := resolved()
	if err != nil {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	if err := schema.Validate(doc); err != nil {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	return nil
}
