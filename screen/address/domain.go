package address

import (
	"bytes"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// lookup maps a domain as a client of the DNS would: UTS #46, non-transitional (ß stays
// ß). Hyphens in the third and fourth place are let through, since hosts have them; the
// bidi rule is not applied, since not all registries keep to it.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.CheckHyphens(false))

// maxIDN bounds the octets handed to IDNA, whose Punycode takes time quadratic in the
// length. A domain has at most 253 characters, each at most four octets.
const maxIDN = 4 * maxDomain

// appendDomain appends domain, without trailing dots, in lower-case A-labels, or only
// in lower case if IDNA refuses it.
func (p *Parser) appendDomain(dst, domain []byte) ([]byte, Status, Flags) {
	domain = bytes.TrimRight(domain, ".")
	start := len(dst)
	if n := len(domain); n > 2 && domain[0] == '[' && domain[n-1] == ']' {
		return p.appendLocal(dst, domain, false), Reserved, 0
	}
	dst = p.appendLocal(dst, domain, false)
	if canon := dst[start:]; ascii(canon) && !hasALabel(canon) {
		return dst, domainStatus(canon), 0
	}
	ace, ok := toASCII(domain)
	if !ok {
		if bytes.IndexByte(domain, '.') < 0 {
			return dst, Syntax, 0
		}
		return dst, DomainSyntax, 0
	}
	dst = append(dst[:start], ace...)
	canon := dst[start:]
	var flags Flags
	if hasALabel(canon) {
		flags = ALabel
		if uni, err := lookup.ToUnicode(ace); err == nil {
			for label := range strings.SplitSeq(uni, ".") {
				if mixedScript([]byte(label)) {
					flags |= Mixed
				}
			}
		}
	}
	return dst, domainStatus(canon), flags
}

// toASCII returns the A-label form of domain. If IDNA objects to it as it is, it is
// tried without joiners, which may be as meaningless as any invisible character.
func toASCII(domain []byte) (ace string, ok bool) {
	if len(domain) > maxIDN {
		return "", false
	}
	s := string(domain)
	ace, err := lookup.ToASCII(s)
	if err != nil {
		bare := strings.Map(func(r rune) rune {
			if joiner(r) {
				return -1
			}
			return r
		}, s)
		if bare == s {
			return "", false
		}
		if ace, err = lookup.ToASCII(bare); err != nil {
			return "", false
		}
	}
	return strings.TrimRight(ace, "."), true
}

// hasALabel reports whether a label of the lower-case domain begins with xn--.
func hasALabel(domain []byte) bool {
	i := bytes.Index(domain, []byte("xn--"))
	return i == 0 || i > 0 && (domain[i-1] == '.' || bytes.Contains(domain[i:], []byte(".xn--")))
}

// domainStatus checks an ASCII domain in lower case.
func domainStatus(domain []byte) Status {
	if bytes.IndexByte(domain, '.') < 0 {
		return Syntax
	}
	if len(domain) > maxDomain {
		return DomainSyntax
	}
	if c := domain[len(domain)-1]; c-'0' < 10 && len(domain) <= len("255.255.255.255") {
		if ip, err := netip.ParseAddr(string(domain)); err == nil && ip.Is4() {
			return Reserved
		}
	}
	label := 0 // where the current one starts
	for i := 0; i <= len(domain); i++ {
		if i < len(domain) && domain[i] != '.' {
			if c := domain[i]; c-'a' >= 26 && c-'0' >= 10 && c != '-' {
				return DomainSyntax
			}
			continue
		}
		if i == label || i-label > maxLabel || domain[label] == '-' || domain[i-1] == '-' {
			return DomainSyntax
		}
		label = i + 1
	}
	return OK
}
