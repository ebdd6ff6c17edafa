package suppress

import (
	"fmt"
	"strings"
)

// A Code names the kind of a ListError, for programs.
type Code string

// The codes.
const (
	Missing    Code = "missing"          // no such file
	Unreadable Code = "unreadable"       // the file or its format cannot be read
	NoEntries  Code = "empty"            // no entry in it
	Stale      Code = "stale"            // older than its MaxAge
	Damaged    Code = "damaged"          // cut short, or not what its checksum says
	BadLines   Code = "unreadable_lines" // more unreadable lines than its class allows
	TooLarge   Code = "limit"            // more entries or lists than an index holds
)

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
