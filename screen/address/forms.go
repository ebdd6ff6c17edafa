package address

import (
	"bytes"

	"golang.org/x/text/unicode/norm"
)

// A Form is a way in which someone may have written an address before hashing it.
// Names and numbers are stable: they stand in decision ledgers and manifests.
type Form uint8

// The forms. The example is for "  Jane.Doe+news@GMail.com ".
const (
	Canonical        Form = iota // jane.doe+news@gmail.com
	AsIs                         // Jane.Doe+news@GMail.com: the cell without white space around it
	ExtractedAsIs                // the same, once taken out of "Name <…>" and the like
	LowerRaw                     // the cell as it is, in lower case
	LowerSimple                  // canonical, but for a lower case without the special cases of İ and Σ
	Upper                        // JANE.DOE+NEWS@GMAIL.COM
	ULabel                       // the domain in Unicode instead of A-labels
	NFDLocal                     // the local part in NFD
	Plus                         // jane.doe@gmail.com
	GmailUID2                    // janedoe@gmail.com, as in Unified ID 2.0
	GmailNodot                   // janedoe+news@gmail.com
	GmailAliasDomain             // janedoe@googlemail.com, and the other way round
	GmailAliasLower              // jane.doe+news@googlemail.com, and the other way round
	YahooMinus                   // jane@yahoo.com for jane-news@yahoo.com
	NumForms
)

var formNames = [NumForms]string{"canonical", "as_is", "extracted_as_is", "lower_raw", "lower_simple", "upper", "u_label",
	"nfd_local", "plus", "gmail_uid2", "gmail_nodot_keepplus", "gmail_alias_domain", "gmail_alias_lower", "yahoo_minus"}

// String returns the form's stable name.
func (f Form) String() string {
	if f < NumForms {
		return formNames[f]
	}
	return "unknown"
}

// A FormSet is a set of forms.
type FormSet uint32

// DefaultForms are the forms tested unless a policy says otherwise.
const DefaultForms = FormSet(1<<Canonical | 1<<AsIs | 1<<ExtractedAsIs | 1<<LowerRaw | 1<<Plus | 1<<GmailUID2 | 1<<ULabel)

// AllForms are all of them.
const AllForms = FormSet(1<<NumForms - 1)

// With returns the set with f added.
func (s FormSet) With(f Form) FormSet { return s | 1<<f }

// Has reports whether f is in the set.
func (s FormSet) Has(f Form) bool { return s>>f&1 != 0 }

// FormsByName returns the forms that a policy means by name: a form's own name, or
// one of as_is (with extracted_as_is: both are the bytes someone had), gmail_nodot and
// googlemail (the two alias forms).
func FormsByName(name string) (FormSet, bool) {
	switch name {
	case "as_is":
		return 1<<AsIs | 1<<ExtractedAsIs, true
	case "gmail_nodot":
		return 1 << GmailNodot, true
	case "googlemail":
		return 1<<GmailAliasDomain | 1<<GmailAliasLower, true
	}
	for f, n := range formNames {
		if n == name {
			return 1 << f, true
		}
	}
	return 0, false
}

// An Alt is an address in another than the canonical form.
type Alt struct {
	Form Form
	Text []byte
}

const (
	rawForms   = FormSet(1<<AsIs | 1<<ExtractedAsIs | 1<<LowerRaw | 1<<LowerSimple)
	gmailForms = FormSet(1<<GmailUID2 | 1<<GmailNodot | 1<<GmailAliasDomain | 1<<GmailAliasLower)
	anyForms   = FormSet(1<<Upper | 1<<YahooMinus) // of addresses that no flag tells apart
)

// Alternates returns the forms of set that differ from the canonical one and from each
// other, in a fixed order; of equal forms the one nearest to the raw text is named.
// raw is the cell, canon and info what Parse or Append made of it. The texts alias raw
// or the Parser and are valid until its next use. Text without an @ has no other forms.
func (p *Parser) Alternates(raw, canon []byte, info Info, set FormSet) []Alt {
	if set = set.Beside(canon, info); set == 0 {
		return nil
	}
	return p.alternates(raw, canon, info, set)
}

// Beside returns the forms of set that Alternates would have to try, given what is known
// of an address: by default none for a plain one in lower case, after a look at its flags
// and at the end of its domain.
func (s FormSet) Beside(canon []byte, info Info) FormSet {
	if info.Flags == 0 && s&anyForms == 0 && !mailCom(canon) {
		return 0
	}
	return s.beside(canon, info)
}

// beside is apart, so that what most addresses need stays short.
//
//go:noinline
func (s FormSet) beside(canon []byte, info Info) FormSet {
	s &^= 1 << Canonical
	if info.Flags&^PlusTag == 0 {
		s &^= rawForms | 1<<ULabel | 1<<NFDLocal
	}
	if info.Flags&PlusTag == 0 {
		s &^= 1 << Plus
	}
	if info.At <= 0 {
		return 0
	}
	if !gmail(canon[info.At+1:]) {
		s &^= gmailForms
	}
	return s
}

