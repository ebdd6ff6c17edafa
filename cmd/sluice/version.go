package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"sluice/screen/domain"
)

// version is set by the build: -ldflags '-X main.version=…'.
var version = "dev"

// commit returns the revision that the program was built from, if it is known.
func commit() string {
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}

func (p *program) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version and the versions of the embedded tables",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			tables := domain.Embedded().Versions()
			if asJSON {
				return json.NewEncoder(p.stdout).Encode(map[string]any{"version": version, "commit": commit(), "go": runtime.Version(),
					"platform": runtime.GOOS + "/" + runtime.GOARCH, "tables": tables})
			}
			fmt.Fprintf(p.stdout, "sluice %s (%s %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			for _, t := range tables {
				fmt.Fprintf(p.stdout, "  table %-12s %s  sha256 %s\n", t.Name, t.Version, t.SHA256)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}
