package suppress

import (
	"bytes"
	"path/filepath"
	"time"
)

// A header is what comments at the head of a list say of the list as a whole.
type header struct {
	asOf     time.Time
	scope    string
	canaries []claimed
	lines    int64 // that were looked at
}

// readHeader reads the comments in the first bytes of a text. whole says that they are
// all there is.
func readHeader(head []byte, eol byte, whole bool) (h header) {
	for len(head) > 0 {
		rec := head
		if i := bytes.IndexByte(head, eol); i >= 0 {
			rec, head = head[:i], head[i+1:]
		} else if head = nil; !whole {
			break
		}
		h.lines++
		if !isComment(rec) {
			continue
		}
		name, value, ok := cutClaim(rec)
		if !ok {
			continue
		}
		switch name {
		case "as-of", "asof", "as_of":
			if t, ok := parseTime(value); ok && h.asOf.IsZero() {
				h.asOf = t
			}
		case "scope":
			if h.scope == "" && isScope(value) { // else it is a sentence
				h.scope = value
			}
		case "canary":
			h.canaries = append(h.canaries, claimed{h.lines, value})
		}
	}
	return h
}

// isScope reports whether a text can be the name of a tenant or campaign, which messages
// may show.
func isScope(s string) bool {
	for i := range len(s) {
		if c := s[i]; c-'0' > 9 && c|0x20-'a' >= 26 && (i == 0 || c != '-' && c != '_' && c != '.' && c != '/') {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 64
}

// parseTime reads a time of RFC 3339, or a date, which stands for its first moment.
func parseTime(s string) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02t15:04:05z07:00", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// dateInName returns the last date in a file's name, such as optouts-2026-11-20.csv or
// 20261120_4821_DROP.zip: its first moment, in UTC.
func dateInName(path string) (date time.Time, ok bool) {
	name := filepath.Base(path)
	isDigit := func(c byte) bool { return c-'0' <= 9 }
	for i := 0; i < len(name); i++ {
		if !isDigit(name[i]) || i > 0 && isDigit(name[i-1]) {
			continue
		}
		for _, form := range []string{"2006-01-02", "2006_01_02", "2006.01.02", "20060102"} {
			end := i + len(form)
			if end > len(name) || end < len(name) && isDigit(name[end]) {
				continue
			}
			if t, err := time.Parse(form, name[i:end]); err == nil && t.Year() >= 2000 && t.Year() < 2100 {
				date, ok = t, true
			}
		}
	}
	return date, ok
}
