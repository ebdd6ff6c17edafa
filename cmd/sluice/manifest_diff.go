package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"sluice/pipeline/manifest"
)

// manifestDiffCommand compares two runs.
func (p *program) manifestDiffCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "print how run B differs from run A",
		Long: `diff compares two manifests: tool, policy, lists, inputs, columns, counts, reasons,
outputs, and what was not checked; lists and columns by name, not by position. When the
runs were and their places in a chain are left out. Runs that did the same print nothing.`,
		Example: "  sluice manifest diff nightly/2026-11-21.json nightly/2026-11-22.json",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			var both [2]*manifest.Statement
			for i, path := range args {
				st, err := manifest.ReadFile(path)
				if err != nil {
					return &failure{exit: exitInput, code: "manifest", err: unread(path, err), hint: "sluice verify says more"}
				}
				both[i] = st
			}
			changes, err := manifest.Diff(both[0], both[1])
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(p.stdout)
				e.SetEscapeHTML(false)
				return e.Encode(changes)
			}
			return manifest.ShowChanges(p.stdout, changes)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the changes as JSON: where, a, b")
	return cmd
}
