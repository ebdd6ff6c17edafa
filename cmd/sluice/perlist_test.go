package main

import (
	"testing"
	"time"

	"sluice/screen/suppress"
)

func TestPerList(t *testing.T) {
	f := perList[time.Duration]{parse: parseAge}
	for _, s := range []string{"30d", "erasure=24h", "a=b.txt=1h", "erasure=12h"} {
		if err := f.Set(s); err != nil {
			t.Fatalf("Set(%q): %v", s, err)
		}
	}
	for _, c := range []struct {
		name  string
		class suppress.Class
		want  time.Duration
	}{
		{"x.txt", suppress.OptOut, 30 * 24 * time.Hour},
		{"x.txt", suppress.Erasure, 12 * time.Hour},
		{"a=b.txt", suppress.Erasure, time.Hour},
	} {
		if got, ok := f.of(c.name, c.class); !ok || got != c.want {
			t.Errorf("of(%s, %s) = %v, %v; want %v", c.name, c.class, got, ok, c.want)
		}
	}
	if got, want := f.String(), "30d, erasure=24h, a=b.txt=1h, erasure=12h"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
	if err := f.strangers("max-age", map[string]bool{"x.txt": true}); err == nil {
		t.Error("a list that is not given was accepted")
	}
	for _, s := range []string{"", "soon", "-1h", "-1d", "=1h", "1.5d", "99999999999d", "erasure="} {
		if err := f.Set(s); err == nil {
			t.Errorf("Set(%q) was accepted", s)
		}
	}
	if _, ok := new(perList[int]).of("x", suppress.OptOut); ok {
		t.Error("a flag that was not given has a value")
	}
}

func TestParsePercent(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "0%": 0, "10%": 10, "100%": 100} {
		if got, err := parsePercent(text); err != nil || got != want {
			t.Errorf("parsePercent(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "-1%", "101%", "1.5%", "ten"} {
		if _, err := parsePercent(text); err == nil {
			t.Errorf("parsePercent(%q) was accepted", text)
		}
	}
}

func TestUses(t *testing.T) {
	u := uses{{"optouts-2026-01-01.csv", suppress.OptOut}: {entries: 1}, {"a1.txt", suppress.Erasure}: {entries: 2}, {"a2.txt", suppress.Erasure}: {entries: 3}}
	for _, c := range []struct {
		name  string
		class suppress.Class
		want  int64
	}{
		{"optouts-2026-01-01.csv", suppress.OptOut, 1},
		{"optouts-2026-01-02.csv", suppress.OptOut, 1},
		{"optouts-2026-01-02.csv", suppress.Erasure, 0},
		{"a2.txt", suppress.Erasure, 3},
		{"a3.txt", suppress.Erasure, 0}, // of which of the two?
	} {
		if got := u.of(c.name, c.class).entries; got != c.want {
			t.Errorf("of(%s, %s) has %d entries, want %d", c.name, c.class, got, c.want)
		}
	}
}
