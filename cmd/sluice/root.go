package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A program is one invocation: its streams and what all subcommands share.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	logFormat      string
	getenv         func(string) string

	step func(what, path string) // told before what changes the disk, in tests; else nil
}

// at is called before what changes the disk.
func (p *program) at(what, path string) {
	if p.step != nil {
		p.step(what, path)
	}
}

// run is the whole command as a function: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if !root.PersistentFlags().Changed("log-format") && p.asksForJSON(args) {
			p.logFormat = "json" // the trouble came before the flag was read
		}
		if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = cause
		}
		return p.fail(err)
	}
	return exitOK
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "screen prospect lists: keep whom you may contact, prove why",
		Long: `sluice reads prospect lists (CSV, TSV, Parquet, Arrow; files or a pipe), keeps the
people whom the list's owner may contact at their company's own e-mail domain,
and writes a cleaned list plus a manifest that accounts for every row.`,
		Example: `  sluice screen leads.csv -s optouts.txt -s erasure=forgotten.sha1 \
      -o clean.csv -r rejects.csv -m manifest.json
  sluice verify manifest.json`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.environment(cmd) },
	}
	root.PersistentFlags().StringVar(&p.logFormat, "log-format", "text", "form of messages on standard error, `text|json`")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(plainly(err), "see sluice "+strings.TrimPrefix(cmd.CommandPath(), "sluice ")+" --help")
	})
	root.SetUsageTemplate(usageTemplate)
	screen := p.screenCommand()
	root.AddCommand(screen, p.explainCommand(), p.verifyCommand(), p.manifestCommand(), p.keysCommand(), p.genCommand(), p.listsCommand(), p.hashCommand(), p.policyCommand(), p.tagCommand(), p.versionCommand(), p.findCommand(), p.recallCommand(), p.reportCommand())
	root.AddCommand(guardsTopic(), proofTopic(), schedulingTopic(), shardsTopic(), flagsTopic(screen))
	root.AddCommand(p.rescreenCommand(), p.eraseCommand())
	return root
}

// plainly leaves out of an error about a flag which Go function did not like it.
func plainly(err error) error {
	what, _, _ := strings.Cut(err.Error(), ": strconv.")
	what, _, _ = strings.Cut(what, ": time: ")
	return errors.New(what)
}

// usageTemplate is cobra's, with the examples last, where the eye is.
const usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasHelpSubCommands}}

Topics (sluice help TOPIC):{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.Flags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}
`

// flagsTopic is what sluice help flags says: the flags of screen that its own help, which
// fits on a screen, leaves to the topics that explain them.
func flagsTopic(screen *cobra.Command) *cobra.Command {
	further := pflag.NewFlagSet("further", pflag.ContinueOnError)
	screen.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			shown := *f
			shown.Hidden, shown.Shorthand = false, ""
			further.AddFlag(&shown)
		}
	})
	return &cobra.Command{
		Use:   "flags",
		Short: "further flags of screen",
		Long:  "Further flags of sluice screen, beside those of sluice screen --help:\n\n" + strings.TrimRight(further.FlagUsages(), "\n"),
	}
}

// help is what a command does that only groups others.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// asksForJSON reports whether messages are to be JSON, for errors in the flags before
// the one that says so.
func (p *program) asksForJSON(args []string) bool {
	all := strings.Join(args, "\x00") + "\x00"
	return strings.Contains(all, "--log-format\x00json\x00") || strings.Contains(all, "--log-format=json\x00") ||
		p.getenv("SLUICE_LOG_FORMAT") == "json"
}

// environment gives every flag that was not set the value of SLUICE_FLAG_NAME, if
// there is one. A flag that may be repeated takes a list separated as PATH is.
func (p *program) environment(cmd *cobra.Command) error {
	var errs []error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "SLUICE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := p.getenv(name)
		if f.Changed || value == "" || f.Name == "help" {
			return
		}
		values := []string{value}
		if f.Value.Type() == "stringArray" {
			values = strings.Split(value, string(os.PathListSeparator))
		}
		for _, v := range values {
			if err := cmd.Flags().Set(f.Name, v); err != nil {
				errs = append(errs, usage(plainly(err), "it comes from the environment: "+name))
			}
		}
	})
	if p.logFormat != "text" && p.logFormat != "json" {
		errs = append(errs, usage(errors.New("--log-format takes text or json"), ""))
		p.logFormat = "text"
	}
	return errors.Join(errs...)
}
