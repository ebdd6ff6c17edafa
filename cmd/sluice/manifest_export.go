package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"sluice/pipeline"
	"sluice/pipeline/manifest"
)

// An exporting is one run of sluice manifest export.
type exporting struct {
	p                          *program
	to, output, namespace, job string
}

// projections are what a manifest is exported to.
var projections = []string{manifest.ToOpenLineage, manifest.ToDataPackage, manifest.ToSHA256Sums, manifest.ToProm}

// manifestExportCommand says what a manifest says in the words of other tools.
func (p *program) manifestExportCommand() *cobra.Command {
	x := &exporting{p: p}
	cmd := &cobra.Command{
		Use:   "export --to FORMAT MANIFEST",
		Short: "say what a manifest says in the words of other tools",
		Long: `export writes a manifest, which must be as it was written, as

  openlineage  the run's START and COMPLETE events (OpenLineage 2-0-2), one a line
  datapackage  a Data Package (version 2) of the outputs: sizes, digests, columns, tags
  sha256sums   the outputs and the manifest, for sha256sum --check
  prom         the run's figures as Prometheus metrics

None of them holds data of anybody. Files are named as seen from where the export
is written: put a data package and checksums beside the outputs, or above them.`,
		Example: `  sluice manifest export --to sha256sums out/manifest.json -o out/SHA256SUMS && (cd out && sha256sum -c SHA256SUMS)
  sluice manifest export --to datapackage out/manifest.json -o out/datapackage.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := x.project(args[0])
			if err == nil {
				err = x.write(data)
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&x.to, "to", "", "`FORMAT`: openlineage, datapackage, sha256sums or prom")
	f.StringVarP(&x.output, "output", "o", "", "write to `FILE` (default: standard output)")
	f.StringVar(&x.namespace, "namespace", "", "namespace of the job in OpenLineage (default: $OPENLINEAGE_NAMESPACE, else sluice)")
	f.StringVar(&x.job, "job", "", "`NAME` of the job in OpenLineage (default: the policy's, else the command's)")
	return cmd
}

// project returns the projection of the manifest at path.
func (x *exporting) project(path string) ([]byte, error) {
	if !slices.Contains(projections, x.to) {
		return nil, usage(errors.New("--to takes openlineage, datapackage, sha256sums or prom"), "see sluice manifest export --help")
	}
	r, err := manifest.Verify(path, manifest.VerifyOptions{NoOutputs: true})
	if err != nil {
		return nil, &failure{exit: exitInput, code: "manifest", err: unread(path, err), hint: "sluice verify says more"}
	}
	if !r.OK() {
		return nil, &failure{exit: exitVerify, code: "manifest", err: unread(path, r.Problems[0]), hint: "sluice verify says more"}
	}
	st := r.Statement
	if x.overwrites(path, st) {
		return nil, usage(fmt.Errorf("%s is the manifest or one of its outputs", x.output), "name another file with -o")
	}
	var data []byte
	switch x.to {
	case manifest.ToProm:
		return manifest.Metrics([]manifest.RunResult{st.Result()}, nil), nil
	case manifest.ToOpenLineage:
		l := x.p.lineage(x.namespace, x.job, path)
		result := st.Result()
		start, err := l.Start(&result)
		if err != nil {
			return nil, err
		}
		end, err := l.End(&result)
		return append(start, end...), err
	case manifest.ToSHA256Sums:
		if data, err = st.SHA256Sums(x.relative(path)); err == nil {
			self, _ := x.relative(path)(filepath.Base(path))
			data = append(data, manifest.SumLine(r.SHA256, self)...)
		}
	case manifest.ToDataPackage:
		data, err = st.DataPackage(x.relative(path), map[string][]string{
			manifest.RoleAnnotated: pipeline.AnnotateColumns(), manifest.RoleQuarantine: pipeline.QuarantineColumns(),
			manifest.RoleRejects: pipeline.RejectsColumns(), manifest.RoleDecisions: pipeline.LedgerSchema().Names()})
	}
	switch {
	case errors.Is(err, manifest.ErrNoSums):
		err = usage(err, "screen with --digest sha256, which is the default, and -o FILE")
	case errors.Is(err, manifest.ErrOutside):
		err = usage(err, "write it with -o to a directory that has all outputs in it or below it")
	}
	return data, err
}

// overwrites reports whether -o names a file that must stay as it is.
func (x *exporting) overwrites(path string, st *manifest.Statement) bool {
	if x.output == "" || x.output == "-" {
		return false
	}
	files := []string{path}
	for _, o := range st.Predicate.Outputs {
		files = append(files, manifest.Locate(path, o.Name))
	}
	return slices.ContainsFunc(files, func(f string) bool { return f != "-" && onePlace(f, x.output) })
}

// relative names files as seen from where the export goes: -o's directory, or that of
// the manifest.
func (x *exporting) relative(path string) manifest.Naming {
	from := filepath.Dir(path)
	if x.output != "" && x.output != "-" {
		from = filepath.Dir(x.output)
	}
	return func(name string) (string, bool) {
		at, ok := absolute(path)(name)
		base, err := filepath.Abs(from)
		if !ok || err != nil {
			return "", false
		}
		if rel, err := filepath.Rel(base, filepath.FromSlash(at)); err == nil {
			return filepath.ToSlash(rel), true
		}
		return at, true // on another drive
	}
}

// absolute names files that the manifest at path names by their absolute paths.
func absolute(path string) manifest.Naming {
	return func(name string) (string, bool) {
		if name == "-" {
			return "", false
		}
		at, err := filepath.Abs(manifest.Locate(path, name))
		return filepath.ToSlash(at), err == nil
	}
}

// lineage returns how events name a run whose manifest is at path.
func (p *program) lineage(namespace, job, path string) *manifest.Lineage {
	if namespace == "" {
		namespace = p.getenv("OPENLINEAGE_NAMESPACE")
	}
	return &manifest.Lineage{Namespace: namespace, Job: job, Path: absolute(path)}
}

func (x *exporting) write(data []byte) error {
	if x.output == "" || x.output == "-" {
		_, err := x.p.stdout.Write(data)
		return err
	}
	return replaceFile(x.output, data)
}
