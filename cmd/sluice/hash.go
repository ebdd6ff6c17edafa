package main

import (
	"bufio"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sluice/formats"
	"sluice/screen/address"
	"sluice/screen/suppress"
)

// hashCommand hashes addresses as lists of digests are made.
func (p *program) hashCommand() *cobra.Command {
	var algorithm, form string
	var selfTest bool
	cmd := &cobra.Command{
		Use:   "hash",
		Short: "hash addresses from standard input, as suppression lists have them",
		Long: `hash reads addresses from standard input, one a line, and writes the digest of each
one's canonical form in hex, line for line. A line without an address gives an empty
line, and exit code 65 in the end. Addresses are never arguments, which other users of
the machine can see.`,
		Example: `  sluice hash < forgotten.txt > forgotten.sha1
  sluice hash --selftest`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 { // which are not repeated here: they may be addresses
				return usage(errors.New("hash takes no arguments"), "addresses come from standard input")
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			if selfTest {
				if err := suppress.SelfTest(p.stdout); err != nil {
					return &failure{exit: exitVerify, code: "selftest", err: err}
				}
				return nil
			}
			alg, ok := suppress.ParseAlgorithm(algorithm)
			if !ok {
				return usage(errors.New("--algorithm takes sha1, md5, sha256 or sha512"), "see sluice hash --help")
			}
			forms, ok := address.FormsByName(form)
			if !ok && form != address.Canonical.String() {
				return usage(errors.New("--form takes the name of a form, such as canonical, lower_raw, plus or gmail_uid2"), "see sluice hash --help")
			}
			return hashLines(p.stdout, p.stdin, alg, forms)
		},
	}
	f := cmd.Flags()
	f.StringVar(&algorithm, "algorithm", "sha1", "`NAME`: sha1, md5, sha256 or sha512")
	f.StringVar(&form, "form", "canonical", "`NAME` of the form, such as lower_raw, upper, plus, gmail_uid2")
	f.BoolVar(&selfTest, "selftest", false, "hash texts with published digests, and compare")
	return cmd
}

// maxAddressLine bounds a line of addresses, in bytes.
const maxAddressLine = 64 << 10

// hashLines writes the digest of each line's address. Of an address that is the same in
// the form asked for and in its canonical form there is one digest.
func hashLines(w io.Writer, r io.Reader, alg suppress.Algorithm, forms address.FormSet) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxAddressLine)
	out := bufio.NewWriter(w)
	var parser address.Parser
	var bad suppress.Lines
	var canon []byte
	var info address.Info
	number := int64(0)
	for lines.Scan() {
		number++
		canon, info = parser.Append(canon[:0], lines.Bytes())
		if info.Status != address.OK || len(canon) == 0 {
			if bad.Total++; len(bad.First) < 20 {
				bad.First = append(bad.First, number)
			}
			out.WriteByte('\n')
			continue
		}
		text := canon
		for _, alt := range parser.Alternates(lines.Bytes(), canon, info, forms) {
			text = alt.Text
			break
		}
		out.WriteString(hex.EncodeToString(digestOf(alg, text)))
		out.WriteByte('\n')
	}
	if err := errors.Join(lines.Err(), out.Flush()); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return &failure{exit: exitInput, code: "input", hint: "give one address a line",
				err: &formats.Error{Pos: formats.Position{File: "-", Line: number + 1}, Err: errors.New("a line of more than 64 KiB")}}
		}
		return err
	}
	if bad.Total > 0 {
		return &failure{exit: exitInput, code: "input", hint: "their lines were left empty",
			err: fmt.Errorf("no well-formed address in %s", linesOf(causeReport{Total: bad.Total, Lines: bad.First}))}
	}
	return nil
}

// digestOf returns the digest of text.
func digestOf(alg suppress.Algorithm, text []byte) []byte {
	switch alg {
	case suppress.MD5:
		sum := md5.Sum(text)
		return sum[:]
	case suppress.SHA256:
		sum := sha256.Sum256(text)
		return sum[:]
	case suppress.SHA512:
		sum := sha512.Sum512(text)
		return sum[:]
	}
	sum := sha1.Sum(text)
	return sum[:]
}
