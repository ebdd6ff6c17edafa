package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"sluice/screen/suppress"
)

// A building is what the commands that write an index have in common.
type building struct {
	p               *program
	output          string
	guards          guards
	scope           perList[string]
	asOf            perList[time.Time]
	packed          perList[suppress.Algorithm]
	memory, tempDir string
	progress        string
	workers         int
	asJSON, quiet   bool
	lists           []suppress.ListSpec
	now             time.Time
}

// flags defines how much is used and said.
func (b *building) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&b.memory, "memory", "256MiB", "`SIZE` of memory to sort in; what does not fit is sorted on disk")
	f.StringVar(&b.tempDir, "temp-dir", "", "`DIR` for what does not fit; it is encrypted (default: the system's)")
	cmd.MarkFlagDirname("temp-dir")
	f.IntVarP(&b.workers, "workers", "j", 0, "`N` workers (default: one a processor)")
	f.StringVar(&b.progress, "progress", "auto", "progress bar on standard error, `auto|on|off`: auto is on a terminal")
	f.BoolVar(&b.asJSON, "json", false, "print the report as JSON")
	f.BoolVarP(&b.quiet, "quiet", "q", false, "no report, no progress")
}

// listFlags defines what is said of the lists that are read.
func (b *building) listFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	text := func(s string) (string, error) {
		if s == "" {
			return "", errors.New("a name is missing")
		}
		return s, nil
	}
	b.scope.parse, b.asOf.parse = text, parseTime
	b.packed.parse = func(s string) (suppress.Algorithm, error) {
		a, ok := suppress.ParseAlgorithm(s)
		if !ok {
			return 0, errors.New("not one of sha1, md5, sha256, sha512")
		}
		return a, nil
	}
	f.Var(&b.scope, "scope", "tenant or campaign that lists are for, `[LIST=]NAME` (default: as the list says, or all)")
	f.Var(&b.asOf, "as-of", "when lists were current, `[LIST=]TIME` (default: as it or its file says)")
	f.Var(&b.packed, "packed", "`[LIST=]ALGORITHM` of files of packed digests: sha1 (default), md5, sha256, sha512")
	b.guards.listFlags(f)
}

func (p *program) listsBuild() *cobra.Command {
	b := &building{p: p}
	cmd := &cobra.Command{
		Use:   "build -o INDEX [CLASS=]LIST...",
		Short: "compile lists into an index",
		Long: `build reads suppression lists of any format and size in bounded memory and compiles
them into one index, which takes its name when it is whole. The same lists give the
same bytes. - is standard input. Classes: opt_out (default), erasure, erasure_state,
objection, consent_withdrawn, restriction, automated_objection, do_not_sell, bounce,
customer.`,
		Example: `  sluice lists build -o lists.idx optouts.txt erasure=forgotten.sha1`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return b.run(cmd.Context(), args, "", func(ctx context.Context, e *suppress.External) (*suppress.Built, error) {
				return e.Build(ctx, b.output, b.lists...)
			})
		},
	}
	cmd.Flags().StringVarP(&b.output, "output", "o", "", "`FILE` for the index")
	b.listFlags(cmd)
	b.flags(cmd)
	return cmd
}

func (p *program) listsAdd() *cobra.Command {
	b := &building{p: p}
	cmd := &cobra.Command{
		Use:   "add INDEX [CLASS=]LIST...",
		Short: "add lists, or further entries of lists, to an index",
		Long: `add puts lists into an index. A list with the name, class and scope of one that is
there extends that one; any other is a new one. The index is replaced as a whole: runs
that have it open finish with what they began with.`,
		Example: `  sluice lists add lists.idx erasure=forgotten-today.sha1`,
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			index := args[0]
			b.inPlace(index)
			return b.run(cmd.Context(), args[1:], index, func(ctx context.Context, e *suppress.External) (*suppress.Built, error) {
				return e.Add(ctx, index, b.output, b.lists...)
			})
		},
	}
	cmd.Flags().StringVarP(&b.output, "output", "o", "", "`FILE` for the new index (default: in place of the old one)")
	b.listFlags(cmd)
	b.flags(cmd)
	return cmd
}

func (p *program) listsMerge() *cobra.Command {
	b := &building{p: p}
	cmd := &cobra.Command{
		Use:     "merge -o INDEX INDEX...",
		Short:   "join indexes into one",
		Long:    `merge joins indexes in one pass. Lists of the same name, class and scope become one.`,
		Example: `  sluice lists merge -o lists.idx north.idx south.idx`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, path := range args {
				if index, err := isIndex(path); err == nil && !index {
					return usage(fmt.Errorf("%s is not an index", path), "sluice lists build makes an index of lists, sluice lists add puts them into one")
				}
			}
			if err := notRead(b.output, args); err != nil {
				return err
			}
			return b.run(cmd.Context(), nil, "", func(ctx context.Context, e *suppress.External) (*suppress.Built, error) {
				return e.Merge(ctx, b.output, args...)
			})
		},
	}
	cmd.Flags().StringVarP(&b.output, "output", "o", "", "`FILE` for the index")
	b.flags(cmd)
	return cmd
}

