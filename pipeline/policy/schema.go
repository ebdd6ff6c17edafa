package policy

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// Schema returns the JSON Schema (2020-12) of policy files, which editors use to complete
// and check them. It is made from the types, so that the two cannot differ.
func Schema() ([]byte, error) {
	root := schemaOf(reflect.TypeFor[Policy](), "")
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://sluice.dev/policy/v1.schema.json"
	root["title"] = "sluice policy"
	data, err := json.MarshalIndent(root, "", "  ")
	return append(data, '\n'), err
}

func schemaOf(t reflect.Type, tag reflect.StructTag) map[string]any {
	s := map[string]any{}
	switch t.Kind() {
	case reflect.Pointer:
		s = schemaOf(t.Elem(), tag)
	case reflect.Struct:
		if t == pathType {
			s["type"] = "string"
			break
		}
		fields, need := map[string]any{}, []string{}
		for i := range t.NumField() {
			f := t.Field(i)
			fields[settingName(f)] = schemaOf(f.Type, f.Tag)
			if f.Tag.Get("need") != "" {
				need = append(need, settingName(f))
			}
		}
		s["type"], s["properties"], s["additionalProperties"] = "object", fields, false
		if len(need) > 0 {
			s["required"] = need
		}
	case reflect.Map:
		s["type"] = "object"
		if keys := choices(tag.Get("keys")); keys != nil {
			s["propertyNames"] = map[string]any{"enum": keys}
		}
		s["additionalProperties"] = schemaOf(t.Elem(), withoutDoc(tag))
	case reflect.Slice:
		item := schemaOf(t.Elem(), withoutDoc(tag))
		list := map[string]any{"type": "array", "items": item}
		if item["type"] == "object" {
			s = list
		} else {
			s["anyOf"] = []any{list, item} // a single one needs no list
		}
	case reflect.Bool:
		s["type"] = "boolean"
	case reflect.Int:
		s["type"] = "integer"
		for key, name := range map[string]string{"minimum": "min", "maximum": "max"} {
			if n, err := strconv.Atoi(tag.Get(name)); err == nil {
				s[key] = n
			}
		}
	case reflect.String:
		s["type"] = "string"
		if f, is := reflect.Zero(t).Interface().(text); is {
			form, _ := f.form()
			s["pattern"] = form.String()
			if t == reflect.TypeFor[Limit]() {
				s["type"] = []string{"string", "integer"}
			}
		}
		if all := choices(tag.Get("enum")); all != nil {
			s["enum"] = all
		}
		if t.Name() == "string" && s["enum"] == nil {
			s["type"] = []string{"string", "number", "boolean"} // YAML tells them apart, we do not
		}
	}
	if doc := tag.Get("doc"); doc != "" {
		s["description"] = doc
	}
	// What stands empty is a setting that was not made.
	if kind, ok := s["type"].(string); ok && s["enum"] == nil {
		s["type"] = []string{kind, "null"}
	}
	return s
}

// withoutDoc keeps of a tag what holds for the items.
func withoutDoc(tag reflect.StructTag) reflect.StructTag {
	if enum := tag.Get("enum"); enum != "" {
		return reflect.StructTag(`enum:` + strconv.Quote(enum))
	}
	return ""
}
