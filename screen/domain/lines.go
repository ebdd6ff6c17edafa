package domain

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// What can be wrong with a line of an operator's file.
var (
	ErrDomain    = errors.New("not a domain name")
	ErrSuffix    = errors.New("a public suffix, not one company's domain")
	ErrShared    = errors.New("a shared host, not one company's domain")
	ErrPair      = errors.New("want a company domain and at least one mail domain")
	ErrEncoding  = errors.New("not UTF-8 text")
	ErrEmpty     = errors.New("no domain in it")
	ErrNoColumn  = errors.New("no column of domains or websites found")
	ErrMalformed = errors.New("not readable as CSV")
)

// A ListError says which line of an operator's file is wrong. It never quotes it.
type ListError struct {
	Name string // the file
	Line int    // from 1; 0 if the file as a whole is meant
	Err  error
}

func (e *ListError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err)
}

func (e *ListError) Unwrap() error { return e.Err }

// A Source is an operator's file.
type Source struct {
	Name string // for messages and the manifest
	R    io.Reader
}

// maxSource bounds an operator's file: 64 MiB is three million domains.
const maxSource = 64 << 20

// maxErrors bounds the lines that are named when a file is refused.
const maxErrors = 20

// read returns the source's text without a byte order mark.
func (s Source) read() ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(s.R, maxSource+1))
	if err != nil {
		return nil, &ListError{Name: s.Name, Err: err}
	}
	if len(b) > maxSource {
		return nil, &ListError{Name: s.Name, Err: fmt.Errorf("larger than %d MiB", maxSource>>20)}
	}
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return nil, &ListError{Name: s.Name, Err: ErrEncoding}
	}
	return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), nil
}

// lines calls f with each line that is neither blank nor a comment, without its
// trailing comment (a # at the start or after white space). It collects f's errors.
func (s Source) lines(text []byte, f func(line []byte) error) error {
	var errs lineErrors
	sc := bufio.NewScanner(bytes.NewReader(text))
	sc.Buffer(nil, maxSource+1)
	for n := 1; sc.Scan(); n++ {
		line := sc.Bytes()
		for i, b := range line {
			if b == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
				line = line[:i]
				break
			}
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := f(line); err != nil {
			errs.add(s.Name, n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return &ListError{Name: s.Name, Err: err}
	}
	return errs.join()
}

// lineErrors are the errors of a file's lines, of which the first maxErrors are told.
type lineErrors struct {
	errs []error
	more int
}

func (l *lineErrors) add(name string, line int, err error) {
	if len(l.errs) == maxErrors {
		l.more++
		return
	}
	l.errs = append(l.errs, &ListError{Name: name, Line: line, Err: err})
}

func (l *lineErrors) join() error {
	if l.more > 0 {
		return errors.Join(append(l.errs, fmt.Errorf("and %d more lines", l.more))...)
	}
	return errors.Join(l.errs...)
}

// version identifies an operator's file of n entries.
func (s Source) version(role string, text []byte, n int) Version {
	sum := sha256.Sum256(text)
	return Version{Name: role, Version: s.Name, SHA256: hex.EncodeToString(sum[:]), Entries: n}
}

// companyKey returns the name under which a company's domain is filed and found: its
// registrable domain, or the host itself where there is none.
func companyKey(host []byte) []byte {
	if reg, _ := Registrable(host); reg != nil && !isLiteral(host) {
		return reg
	}
	return host
}
