package main

import (
	"time"

	"sluice/pipeline/manifest"
	"sluice/screen/age"
)

// foundType names the report of sluice find. Its fields only grow.
const foundType = "https://sluice.dev/found/v1"

// A foundReport is what is held on one person: the answer to a request for access (GDPR,
// Article 15). It is that person's data.
type foundReport struct {
	Type    string        `json:"_type"`
	Tool    string        `json:"tool"`
	Request requestClock  `json:"request"`
	Forms   []string      `json:"forms"` // of the address that were looked for
	Totals  foundTotals   `json:"totals"`
	Held    []*foundFile  `json:"held"`         // lists with rows of or about the person
	Lists   []foundEntry  `json:"lists"`        // suppression lists that the person is on
	Search  []*foundPlace `json:"searched"`     // every file, and how it was searched
	Missing []notSearched `json:"not_searched"` // and those that could not be
}

// A requestClock is when a request must be answered.
type requestClock struct {
	Received time.Time `json:"received"`
	Searched time.Time `json:"searched"`
	Hours72  time.Time `json:"within_72_hours"`
	Days30   time.Time `json:"within_30_days"`
	// Month is the time limit of GDPR, Article 12(3). A month from the end of January is
	// shorter than 30 days.
	Month   time.Time `json:"within_one_month"`
	Overdue []string  `json:"overdue"`
}

// newRequestClock returns the times that count from when a request was received.
func newRequestClock(received, now time.Time) requestClock {
	received, now = received.UTC().Truncate(time.Second), now.UTC().Truncate(time.Second)
	year, month, day := age.On(received).AddMonths(1).Civil()
	c := requestClock{Received: received, Searched: now, Overdue: []string{},
		Hours72: received.Add(72 * time.Hour), Days30: received.AddDate(0, 0, 30),
		Month: time.Date(year, time.Month(month), day, received.Hour(), received.Minute(), received.Second(), 0, time.UTC)}
	for _, limit := range []struct {
		name string
		end  time.Time
	}{{"72_hours", c.Hours72}, {"30_days", c.Days30}, {"one_month", c.Month}} {
		if now.After(limit.end) {
			c.Overdue = append(c.Overdue, limit.name)
		}
	}
	return c
}

// foundTotals are counts over all files.
type foundTotals struct {
	Files     int   `json:"files"`
	Unread    int   `json:"files_not_read"` // whose key files say that the person is not in them
	Looked    int64 `json:"rows_looked_at"`
	Rows      int64 `json:"rows"`     // of the person
	Mentions  int64 `json:"mentions"` // rows of others, or of nobody known, with the person's address
	OnLists   int   `json:"lists"`
	Recipient int   `json:"recipients"`
}

// A foundFile is a list with rows of the person or about them.
type foundFile struct {
	File      string         `json:"file"`
	Role      string         `json:"role,omitempty"` // kept, quarantine, …: as the manifest has it
	Format    string         `json:"format"`
	Recipient string         `json:"recipient,omitempty"`
	Manifest  string         `json:"manifest,omitempty"` // the newest that names the file
	History   []foundVerdict `json:"history,omitempty"`
	Columns   foundColumns   `json:"columns"` // the data map
	Inputs    []string       `json:"taken_from,omitempty"`
	Rows      []foundRow     `json:"rows"`
	Bundle    string         `json:"bundle,omitempty"` // the file of the bundle that has the person's rows
	names     []string       // of all columns, those without a data map too
}

type foundColumns []manifest.Column

// A foundVerdict is one run's verdict on the person's rows in a file.
type foundVerdict struct {
	At       time.Time `json:"at"`
	Manifest string    `json:"manifest"`
	Verdict  string    `json:"verdict"` // what put the rows where they are: keep, quarantine, …
}

// Whom a row is about.
const (
	aboutPerson  = "person"         // its address is the one asked for
	aboutAnother = "another_person" // it has another address, and that one in some other place
	aboutUnclear = "unclear"        // it has no address of its own, or could not be read
)

// A foundRow is one row. Of a row about someone else only the cells are given that hold the
// address and nothing more: the rest is theirs (GDPR, Article 15(4)).
type foundRow struct {
	Row   int64       `json:"row"`            // in the file, from 1, headers not counted
	Line  int64       `json:"line,omitempty"` // in the file, from 1
	About string      `json:"about"`
	Found []foundCell `json:"found"`
	Cells []foundText `json:"cells"`
	// Verdicts are those of the runs that read the list, of an input whose decision ledgers
	// are still there.
	Verdicts []foundDecision `json:"verdicts,omitempty"`
}

// A foundDecision is what one run decided about one row.
type foundDecision struct {
	At       time.Time `json:"at"`
	Manifest string    `json:"manifest"`
	Verdict  string    `json:"verdict"`
	Reasons  string    `json:"reasons,omitempty"` // joined by bars
	List     string    `json:"list,omitempty"`
	Form     string    `json:"form,omitempty"`
}

// roleInput is the role of a list that a run read.
const roleInput = "input"

// A foundCell is a cell that holds the address.
type foundCell struct {
	Column string `json:"column,omitempty"` // empty for a record that could not be divided into cells
	Form   string `json:"form"`
	Whole  bool   `json:"whole"` // the address is all that is in it
}

// A foundText is a cell.
type foundText struct {
	Column string `json:"column"`
	Value  string `json:"value"`
}

// A foundEntry is the person's entry on a suppression list.
type foundEntry struct {
	List   string  `json:"list"`
	File   string  `json:"file"`
	Class  string  `json:"class,omitempty"`
	Scope  string  `json:"scope,omitempty"`
	Kind   string  `json:"kind"`           // address, digest, domain
	Form   string  `json:"form,omitempty"` // of the address that the entry is
	Digest string  `json:"algorithm,omitempty"`
	Aside  bool    `json:"aside,omitempty"` // not as an entry: in a comment, say, where no run sees it
	Lines  []int64 `json:"lines,omitempty"`
}

// A foundPlace is a file that was searched.
type foundPlace struct {
	File string `json:"file"`
	How  string `json:"how"` // key_file, stretches or whole; index or list
	Rows int64  `json:"rows_looked_at"`
	Note string `json:"note,omitempty"`
}

// How a file was searched.
const (
	byKeyFile   = "key_file"  // it says that the person is not there
	byStretches = "stretches" // the rows that its key file names
	byReading   = "whole"
	byIndex     = "index"
	byList      = "list"
)

// A foundRange is rows of a list, from 1, the last included.
type foundRange struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// A notSearched is a file that could not be searched, so that the answer is not complete
// or, if the file is gone, cannot be.
type notSearched struct {
	File string `json:"file"`
	Why  string `json:"why"`
	Gone bool   `json:"gone"` // there is no such file any more
	// Rows are those among which its key file says that the person is: some of so many. It
	// is mistaken about one list in a million.
	Rows      []foundRange `json:"possible_rows,omitempty"`
	Recipient string       `json:"recipient,omitempty"`
}
