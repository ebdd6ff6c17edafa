package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// A verifyReport is what was found of one index.
type verifyReport struct {
	Index   string `json:"index"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
	Lists   int    `json:"lists,omitempty"`
	Entries int64  `json:"entries,omitempty"`
	Bytes   int64  `json:"bytes,omitempty"`
	SHA256  string `json:"sha256,omitempty"`
}

func (p *program) listsVerify() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify INDEX...",
		Short: "check every byte of an index",
		Long: `verify compares all of an index with its checksums and its digest and checks that it is
well made: keys in order, each in the filter and in its set of lists. The exit code is 5
if one is damaged.`,
		Example: `  sluice lists verify lists.idx`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var reports []verifyReport
			var errs []error
			for _, path := range args {
				r, err := verifyIndex(path)
				if err != nil {
					f := *explained(err)
					f.exit = exitVerify
					errs = append(errs, &f)
					r.Problem = f.Error()
				} else if !asJSON {
					fmt.Fprintf(p.stdout, "%s: whole: %s entries of %d lists, digest %s\n", printableText(path), thousands(r.Entries), r.Lists, r.SHA256)
				}
				reports = append(reports, r)
			}
			if asJSON {
				if err := p.printJSON(reports); err != nil {
					return err
				}
			}
			return errors.Join(errs...)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the reports as JSON")
	return cmd
}

func verifyIndex(path string) (verifyReport, error) {
	r := verifyReport{Index: path}
	x, err := openIndex(path)
	if err != nil {
		return r, err
	}
	defer x.Close()
	if !sameDigest(path, x.Digest()) {
		return r, &indexError{&suppress.ListError{List: path, Path: path, Code: suppress.Damaged,
			What: "does not have its digest", Hint: "build the index again, or restore it"}}
	}
	keys, domains := x.Len()
	r.OK, r.Lists, r.Entries, r.Bytes, r.SHA256 = true, len(x.Lists()), int64(keys+domains), x.Size(), x.Digest()
	return r, nil
}

// sameDigest reports whether what follows an index file's header has this SHA-256.
func sameDigest(path, digest string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	if _, err := f.Seek(4096, io.SeekStart); err != nil {
		return false
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && hex.EncodeToString(h.Sum(nil)) == digest
}
