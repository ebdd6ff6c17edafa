package manifest

import (
	"os"
	"path/filepath"
	"strings"
)

// Name returns how a manifest at path manifest names the file at path file: relative
// to the manifest's directory, with slashes, if the file is in that directory or
// below it, so that the directory can be moved as a whole; else as the user gave it.
// "-", a standard stream, stays as it is.
func Name(manifest, file string) string {
	if file == "-" || manifest == "" || manifest == "-" {
		return file
	}
	dir, err1 := filepath.Abs(filepath.Dir(manifest))
	abs, err2 := filepath.Abs(file)
	if err1 != nil || err2 != nil {
		return file
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return file
	}
	return filepath.ToSlash(rel)
}

// Locate returns the path of the file that a manifest at path manifest calls name: an
// absolute name is one, any other is looked for beside the manifest and then in
// the working directory.
func Locate(manifest, name string) string {
	local := filepath.FromSlash(name)
	if name == "-" || filepath.IsAbs(local) {
		return local
	}
	beside := filepath.Join(filepath.Dir(manifest), local)
	if _, err := os.Stat(beside); err == nil {
		return beside
	}
	if _, err := os.Stat(local); err == nil {
		return local
	}
	return beside
}
