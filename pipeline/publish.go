package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"sluice/pipeline/manifest"
)

// A publication is the moment in which outputs appear. It notes how to take back
// each step, so that a failure half-way leaves what was there before.
type publication struct {
	disk   *disk
	staged string   // hidden name of the manifest
	undo   []func() // newest last
	old    []string // hidden names of what was replaced
	dirs   []string
}

// stage writes the manifest beside its place, synced.
func (p *publication) stage(m place, data []byte) error {
	f, name, err := p.disk.createNamed(m)
	if err != nil {
		return outputError(m.given, "open", err)
	}
	p.staged = name
	defer f.Close()
	if err = p.disk.step("write", m.path); err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		return outputError(m.given, "write", err)
	}
	return outputError(m.given, "sync", p.disk.sync(f, m.path))
}

// backup keeps what is at a place under a hidden name, until end. On file systems
// without hard links there is none, and no way back from replacing it.
func (p *publication) backup(at place) (kept bool) {
	name, err := p.disk.linkAway(at)
	if err != nil {
		return false
	}
	p.old = append(p.old, name)
	p.undo = append(p.undo, func() { _ = p.disk.rename(name, at.path) })
	return true
}

// takeAway removes the manifest of an earlier run.
func (p *publication) takeAway(m place) error {
	if _, err := os.Lstat(m.path); err != nil {
		return nil
	}
	p.backup(m)
	err := p.disk.remove(m.path)
	if err == nil {
		err = p.disk.syncDir(m.dir())
	}
	return outputError(m.given, "replace", err)
}

// takeAwayEnvelope removes the signed form of the manifest of an earlier run. A file of
// that name that is something else stays.
func (p *publication) takeAwayEnvelope(m place) error {
	at, err := findPlace(manifest.EnvelopeName(m.given))
	if err != nil || at.stream {
		return nil // nothing of ours
	}
	data, err := os.ReadFile(at.path)
	if err != nil || !manifest.IsEnvelope(data) {
		return nil
	}
	return p.takeAway(at)
}

// put publishes a small file beside the manifest.
func (p *publication) put(at place, data []byte) error {
	staged := p.staged
	defer func() { p.staged = staged }()
	if err := p.stage(at, data); err != nil {
		p.disk.discard(p.staged)
		return err
	}
	if err := p.rename(p.staged, at); err != nil {
		p.disk.discard(p.staged)
		return err
	}
	return nil
}

// publish gives an output its name.
func (p *publication) publish(f *output) error {
	at := f.place
	if !slices.Contains(p.dirs, at.dir()) {
		p.dirs = append(p.dirs, at.dir())
	}
	if _, err := os.Lstat(at.path); err == nil {
		p.backup(at)
	} else if f.name == "" {
		// Nothing there, and a file without a name: one step.
		err := p.disk.link(f.file, at.path)
		if err == nil {
			p.undo = append(p.undo, func() { p.disk.discard(at.path) })
			return nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return outputError(at.given, "publish", err)
		}
		p.backup(at)
	}
	if f.name == "" {
		name, err := p.disk.linkBeside(f.file, at)
		if err != nil {
			return outputError(at.given, "publish", err)
		}
		f.name = name
	}
	if err := p.rename(f.name, at); err != nil {
		return err
	}
	f.name = ""
	return nil
}

// rename moves a hidden file to its place.
func (p *publication) rename(name string, at place) error {
	_, err := os.Lstat(at.path)
	fresh := err != nil
	if err := p.disk.rename(name, at.path); err != nil {
		return outputError(at.given, "publish", err)
	}
	if fresh {
		p.undo = append(p.undo, func() { p.disk.discard(at.path) })
	}
	return nil
}

func (p *publication) syncDirs() error {
	for _, dir := range p.dirs {
		if err := p.disk.syncDir(dir); err != nil {
			return outputError(dir, "sync", err)
		}
	}
	return nil
}

// seal gives the manifest its name: the run is complete.
func (p *publication) seal(m place) error {
	if err := p.rename(p.staged, m); err != nil {
		return err
	}
	p.staged = ""
	if err := p.disk.syncDir(m.dir()); err != nil {
		return outputError(m.given, "sync", err)
	}
	if failed := manifest.FailureName(m.path); failed != m.path {
		p.disk.discard(failed)
	}
	return nil
}

// end tidies up: well drops what was replaced, else everything is taken back.
func (p *publication) end(well bool) {
	if !well {
		for _, undo := range slices.Backward(p.undo) {
			undo()
		}
		if p.staged != "" {
			p.disk.discard(p.staged)
		}
	}
	for _, name := range p.old {
		p.disk.discard(name)
	}
}
