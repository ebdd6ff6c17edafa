package main

import "testing"

func TestParseSize(t *testing.T) {
	for in, want := range map[string]int64{"1": 1, "64k": 64 << 10, "512MiB": 512 << 20, "2G": 2 << 30, "1TB": 1e12, "10 M": 0, "": 0, "-1": 0, "G": 0, "9999999T": 0, "5X": 0} {
		got, err := parseSize(in)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("parseSize(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
}
