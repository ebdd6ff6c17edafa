package htmlreport

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sluice/pipeline/manifest"
)

// unshown are the fields of a manifest that a page leaves out, and why.
var unshown = []string{
	"Policy.ReasonOrder", // the reasons that occur stand in this order
	"Index.SHA256",       // that of the file, which is shown
	"Chain.Self",         // checked, and of use to a program alone
}

// TestEveryFieldIsShown gives every field of a manifest a value of its own and looks for
// it on the page. A field that is new is shown too, or is among those that are not.
func TestEveryFieldIsShown(t *testing.T) {
	var p manifest.Predicate
	want := map[string]string{}
	fill(reflect.ValueOf(&p).Elem(), "", want)
	p.Policy.Effective = []byte(`{"value of a setting":"kept here"}`)
	p.Run.Started, p.Run.Finished = evening.Add(-time.Minute), evening
	r := &manifest.Report{Manifest: "m.json", SHA256: "digest of the manifest", Statement: &manifest.Statement{Predicate: p}}
	text := check(t, rendered(t, []*manifest.Report{r}, Options{}))
	for field, value := range want {
		if strings.HasSuffix(field, ".XXH64") {
			continue // in the place of SHA256
		}
		shown := strings.Contains(text, value)
		if shown == slices.Contains(unshown, field) {
			t.Errorf("%s: on the page: %v", field, shown)
		}
	}
	says(t, text, "value of a setting kept here", "2026-03-01 01:59:00 UTC", "2026-03-01 02:00:00 UTC", "digest of the manifest")
}

// fill gives every text and number below v a value of its own, and every slice two
// elements.
func fill(v reflect.Value, path string, want map[string]string) {
	switch v.Kind() {
	case reflect.String:
		want[path] = fmt.Sprintf("word%dx", len(want))
		v.SetString(want[path])
	case reflect.Int, reflect.Int64:
		n := int64(100_001 + 7*len(want))
		v.SetInt(n)
		want[path] = grouped(n)
		if strings.HasSuffix(path, "Index") || strings.HasSuffix(path, "Shard.Count") || strings.HasSuffix(path, "Confidence") || strings.HasSuffix(path, "ID") || slices.Contains([]string{"Chain.Sequence", "DataMap.Personal", "DataMap.Written"}, path) {
			want[path] = fmt.Sprint(n) // a name, and small figures
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, want)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // the effective policy
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path, want)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if path != "" {
				name = path + "." + name
			}
			fill(v.Field(i), name, want)
		}
	}
}
