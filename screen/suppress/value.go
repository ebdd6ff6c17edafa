package suppress

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"sluice/screen/address"
	"sluice/screen/domain"
)

// A verdict is what a cell turned out to be.
type verdict uint8

const (
	unreadable verdict = iota // none of what a list may hold
	blank                     // nothing
	keyed                     // an entry that is looked up by key
	hosted                    // a domain
	trap                      // the digest of nothing
)

// A value is what was read from a cell. host is valid until the next read.
type value struct {
	verdict verdict
	kind    Kind
	key     Key
	host    []byte
	alg     Algorithm // of a digest or trap
	odd     string    // why the entry may be a mistake; empty for most
	why     string    // why the cell is unreadable
}

// A role is what the cells of a column are expected to be. It settles the few cells
// that could be several things.
type role uint8

const (
	anyRole role = iota
	phoneRole
	domainRole // a host or the URL of a site
)

// A reader tells what cells are. It is the scratch of one worker.
type reader struct {
	parser address.Parser
	parsed address.Parsed
	hasher *address.Hasher
	hosts  domain.Canon
	buf    []byte
}

func newReader() *reader { return &reader{hasher: address.NewHasher()} }

// maxValue is the longest cell that is looked at. The longest legitimate one is an
// address with a display name.
const maxValue = 2048

// read tells what the cell is. It never fails: what cannot be read is unreadable.
func (r *reader) read(cell []byte, as role, v *value) {
	v.odd = ""
	if decodeKey(&v.key, cell) { // most cells of most lists
		v.verdict, v.kind, v.alg = keyed, Digest, SHA1
		if SHA1.isNothing(v.key[:]) {
			v.verdict = trap
		}
		return
	}
	cell = trim(cell)
	switch {
	case len(cell) == 0:
		v.verdict = blank
	case len(cell) > maxValue:
		v.verdict, v.why = unreadable, whyLong
	case bytes.IndexByte(cell, '@') >= 0 || bytes.Contains(cell, []byte("＠")):
		r.readAddress(cell, v)
	case r.readDigest(cell, v):
	case r.readPhone(cell, as, v):
	case r.readProfile(cell, v):
	default:
		r.readHost(cell, as, v)
	}
}

// Why a cell or a record is refused, for the report. None quotes the list.
const (
	whyNothing  = "neither an address, a domain, a digest, a telephone number nor a profile"
	whyLong     = "longer than any entry"
	whyShort    = "a record that ends before the column of entries"
	whyDigest   = "no digest of the algorithm or the length that its form announces"
	whyMultiple = "more than one address"
	whyAddress  = "no address, though it has an at sign"
	whyPage     = "a page of a website, which names neither a domain nor a profile"
	whyTopLevel = "no domain: its top-level domain does not exist"
	whyPhone    = "no telephone number with its country code"
	whyHost     = "no domain"
	whyNumber   = "an IP address, which is no domain"
)

// trim removes white space, invisible characters, one pair of quotes and trailing
// separators.
func trim(cell []byte) []byte {
	cell = trimSpace(cell)
	if n := len(cell); n > 1 && (cell[0] == '"' || cell[0] == '\'') && cell[n-1] == cell[0] &&
		bytes.IndexByte(cell[1:n-1], cell[0]) < 0 {
		cell = trimSpace(cell[1 : n-1])
	}
	for n := len(cell); n > 0 && (cell[n-1] == ',' || cell[n-1] == ';'); n = len(cell) {
		cell = trimSpace(cell[:n-1])
	}
	return cell
}

func trimSpace(cell []byte) []byte {
	if n := len(cell); n > 0 && ' ' < cell[0] && cell[0] < utf8.RuneSelf && ' ' < cell[n-1] && cell[n-1] < utf8.RuneSelf {
		return cell
	}
	return bytes.TrimFunc(cell, invisible)
}

// invisible reports whether c is white space, a control or a formatting character.
func invisible(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c)
}

func (r *reader) readDigest(cell []byte, v *value) bool {
	var buf [64]byte
	alg, digest, named, ok := parseDigest(cell, &buf)
	switch {
	case !ok && named && bytes.IndexByte(cell, '.') < 0: // sha1-hosting.example is a host
		v.verdict, v.why = unreadable, whyDigest
	case !ok:
		return false
	case alg.isNothing(digest):
		v.verdict, v.alg = trap, alg
	default:
		v.verdict, v.kind, v.alg = keyed, Digest, alg
		v.key = DigestKey(alg, digest)
	}
	return true
}

