package domain

import (
	"bytes"
	"net/netip"
	"slices"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Limits of a host name, RFC 1035 section 2.3.4, without the final dot.
const (
	maxHost  = 253
	maxLabel = 63
)

// A Canon brings hosts to their canonical form: the lower-case ASCII name without a
// trailing dot, labels of other scripts as A-labels (UTS 46, non-transitional), IPv6
// addresses in brackets. It owns scratch memory: one goroutine at a time.
// The zero Canon is ready.
type Canon struct {
	cell, host []byte            // a website cell and a host as folded makes them; not one, as the host is a part of the cell
	mapped     map[string]string // what IDNA makes of names, "" if nothing; of the latest
}

// maxMapped bounds the names of which a Canon remembers what IDNA makes of them: it takes
// three microseconds and 16 allocations to map one, and a company's name comes again in
// the website's cell and with each of its people. At a hundred bytes each that is 100 kB.
const maxMapped = 1024

// profile follows browsers: mapping of UTS 46, non-transitional (ß stays ß), letters,
// digits and hyphens only.
var profile = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(true),
	idna.VerifyDNSLength(true),
)

// hostByte maps the bytes of a host to their lower case and all others to 0.
var hostByte = func() (t [256]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	t['-'], t['.'] = '-', '.'
	return t
}()

// AppendHost appends the canonical form of raw, the part of an address after the at
// sign, to dst. It reports false, and appends nothing, if raw is no host name: empty,
// empty or over-long labels, characters other than letters, digits and hyphens. White
// space, quotes and brackets around it and trailing dots do not count. An address
// literal ([192.0.2.1], [IPv6:2001:db8::1]) or a single label is a host; see Reserved.
// ASCII names are done without allocation, and so are others that came before.
func (c *Canon) AppendHost(dst, raw []byte) ([]byte, bool) {
	if out, ok := appendASCII(dst, raw); ok {
		return out, true
	}
	return c.appendSlow(dst, raw)
}

// appendASCII appends the canonical form of raw if it needs no more than lower case
// and is certain; else it appends nothing.
func appendASCII(dst, raw []byte) ([]byte, bool) {
	n := len(raw)
	if n == 0 || n > maxHost {
		return dst, false
	}
	n0 := len(dst)
	dst = slices.Grow(dst, n)[:n0+n]
	out := dst[n0:]
	lo := 0 // where the label starts
	for i := range out {
		c := hostByte[raw[i]]
		out[i] = c
		if c > '.' { // a letter or digit
			continue
		}
		switch c {
		case '.':
			if i == lo || i-lo > maxLabel || out[i-1] == '-' {
				return dst[:n0], false
			}
			lo = i + 1
		case '-':
			if i == lo || i == lo+3 && string(out[lo:i]) == "xn-" {
				return dst[:n0], false
			}
		default:
			return dst[:n0], false
		}
	}
	// A trailing dot goes, and a last label of digits is an address or nothing.
	last := out[n-1]
	if lo == n || n-lo > maxLabel || last == '-' || isDigit(last) && allDigits(out[lo:]) {
		return dst[:n0], false
	}
	return dst, true
}

func (c *Canon) appendSlow(dst, raw []byte) ([]byte, bool) {
	s := trim(folded(&c.host, raw), wrap)
	if n := len(s); n > 2 && s[0] == '[' && s[n-1] == ']' {
		if out, ok := appendLiteral(dst, s[1:n-1]); ok {
			return out, true
		}
		s = s[1 : n-1]
	}
	s = bytes.TrimRight(s, ".")
	if out, ok := appendASCII(dst, s); ok {
		return out, true
	}
	// An A-label is at most 63 bytes and stands for fewer than 63 characters of at
	// most four bytes, so anything longer is not worth mapping.
	if len(s) == 0 || len(s) > 4*maxHost {
		return dst, false
	}
	if plain(s) { // nothing for IDNA to do: an IPv4 address or not a name
		return appendLiteral(dst, s)
	}
	return appendMapped(dst, c.toASCII(s))
}

// toASCII returns what IDNA makes of a name, or "".
func (c *Canon) toASCII(s []byte) string {
	if a, ok := c.mapped[string(s)]; ok {
		return a
	}
	name := string(s)
	a, err := profile.ToASCII(name)
	if err != nil || len(a) > maxHost {
		a = ""
	}
	a = trimDots(a)
	if c.mapped == nil {
		c.mapped = make(map[string]string)
	}
	if len(c.mapped) == maxMapped {
		clear(c.mapped)
	}
	c.mapped[name] = a
	return a
}

// appendMapped appends what IDNA made of a name, once it has looked at it as at any
// other: mapping may yield digits, dots, nothing.
func appendMapped(dst []byte, a string) ([]byte, bool) {
	if a == "" {
		return dst, false
	}
	last := a
	label := 0
	for i := range len(a) {
		switch l := hostByte[a[i]]; {
		case l == 0 || l != a[i], l == '.' && label == 0:
			return dst, false
		case l == '.':
			label, last = 0, a[i+1:]
		default:
			label++
		}
	}
	if allDigits([]byte(last)) {
		return appendLiteral(dst, []byte(a))
	}
	return append(dst, a...), true
}

func trimDots(s string) string {
	for s != "" && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}

// plain reports whether s is ASCII without an A-label.
func plain(s []byte) bool {
	for i, b := range s {
		if b >= utf8.RuneSelf || b == '-' && i >= 3 && s[i-1] == '-' && s[i-2]|0x20 == 'n' && s[i-3]|0x20 == 'x' {
			return false
		}
	}
	return true
}

// appendLiteral appends the IP address s, an IPv6 address in brackets.
func appendLiteral(dst, s []byte) ([]byte, bool) {
	const tag = "IPv6:" // RFC 5321 section 4.1.3
	if len(s) > len(tag) && bytes.EqualFold(s[:len(tag)], []byte(tag)) {
		s = s[len(tag):]
	}
	if len(s) > 45 { // the longest textual address
		return dst, false
	}
	ip, err := netip.ParseAddr(string(s))
	switch {
	case err != nil || ip.Zone() != "":
		return dst, false
	case ip.Is4():
		return ip.AppendTo(dst), true
	}
	dst = append(dst, '[')
	return append(ip.AppendTo(dst), ']'), true
}

// isLiteral reports whether the canonical host is an IP address.
func isLiteral(host []byte) bool {
	if len(host) == 0 || host[0] == '[' {
		return len(host) > 0
	}
	return isDigit(host[len(host)-1]) && allDigits(host[bytes.LastIndexByte(host, '.')+1:])
}
