package manifest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// PayloadType is the media type of a manifest in an envelope.
const PayloadType = "application/vnd.in-toto+json"

// An Envelope is a signed manifest in the form of DSSE 1.0
// (github.com/secure-systems-lab/dsse).
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     string      `json:"payload"` // standard base64 of the manifest's bytes
	Signatures  []Signature `json:"signatures"`
}

// A Signature is one key's.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // standard base64
}

// Errors of signed manifests.
var (
	ErrUnsigned  = errors.New("not signed by this key")
	ErrSignature = errors.New("the signature is not that of the manifest")
)

// KeyID returns the name of a public key: the SHA-256 of its bytes in hex.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:])
}

// Sign returns the envelope, as JSON, of a manifest's bytes.
func Sign(data []byte, key ed25519.PrivateKey) ([]byte, error) {
	e := Envelope{PayloadType: PayloadType, Payload: base64.StdEncoding.EncodeToString(data), Signatures: []Signature{{
		KeyID: KeyID(key.Public().(ed25519.PublicKey)),
		Sig:   base64.StdEncoding.EncodeToString(ed25519.Sign(key, preAuth(PayloadType, data))),
	}}}
	out, err := json.MarshalIndent(e, "", "  ")
	return append(out, '\n'), err
}

// parseEnvelope reads an envelope strictly.
func parseEnvelope(envelope []byte) (e Envelope, err error) {
	if len(envelope) > 2*MaxSize {
		return e, fmt.Errorf("%w: larger than %d bytes", ErrNotManifest, 2*MaxSize)
	}
	if where, ok := integers(envelope); !ok {
		return e, fmt.Errorf("%w: %s", ErrNotManifest, where)
	}
	if err := strict(envelope, &e); err != nil {
		return e, fmt.Errorf("%w: %w", ErrNotManifest, err)
	}
	if e.PayloadType != PayloadType {
		return e, fmt.Errorf("%w: an envelope of something else", ErrNotManifest)
	}
	return e, nil
}

// OpenEnvelope returns the manifest's bytes from an envelope that key signed.
func OpenEnvelope(envelope []byte, key ed25519.PublicKey) ([]byte, error) {
	e, err := parseEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.Strict().DecodeString(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("%w: its payload is not base64", ErrNotManifest)
	}
	if len(key) != ed25519.PublicKeySize {
		return nil, errors.New("not an Ed25519 public key")
	}
	found := ErrUnsigned
	for _, s := range e.Signatures {
		sig, err := base64.StdEncoding.Strict().DecodeString(s.Sig)
		if err == nil && s.KeyID == KeyID(key) && ed25519.Verify(key, preAuth(e.PayloadType, data), sig) {
			return data, nil
		}
		if s.KeyID == KeyID(key) {
			found = ErrSignature
		}
	}
	return nil, found
}

// preAuth is the pre-authentication encoding: what is signed.
func preAuth(kind string, body []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(kind), kind, len(body), body)
}
