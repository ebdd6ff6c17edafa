package suppress

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const day = 24 * time.Hour

// guards are lists that fail a check, with what their owner is told.
var guards = []struct {
	name string
	spec ListSpec
	text string
	code Code
	want string
}{
	{"stale by its header", ListSpec{MaxAge: 2 * day, Now: clock}, "# as-of: 2024-05-03T07:08:09Z\n" + jane, Stale,
		"l: list l (opt_out): is 3 days old; at most 2 days is allowed"},
	{"stale by its name", ListSpec{Path: "optouts-2024-05-01.csv", MaxAge: 2 * day, Now: clock}, jane, Stale,
		"optouts-2024-05-01.csv: list optouts-2024-05-01.csv (opt_out): is 5 days old; at most 2 days is allowed"},
	{"from the future", ListSpec{MaxAge: 2 * day, Now: clock}, "# as-of: 2031-01-01\n" + jane, Stale,
		"l: list l (opt_out): its age cannot be told: its as-of time lies 2430 days ahead"},
	{"rolled back", ListSpec{AsOf: clock, NotBefore: clock.Add(time.Hour)}, jane, Rollback,
		"l: list l (opt_out): is older than when it was last used: as of 2024-05-06T07:08:09Z, then 2024-05-06T08:08:09Z"},
	{"perhaps rolled back", ListSpec{NotBefore: clock}, jane, Rollback,
		"l: list l (opt_out): may be older than when it was last used: its age is not known"},
	{"another tenant's", ListSpec{Scope: "acme", RunScope: "gadgets"}, jane, Scope,
		"l: list l (opt_out): belongs to scope acme, and the run to gadgets"},
	{"another tenant's by its header", ListSpec{RunScope: "gadgets"}, "# scope: acme\n" + jane, Scope,
		"l: list l (opt_out): belongs to scope acme, and the run to gadgets"},
	{"of a tenant whose name begins alike", ListSpec{Scope: "acme", RunScope: "acmeinc"}, jane, Scope,
		"l: list l (opt_out): belongs to scope acme, and the run to acmeinc"},
	{"two scopes", ListSpec{Scope: "acme"}, "# scope: gadgets\n" + jane, Scope,
		"l: list l (opt_out): says that it belongs to another scope than it was given with"},
	{"shrunk", ListSpec{Previous: 100, MaxShrink: 10}, manyLines(89, 1000, ""), Shrunk,
		"l: list l (opt_out): has 89 entries and had 100 when it was last used: more than 10% are gone"},
	{"shrunk, under repeats", ListSpec{Previous: 2}, jane + "\n" + jane + "\n", Shrunk,
		"l: list l (opt_out): has 1 entries and had 2 when it was last used: more than 0% are gone"},
	{"without its canary", ListSpec{Canaries: []Key{AddressKey([]byte(june))}}, jane, Canary,
		"l: list l (opt_out): the canary entry is not in it"},
	{"without one of its canaries", ListSpec{Canaries: []Key{AddressKey([]byte(june)), AddressKey([]byte(jane))}}, jane, Canary,
		"l: list l (opt_out): 1 of its 2 canary entries are not in it"},
	{"without the canary it names", ListSpec{}, "# ours\n# canary: " + juneHex + "\n" + jane, Canary,
		"l:2: list l (opt_out): the canary entry is not in it"},
	{"a canary that is none", ListSpec{}, "# canary: tweet\n" + jane, Canary,
		"l:1: list l (opt_out): the canary is neither a digest nor an address"},
	{"a canary too late", ListSpec{}, manyLines(6000, 10000, "") + "# canary: " + juneHex + "\n", Canary,
		"l:6001: list l (opt_out): a canary is named too late to be looked for"},
	{"empty", ListSpec{}, "", NoEntries, "l: list l (opt_out): is empty"},
	{"nobody on it", ListSpec{}, "# nobody\n", NoEntries, "l: list l (opt_out): has no entry"},
	{"count", ListSpec{}, jane + "\n# count: 3\n", Damaged, "l:2: list l (opt_out): the comment counts 3 entries, the list has 1"},
	{"unreadable lines", ListSpec{Class: Erasure}, jane + "\nwho knows\n", BadLines,
		"l:2: list l (erasure): the line is neither an address, a domain, a digest, a telephone number nor a profile"},
}

func TestGuards(t *testing.T) {
	for _, c := range guards {
		t.Run(c.name, func(t *testing.T) {
			if c.spec.Path == "" {
				c.spec.Path = "l"
			}
			_, _, err := load(t, c.spec, c.text)
			var e *ListError
			if !errors.As(err, &e) || e.Code != c.code || e.Error() != c.want || e.Hint == "" {
				t.Fatalf("got  %v (hint %q)\nwant %s", err, e.Hint, c.want)
			}

			for _, reason := range []string{"", "  "} {
				c.spec.Allow = map[Code]string{c.code: reason, Unreadable: "x"}
				if _, _, err := load(t, c.spec, c.text); err == nil {
					t.Errorf("allowed for the reason %q", reason)
				}
			}
			c.spec.Allow = map[Code]string{c.code: " the register is down "}
			_, infos, err := load(t, c.spec, c.text)
			if err != nil {
				t.Fatalf("not allowed: %v", err)
			}
			if o := infos[0].Overrides; len(o) != 1 || o[0].Code != c.code || o[0].Reason != "the register is down" || !strings.Contains(c.want, o[0].What) {
				t.Errorf("overrides %+v", o)
			}
		})
	}
}

