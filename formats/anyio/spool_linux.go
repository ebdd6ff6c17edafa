package anyio

import (
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed returns a new file in dir that no name leads to: never one where the
// file system knows O_TMPFILE, else one that is removed at once. A path is returned
// only for one that could not be removed.
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

// widenPipe lets a pipe hold a mebibyte, the most an ordinary user may ask for, so
// that the writer at its other end need not wait for every 64 KiB. It is a wish:
// errors are of no consequence.
func widenPipe(f *os.File) {
	c, err := f.SyscallConn()
	if err == nil {
		_ = c.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, 1<<20) })
	}
}
