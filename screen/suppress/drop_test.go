package suppress

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDROP(t *testing.T) {
	text, err := os.ReadFile("testdata/lists/20260312_4821_DROP.zip")
	if err != nil {
		t.Fatal(err)
	}
	var all []DROPRequest
	if err := ReadDROP(bytes.NewReader(text), int64(len(text)), func(q DROPRequest) error {
		all = append(all, q)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []DROPRequest{
		{File: "20260312_4821_Email.csv", Type: "Email", ID: "A7kP2xQ9Lm4R", Key: SHA256.AddressKey([]byte(jane))},
		{File: "20260312_4821_Email.csv", Type: "Email", ID: "B7kP2xQ9Lm4R", Key: SHA256.AddressKey([]byte(june))},
		{File: "20260312_4821_Phone.csv", Type: "Phone", ID: "C7kP2xQ9Lm4R", Key: SHA256.AddressKey([]byte("4155559317"))},
		{File: "20260312_4821_Removed.csv", Type: "Email", ID: "D7kP2xQ9Lm4R", Key: SHA256.AddressKey([]byte("free@widgets.example")), Removed: true},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	stop := errors.New("stop")
	if err := ReadDROP(bytes.NewReader(text), int64(len(text)), func(DROPRequest) error { return stop }); err != stop {
		t.Errorf("error %v, want that of the callback", err)
	}
}

func TestDROPRefused(t *testing.T) {
	const name = "20260312_4821_Email.csv"
	for _, c := range []struct{ text, want string }{
		{"PK", "not a ZIP archive"},
		{zipped(t, "a.csv", "ID,Hash\n"), "no file of the Delete Request and Opt-out Platform in it"},
		{zipped(t, name, "Id,Status\n"), name + ":1: the columns are not ID and Hash"},
		{zipped(t, name, "ID,Hash\nshort,KA18MT/ph6IHYjzT9zwETySDQyvSh87YuoSBpOQtkhE=\n"), name + ":2: no identifier of a request"},
		{zipped(t, name, "ID,Hash\n\nA7kP2xQ9Lm4R,"+janeB64+"\n"), name + ":3: no SHA-256 digest"},
	} {
		err := ReadDROP(strings.NewReader(c.text), int64(len(c.text)), func(DROPRequest) error { return nil })
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestDROPNames(t *testing.T) {
	for name, want := range map[string]string{
		"20260312_4821_Email.csv": "Email", "20260312_4821_email_part01.csv": "Email", "20260312_4821_NDZ.csv": "NDZ",
		"20260312_4821_Removed.csv": "Removed", "20260312_4821_DROP.zip": "", "2026_4821_Email.csv": "", "Email.csv": "",
		"20260312_abcd_Email.csv": "", "20260312_4821_Email_a_b.csv": "", "20260312__Email.csv": "",
	} {
		if got := dropType(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestDROPStatus(t *testing.T) {
	var b bytes.Buffer
	if err := WriteDROPStatus(&b, maps.All(map[string]DROPStatus{"A7kP2xQ9Lm4R": DROPDeleted})); err != nil || b.String() != "Id,Status\nA7kP2xQ9Lm4R,3\n" {
		t.Errorf("wrote %q, error %v", b.String(), err)
	}
	for id, status := range map[string]DROPStatus{"A7kP2xQ9Lm4": 3, "A7kP2xQ9Lm4,": 3, "A7kP2xQ9Lm4R": 1, "B7kP2xQ9Lm4R": 6} {
		if err := WriteDROPStatus(&b, maps.All(map[string]DROPStatus{id: status})); err == nil || strings.Contains(err.Error(), id) {
			t.Errorf("%s, %d: error %v", id, status, err)
		}
	}
}