func TestGuardsThatPass(t *testing.T) {
	for name, c := range map[string]struct {
		spec ListSpec
		text string
	}{
		"age":        {ListSpec{MaxAge: 2 * day, Now: clock}, "# as-of: 2024-05-05\n" + jane},
		"scope":      {ListSpec{Scope: "acme", RunScope: "acme"}, jane},
		"campaign":   {ListSpec{Scope: "acme", RunScope: "acme/spring"}, jane},
		"any run":    {ListSpec{Scope: "acme"}, jane},
		"everyone's": {ListSpec{RunScope: "acme"}, jane},
		"not older":  {ListSpec{AsOf: clock, NotBefore: clock}, jane},
		"grown":      {ListSpec{Previous: 1}, jane + "\n" + june},
		"shrunk":     {ListSpec{Previous: 100, MaxShrink: 10}, manyLines(90, 1000, "")},
		"canary":     {ListSpec{Canaries: []Key{AddressKey([]byte(june))}}, jane + "\n" + juneHex},
		"its canary": {ListSpec{}, "# canary: sha1:" + strings.ToUpper(juneHex) + "\n# canary: " + janeB64 + "\n" + jane + "\n" + june},
	} {
		_, infos, err := load(t, c.spec, c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(infos[0].Overrides) > 0 {
			t.Errorf("%s: overrides %+v", name, infos[0].Overrides)
		} else if n := infos[0].Canaries; n != len(c.spec.Canaries)+strings.Count(c.text, "# canary") {
			t.Errorf("%s: %d canaries", name, n)
		}
	}
}

func TestAsOf(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, clock, clock); err != nil {
			t.Fatal(err)
		}
		return path
	}
	set := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		spec   ListSpec
		text   string
		want   time.Time
		source string
	}{
		{ListSpec{Path: "l", AsOf: set}, "# as-of: 2024-01-01\n" + jane, set, "set"},
		{ListSpec{Path: "l-2023-01-01"}, "# as-of: 2024-01-02T03:04:05+01:00\n" + jane, time.Date(2024, 1, 2, 2, 4, 5, 0, time.UTC), "header"},
		{ListSpec{Path: "l-2023-01-02.csv"}, jane, time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC), "file_name"},
		{ListSpec{Path: "20230103_1.txt"}, jane, time.Date(2023, 1, 3, 0, 0, 0, 0, time.UTC), "file_name"},
		{ListSpec{Path: "l-2023-13-02.csv"}, jane, clock, "modified"},
		{ListSpec{Path: "l-1202301025.csv"}, jane, clock, "modified"},
		{ListSpec{Path: "l"}, "# as-of: yesterday\n" + jane, clock, "modified"},
	} {
		c.spec.Path = put(c.spec.Path, c.text)
		var b Builder
		info, err := b.AddFile(context.Background(), c.spec)
		if err != nil || !info.AsOf.Equal(c.want) || info.AsOfSource != c.source {
			t.Errorf("%s: as of %v by %s, error %v; want %v by %s", c.spec.Path, info.AsOf, info.AsOfSource, err, c.want, c.source)
		}
	}
}

func TestMissingAllowed(t *testing.T) {
	var b Builder
	info, err := b.AddFile(context.Background(), ListSpec{Path: "/nonexistent/l", Allow: map[Code]string{Missing: "first run"}})
	if err != nil || info.ID != 1 || len(info.Overrides) != 1 {
		t.Fatalf("%+v, error %v", info, err)
	}
	if _, err := b.AddReader(context.Background(), strings.NewReader(jane), ListSpec{Path: "l"}); err != nil {
		t.Fatal(err)
	}
	x, err := b.Build()
	if err != nil || len(x.Lists()) != 2 || !found(x, jane) {
		t.Errorf("%d lists, error %v", len(x.Lists()), err)
	}
}

func TestSidecar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	side := func(text string) (ListInfo, error) {
		os.WriteFile(path, []byte(jane+"\n"), 0o600)
		os.WriteFile(path+".canary", []byte(text), 0o600)
		var b Builder
		return b.AddFile(context.Background(), ListSpec{Path: path})
	}
	if info, err := side("# ours\n\n" + janeHex + "\r\n"); err != nil || info.Canaries != 1 {
		t.Errorf("%d canaries, error %v", info.Canaries, err)
	}
	var e *ListError
	if _, err := side(juneHex); !errors.As(err, &e) || e.Code != Canary {
		t.Errorf("a canary that is not there: %v", err)
	}
	if _, err := side("tweet"); !errors.As(err, &e) || e.Code != Canary {
		t.Errorf("a canary that is none: %v", err)
	}
}

func TestCauses(t *testing.T) {
	text := strings.Join([]string{"jane@widgets.example june@widgets.example", "nobody", "report.zzzz", "192.0.2.1", "sha1:abc",
		"https://widgets.example/people/jane", "who knows", strings.Repeat("x", 3000), "who else"}, "\n") + "\n" + manyLines(2000, 10000, "")
	_, infos, err := load(t, ListSpec{}, text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cause{
		{whyMultiple, Lines{1, []int64{1}}},
		{whyNothing, Lines{3, []int64{2, 7, 9}}},
		{whyTopLevel, Lines{1, []int64{3}}},
		{whyNumber, Lines{1, []int64{4}}},
		{whyDigest, Lines{1, []int64{5}}},
		{whyPage, Lines{1, []int64{6}}},
		{whyLong, Lines{1, []int64{8}}},
	}
	if diff := cmp.Diff(want, infos[0].Causes); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	_, infos, err = load(t, ListSpec{}, "id,email\n1\n"+strings.Repeat("2,jane@widgets.example\n", 200))
	if err != nil || len(infos[0].Causes) != 1 || infos[0].Causes[0].What != whyShort {
		t.Errorf("a record cut short: %+v, error %v", infos[0].Causes, err)
	}
}
