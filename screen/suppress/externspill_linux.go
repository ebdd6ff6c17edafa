package suppress

import (
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed returns a new file in dir that no name leads to: never one where the
// file system knows O_TMPFILE, else one that is removed at once.
func openUnnamed(dir string) (f *os.File, path string, err error) {
	if dir == "" {
		dir = os.TempDir()
	}
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		return os.NewFile(uintptr(fd), dir+"/(unnamed)"), "", nil
	}
	return openRemoved(dir)
}
