package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/pipeline/merkle"
)

// roleLedgerKey is the output that is the secret of a ledger. No manifest names it as one.
const roleLedgerKey = "ledger key"

// readLedgerKey finds the secret of the ledger's salts, or makes one. A ledger that is no
// file, or that no manifest speaks of, has none: it could not be read again.
func (s *screening) readLedgerKey() error {
	if s.decisions == "" || s.manifest == "" || s.dryRun {
		return nil
	}
	if info, err := os.Stat(s.decisions); err == nil && !info.Mode().IsRegular() {
		return nil
	}
	given := s.ledgerKey != ""
	s.ledgerKey = cmp.Or(s.ledgerKey, s.decisions+".key")
	secret, err := manifest.ReadLedgerKey(s.ledgerKey)
	if errors.Is(err, fs.ErrNotExist) && !given {
		s.secret, s.secretIsNew = make([]byte, merkle.SecretSize), true
		rand.Read(s.secret)
		return nil
	}
	if err != nil {
		return &failure{exit: exitUsage, code: "key", err: unread(s.ledgerKey, err), hint: "make one with: openssl rand -hex 32 > KEYFILE; or move this file away"}
	}
	s.secret = secret
	return nil
}

// commitLedger has the run make the root over the ledger's lines. Their salts are those of
// this run: the same inputs, by name and size, lists, policy, secret and name of the
// manifest have the same, so that a run can be repeated, and shards of one that share a
// secret have salts of their own.
func (s *screening) commitLedger(job *pipeline.Job) error {
	if s.secret == nil {
		return nil
	}
	policy, err := s.effectivePolicy()
	if err != nil {
		return err
	}
	run := map[string]any{"policy": policy, "lists": s.manifestLists(), "bytes": s.source.TotalBytes(), "manifest": filepath.Base(s.manifest), "part": s.part}
	var names []string
	for _, info := range s.source.Infos() {
		names = append(names, manifest.Name(s.manifest, info.Name))
	}
	run["inputs"] = names
	data, err := json.Marshal(run)
	if err != nil {
		return err
	}
	s.nonce = merkle.Nonce(s.secret, data)
	job.Salts = merkle.NewSalts(s.secret, s.nonce)
	if s.secretIsNew {
		_, err = s.outputs.Writer(roleLedgerKey).Write(manifest.LedgerKey(s.secret))
	}
	return err
}

// A foundLedger is what a decision ledger was found to hold.
type foundLedger struct {
	rows  int64
	root  merkle.Hash
	cells []string // of the row that was asked for
	salt  []byte
	path  []merkle.Hash
}

// errNoLedger is a file with other columns.
var errNoLedger = errors.New("not a decision ledger")

// readLedger reads the ledger at path, and makes the root over its lines if there are
// salts. row is the one to prove, from 1; 0 for none.
func readLedger(ctx context.Context, path, format string, salts *merkle.Salts, row int64) (*foundLedger, error) {
	source, err := anyio.Open(ctx, []string{path}, anyio.Options{From: format, CSV: csvio.Options{Comma: ',', Header: csvio.HeaderYes, Encoding: csvio.UTF8}})
	if err != nil {
		return nil, err
	}
	defer source.Close()
	names := pipeline.LedgerSchema().Names()
	if !slices.Equal(source.Schema().Names(), names) {
		return nil, errNoLedger
	}
	all := make([]int, len(names))
	for i := range all {
		all[i] = i
	}
	f := new(foundLedger)
	var tree merkle.Tree
	if row > 0 {
		tree.Watch(row - 1)
	}
	var leaf merkle.Leaf
	var views []column.View
	var salt []byte
	for {
		c, err := source.Next()
		if err == io.EOF {
			f.root, f.path = tree.Root()
			return f, nil
		}
		if err != nil {
			return nil, err
		}
		if views, err = c.Decode(views[:0], all); err == nil && len(c.Faults()) > 0 {
			err = errNoLedger
		}
		if err != nil {
			c.Release()
			return nil, err
		}
		n := c.Len()
		if salts != nil {
			salt = salts.Append(salt[:0], f.rows+1, n)
			for i := range n {
				leaf.Reset(salt[i*merkle.SaltSize:][:merkle.SaltSize])
				for k := range views {
					leaf.Cell(views[k].At(i))
				}
				tree.Add(merkle.Subtree{Hash: leaf.Hash()})
			}
		}
		if i := row - 1 - f.rows; i >= 0 && i < int64(n) {
			for k := range views {
				f.cells = append(f.cells, string(views[k].At(int(i))))
			}
			if salts != nil {
				f.salt = slices.Clone(salt[i*merkle.SaltSize:][:merkle.SaltSize])
			}
		}
		f.rows += int64(n)
		c.Release()
	}
}
