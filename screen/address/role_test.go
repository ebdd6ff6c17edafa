package address

import "testing"

func TestRoleAccount(t *testing.T) {
	for local, want := range map[string]bool{
		"info": true, "sales": true, "kontakt": true, "vertrieb": true, "noreply": true, "no-reply": true, "sales+emea": true,
		"büro": true, "comptabilité": true, "postmaster": true, "hello": true, "administrazione": false,
		"jane": false, "jane.doe": false, "info.jane": false, "infos2": false, "": false, "+info": false, "jane+info": false,
	} {
		if got := RoleAccount([]byte(local)); got != want {
			t.Errorf("RoleAccount(%q) = %v, want %v", local, got, want)
		}
	}
}

// TestRoles makes sure that every name passes the filter before the map, and has no tag.
func TestRoles(t *testing.T) {
	longest := 0
	for _, name := range roleNames {
		if !RoleAccount([]byte(name)) || !RoleAccount([]byte(name+"+x")) || RoleAccount([]byte(name+"\x00")) {
			t.Errorf("%s is not found", name)
		}
		longest = max(longest, len(name))
	}
	if longest != maxRole || len(roleNames) != len(roles.names) {
		t.Errorf("longest %d, %d of %d names differ", longest, len(roles.names), len(roleNames))
	}
}

func BenchmarkRoleAccount(b *testing.B) {
	locals := [][]byte{[]byte("jane.doe"), []byte("m.mustermann"), []byte("bob"), []byte("kontakt")}
	for b.Loop() {
		for _, l := range locals {
			RoleAccount(l)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(locals)), "ns/addr")
}
