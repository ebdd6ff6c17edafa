package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"slices"

	"sluice/formats/anyio"
	"sluice/pipeline/keyfile"
	"sluice/pipeline/manifest"
	"sluice/screen"
	"sluice/screen/address"
	"sluice/screen/suppress"
	"sluice/screen/treat"
)

// A recalledFrom is one delivery, and which of its rows are recalled.
type recalledFrom struct {
	r *recall
	*manifest.Delivery

	name, sha256 string // of the list as it was delivered, or as it is now
	steps        []step // from that to what the list is now
	rows         []recalledRow
	note         string // what was not as it should be
	partial      bool   // some of its rows could not be looked at
	parser       address.Parser
}

// A recalledRow is one row, or, if it is not exact, some among several.
type recalledRow struct {
	first, last           int64 // from 1
	exact                 bool
	verdict, reason, list string
	hash                  string
}

// search finds the rows that are recalled.
func (d *recalledFrom) search(ctx context.Context) error {
	if err := d.past(); err != nil {
		d.partial, d.note = true, err.Error()
	}
	err := d.look(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var list *suppress.ListError
	switch {
	case errors.As(err, &list):
		return err
	case err != nil:
		d.partial, d.note = true, err.Error()
		d.rows = append(d.rows, recalledRow{first: 1, last: d.was(d.Output.Rows), verdict: "unknown"})
	}
	slices.SortStableFunc(d.rows, func(a, b recalledRow) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last), cmp.Compare(a.list, b.list), cmp.Compare(a.hash, b.hash))
	})
	return nil
}

// look looks at the rows as they are now: those that the key file names, if there is one.
func (d *recalledFrom) look(ctx context.Context) error {
	var closed error
	_, err := os.Stat(d.Path)
	switch action := replaced(d.Delivery); {
	case errors.Is(err, fs.ErrNotExist):
		closed = errGone
	case err != nil:
		closed = err
	case d.Output.Encrypted != "":
		closed = errors.New("it is encrypted")
	case action != "" && action != treat.Keep.String():
		closed = errors.New("its addresses were replaced or left out")
	case !asRecorded(d.Path, d.Output, finished(d.Delivery)):
		return errors.New("it is not as its manifest records it")
	}
	where := everywhere
	if keys := d.usableKeys(); keys != nil {
		defer keys.Close()
		if closed != nil {
			return d.byKeys(keys, closed)
		}
		if where, err = d.keyed(keys); err != nil {
			return err
		}
	} else if closed != nil {
		return closed
	}
	if len(where) == 0 {
		return nil
	}
	return d.read(ctx, where)
}

// usableKeys opens the key file, if it can tell of all lists: those with other digests than
// SHA-1 it cannot.
func (d *recalledFrom) usableKeys() *keyfile.File {
	for _, x := range d.r.lists.indexes {
		for _, a := range x.Algorithms() {
			if a != suppress.SHA1 {
				return nil
			}
		}
	}
	forms := d.r.forms()
	if forms == 0 {
		forms = address.DefaultForms
	}
	return keysOf(d.Delivery, forms)
}

// keyed returns the stretches in which rows may be on a list.
func (d *recalledFrom) keyed(keys *keyfile.File) (all []stretch, err error) {
	for _, x := range d.r.lists.indexes {
		found, err := keys.FindAll(x)
		if errors.Is(err, keyfile.ErrDamaged) {
			return everywhere, nil
		}
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			all = append(all, stretch{s.Lo, s.Hi})
		}
	}
	return joined(all), nil
}

// read screens rows of the list by its lists.
func (d *recalledFrom) read(ctx context.Context, where []stretch) error {
	source, err := anyio.Open(ctx, []string{d.Path}, readingOf(d.Delivery))
	if err != nil {
		return err
	}
	defer source.Close()
	roles := rolesOf(source.Schema().Names(), d.Origin.Statement.Predicate.Columns)
	screener := screen.New(screen.Options{Indexes: d.r.lists.indexes, Roles: roles, Forms: d.r.forms(), Policy: d.r.policy})
	s := &rowSearch{source: source, roles: screener.Reads(roles), where: where, screener: screener}
	_, err = s.run(func(h *hit) error {
		for _, m := range h.matches {
			if row, ok := d.row(m.Reason, m.List); ok {
				row.first = d.was(h.row)
				row.last, row.exact = row.first, true
				if mails := h.in.Col(screen.Email); mails.Len() > h.i {
					if canon, _ := d.parser.Append(nil, mails.At(h.i)); len(canon) > 0 {
						row.hash = d.r.hash(suppress.AddressKey(canon))
					}
				}
				d.rows = append(d.rows, row)
				break // matches are in order of precedence
			}
		}
		return nil
	})
	return err
}

// row describes a hit on a list, if it leads to anything.
func (d *recalledFrom) row(reason screen.Reason, list suppress.ListID) (row recalledRow, ok bool) {
	v := d.r.policy.Verdict(reason)
	if v == screen.Keep || d.r.policy.IsOff(reason) {
		return row, false
	}
	return recalledRow{verdict: v.String(), reason: reason.String(), list: d.r.lists.lists[list-1].Name}, true
}

// hash is the keyed digest of an address that is known by its SHA-1; "" without a key.
func (r *recall) hash(k suppress.Key) string {
	if len(r.key) == 0 {
		return ""
	}
	h := hmac.New(sha256.New, r.key)
	h.Write(hex.AppendEncode(nil, k[:]))
	return hex.EncodeToString(h.Sum(nil))
}

// byKeys tells from the key file alone in which stretches entries of the lists are: the
// rows cannot be looked at. Keyed digests are those of the entries.
func (d *recalledFrom) byKeys(f *keyfile.File, why error) error {
	d.note = why.Error() + ": its key file tells in which stretches of it rows are recalled"
	before := suppress.ListID(0)
	for _, x := range d.r.lists.indexes {
		var failed error
		add := func(h keyfile.Range, lists suppress.Hit, excluded screen.Reason, hash string) {
			for _, l := range x.Members(lists) {
				row, ok := d.row(screen.ReasonOf(x.Lists()[l-1].Class, excluded), before+l)
				if !ok {
					continue
				}
				row.first, row.last, row.hash = d.was(h.Lo+1), d.was(h.Hi), hash
				d.rows = append(d.rows, row)
				break
			}
		}
		err := x.EachKey(func(keys []suppress.Key) {
			if failed != nil {
				return
			}
			var hits []keyfile.Hit
			hits, failed = f.Find(keys)
			for _, h := range hits {
				k := keys[h.Key]
				add(h.Range, x.Lookup(&k), screen.ExcludedEmail, d.r.hash(k))
			}
		})
		if err == nil {
			err = x.EachDomain(func(name []byte) {
				if failed != nil {
					return
				}
				var hits []keyfile.Hit
				hits, failed = f.Find([]suppress.Key{suppress.DomainKey(name)})
				for _, h := range hits {
					add(h.Range, x.Domain(name), screen.ExcludedDomain, "")
				}
			})
		}
		if err = errors.Join(err, failed); err != nil {
			return err
		}
		before += suppress.ListID(len(x.Lists()))
	}
	return nil
}
