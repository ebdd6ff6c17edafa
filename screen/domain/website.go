package domain

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// A SiteKind says what a website cell holds.
type SiteKind uint8

// The kinds of website cell.
const (
	SiteMissing SiteKind = iota // nothing, or a word for nothing
	SiteHost                    // a host name
	SiteIP                      // an IP address
	SiteInvalid                 // text in which no host was found
)

var siteKindNames = [...]string{"missing", "host", "ip", "invalid"}

func (k SiteKind) String() string { return siteKindNames[k] }

// A Site is what WebsiteHost found in a cell besides the host.
type Site struct {
	Kind SiteKind
	Path bool   // the address goes on after the host: a path, query or fragment
	Rest []byte // the text after the value, nil if nothing but separators follows; aliases the cell or the Canon
}

// maxValues bounds the values that are looked at in a cell. A cell that starts with so
// many words is prose.
const maxValues = 16

// WebsiteHost appends to dst the canonical host of a website cell: of a URL with any
// scheme, "//" or none, a bare domain, or an e-mail address. User information, port,
// path and a leading "www." go (the last only if what remains is not a public suffix).
// Of several values, divided by white space, commas, semicolons or bars, the first that
// is a host of at least two labels counts; the others are found by calling again with
// Site.Rest. Nothing is appended unless the kind is SiteHost or SiteIP.
// ASCII cells are done without allocation.
func (c *Canon) WebsiteHost(dst, cell []byte) ([]byte, Site) {
	if out, path, ok := appendPlainSite(dst, cell); ok {
		return out, Site{Kind: SiteHost, Path: path}
	}
	return c.appendSite(dst, cell)
}

// cutHTTP takes a leading http:// or https:// off a cell, unless that is all of it.
func cutHTTP(s []byte) []byte {
	if len(s) > 8 {
		skip := 0
		w := binary.LittleEndian.Uint64(s)
		if w&(1<<56-1) == httpWord {
			skip = 7
		}
		if w == httpsWord {
			skip = 8
		}
		s = s[skip:]
	}
	return s
}

const (
	httpWord  = 'h' | 't'<<8 | 't'<<16 | 'p'<<24 | ':'<<32 | '/'<<40 | '/'<<48
	httpsWord = 'h' | 't'<<8 | 't'<<16 | 'p'<<24 | 's'<<32 | ':'<<40 | '/'<<48 | '/'<<56
	wwwWord   = 'w' | 'w'<<8 | 'w'<<16 | '.'<<24
)

// IsSite reports whether a website cell names just host, which is canonical: as it is,
// or behind http://, https:// or www. and before a path. It spares four rows in five
// WebsiteHost; where it says false, only WebsiteHost knows. What lists write before and
// after a host follows no order that a processor could foresee, so it takes the one
// branch that tells yes from no, and few others.
func IsSite(cell, host []byte) (path, is bool) {
	n := len(host)
	s := cutHTTP(cell)
	if n == 0 || len(s) < n {
		return false, false
	}
	if len(s) > n+3 {
		skip := 0
		if binary.LittleEndian.Uint32(s) == wwwWord {
			skip = 4
		}
		s = s[skip:]
	}
	if !starts(s, host) {
		return false, false
	}
	s = s[n:]
	if len(s) == 0 || len(s) == 1 && s[0] == '/' {
		return false, true
	}
	return isPath(s)
}

// starts reports whether s starts with name, which is not longer.
func starts(s, name []byte) bool {
	n := len(name)
	if n < 8 || n > 24 {
		return string(s[:n]) == string(name)
	}
	at := (n - 8) / 2
	return (binary.LittleEndian.Uint64(s)^binary.LittleEndian.Uint64(name))|
		(binary.LittleEndian.Uint64(s[at:])^binary.LittleEndian.Uint64(name[at:]))|
		(binary.LittleEndian.Uint64(s[n-8:])^binary.LittleEndian.Uint64(name[n-8:])) == 0
}

