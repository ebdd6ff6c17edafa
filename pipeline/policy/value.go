package policy

import (
	"errors"
	"path/filepath"
	"regexp"
	"time"
)

// A text is a setting that is written as text of a certain form.
type text interface {
	// form returns the regular expression of the whole text, and what to call it.
	form() (pattern *regexp.Regexp, what string)
}

// An Age is a length of time, such as 24h, 30d or 2w.
type Age string

// A Percent is a whole share, such as 10%.
type Percent string

// A Limit is a number of rows, or a share with at most four decimals.
type Limit string

// A Size is a number of bytes, such as 512MiB.
type Size string

// A Date is a day, YYYY-MM-DD.
type Date string

var (
	ageForm     = regexp.MustCompile(`^([0-9]{1,5}[dw]|([0-9]+(\.[0-9]+)?(h|m|s))+)$`)
	percentForm = regexp.MustCompile(`^(100|[0-9]{1,2})%$`)
	limitForm   = regexp.MustCompile(`^([0-9]{1,18}|(100|[0-9]{1,2}(\.[0-9]{1,4})?)%)$`)
	sizeForm    = regexp.MustCompile(`^[0-9]{1,15}([KMGT](i?B)?)?$`)
	dateForm    = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
)

func (Age) form() (*regexp.Regexp, string)     { return ageForm, "an age such as 24h or 30d" }
func (Percent) form() (*regexp.Regexp, string) { return percentForm, "a share such as 10%" }
func (Limit) form() (*regexp.Regexp, string) {
	return limitForm, "a number of rows or a share, such as 250 or 0.5%"
}
func (Size) form() (*regexp.Regexp, string) { return sizeForm, "a size such as 512MiB" }
func (Date) form() (*regexp.Regexp, string) { return dateForm, "a day such as 2026-03-31" }

// Day returns the day at midnight UTC; the zero time for none.
func (d Date) Day() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// exists reports whether there is such a day.
func (d Date) exists() error {
	if _, err := time.Parse(time.DateOnly, string(d)); d != "" && err != nil {
		return errors.New("there is no such day")
	}
	return nil
}

// A Path is a file's name. In a policy file it is relative to that file's directory.
type Path struct {
	Given string // as written
	dir   string // of the policy file
}

// String returns the name as seen from the working directory.
func (p Path) String() string {
	if p.Given == "" || p.Given == "-" || filepath.IsAbs(p.Given) || p.dir == "" {
		return p.Given
	}
	return filepath.Join(p.dir, p.Given)
}

// IsZero reports whether no file is named.
func (p Path) IsZero() bool { return p.Given == "" }

// MarshalText returns the name as written: effective policies are the same wherever the
// policy file lies.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.Given), nil }
