package pii

import (
	"slices"
	"testing"
)

func TestVocabulary(t *testing.T) {
	if NumTags != 47 {
		t.Errorf("%d tags, want 47", NumTags)
	}
	for tag := range NumTags {
		f := tag.Facts()
		if f.Name == "" || f.Class == 0 {
			t.Errorf("tag %d has no name or class", tag)
		}
		if got, err := ParseTag(f.Name); got != tag || err != nil {
			t.Errorf("ParseTag(%q) = %v, %v, want %v", f.Name, got, err, tag)
		}
	}
	if _, err := ParseTag("person.address"); err == nil {
		t.Error("a group was taken for a tag")
	}
	if !IsPrefix("person.address") || IsPrefix("person.addr") {
		t.Error("IsPrefix mistakes groups of tags")
	}
	if got, want := PersonEmailPersonal.Prefixes(), []string{"person.email.personal", "person.email", "person"}; !slices.Equal(got, want) {
		t.Errorf("Prefixes() = %q, want %q", got, want)
	}
}

func TestPersonal(t *testing.T) {
	for tag, want := range map[Tag]bool{PersonConsent: true, RecordSource: false, CompanyName: false, None: false, Credential: true, OtherPerson: true} {
		if tag.Personal() != want {
			t.Errorf("%v.Personal() = %v, want %v", tag, !want, want)
		}
	}
}

func TestOverride(t *testing.T) {
	for _, test := range []struct {
		text, header string
		fits         bool
	}{
		{"Notes=none", "notes", true},
		{"a=b=none", "a=b", true},
		{"x_*=credential", "X_secret", true},
		{"x_*=credential", "ax_secret", false},
		{"Address 1/*=person.email", "Address 1/Street", true},
		{"/^u_[0-9]+$/=person.id", "U_17", true},
		{"/^u_[0-9]+$/=person.id", "u_", false},
		{"Name [old]=none", "name [old]", true},
	} {
		ov, err := ParseOverride(test.text)
		if err != nil {
			t.Errorf("ParseOverride(%q): %v", test.text, err)
			continue
		}
		if got := ov.fits(test.header); got != test.fits {
			t.Errorf("%q fits %q: %v, want %v", test.text, test.header, got, test.fits)
		}
	}
	for _, bad := range []string{"Notes", "Notes=nothing", "=none", "/(/=none", "[=none", "Notes=person"} {
		if _, err := ParseOverride(bad); err == nil {
			t.Errorf("ParseOverride(%q) has no error", bad)
		}
	}
}
