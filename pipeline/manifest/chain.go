package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ErrBroken is a chain that no manifest can be added to: it must be looked at first.
var ErrBroken = errors.New("the chain cannot be continued")

// ChainOptions say what VerifyChain wants of a chain beyond its links.
type ChainOptions struct {
	MaxGap time.Duration // the longest time between two runs that is no missed night; 0 for any
	Until  time.Time     // with MaxGap, how far the chain must reach; zero for as far as it does
	First  int64         // sequence that the chain may begin with, where older manifests were archived; 0 for 1
	Holds  []string      // digests of manifests that must be in it, noted earlier: nothing else shows that the newest are gone
}

// VerifyChain checks that manifests, which Verify read, follow one another: each names
// the digest and the place of the one before and the next sequence number. Nothing may
// be missing, altered, swapped, out of order, twice or forked. They may be given in any
// order, and may form several chains, each of which must begin with sequence 1. A
// problem is added to the report of the later manifest, from which it shows. Reports
// without a statement are left out: they have a problem already.
func VerifyChain(reports []*Report, opt ChainOptions) {
	c := newChain(reports)
	for _, r := range c.reports {
		c.link(r, opt)
	}
	for _, r := range c.reports {
		if _, followed := c.next[r.SHA256]; !followed {
			c.end(r, opt)
		}
	}
	for _, digest := range opt.Holds {
		if _, ok := c.digest[digest]; !ok && len(reports) > 0 {
			last := reports[len(reports)-1]
			if n := len(c.reports); n > 0 {
				last = c.reports[n-1]
			}
			last.problem("chain", "missing: a manifest that the chain must hold, or it was altered", digest, "")
		}
	}
}

// A chain is manifests by what they are found by.
type chain struct {
	reports []*Report // by sequence, none twice
	digest  map[string]*Report
	path    map[string]*Report
	next    map[string]*Report // by the digest of the one before
}

