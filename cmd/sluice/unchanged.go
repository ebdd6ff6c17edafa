package main

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"

	"sluice/formats/anyio"
	"sluice/pipeline/manifest"
)

// exitUnchanged says that --skip-unchanged found nothing to do.
const exitUnchanged = 99

var errNothingToDo error = &failure{exit: exitUnchanged, code: "unchanged",
	err: errors.New("inputs, lists and settings are those of the last run: nothing to do")}

// unchanged reports whether the last run's manifest describes just what this run would
// do, from the same bytes, and its outputs are still as it left them.
func (s *screening) unchanged() (bool, error) {
	last, err := manifest.ReadFile(s.manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, nil // whatever is there, it is no account of a run
	}
	p := &last.Predicate
	policy, err := s.effectivePolicy()
	if err != nil {
		return false, err
	}
	tool := s.tool()
	sameTables := len(tool.Tables) == len(p.Tool.Tables)
	for i := range tool.Tables {
		sameTables = sameTables && containsTable(p.Tool.Tables, tool.Tables[i])
	}
	lists := s.manifestLists()
	if policy.SHA256 != p.Policy.SHA256 || policy.Digest != p.Policy.Digest || tool.Version != p.Tool.Version || !sameTables || len(lists) != len(p.Lists) {
		return false, nil
	}
	for i, l := range lists {
		if l.Class != p.Lists[i].Class || l.Digest != p.Lists[i].Digest || l.Name != p.Lists[i].Name || l.Index != p.Lists[i].Index {
			return false, nil
		}
	}
	if !slices.Equal(s.manifestIndexes(), p.Index.Files) {
		return false, nil
	}
	before := slices.Clone(p.Columns)
	for i := range before {
		before[i].Drift = 0 // that of this run is not known yet
	}
	if !reflect.DeepEqual(s.columnMap(), before) {
		return false, nil
	}
	infos := s.source.Infos()
	if len(infos) != len(p.Inputs) {
		return false, nil
	}
	for i, info := range infos {
		if manifest.Name(s.manifest, info.Name) != p.Inputs[i].Name || !sameFile(info.Name, p.Inputs[i].Bytes, p.Inputs[i].Digest) {
			return false, nil
		}
	}
	wanted := map[string]string{} // name to format
	for _, path := range []string{s.output, s.quarantine, s.restricted} {
		if path != "" {
			wanted[manifest.Name(s.manifest, path)] = s.format(path)
		}
	}
	if s.rejects != "" {
		wanted[manifest.Name(s.manifest, s.rejects)] = anyio.CSV
	}
	if s.decisions != "" {
		wanted[manifest.Name(s.manifest, s.decisions)] = ledgerFormat(s.decisions)
	}
	if path := s.keysPath(); path != "" {
		wanted[manifest.Name(s.manifest, path)] = manifest.FormatKeys
	}
	for _, c := range s.sidecars() {
		wanted[manifest.Name(s.manifest, c.path)] = manifest.FormatCSVW
	}
	if len(wanted) != len(p.Outputs) {
		return false, nil
	}
	for _, out := range p.Outputs {
		if wanted[out.Name] != out.Format || !sameFile(manifest.Locate(s.manifest, out.Name), out.Bytes, out.Digest) {
			return false, nil
		}
	}
	return true, nil
}

func containsTable(tables []manifest.Table, t manifest.Table) bool {
	for _, x := range tables {
		if x == t {
			return true
		}
	}
	return false
}

// sameFile reports whether a file has these bytes. A stream never has.
func sameFile(path string, size int64, digest manifest.Digest) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h, want := digest.Hash()
	if _, err := io.Copy(h, f); err != nil {
		return false
	}
	return hex.EncodeToString(h.Sum(nil)) == want
}
