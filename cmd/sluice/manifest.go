package main

import (
	"github.com/spf13/cobra"

	"sluice/formats"
	"sluice/pipeline/manifest"
)

// manifestCommand reads manifests.
func (p *program) manifestCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "manifest", Short: "read, compare, merge and export manifests", Args: cobra.NoArgs, RunE: help}
	var asJSON bool
	show := &cobra.Command{
		Use:     "show MANIFEST",
		Short:   "print a manifest for people",
		Example: "  sluice manifest show out/manifest.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			st, err := manifest.ReadFile(args[0])
			if err != nil {
				return &failure{exit: exitInput, code: "manifest", err: unread(args[0], err), hint: "sluice verify says more"}
			}
			if asJSON {
				return st.Write(p.stdout)
			}
			return st.Show(p.stdout)
		},
	}
	show.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	schema := &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of manifests",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(manifest.Schema)
			return err
		},
	}
	cmd.AddCommand(show, schema, p.manifestDiffCommand(), p.manifestExportCommand(), p.manifestMergeCommand())
	return cmd
}

// unread places an error about a manifest that cannot be read at its file.
func unread(path string, err error) error {
	return &formats.Error{Pos: formats.Position{File: path}, Err: err}
}
