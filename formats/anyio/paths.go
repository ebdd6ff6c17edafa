package anyio

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sluice/formats"
)

// inputError is a *formats.Error about an input as a whole.
func inputError(name, code, hint, format string, args ...any) *formats.Error {
	return &formats.Error{Pos: formats.Position{File: name, Offset: -1}, Code: code, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// expand returns the files that paths mean, in the order given: a directory's lists
// and a pattern's matches sorted by name. Standard input is "-".
func expand(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return []string{"-"}, nil
	}
	var files []string
	for _, p := range paths {
		found, err := expandOne(p)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	seen := map[string]bool{}
	for _, f := range files {
		c := f
		if f != "-" {
			c = filepath.Clean(f)
		}
		if seen[c] {
			return nil, inputError(f, "input", "name each input once; check that patterns do not overlap", "the input is given twice: its rows would count twice")
		}
		seen[c] = true
	}
	return files, nil
}

func expandOne(p string) ([]string, error) {
	if p == "-" {
		return []string{p}, nil
	}
	info, err := os.Stat(p)
	switch {
	case err == nil && info.IsDir():
		return listDir(p)
	case err == nil:
		return []string{p}, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check that the file may be read by this user"}
	case !strings.ContainsAny(p, "*?["):
		return nil, &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check the path; - reads standard input"}
	}
	found, err := filepath.Glob(p)
	if err != nil {
		return nil, inputError(p, "input", `put a backslash before [ if it is meant as it stands`, "the pattern is malformed")
	}
	found = slices.DeleteFunc(found, func(f string) bool {
		info, err := os.Stat(f)
		return hidden(f) || err == nil && info.IsDir()
	})
	if len(found) == 0 {
		return nil, inputError(p, "input", "check the pattern and the working directory", "no file matches the pattern")
	}
	slices.Sort(found)
	return found, nil
}

// listDir returns the lists in a directory, not in those below it. A list is a file
// that is not hidden and whose name FormatOf knows.
func listDir(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, &formats.Error{Pos: formats.Position{Offset: -1}, Code: "input", Err: err, Hint: "check that the directory may be read by this user"}
	}
	var files []string
	for _, e := range entries {
		f := filepath.Join(dir, e.Name())
		format, _ := FormatOf(f)
		if format == "" || hidden(f) {
			continue
		}
		if info, err := os.Stat(f); err == nil && info.IsDir() {
			continue
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, inputError(dir, "input", "lists end in .csv, .tsv, .parquet or .arrow, or these and .gz or .zst; name other files one by one", "no list in the directory")
	}
	return files, nil
}

func hidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }
