package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sluice/screen/suppress"
)

// A perList is the value of a flag that may be given for all suppression lists and again
// for some: [LIST=]VALUE, where LIST is a class or a list's name. What is said of a name
// goes before what is said of its class, and that before what is said of all; of two
// that are alike the later one holds.
type perList[T any] struct {
	parse  func(string) (T, error)
	values []listValue[T]
}

type listValue[T any] struct {
	list  string // empty for all
	text  string
	value T
}

// Set adds a value.
func (f *perList[T]) Set(s string) error {
	list, text := "", s
	if i := strings.LastIndexByte(s, '='); i >= 0 {
		list, text = s[:i], s[i+1:]
		if list == "" {
			return errors.New("nothing stands before the =")
		}
	}
	v, err := f.parse(text)
	if err != nil {
		return err
	}
	f.values = append(f.values, listValue[T]{list, text, v})
	return nil
}

// GetSlice returns what was set.
func (f *perList[T]) GetSlice() []string {
	var all []string
	for _, v := range f.values {
		all = append(all, strings.TrimPrefix(v.list+"="+v.text, "="))
	}
	return all
}

// String returns what was set.
func (f *perList[T]) String() string {
	if f == nil {
		return ""
	}
	return strings.Join(f.GetSlice(), ", ")
}

// Type makes values from the environment a list separated as PATH is.
func (f *perList[T]) Type() string { return "stringArray" }

// of returns the value for a list.
func (f *perList[T]) of(name string, class suppress.Class) (value T, ok bool) {
	best := -1
	for _, v := range f.values {
		rank := -1
		switch {
		case v.list == "":
			rank = 0
		case v.list == name:
			rank = 2
		default:
			if c, err := suppress.ParseClass(v.list); err == nil && c == class {
				rank = 1
			}
		}
		if rank >= 0 && rank >= best {
			best, value, ok = rank, v.value, true
		}
	}
	return value, ok
}

// strangers returns an error if a value is for a list that there is none of.
func (f *perList[T]) strangers(flag string, names map[string]bool) error {
	var errs []error
	for _, v := range f.values {
		if v.list == "" || names[v.list] {
			continue
		}
		if _, err := suppress.ParseClass(v.list); err != nil {
			errs = append(errs, fmt.Errorf("--%s %s=%s: no list of that name or class is given", flag, v.list, v.text))
		}
	}
	return errors.Join(errs...)
}

// parseAge reads a duration such as 24h, 90m, 30d or 2w.
func parseAge(s string) (time.Duration, error) {
	bad := errors.New("not an age such as 24h or 30d")
	for unit, size := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if digits, ok := strings.CutSuffix(s, unit); ok {
			n, err := strconv.Atoi(digits)
			if err != nil || n < 0 || n > 36500 {
				return 0, bad
			}
			return time.Duration(n) * size, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, bad
	}
	return d, nil
}

// parsePercent reads a whole number of per cent, such as 10%.
func parsePercent(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, "%"))
	if err != nil || n < 0 || n > 100 {
		return 0, errors.New("not a share such as 10%, from 0% to 100%")
	}
	return n, nil
}

// parseTime reads a time of RFC 3339, or a date, which stands for its first moment in UTC.
func parseTime(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errors.New("not a date such as 2026-11-20 or a time such as 2026-11-20T06:00:00Z")
}