// isPath reports whether s, which follows a host, is a path and nothing after it, and
// whether there is more of it than slashes.
func isPath(s []byte) (path, is bool) {
	if s[0] != '/' {
		return false, false
	}
	for _, b := range s {
		if b >= utf8.RuneSelf || bytesKind[b]&ends != 0 {
			return false, false
		}
	}
	return len(trimLeft(s, slash|query|wrap|bracket)) > 0, true
}

// appendPlainSite does the cells that most lists are full of: a host in ASCII, at
// most with http:// or https:// before and a path after it, and nothing else. It gives
// what appendSite gives, in a third of the time.
func appendPlainSite(dst, cell []byte) (out []byte, path, ok bool) {
	s := cutHTTP(cell)
	n := bytes.IndexByte(s, '/')
	if n < 0 {
		n = len(s)
	} else if path, ok = isPath(s[n:]); !ok {
		return dst, false, false
	}
	out, ok = appendASCII(dst, s[:n])
	if !ok {
		return dst, false, false
	}
	host := out[len(dst):]
	// Words for nothing (n.a) end in one letter, and a host in more.
	if dot := bytes.LastIndexByte(host, '.'); dot < 0 || len(host)-dot < 3 {
		return dst, false, false
	}
	if bare, cut := cutWWW(host); cut {
		out = append(out[:len(dst)], bare...)
	}
	return out, path, true
}

func (c *Canon) appendSite(dst, cell []byte) ([]byte, Site) {
	s := cell
	if !authorityASCII(s) {
		s = folded(&c.cell, s)
	}
	seen := false
	for range maxValues {
		s = trimLeft(s, wrap|bar)
		if len(s) == 0 {
			break
		}
		value, rest := cutValue(s)
		if s = trimLeft(rest, wrap|bar); len(s) == 0 {
			s = nil
		}
		if missing(value) {
			continue
		}
		seen = true
		site := Site{Kind: SiteHost, Rest: s}
		authority, path := cutAuthority(value)
		site.Path = path
		out, ok := c.appendAuthority(dst, authority)
		if !ok {
			continue
		}
		host := out[len(dst):]
		if isLiteral(host) {
			site.Kind = SiteIP
			return out, site
		}
		if bytes.IndexByte(host, '.') < 0 {
			continue
		}
		if bare, ok := cutWWW(host); ok {
			out = append(out[:len(dst)], bare...)
		}
		return out, site
	}
	if seen {
		return dst, Site{Kind: SiteInvalid}
	}
	return dst, Site{}
}

// authorityASCII reports whether cell is ASCII up to where its path starts, so that
// nothing needs folding: letters of other scripts are common in paths, and there they do
// not matter.
func authorityASCII(cell []byte) bool {
	slashes := 0
	for _, b := range cell {
		switch {
		case b >= 0x80:
			return false
		case b == '/':
			if slashes++; slashes == 3 {
				return true
			}
		}
	}
	return true
}

// cutValue cuts the first value off s, which does not start with a separator.
// White space, ; and | end it anywhere; a comma only before the path, where it may be
// part of the address.
func cutValue(s []byte) (value, rest []byte) {
	path := false
	for i, b := range s {
		k := bytesKind[b]
		if k&(ends|comma|slash) == 0 {
			continue
		}
		switch {
		case k&ends != 0, k&comma != 0 && !path:
			return s[:i], s[i:]
		case k&slash != 0:
			// Not the slashes after a scheme.
			path = path || i > 0 && s[i-1] != b && s[i-1] != ':' && i+1 < len(s) && s[i+1] != b
		}
	}
	return s, nil
}

