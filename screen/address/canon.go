package address

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of RFC 5321, section 4.5.3.1, and RFC 1035, section 2.3.4, in octets.
const (
	maxLocal  = 64
	maxLabel  = 63
	maxDomain = 253
)

// appendCanon appends the canonical form of any raw to dst.
func (p *Parser) appendCanon(dst, raw []byte) ([]byte, Info) {
	info := Info{At: -1, Status: Missing}
	trimmed := trim(raw)
	text, valid := p.cleanse(trimmed)
	if !valid {
		info.Flags |= InvalidUTF8
	}
	core := p.extract(text)
	if len(core) != len(raw) || len(text) != len(trimmed) {
		info.Flags |= Repaired
	}
	if len(core) == 0 {
		return dst, info
	}
	start := len(dst)
	if n := len(core); info.Flags == Repaired && n >= minPlain && n <= maxPlain && !p.long {
		dst = append(dst, core...)
		if plain, ok := plain(dst[start:], core); ok {
			plain.Flags = plain.Flags&^Cased | Repaired
			return dst, plain
		}
		dst = dst[:start]
	}

	at := bytes.LastIndexByte(core, '@')
	if at < 0 {
		dst = p.appendLocal(dst, core, false)
		info.Status = Syntax
		info.Flags = info.Flags.changed(dst[start:], trimmed)
		return dst, info
	}
	local, domain := core[:at], core[at+1:]
	dst = p.appendLocal(dst, local, false)
	info.At = int32(len(dst) - start)
	dst = append(dst, '@')
	dst, ds, flags := p.appendDomain(dst, domain)
	info.Flags |= flags

	canon := dst[start : start+int(info.At)]
	switch {
	case bytes.IndexByte(local, '@') >= 0 && !quoted(local):
		info.Status = Multiple
	case !validLocal(canon):
		info.Status = Syntax
	default:
		info.Status = ds
	}
	if i := bytes.IndexByte(canon, '+'); i > 0 {
		info.Flags |= PlusTag
	}
	if !ascii(canon) {
		info.Flags |= NonASCII
		if len(canon) <= maxLocal && mixedScript(canon) {
			info.Flags |= Mixed
		}
	}
	info.Flags = info.Flags.changed(dst[start:], trimmed)
	return dst, info
}

// changed adds Cased or Repaired to f, after a look at what differs between a canonical
// form and the text it came from.
func (f Flags) changed(canon, text []byte) Flags {
	if f&Repaired != 0 || len(canon) != len(text) {
		return f | Repaired
	}
	for i, c := range canon {
		if d := text[i]; c == d {
			continue
		} else if lowerASCII(d) != c {
			return f&^Cased | Repaired
		}
		f |= Cased
	}
	return f
}

// cleanse returns s without its invisible characters, with full-width @ and dots as
// ASCII ones, and with U+FFFD for every byte that is not UTF-8. The result is s itself
// if nothing has to change, else scratch.
//
// Joiners (U+200C, U+200D) behind an @ stay if they follow something that is neither
// ASCII nor Latin: they carry meaning in domains of scripts that join their letters.
// appendDomain drops them if IDNA does not want them.
func (p *Parser) cleanse(s []byte) (clean []byte, valid bool) {
	i := 0
	for i < len(s) && s[i] >= ' ' && s[i] < 0x7f {
		i++
	}
	if i == len(s) {
		return s, true
	}
	clean, valid = append(p.clean[:0], s[:i]...), true
	seenAt := bytes.IndexByte(s[:i], '@') >= 0
	last := rune(0)
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			last = rune(c)
			seenAt = seenAt || c == '@'
			if c >= ' ' && c != 0x7f || asciiSpace(c) {
				clean = append(clean, c)
			}
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			valid = false
			clean = utf8.AppendRune(clean, utf8.RuneError)
		case r == '＠':
			clean = append(clean, '@')
			seenAt = true
		case fullStop(r):
			clean = append(clean, '.')
		case joiner(r) && seenAt && last >= 0x300:
			clean = utf8.AppendRune(clean, r)
		case invisible(r):
			continue
		default:
			clean = utf8.AppendRune(clean, r)
		}
		last = r
	}
	p.clean = clean
	return clean, valid
}

// appendLocal appends s in NFC and lower case: with simple mappings only if simple,
// else with Unicode's full ones. NFC is applied again after lower-casing, because J
// and a caron have a composed form in lower case only; without that a canonical form
// would not be its own.
func (p *Parser) appendLocal(dst, s []byte, simple bool) []byte {
	if ascii(s) {
		return appendLowerASCII(dst, s)
	}
	p.nfc = norm.NFC.Append(p.nfc[:0], s...)
	p.lower = appendLower(p.lower[:0], p.nfc, simple)
	// Not straight to dst: its last character could compose with our first.
	p.nfc = norm.NFC.Append(p.nfc[:0], p.lower...)
	return append(dst, p.nfc...)
}

// validLocal reports whether a canonical local part is a dot-atom of at most 64
// octets, RFC 5322 with the letters of RFC 6531.
func validLocal(s []byte) bool {
	if len(s) == 0 || len(s) > maxLocal {
		return false
	}
	dot := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if c == '.' && dot || c != '.' && !atext[c] {
				return false
			}
			dot = c == '.'
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		i += size
		if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || invisible(r) {
			return false
		}
		dot = false
	}
	return !dot
}

// quoted reports whether s is all within double quotes, as a local part may be.
func quoted(s []byte) bool {
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"'
}

func ascii(s []byte) bool {
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if c-'A' < 26 {
		c |= 0x20
	}
	return c
}

func appendLowerASCII(dst, s []byte) []byte {
	n := len(dst)
	dst = append(dst, s...)
	for i, c := range dst[n:] {
		dst[n+i] = lowerASCII(c)
	}
	return dst
}
