package domain

import "bytes"

// A Relation is how a mail host stands to a company's website.
type Relation uint8

// The relations, the closest last.
const (
	Mismatch  Relation = iota
	Near               // same name under another suffix, or a typo away: a person decides
	Alias              // the operator says so
	Subdomain          // the mail host is below the website's registrable domain
	Same               // one host, or the mail host is that registrable domain
)

var relationNames = [...]string{"mismatch", "near", "alias", "subdomain", "same"}

func (r Relation) String() string { return relationNames[r] }

// Match compares a mail host with a website's host; both canonical, a "www." of either
// does not count. Aliases may be nil. Where the Public Suffix List has no registrable
// domain (nhs.uk, gov.uk, k12.ca.us), only equal hosts are the same.
// It does not allocate unless the names differ and hold A-labels.
func Match(mailHost, siteHost []byte, aliases *Aliases) Relation {
	if bytes.Equal(mailHost, siteHost) {
		return Same
	}
	mail, _ := Registrable(mailHost)
	site, _ := Registrable(siteHost)
	return match(mailHost, siteHost, mail, site, aliases)
}

// Relate is Match for hosts whose facts are known.
func Relate(mailHost []byte, mail Facts, siteHost []byte, site Facts, aliases *Aliases) Relation {
	if bytes.Equal(mailHost, siteHost) {
		return Same
	}
	return match(mailHost, siteHost, mail.Registrable(mailHost), site.Registrable(siteHost), aliases)
}

// match compares hosts that differ; mail and site are their registrable domains.
func match(mailHost, siteHost, mail, site []byte, aliases *Aliases) Relation {
	if bytes.Equal(trimWWW(mailHost), trimWWW(siteHost)) {
		return Same
	}
	if isLiteral(mailHost) || isLiteral(siteHost) {
		return Mismatch
	}
	switch {
	case mail != nil && bytes.Equal(mail, site):
		if len(mail) == len(trimWWW(mailHost)) {
			return Same
		}
		return Subdomain
	case aliases.Has(siteHost, mailHost):
		return Alias
	case mail != nil && site != nil && near(label(mail), label(site)):
		return Near
	}
	return Mismatch
}

func trimWWW(host []byte) []byte { return bytes.TrimPrefix(host, []byte("www.")) }

// label returns the first label of a registrable domain.
func label(reg []byte) []byte { return reg[:bytes.IndexByte(reg, '.')] }
