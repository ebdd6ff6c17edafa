package main

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sluice/screen/domain"
)

// A review is what people decided: domains that no generated table may hold, and those
// whose subdomains need not be listed either.
type review map[string]bool

// reviewed are the files that outrank the generated tables.
var reviewed = []string{
	"company_allow.txt", "removed.txt", "freemail_reviewed.txt", "isp_reviewed.txt",
	"relay_reviewed.txt", "disposable_reviewed.txt",
}

func readReview(dir string) (review, error) {
	r := review{}
	for _, name := range reviewed {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		for sc := bufio.NewScanner(bytes.NewReader(text)); sc.Scan(); {
			line, _, _ := strings.Cut(sc.Text(), "#")
			if d := strings.TrimSpace(line); d != "" {
				r[d] = true
			}
		}
	}
	return r, nil
}

// covers reports whether d or a parent of it is reviewed.
func (r review) covers(d string) bool {
	for ok := true; ok; _, d, ok = strings.Cut(d, ".") {
		if r[d] {
			return true
		}
	}
	return false
}

// Families that must agree before a domain counts as listed at all; fewer is weak.
const (
	freeQuorum       = 3 // of 4
	disposableQuorum = 2 // of 3
)

// sift divides the candidates into the generated tables. A name that some list calls
// disposable is no free-mail domain: the free lists hold thousands of disposable ones.
func sift(v votes, rev review) []table {
	core := table{name: "freemail_core.txt", head: []string{"free-mail domains named by at least 3 of 4 list families"}}
	disp := table{name: "disposable_core.txt", head: []string{"disposable-mail domains named by at least 2 of 3 list families"}}
	weakFree := table{name: "freemail_weak.txt", head: []string{"free-mail domains named by fewer than 3 of 4 list families: a flag, never a rejection"}}
	weakDisp := table{name: "disposable_weak.txt", head: []string{"disposable-mail domains named by 1 of 3 list families: a flag, never a rejection"}}
	for _, d := range slices.Sorted(maps.Keys(v)) {
		if !plausible(d) || glued(d, v) || rev.covers(d) || domain.Embedded().Family([]byte(d)) {
			continue
		}
		e := v[d]
		switch free, disposable := len(e.free), len(e.disposable); {
		case disposable >= disposableQuorum:
			disp.lines = append(disp.lines, d)
		case disposable > 0:
			weakDisp.lines = append(weakDisp.lines, d)
		case free >= freeQuorum:
			core.lines = append(core.lines, d)
		default:
			weakFree.lines = append(weakFree.lines, d)
		}
	}
	tables := []table{core, disp, weakFree, weakDisp}
	var above []string
	for i := range tables {
		tables[i].lines = prune(tables[i].lines, above)
		above = append(above, tables[i].lines...)
	}
	return tables
}

// plausible reports whether d is a canonical host under a domain that someone can
// register and that is not a school's or an authority's.
func plausible(d string) bool {
	var c domain.Canon
	host, ok := c.AppendHost(nil, []byte(d))
	if !ok || string(host) != d || domain.Reserved(host) {
		return false
	}
	reg, kind := domain.Registrable(host)
	if kind != domain.KindRegistrable {
		return false
	}
	_, suffix, _ := bytes.Cut(reg, []byte("."))
	first, _, second := strings.Cut(string(suffix), ".")
	switch first {
	case "edu", "gov", "mil", "int":
		return false
	case "ac", "sch", "school", "k12", "gob", "gouv", "govt", "gub", "go", "nhs", "police":
		return !second
	}
	return true
}

// glued reports whether d is two names in one, from a list that lost a line break:
// busymail.comhomeart.com.
func glued(d string, v votes) bool {
	for i := 1; i < len(d)-1; i++ {
		if d[i] != '.' {
			continue
		}
		for _, tld := range []string{"com", "net", "org", "de", "uk", "fr", "it", "ru", "lu", "ro", "hu", "co"} {
			rest, ok := strings.CutPrefix(d[i+1:], tld)
			if ok && strings.Contains(rest, ".") && rest[0] != '.' && v[d[:i+1]+tld] != nil && v[rest] != nil {
				return true
			}
		}
	}
	return false
}

// prune leaves out the domains below another of lines or above: matching covers them.
func prune(lines, above []string) []string {
	set := make(map[string]bool, len(lines)+len(above))
	for _, d := range slices.Concat(lines, above) {
		set[d] = true
	}
	var out []string
	for _, d := range lines {
		_, parent, ok := strings.Cut(d, ".")
		for ; ok && !set[parent]; _, parent, ok = strings.Cut(parent, ".") {
		}
		if !ok {
			out = append(out, d)
		}
	}
	return out
}
