package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"sluice/formats"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// A person is whom find looks for: one address, in every form in which runs look rows up.
// So find and screen cannot disagree: it finds the rows that a run would seal if all
// these forms were on an erasure list, which is what erase puts there.
type person struct {
	host  []byte                  // of the address, in canonical form
	forms []string                // names of the forms that differ
	sha1  []suppress.Key          // one for each of them
	form  map[suppress.Key]string // the form of a key, of any algorithm
	index *suppress.Index         // a list of this address alone
}

// readPerson reads the one address on stdin. Its errors do not repeat it.
func readPerson(ctx context.Context, stdin io.Reader) (*person, error) {
	text, err := io.ReadAll(io.LimitReader(stdin, maxAddressLine+1))
	if err != nil {
		return nil, err
	}
	const hint = "give one address, of one person, on standard input: echo ADDRESS | sluice find DIR"
	var addr []byte
	for i, line := range bytes.Split(text, []byte{'\n'}) {
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0:
		case addr != nil || len(text) > maxAddressLine:
			return nil, &failure{exit: exitInput, code: "input", hint: hint,
				err: &formats.Error{Pos: formats.Position{File: "-", Line: int64(i + 1)}, Err: errors.New("there is more than one address")}}
		default:
			addr = line
		}
	}
	var parsed address.Parsed
	var parser address.Parser
	parser.Parse(addr, &parsed)
	if len(parsed.Canon) == 0 {
		return nil, usage(errors.New("there is no address on standard input"), hint)
	}
	if parsed.At < 0 || parsed.Status == address.Multiple {
		return nil, &failure{exit: exitInput, code: "input", err: fmt.Errorf("standard input holds no well-formed address (%s)", parsed.Status), hint: hint}
	}
	w := &person{host: bytes.Clone(parsed.Domain()), form: map[suppress.Key]string{}}
	w.add(address.Canonical, parsed.Canon)
	for _, alt := range parser.Alternates(addr, bytes.Clone(parsed.Canon), parsed.Info, address.DefaultForms) {
		w.add(alt.Form, alt.Text)
	}
	var list []byte
	for _, k := range w.sha1 {
		list = append(hex.AppendEncode(list, k[:]), '\n')
	}
	var b suppress.Builder
	if _, err := b.AddReader(ctx, bytes.NewReader(list), suppress.ListSpec{Path: "-", Name: "standard input", Class: suppress.Erasure}); err != nil {
		return nil, err
	}
	w.index, err = b.Build()
	return w, err
}

// add takes in a form of the address.
func (w *person) add(form address.Form, text []byte) {
	w.forms = append(w.forms, form.String())
	w.sha1 = append(w.sha1, suppress.AddressKey(text))
	for _, a := range []suppress.Algorithm{suppress.SHA1, suppress.MD5, suppress.SHA256, suppress.SHA512} {
		if k := a.AddressKey(text); w.form[k] == "" {
			w.form[k] = form.String()
		}
	}
}

// keys returns the keys under which the address may stand on a list.
func (w *person) keys() (all []suppress.Key) {
	for k := range w.form {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b suppress.Key) int { return bytes.Compare(a[:], b[:]) })
	return all
}

// indexes returns the list of this address alone, for a screener.
func (w *person) indexes() []*suppress.Index { return []*suppress.Index{w.index} }
