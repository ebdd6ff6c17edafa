package manifest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// ErrAltered is a manifest that is not as it was written.
var ErrAltered = errors.New("the manifest was altered after it was written")

// RoleKeys is the key file of another output, whose name it has with KeysSuffix behind.
// It has no rows.
const (
	RoleKeys   = "keys"
	KeysSuffix = ".keys"
	FormatKeys = "sluice-keys"
)

// A Record is one manifest as it was read.
type Record struct {
	Path      string
	SHA256    string // of its bytes
	Statement *Statement

	time time.Time // when its run ended, or a later one that it follows
}

// A Delivery is an output with rows of people in it, and the newest statement about it.
type Delivery struct {
	Path   string  // where it is, or was: as Locate finds it
	Output Output  // as Newest records it
	Newest *Record // the newest manifest that names it
	// Writer is the manifest that recorded these bytes first: since then they stand.
	Writer *Record
	// Origin is the oldest manifest that names it, whose run took the rows from the
	// list: it has the data map, the policy and the sources.
	Origin   *Record
	Keys     *Output // its key file, as Newest records it; nil if there is none
	KeysPath string

	// Older is what earlier manifests recorded of it, other bytes than those of Output,
	// newest first: a file that comes back from a backup is one of them.
	Older []Earlier
}

// Earlier is an earlier state of a delivery.
type Earlier struct {
	Output Output
	By     *Record // the newest manifest that recorded it
}

// Holdings are the deliveries that manifests speak of.
type Holdings struct {
	Records    []*Record   // oldest first, one that follows another behind it
	Deliveries []*Delivery // by path
}

// IsDelivery reports whether the output o of the run with predicate p holds rows of
// people: the lists by whatever role, and rejects with content.
func (p *Predicate) IsDelivery(o Output) bool {
	switch o.Role {
	case RoleKept, RoleAnnotated, RoleQuarantine, RoleRestricted:
		return o.Name != "-"
	case RoleRejects:
		if p.Rescreen != nil {
			return true // it was one before
		}
		var effective struct {
			Content bool `json:"rejects_content"`
		}
		return json.Unmarshal(p.Policy.Effective, &effective) == nil && effective.Content
	}
	return false
}

// Current reads manifests, and those in and below directories, and returns the newest
// statement about each delivery. Newer is what follows in a chain, or else whose run
// ended later. The same manifest may be given twice. The error is ErrAltered for a
// manifest that is not as it was written, ErrNotManifest for a file that is none.
func Current(paths []string) (*Holdings, error) {
	h := new(Holdings)
	if err := h.read(paths); err != nil {
		return nil, err
	}
	h.order()
	byPath := map[string]*Delivery{}
	for _, r := range h.Records {
		p := &r.Statement.Predicate
		for _, o := range p.Outputs {
			if !p.IsDelivery(o) {
				continue
			}
			path := Locate(r.Path, o.Name)
			id := identity(path)
			d := byPath[id]
			if d == nil {
				d = &Delivery{Path: path, Writer: r, Origin: r}
				byPath[id] = d
				h.Deliveries = append(h.Deliveries, d)
			} else if o.Digest != d.Output.Digest {
				d.Older = slices.Insert(d.Older, 0, Earlier{d.Output, d.Newest})
				d.Writer = r
			}
			d.Path, d.Output, d.Newest = path, o, r
			d.Keys, d.KeysPath = nil, ""
			for i, k := range p.Outputs {
				if k.Role == RoleKeys && k.Name == o.Name+KeysSuffix {
					d.Keys, d.KeysPath = &p.Outputs[i], path+KeysSuffix
				}
			}
		}
	}
	slices.SortFunc(h.Deliveries, func(a, b *Delivery) int { return cmp.Compare(a.Path, b.Path) })
	return h, nil
}

// read reads the manifests, each file once, and checks that none was altered: several at a
// time, because a check takes milliseconds and a year has many nights.
func (h *Holdings) read(paths []string) error {
	var files []string
	seen := map[string]bool{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		found := Found{Manifests: []string{path}}
		if info.IsDir() {
			if found, err = Find(path); err != nil {
				return err
			}
		}
		for _, m := range found.Manifests {
			if id := identity(m); !seen[id] {
				seen[id] = true
				files = append(files, m)
			}
		}
	}
	h.Records = make([]*Record, len(files))
	errs := make([]error, len(files))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range files {
		g.Go(func() error {
			r, err := open(path)
			if err == nil {
				r.intact()
			}
			if err == nil && !r.OK() {
				err = fmt.Errorf("%s: %w: %w", path, ErrAltered, r.Problems[0])
			}
			if errs[i] = err; err == nil {
				h.Records[i] = &Record{Path: path, SHA256: r.SHA256, Statement: r.Statement}
			}
			return nil
		})
	}
	_ = g.Wait() // what goes wrong is in errs, and the first of them in order counts
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// order puts the manifests in order of time. One that follows another counts as no
// older than that, whatever the clock said.
func (h *Holdings) order() {
	byDigest := map[string]*Record{}
	for _, r := range h.Records {
		byDigest[r.SHA256] = r
	}
	var at func(r *Record) time.Time
	at = func(r *Record) time.Time {
		if !r.time.IsZero() {
			return r.time
		}
		r.time = r.Statement.Predicate.Run.Finished
		for _, before := range r.Statement.Predicate.follows() {
			if a := byDigest[before]; a != nil {
				if t := at(a); t.After(r.time) {
					r.time = t
				}
			}
		}
		return r.time
	}
	slices.SortFunc(h.Records, func(a, b *Record) int {
		return cmp.Or(at(a).Compare(at(b)), cmp.Compare(a.Statement.Predicate.Chain.Sequence, b.Statement.Predicate.Chain.Sequence),
			cmp.Compare(a.Path, b.Path))
	})
}

// follows returns the digests of the manifests that came before.
func (p *Predicate) follows() (all []string) {
	if p.Chain.Previous != "" {
		all = append(all, p.Chain.Previous)
	}
	if p.Rescreen != nil {
		for _, f := range p.Rescreen.Follows {
			all = append(all, f.SHA256)
		}
	}
	return all
}

// identity is what a file is known by: its absolute path without symbolic links, as far
// as it is there.
func identity(path string) string {
	path = absolute(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}
