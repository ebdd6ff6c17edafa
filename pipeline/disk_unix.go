//go:build unix

package pipeline

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockPlace claims at, or returns ErrLocked.
func lockPlace(at place) (*lock, error) {
	path := hidden(at, "", "lock")
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			f.Close()
			if err == unix.EWOULDBLOCK {
				err = ErrLocked
			}
			return nil, err
		}
		// The file may have been removed by its last owner since it was opened.
		mine, err1 := f.Stat()
		now, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(mine, now) {
			return &lock{f, path}, nil
		}
		f.Close()
	}
}

// release removes the lock's file while it is still locked, so that nobody locks a
// file that is about to go.
func (l *lock) release() {
	_ = os.Remove(l.path)
	l.file.Close()
}

func syncDirectory(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && err != unix.EINVAL {
		return err
	}
	return nil
}
