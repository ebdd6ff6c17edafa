package main

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"time"

	"sluice/pipeline/keyfile"
	"sluice/pipeline/manifest"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// keysOf opens the key file of a delivery, if there is one and it can be relied on for
// look-ups under forms; else it returns nil. The delivery must be as recorded, or gone: the
// key file says nothing of another state of it.
func keysOf(d *manifest.Delivery, forms address.FormSet) *keyfile.File {
	if d.Keys == nil || !asRecorded(d.KeysPath, *d.Keys, finished(d)) {
		return nil
	}
	return openKeys(d.KeysPath, forms, d.Output.Rows)
}

// openKeys opens the key file of a list with so many rows, if it can be relied on for
// look-ups under forms.
func openKeys(path string, forms address.FormSet, rows int64) *keyfile.File {
	f, err := keyfile.Open(path)
	if err != nil {
		return nil
	}
	about := f.About()
	if about.Vocabulary != keyfile.Vocabulary || forms&^about.Forms.With(address.Canonical) != 0 || f.Rows() != rows {
		f.Close()
		return nil
	}
	return f
}

// finished is when the run ended that wrote a delivery.
func finished(d *manifest.Delivery) time.Time { return d.Writer.Statement.Predicate.Run.Finished }

// asRecorded reports whether a file is as a manifest records it. Its size and time tell if
// nothing was written since the run ended; else its digest does.
func asRecorded(path string, o manifest.Output, ended time.Time) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != o.Bytes {
		return false
	}
	if !info.ModTime().After(ended) {
		return true
	}
	return sameFile(path, o.Bytes, o.Digest)
}

// keyed returns the stretches in which rows may be that one of the keys hits.
func keyed(f *keyfile.File, keys []suppress.Key) ([]stretch, error) {
	hits, err := f.Find(keys)
	if err != nil {
		return nil, err
	}
	var all []stretch
	for _, h := range hits {
		all = append(all, stretch{h.Lo, h.Hi})
	}
	return joined(all), nil
}

// joined sorts stretches and joins those that touch.
func joined(all []stretch) (out []stretch) {
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.hi, b.hi)) })
	for _, s := range all {
		if n := len(out); n > 0 && s.lo <= out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, s.hi)
			continue
		}
		out = append(out, s)
	}
	return out
}

// replaced says what became of a delivery's addresses on the way out; "" or keep if they
// are as they were.
func replaced(d *manifest.Delivery) (action string) {
	for _, c := range d.Origin.Statement.Predicate.Columns {
		if c.Role == "email" {
			return c.Action
		}
	}
	return ""
}

var errGone = errors.New("it is no longer here")
