package manifest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/gowebpki/jcs"
)

// Seal makes a statement of p: it puts sets in order, names the outputs as subjects,
// checks that everything balances, and adds the content digest.
func Seal(p Predicate) (*Statement, error) {
	p.normalise()
	st := &Statement{Type: StatementType, PredicateType: PredicateType, Predicate: p, Subject: []Subject{}}
	for _, o := range p.Outputs {
		st.Subject = append(st.Subject, Subject{Name: o.Name, Digest: o.Digest})
	}
	if err := st.Check(); err != nil {
		return nil, err
	}
	digest, err := st.contentDigest()
	if err != nil {
		return nil, err
	}
	st.Predicate.ContentDigest = digest
	st.Predicate.Chain.Self = ""
	data, err := st.Marshal()
	if err != nil {
		return nil, err
	}
	st.Predicate.Chain.Self, err = selfDigest(data)
	return st, err
}

// normalise gives sets their order and absent arrays their brackets. Inputs, lists,
// reasons, flags and columns have an order of their own, which is kept.
func (p *Predicate) normalise() {
	p.Tool.Tables = slices.Clone(p.Tool.Tables)
	slices.SortFunc(p.Tool.Tables, func(a, b Table) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256))
	})
	p.Lists = slices.Clone(p.Lists)
	slices.SortStableFunc(p.Lists, func(a, b List) int { return cmp.Compare(a.ID, b.ID) })
	p.Outputs = slices.Clone(p.Outputs)
	slices.SortFunc(p.Outputs, func(a, b Output) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Name, b.Name))
	})
	p.NotChecked = slices.Clone(p.NotChecked)
	slices.SortFunc(p.NotChecked, func(a, b NotChecked) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
	})
	p.Inputs = slices.Clone(p.Inputs)
	for i := range p.Inputs {
		s := slices.Clone(present(p.Inputs[i].Settings))
		slices.SortStableFunc(s, func(a, b Setting) int { return cmp.Compare(a.Name, b.Name) })
		p.Inputs[i].Settings = s
	}
	p.Tool.Tables, p.Inputs, p.Lists = present(p.Tool.Tables), present(p.Inputs), present(p.Lists)
	p.Reasons, p.Flags, p.Columns = present(p.Reasons), present(p.Flags), present(p.Columns)
	p.Outputs, p.NotChecked = present(p.Outputs), present(p.NotChecked)
	p.Policy.ReasonOrder = present(p.Policy.ReasonOrder)
	if len(p.Policy.Effective) == 0 {
		p.Policy.Effective = json.RawMessage("{}")
	}
	p.Run.Started, p.Run.Finished = p.Run.Started.UTC(), p.Run.Finished.UTC()
	if p.Chain.Sequence == 0 {
		p.Chain.Sequence = 1
	}
}

// present returns s, or an empty slice for nil: the JSON is [], never null.
func present[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Marshal returns the manifest as indented JSON with a final line end: the bytes
// that are written, signed and chained.
func (s *Statement) Marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Write writes what Marshal returns.
func (s *Statement) Write(w io.Writer) error {
	data, err := s.Marshal()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func (s *Statement) contentDigest() (string, error) {
	data, err := s.Marshal()
	if err != nil {
		return "", err
	}
	return contentDigest(data)
}

// contentDigest returns the SHA-256 of the canonical JSON (RFC 8785) of a manifest
// without its predicate's run, chain, ledger and content_digest.
func contentDigest(data []byte) (string, error) {
	return digestWithout(data, func(p map[string]json.RawMessage) error {
		delete(p, "run")
		delete(p, "chain")
		delete(p, "ledger")
		delete(p, "content_digest")
		return nil
	})
}

// selfDigest returns the SHA-256 of the canonical JSON of a manifest without its
// chain.self_sha256.
func selfDigest(data []byte) (string, error) {
	return digestWithout(data, func(p map[string]json.RawMessage) (err error) {
		var chain map[string]json.RawMessage
		if err := json.Unmarshal(p["chain"], &chain); err != nil {
			return err
		}
		delete(chain, "self_sha256")
		p["chain"], err = json.Marshal(chain)
		return err
	})
}

// digestWithout returns the SHA-256 of the canonical JSON of a manifest after remove
// took names out of its predicate.
func digestWithout(data []byte, remove func(predicate map[string]json.RawMessage) error) (string, error) {
	var st, p map[string]json.RawMessage
	err := json.Unmarshal(data, &st)
	if err == nil {
		err = json.Unmarshal(st["predicate"], &p)
	}
	if err == nil {
		err = remove(p)
	}
	if err != nil {
		return "", err
	}
	if st["predicate"], err = json.Marshal(p); err != nil {
		return "", err
	}
	if data, err = json.Marshal(st); err != nil {
		return "", err
	}
	canonical, err := jcs.Transform(data)
	if err != nil {
		return "", fmt.Errorf("no canonical form: %w", err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// upperEscape is a character of JSON text escaped with digits of upper case, which
// Marshal never writes.
var upperEscape = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\u[0-9a-f]{0,3}[A-F]`)

// asWritten reports whether JSON has the white space and escapes that Marshal gives
// it, so that also a changed blank shows.
func asWritten(data []byte) bool {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return false
	}
	compact := bytes.Clone(b.Bytes())
	b.Reset()
	if json.Indent(&b, compact, "", "  ") != nil {
		return false
	}
	b.WriteByte('\n')
	return bytes.Equal(b.Bytes(), data) && !(bytes.Contains(data, []byte(`\u`)) && upperEscape.Match(data))
}
