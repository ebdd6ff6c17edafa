package suppress

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// listed compiles lists, each "CLASS: entry entry …".
func listed(t *testing.T, lists ...string) *Index {
	t.Helper()
	var b Builder
	for i, l := range lists {
		class, entries, _ := strings.Cut(l, ":")
		c, err := ParseClass(class)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(entries), "\n") + "\n"
		spec := ListSpec{Path: "list", Name: fmt.Sprint("list", i), Class: c, Allow: map[Code]string{NoEntries: "test"}}
		if _, err := b.AddReader(context.Background(), strings.NewReader(text), spec); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// filed is x as a file gives it.
func filed(t *testing.T, x *Index) *Index {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.idx")
	if err := x.WriteFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	y, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	return y
}

// held names what of some addresses and domains an index holds, each with the classes.
func held(x *Index) string {
	var out []string
	add := func(name string, h Hit) {
		for _, id := range x.Members(h) {
			out = append(out, name+"="+x.Lists()[id-1].Class.String())
		}
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		k := AddressKey([]byte(name + "@w.example"))
		add(name, x.Lookup(&k))
	}
	for _, host := range []string{"v.example", "sub.v.example", "u.example"} {
		add(host, x.Domain([]byte(host)))
	}
	return strings.Join(out, " ")
}

func TestSinceAndLost(t *testing.T) {
	for _, c := range []struct {
		name         string
		known, today []string
		since, lost  string
	}{
		{"nothing new", []string{"opt_out: a@w.example v.example"}, []string{"opt_out: a@w.example v.example"}, "", ""},
		{"an entry more", []string{"opt_out: a@w.example"}, []string{"opt_out: a@w.example b@w.example"}, "b=opt_out", ""},
		{"an opt-out fewer is not lost", []string{"opt_out: a@w.example b@w.example"}, []string{"opt_out: a@w.example"}, "", ""},
		{"an erasure fewer is", []string{"erasure: a@w.example b@w.example"}, []string{"erasure: a@w.example"}, "", "b=erasure"},
		{"an opt-out becomes an erasure", []string{"opt_out: a@w.example b@w.example"}, []string{"opt_out: b@w.example", "erasure: a@w.example"}, "a=erasure", ""},
		{"an erasure moves to another sealed list", []string{"erasure: a@w.example"}, []string{"objection: a@w.example"}, "", ""},
		{"an erasure that became an opt-out is lost", []string{"erasure: a@w.example"}, []string{"opt_out: a@w.example c@w.example"}, "c=opt_out", "a=erasure"},
		{"domains", []string{"erasure: v.example a@w.example"}, []string{"erasure: u.example a@w.example"}, "u.example=erasure", "v.example=erasure sub.v.example=erasure"},
		{"a domain covers what was lost below it", []string{"erasure: sub.v.example a@w.example"}, []string{"erasure: v.example a@w.example"}, "v.example=erasure sub.v.example=erasure", ""},
		{"two sealed classes", []string{"erasure: a@w.example", "objection: a@w.example b@w.example"}, []string{"opt_out: c@w.example"},
			"c=opt_out", "a=erasure a=objection b=objection"},
		{"nothing known", nil, []string{"opt_out: a@w.example"}, "a=opt_out", ""},
	} {
		known, today := listed(t, c.known...), listed(t, c.today...)
		for _, how := range []string{"built", "filed"} {
			if how == "filed" {
				known, today = filed(t, known), filed(t, today)
			}
			since, err := today.Since(known)
			if err != nil {
				t.Fatal(err)
			}
			if got := held(since); got != c.since {
				t.Errorf("%s, %s: since: %q, want %q", c.name, how, got, c.since)
			}
			lost, err := known.Lost([]*Index{today})
			if err != nil {
				t.Fatal(err)
			}
			if got := held(lost); got != c.lost {
				t.Errorf("%s, %s: lost: %q, want %q", c.name, how, got, c.lost)
			}
		}
	}
	first, err := listed(t, "opt_out: a@w.example").Since(nil)
	if got := held(first); err != nil || got != "a=opt_out" {
		t.Errorf("since nothing was known: %q, %v", got, err)
	}
}

// TestLostIsFound writes what was lost and today's lists to one file, as it is known from
// then on, and wants every entry found by number and profile too.
func TestLostIsFound(t *testing.T) {
	known := listed(t, "erasure: a@w.example +4930123456 linkedin.com/in/wanda")
	lost, err := known.Lost(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !lost.Holds(Phone) || !lost.Holds(Profile) {
		t.Error("rows would not be looked up by number or profile")
	}
	lists := lost.Lists()
	if len(lists) != 1 || lists[0].Distinct() != 3 || lists[0].Name != "no longer listed" {
		t.Errorf("lists %+v", lists)
	}
	dir := t.TempDir()
	a, b, out := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "out")
	if err := lost.WriteFile(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	if err := listed(t, "opt_out: b@w.example").WriteFile(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	if _, err := new(External).Merge(context.Background(), out, b, a); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(context.Background(), out, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if got := held(x); got != "a=erasure b=opt_out" {
		t.Errorf("known: %q", got)
	}
	if k := PhoneKey([]byte("+4930123456")); x.Lookup(&k) == 0 {
		t.Error("the number is not found")
	}
}
