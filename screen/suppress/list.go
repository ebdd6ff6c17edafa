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
	Path  string // the file; for AddReader the name to use in messages
	Name  string // how the manifest calls it; the file's base name if empty
	Class Class
	Scope string // tenant or campaign the list belongs to; empty for all

	// MaxAge refuses a list whose as-of time lies further back from Now; 0 for no
	// limit. Now is needed then.
	MaxAge time.Duration
	Now    time.Time
	// AsOf is when the list was current. If zero, the file's modification time.
	AsOf time.Time
}

// A ListInfo is what was found in a list.
type ListInfo struct {
	ID    ListID
	Name  string
	Path  string
	Class Class
	Scope string

	Lines      int64           // of the text, comments and blank ones included; records of a packed list
	Entries    [NumKinds]int64 // values taken, by kind, repeats included
	Algorithms AlgorithmSet    // of its digests
	Duplicates int64           // values that the list had before
	Traps      int64           // digests of nothing, as blank cells give them: dropped
	Comments   int64           // lines that start with #
	Blanks     int64           // blank lines, and records whose columns are blank
	Refused    Lines           // lines that could not be read

	Warnings []Warning // worth a look; ascending by line, at most maxLines of each kind

	Layout Layout

	AsOf       time.Time // zero if not known
	AsOfSource string    // "given", "file time" or ""
	MaxAge     time.Duration

	SHA256 string // of the file as stored, lower-case hex
	Bytes  int64  // of the file as stored
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
	Compression string   // none, gzip, zstd
	Encoding    string   // utf-8, utf-16le, utf-16be, windows-1252, binary
	Delimiter   string   // empty for one value a line
	Header      bool     // the first record names the columns
	Columns     []string // names, or numbers from 1, of the columns that were read; nil for one value a line
}

// Lines is a set of lines by its size and its first members.
type Lines struct {
	Total int64
	First []int64 // ascending, from 1, at most maxLines
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
	Line int64 // 0 for the list as a whole
	What string
}
