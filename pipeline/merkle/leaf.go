package merkle

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// Algorithm names the way from lines to root, in manifests. A change of anything in this
// package that changes a root gets another name.
const Algorithm = "sluice-ledger-1"

// Sizes in bytes.
const (
	SecretSize = 32
	NonceSize  = 16
	SaltSize   = 16
)

// A Leaf takes the cells of one line after the other, and makes its hash. The line is the
// cells with a tab between two; no cell holds one. The zero value is ready.
type Leaf struct {
	buf   []byte
	cells int
}

// Reset begins a line with its salt.
func (l *Leaf) Reset(salt []byte) {
	l.buf, l.cells = append(append(l.buf[:0], 0), salt...), 0
}

// Cell appends the next cell.
func (l *Leaf) Cell(text []byte) {
	if l.cells > 0 {
		l.buf = append(l.buf, '\t')
	}
	l.buf = append(l.buf, text...)
	l.cells++
}

// Hash returns the hash of the line.
func (l *Leaf) Hash() Hash { return sha256.Sum256(l.buf) }

// Salts are the salts of one ledger: the key stream of AES-256 in counter mode, 16 bytes
// a row, so that one tells nothing of another. They may be used concurrently.
type Salts struct{ block cipher.Block }

// NewSalts returns the salts that come from a secret of SecretSize bytes and the nonce of
// the ledger. A secret that many ledgers share gives each its own salts.
func NewSalts(secret, nonce []byte) *Salts {
	block, err := aes.NewCipher(derive(secret, "sluice ledger salts\x00", nonce))
	if err != nil {
		panic(err) // the key is of a length that there is
	}
	return &Salts{block}
}

// Append appends the salts of n rows, the first of which is row, from 1.
func (s *Salts) Append(to []byte, row int64, n int) []byte {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(row))
	lo := len(to)
	to = append(to, make([]byte, n*SaltSize)...)
	cipher.NewCTR(s.block, counter[:]).XORKeyStream(to[lo:], to[lo:])
	return to
}

// Nonce returns the nonce of a ledger from what tells its run from others: the same run
// again has the same. It tells nothing of what it was made from.
func Nonce(secret, run []byte) []byte {
	return derive(secret, "sluice ledger nonce\x00", run)[:NonceSize]
}

// KeyID returns the name of a secret, which does not give it away.
func KeyID(secret []byte) []byte { return derive(secret, "sluice ledger key\x00", nil)[:8] }

func derive(secret []byte, use string, from []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(use))
	h.Write(from)
	return h.Sum(nil)
}