func (p *Parser) alternates(raw, canon []byte, info Info, set FormSet) []Alt {
	a := alternator{p: p, canon: canon, set: set}
	p.text = p.text[:0]
	local, domain := canon[:info.At], canon[info.At+1:]
	a.raw(raw, info)
	a.tags(local, domain)
	if set&gmailForms != 0 {
		a.gmail(local, domain)
	}
	if info.Flags.Has(ALabel) && set.Has(ULabel) {
		if uni, err := lookup.ToUnicode(string(domain)); err == nil {
			a.add(ULabel, local, []byte(uni))
		}
	}
	if info.Flags.Has(NonASCII) && set.Has(NFDLocal) {
		p.nfc = norm.NFD.Append(p.nfc[:0], local...)
		a.add(NFDLocal, p.nfc, domain)
	}
	if set.Has(Upper) {
		start := len(p.text)
		p.text = appendUpper(p.text, canon)
		a.keep(Upper, p.text[start:])
	}
	return p.alts[:a.n]
}

// An alternator collects the forms of one address.
type alternator struct {
	p     *Parser
	canon []byte
	set   FormSet
	n     int
}

// keep adds a form unless its text is known already.
func (a *alternator) keep(f Form, text []byte) {
	if !a.set.Has(f) || len(text) == 0 || bytes.Equal(text, a.canon) {
		return
	}
	for _, alt := range a.p.alts[:a.n] {
		if bytes.Equal(text, alt.Text) {
			return
		}
	}
	a.p.alts[a.n] = Alt{f, text[:len(text):len(text)]}
	a.n++
}

// add adds a form made of its two parts.
func (a *alternator) add(f Form, local, domain []byte) {
	start := len(a.p.text)
	a.p.text = append(append(append(a.p.text, local...), '@'), domain...)
	a.keep(f, a.p.text[start:])
}

// raw adds the forms that stay near the cell's own bytes.
func (a *alternator) raw(raw []byte, info Info) {
	if a.set&rawForms == 0 {
		return
	}
	if info.Flags&^(PlusTag|Cased) == 0 {
		a.keep(AsIs, raw) // nothing is around it
		return
	}
	p, trimmed := a.p, trim(raw)
	a.keep(AsIs, trimmed)
	if a.set.Has(ExtractedAsIs) {
		// Copied, for it may be the scratch of another extraction.
		start := len(p.text)
		p.text = append(p.text, p.extract(trimmed)...)
		a.keep(ExtractedAsIs, p.text[start:])
	}
	if a.set.Has(LowerRaw) {
		start := len(p.text)
		p.text = appendLower(p.text, trimmed, false)
		a.keep(LowerRaw, p.text[start:])
	}
	if a.set.Has(LowerSimple) && info.Flags.Has(NonASCII) {
		text, _ := p.cleanse(trimmed)
		core := p.extract(text)
		if at := bytes.LastIndexByte(core, '@'); at >= 0 {
			start := len(p.text)
			p.text = p.appendLocal(p.text, core[:at], true)
			p.text = append(p.text, a.canon[info.At:]...)
			a.keep(LowerSimple, p.text[start:])
		}
	}
}

// tags adds the forms without the tag that a mailbox's owner put into the local part.
func (a *alternator) tags(local, domain []byte) {
	if i := bytes.IndexByte(local, '+'); i > 0 && a.set.Has(Plus) {
		a.add(Plus, local[:i], domain)
	}
	if a.set.Has(YahooMinus) && yahoo(domain) {
		if i := bytes.IndexByte(local, '-'); i > 0 {
			a.add(YahooMinus, local[:i], domain)
		}
	}
}

// yahoo reports whether a domain gives out addresses with a tag behind a hyphen:
// Yahoo's own, over all country suffixes.
func yahoo(domain []byte) bool {
	name, _, _ := bytes.Cut(domain, []byte("."))
	switch string(name) {
	case "yahoo":
		return true
	case "ymail", "rocketmail", "myyahoo":
		return string(domain[len(name):]) == ".com"
	}
	return false
}

// gmail reports whether domain is one of Gmail's two.
func gmail(domain []byte) bool {
	return bytes.Equal(domain, gmailCom) || bytes.Equal(domain, googlemailCom)
}

var gmailCom, googlemailCom = []byte("gmail.com"), []byte("googlemail.com")

// mailCom reports whether an address ends as those at Gmail's two domains do.
func mailCom(canon []byte) bool {
	n := len(canon) - len("mail.com")
	return n >= 0 && string(canon[n:]) == "mail.com"
}

// gmail adds the forms under which Gmail delivers to the same mailbox.
func (a *alternator) gmail(local, domain []byte) {
	var alias []byte
	switch {
	case bytes.Equal(domain, gmailCom):
		alias = googlemailCom
	case bytes.Equal(domain, googlemailCom):
		alias = gmailCom
	default:
		return
	}
	bare := a.p.lower[:0]
	for _, c := range local {
		if c != '.' {
			bare = append(bare, c)
		}
	}
	a.p.lower = bare
	uid := bare
	if i := bytes.IndexByte(bare, '+'); i > 0 {
		uid = bare[:i]
	}
	a.add(GmailUID2, uid, domain)
	a.add(GmailNodot, bare, domain)
	a.add(GmailAliasDomain, uid, alias)
	a.add(GmailAliasLower, local, alias)
}
