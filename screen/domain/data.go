package domain

import (
	"crypto/sha256"
	_ "embed" // for the files below
	"encoding/hex"
	"strings"
	"sync"
)

// The files of data that the program knows names from. Each has a variable, since text
// that is read from an embed.FS is a copy: of all, 2.7 MB a run.
var (
	//go:embed data/company_allow.txt
	companyAllow string
	//go:embed data/relay_reviewed.txt
	relayReviewed string
	//go:embed data/freemail_reviewed.txt
	freemailReviewed string
	//go:embed data/isp_reviewed.txt
	ispReviewed string
	//go:embed data/disposable_reviewed.txt
	disposableReviewed string
	//go:embed data/freemail_core.txt
	freemailCore string
	//go:embed data/disposable_core.txt
	disposableCore string
	//go:embed data/freemail_weak.txt
	freemailWeak string
	//go:embed data/disposable_weak.txt
	disposableWeak string

	//go:embed data/families.txt
	familiesText string
	//go:embed data/shared_hosts.txt
	sharedHosts string
	// The Public Suffix List: one rule a line, the private section after privateMark.
	//
	//go:embed data/suffixes.txt
	suffixText string
)

// sections are the embedded provider tables, the one that decides first. allowed
// marks the domains that public lists take for free mail and that are companies.
var sections = []struct {
	name, text string
	entry      Entry
	allowed    bool
}{
	{"company_allow", companyAllow, Entry{}, true},
	{"relay_reviewed", relayReviewed, Entry{Relay, Reviewed}, false},
	{"freemail_reviewed", freemailReviewed, Entry{Freemail, Reviewed}, false},
	{"isp_reviewed", ispReviewed, Entry{ISP, Reviewed}, false},
	{"disposable_reviewed", disposableReviewed, Entry{Disposable, Reviewed}, false},
	{"freemail_core", freemailCore, Entry{Freemail, Core}, false},
	{"disposable_core", disposableCore, Entry{Disposable, Core}, false},
	{"freemail_weak", freemailWeak, Entry{Freemail, Weak}, false},
	{"disposable_weak", disposableWeak, Entry{Disposable, Weak}, false},
}

// familySection is the number of the section that families are of.
const familySection = 2

// A table is an embedded file.
type table struct{ name, text string }

// tables returns the embedded files, in the order of a manifest.
func tables() []table {
	var all []table
	for _, s := range sections {
		all = append(all, table{s.name, s.text})
	}
	return append(all, table{"families", familiesText}, table{"shared_hosts", sharedHosts}, table{"suffixes", suffixText})
}

// version reads a table's version from its first line, "# version: 2026-11-21". The sum
// is of its bytes.
func (t table) version(sum [sha256.Size]byte, entries int) Version {
	head, _, _ := strings.Cut(t.text, "\n")
	return Version{
		Name:    t.name,
		Version: strings.TrimPrefix(head, "# version: "),
		SHA256:  hex.EncodeToString(sum[:]),
		Entries: entries,
	}
}

// embeddedVersions returns the versions of all tables.
var embeddedVersions = sync.OnceValue(func() []Version {
	var v []Version
	saved, _ := openSaved(savedNames)
	for i, t := range tables() {
		if saved != nil {
			v = append(v, t.version(saved[i].sum, saved[i].entries))
			continue
		}
		s := t.state()
		v = append(v, t.version(s.sum, s.entries))
	}
	return v
})
