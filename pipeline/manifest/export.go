package manifest

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Projections say what a manifest says in the words of other tools: checksums, a data
// package, metrics, lineage. They add nothing to it, hold no more of anybody's data than
// it does, and are functions of what they are given: the same manifest gives the same
// bytes. FORMAT.md says which field goes where.

// A Naming tells how a projection names a file that a manifest names, and whether it can
// name it at all: standard streams it cannot.
type Naming func(name string) (string, bool)

// Names of the projections, as sluice manifest export --to takes them.
const (
	ToOpenLineage = "openlineage"
	ToDataPackage = "datapackage"
	ToSHA256Sums  = "sha256sums"
	ToProm        = "prom"
)

// A RunResult is how one run of a command ended, whether it left a manifest or not.
type RunResult struct {
	Command  string // screen, rescreen, …
	Policy   string // by name; empty if there was none
	ID       string // of the run, as in Run.ID
	Version  string // of the program
	Started  time.Time
	Finished time.Time

	// Manifest is what the run published, or found unchanged; nil if it failed.
	Manifest  *Statement
	Unchanged bool   // Manifest is that of an earlier run, and still holds
	Exit      int    // exit status of the command
	Code      string // of the failure: gate, input, lists, …
	Error     string // in words, without content of any row
}

// Result returns how the run ended that left s.
func (s *Statement) Result() RunResult {
	p, command := &s.Predicate, "screen"
	if p.Rescreen != nil {
		command = "rescreen"
	}
	return RunResult{Command: command, Policy: p.Policy.Name, ID: p.Run.ID, Version: p.Tool.Version,
		Started: p.Run.Started, Finished: p.Run.Finished, Manifest: s}
}

// plainJSON is v as JSON in which <, > and & stand as they are.
func plainJSON(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}

// written reports whether the column is in the lists that the run wrote.
func (c *Column) written() bool { return c.Action != "drop" }

// setting returns what the reader of an input decided about name, or "".
func (in *Input) setting(name string) string {
	for _, s := range in.Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

// stored returns the format of an output's bytes, and how they are compressed: by the
// last part of its name, as when it was written.
func (o *Output) stored() (format, compression string) {
	name := strings.ToLower(o.Name)
	switch {
	case strings.HasSuffix(name, ".gz"), strings.HasSuffix(name, ".gzip"):
		compression = "gz"
	case strings.HasSuffix(name, ".zst"), strings.HasSuffix(name, ".zstd"):
		compression = "zst"
	}
	return o.Format, compression
}
