package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"sluice/pipeline/policy"
)

func (p *program) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "policy files: write one, check one",
		Long: `A policy file holds what the runs of a campaign must check: columns, lists, what each
reason leads to, regions and assessments, retention, sources and legal bases, what becomes
of personal columns, outputs and gates. sluice screen -p FILE applies it.

Ages are counted to today; --clock DATE or an RFC 3339 instant has them counted to another
day. --restricted FILE, or outputs.restricted in a policy, takes the rows of people whose
data may be stored and nothing else; they go nowhere else.`,
		RunE: help,
	}
	cmd.AddCommand(p.policyInitCommand(), p.policyCheckCommand(), p.policySchemaCommand())
	return cmd
}

func (p *program) policyInitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "write a policy file to start from",
		Long: `init writes a policy file with every setting, commented out and explained, to
sluice.yaml or FILE; - is standard output. A file that is there already stays.`,
		Example: `  sluice policy init
  sluice policy check sluice.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := "sluice.yaml"
			if len(args) == 1 {
				path = args[0]
			}
			if path == "-" {
				_, err := p.stdout.Write(policy.Template)
				return err
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, os.ErrExist) {
				return usage(fmt.Errorf("%s is there already", path), "name another file, or move it away")
			}
			if err != nil {
				return err
			}
			_, err = f.Write(policy.Template)
			return errors.Join(err, f.Close())
		},
	}
}

func (p *program) policyCheckCommand() *cobra.Command {
	var effective bool
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "say everything that is wrong with policy files",
		Long: `check reads policy files and their bases and says everything that is wrong with them,
each with line and column. It exits with 78 if anything is.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var errs []error
			for _, path := range args {
				l, err := loadPolicy(path)
				errs = append(errs, err)
				if err != nil {
					continue
				}
				if effective {
					data, err := l.Effective()
					if err != nil {
						return err
					}
					if err := writeIndented(p.stdout, data); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(p.stdout, "%s: ok\n", path)
			}
			return errors.Join(errs...)
		},
	}
	cmd.Flags().BoolVar(&effective, "effective", false, "print the policy as it holds, bases and all, as JSON")
	return cmd
}

func (p *program) policySchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of policy files, for editors",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			data, err := policy.Schema()
			if err != nil {
				return err
			}
			_, err = p.stdout.Write(data)
			return err
		},
	}
}

func writeIndented(w io.Writer, data []byte) error {
	indented, err := json.MarshalIndent(json.RawMessage(data), "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(indented, '\n'))
	return err
}

// loadPolicy reads a policy file. What is wrong with it is told one by one.
func loadPolicy(path string) (*policy.Loaded, error) {
	l, err := policy.Load(path)
	if err == nil {
		return l, nil
	}
	var errs []error
	for _, e := range parts(err) {
		f := &failure{exit: exitPolicy, code: "policy", err: e}
		var problem *policy.Problem
		if errors.As(e, &problem) {
			f.hint = problem.Hint
		}
		errs = append(errs, f)
	}
	return nil, errors.Join(errs...)
}
