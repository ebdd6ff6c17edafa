package manifest

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
)

// A Failure is what a run that published nothing leaves behind: why, and how far it
// came. It holds no content of any row, and is no manifest: its type differs.
type Failure struct {
	Type       string     `json:"_type"`
	Tool       Tool       `json:"tool"`
	Error      string     `json:"error"`
	Code       string     `json:"code,omitempty"` // gate, input, lists, locked, output, interrupted, internal, …
	ExitStatus int        `json:"exit_status"`
	Hint       string     `json:"hint,omitempty"`
	Inputs     []string   `json:"inputs"`
	Outputs    []string   `json:"outputs"`
	Accounting Accounting `json:"accounting"` // as far as it came; need not balance
	Run        Run        `json:"run"`
}

// Marshal returns the failure as indented JSON with a final line end.
func (f Failure) Marshal() ([]byte, error) {
	f.Type = FailureType
	f.Tool.Tables = present(f.Tool.Tables)
	f.Inputs, f.Outputs = present(f.Inputs), present(f.Outputs)
	f.Run.Started, f.Run.Finished = f.Run.Started.UTC(), f.Run.Finished.UTC()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(f)
	return b.Bytes(), err
}

// FailureName returns where the failure of a run goes whose manifest was to be at
// path manifest: x.manifest.json and x.json give x.failed.manifest.json, and
// manifest.json gives failed.manifest.json.
func FailureName(manifest string) string {
	dir, base := filepath.Split(manifest)
	base = strings.TrimSuffix(base, ".json")
	if base == "manifest" {
		return dir + "failed.manifest.json"
	}
	return dir + strings.TrimSuffix(base, ".manifest") + ".failed.manifest.json"
}
