package suppress

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
)

// A claimed is a canary as a comment gives it.
type claimed struct {
	line  int64
	value string
}

// canaries are keys that must be found in a list. A nil or empty set costs nothing.
// Workers share it.
type canaries struct {
	keys  map[Key]int
	first [256]bool // by the first byte of a key, which spares nearly every look into keys
	found []atomic.Bool
	lines []int64 // where the list itself names the canary; 0 if it does not
}

func newCanaries(keys []Key) *canaries {
	c := &canaries{}
	for _, k := range keys {
		c.add(k, 0)
	}
	return c
}

func (c *canaries) add(k Key, line int64) {
	if c.keys == nil {
		c.keys = map[Key]int{}
	}
	if _, ok := c.keys[k]; ok {
		return
	}
	c.keys[k] = len(c.lines)
	c.first[k[0]] = true
	c.lines = append(c.lines, line)
	c.found = make([]atomic.Bool, len(c.lines))
}

// see notes which of the keys are canaries.
func (c *canaries) see(keys []Key) {
	if c == nil || len(c.keys) == 0 {
		return
	}
	for i := range keys {
		if c.first[keys[i][0]] {
			if n, ok := c.keys[keys[i]]; ok {
				c.found[n].Store(true)
			}
		}
	}
}

// check refuses a list in which a canary is missing.
func (c *canaries) check(spec *ListSpec, info *ListInfo) error {
	if c == nil || len(c.keys) == 0 {
		return nil
	}
	missing := 0
	var lines Lines
	for n := range c.found {
		if c.found[n].Load() {
			info.Canaries++
			continue
		}
		missing++
		if c.lines[n] > 0 {
			lines.add(c.lines[n])
		}
	}
	if missing == 0 {
		return nil
	}
	what := "the canary entry is not in it"
	if len(c.keys) > 1 {
		what = fmt.Sprintf("%d of its %d canary entries are not in it", missing, len(c.keys))
	}
	return spec.pass(&ListError{Code: Canary, Lines: lines, What: what,
		Hint: "fetch the list again; ask its owner whether the canary was taken off"}, info)
}

// keys returns the canaries that the head of a list names.
func (h *header) keys(spec *ListSpec, info *ListInfo) (*canaries, error) {
	c := &canaries{}
	r := newReader()
	for _, claim := range h.canaries {
		k, ok := r.canary([]byte(claim.value))
		if ok {
			c.add(k, claim.line)
			continue
		}
		e := &ListError{Code: Canary, Lines: Lines{1, []int64{claim.line}}, What: "the canary is neither a digest nor an address",
			Hint: "write it as # canary: and a digest in hex"}
		if err := spec.pass(e, info); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// canary reads a canary's value.
func (r *reader) canary(text []byte) (Key, bool) {
	var v value
	r.read(text, anyRole, &v)
	return v.key, v.verdict == keyed
}

// maxSidecar bounds a file of canaries.
const maxSidecar = 1 << 20

// readSidecar adds the canaries in the file beside the list, if there is one.
func (s *ListSpec) readSidecar() error {
	path := s.Path + ".canary"
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	e := &ListError{Code: Canary, Err: err, What: "its file of canaries cannot be read", Hint: "check the file " + path}
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSidecar {
		return s.fail(e)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		e.Err = err
		return s.fail(e)
	}
	r := newReader()
	keys := s.Canaries[:len(s.Canaries):len(s.Canaries)]
	for _, line := range bytes.Split(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 || isComment(line) {
			continue
		}
		k, ok := r.canary(line)
		if !ok {
			e.What = "its file of canaries has a line that is neither a digest nor an address"
			return s.fail(e)
		}
		keys = append(keys, k)
	}
	s.Canaries = keys
	return nil
}
