// Package treat replaces cells of personal data by what a policy lets out: a mask, a
// digest, a keyed digest or a fixed word.
package treat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"sluice/formats/column"
)

// An Action is what becomes of the cells of a column.
type Action uint8

// The actions.
const (
	Keep       Action = iota
	Drop              // the column is not written
	Mask              // enough is left to tell that two cells differ, not to reach anybody
	SHA1              // lower-case hex; of addresses in canonical form, as suppression lists have them
	HMACSHA256        // lower-case hex of the keyed digest, likewise
	Redact            // a fixed word
	NumActions
)

var actionNames = [NumActions]string{"keep", "drop", "mask", "sha1", "hmac-sha256", "redact"}

// String returns the action's stable name.
func (a Action) String() string { return actionNames[a] }

// ParseAction returns the action of that name.
func ParseAction(name string) (Action, error) {
	for a := range NumActions {
		if actionNames[a] == name {
			return a, nil
		}
	}
	return Keep, fmt.Errorf("there is no action %q", name)
}

// A Shape is what the cells of a column look like, as far as actions care.
type Shape uint8

// The shapes.
const (
	Text    Shape = iota
	Address       // e-mail addresses
	Phone         // telephone numbers
)

// MinKey is how long a key for HMACSHA256 must be, in bytes: half the digest, as RFC 2104
// advises against less.
const MinKey = 16

// New returns what writes the replacements of an action; nil for Keep and Drop, which
// replace nothing. key is for HMACSHA256 alone. It does not allocate once its buffers have
// grown. An empty cell, or one of white space, stays empty: a digest of nothing would join
// everybody who has none.
func New(a Action, s Shape, key []byte) (column.Replacer, error) {
	switch a {
	case Keep, Drop:
		return nil, nil
	case Mask:
		return each(masks[s]), nil
	case Redact:
		return each(redact), nil
	case SHA1:
		return digests(s, newPlainDigests), nil
	case HMACSHA256:
		if len(key) < MinKey {
			return nil, fmt.Errorf("the key of hmac-sha256 has %d bytes, it takes at least %d", len(key), MinKey)
		}
		return digests(s, func() summer { return &keyedDigests{h: hmac.New(sha256.New, key)} }), nil
	}
	return nil, errors.New("no such action")
}

// KeyID names a key in manifests without giving it away: the start of a digest that the
// key was used for and no cell can have.
func KeyID(key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("sluice key id\x00"))
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// each makes a replacer of what appends the replacement of one cell that is not blank.
func each(replace func(dst, cell []byte) []byte) column.Replacer {
	return func(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
		for _, run := range rows {
			for i := run.Lo; i < run.Hi; i++ {
				if v.Null(i) {
					continue
				}
				lo := len(data)
				if cell := v.At(i); len(cell) > 0 && (cell[0] > ' ' || !blank(cell)) {
					data = replace(data, cell)
				}
				spans[i] = column.Span{Lo: uint32(lo), Hi: uint32(len(data))}
			}
		}
		return data
	}
}

// blank reports whether a cell holds nothing, or white space.
func blank(cell []byte) bool {
	for _, c := range cell {
		if c > ' ' {
			return false
		}
	}
	return true
}
