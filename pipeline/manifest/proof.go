package manifest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sluice/pipeline/merkle"
)

// ProofType is the type of the document that proves one line of a decision ledger.
const ProofType = "https://sluice.dev/ledger-proof/v1"

// A Proof shows that a manifest's ledger holds a line, and nothing of any other line.
type Proof struct {
	Type      string   `json:"_type"`
	Manifest  string   `json:"manifest_sha256"` // of the bytes of the manifest that it belongs to
	Algorithm string   `json:"algorithm"`
	Row       int64    `json:"row"`                   // over the whole list, from 1
	Rows      int64    `json:"rows"`                  // of the run
	Before    int64    `json:"rows_before,omitempty"` // of the list, that other shards have
	Cells     []string `json:"cells"`
	Salt      string   `json:"salt"`
	Path      []string `json:"path"` // the hashes beside it, from the leaf up
	Root      string   `json:"root"`
}

// ledgerCells is how many cells a line has: file, row, verdict, reason, reasons, flags,
// list, form, evidence.
const ledgerCells = 9

// ErrNoProof is a proof that does not prove what it says.
var ErrNoProof = errors.New("it proves nothing")

// rowsBefore returns how many rows of the list come before the run's first.
func (p *Predicate) rowsBefore() int64 {
	if p.Shard == nil {
		return 0
	}
	return p.Shard.RowsBefore
}

// Prove returns the proof of the line of a row, from 1 over the whole list, of the ledger of the manifest in r: from its
// cells, its salt, and its path in the tree, which must lead to the manifest's root.
func (r *Report) Prove(row int64, cells []string, salt []byte, path []merkle.Hash) (*Proof, error) {
	l := r.Statement.Predicate.Ledger
	if l == nil {
		return nil, fmt.Errorf("%w: the manifest has no root over its ledger", ErrNoProof)
	}
	p := &Proof{Type: ProofType, Manifest: r.SHA256, Algorithm: l.Algorithm, Row: row, Rows: l.Rows, Before: r.Statement.Predicate.rowsBefore(),
		Cells: cells, Salt: hex.EncodeToString(salt), Path: []string{}, Root: l.Root}
	for _, h := range path {
		p.Path = append(p.Path, hex.EncodeToString(h[:]))
	}
	return p, p.Check()
}

// ParseProof reads a proof strictly. It does not check it.
func ParseProof(data []byte) (*Proof, error) {
	p := new(Proof)
	if where, ok := integers(data); !ok {
		return nil, fmt.Errorf("not a proof: %s", where)
	}
	if err := strict(data, p); err != nil {
		return nil, fmt.Errorf("not a proof: %w", err)
	}
	if p.Type != ProofType || p.Algorithm != merkle.Algorithm {
		return nil, fmt.Errorf("not a proof of a kind that this program knows: its type is not %s with %s", ProofType, merkle.Algorithm)
	}
	return p, nil
}

// Check reports whether the line leads to the root. Whose root that is it does not know:
// see Report.Accept.
func (p *Proof) Check() error {
	if len(p.Cells) != ledgerCells || strings.Contains(strings.Join(p.Cells, ""), "\t") {
		return fmt.Errorf("%w: its cells are not those of a line", ErrNoProof)
	}
	if p.Cells[1] != strconv.FormatInt(p.Row, 10) {
		return fmt.Errorf("%w: its cells are of another row", ErrNoProof)
	}
	salt, err := hex.DecodeString(p.Salt)
	if err != nil || !hex32.MatchString(p.Salt) {
		return fmt.Errorf("%w: its salt is not 16 bytes in lower-case hex", ErrNoProof)
	}
	var leaf merkle.Leaf
	leaf.Reset(salt)
	for _, c := range p.Cells {
		leaf.Cell([]byte(c))
	}
	path := make([]merkle.Hash, len(p.Path))
	for i, text := range p.Path {
		h, err := hex.DecodeString(text)
		if err != nil || !hex64.MatchString(text) {
			return fmt.Errorf("%w: a hash of its path is not 32 bytes in lower-case hex", ErrNoProof)
		}
		copy(path[i][:], h)
	}
	if root, ok := merkle.RootFrom(leaf.Hash(), p.Row-1-p.Before, p.Rows, path); !ok || hex.EncodeToString(root[:]) != p.Root {
		return fmt.Errorf("%w: its line does not lead to its root", ErrNoProof)
	}
	return nil
}

// Accept compares a proof with the manifest in r, and adds what is wrong to the report.
func (r *Report) Accept(p *Proof) {
	before := len(r.Problems)
	if l := r.Statement.Predicate.Ledger; l == nil {
		r.problem("proof", "the manifest has no root over its ledger", "", "")
	} else {
		if l.Root != p.Root {
			r.problem("proof.root", "the proof is of another ledger", l.Root, p.Root)
		}
		if l.Rows != p.Rows {
			r.problem("proof.rows", "the proof is of another ledger", fmt.Sprint(l.Rows), fmt.Sprint(p.Rows))
		}
		if before := r.Statement.Predicate.rowsBefore(); before != p.Before {
			r.problem("proof.rows_before", "the proof is of another ledger", fmt.Sprint(before), fmt.Sprint(p.Before))
		}
	}
	if p.Manifest != r.SHA256 {
		r.problem("proof.manifest_sha256", "the proof names another manifest, or this one was altered", p.Manifest, r.SHA256)
	}
	if err := p.Check(); err != nil {
		r.problem("proof", err.Error(), "", "")
	}
	if len(r.Problems) == before {
		r.checked("proof: row %d", p.Row)
	}
}

// Marshal returns the proof as indented JSON with a final line end.
func (p *Proof) Marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(p)
	return b.Bytes(), err
}

// Show writes the line for people.
func (p *Proof) Show(w io.Writer) error {
	c := p.Cells
	of := fmt.Sprint(p.Rows)
	if p.Before > 0 {
		of = fmt.Sprintf("rows %d to %d", p.Before+1, p.Before+p.Rows)
	}
	_, err := fmt.Fprintf(w, "row %d of %s: %s", p.Row, of, printable(c[2]))
	for _, more := range []struct{ name, text string }{{"reason", c[3]}, {"all reasons", c[4]}, {"flags", c[5]}, {"list", c[6]}, {"form", c[7]}, {"evidence", c[8]}} {
		if more.text != "" && err == nil {
			_, err = fmt.Fprintf(w, ", %s %s", more.name, printable(more.text))
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "\nmanifest %s, root %s\n", p.Manifest, p.Root)
	}
	return err
}
