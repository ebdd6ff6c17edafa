package manifest

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Found is what a directory holds of manifests.
type Found struct {
	Manifests []string // also what was one, by its names, and what is no JSON at all
	Envelopes []string // of signed manifests
	Others    []string // other JSON
}

// Find looks for manifests in dir and below: files whose name ends in .json and whose
// JSON says, in any of the names that only a manifest has, that they are one. So one
// that was altered is still found. Hidden files and directories, symbolic links, and
// word of failed runs are left out.
func Find(dir string) (Found, error) {
	var f Found
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || !strings.HasSuffix(path, ".json"):
			return nil
		case strings.HasSuffix(path, envelopeSuffix):
			f.Envelopes = append(f.Envelopes, path)
			return nil
		}
		data, err := readAll(path)
		if err != nil {
			return err
		}
		switch kindOf(data) {
		case isManifest:
			f.Manifests = append(f.Manifests, path)
		case isOther:
			f.Others = append(f.Others, path)
		}
		return nil
	})
	slices.Sort(f.Manifests)
	return f, err
}

// Orphans returns the envelopes whose manifest is gone.
func (f Found) Orphans() []string {
	expected := map[string]bool{}
	for _, m := range f.Manifests {
		expected[EnvelopeName(m)] = true
	}
	var gone []string
	for _, e := range f.Envelopes {
		if !expected[e] {
			gone = append(gone, e)
		}
	}
	return gone
}

type kind int

const (
	isManifest kind = iota
	isOther
	isFailure
)

// kindOf tells what a JSON file is. What cannot be read as JSON counts as a manifest:
// it may have been one.
func kindOf(data []byte) kind {
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return isManifest
	}
	names, _ := doc.(map[string]any)
	if names["_type"] == FailureType {
		return isFailure
	}
	for _, name := range []string{"_type", "subject", "predicateType", "predicate"} {
		if _, ok := names[name]; ok {
			return isManifest
		}
	}
	return isOther
}

// IsManifest reports whether the file at path is, or was, a manifest, as Find tells.
func IsManifest(path string) bool {
	if !strings.HasSuffix(path, ".json") || strings.HasSuffix(path, envelopeSuffix) {
		return false
	}
	data, err := readAll(path)
	return err == nil && kindOf(data) == isManifest
}

// envelopeSuffix ends the names of signed manifests.
const envelopeSuffix = ".dsse.json"

// EnvelopeName returns where the signed form of the manifest at path goes: x.json
// gives x.dsse.json.
func EnvelopeName(path string) string { return strings.TrimSuffix(path, ".json") + envelopeSuffix }
