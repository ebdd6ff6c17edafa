package suppress

import (
	"fmt"
	"strings"
)

// A Code names the kind of a ListError, for programs.
type Code string

// The codes. Those that are guards can be allowed for a reason, by ListSpec.Allow.
const (
	Missing    Code = "missing"          // guard: no such file
	Unreadable Code = "unreadable"       // the file or its format cannot be read
	NoEntries  Code = "empty"            // guard: no entry in it
	Stale      Code = "stale"            // guard: older than its MaxAge
	Shrunk     Code = "shrunk"           // guard: smaller by more than MaxShrink
	Rollback   Code = "rollback"         // guard: older than the one used before
	Scope      Code = "scope"            // guard: of another tenant or campaign
	Canary     Code = "canary"           // guard: an entry that must be there is not
	Damaged    Code = "damaged"          // guard, where its text can be read: cut short, or not what its checksum says
	BadLines   Code = "unreadable_lines" // guard: more unreadable lines than its class allows
	Busy       Code = "busy"             // an index that another process is changing
	TooLarge   Code = "limit"            // more entries, lists or bytes than are taken
)

// Guard reports whether the code is of a check that a list may be allowed to fail.
func (c Code) Guard() bool {
	switch c {
	case Missing, NoEntries, Stale, Shrunk, Rollback, Scope, Canary, Damaged, BadLines:
		return true
	}
	return false
}

// A ListError is a list that must not be used: the run has to stop. It never quotes
// what the list holds.
type ListError struct {
	List  string // the list's name
	Path  string
	Class Class
	Code  Code
	Lines Lines  // where, if lines are to blame
	What  string // what is wrong, lower case
	Hint  string // what to do; may be empty
	Err   error  // the cause below, if any
}

// Error returns path:line: list NAME (CLASS): what. More than one line is listed at
// the end.
func (e *ListError) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if len(e.Lines.First) > 0 {
		fmt.Fprintf(&b, ":%d", e.Lines.First[0])
	}
	fmt.Fprintf(&b, ": list %s (%s): %s", e.List, e.Class, e.What)
	if e.Lines.Total > 1 {
		b.WriteString(": lines ")
		for i, n := range e.Lines.First {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprint(&b, n)
		}
		if more := e.Lines.Total - int64(len(e.Lines.First)); more > 0 {
			fmt.Fprintf(&b, " and %d more", more)
		}
	}
	return b.String()
}

// Unwrap returns the cause below.
func (e *ListError) Unwrap() error { return e.Err }
