package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A disk is the few file operations that outputs need. A test puts a function in
// front of each, to fail there or to pretend that the machine stopped.
type disk struct {
	before  func(op, path string) error
	unnamed func() bool // whether to use files without a name; nil: where they exist
}

func (d *disk) step(op, path string) error {
	if d.before == nil {
		return nil
	}
	return d.before(op, path)
}

// hidden returns a hidden name beside at: ".NAME.sluice-PID-N.kind". A name too long
// to be extended is cut, and told apart by its digest.
func hidden(at place, middle, kind string) string {
	dir, base := filepath.Split(at.path)
	if len(base) > 180 {
		sum := sha256.Sum256([]byte(base))
		base = base[:120] + "-" + hex.EncodeToString(sum[:8])
	}
	return filepath.Join(dir, "."+base+".sluice-"+middle+kind)
}

// free calls make with hidden names until one is not taken.
func free(at place, kind string, make func(name string) error) (string, error) {
	for n := 0; ; n++ {
		name := hidden(at, fmt.Sprintf("%d-%d", os.Getpid(), n), kind)
		err := make(name)
		if err == nil || n == 1000 || !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// create makes a file that nobody sees, for at. Its name is "" if it has none.
func (d *disk) create(at place) (f *os.File, name string, err error) {
	if err := d.step("create", at.path); err != nil {
		return nil, "", err
	}
	if d.unnamed == nil || d.unnamed() {
		if f, err := createUnnamed(at.dir()); err == nil {
			return f, "", nil
		}
	}
	return d.createNamed(at)
}

// createNamed makes a file with a hidden name.
func (d *disk) createNamed(at place) (f *os.File, name string, err error) {
	if err := d.step("create", at.path); err != nil {
		return nil, "", err
	}
	name, err = free(at, ".tmp", func(name string) (err error) {
		f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	return f, name, err
}

func (d *disk) link(f *os.File, to string) error {
	if err := d.step("link", to); err != nil {
		return err
	}
	return linkUnnamed(f, to)
}

// linkBeside gives a file without a name a hidden one.
func (d *disk) linkBeside(f *os.File, at place) (string, error) {
	return free(at, ".tmp", func(name string) error { return d.link(f, name) })
}

// linkAway gives what is at a place a second, hidden name.
func (d *disk) linkAway(at place) (string, error) {
	if err := d.step("backup", at.path); err != nil {
		return "", err
	}
	return free(at, ".old", func(name string) error { return os.Link(at.path, name) })
}

func (d *disk) rename(from, to string) error {
	if err := d.step("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (d *disk) remove(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return os.Remove(path)
}

// discard removes what is of no use any more; it is no harm if it stays.
func (d *disk) discard(path string) { _ = d.remove(path) }

func (d *disk) sync(f *os.File, path string) error {
	if err := d.step("sync", path); err != nil {
		return err
	}
	return f.Sync()
}

func (d *disk) syncDir(dir string) error {
	if err := d.step("syncdir", dir); err != nil {
		return err
	}
	return syncDirectory(dir)
}

// sweep removes what killed runs left beside at, whose lock is held.
func (d *disk) sweep(at place) {
	prefix := strings.TrimSuffix(filepath.Base(hidden(at, "", ".")), ".")
	entries, _ := os.ReadDir(at.dir())
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, prefix) && (strings.HasSuffix(name, ".tmp") || strings.HasSuffix(name, ".old")) {
			d.discard(filepath.Join(at.dir(), name))
		}
	}
}

// unlock gives up a lock and removes its file.
func (d *disk) unlock(l *lock) {
	if d.step("unlock", l.path) == nil {
		l.release()
		return
	}
	l.file.Close()
}

// A lock is a run's claim to an output: a hidden file beside it, locked as long as
// the process lives. The file of a killed run is taken over by the next.
type lock struct {
	file *os.File
	path string
}
