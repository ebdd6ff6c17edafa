package domain

import (
	"bytes"
	"strings"
)

// anySuffix ends a line of shared_hosts.txt that names the host of a label under any
// public suffix; other lines are hosts, which stand for their subdomains too.
const anySuffix = ".*"

// addShared enters the labels of text that are shared under any suffix.
func (x *names) addShared(text string) {
	eachLine(text, func(off, n int) {
		if label, ok := strings.CutSuffix(text[off:off+n], anySuffix); ok {
			x.shared[label] = true
			x.shapes.add(label)
		}
	})
}

// Shared reports whether a website says nothing about the company: it is a page at a
// host where many have one (facebook.com/acme, acme.wordpress.com, linktr.ee/acme).
// Those who run such a host have staff too: if the website is a shared host without a
// path and the mail host belongs to the same registrable domain, it is theirs and not
// shared. It does not allocate and may be called concurrently.
func Shared(siteHost []byte, path bool, mailHost []byte) bool {
	return allNames().covers(siteHost) && elsewhere(siteHost, path, mailHost)
}

// SharedSite is Shared for a site whose facts are f.
func SharedSite(f Facts, siteHost []byte, path bool, mailHost []byte) bool {
	return f.Shared && elsewhere(siteHost, path, mailHost)
}

// elsewhere reports whether somebody at mailHost has only a page at siteHost, a shared
// host.
func elsewhere(siteHost []byte, path bool, mailHost []byte) bool {
	return path || !bytes.Equal(companyKey(siteHost), companyKey(mailHost))
}

// covers reports whether host is a shared host or below one.
func (x *names) covers(host []byte) bool {
	for name := host; ; {
		dot := bytes.IndexByte(name, '.')
		if dot < 0 {
			return false
		}
		if val, _ := x.get(name); val&sharedHost != 0 || x.sharedLabel(name, dot) {
			return true
		}
		name = name[dot+1:]
	}
}

// sharedLabel reports whether name, whose first label ends at dot, is shared under any
// suffix.
func (x *names) sharedLabel(name []byte, dot int) bool {
	if !x.shapes.has(name[:dot]) || !x.shared[string(name[:dot])] {
		return false
	}
	start, listed := suffixStart(name[dot+1:])
	return start == 0 && listed
}
