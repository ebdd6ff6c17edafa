package screen

import (
	"reflect"
	"testing"

	"sluice/screen/suppress"
)

// TestSeveralIndexes: lists give the same decisions and matches, by number, whether one
// index holds them all or each has its own.
func TestSeveralIndexes(t *testing.T) {
	lists := map[string]string{
		"opt_out": "jane@kelpfoods.com\nkelpdata.com\n+4930123456\n",
		"erasure": sha("jane@kelpfoods.com") + "\n" + sha("otto@kelpdata.com") + "\n",
		"bounce":  "mail.kelpdata.com\nann@tarnworks.com\n",
	}
	one := New(Options{Indexes: []*suppress.Index{testIndex(t, lists)}, Roles: map[Role][]int{Website: {1}}})
	var apart []*suppress.Index
	for _, class := range []string{"opt_out", "erasure", "bounce"} { // in the order of their numbers
		apart = append(apart, testIndex(t, map[string]string{class: lists[class]}))
	}
	several := New(Options{Indexes: apart, Roles: map[Role][]int{Website: {1}}})
	if !reflect.DeepEqual(one.further, several.further) || len(one.lists) != len(several.lists) {
		t.Fatalf("the screeners differ: %v, %v", one.lists, several.lists)
	}
	for _, row := range []map[Role]string{
		{Email: "jane@kelpfoods.com", Website: "kelpfoods.com"},
		{Email: "JANE+x@kelpfoods.com", Website: "kelpfoods.com"},
		{Email: "otto@kelpdata.com", Website: "kelpdata.com"},
		{Email: "eve@a.mail.kelpdata.com", Website: "https://www.kelpdata.com/about"},
		{Email: "ann@tarnworks.com", Website: "kelpdata.com"},
		{Email: "ann@tarnworks.com", Website: "linkedin.com/company/x"},
		{Email: "una@tarnworks.com", Website: "tarnworks.com", Phone: "+49 30 123456"},
		{Email: "una@tarnworks.com", Website: "tarnworks.com"},
	} {
		var want, got Outcome
		for s, out := range map[*Screener]*Outcome{one: &want, several: &got} {
			if err := s.Worker().Screen(One(row), out); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(want.Decisions, got.Decisions) || len(want.Matches)+len(got.Matches) > 0 && !reflect.DeepEqual(want.Matches, got.Matches) {
			t.Errorf("%v: one index: %v %v; several: %v %v", row, want.Decisions, want.Matches, got.Decisions, got.Matches)
		}
	}
}
