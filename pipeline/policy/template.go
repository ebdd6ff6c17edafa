package policy

import _ "embed"

// Template is a policy file to start from: every setting, commented out, with what it
// means. It loads as it is.
//
//go:embed template.yaml
var Template []byte