// cutAuthority takes the scheme off a value and cuts it at the end of the authority.
func cutAuthority(v []byte) (authority []byte, path bool) {
	v = cutScheme(v)
	// [Acme](https://acme.com), Website:https://acme.com
	if len(v) > 0 && bytesKind[v[0]]&bracket != 0 || bytes.IndexByte(v, '.') > bytes.IndexByte(v, ':') {
		if i := bytes.Index(v, []byte("://")); i > 0 && !bytes.ContainsAny(v[:i], "./@?") {
			v = cutScheme(v[i+1:])
		}
	}
	end := 0
	for end < len(v) && bytesKind[v[end]]&(slash|query) == 0 {
		end++
	}
	return v[:end], len(trimLeft(v[end:], slash|query|wrap|bracket)) > 0
}

// cutScheme takes schemes off v, the misspelt ones of lists included: http//, http:/,
// http:\\, http://http://, mailto:, a bare //.
func cutScheme(v []byte) []byte {
	for {
		i := 0
		for i < len(v) && (v[i]|0x20 >= 'a' && v[i]|0x20 <= 'z') {
			i++
		}
		rest := v[i:]
		colon := len(rest) > 0 && rest[0] == ':'
		if colon {
			rest = rest[1:]
		}
		slashes := 0
		for slashes < len(rest) && (rest[slashes] == '/' || rest[slashes] == '\\') {
			slashes++
		}
		switch {
		case i == 0 && !colon && slashes > 0: // //acme.com
		case i > 0 && colon && slashes >= 2: // any://
		case i > 0 && (colon || slashes >= 2) && knownScheme(v[:i]): // https:acme.com, http//acme.com
		default:
			return v
		}
		v = rest[slashes:]
	}
}

func knownScheme(s []byte) bool {
	if len(s) > 8 {
		return false
	}
	var b [8]byte
	for i, c := range s {
		b[i] = c | 0x20
	}
	switch string(b[:len(s)]) {
	case "http", "https", "ftp", "mailto", "url", "web", "website", "site", "domain", "www":
		return true
	}
	return false
}

// appendAuthority appends the canonical host of [userinfo@]host[:port].
func (c *Canon) appendAuthority(dst, s []byte) ([]byte, bool) {
	if i := bytes.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if len(s) > 0 && s[0] == '[' {
		if i := bytes.IndexByte(s, ']'); i > 0 && bytes.IndexByte(s[:i], ':') > 0 {
			return appendLiteral(dst, s[1:i]) // [2001:db8::1]:443
		}
	}
	s = trim(s, wrap|bracket|star)
	if i := bytes.IndexByte(s, ':'); i >= 0 && (allDigits(s[i+1:]) || i+1 == len(s)) {
		s = s[:i]
	}
	return c.AppendHost(dst, bytes.TrimLeft(s, "."))
}

// cutWWW takes a leading "www." off a host, unless a public suffix remains.
func cutWWW(host []byte) ([]byte, bool) {
	const www = "www."
	if len(host) <= len(www) || string(host[:len(www)]) != www {
		return host, false
	}
	rest := host[len(www):]
	if allNames().isPlain(rest) {
		return rest, true
	}
	if start, _ := suffixStart(rest); start == 0 {
		return host, false
	}
	return rest, true
}

// missing reports whether v is a word that people and exports write for nothing.
func missing(v []byte) bool {
	v = trim(v, wrap|bracket|noise)
	if len(v) > len("undefined") {
		return false
	}
	var b [len("undefined")]byte
	for i, c := range v {
		if c-'A' < 26 {
			c |= 0x20
		}
		b[i] = c
	}
	switch string(b[:len(v)]) {
	case "", "–", "—", "-", "--", "---", "_", "?", "??", "???", "*", "/", "0", "x", "xx", "xxx",
		"n/a", "n\\a", "n.a", "n-a", "na", "nan", "none", "null", "nil", "nul", "no", "nope", "not",
		"unknown", "undefined", "available", "missing", "empty", "blank", "tbd", "tba", "void", "false",
		"kein", "keine", "keiner", "aucun", "ninguno", "ninguna", "nessuno", "geen", "value",
		"http:", "https:", "http://", "https://", "http", "https", "www", "website":
		return true
	}
	return false
}
