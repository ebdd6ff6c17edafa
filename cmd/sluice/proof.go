package main

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// proof is what makes a manifest hard to replace: the one before it, and a signature.
type proof struct {
	chain string // the manifest to follow, or the directory of its chain
	sign  string // the file of the private key

	ledgerKey   string // the file of the secret of the ledger's salts
	secret      []byte // of them; nil for a ledger without a root
	secretIsNew bool   // it is published with the ledger
	nonce       []byte
	signKey     ed25519.PrivateKey
	follows     manifest.Chain
	unlock      func() // gives up the claim to the end of the chain; nil without one
}

func (f *proof) flags(fs *pflag.FlagSet) {
	fs.StringVar(&f.chain, "chain", "", "follow this `MANIFEST`, or the newest in this directory, if any")
	fs.StringVar(&f.sign, "sign", "", "also write the manifest signed with this `KEYFILE` (default: $SLUICE_SIGN_KEY_FILE)")
	fs.MarkHidden("chain")
	fs.MarkHidden("sign")
}

// ledgerFlags are those of a run that has a ledger.
func (f *proof) ledgerFlags(fs *pflag.FlagSet) {
	fs.StringVar(&f.ledgerKey, "ledger-key", "", "secret `KEYFILE` to prove lines of the ledger (default: the ledger's name and .key, made)")
	fs.MarkHidden("ledger-key")
}

// proofTopic is what sluice help proof says.
func proofTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "proof",
		Short: "about chains of manifests, and signatures",
		Long: `A manifest tells when its run's files were altered; a chain tells when a manifest was
altered, or a night is missing:

  sluice screen leads.csv -o nightly/2026-11-22.csv -m nightly/2026-11-22.json --chain nightly
  sluice verify nightly --max-gap 24h

--chain DIR follows the newest manifest in and below DIR, or begins a chain if there is
none; --chain MANIFEST follows that one. The new manifest holds the digest of the one it
follows, and lists are compared with those that it names (sluice help guards). Each night
needs names of its own: a manifest that was replaced proves nothing. A night that is run
again replaces its own manifest, unless another follows it already. A chain that was
altered is not continued (exit code 5); if another run adds to it meanwhile, this one
publishes nothing (exit code 6). Give each chain a directory of its own.

A manifest with a ledger (--decisions) also lets one row's decision be proven, without
showing another:

  sluice verify m.json --row 17 --proof p.json    # from the ledger and its secret
  sluice verify m.json --proof p.json             # from the manifest and the proof

The secret is in the ledger's name with .key behind, made by the first run, or in the file
of --ledger-key (openssl rand -hex 32 > FILE). Keep it with the ledger: without it no row
can be proven; whoever has it and a proof could try what neighbouring rows are.

--sign KEYFILE also writes the manifest m.json as m.dsse.json: a DSSE envelope with an
Ed25519 signature. sluice keys new makes the key, sluice verify --key KEYFILE.pub checks
it, and pipeline/manifest/FORMAT.md has the openssl commands that do so without sluice.`,
	}
}

// prove reads the key and finds the manifest to follow, before anything else is done.
// Lists are then compared with what that one says of them.
func (s *screening) prove() error {
	if err := s.readLedgerKey(); err != nil {
		return err
	}
	from, err := s.proof.begin(s.p, s.manifest)
	s.guards.previous = cmp.Or(s.guards.previous, from)
	return err
}

// begin reads the key and finds the manifest that the one at path is to follow, if it is
// to follow any.
func (f *proof) begin(p *program, path string) (from string, err error) {
	if f.sign = cmp.Or(f.sign, p.getenv("SLUICE_SIGN_KEY_FILE")); f.sign != "" {
		if path == "" || path == "-" {
			return "", usage(errors.New("a signed manifest must be a file: $SLUICE_SIGN_KEY_FILE needs --manifest FILE"), "see sluice screen --help")
		}
		data, err := os.ReadFile(f.sign)
		if err == nil {
			f.signKey, err = manifest.ParsePrivateKey(data)
		}
		if err != nil {
			return "", &failure{exit: exitUsage, code: "key", err: unread(f.sign, err), hint: "make a key pair with sluice keys new KEYFILE"}
		}
	}
	if f.chain == "" {
		return "", nil
	}
	if f.follows, from, err = manifest.Follow(f.chain, path); err != nil {
		return "", f.unfollowed(err)
	}
	return from, nil
}

func (*proof) unfollowed(err error) error {
	f := &failure{exit: exitVerify, code: "chain", err: err, hint: "sluice verify says what is wrong with the chain; mend it, or name with --chain the manifest to follow"}
	if errors.Is(err, os.ErrNotExist) {
		f.exit, f.hint = exitUsage, "--chain takes the manifest of the run before, or the directory of the chain; for a first run, an empty one"
	}
	return f
}

// link returns the entry of the chain for the manifest, which must still be what it was
// when the run began. From then on until release no other run can add to the chain: of two
// that end in the same instant one comes second, and finds that the other has.
func (f *proof) link(path string) (manifest.Chain, error) {
	if f.chain == "" {
		return manifest.Chain{}, nil
	}
	if err := f.claim(); err != nil {
		return manifest.Chain{}, err
	}
	now, _, err := manifest.Follow(f.chain, path)
	if err != nil {
		return now, f.unfollowed(err)
	}
	if now != f.follows {
		return now, &failure{exit: exitLocked, code: "chain", err: errors.New("another run has added to the chain meanwhile"), hint: "run again"}
	}
	return now, nil
}

// claimWait is how long a run waits for another that is about to publish. That takes a
// moment, unless its file system does not answer.
const claimWait = 10 * time.Second

// claim claims the end of the chain, in its directory. A directory that cannot be written
// to is an archive, where nothing is added either.
func (f *proof) claim() (err error) {
	dir := f.chain
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	f.release()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		f.unlock, err = pipeline.Lock(filepath.Join(dir, "chain"))
		switch {
		case err == nil, errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			return nil
		case !errors.Is(err, pipeline.ErrLocked) || time.Since(began) > claimWait:
			return err
		}
	}
}

// release gives up the claim to the end of the chain, if there is one.
func (f *proof) release() {
	if f.unlock != nil {
		f.unlock()
		f.unlock = nil
	}
}