func newChain(reports []*Report) *chain {
	c := &chain{digest: map[string]*Report{}, path: map[string]*Report{}, next: map[string]*Report{}}
	for _, r := range reports {
		if r.Statement == nil || r.Statement.Predicate.Shard != nil {
			continue // no link of a chain: that is what merging its like makes
		}
		if same := c.digest[r.SHA256]; same != nil {
			r.problem("chain", "duplicated: the same manifest as "+same.Manifest, "", "")
			continue
		}
		c.digest[r.SHA256], c.path[absolute(r.Manifest)] = r, r
		c.reports = append(c.reports, r)
	}
	slices.SortStableFunc(c.reports, func(a, b *Report) int {
		p, q := &a.Statement.Predicate, &b.Statement.Predicate
		return cmp.Or(cmp.Compare(p.Chain.Sequence, q.Chain.Sequence), p.Run.Finished.Compare(q.Run.Finished))
	})
	return c
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// link checks that the manifest before b is there, and is the one that b followed.
func (c *chain) link(b *Report, opt ChainOptions) {
	this := b.Statement.Predicate.Chain
	c.rescreened(b, opt)
	if this.Previous == "" {
		return
	}
	if other := c.next[this.Previous]; other != nil {
		b.problem("chain", "forked: "+other.Manifest+" follows the same manifest", "", "")
	} else {
		c.next[this.Previous] = b
	}
	place := absolute(filepath.Join(filepath.Dir(b.Manifest), filepath.FromSlash(this.Name)))
	a := c.digest[this.Previous]
	if a == nil {
		switch there := c.path[place]; {
		case this.Sequence == opt.First:
		case this.Name != "" && there != nil && there != b:
			b.problem("chain.previous_sha256", there.Manifest+" was altered or replaced since", this.Previous, there.SHA256)
		default:
			b.problem("chain.previous_sha256", fmt.Sprintf("missing: manifest %d, %s", this.Sequence-1, cmp.Or(this.Name, "of any name")), this.Previous, "")
		}
		return
	}
	before := len(b.Problems)
	if want := a.Statement.Predicate.Chain.Sequence + 1; this.Sequence != want {
		b.problem("chain.sequence", "does not follow "+a.Manifest, fmt.Sprint(this.Sequence), fmt.Sprint(want))
	}
	if this.Name != "" && place != absolute(a.Manifest) {
		_, err := os.Lstat(place)
		if gone := errors.Is(err, fs.ErrNotExist); !gone || filepath.Base(place) != filepath.Base(a.Manifest) {
			b.problem("chain.previous_name", "swapped or renamed: the manifest before is in another file", this.Name, a.Manifest)
		}
	}
	gap := b.Statement.Predicate.Run.Finished.Sub(a.Statement.Predicate.Run.Finished)
	switch {
	case gap < 0:
		b.problem("run.finished", "out of order: before "+a.Manifest, "", gap.String())
	case opt.MaxGap > 0 && gap > opt.MaxGap:
		b.problem("run.finished", "a run was missed: too long after "+a.Manifest, opt.MaxGap.String(), gap.String())
	}
	if len(b.Problems) == before {
		b.checked("chain: follows %s", a.Manifest)
	}
}

// rescreened checks that the manifests are there that a re-screen took its deliveries from.
func (c *chain) rescreened(b *Report, opt ChainOptions) {
	p := &b.Statement.Predicate
	if p.Rescreen == nil || opt.First > 0 {
		return // older ones may be elsewhere
	}
	for _, f := range p.Rescreen.Follows {
		if f.SHA256 == p.Chain.Previous || c.digest[f.SHA256] != nil {
			continue
		}
		place := absolute(Locate(b.Manifest, f.Name))
		there := c.path[place]
		if there == nil {
			there, _ = open(place) // of a chain that is not verified now
		}
		switch {
		case there == nil:
			b.problem("rescreen.follows", "missing: "+f.Name, f.SHA256, "")
		case there.SHA256 != f.SHA256:
			b.problem("rescreen.follows", there.Manifest+" was altered or replaced since", f.SHA256, there.SHA256)
		}
	}
}

// end checks that the last manifest of a chain is not too old.
func (c *chain) end(r *Report, opt ChainOptions) {
	if opt.MaxGap <= 0 || opt.Until.IsZero() {
		return
	}
	if gap := opt.Until.Sub(r.Statement.Predicate.Run.Finished); gap > opt.MaxGap {
		r.problem("run.finished", "a run was missed: none since", opt.MaxGap.String(), gap.Round(time.Second).String())
	}
}

// Follow returns the chain entry for a manifest that is to be written at path next and
// follows the one at previous. If previous is a directory, that is the last one of the
// chain in and below it, whatever is at next now, which a repeated run replaces; if
// there is none, the chain begins. from is the path of the one before, if there is one.
//
// Only a manifest that was not altered can be followed. The error is ErrBroken
// otherwise, or if there are several to choose from; or tells why one cannot be read.
func Follow(previous, next string) (c Chain, from string, err error) {
	info, err := os.Stat(previous)
	if err != nil {
		return c, "", err
	}
	from = previous
	if info.IsDir() {
		if from, err = head(previous, next); err != nil || from == "" {
			return Chain{Sequence: 1}, "", err
		}
	} else if at, err := os.Stat(next); err == nil && os.SameFile(info, at) {
		return c, "", fmt.Errorf("%w: the new manifest would replace the one that it follows", ErrBroken)
	}
	r, err := Verify(from, VerifyOptions{NoOutputs: true})
	if err != nil {
		return c, "", err
	}
	if !r.OK() {
		return c, "", fmt.Errorf("%w: %s: %w", ErrBroken, from, r.Problems[0])
	}
	c = Chain{Sequence: r.Statement.Predicate.Chain.Sequence + 1, Previous: r.SHA256, Name: from}
	if rel, err := filepath.Rel(absolute(filepath.Dir(next)), absolute(from)); err == nil {
		c.Name = filepath.ToSlash(rel)
	}
	return c, from, nil
}

// head returns the last manifest of the one chain in dir, leaving out the one at next;
// "" if there is none.
func head(dir, next string) (string, error) {
	found, err := Find(dir)
	if err != nil {
		return "", err
	}
	var reports []*Report
	for _, path := range found.Manifests {
		r, err := open(path)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrBroken, err)
		}
		reports = append(reports, r)
	}
	c := newChain(reports)
	var last []*Report
	replaced := c.path[absolute(next)]
	followed := map[string]bool{}
	for _, r := range c.reports {
		if r != replaced {
			followed[r.Statement.Predicate.Chain.Previous] = true
		}
	}
	if replaced != nil && followed[replaced.SHA256] {
		return "", fmt.Errorf("%w: others follow %s, which would be replaced", ErrBroken, next)
	}
	for _, r := range c.reports {
		if r != replaced && !followed[r.SHA256] {
			last = append(last, r)
		}
	}
	switch len(last) {
	case 0:
		return "", nil
	case 1:
		return last[0].Manifest, nil
	}
	return "", fmt.Errorf("%w: %s holds %d manifests that none follows, among them %s and %s", ErrBroken, dir, len(last), last[0].Manifest, last[1].Manifest)
}
