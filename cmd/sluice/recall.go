package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
	"sluice/screen"
)

// A recall is one run of sluice recall.
type recall struct {
	p *program
	listing
	output, keyFile string
	workers         int
	quiet           bool

	key    []byte
	held   *manifest.Holdings
	lists  *suppression
	policy *screen.Policy
}

// recallCommand says which rows of earlier deliveries today's lists would drop.
func (p *program) recallCommand() *cobra.Command {
	r := &recall{p: p}
	cmd := &cobra.Command{
		Use:   "recall MANIFEST|DIR...",
		Short: "say which delivered rows today's lists would drop, for their recipients",
		Long: `recall screens lists that were delivered against today's suppression lists and writes, as
CSV, which rows their recipients must drop: by recipient (screen --recipient), file and row,
with reason and list, and no cell of any row. Rows are numbered as in the list that was
delivered, whose SHA-256 stands beside them, also if rescreen has taken rows out of it
since (with --removed): those rows are named, too.

--key FILE adds a keyed digest of each row's address, by which a recipient who has the key
finds it: HMAC-SHA-256 of the SHA-1 of the canonical address in hex. Of a list that is no
longer here its key file (screen --keys) tells in which stretches the rows are, and whom
the digests mean; "exact" says which is which. Exit code 65: there may be more. A list that
could not be looked at has all its rows named, as unknown.`,
		Example: `  sluice recall deliveries/ -s lists.idx --key recall.key -o recall.csv`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.readPolicy(cmd.Flags(), time.Now()); err != nil {
				return err
			}
			return r.run(cmd.Context(), args)
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&r.suppress, "suppress", "s", nil, "suppression list; may be repeated; `[CLASS=]PATH`: opt_out (default), erasure, …")
	f.StringArrayVarP(&r.policyFiles, "policy", "p", nil, "policy `FILE`: its lists, and what reasons lead to; flags win")
	r.guards.flags(f)
	f.StringVar(&r.cache.dir, "list-cache", "", "`DIR` to keep compiled lists in")
	f.MarkHidden("list-cache")
	f.StringVarP(&r.output, "output", "o", "-", "`FILE` for the rows; - is standard output")
	f.StringVar(&r.keyFile, "key", "", "`FILE` of the key of the digests: bytes, or what they are in hex")
	f.IntVarP(&r.workers, "workers", "j", 0, "`N` files at a time (default: one a processor)")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "no summary")
	return cmd
}

func (r *recall) run(ctx context.Context, args []string) (err error) {
	if r.workers < 0 {
		return usage(errors.New("-j takes the number of files at a time, or 0 for one a processor"), "see sluice recall --help")
	}
	if r.keyFile != "" {
		if r.key, err = readKey(r.keyFile); err != nil {
			return err
		}
	}
	if r.held, err = current(args); err != nil {
		return err
	}
	if r.lists, err = r.load(ctx, r.now, ""); err != nil {
		return err
	}
	defer r.lists.Close()
	if len(r.lists.lists) == 0 {
		return usage(errors.New("no suppression list was given"), "give them with -s [CLASS=]PATH")
	}
	if r.policy, err = r.rules(); err != nil {
		return err
	} else if r.policy == nil {
		r.policy = screen.DefaultPolicy()
	}
	all, err := r.search(ctx)
	if err != nil {
		return err
	}
	if err := r.write(all); err != nil {
		return err
	}
	return r.tell(all)
}

// readKey reads the key of keyed digests.
func readKey(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &failure{exit: exitUsage, code: "key", err: err, hint: "make one with: head -c 32 /dev/urandom | xxd -p -c 64"}
	}
	text := strings.TrimRight(string(data), "\r\n")
	key := []byte(text)
	if raw, err := hex.DecodeString(text); err == nil {
		key = raw
	}
	if len(key) < 16 {
		return nil, &failure{exit: exitUsage, code: "key", err: unread(path, errors.New("the key has fewer than 16 bytes")), hint: "make one with: head -c 32 /dev/urandom | xxd -p -c 64"}
	}
	return key, nil
}

// search goes through all deliveries, several at a time.
func (r *recall) search(ctx context.Context) ([]*recalledFrom, error) {
	var all []*recalledFrom
	for _, d := range r.held.Deliveries {
		if d.Output.Role == manifest.RoleQuarantine || d.Output.Role == manifest.RoleRestricted || d.Output.Role == manifest.RoleRejects {
			continue // they are delivered to nobody
		}
		all = append(all, &recalledFrom{r: r, Delivery: d})
	}
	slices.SortStableFunc(all, func(a, b *recalledFrom) int { return cmp.Compare(a.Output.Recipient, b.Output.Recipient) })
	g, ctx := errgroup.WithContext(ctx)
	workers := r.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	g.SetLimit(workers)
	for _, d := range all {
		g.Go(func() error { return d.search(ctx) })
	}
	return all, g.Wait()
}

// write writes the rows.
func (r *recall) write(all []*recalledFrom) error {
	inputs := []string{r.keyFile}
	for i, l := range r.lists.lists {
		inputs = append(inputs, cmp.Or(r.lists.from[i], l.Path))
	}
	for _, d := range all {
		inputs = append(inputs, d.Path)
	}
	outs, err := pipeline.OpenOutputs([]pipeline.Target{{Role: "recall", Path: r.output}}, pipeline.OutputOptions{Stdout: r.p.stdout, Inputs: inputs})
	if err != nil {
		return err
	}
	defer outs.Abort()
	w := csv.NewWriter(outs.Writer("recall"))
	w.Write([]string{"recipient", "file", "sha256", "first_row", "last_row", "exact", "verdict", "reason", "list", "hash"})
	for _, d := range all {
		for _, row := range d.rows {
			exact := "no"
			if row.exact {
				exact = "yes"
			}
			w.Write([]string{d.Output.Recipient, d.name, d.sha256, strconv.FormatInt(row.first, 10), strconv.FormatInt(row.last, 10),
				exact, row.verdict, row.reason, row.list, row.hash})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if _, err := outs.Finish(); err != nil {
		return err
	}
	return outs.Publish(nil)
}

// tell says how many rows of which deliveries are recalled, and what could not be looked at.
func (r *recall) tell(all []*recalledFrom) error {
	incomplete := 0
	for _, d := range all {
		if d.note != "" && !r.quiet {
			r.p.warn("recall", unread(d.Path, errors.New(d.note)), "")
		}
		if d.partial {
			incomplete++
		}
		if len(d.rows) > 0 && !r.quiet {
			to := ""
			if d.Output.Recipient != "" {
				to = " to " + printableText(d.Output.Recipient)
			}
			fmt.Fprintf(r.p.stderr, "sluice: %s%s: %s\n", printableText(d.Path), to, d.sum())
		}
	}
	if incomplete > 0 {
		return &failure{exit: exitInput, code: "incomplete", err: fmt.Errorf("%d deliveries could not be looked at in full: there may be more to recall", incomplete),
			hint: "the warnings say what is missing; bring it back"}
	}
	return nil
}

// sum counts the rows by reason.
func (d *recalledFrom) sum() string {
	counts, stretches := map[string]int{}, 0
	for _, row := range d.rows {
		if row.exact {
			counts[row.reason]++
		} else {
			stretches++
		}
	}
	var parts []string
	for reason := range screen.NumReasons {
		if n := counts[reason.String()]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, reason))
		}
	}
	if stretches > 0 {
		parts = append(parts, fmt.Sprintf("%d in stretches", stretches))
	}
	return strings.Join(parts, ", ")
}