// readAddress reads an address, or a domain written as one: @w.com, *@w.com. An
// address that breaks the rules of syntax is taken if it is one word: rows are looked
// up in the same form, broken or not.
func (r *reader) readAddress(cell []byte, v *value) {
	if rest, ok := bytes.CutPrefix(cell, []byte("*@")); ok {
		r.readHost(rest, domainRole, v)
		return
	}
	if rest, ok := bytes.CutPrefix(cell, []byte("@")); ok {
		r.readHost(rest, domainRole, v)
		return
	}
	v.verdict, v.why = unreadable, whyAddress
	a := &r.parsed
	r.parser.Parse(cell, a)
	switch a.Status {
	case address.OK:
	case address.Missing:
		v.verdict = blank
		return
	case address.Multiple:
		v.why = whyMultiple
		return
	default:
		if a.At < 1 || int(a.At) == len(a.Canon)-1 || a.Flags.Has(address.InvalidUTF8) ||
			bytes.ContainsFunc(a.Canon, invisible) {
			return
		}
		v.odd = "not a well-formed address"
	}
	v.verdict, v.kind = keyed, Address
	r.hasher.Sum((*[20]byte)(&v.key), a.Canon)
}

func (r *reader) readPhone(cell []byte, as role, v *value) bool {
	if as != phoneRole && cell[0] != '+' && !hasPrefixFold(cell, "tel:") && !bytes.HasPrefix(cell, []byte("00")) {
		return false
	}
	var ok bool
	if r.buf, ok = address.AppendPhone(r.buf[:0], cell, ""); !ok {
		return false
	}
	r.keyOf(PhonePrefix, Phone, v)
	return true
}

func (r *reader) readProfile(cell []byte, v *value) bool {
	if bytes.IndexByte(cell, '/') < 0 {
		return false
	}
	var ok bool
	if r.buf, ok = address.AppendProfile(r.buf[:0], cell); !ok {
		return false
	}
	r.keyOf(ProfilePrefix, Profile, v)
	return true
}

// keyOf sets v to the key of what r.buf holds.
func (r *reader) keyOf(prefix string, kind Kind, v *value) {
	n := len(r.buf)
	r.buf = append(append(r.buf, prefix...), r.buf...)
	v.verdict, v.kind = keyed, kind
	r.hasher.Sum((*[20]byte)(&v.key), r.buf[n:])
}

// readHost reads a domain: w.com, .w.com, *.w.com, or the URL of a site's front page.
// Where it can be nothing but a domain (in a column of domains, behind an at sign or a
// star) any URL will do, and a top-level domain that we do not know; elsewhere
// john.smith is not a domain, but a person who would be lost.
func (r *reader) readHost(cell []byte, as role, v *value) {
	v.verdict, v.why = unreadable, whyNothing
	if as == phoneRole {
		v.why = whyPhone
	}
	if rest, ok := bytes.CutPrefix(cell, []byte("*.")); ok {
		cell, as = rest, domainRole
	}
	cell = bytes.TrimPrefix(cell, []byte("."))
	if bytes.ContainsFunc(cell, unicode.IsSpace) {
		return
	}
	site := as == domainRole || hasPrefixFold(cell, "www.")
	if _, rest, ok := bytes.Cut(cell, []byte("://")); ok {
		if i := bytes.IndexAny(rest, "/?#"); i >= 0 && i < len(rest)-1 && as != domainRole {
			v.why = whyPage
			return // a page of a site that may hold many companies' pages
		}
		site = true
	}
	var ok bool
	if site {
		var s domain.Site
		r.buf, s = r.hosts.WebsiteHost(r.buf[:0], cell)
		ok = s.Kind == domain.SiteHost && len(bytes.TrimSpace(s.Rest)) == 0
	} else {
		r.buf, ok = r.hosts.AppendHost(r.buf[:0], cell)
	}
	if !ok || bytes.IndexByte(r.buf, '.') < 1 {
		if as == domainRole {
			v.why = whyHost
		}
		return
	}
	_, kind := domain.Registrable(r.buf)
	switch last := r.buf[bytes.LastIndexByte(r.buf, '.')+1:]; {
	case last[0] < 'a': // 192.0.2.1
		v.why = whyNumber
		return
	case kind == domain.KindUnknownTLD && as != domainRole: // report.csv
		v.why = whyTopLevel
		return
	}
	v.verdict, v.kind, v.host = hosted, Domain, r.buf
	v.odd = oddHost(r.buf, kind)
}

// oddHost returns why an entry covers more than its owner may have meant, or nothing.
func oddHost(host []byte, kind domain.Kind) string {
	switch kind {
	case domain.KindUnknownTLD:
		return "a domain under a top-level domain that does not exist"
	case domain.KindPublicSuffix:
		return "covers a suffix under which anyone can register a domain"
	}
	if e, name, ok := domain.Embedded().Lookup(host); ok && len(name) == len(host) {
		switch e.Class {
		case domain.Freemail, domain.ISP:
			return "covers every address at a consumer mail provider"
		}
	}
	return ""
}
