package suppress

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEach goes through all entries of an index, in memory and in a file.
func TestEach(t *testing.T) {
	var list strings.Builder
	const n = 2*eachKeys + 17
	want := map[Key]bool{}
	for i := range n {
		fmt.Fprintf(&list, "p%d@widgets.example\n", i)
		want[AddressKey(fmt.Appendf(nil, "p%d@widgets.example", i))] = true
	}
	list.WriteString("gadgets.example\nmail.acme.example\n")
	var b Builder
	if _, err := b.AddReader(context.Background(), strings.NewReader(list.String()), ListSpec{Path: "list", Class: OptOut}); err != nil {
		t.Fatal(err)
	}
	built, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lists.idx")
	if err := built.WriteFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	mapped, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer mapped.Close()
	for name, x := range map[string]*Index{"built": built, "mapped": mapped} {
		var keys []Key
		if err := x.EachKey(func(some []Key) { keys = append(keys, some...) }); err != nil {
			t.Fatal(err)
		}
		if len(keys) != n || !slices.IsSortedFunc(keys, func(a, b Key) int { return compare(&a, &b) }) {
			t.Errorf("%s: %d keys, want %d in ascending order", name, len(keys), n)
		}
		for _, k := range keys {
			if !want[k] {
				t.Fatalf("%s: a key that was not on the list", name)
			}
		}
		var domains []string
		if err := x.EachDomain(func(name []byte) { domains = append(domains, string(name)) }); err != nil {
			t.Fatal(err)
		}
		if want := []string{"gadgets.example", "mail.acme.example"}; !slices.Equal(domains, want) {
			t.Errorf("%s: domains %q, want %q", name, domains, want)
		}
	}
}
