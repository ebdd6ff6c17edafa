package manifest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io/fs"
)

// signature compares the manifest with its signed form beside it, which must be there
// if keys are given, and signed by one of them.
func (r *Report) signature(keys []ed25519.PublicKey) {
	path := EnvelopeName(r.Manifest)
	envelope, err := readAll(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(keys) == 0:
		return
	case errors.Is(err, fs.ErrNotExist):
		r.problem("signature", "missing: "+path, "", "")
		return
	case err != nil:
		r.problem("signature", path+" cannot be read", "", "")
		return
	}
	e, err := parseEnvelope(envelope)
	if err == nil && !asWritten(envelope) {
		err = errors.New("it was altered after it was written")
	}
	if err != nil {
		r.problem("signature", path+": "+err.Error(), "", "")
		return
	}
	if payload, err := base64.StdEncoding.Strict().DecodeString(e.Payload); err != nil || !bytes.Equal(payload, r.data) {
		r.problem("signature", path+" holds another manifest", "", "")
		return
	}
	if len(keys) == 0 {
		r.skipped("signature: no key was given")
		return
	}
	for _, key := range keys {
		if _, err = OpenEnvelope(envelope, key); err == nil {
			r.checked("signature by key %s", short(KeyID(key)))
			return
		}
	}
	found := ""
	if len(e.Signatures) > 0 {
		found = "key " + short(e.Signatures[0].KeyID)
	}
	r.problem("signature", path+" is by none of the keys given, or not of this manifest", "", found)
}

// IsEnvelope reports whether data is the signed form of a manifest.
func IsEnvelope(data []byte) bool {
	_, err := parseEnvelope(data)
	return err == nil
}
