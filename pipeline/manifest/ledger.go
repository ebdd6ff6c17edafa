package manifest

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"sluice/pipeline/merkle"
)

// A Ledger is what commits to each line of the decision ledger: the root of a Merkle tree
// over them. It is left out of the content digest, because it rests on a secret.
type Ledger struct {
	Algorithm string `json:"algorithm"` // merkle.Algorithm
	Root      string `json:"root"`
	Rows      int64  `json:"rows"`
	Nonce     string `json:"nonce"`  // that the salts of this ledger come from, with the secret
	Key       string `json:"key"`    // the file of the secret
	KeyID     string `json:"key_id"` // which does not give it away
}

// Errors of the secret of a ledger.
var (
	ErrLedgerKey  = errors.New("not the key of a ledger: 64 digits of lower-case hex")
	ErrAnotherKey = errors.New("another key than the one that the ledger's salts come from")
)

// ReadLedgerKey reads the secret of a ledger's salts. The error is ErrLedgerKey for a
// file that is something else: it says nothing of the content.
func ReadLedgerKey(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimSuffix(data, []byte("\n"))
	secret, err := hex.DecodeString(string(data))
	if err != nil || len(secret) != merkle.SecretSize || !hex64.Match(data) {
		return nil, ErrLedgerKey
	}
	return secret, nil
}

// LedgerKey returns what a file with a secret holds.
func LedgerKey(secret []byte) []byte { return append(hex.AppendEncode(nil, secret), '\n') }

// NewLedger returns the commitment to a ledger of so many rows with this root. key is the
// name of the file of the secret.
func NewLedger(root merkle.Hash, rows int64, secret, nonce []byte, key string) *Ledger {
	return &Ledger{merkle.Algorithm, hex.EncodeToString(root[:]), rows, hex.EncodeToString(nonce), key, hex.EncodeToString(merkle.KeyID(secret))}
}

// Salts returns the salts of the ledger's lines. keyPath is where the secret is.
func (l *Ledger) Salts(keyPath string) (*merkle.Salts, error) {
	secret, err := ReadLedgerKey(keyPath)
	if err != nil {
		return nil, err
	}
	nonce, err := hex.DecodeString(l.Nonce)
	if err != nil || hex.EncodeToString(merkle.KeyID(secret)) != l.KeyID {
		return nil, ErrAnotherKey
	}
	return merkle.NewSalts(secret, nonce), nil
}

// ledger compares the lines of the ledger, which are in the file at path, with its root
// and its number of rows.
func (r *Report) ledger(opt VerifyOptions, path string, o Output) {
	l := r.Statement.Predicate.Ledger
	keyPath := opt.LedgerKey
	if keyPath == "" {
		keyPath = opt.Files(l.Key)
	}
	salts, err := l.Salts(keyPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.skipped("root of the ledger: its key %s is not here", l.Key)
	case err != nil:
		r.problem("ledger key "+l.Key, withoutPath(err).Error(), "", "")
	}
	rows, root, err := opt.Ledger(path, o, salts)
	r.counted(o, rows, err)
	if salts == nil || err != nil || rows != o.Rows {
		return
	}
	if found := hex.EncodeToString(root[:]); found != l.Root {
		r.problem("ledger.root", "the lines of "+o.Name+" have another root", l.Root, found)
		return
	}
	r.checked("root of the ledger")
}

func withoutPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
