package suppress

import (
	"bytes"
	"slices"

	"sluice/screen/address"
)

// An Eraser takes people off lists that hold their addresses in full. It compares as
// screening does: every address-like text of a line, in every form that rows are looked up
// in, by its key. Digests stay: they are how an erasure is kept.
//
// What is said of a person is given as keys alone, so an Eraser holds no address. It may
// be used by one goroutine at a time.
type Eraser struct {
	keys   []subjectKey                  // ascending
	first  [1 << 16 / 64]uint64          // by the first two bytes of a key, which spares nearly every search
	seen   map[int]bool                  // the subjects found in the text that is looked at
	before func(*Erased) error           // see Before
	step   func(what, path string) error // in front of what changes the disk, for tests

	reader *reader
	parsed address.Parsed
	tokens []address.Token
	plain  []byte
}

// A subjectKey is a key of the subject of that number.
type subjectKey struct {
	Key
	subject int
}

// NewEraser returns an Eraser for people, each known by the keys of all forms of an
// address.
func NewEraser(subjects [][]Key) *Eraser {
	e := &Eraser{seen: map[int]bool{}, reader: newReader()}
	for i, keys := range subjects {
		for _, k := range keys {
			e.keys = append(e.keys, subjectKey{k, i})
			n := uint16(k[0])<<8 | uint16(k[1])
			e.first[n/64] |= 1 << (n % 64)
		}
	}
	slices.SortFunc(e.keys, func(a, b subjectKey) int { return compare(&a.Key, &b.Key) })
	return e
}

// Before sets what is called when a list's successor is whole and on the disk, and has not
// taken its name yet. An error leaves the list as it was.
func (e *Eraser) Before(do func(*Erased) error) { e.before = do }

// An Erased is what was taken out of one file.
type Erased struct {
	Path     string
	Records  int64         // lines or rows that are gone
	Cells    int64         // rows of which something was taken out, that say more of others
	Comments int64         // comments that are gone
	Added    int64         // digests that were added
	Subjects map[int]int64 // by the number of a subject: the lines that held its address
	Empty    bool          // no entry is left
	Digests  bool          // the file can hold no address in full: it was not looked through

	Was, SHA256 string // of the file before and now, lower-case hex; empty if it was not changed
}

// Changed reports whether the file is another than before.
func (e *Erased) Changed() bool { return e.Records+e.Cells+e.Comments+e.Added > 0 }

// note counts a line that held subjects.
func (e *Erased) note(seen map[int]bool) {
	if e.Subjects == nil {
		e.Subjects = map[int]int64{}
	}
	for s := range seen {
		e.Subjects[s]++
	}
}

// covers reports whether k is a key of a subject, and notes whose.
func (e *Eraser) covers(k *Key) bool {
	n := uint16(k[0])<<8 | uint16(k[1])
	if e.first[n/64]>>(n%64)&1 == 0 {
		return false
	}
	i, found := slices.BinarySearchFunc(e.keys, *k, func(s subjectKey, k Key) int { return compare(&s.Key, &k) })
	for ; i < len(e.keys) && e.keys[i].Key == *k; i++ {
		e.seen[e.keys[i].subject] = true
	}
	return found
}

// in reports whether the address of a subject stands in text, and notes whose.
func (e *Eraser) in(text []byte) bool {
	if !mayHold(text) {
		return false
	}
	text = trimSpace(text)
	found := e.anyIn(text, e.is(text))
	var changed bool
	if e.plain, changed = address.AppendPlain(e.plain[:0], text); changed {
		found = e.anyIn(e.plain, e.is(e.plain) || found)
	}
	return found
}

// anyIn looks at what may be an address in text, which as a whole was looked at already.
func (e *Eraser) anyIn(text []byte, found bool) bool {
	e.tokens = address.Find(e.tokens[:0], text)
	for _, t := range e.tokens {
		if t.Lo > 0 || t.Hi < len(text) {
			found = e.is(text[t.Lo:t.Hi]) || found
		}
	}
	return found
}

// is reports whether a text is an address of a subject, in any form.
func (e *Eraser) is(raw []byte) bool {
	r, a := e.reader, &e.parsed
	r.parser.Parse(raw, a)
	if len(a.Canon) == 0 {
		return false
	}
	var k Key
	r.hasher.Sum((*[20]byte)(&k), a.Canon)
	found := e.covers(&k)
	for _, alt := range r.parser.Alternates(raw, a.Canon, a.Info, address.DefaultForms) {
		r.hasher.Sum((*[20]byte)(&k), alt.Text)
		found = e.covers(&k) || found
	}
	return found
}

// mayHold reports whether a text has an at sign, in one of the ways that one is written.
func mayHold(text []byte) bool {
	return bytes.IndexByte(text, '@') >= 0 || bytes.Contains(text, []byte("＠")) || bytes.Contains(text, []byte("%40"))
}

// find returns the stretches of text that are an address of a subject, in order of their
// starts.
func (e *Eraser) find(text []byte) (mine []address.Token) {
	for _, t := range address.Find(nil, text) {
		if e.is(text[t.Lo:t.Hi]) {
			mine = append(mine, t)
		}
	}
	slices.SortFunc(mine, func(t, u address.Token) int { return t.Lo - u.Lo })
	return mine
}

// others returns the addresses in a text that are not those of subjects, as they are
// written there: the narrowest reading of each.
func (e *Eraser) others(text []byte) (all [][]byte) {
	var parser address.Parser
	var a address.Parsed
	mine := e.find(text)
	var rest []address.Token
	for _, t := range address.Find(nil, text) {
		if parser.Parse(text[t.Lo:t.Hi], &a); a.Status == address.OK {
			rest = append(rest, t)
		}
	}
	overlap := func(t address.Token) func(u address.Token) bool {
		return func(u address.Token) bool { return t.Lo < u.Hi && u.Lo < t.Hi }
	}
	for i, t := range rest {
		if !slices.ContainsFunc(mine, overlap(t)) && !slices.ContainsFunc(rest[i+1:], overlap(t)) {
			all = append(all, text[t.Lo:t.Hi])
		}
	}
	return all
}
