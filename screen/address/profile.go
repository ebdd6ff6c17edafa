package address

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSlug bounds what is taken for the name of a profile, in octets.
const maxSlug = 256

// AppendProfile appends the canonical form of a profile's URL on LinkedIn, XING, X
// (Twitter), Facebook or GitHub: host without www, country or mobile subdomain, the
// path that names the profile, in lower case, percent escapes decoded, in NFC; without
// scheme, query, fragment, language and trailing slash: "linkedin.com/in/jane-doe".
// It reports false, and appends nothing, for anything else.
func AppendProfile(dst, raw []byte) ([]byte, bool) {
	if name := plainProfile(raw); name != nil {
		return appendLowerASCII(append(dst, "linkedin.com/in/"...), name), true
	}
	return appendProfile(dst, raw)
}

// plainProfile returns the name in a profile's URL on LinkedIn as most lists have it, with
// nothing in it that would need a second look; else nil. It takes a sixth of
// the time that any other URL does (BenchmarkProfile).
func plainProfile(raw []byte) []byte {
	s, ok := bytes.CutPrefix(raw, []byte("https://"))
	if !ok {
		s, _ = bytes.CutPrefix(raw, []byte("http://"))
	}
	s, _ = bytes.CutPrefix(s, []byte("www."))
	s, ok = bytes.CutPrefix(s, []byte("linkedin.com/in/"))
	if n := len(s) - 1; n > 0 && s[n] == '/' {
		s = s[:n]
	}
	if !ok || len(s) == 0 || len(s) > maxSlug {
		return nil
	}
	for _, c := range s {
		if c|0x20-'a' >= 26 && c-'0' >= 10 && c != '-' && c != '_' {
			return nil
		}
	}
	return s
}

func appendProfile(dst, raw []byte) ([]byte, bool) {
	raw = bytes.TrimLeft(trimEnd(trim(raw)), brackets)
	if len(raw) > 8*maxSlug {
		return dst, false
	}
	host, rest, query := splitURL(raw)
	var buf [32]byte
	host = appendLowerASCII(buf[:0], host[max(0, len(host)-len(buf)):])
	var segments [6][]byte
	path := segments[:0]
	for rest = bytes.Trim(rest, "/"); len(rest) > 0 && len(path) < len(segments); rest = bytes.TrimLeft(rest, "/") {
		var s []byte
		s, rest, _ = bytes.Cut(rest, []byte("/"))
		path = append(path, trimEnd(s)) // as of the whole: "people #" is no name
	}
	if len(path) == 0 {
		return dst, false
	}
	switch {
	case under(host, "linkedin.com"):
		return appendLinkedIn(dst, path)
	case under(host, "xing.com"):
		return appendXing(dst, path)
	case under(host, "x.com"), under(host, "twitter.com"):
		return appendX(dst, path)
	case under(host, "facebook.com"), under(host, "fb.com"):
		return appendFacebook(dst, path, query)
	case under(host, "github.com"):
		return appendGitHub(dst, path)
	}
	return dst, false
}

// brackets are what may stand around a URL in text.
const brackets = "\"'<>()[]"

// trimEnd returns s without what may stand behind a URL in text.
func trimEnd(s []byte) []byte {
	for {
		n := len(s)
		s = bytes.TrimRight(trimTail(s), brackets)
		if len(s) == n {
			return s
		}
	}
}

// under reports whether host is domain or www, a country or a mobile page of it. Other
// subdomains, such as developer.linkedin.com, have no profiles.
func under(host []byte, domain string) bool {
	n := len(host) - len(domain)
	if n < 0 || string(host[n:]) != domain {
		return false
	}
	switch sub := string(host[:n]); sub {
	case "", "www.", "m.", "touch.", "mobile.", "web.", "mbasic.", "business.":
		return true
	default:
		return n == 3 && sub[2] == '.' || n == 6 && sub[2] == '-' && sub[5] == '.' // de. or de-de.
	}
}

// splitURL returns the host, path and query of a URL whose scheme may be missing.
func splitURL(s []byte) (host, path, query []byte) {
	if i := bytes.Index(s, []byte("//")); i == 0 || i > 0 && i < 8 && s[i-1] == ':' {
		s = s[i+2:]
	}
	s, _, _ = bytes.Cut(s, []byte("#"))
	s, query, _ = bytes.Cut(s, []byte("?"))
	host = s
	if i := bytes.IndexByte(s, '/'); i >= 0 {
		host, path = s[:i], s[i+1:]
	}
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	host, _, _ = bytes.Cut(host, []byte(":"))
	return bytes.TrimRight(host, "."), path, query
}

func appendLinkedIn(dst []byte, path [][]byte) ([]byte, bool) {
	if equalFoldASCII(path[0], "mwlite") {
		path = path[1:]
	}
	if len(path) < 2 {
		return dst, false
	}
	var k keyword
	switch string(k.of(path[0])) {
	case "in":
		return appendPath(dst, "linkedin.com/in/", path[1])
	case "company":
		return appendPath(dst, "linkedin.com/company/", path[1])
	case "school":
		return appendPath(dst, "linkedin.com/school/", path[1])
	case "showcase":
		return appendPath(dst, "linkedin.com/showcase/", path[1])
	case "pub":
		// The old form, name and three numbers. "dir" is a search.
		if equalFoldASCII(path[1], "dir") {
			return dst, false
		}
		return appendPath(dst, "linkedin.com/pub/", path[1:min(len(path), 5)]...)
	}
	return dst, false
}

