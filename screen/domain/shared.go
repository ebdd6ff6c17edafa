package domain

import (
	"bytes"
	"strings"
	"sync"
)

// sharedHosts are sites on which many companies have a page. A line is a host, which
// stands for its subdomains too, or "name.*", the host of that name under any public
// suffix.
type sharedHosts struct {
	hosts  *index
	labels map[string]bool
	shapes shapes
}

var sharedTable = sync.OnceValue(func() *sharedHosts {
	text := mustRead("shared_hosts.txt")
	s := &sharedHosts{hosts: newIndex(countLines(text), text), labels: map[string]bool{}}
	eachLine(text, func(off, n int) {
		if label, ok := strings.CutSuffix(text[off:off+n], ".*"); ok {
			s.labels[label] = true
			s.shapes.add(label)
			return
		}
		s.hosts.add(off, n, 0)
	})
	return s
})

// Shared reports whether a website says nothing about the company: it is a page at a
// host where many have one (facebook.com/acme, acme.wordpress.com, linktr.ee/acme).
// Those who run such a host have staff too: if the website is a shared host without a
// path and the mail host belongs to the same registrable domain, it is theirs and not
// shared. It does not allocate and may be called concurrently.
func Shared(siteHost []byte, path bool, mailHost []byte) bool {
	if !sharedTable().covers(siteHost) {
		return false
	}
	return path || !bytes.Equal(companyKey(siteHost), companyKey(mailHost))
}

func (s *sharedHosts) covers(host []byte) bool {
	for name := host; ; {
		dot := bytes.IndexByte(name, '.')
		if dot < 0 {
			return false
		}
		if _, ok := s.hosts.get(name); ok {
			return true
		}
		if s.shapes.has(name[:dot]) && s.labels[string(name[:dot])] {
			if start, known := suffixStart(name[dot+1:]); start == 0 && known {
				return true
			}
		}
		name = name[dot+1:]
	}
}
