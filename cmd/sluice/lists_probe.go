package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// A probeReport is one way in which an address stands on a list. It holds nothing of
// the address.
type probeReport struct {
	File      string   `json:"file"`
	Lists     []string `json:"lists,omitempty"`
	Plain     bool     `json:"plain"`
	Algorithm string   `json:"algorithm,omitempty"`
	Form      string   `json:"form"`
	Fault     string   `json:"fault,omitempty"`
	Salt      string   `json:"salt,omitempty"`
	Twice     string   `json:"hashed_again,omitempty"`
	Written   string   `json:"written,omitempty"`
	Lines     []int64  `json:"lines,omitempty"`
	Found     int64    `json:"found,omitempty"` // lines in all
	Screened  bool     `json:"screened"`        // runs find it
	Remedy    string   `json:"remedy,omitempty"`
}

func (p *program) listsProbe() *cobra.Command {
	var prefix, suffix string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "probe LIST|INDEX...",
		Short: "tell how a list was made, from an address that is on it",
		Long: `probe reads one address that is known to be on a list from standard input and tells
in which form it stands there: algorithm, letter case, form, what else was hashed with
it by mistake (a line end, quotes, UTF-16, …), or that it is not there. It says whether
runs find it so, and what to do if they do not. It never prints the address. The exit
code is 0 if runs find it in every file, 5 if not.`,
		Example: `  echo jane@acme.com | sluice lists probe forgotten.sha1
  echo jane@acme.com | SLUICE_SALT_PREFIX=@salt.txt sluice lists probe salted.txt`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var o suppress.ProbeOptions
			var err error
			if o.SaltPrefix, err = p.salt("salt-prefix", prefix); err != nil {
				return err
			}
			if o.SaltSuffix, err = p.salt("salt-suffix", suffix); err != nil {
				return err
			}
			line, err := bufio.NewReader(io.LimitReader(p.stdin, maxAddressLine)).ReadBytes('\n')
			if err != nil && err != io.EOF {
				return err
			}
			addr := bytes.TrimRight(line, "\r\n")
			if len(bytes.TrimSpace(addr)) == 0 {
				return usage(errors.New("there is no address on standard input"), "echo ADDRESS | sluice lists probe LIST")
			}
			reports := []probeReport{}
			missed := false
			for _, path := range args {
				found, err := probe(cmd.Context(), path, addr, o)
				if err != nil {
					return ofList(err)
				}
				screened := false
				for _, f := range found {
					screened = screened || f.Screened
				}
				missed = missed || !screened
				reports = append(reports, found...)
				if !asJSON {
					p.showProbe(path, found)
				}
			}
			if asJSON {
				if err := p.printJSON(reports); err != nil {
					return err
				}
			}
			if missed {
				return &failure{exit: exitVerify, code: "probe", err: errors.New("runs with this list do not find the address"), hint: "see what was found above; if nothing was, ask how the list was made"}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&prefix, "salt-prefix", "", "`@FILE` that holds what was put before the address (or in the environment)")
	f.StringVar(&suffix, "salt-suffix", "", "`@FILE` that holds what was put behind it")
	f.BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// salt reads a salt from a file; from the environment it may come as it is. On the
// command line other users of the machine could see it.
func (p *program) salt(flag, value string) ([]byte, error) {
	if value == "" {
		return nil, nil
	}
	if path, ok := strings.CutPrefix(value, "@"); ok {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, &failure{exit: exitInput, code: "file", err: err, hint: "--" + flag + " takes @ and a file that holds the salt"}
		}
		return bytes.TrimRight(text, "\r\n"), nil
	}
	if p.getenv("SLUICE_"+strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))) != value {
		return nil, usage(fmt.Errorf("--%s takes @FILE: on the command line a salt can be seen by others", flag), "or put it into the environment")
	}
	return []byte(value), nil
}

// probe looks for the address in a list or an index. A list that is no text is compiled
// first.
func probe(ctx context.Context, path string, addr []byte, o suppress.ProbeOptions) ([]probeReport, error) {
	var found []suppress.Finding
	var lists []suppress.ListInfo
	x, err := probed(ctx, path)
	if err != nil {
		return nil, err
	}
	if x != nil {
		defer x.Close()
		lists = x.Lists()
		if found, err = probeIndex(x, addr, o); err != nil {
			return nil, err
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, &failure{exit: exitList, code: "list_missing", err: err, hint: "check the path given"}
		}
		defer f.Close()
		if found, err = suppress.ProbeText(f, addr, o); err != nil {
			return nil, atPath(err, path)
		}
	}
	var all []probeReport
	for _, f := range found {
		r := probeReport{File: path, Plain: f.Plain, Form: f.Form, Fault: f.Fault, Salt: f.Salt, Twice: f.Twice, Written: f.Written,
			Lines: f.Lines.First, Found: f.Lines.Total, Screened: f.Screened, Remedy: f.Remedy}
		if !f.Plain {
			r.Algorithm = f.Algorithm.String()
		}
		for _, id := range f.Lists {
			r.Lists = append(r.Lists, lists[id-1].Name)
		}
		all = append(all, r)
	}
	return all, nil
}

// probed returns the index that the path names, or one of the list if that is a table, an
// archive or a folder; nil for text.
func probed(ctx context.Context, path string) (*suppress.Index, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(path, "@"):
		// It is not repeated: it may be the address.
		return nil, usage(errors.New("an argument names no file and may be an address"), "addresses come from standard input, where nobody sees them")
	case err != nil:
		return nil, &failure{exit: exitList, code: "list_missing", err: err, hint: "check the path given"}
	}
	if index, err := isIndex(path); index || err != nil {
		return openIndex(path)
	}
	if info.IsDir() || columnar(path) || startsWith(path, "PK\x03\x04") {
		return compile(ctx, []suppress.ListSpec{{Path: path}})
	}
	return nil, nil
}

// probeIndex is Index.Probe for an index that may be damaged.
func probeIndex(x *suppress.Index, addr []byte, o suppress.ProbeOptions) (found []suppress.Finding, err error) {
	defer func() {
		if p := recover(); p != nil {
			damaged, ok := p.(*suppress.ListError)
			if !ok {
				panic(p)
			}
			err = damaged
		}
	}()
	return x.Probe(addr, o), nil
}

// atPath gives an error about a list that was read without a name its path.
func atPath(err error, path string) error {
	var list *suppress.ListError
	if errors.As(err, &list) {
		list.Path = path
		return &indexError{list}
	}
	return err
}

// showProbe prints the findings in one file.
func (p *program) showProbe(path string, found []probeReport) {
	name := printableText(path)
	if len(found) == 0 {
		fmt.Fprintf(p.stdout, "%s: the address is not there, in none of the ways known\n", name)
	}
	for _, f := range found {
		how := []string{cmp.Or(f.Algorithm, "in full"), "form " + f.Form}
		for _, s := range []string{f.Fault, f.Salt, f.Written} {
			if s != "" {
				how = append(how, s)
			}
		}
		if f.Twice != "" {
			how = append(how, "then hashed again: "+f.Twice)
		}
		if len(f.Lists) > 0 {
			how = append(how, "on "+printableText(strings.Join(f.Lists, ", ")))
		}
		where := name
		if len(f.Lines) > 0 {
			where += fmt.Sprintf(":%d", f.Lines[0])
		}
		answer := "runs find it"
		if !f.Screened {
			answer = "runs do NOT find it: " + cmp.Or(f.Remedy, "ask for the list in another form")
		}
		fmt.Fprintf(p.stdout, "%s: %s; %s\n", where, strings.Join(how, ", "), answer)
	}
}
