package manifest

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoSums is a manifest whose outputs cannot be in a list of SHA-256 digests.
var ErrNoSums = errors.New("no output has a SHA-256 digest and a file of its own")

// SHA256Sums returns the outputs' digests as sha256sum --check of coreutils reads them,
// in the order of the manifest. Names that hold a backslash or a line end are escaped as
// it does it. An output with another digest is an error: a list without it would pass for
// whole.
func (s *Statement) SHA256Sums(name Naming) ([]byte, error) {
	var b strings.Builder
	for _, o := range s.Predicate.Outputs {
		path, ok := name(o.Name)
		if !ok {
			continue
		}
		if o.SHA256 == "" {
			return nil, fmt.Errorf("%s has an xxh64 digest: %w", o.Name, ErrNoSums)
		}
		b.WriteString(SumLine(o.SHA256, path))
	}
	if b.Len() == 0 {
		return nil, ErrNoSums
	}
	return []byte(b.String()), nil
}

// SumLine returns one line of such a list.
func SumLine(digest, name string) string {
	escaped := sumEscapes.Replace(name)
	mark := ""
	if escaped != name {
		mark = `\`
	}
	return mark + digest + "  " + escaped + "\n"
}

var sumEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
