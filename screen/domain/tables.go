package domain

import (
	"bytes"
	"slices"
	"sync"
)

// A Class is a sort of mailbox domain that is not a company's own.
type Class uint8

// The classes.
const (
	Freemail   Class = iota // open to consumers
	ISP                     // an internet provider's, for its customers
	Relay                   // forwards from aliases
	Disposable              // throw-away addresses
	Denied                  // named by the operator
)

var classNames = [...]string{"freemail", "isp", "relay", "disposable", "denied"}

func (c Class) String() string { return classNames[c] }

// A Tier is how sure a table is of its entries.
type Tier uint8

// The tiers.
const (
	Weak     Tier = iota // too few independent lists name it: worth a flag
	Core                 // several independent lists name it; a company's own domain may be among them
	Reviewed             // chosen by hand: may be rejected on sight
)

var tierNames = [...]string{"weak", "core", "reviewed"}

func (t Tier) String() string { return tierNames[t] }

// An Entry is what a table says about a domain.
type Entry struct {
	Class Class
	Tier  Tier
}

// A Version identifies one table, for the manifest.
type Version struct {
	Name    string
	Version string // a date, or what the operator's file is called
	SHA256  string // of the file's bytes, hex
	Entries int
}

// Tables say who runs a mailbox domain. They may be used concurrently.
type Tables struct {
	names *names
	over  *Overrides
}

// Embedded returns the tables of the program. The first call indexes them.
var Embedded = sync.OnceValue(func() *Tables { return &Tables{names: allNames()} })

// With returns tables in which the operator's files decide before the embedded ones.
func (t *Tables) With(o *Overrides) *Tables {
	u := *t
	u.over = o
	return &u
}

// Versions returns the embedded tables and the operator's files.
func (t *Tables) Versions() []Version {
	v := slices.Clone(embeddedVersions())
	if t.over != nil {
		v = append(v, t.over.versions...)
	}
	return v
}

// Lookup returns what the tables say about host, and the listed domain that matched:
// host itself or a parent of it, the longest that is listed, so a company's staff
// domain can be let off below a provider's. What the operator allows or denies decides
// before any table. It does not allocate.
func (t *Tables) Lookup(host []byte) (e Entry, matched []byte, ok bool) {
	if t.over != nil {
		switch name, verdict := t.over.lookup(host); verdict {
		case allow:
			return Entry{}, nil, false
		case deny:
			return Entry{Denied, Reviewed}, name, true
		}
	}
	for name := host; ; {
		dot := bytes.IndexByte(name, '.')
		if dot < 0 {
			return Entry{}, nil, false // no provider is a top-level domain
		}
		if val, ok := t.names.get(name); ok && val.text() < len(sections) {
			if s := sections[val.text()]; !s.allowed {
				return s.entry, name, true
			}
			return Entry{}, nil, false
		}
		if t.names.family(name, dot) {
			return Entry{Freemail, Reviewed}, name, true
		}
		name = name[dot+1:]
	}
}

// Family reports whether host is one of a provider's domains under country suffixes
// (see data/families.txt).
func (t *Tables) Family(host []byte) bool {
	dot := bytes.IndexByte(host, '.')
	return dot > 0 && t.names.family(host, dot)
}
