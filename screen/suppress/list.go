package suppress

import "time"

// A Kind is what a list entry is given as.
type Kind uint8

// The kinds of entries. Names are part of the manifest format.
const (
	Address Kind = iota // an e-mail address in full
	Digest              // the digest of something, mostly of an address
	Domain              // a domain; covers its subdomains
	Phone               // a telephone number in E.164 form
	Profile             // the URL of a profile
	NumKinds
)

var kindNames = [NumKinds]string{"address", "digest", "domain", "phone", "profile"}

// String returns the kind's stable name.
func (k Kind) String() string { return kindNames[k] }

// A ListSpec says which list to load and what is known of it.
type ListSpec struct {
	Path  string // the file or folder; for AddReader the name to use in messages
	Name  string // how the manifest calls it; the file's base name if empty
	Class Class

	// Scope is the tenant or campaign the list belongs to; empty for all, unless a
	// comment "# scope: …" in the list says more. RunScope is the tenant or campaign of
	// the run; if it is empty, scopes are not checked. A list of scope acme may be used
	// in runs of the scopes acme and acme/spring.
	Scope, RunScope string

	// Packed is the algorithm of a file of packed digests, and so the size of its
	// records. Digests in text say themselves what they are.
	Packed Algorithm

	// AsOf is when the list was current. If zero, a comment "# as-of: …" in the list
	// says so, else a date in the file's name, else its modification time.
	AsOf time.Time
	// MaxAge refuses a list whose as-of time lies further back from Now; 0 for no
	// limit. Now is needed then.
	MaxAge time.Duration
	Now    time.Time
	// NotBefore is the as-of time of the list when it was last used: an older one has
	// been rolled back. Zero to not check.
	NotBefore time.Time

	// Previous is how many distinct entries the list had when it was last used, 0 to
	// not check. It may have lost MaxShrink per cent of them since.
	Previous  int64
	MaxShrink int

	// Canaries are keys that the list must hold, beside those that its own comments
	// ("# canary: …", in its first 64 KiB) and the file Path + ".canary" name.
	Canaries []Key

	// Allow lets the list pass checks that it fails, by the code of their error, for a
	// reason, which ListInfo.Overrides records. Codes that name no Guard cannot be
	// allowed.
	Allow map[Code]string
}

// A ListInfo is what was found in a list. An index file keeps it as JSON, with the names
// given here (FORMAT.md).
type ListInfo struct {
	ID    ListID `json:"id"`
	Name  string `json:"name"`
	Path  string `json:"path"`
	Class Class  `json:"class"`
	Scope string `json:"scope,omitempty"`

	Lines      int64           `json:"lines"`            // of the text, comments and blank ones included; records of a packed list
	Entries    [NumKinds]int64 `json:"entries"`          // values taken, by kind, repeats included
	Algorithms AlgorithmSet    `json:"algorithms"`       // of its digests
	Duplicates int64           `json:"duplicates"`       // values that the list had before
	Traps      int64           `json:"traps"`            // digests of nothing, as blank cells give them: dropped
	Skipped    int64           `json:"skipped"`          // records of an export that says they may be contacted, and padding of range folders
	Comments   int64           `json:"comments"`         // lines that start with #
	Blanks     int64           `json:"blanks"`           // blank lines, and records whose columns are blank
	Refused    Lines           `json:"refused"`          // lines that could not be read
	Causes     []Cause         `json:"causes,omitempty"` // why; ascending by first line

	Members []Member `json:"members,omitempty"` // of an archive, in its order; nil for other files

	Warnings []Warning `json:"warnings,omitempty"` // worth a look; ascending by line, at most maxLines of each kind

	Layout Layout `json:"layout"`

	AsOf       time.Time     `json:"as_of,omitzero"`         // zero if not known
	AsOfSource string        `json:"as_of_source,omitempty"` // set, header, file_name, modified, or "" if not known
	MaxAge     time.Duration `json:"max_age,omitempty"`

	Canaries  int        `json:"canaries,omitempty"`  // how many the list had to hold, and held
	Overrides []Override `json:"overrides,omitempty"` // checks that the list failed and was allowed to

	SHA256 string `json:"sha256"` // of the file as stored, lower-case hex
	Bytes  int64  `json:"bytes"`  // of the file as stored

	// A list in an index file may have grown since it was built in.
	Removed int64    `json:"removed,omitempty"` // entries that were taken off again
	Sources []Source `json:"sources,omitempty"` // the files it was made of, oldest first; nil if it is one
}

// A Source is one of the files that a list was made of.
type Source struct {
	Path    string    `json:"path"`
	AsOf    time.Time `json:"as_of,omitzero"` // zero if not known
	SHA256  string    `json:"sha256"`         // of the file as stored, lower-case hex
	Bytes   int64     `json:"bytes"`          // likewise
	Entries int64     `json:"entries"`        // values taken, repeats included
}

// Total returns how many values were taken, of all kinds.
func (l *ListInfo) Total() int64 {
	var n int64
	for _, c := range l.Entries {
		n += c
	}
	return n
}

// A Layout is how a list was read.
type Layout struct {
	Format      string   `json:"format"`              // text, csv, packed, json, range-folder, parquet, …, or the sender whose export it is
	Compression string   `json:"compression"`         // none, gzip, zstd, zip
	Encoding    string   `json:"encoding"`            // utf-8, utf-16le, utf-16be, windows-1252, binary, mixed
	Delimiter   string   `json:"delimiter,omitempty"` // empty for one value a line
	Header      bool     `json:"header,omitempty"`    // the first record names the columns
	Columns     []string `json:"columns,omitempty"`   // names, or numbers from 1, of the columns that were read; nil for one value a line
}

// A Cause is why lines could not be read.
type Cause struct {
	What  string `json:"what"`
	Lines Lines  `json:"lines"`
}

// A Member is a file in an archive.
type Member struct {
	Name    string `json:"name"`
	Layout  Layout `json:"layout"`
	Lines   int64  `json:"lines"`
	Entries int64  `json:"entries"`
	Refused Lines  `json:"refused"`
	Skipped string `json:"skipped,omitempty"` // why its entries do not count; empty if they do
}

// An Override is a check that a list failed, and why that was allowed.
type Override struct {
	Code   Code   `json:"code"`
	What   string `json:"what"`   // what is wrong with the list
	Reason string `json:"reason"` // as given
}

// Lines is a set of lines by its size and its first members.
type Lines struct {
	Total int64   `json:"total"`
	First []int64 `json:"first,omitempty"` // ascending, from 1, at most maxLines
}

// maxLines is how many line numbers of a kind are kept for messages and reports.
const maxLines = 20

func (l *Lines) add(line int64) {
	l.Total++
	if len(l.First) < maxLines {
		l.First = append(l.First, line)
	}
}

func (l *Lines) append(m Lines) {
	l.Total += m.Total
	l.First = append(l.First, m.First[:min(len(m.First), maxLines-len(l.First))]...)
}

// A Warning is something in a list that is allowed and yet may be a mistake.
type Warning struct {
	Line int64  `json:"line,omitempty"` // 0 for the list as a whole
	What string `json:"what"`
}
