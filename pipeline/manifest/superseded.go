package manifest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// OpenAll reads manifests that are to be verified together, in the order given. What one
// of them says of a file that a later one took and wrote again (sluice rescreen) is
// superseded: Verify then compares the file with the newest statement alone. A file that
// is no manifest, or cannot be read, has a report that says so, with its Err.
func OpenAll(paths []string) []*Report {
	reports := make([]*Report, len(paths))
	for i, path := range paths {
		r, err := open(path)
		if err != nil {
			r = Unreadable(path, err)
		}
		reports[i] = r
	}
	relate(reports)
	return reports
}

// A state is what one manifest says of a file that it wrote.
type state struct {
	by     *Report
	at     int // of by, among all manifests in order of time
	digest Digest
	again  bool // it was there before
}

// places remember where files are: manifests of one directory name the same ones again
// and again.
type places struct {
	files map[[2]string]string
	dirs  map[string]string // without symbolic links
}

// of returns the identity of the file that the manifest at path calls name.
func (p places) of(path, name string) string {
	key := [2]string{filepath.Dir(path), name}
	id, ok := p.files[key]
	if !ok {
		id = p.identity(Locate(path, name))
		p.files[key] = id
	}
	return id
}

// identity is the function of that name, which asks for each directory once.
func (p places) identity(path string) string {
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink != 0 {
		return identity(path)
	}
	dir := filepath.Dir(path)
	real, ok := p.dirs[dir]
	if !ok {
		real = identity(dir)
		p.dirs[dir] = real
	}
	return filepath.Join(real, filepath.Base(path))
}

// relate finds for each report which of its files later ones wrote again, and what they
// were before.
func relate(reports []*Report) {
	var h Holdings
	byRecord := map[*Record]*Report{}
	for _, r := range reports {
		if r.Statement != nil {
			rec := &Record{Path: r.Manifest, SHA256: r.SHA256, Statement: r.Statement}
			h.Records, byRecord[rec] = append(h.Records, rec), r
		}
	}
	h.order()
	files := places{map[[2]string]string{}, map[string]string{}}
	states := map[string][]state{} // by file, oldest first
	rewrote := make([]map[string]*Input, len(h.Records))
	for at, rec := range h.Records {
		rewrote[at] = rec.Statement.Predicate.rewrites(rec.Path, files)
		for _, o := range rec.Statement.Predicate.Outputs {
			if o.Name != "-" {
				id := files.of(rec.Path, o.Name)
				_, again := rewrote[at][id]
				states[id] = append(states[id], state{byRecord[rec], at, o.Digest, again})
			}
		}
	}
	newest := func(id string, from int) string {
		for _, s := range slices.Backward(states[id]) {
			if s.at < from {
				break
			}
			if s.again {
				return s.by.Manifest
			}
		}
		return ""
	}
	seen := map[string]bool{}
	for at, rec := range h.Records {
		r, p := byRecord[rec], &rec.Statement.Predicate
		copied := seen[rec.SHA256] // its original would be the statement before it
		seen[rec.SHA256] = true
		r.superseded, r.earlier = map[string]string{}, map[string][]state{}
		for _, o := range p.Outputs {
			if o.Name == "-" {
				continue
			}
			id := files.of(rec.Path, o.Name)
			by := newest(id, at+1)
			if delivery, ok := strings.CutSuffix(o.Name, KeysSuffix); ok && o.Role == RoleKeys && by == "" {
				by = newest(files.of(rec.Path, delivery), at+1) // which has no key file any more
			}
			r.superseded["output "+o.Name] = by
			older, _ := slices.BinarySearchFunc(states[id], at, func(s state, at int) int { return s.at - at })
			r.earlier[o.Name] = states[id][:older]
			if in := rewrote[at][id]; in != nil && !copied {
				r.custody(p, in, states[id][:older])
			}
		}
		for _, in := range p.Inputs {
			if in.Name != "-" {
				r.superseded["input "+in.Name] = newest(files.of(rec.Path, in.Name), at)
			}
		}
	}
}

// rewrites returns the outputs that were there before, by file: those that are inputs too,
// and of a re-screen also what lies beside them.
func (p *Predicate) rewrites(path string, files places) map[string]*Input {
	var inputs map[string]*Input
	add := func(id string, in *Input) {
		if inputs == nil {
			inputs = map[string]*Input{}
		}
		inputs[id] = in
	}
	for i, in := range p.Inputs {
		if slices.ContainsFunc(p.Outputs, func(o Output) bool { return o.Name == in.Name && o.Name != "-" }) {
			add(files.of(path, in.Name), &p.Inputs[i])
		}
	}
	if p.Rescreen == nil {
		return inputs
	}
	for _, o := range p.Outputs {
		if id := files.of(path, o.Name); inputs[id] == nil {
			add(id, nil)
		}
	}
	return inputs
}

// custody checks that a file which the run took and wrote again was as the manifest
// before says, or that the run says why not.
func (r *Report) custody(p *Predicate, in *Input, earlier []state) {
	if len(earlier) == 0 {
		return
	}
	last := earlier[len(earlier)-1]
	if p.Rescreen != nil {
		for _, d := range p.Rescreen.Deliveries {
			switch {
			case d.Name != in.Name:
			case d.Found == FoundAltered:
				return
			case d.Found == FoundRestored && slices.ContainsFunc(earlier, func(s state) bool { return s.digest == in.Digest }):
				return
			}
		}
	}
	sameKind := (in.Digest.SHA256 == "") == (last.digest.SHA256 == "")
	if sameKind && in.Digest != last.digest {
		r.problem("input "+in.Name, "it was not as "+last.by.Manifest+" recorded it", last.digest.hex(), in.Digest.hex())
	}
}

func (d Digest) hex() string {
	_, sum := d.Hash()
	return sum
}

// newer returns the manifest that says something newer of a file, and notes that.
func (r *Report) newer(where string) (by string) {
	if by = r.superseded[where]; by != "" && by != r.Manifest {
		r.Superseded = append(r.Superseded, fmt.Sprintf("%s: by %s", where, by))
	}
	return by
}

// restored tells whether an output's bytes are those of an earlier manifest.
func (r *Report) restored(name, found string) string {
	for _, s := range slices.Backward(r.earlier[name]) {
		if s.digest.hex() == found {
			return ": it is as " + s.by.Manifest + " recorded it before"
		}
	}
	return ""
}
