package policy

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

const from, to = "<!-- settings -->\n", "<!-- end -->\n"

// TestReference holds the table of settings in FORMAT.md against the types.
func TestReference(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("| setting | takes | meaning |\n| --- | --- | --- |\n")
	rows(&b, "", reflect.TypeFor[Policy]())
	data, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := bytes.Index(data, []byte(from))+len(from), bytes.Index(data, []byte(to))
	if lo < len(from) || hi < lo {
		t.Fatal("FORMAT.md has no place for the settings")
	}
	if *update {
		data = append(append(append([]byte{}, data[:lo]...), b.Bytes()...), data[hi:]...)
		if err := os.WriteFile("FORMAT.md", data, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(data[lo:hi], b.Bytes()) {
		t.Error("the settings in FORMAT.md are not those of the types: run go test ./pipeline/policy -update")
	}
}

func rows(b *bytes.Buffer, at string, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, typ := join(at, settingName(f)), f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		below := typ
		if typ.Kind() == reflect.Slice {
			below = typ.Elem()
		}
		need := ""
		if f.Tag.Get("need") != "" {
			need = ", needed"
		}
		fmt.Fprintf(b, "| `%s` | %s%s | %s |\n", name, takes(typ, f.Tag), need, strings.ReplaceAll(f.Tag.Get("doc"), "|", "\\|"))
		if below.Kind() == reflect.Struct && below != pathType {
			if typ.Kind() == reflect.Slice {
				name += "[]"
			}
			rows(b, name, below)
		}
	}
}

// takes says what a setting of type t is written as.
func takes(t reflect.Type, tag reflect.StructTag) string {
	switch t.Kind() {
	case reflect.Slice:
		return "list of " + takes(t.Elem(), tag)
	case reflect.Map:
		keys := choices(tag.Get("keys"))
		if len(keys) == 0 || len(keys) > 12 {
			keys = []string{"name"}
		}
		return strings.Join(keys, ", ") + ": " + takes(t.Elem(), tag)
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "number"
	case reflect.Struct:
		if t == pathType {
			return "file"
		}
		return "settings"
	}
	if f, is := reflect.Zero(t).Interface().(text); is {
		_, what := f.form()
		return strings.ReplaceAll(what, "|", "\\|")
	}
	if all := choices(tag.Get("enum")); all != nil && len(all) <= 20 {
		return strings.Join(all, ", ")
	}
	return "text"
}
