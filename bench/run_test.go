package bench

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sluice/bench/corpus"
	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/pipeline"
	"sluice/screen"
	"sluice/screen/suppress"
)

// runRows is the list of the end-to-end benchmarks; -short makes it small, so that
// running each once is quick.
func runRows() int64 {
	if testing.Short() {
		return 20_000
	}
	return 1_000_000
}

// makeList writes the list of the end-to-end benchmarks in a format.
func makeList(b *testing.B, format string, rows int64) string {
	b.Helper()
	dir := b.TempDir()
	path := filepath.Join(dir, "list.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := corpus.WriteCSV(f, corpus.Options{Seed: 1, Rows: rows, Clean: true}); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	if format == "csv" {
		return path
	}
	out := filepath.Join(dir, "list."+format)
	copyList(b, path, out, func(formats.Schema) pipeline.Worker { return keepAll{} })
	return out
}

// keepAll is a worker that keeps every row: what is left of a run is its floor.
type keepAll struct{}

func (keepAll) Screen(in *screen.Input, out *screen.Outcome) error {
	out.Decisions = append(out.Decisions[:0], make([]screen.Decision, in.N)...)
	out.Prints = append(out.Prints[:0], make([]uint64, in.N)...)
	return nil
}

// copyList runs a list through worker into out, manifest and all digests included.
func copyList(b *testing.B, in, out string, worker func(formats.Schema) pipeline.Worker) *pipeline.Result {
	b.Helper()
	ctx := context.Background()
	src, err := anyio.Open(ctx, []string{in}, anyio.Options{})
	if err != nil {
		b.Fatal(err)
	}
	outs, err := pipeline.OpenOutputs([]pipeline.Target{{Role: "kept", Path: out}, {Role: "rejects", Path: out + ".rejects"}},
		pipeline.OutputOptions{Inputs: []string{in}})
	if err != nil {
		b.Fatal(err)
	}
	defer outs.Abort()
	format, _ := anyio.FormatOf(out)
	w, err := anyio.NewWriter(outs.Writer("kept"), format, src, anyio.WriterOptions{Path: out})
	if err != nil {
		b.Fatal(err)
	}
	roles, err := screen.FindRoles(src.Schema().Names(), nil)
	if err != nil {
		b.Fatal(err)
	}
	schema := *src.Schema()
	job := pipeline.Job{Source: src, Roles: roles, NewWorker: func() pipeline.Worker { return worker(schema) }, Dedupe: true, Rejects: outs.Writer("rejects")}
	job.Sinks.Kept = w
	result, err := pipeline.Run(ctx, job)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := outs.Finish(); err != nil {
		b.Fatal(err)
	}
	if err := outs.Publish(nil); err != nil {
		b.Fatal(err)
	}
	return result
}

// BenchmarkRun is a whole run, from file to published file, with a million digests
// loaded before: screen is the job, keep the same without rules, copy the bytes alone.
func BenchmarkRun(b *testing.B) {
	rows := runRows()
	for _, pair := range [][2]string{{"csv", "csv"}, {"parquet", "parquet"}, {"arrow", "arrow"}, {"csv", "parquet"}, {"parquet", "csv"}} {
		in := ""
		top := b
		open := func(b *testing.B) (string, string, int64) {
			if in == "" {
				in = makeList(top, pair[0], rows)
			}
			info, err := os.Stat(in)
			if err != nil {
				b.Fatal(err)
			}
			return in, filepath.Join(b.TempDir(), "clean."+pair[1]), info.Size()
		}
		b.Run(pair[0]+"-"+pair[1], func(b *testing.B) {
			b.Run("screen", func(b *testing.B) {
				in, out, size := open(b)
				b.SetBytes(size)
				b.ReportAllocs()
				x := index()
				for b.Loop() {
					var s *screen.Screener
					copyList(b, in, out, func(schema formats.Schema) pipeline.Worker {
						roles, _ := screen.FindRoles(schema.Names(), nil)
						s = screen.New(screen.Options{Indexes: []*suppress.Index{x}, Roles: roles})
						return s.Worker()
					})
				}
				perRow(b, int64(b.N)*rows)
			})
			b.Run("keep", func(b *testing.B) {
				in, out, size := open(b)
				b.SetBytes(size)
				for b.Loop() {
					copyList(b, in, out, func(formats.Schema) pipeline.Worker { return keepAll{} })
				}
				perRow(b, int64(b.N)*rows)
			})
		})
	}
	b.Run("copy", func(b *testing.B) {
		in := makeList(b, "csv", rows)
		out := filepath.Join(b.TempDir(), "copy.csv")
		for b.Loop() {
			r, err := os.Open(in)
			if err != nil {
				b.Fatal(err)
			}
			w, err := os.Create(out)
			if err != nil {
				b.Fatal(err)
			}
			n, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, 1<<20))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(n)
			r.Close()
			w.Close()
			os.Remove(out)
		}
		perRow(b, int64(b.N)*rows)
	})
}
