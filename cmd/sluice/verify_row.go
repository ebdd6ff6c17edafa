package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"sluice/pipeline/manifest"
)

// prove prints that the manifest's ledger holds a row's decision, or writes the proof of
// it. Only the manifest itself and the ledger are read.
func (v *verification) prove(ctx context.Context, path string) error {
	r, err := v.alone(path)
	if err != nil {
		return err
	}
	p := &r.Statement.Predicate
	if shard := p.ShardOf(v.row); shard != "" {
		return v.prove(ctx, manifest.Locate(path, shard))
	}
	at := slices.IndexFunc(p.Outputs, func(o manifest.Output) bool { return o.Role == manifest.RoleDecisions })
	if p.Ledger == nil || at < 0 {
		return usage(fmt.Errorf("%s has no root over a decision ledger", path), "screen with --decisions FILE and --manifest FILE: what was not committed to then cannot be proven now")
	}
	line := v.row
	if p.Shard != nil {
		line -= p.Shard.RowsBefore
	}
	if line < 1 || line > p.Ledger.Rows {
		return usage(fmt.Errorf("there is no row %d: the run read %d", v.row, p.Ledger.Rows), "rows are counted from 1 over all inputs, as in the ledger")
	}
	keyPath := v.files.LedgerKey
	if keyPath == "" {
		keyPath = manifest.Locate(path, p.Ledger.Key)
	}
	salts, err := p.Ledger.Salts(keyPath)
	if err != nil {
		return &failure{exit: exitVerify, code: "key", err: unread(keyPath, err), hint: "name the key that was made with the ledger with --ledger-key"}
	}
	out := p.Outputs[at]
	ledger := manifest.Locate(path, out.Name)
	if v.ledger != "" {
		ledger = v.ledger
	} else if out.Encrypted != "" {
		return usage(errors.New("the ledger is encrypted"), "decrypt it with age, and name what comes out with --ledger")
	}
	found, err := readLedger(ctx, ledger, out.Format, salts, line)
	if err != nil {
		return &failure{exit: exitVerify, code: "verify", err: unread(ledger, err), hint: "name the ledger with --ledger if it is elsewhere"}
	}
	proof, err := r.Prove(v.row, found.cells, found.salt, found.path)
	if err != nil || found.rows != p.Ledger.Rows {
		return &failure{exit: exitVerify, code: "verify", err: unread(ledger, errors.New("its lines are not those that the manifest's root is of")), hint: "the ledger was altered; sluice verify says more"}
	}
	data, err := proof.Marshal()
	if err != nil {
		return err
	}
	if v.proof != "" {
		if err := replaceFile(v.proof, data); err != nil {
			return err
		}
	}
	switch {
	case v.asJSON:
		return json.NewEncoder(v.p.stdout).Encode(proof)
	case v.proof == "":
		return proof.Show(v.p.stdout)
	}
	return nil
}

// checkProof compares a proof with the manifest, which is all that it takes.
func (v *verification) checkProof(path string) error {
	r, err := v.alone(path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(v.proof)
	if err != nil {
		return usage(err, "--proof names a proof that sluice verify --row N --proof FILE wrote")
	}
	proof, err := manifest.ParseProof(data)
	if err != nil {
		return &failure{exit: exitVerify, code: "proof", err: unread(v.proof, err), hint: "ask for the proof again"}
	}
	r.Accept(proof)
	v.reports = append(v.reports, r)
	if r.OK() && !v.asJSON {
		if err := proof.Show(v.p.stdout); err != nil {
			return err
		}
	}
	return v.tell()
}

// alone verifies a manifest without its files. One that is not as it was written proves
// nothing, nor does one without the signature that is asked for.
func (v *verification) alone(path string) (*manifest.Report, error) {
	opt := v.files
	opt.NoOutputs, opt.Inputs, opt.Lists = true, false, false
	r, err := manifest.Verify(path, opt)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &failure{exit: exitVerify, code: "verify", err: err, hint: "check the path given"}
	case err != nil:
		return nil, &failure{exit: exitVerify, code: "verify", err: unread(path, err), hint: "it was altered, or never was a manifest"}
	case !r.OK():
		v.reports = append(v.reports, r)
		return nil, v.tell()
	}
	return r, nil
}
