package pii

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// An Override is a user's word on what columns hold.
type Override struct {
	Pattern string // as the user wrote it
	Tag     Tag
	re      *regexp.Regexp // for /…/
	glob    bool
}

// NewOverride returns an Override for the columns that pattern fits: a column's name
// (compared without regard to case), a glob with * ? [ ], or a regular expression between
// slashes.
func NewOverride(pattern string, tag Tag) (Override, error) {
	ov := Override{Pattern: pattern, Tag: tag}
	switch {
	case pattern == "":
		return ov, fmt.Errorf("the column's name is missing")
	case len(pattern) > 2 && strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/"):
		re, err := regexp.Compile("(?i)" + pattern[1:len(pattern)-1])
		if err != nil {
			return ov, fmt.Errorf("%s is not a regular expression: %v", pattern, err)
		}
		ov.re = re
	case strings.ContainsAny(pattern, "*?["):
		if _, err := path.Match(pattern, ""); err != nil {
			return ov, fmt.Errorf("%s is not a pattern: %v", pattern, err)
		}
		ov.glob = true
	}
	return ov, nil
}

// ParseOverride reads COLUMN=TAG. The column's name may itself have equals signs.
func ParseOverride(text string) (Override, error) {
	at := strings.LastIndexByte(text, '=')
	if at < 0 {
		return Override{}, fmt.Errorf("%q is not COLUMN=TAG", text)
	}
	tag, err := ParseTag(strings.TrimSpace(text[at+1:]))
	if err != nil {
		return Override{}, err
	}
	return NewOverride(text[:at], tag)
}

// fits reports whether the override is about the column of this name. A column may be
// named with characters that globs use, so an equal name always fits.
func (ov *Override) fits(name string) bool {
	if strings.EqualFold(ov.Pattern, name) {
		return true
	}
	if ov.re != nil {
		return ov.re.MatchString(name)
	}
	if ov.glob {
		// path.Match stops at slashes, which headers have too.
		const slash = "\x00"
		ok, _ := path.Match(strings.ToLower(strings.ReplaceAll(ov.Pattern, "/", slash)), strings.ToLower(strings.ReplaceAll(name, "/", slash)))
		return ok
	}
	return false
}
