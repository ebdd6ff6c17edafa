package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// A Change is one thing in which two manifests differ. A or B is empty where the other
// alone has it.
type Change struct {
	Where string          `json:"where"`
	A     json.RawMessage `json:"a,omitempty"`
	B     json.RawMessage `json:"b,omitempty"`
}

// sections are the parts of a predicate that Diff compares, causes before effects. Run,
// chain and content digest differ between any two runs.
var sections = []string{"tool", "policy", "lists", "index", "inputs", "columns", "data_map", "accounting", "reasons", "flags", "outputs", "not_checked", "rescreen"}

// naming is what tells the elements of an array apart. Those of others go by position.
var naming = map[string]string{"tool.tables": "name", "policy.files": "name", "lists": "name", "index.files": "name", "columns": "name",
	"reasons": "reason", "flags": "flag", "outputs": "role", "not_checked": "what", "rescreen.deliveries": "name"}

// Diff returns how b differs from a: settings, lists, inputs, columns, counts, outputs.
// Elements of arrays are compared by name, not by position: a list that was added is one
// change. For two runs that did the same it is empty.
func Diff(a, b *Statement) ([]Change, error) {
	p, err := tree(&a.Predicate)
	if err != nil {
		return nil, err
	}
	q, err := tree(&b.Predicate)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	for _, name := range sections {
		if changes, err = compare(changes, name, p[name], q[name]); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

func tree(p *Predicate) (doc map[string]any, err error) {
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return doc, d.Decode(&doc)
}

func compare(changes []Change, where string, a, b any) (_ []Change, err error) {
	p, q := children(where, a), children(where, b)
	if p == nil || q == nil {
		var x, y json.RawMessage
		if x, err = text(a); err == nil {
			y, err = text(b)
		}
		if err == nil && !bytes.Equal(x, y) {
			changes = append(changes, Change{where, x, y})
		}
		return changes, err
	}
	names := maps.Clone(p)
	maps.Copy(names, q)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if changes, err = compare(changes, where+"."+name, p[name], q[name]); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// text returns a value as JSON, nothing for one that is absent.
func text(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// children returns the parts of an object or array by name; nil for what has none.
func children(where string, v any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return v
	case []any:
		if where == "policy.reason_order" {
			return nil // an order is one thing
		}
		all := map[string]any{}
		for i, x := range v {
			name := fmt.Sprintf("%03d", i+1)
			if object, ok := x.(map[string]any); ok && naming[where] != "" {
				name = fmt.Sprint(object[naming[where]])
			}
			unique := name
			for n := 2; all[unique] != nil; n++ {
				unique = fmt.Sprintf("%s (%d)", name, n)
			}
			all[unique] = x
		}
		return all
	}
	return nil
}

// ShowChanges writes changes as text for people, one a line.
func ShowChanges(w io.Writer, changes []Change) error {
	for _, c := range changes {
		line := fmt.Sprintf("%s: %s -> %s", c.Where, c.A, c.B)
		switch {
		case c.A == nil:
			line = fmt.Sprintf("%s: new: %s", c.Where, c.B)
		case c.B == nil:
			line = fmt.Sprintf("%s: gone: %s", c.Where, c.A)
		}
		if _, err := fmt.Fprintln(w, printable(line)); err != nil {
			return err
		}
	}
	return nil
}
