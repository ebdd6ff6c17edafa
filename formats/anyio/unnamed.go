package anyio

import "os"

// openRemoved makes a file that only its owner can read (os.CreateTemp: 0600) and
// removes its name while it stays open. Where that cannot be done the name stays
// until Close, over bytes that are noise without their key.
func openRemoved(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".sluice-spool-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name())
	return f, nil
}
