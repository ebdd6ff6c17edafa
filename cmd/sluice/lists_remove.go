package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sluice/formats"
	"sluice/screen/address"
	"sluice/screen/domain"
	"sluice/screen/suppress"
)

func (p *program) listsRemove() *cobra.Command {
	b := &building{p: p}
	var names []string
	var force, reason string
	cmd := &cobra.Command{
		Use:   "remove INDEX",
		Short: "take withdrawn entries, from standard input, off an index",
		Long: `remove reads entries from standard input, one a line (addresses, domains such as
@w.com, digests in hex), never from arguments, and takes them off the index. Lists of
the classes erasure, erasure_state, objection and consent_withdrawn keep theirs, unless
--force gives a reason, which the index records.`,
		Example: `  sluice lists remove lists.idx < back-again.txt`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			index := args[0]
			b.inPlace(index)
			removal := suppress.Removal{Reason: reason, At: time.Now()}
			if force != "" {
				removal.Force, removal.Reason = true, force
			}
			if err := removalOf(&removal, p.stdin, index, names); err != nil {
				return ofList(err)
			}
			var done *suppress.Removed
			quiet := b.quiet
			b.quiet = true // the report is about what was removed
			err := b.run(cmd.Context(), nil, index, func(ctx context.Context, e *suppress.External) (built *suppress.Built, err error) {
				built, done, err = e.Remove(ctx, index, b.output, removal)
				return built, err
			})
			if err != nil {
				return err
			}
			if done.Kept > 0 && !quiet {
				p.warn("kept", fmt.Errorf("%d entries stay on lists of sealed classes, which keep what the law asks for", done.Kept),
					"--force REASON takes them off, and the index records why")
			}
			return p.reportRemoved(b.output, done, b.asJSON, quiet)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&b.output, "output", "o", "", "`FILE` for the new index (default: in place of the old one)")
	f.StringArrayVar(&names, "list", nil, "`NAME` or class of a list to take entries off; may be repeated (default: all)")
	f.StringVar(&force, "force", "", "`REASON` to take entries off lists of sealed classes too; it is recorded")
	f.StringVar(&reason, "reason", "withdrawn", "`REASON` that is recorded")
	b.flags(cmd)
	return cmd
}

// removalOf reads what is to be removed, and finds the lists meant.
func removalOf(r *suppress.Removal, stdin io.Reader, index string, names []string) error {
	x, err := openIndex(index)
	if err != nil {
		return err
	}
	defer x.Close()
	for _, name := range names {
		n := len(r.Lists)
		for _, l := range x.Lists() {
			if l.Name == name || l.Class.String() == name {
				r.Lists = append(r.Lists, l.ID)
			}
		}
		if len(r.Lists) == n {
			return usage(fmt.Errorf("--list %s: the index has no list of that name or class", name), "sluice lists info shows its lists")
		}
	}
	lines := bufio.NewScanner(stdin)
	lines.Buffer(nil, maxAddressLine)
	e := entries{algorithms: x.Algorithms()}
	var bad suppress.Lines
	number := int64(0)
	for lines.Scan() {
		number++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) > 0 && !e.take(r, line) {
			if bad.Total++; len(bad.First) < 20 {
				bad.First = append(bad.First, number)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return &failure{exit: exitInput, code: "input", err: &formats.Error{Pos: formats.Position{File: "-", Line: number + 1}, Err: err}, hint: "give one entry a line"}
	}
	if bad.Total > 0 {
		return &failure{exit: exitInput, code: "input", hint: "nothing was removed; give one entry a line",
			err: fmt.Errorf("neither an address, a domain nor a digest in %s", linesOf(causeReport{Total: bad.Total, Lines: bad.First}))}
	}
	if len(r.Keys)+len(r.Hosts) == 0 {
		return usage(errors.New("there is nothing on standard input to remove"), "sluice lists remove INDEX < entries.txt")
	}
	return nil
}

// entries reads what stands on lists: addresses, domains and digests.
type entries struct {
	algorithms []suppress.Algorithm // that the index has digests of
	parser     address.Parser
	canon      domain.Canon
}

// take adds an entry to what is to be removed.
func (e *entries) take(r *suppress.Removal, line []byte) bool {
	if digest, err := hex.DecodeString(string(line)); err == nil {
		for _, a := range []suppress.Algorithm{suppress.SHA1, suppress.MD5, suppress.SHA256, suppress.SHA512} {
			if a.Size() == len(digest) {
				r.Keys = append(r.Keys, suppress.DigestKey(a, digest))
				return true
			}
		}
	}
	if canon, info := e.parser.Append(nil, line); info.Status == address.OK {
		for _, a := range e.algorithms {
			if k := a.AddressKey(canon); !slices.Contains(r.Keys[max(0, len(r.Keys)-4):], k) {
				r.Keys = append(r.Keys, k)
			}
		}
		return true
	}
	host := bytes.TrimPrefix(bytes.TrimPrefix(bytes.TrimPrefix(line, []byte("*")), []byte("@")), []byte("."))
	name, ok := e.canon.AppendHost(nil, host)
	if !ok || bytes.IndexByte(name, '.') < 0 {
		return false
	}
	r.Hosts = append(r.Hosts, string(name))
	return true
}

// removedReport is what was removed, for programs.
type removedReport struct {
	Index   string `json:"index,omitempty"`
	At      string `json:"at,omitempty"`
	Reason  string `json:"reason"`
	Forced  bool   `json:"forced"`
	Entries int64  `json:"entries"`
	Domains int64  `json:"domains"`
	Kept    int64  `json:"kept"` // on lists of sealed classes
}

func removedOf(r *suppress.Removed) removedReport {
	report := removedReport{Reason: r.Reason, Forced: r.Forced, Entries: r.Keys, Domains: r.Domains, Kept: r.Kept}
	if !r.At.IsZero() {
		report.At = r.At.UTC().Format(time.RFC3339)
	}
	return report
}

func (p *program) reportRemoved(index string, done *suppress.Removed, asJSON, quiet bool) error {
	if quiet {
		return nil
	}
	r := removedOf(done)
	r.Index = index
	if asJSON {
		return p.printJSON(r)
	}
	_, err := fmt.Fprintf(p.stdout, "%s: %s entries and %s domains were taken off\n", printableText(index), thousands(r.Entries), thousands(r.Domains))
	return err
}
