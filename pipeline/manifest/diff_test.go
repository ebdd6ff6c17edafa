package manifest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Predicate)
		want   string
	}{
		{"nothing", func(*Predicate) {}, ""},
		{"another run", func(p *Predicate) { p.Run.ID, p.Chain = "9", Chain{Sequence: 2, Previous: digestOf("x")} }, ""},
		{"order of lists", func(p *Predicate) { p.Lists[0], p.Lists[1] = p.Lists[1], p.Lists[0] }, ""},
		{"entries", func(p *Predicate) { p.Lists[1].Entries = 7 }, "lists.list.txt.entries: 1 -> 7\n"},
		{"list gone", func(p *Predicate) { p.Lists = p.Lists[1:] },
			`lists.other: gone: {"class":"opt_out","decided":0,"digest":{"sha256":"` + digestOf("other") + `"},"entries":0,"id":2,"matched":0,"name":"other","refused":0}` + "\n"},
		{"setting", func(p *Predicate) {
			p.Policy.Effective = json.RawMessage(`{"dedupe":false,"regions":{"exclude":["eu"]}}`)
		},
			"policy.effective.dedupe: true -> false\npolicy.effective.months: gone: 24\n"},
		{"order of reasons", func(p *Predicate) { p.Policy.ReasonOrder = []string{"freemail", "erased"} },
			`policy.reason_order: ["erased","freemail"] -> ["freemail","erased"]` + "\n"},
		{"column", func(p *Predicate) { p.Columns[0].Action = "mask" }, "columns.email.action: new: \"mask\"\n"},
		{"escape", func(p *Predicate) { p.Columns[0].Role = "<x>\u202e" }, "columns.email.role: \"email\" -> \"<x>\ufffd\"\n"},
		{"list twice", func(p *Predicate) {
			p.Lists = append(p.Lists, p.Lists[1])
			p.Lists[2].ID, p.Lists[2].Decided = 3, 0
		}, `lists.list.txt (2): new: {"class":"opt_out","decided":0,"digest":{"sha256":"` + digestOf(listText) + `"},"entries":1,"id":3,"matched":1,"name":"list.txt","refused":0}` + "\n"},
	} {
		a, err := Seal(sample())
		if err != nil {
			t.Fatal(err)
		}
		p := sample()
		c.change(&p)
		b, err := Seal(p)
		if err != nil {
			t.Fatal(c.name, err)
		}
		changes, err := Diff(a, b)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		if err := ShowChanges(&got, changes); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got.String()); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}
