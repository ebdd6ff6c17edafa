package policy

import (
	"encoding/json"

	"github.com/gowebpki/jcs"
)

// Effective returns the policy as it holds, bases and all, as canonical JSON (RFC 8785).
// Settings that were not made are left out.
func (p *Policy) Effective() ([]byte, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(data)
}