func appendXing(dst []byte, path [][]byte) ([]byte, bool) {
	if len(path) < 2 {
		return dst, false
	}
	var k keyword
	switch string(k.of(path[0])) {
	case "profile":
		return appendPath(dst, "xing.com/profile/", path[1])
	case "companies", "company", "pages":
		return appendPath(dst, "xing.com/pages/", path[1])
	}
	return dst, false
}

func appendX(dst []byte, path [][]byte) ([]byte, bool) {
	var k keyword
	switch string(k.of(path[0])) {
	case "home", "share", "intent", "search", "hashtag", "i", "explore", "login", "signup", "settings", "messages",
		"notifications", "compose", "tos", "privacy", "about", "jobs", "download", "logout":
		return dst, false
	}
	name := bytes.TrimPrefix(path[0], []byte("@"))
	return appendName(dst, "x.com/", name, 15, "_")
}

func appendFacebook(dst []byte, path [][]byte, query []byte) ([]byte, bool) {
	var k keyword
	switch string(k.of(path[0])) {
	case "profile.php":
		for q := range bytes.SplitSeq(query, []byte("&")) {
			if id, ok := bytes.CutPrefix(q, []byte("id=")); ok && len(id) > 0 && digitsOnly(id) {
				return appendPath(dst, "facebook.com/profile.php?id=", id)
			}
		}
		return dst, false
	case "people": // facebook.com/people/Jane-Doe/1000…
		if len(path) < 3 || !digitsOnly(path[2]) {
			return dst, false
		}
		return appendPath(dst, "facebook.com/profile.php?id=", path[2])
	case "pg":
		if path = path[1:]; len(path) == 0 {
			return dst, false
		}
	case "pages":
		if len(path) < 3 {
			return dst, false
		}
		return appendPath(dst, "facebook.com/pages/", path[1:3]...)
	case "groups":
		if len(path) < 2 {
			return dst, false
		}
		return appendPath(dst, "facebook.com/groups/", path[1])
	case "sharer", "sharer.php", "share", "share.php", "dialog", "plugins", "events", "watch", "marketplace", "photo",
		"photo.php", "photos", "permalink.php", "story.php", "login", "login.php", "help", "privacy", "policies",
		"hashtag", "search", "ads", "business", "home.php", "reel", "stories", "l.php", "tr":
		return dst, false
	}
	return appendName(dst, "facebook.com/", path[0], 100, ".-_")
}

func appendGitHub(dst []byte, path [][]byte) ([]byte, bool) {
	if len(path) > 1 && equalFoldASCII(path[0], "orgs") {
		path = path[1:]
	}
	var k keyword
	switch string(k.of(path[0])) {
	case "about", "features", "login", "join", "settings", "topics", "search", "marketplace", "explore", "pricing",
		"sponsors", "notifications", "issues", "pulls", "orgs", "apps", "security", "enterprise", "site", "contact":
		return dst, false
	}
	return appendName(dst, "github.com/", path[0], 39, "-_") // _: managed users
}

// appendName appends a name of at most limit ASCII letters, digits and the marks given.
func appendName(dst []byte, prefix string, name []byte, limit int, marks string) ([]byte, bool) {
	name = trimEnd(name)
	if len(name) == 0 || len(name) > limit {
		return dst, false
	}
	for _, c := range name {
		if lowerASCII(c)-'a' >= 26 && c-'0' >= 10 && bytes.IndexByte([]byte(marks), c) < 0 {
			return dst, false
		}
	}
	return appendLowerASCII(append(dst, prefix...), name), true
}

// appendPath appends prefix and path, each segment decoded, in NFC and lower case.
func appendPath(dst []byte, prefix string, path ...[]byte) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, prefix...)
	for i, s := range path {
		if i > 0 {
			dst = append(dst, '/')
		}
		var ok bool
		if dst, ok = appendSlug(dst, s); !ok {
			return dst[:start], false
		}
	}
	return dst, true
}

// appendSlug appends one segment of a path.
func appendSlug(dst, s []byte) ([]byte, bool) {
	start := len(dst)
	dst = appendUnescaped(dst, s)
	slug := dst[start:]
	if ascii(slug) {
		for i, c := range slug {
			slug[i] = lowerASCII(c)
		}
	} else {
		seen := bytes.Map(func(r rune) rune {
			if invisible(r) {
				return -1
			}
			return r
		}, slug)
		dst = append(dst[:start], norm.NFC.Bytes(appendLower(nil, norm.NFC.Bytes(seen), false))...)
		slug = dst[start:]
	}
	dst = append(dst[:start], trimEnd(slug)...)
	if slug = dst[start:]; len(slug) == 0 || len(slug) > maxSlug {
		return dst[:start], false
	}
	for _, r := range string(slug) {
		// Marks, but not those that have a meaning in a URL.
		if r == utf8.RuneError || r == '/' || r == '?' || r == '#' || r == '%' || !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			return dst[:start], false
		}
	}
	return dst, true
}

// A keyword is room for a segment in lower case.
type keyword [16]byte

// of returns s in lower case, or nil if it is too long to be a keyword.
func (k *keyword) of(s []byte) []byte {
	if bytes.IndexByte(s, '%') >= 0 {
		s = trimEnd(appendUnescaped(nil, s)) // "people%20", as appendSlug would have it
	}
	if len(s) > len(k) {
		return nil
	}
	return appendLowerASCII(k[:0], s)
}
