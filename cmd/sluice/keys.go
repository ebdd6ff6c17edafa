package main

import (
	"crypto/ed25519"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sluice/pipeline/manifest"
)

// keysCommand makes and names the keys that sign manifests.
func (p *program) keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "keys that sign manifests", Args: cobra.NoArgs, RunE: help}
	cmd.AddCommand(&cobra.Command{
		Use:   "new KEYFILE",
		Short: "make a key pair: KEYFILE, and KEYFILE.pub for auditors",
		Long: `new makes an Ed25519 key pair in PEM form: the private key in KEYFILE (PKCS #8,
readable by its owner only), the public one in KEYFILE.pub. It replaces no file. The
private key is not encrypted: keep it where only the nightly run can read it. To change
keys, sign with the new one from now on, and give auditors both public keys.`,
		Example: "  sluice keys new audit.key\n  sluice screen leads.csv -o clean.csv -m m.json --sign audit.key\n  sluice verify m.json --key audit.key.pub",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			private, public, err := manifest.NewKey()
			if err != nil {
				return err
			}
			if err := createNew(args[0], private, 0o600); err != nil {
				return err
			}
			if err := createNew(args[0]+".pub", public, 0o644); err != nil {
				os.Remove(args[0]) // it was made just now, and is of no use alone
				return err
			}
			return p.keyID(args[0] + ".pub")
		},
	}, &cobra.Command{
		Use:     "id PUBLICKEY...",
		Short:   "print the keyid by which signed manifests name a key",
		Example: "  sluice keys id audit.key.pub",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, path := range args {
				if err := p.keyID(path); err != nil {
					return err
				}
			}
			return nil
		},
	})
	return cmd
}

func (p *program) keyID(path string) error {
	keys, err := publicKeys([]string{path})
	if err == nil {
		_, err = fmt.Fprintf(p.stdout, "%s  %s\n", manifest.KeyID(keys[0]), path)
	}
	return err
}

// createNew writes a file that must not be there yet, whole or not at all.
func createNew(path string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return &failure{exit: exitUsage, code: "key", err: err, hint: "name a file that does not exist yet, in a directory that does"}
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(path)
	}
	return err
}

// publicKeys reads the keys that verify takes.
func publicKeys(paths []string) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for _, path := range paths {
		data, err := os.ReadFile(path)
		var key ed25519.PublicKey
		if err == nil {
			key, err = manifest.ParsePublicKey(data)
		}
		if err != nil {
			return nil, &failure{exit: exitUsage, code: "key", err: unread(path, err), hint: "--key takes the public key, KEYFILE.pub of sluice keys new KEYFILE"}
		}
		keys = append(keys, key)
	}
	return keys, nil
}
