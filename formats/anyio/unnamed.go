package anyio

import "os"

// openRemoved makes a file that only its owner can read (os.CreateTemp: 0600) and
// removes its name while it stays open. Where that cannot be done its path is
// returned, to be removed when it is closed; its bytes are noise without their key.
func openRemoved(dir string) (f *os.File, path string, err error) {
	f, err = os.CreateTemp(dir, ".sluice-spool-*")
	if err != nil {
		return nil, "", err
	}
	if os.Remove(f.Name()) != nil {
		path = f.Name()
	}
	return f, path, nil
}
