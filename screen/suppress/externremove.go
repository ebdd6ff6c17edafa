package suppress

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Removal says what is to be taken off the lists of an index: an opt-out that was
// withdrawn, or an entry that never belonged there.
type Removal struct {
	Keys  []Key
	Hosts []string // domains in canonical form, as they stand on the list
	Lists []ListID // the lists to take them off; all if empty

	// Reason is recorded in the file.
	Reason string
	// Force takes entries off lists of sealed classes too, which else keep them: what
	// the law has us suppress is not for an operator to send to again. It needs a
	// Reason.
	Force bool
	At    time.Time // when, to be recorded; may be zero
}

// Remove writes the index file at old without some entries to out, which may be the
// same path. What was removed, and how many entries sealed lists kept, is the last of
// Index.Removals and what Remove returns; the entries themselves are recorded nowhere.
// It is no error if there is nothing to remove.
func (e *External) Remove(ctx context.Context, old, out string, r Removal) (*Built, *Removed, error) {
	if r.Force && strings.TrimSpace(r.Reason) == "" {
		return nil, nil, errors.New("entries of sealed lists are removed for a reason only; give one")
	}
	d := &dropper{Removal: r, hosts: map[string]bool{}}
	d.keys = slices.Clone(r.Keys)
	slices.SortFunc(d.keys, func(a, b Key) int { return compare(&a, &b) })
	for i := range d.keys {
		n := uint16(d.keys[i][0])<<8 | uint16(d.keys[i][1])
		d.first[n/64] |= 1 << (n % 64)
	}
	for _, h := range r.Hosts {
		d.hosts[h] = true
	}
	built, err := e.change(ctx, out, []string{old}, nil, d)
	if err != nil {
		return nil, nil, err
	}
	done := d.removed()
	return built, &done, nil
}

// A dropper takes entries off lists.
type dropper struct {
	Removal
	keys  []Key                // ascending
	first [1 << 16 / 64]uint64 // by the first two bytes of a key, which spares nearly every search
	hosts map[string]bool
	c     *change

	mu    sync.Mutex
	found removals
}

// removals count what was taken off lists.
type removals struct {
	keys, domains, sealed int64
	lists                 map[ListID]int64
}

func (d *dropper) start(c *change) { d.c = c }

// from returns the set of the lists that keep the key: 0 if none does.
func (d *dropper) from(k *Key, set uint16, r *removals) (uint16, error) {
	n := uint16(k[0])<<8 | uint16(k[1])
	if d.first[n/64]>>(n%64)&1 == 0 {
		return set, nil
	}
	if _, ok := slices.BinarySearchFunc(d.keys, *k, func(a, b Key) int { return compare(&a, &b) }); !ok {
		return set, nil
	}
	left, err := d.off(set, r)
	if left != set {
		r.keys++
	}
	return left, err
}

// host is from for a domain.
func (d *dropper) host(name []byte, set uint16) (uint16, error) {
	if !d.hosts[string(name)] {
		return set, nil
	}
	left, err := d.off(set, &d.found)
	if left != set {
		d.found.domains++
	}
	return left, err
}

// off returns a set without the lists that an entry is taken off.
func (d *dropper) off(set uint16, r *removals) (uint16, error) {
	var keep []ListID
	for _, id := range d.c.sets.lists(set) {
		named := len(d.Lists) == 0 || slices.Contains(d.Lists, id)
		sealed := d.c.lists[id-1].Class.Sealed() && !d.Force
		if named && !sealed {
			if r.lists == nil {
				r.lists = map[ListID]int64{}
			}
			r.lists[id]++
			continue
		}
		if named {
			r.sealed++
		}
		keep = append(keep, id)
	}
	if len(keep) == 0 {
		return 0, nil
	}
	return d.c.sets.of(keep)
}

// count adds what one merger counted.
func (d *dropper) count(r removals) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.found.keys += r.keys
	d.found.domains += r.domains
	d.found.sealed += r.sealed
	for id, n := range r.lists {
		if d.found.lists == nil {
			d.found.lists = map[ListID]int64{}
		}
		d.found.lists[id] += n
	}
}

func (d *dropper) removed() Removed {
	return Removed{At: d.At, Reason: d.Reason, Forced: d.Force, Keys: d.found.keys, Domains: d.found.domains,
		Kept: d.found.sealed, Lists: d.found.lists}
}

// record notes the removal, if there was one.
func (d *dropper) record(lists []ListInfo, before []Removed) []Removed {
	for id, n := range d.found.lists {
		lists[id-1].Removed += n
	}
	if len(d.found.lists) == 0 {
		return before
	}
	return append(before, d.removed())
}

// join adds what a list holds to one of the same name, class and scope.
func (l *ListInfo) join(m *ListInfo) {
	if len(l.Sources) == 0 {
		l.Sources = []Source{l.source()}
	}
	if len(m.Sources) > 0 {
		l.Sources = append(l.Sources, m.Sources...)
	} else {
		l.Sources = append(l.Sources, m.source())
	}
	if m.AsOf.After(l.AsOf) {
		l.AsOf, l.AsOfSource = m.AsOf, m.AsOfSource
	}
	l.MaxAge = cmp.Or(m.MaxAge, l.MaxAge)
	l.Path, l.SHA256, l.Bytes, l.Layout = m.Path, m.SHA256, m.Bytes, m.Layout
	l.Lines += m.Lines
	for k, n := range m.Entries {
		l.Entries[k] += n
	}
	l.Algorithms |= m.Algorithms
	l.Duplicates += m.Duplicates
	l.Removed += m.Removed
	l.Traps += m.Traps
	l.Skipped += m.Skipped
	l.Comments += m.Comments
	l.Blanks += m.Blanks
	l.Refused.append(m.Refused)
	l.Causes = append(l.Causes, m.Causes...)
	l.Members = append(l.Members, m.Members...)
	l.Warnings = append(l.Warnings, m.Warnings...)
	l.Canaries += m.Canaries
	l.Overrides = append(l.Overrides, m.Overrides...)
}

func (l *ListInfo) source() Source {
	return Source{Path: l.Path, AsOf: l.AsOf, SHA256: l.SHA256, Bytes: l.Bytes, Entries: l.Total()}
}
