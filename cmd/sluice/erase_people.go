package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"sluice/formats"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// A subject is a person to be erased, by the keys of an address: first that of its
// canonical form, then those of the other forms in which rows are looked up. The address
// itself is forgotten when it is read.
type subject struct {
	keys []suppress.Key
}

// readSubjects reads addresses, one a line. Errors name lines.
func readSubjects(stdin io.Reader, warn func(error, string)) (all []subject, err error) {
	lines := bufio.NewScanner(stdin)
	lines.Buffer(nil, maxAddressLine)
	var parser address.Parser
	var a address.Parsed
	var bad, odd suppress.Lines
	note := func(l *suppress.Lines, n int64) {
		if l.Total++; len(l.First) < 20 {
			l.First = append(l.First, n)
		}
	}
	known := map[suppress.Key]bool{}
	number := int64(0)
	for lines.Scan() {
		number++
		raw := bytes.TrimSpace(lines.Bytes())
		if len(raw) == 0 {
			continue
		}
		parser.Parse(raw, &a)
		if !erasable(&a) {
			note(&bad, number)
			continue
		}
		if a.Status != address.OK {
			note(&odd, number)
		}
		s := subject{keys: []suppress.Key{suppress.AddressKey(a.Canon)}}
		for _, alt := range parser.Alternates(raw, a.Canon, a.Info, address.DefaultForms) {
			s.keys = append(s.keys, suppress.AddressKey(alt.Text))
		}
		if !known[s.keys[0]] {
			known[s.keys[0]] = true
			all = append(all, s)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, &failure{exit: exitInput, code: "input", hint: "give one address a line; nothing was erased",
			err: &formats.Error{Pos: formats.Position{File: "-", Line: number + 1}, Err: errors.New("a line of more than 64 KiB")}}
	case err != nil:
		return nil, err
	case bad.Total > 0:
		return nil, &failure{exit: exitInput, code: "input", hint: "give one address a line; nothing was erased",
			err: fmt.Errorf("no address, or more than one, in %s", linesOf(causeReport{Total: bad.Total, Lines: bad.First}))}
	case len(all) == 0:
		return nil, usage(errors.New("there is no address on standard input"), "sluice erase --into ERASURES < addresses.txt")
	}
	if odd.Total > 0 {
		warn(fmt.Errorf("not a well-formed address in %s: erased as it is written", linesOf(causeReport{Total: odd.Total, Lines: odd.First})),
			"check that it is what the person asked for")
	}
	return all, nil
}

// erasable reports whether an address can be looked up in lists: it is well formed, or at
// least a single word with something on both sides of its at sign.
func erasable(a *address.Parsed) bool {
	return a.Status == address.OK || a.Status != address.Multiple && a.At > 0 && int(a.At) < len(a.Canon)-1 &&
		!a.Flags.Has(address.InvalidUTF8) && len(bytes.Fields(a.Canon)) == 1
}

// digestsOf returns the keys of all, without repeats.
func digestsOf(all []subject) (keys []suppress.Key) {
	for _, s := range all {
		keys = append(keys, s.keys...)
	}
	slices.SortFunc(keys, func(a, b suppress.Key) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(keys)
}
