package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// listsCommand compiles suppression lists into indexes and looks after them.
func (p *program) listsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lists",
		Short: "compile suppression lists into an index, look into it, change it",
		Long: `lists compiles suppression lists into one index file, which sluice screen opens in
milliseconds at any size and all processes share. An index is replaced as a whole: runs
that have it open finish with what they began with.`,
		Example: `  sluice lists build -o lists.idx optouts.txt erasure=forgotten.sha1
  sluice screen leads.csv -s lists.idx -o clean.csv -m manifest.json`,
		Args: cobra.NoArgs,
		RunE: help,
	}
	cmd.AddCommand(p.listsBuild(), p.listsAdd(), p.listsMerge(), p.listsRemove(), p.listsInfo(), p.listsVerify(), p.listsProbe(), p.listsDropStatus())
	return cmd
}

// ofList gives trouble with a list that is compiled, not screened with, its own exit
// code.
func ofList(err error) error {
	var list *suppress.ListError
	if !errors.As(err, &list) {
		return err
	}
	f := *explainedList(err, list)
	if f.exit != exitLocked {
		f.exit = exitList
	}
	return &f
}

// An indexReport is what there is to say of an index, for programs.
type indexReport struct {
	Index   string       `json:"index,omitempty"`
	Bytes   int64        `json:"bytes,omitempty"`
	SHA256  string       `json:"sha256,omitempty"`
	Entries int64        `json:"entries"` // distinct, of all lists
	Lists   []listReport `json:"lists"`
}

// reportIndex reports on an index that was just written, and on the lists that were
// read for it.
func (p *program) reportIndex(path string, built *suppress.Built, lists []listReport, asJSON, quiet bool) error {
	if quiet {
		return nil
	}
	r := indexReport{Index: path, Bytes: built.Bytes, SHA256: built.Digest, Entries: built.Keys + built.Domains, Lists: lists}
	if asJSON {
		return p.printJSON(r)
	}
	if err := showLists(p.stdout, lists, time.Now()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "%s: %s entries of %d lists in %s bytes, digest %.12s\n",
		printableText(path), thousands(r.Entries), len(built.Lists), thousands(r.Bytes), r.SHA256)
	return err
}

func (p *program) printJSON(v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// notRead refuses an output that is one of the files that are read.
func notRead(output string, inputs []string) error {
	if output == "" {
		return usage(errors.New("no output: name the index with -o FILE"), "see sluice lists --help")
	}
	out, err := os.Stat(output)
	if err != nil {
		return nil // it does not exist yet, or writing will tell
	}
	if !out.Mode().IsRegular() {
		return usage(fmt.Errorf("%s is no file that an index could replace", output), "name a file")
	}
	for _, path := range inputs {
		if in, err := os.Stat(path); err == nil && os.SameFile(in, out) {
			return usage(fmt.Errorf("%s is read and written", output), "give the index a file of its own")
		}
	}
	return nil
}

// interrupted returns why ctx ended if it did, and err otherwise.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
