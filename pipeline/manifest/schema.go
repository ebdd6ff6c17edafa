package manifest

import (
	"bytes"
	_ "embed"
	"errors"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Schema is the published JSON Schema (2020-12) of manifests.
//
//go:embed manifest.schema.json
var Schema []byte

const schemaURL = "https://sluice.dev/manifest/v1/schema.json"

// compiled returns the schema, ready to validate with. It is taken from the binary;
// nothing is fetched.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(noLoader{})
	c.AssertFormat()
	if err := c.AddResource(schemaURL, doc); err != nil {
		return nil, err
	}
	return c.Compile(schemaURL)
})

// noLoader refuses every reference out of the schema.
type noLoader struct{}

func (noLoader) Load(string) (any, error) {
	return nil, errors.New("the schema refers to nothing outside it")
}

// validate reports where data departs from the schema.
func validate(data []byte) []*Problem {
	schema, err := compiled()
	if err != nil {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	var ve *jsonschema.ValidationError
	if err := schema.Validate(doc); err == nil {
		return nil
	} else if !errors.As(err, &ve) {
		return []*Problem{{Where: "schema", What: err.Error()}}
	}
	return leaves(ve, nil)
}

// leaves appends the innermost causes of e: those that name a field.
func leaves(e *jsonschema.ValidationError, out []*Problem) []*Problem {
	for _, cause := range e.Causes {
		out = leaves(cause, out)
	}
	if len(e.Causes) == 0 {
		out = append(out, &Problem{Where: "/" + strings.Join(e.InstanceLocation, "/"), What: rule(e.ErrorKind)})
	}
	return out
}

// rule says which rule of the schema was broken, without the value that broke it.
func rule(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Required:
		return "lacks " + strings.Join(k.Missing, ", ")
	case *kind.AdditionalProperties:
		return "has unknown " + strings.Join(k.Properties, ", ")
	case *kind.Type:
		return "is not of type " + strings.Join(k.Want, " or ")
	}
	return "breaks the schema's rule " + strings.Join(k.KeywordPath(), "/")
}
