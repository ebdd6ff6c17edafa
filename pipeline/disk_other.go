//go:build !unix

package pipeline

import (
	"errors"
	"io/fs"
	"os"
)

// lockPlace claims at, or returns ErrLocked. Without file locks the mere existence
// of the lock's file is the claim, and that of a killed run must be removed by hand.
func lockPlace(at place) (*lock, error) {
	path := hidden(at, "", "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		err = ErrLocked
	}
	if err != nil {
		return nil, err
	}
	return &lock{f, path}, nil
}

func (l *lock) release() {
	l.file.Close()
	_ = os.Remove(l.path)
}

// syncDirectory has nothing to do where directories cannot be synced.
func syncDirectory(string) error { return nil }
