package manifest

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
)

// TestPreAuth uses the example of the DSSE specification.
func TestPreAuth(t *testing.T) {
	got := string(preAuth("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEnvelope(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	data := []byte(`{"a":1}`)
	envelope, err := Sign(data, key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenEnvelope(envelope, public)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := OpenEnvelope(envelope, other.Public().(ed25519.PublicKey)); !errors.Is(err, ErrUnsigned) {
		t.Errorf("another key: %v", err)
	}
	altered := strings.Replace(string(envelope), `"payload": "e`, `"payload": "f`, 1)
	if _, err := OpenEnvelope([]byte(altered), public); !errors.Is(err, ErrSignature) {
		t.Errorf("altered: %v", err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"payloadType":"x","payload":"","signatures":[]}`, string(envelope) + "x"} {
		if _, err := OpenEnvelope([]byte(bad), public); !errors.Is(err, ErrNotManifest) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