// inPlace lets an index be replaced if nothing else was asked for.
func (b *building) inPlace(index string) {
	if b.output == "" {
		b.output = index
	}
}

// run reads the arguments, calls work and reports. index is the one that is changed, if
// one is, and may be the output.
func (b *building) run(ctx context.Context, args []string, index string, work func(context.Context, *suppress.External) (*suppress.Built, error)) error {
	b.now = time.Now()
	if err := b.specs(args); err != nil {
		return err
	}
	var read []string
	for _, l := range b.lists {
		read = append(read, l.Path)
	}
	if b.output != index || index == "" {
		if err := notRead(b.output, append(read, index)); err != nil {
			return err
		}
	} else if err := notRead(index, read); err != nil {
		return err
	}
	external, err := b.external()
	if err != nil {
		return err
	}
	bar := newWorkBar(b.p.stderr, b.progress, b.quiet)
	external.Progress = bar.show
	built, err := work(ctx, external)
	bar.end()
	if err != nil {
		return ofList(interrupted(ctx, err))
	}
	lists := built.Read
	if len(lists) == 0 {
		lists = built.Lists
	}
	return b.p.reportIndex(b.output, built, reportsOf(lists), b.asJSON, b.quiet)
}

// external returns what does the work, as the flags have it.
func (b *building) external() (*suppress.External, error) {
	memory, err := parseSize(b.memory)
	if err != nil {
		return nil, usage(fmt.Errorf("--memory: %w", err), "see sluice lists --help")
	}
	if b.workers < 0 {
		return nil, usage(errors.New("-j takes the number of workers, or 0 for one a processor"), "see sluice lists --help")
	}
	switch b.progress {
	case "auto", "on", "off":
	default:
		return nil, usage(errors.New("--progress takes auto, on or off"), "see sluice lists --help")
	}
	return &suppress.External{Memory: memory, TempDir: b.tempDir, Workers: b.workers, Load: b.load}, nil
}

// load reads a list, which may be standard input.
func (b *building) load(to *suppress.Builder, ctx context.Context, spec suppress.ListSpec) (suppress.ListInfo, error) {
	if spec.Path == "-" {
		return to.AddReader(ctx, b.p.stdin, spec)
	}
	return addList(ctx, to, spec)
}

// specs reads the arguments that name lists.
func (b *building) specs(args []string) error {
	names := map[string]bool{}
	for _, arg := range args {
		a, err := parseListArg(arg, "sluice lists")
		if err != nil {
			return err
		}
		if a.index {
			return usage(fmt.Errorf("%s is an index", a.path), "join indexes with sluice lists merge")
		}
		name := a.name()
		spec := suppress.ListSpec{Path: a.path, Class: a.class, Now: b.now}
		if a.path == "-" {
			spec.Name, name = "stdin", "stdin"
		}
		b.guards.guard(&spec, &listArg{}, name, nil)
		spec.Scope, _ = b.scope.of(name, a.class)
		spec.AsOf, _ = b.asOf.of(name, a.class)
		spec.Packed, _ = b.packed.of(name, a.class)
		names[name] = true
		b.lists = append(b.lists, spec)
	}
	if err := errors.Join(b.scope.strangers("scope", names), b.asOf.strangers("as-of", names), b.packed.strangers("packed", names)); err != nil {
		return usage(err, "a list's name is that of its file without the directory")
	}
	return b.guards.check(names)
}

// A workBar shows how far a step has come. The zero value shows nothing.
type workBar struct {
	w    io.Writer
	step string
	bar  *progressbar.ProgressBar
}

// newWorkBar returns a bar on w, if --progress asks for one.
func newWorkBar(w io.Writer, progress string, quiet bool) *workBar {
	if quiet || progress == "off" || progress == "auto" && !isTerminal(w) {
		return &workBar{}
	}
	return &workBar{w: w}
}

func (w *workBar) show(p suppress.Progress) {
	if w.w == nil {
		return
	}
	if p.Step != w.step {
		w.end()
		total := p.Total
		if total <= 0 {
			total = -1
		}
		w.step = p.Step
		w.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(w.w),
			progressbar.OptionShowBytes(p.Step == "read" || p.Step == "verify"),
			progressbar.OptionSetWidth(24),
			progressbar.OptionSetDescription(map[string]string{"read": "lists read", "merge": "entries merged", "filter": "filter made", "verify": "checked"}[p.Step]),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(total > 0),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionEnableColorCodes(false))
	}
	w.bar.Set64(p.Done)
}

// end takes the bar away.
func (w *workBar) end() {
	if w.bar != nil {
		w.bar.Clear()
		io.WriteString(w.w, "\r")
		w.bar = nil
	}
}
