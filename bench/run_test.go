package bench

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/cespare/xxhash/v2"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/treated"
	"sluice/pipeline"
	"sluice/screen"
	"sluice/screen/suppress"
)

// keepAll is a worker that keeps every row: what is left of a run is its floor.
type keepAll struct{}

func (keepAll) Screen(in *screen.Input, out *screen.Outcome) error {
	out.Decisions = append(out.Decisions[:0], make([]screen.Decision, in.N)...)
	out.Prints = append(out.Prints[:0], make([]uint64, in.N)...)
	return nil
}

// A pass is a whole run, digests of what is read and written included.
type pass struct {
	in, out string // files; what is read and written if piped
	format  string // of the output
	piped   bool   // what the files hold goes through pipes
	worker  func(formats.Schema) pipeline.Worker
	columns []treated.Column // that are written; nil for all
	also    []screen.Role    // read beside the usual ones
}

// run reads the list, screens it and publishes the outputs.
func (p *pass) run() error {
	if !p.piped {
		return p.runOn([]string{p.in}, nil, p.out, nil)
	}
	stdin, feed, err := os.Pipe()
	if err != nil {
		return err
	}
	drain, stdout, err := os.Pipe()
	if err != nil {
		return err
	}
	fed, drained := make(chan error, 1), make(chan error, 1)
	go func() { fed <- errors.Join(copyFile(feed, p.in), feed.Close()) }()
	go func() { drained <- errors.Join(copyTo(io.Discard, drain), drain.Close()) }()
	err = p.runOn([]string{"-"}, stdin, "-", stdout)
	return errors.Join(err, stdin.Close(), stdout.Close(), <-fed, <-drained)
}

func (p *pass) runOn(in []string, stdin io.Reader, out string, stdout io.Writer) error {
	ctx := context.Background()
	src, err := anyio.Open(ctx, in, anyio.Options{Stdin: stdin})
	if err != nil {
		return err
	}
	outs, err := pipeline.OpenOutputs([]pipeline.Target{{Role: "kept", Path: out}, {Role: "rejects", Path: p.out + ".rejects"}},
		pipeline.OutputOptions{Inputs: in, Stdout: stdout})
	if err != nil {
		return err
	}
	defer outs.Abort()
	w, err := anyio.NewWriter(outs.Writer("kept"), p.format, src, anyio.WriterOptions{Path: p.out, Columns: p.columns})
	if err != nil {
		return err
	}
	roles, err := screen.FindRoles(src.Schema().Names(), nil, p.also...)
	if err != nil {
		return err
	}
	schema := *src.Schema()
	job := pipeline.Job{Source: src, Roles: roles, NewWorker: func() pipeline.Worker { return p.worker(schema) }, Dedupe: true, Rejects: outs.Writer("rejects"), Columns: p.columns}
	job.Sinks.Kept = w
	if _, err := pipeline.Run(ctx, job); err != nil {
		return err
	}
	if _, err := outs.Finish(); err != nil {
		return err
	}
	return outs.Publish(nil)
}

// screener returns the workers of a screening with a million digests.
func screener(x *suppress.Index) func(formats.Schema) pipeline.Worker {
	return func(schema formats.Schema) pipeline.Worker {
		roles, _ := screen.FindRoles(schema.Names(), nil)
		return screen.New(screen.Options{Indexes: []*suppress.Index{x}, Roles: roles}).Worker()
	}
}

// BenchmarkRun is a whole run, from file to published file or from pipe to pipe, with the
// list of digests loaded before: work=screen is the job, work=keep the same without rules.
func BenchmarkRun(b *testing.B) {
	dir := b.TempDir()
	for _, way := range []struct{ name, from, to string }{
		{"from=csv/to=csv/via=file", "csv", "csv"}, {"from=csv/to=csv/via=pipe", "csv", "csv"},
		{"from=parquet/to=parquet/via=file", "parquet", "parquet"}, {"from=arrow/to=arrow/via=file", "arrow", "arrow"},
		{"from=csv/to=parquet/via=file", "csv", "parquet"}, {"from=parquet/to=csv/via=file", "parquet", "csv"},
	} {
		for _, work := range []string{"screen", "keep"} {
			b.Run(way.name+"/work="+work, func(b *testing.B) {
				eachSize(b, func(b *testing.B, rows int64) {
					if rows > 1_000_000 && (way.from != "csv" || way.to != "csv") {
						b.Skip("ten million rows are for CSV")
					}
					list, size := listAs(b, dir, way.from, rows)
					p := pass{in: list, out: filepath.Join(b.TempDir(), "clean."+way.to), format: way.to, piped: filepath.Base(way.name) == "via=pipe",
						worker: func(formats.Schema) pipeline.Worker { return keepAll{} }}
					if work == "screen" {
						p.worker = screener(indexOf(rows))
					}
					measured(b, rows, size, func() {
						if err := p.run(); err != nil {
							b.Fatal(err)
						}
					})
				})
			})
		}
	}
}

// listAs returns a list in a format and its bytes, making it the first time.
func listAs(b *testing.B, dir, format string, rows int64) (string, int64) {
	path := writtenOnce(b, dir, rows)
	if format != "csv" {
		other := path + "." + format
		if _, err := os.Stat(other); err != nil {
			p := pass{in: path, out: other, format: format, worker: func(formats.Schema) pipeline.Worker { return keepAll{} }}
			if err := p.run(); err != nil {
				b.Fatal(err)
			}
		}
		path = other
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return path, info.Size()
}

// BenchmarkFloor is what nothing that reads, writes and hashes a list can go below.
func BenchmarkFloor(b *testing.B) {
	dir := b.TempDir()
	floor := func(name string, work func(list, out string) error) {
		b.Run("work="+name, func(b *testing.B) {
			eachSize(b, func(b *testing.B, rows int64) {
				list, size := listAs(b, dir, "csv", rows)
				out := filepath.Join(b.TempDir(), "copy.csv")
				measured(b, rows, size, func() {
					if err := work(list, out); err != nil {
						b.Fatal(err)
					}
				})
			})
		})
	}
	floor("copy", func(list, out string) error {
		if err := os.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err // a fresh file each time
		}
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		return errors.Join(copyFile(f, list), f.Close())
	})
	floor("pipe", func(list, _ string) error {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		fed := make(chan error, 1)
		go func() { fed <- errors.Join(copyFile(w, list), w.Close()) }()
		return errors.Join(copyTo(io.Discard, r), r.Close(), <-fed)
	})
	floor("read", func(list, _ string) error { return copyFile(io.Discard, list) })
	floor("sha256", func(list, _ string) error { return copyFile(sha256.New(), list) })
	floor("xxh64", func(list, _ string) error { return copyFile(xxhash.New(), list) })
}

// copyFile copies a file's bytes in large pieces through this process.
func copyFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return copyTo(w, f)
}

func copyTo(w io.Writer, r io.Reader) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, 1<<20))
	return err
}
