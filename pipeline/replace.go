package pipeline

import (
	"os"
	"path/filepath"
)

// Lock claims the output at path, which need not be there, as a run that writes it does:
// as long as the process lives, or until unlock. It is ErrLocked if another run has it.
func Lock(path string) (unlock func(), err error) {
	at, err := findPlace(path)
	if err != nil {
		return nil, err
	}
	l, err := lockPlace(at)
	if err != nil {
		return nil, outputError(at.given, "lock", err)
	}
	return func() { new(disk).unlock(l) }, nil
}

// Replace gives a file that was published beside path that name, in the place of what
// has it: what a run does that first writes down elsewhere what it is about to do. The
// new name is on the disk when it returns.
func Replace(staged, path string) error {
	at, err := findPlace(path)
	if err != nil {
		return err
	}
	if err := os.Rename(staged, at.path); err != nil {
		return outputError(path, "publish", err)
	}
	return outputError(path, "sync", syncDirectory(at.dir()))
}

// Staged returns the hidden name under which Replace is to find what will stand at path.
func Staged(path string) (string, error) {
	at, err := findPlace(path)
	if err != nil {
		return "", err
	}
	return filepath.Join(at.dir(), "."+filepath.Base(at.path)+".sluice-rescreen"), nil
}

// AppendSynced adds a line to the journal f and waits until it is on the disk.
func AppendSynced(f *os.File, line []byte) error {
	if _, err := f.Write(append(line, '\n')); err != nil {
		return outputError(f.Name(), "write", err)
	}
	return outputError(f.Name(), "sync", f.Sync())
}
