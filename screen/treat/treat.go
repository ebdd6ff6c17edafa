// Package treat replaces cells of personal data by what a policy lets out: a mask, a
// digest, a keyed digest or a fixed word.
package treat

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"sync"
	"unicode/utf8"

	"sluice/screen/address"
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

// A Replacer appends what is written in the place of a cell. It may be called
// concurrently, and does not allocate once its buffers have grown. An empty cell, or one
// of white space, stays empty: a digest of nothing would join everybody who has none.
type Replacer func(dst, cell []byte) []byte

// MinKey is how long a key for HMACSHA256 must be, in bytes: half the digest, as RFC 2104
// advises against less.
const MinKey = 16

// New returns the replacer for an action; nil for Keep and Drop, which replace nothing.
// key is for HMACSHA256 alone.
func New(a Action, s Shape, key []byte) (Replacer, error) {
	switch a {
	case Keep, Drop:
		return nil, nil
	case Mask:
		return unlessBlank(masks[s]), nil
	case Redact:
		return unlessBlank(func(dst, _ []byte) []byte { return append(dst, "[redacted]"...) }), nil
	case SHA1:
		return unlessBlank(digests(s, func() hash.Hash { return sha1.New() })), nil
	case HMACSHA256:
		if len(key) < MinKey {
			return nil, fmt.Errorf("the key of hmac-sha256 has %d bytes, it takes at least %d", len(key), MinKey)
		}
		return unlessBlank(digests(s, func() hash.Hash { return hmac.New(sha256.New, key) })), nil
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

func unlessBlank(r Replacer) Replacer {
	return func(dst, cell []byte) []byte {
		for _, c := range cell {
			if c > ' ' {
				return r(dst, cell)
			}
		}
		return dst
	}
}

// A digester is what one digest takes, reused by one goroutine after the other.
type digester struct {
	h      hash.Hash
	parser address.Parser
	canon  []byte
	sum    [sha256.Size]byte
	text   [2 * sha256.Size]byte
}

func digests(s Shape, make func() hash.Hash) Replacer {
	pool := sync.Pool{New: func() any { return &digester{h: make()} }}
	return func(dst, cell []byte) []byte {
		d := pool.Get().(*digester)
		if s == Address {
			var info address.Info
			if d.canon, info = d.parser.Append(d.canon[:0], cell); info.Status != address.Missing {
				cell = d.canon
			}
		}
		d.h.Reset()
		d.h.Write(cell)
		sum := d.h.Sum(d.sum[:0])
		n := hex.Encode(d.text[:], sum)
		dst = append(dst, d.text[:n]...)
		pool.Put(d)
		return dst
	}
}

var masks = [...]Replacer{Text: maskText, Address: maskAddress, Phone: maskPhone}

const stars = "***"

// maskText leaves the first character.
func maskText(dst, cell []byte) []byte {
	_, n := utf8.DecodeRune(cell)
	return append(append(dst, cell[:n]...), stars...)
}

// maskAddress leaves the first character and the host.
func maskAddress(dst, cell []byte) []byte {
	at := -1
	for i, c := range cell {
		if c == '@' {
			at = i
		}
	}
	if at <= 0 {
		return append(dst, stars...)
	}
	_, n := utf8.DecodeRune(cell)
	dst = append(append(dst, cell[:min(n, at)]...), stars...)
	return append(dst, cell[at:]...)
}

// maskPhone leaves the sign and, of five digits or more, the last two; what stands between
// digits stays, so that the number's form can still be told.
func maskPhone(dst, cell []byte) []byte {
	digits := 0
	for _, c := range cell {
		if c-'0' < 10 {
			digits++
		}
	}
	shown := 2
	if digits < 5 {
		shown = 0
	}
	for _, c := range cell {
		if c-'0' < 10 {
			if digits--; digits >= shown {
				c = '*'
			}
		} else if c >= utf8.RuneSelf || c|0x20-'a' < 26 {
			c = '*' // digits of other scripts, and words
		}
		dst = append(dst, c)
	}
	return dst
}
