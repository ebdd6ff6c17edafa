package screen

import (
	"maps"
	"testing"
	"time"

	"sluice/screen/suppress"
)

// TestReads asks which columns are read for lists of several kinds.
func TestReads(t *testing.T) {
	roles := map[Role][]int{Email: {2, 3}, Website: {5, 6}, Country: {7}, Phone: {8, 9}, Social: {10}, Company: {4}, City: {11}, Postcode: {12}, Title: {13}, State: nil}
	for name, tt := range map[string]struct {
		list  string
		gates *Gates
		want  []Role
	}{
		"digests":  {sha("jane@kelpfoods.com"), nil, []Role{Email, Website}},
		"domains":  {"kelpfoods.com", nil, []Role{Email, Website}},
		"numbers":  {"+49 30 901820", nil, []Role{Email, Website, Country, Phone}},
		"profiles": {"https://www.linkedin.com/in/jane-doe-1", nil, []Role{Email, Website, Social}},
		"gates":    {sha("jane@kelpfoods.com"), &Gates{PECR: true, Clock: time.Unix(0, 0)}, []Role{Email, Website, Country, Phone, Company, Postcode}},
		"states":   {sha("jane@kelpfoods.com"), &Gates{Regions: []RegionGate{{set("US-CA"), Exclude, nil}}}, []Role{Email, Website, Country, Phone, City, Postcode}},
		"places":   {sha("jane@kelpfoods.com"), &Gates{Regions: []RegionGate{{set("RU"), Exclude, nil}}}, []Role{Email, Website, Country, Phone}},
		"titles":   {sha("jane@kelpfoods.com"), &Gates{Relevance: Relevance{Seniorities: 2}}, []Role{Email, Website, Title}},
	} {
		s := New(Options{Indexes: []*suppress.Index{algorithmsIndex(t, tt.list)}, Roles: roles, Gates: tt.gates})
		want := map[Role][]int{}
		for _, role := range tt.want {
			want[role] = roles[role]
		}
		want[Email] = roles[Email][:1]
		want[Website] = roles[Website][:1]
		if got := s.Reads(roles); !maps.EqualFunc(got, want, func(a, b []int) bool { return len(a) == len(b) && a[0] == b[0] }) {
			t.Errorf("%s: %v are read, want %v", name, got, want)
		}
	}
}
