package domain

import (
	"bytes"
	"strings"
)

// Aliases are the operator's word that a company also writes from other domains.
// They may be used concurrently. A nil *Aliases has none.
type Aliases struct {
	mail     map[string][]string // company domain → canonical mail domains
	versions []Version
}

// LoadAliases reads files of lines "company-domain: mail-domain mail-domain ..." or,
// as CSV, "company-domain,mail-domain" with one or more mail domains, divided by commas,
// semicolons or tabs; # starts a comment, and a first line without any dot is a header. A
// company may have several lines. A mail domain covers its subdomains. A line that
// does not hold two domains refuses the file; the error joins a *ListError for each.
func LoadAliases(sources ...Source) (*Aliases, error) {
	a := &Aliases{mail: map[string][]string{}}
	for _, s := range sources {
		if err := a.load(s); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *Aliases) load(s Source) error {
	text, err := s.read()
	if err != nil {
		return err
	}
	var c Canon
	first := true
	n := 0
	err = s.lines(text, func(line []byte) error {
		header := first && bytes.IndexByte(line, '.') < 0
		first = false
		if header {
			return nil
		}
		words := bytes.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(":,;| \t\"", r) })
		if len(words) < 2 {
			return ErrPair
		}
		var hosts []string
		for i, w := range words {
			host, ok := c.appendPattern(nil, w)
			if !ok {
				return ErrDomain
			}
			if i == 0 {
				bare, _ := cutWWW(host)
				host = companyKey(bare)
			}
			hosts = append(hosts, string(host))
		}
		a.mail[hosts[0]] = append(a.mail[hosts[0]], hosts[1:]...)
		n += len(hosts) - 1
		return nil
	})
	a.versions = append(a.versions, s.version("aliases", text, n))
	return err
}

// Versions returns the files the aliases came from.
func (a *Aliases) Versions() []Version {
	if a == nil {
		return nil
	}
	return a.versions
}

// Has reports whether mailHost is listed for the company at siteHost.
func (a *Aliases) Has(siteHost, mailHost []byte) bool {
	if a == nil || len(a.mail) == 0 {
		return false
	}
	for _, m := range a.mail[string(companyKey(siteHost))] {
		if under(mailHost, m) {
			return true
		}
	}
	return false
}

// under reports whether host is name or below it.
func under(host []byte, name string) bool {
	n := len(host) - len(name)
	return n >= 0 && string(host[n:]) == name && (n == 0 || host[n-1] == '.')
}
