//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// These tests look at whole processes: what signals, full disks, pipes and a second
// run do to one. None of them waits for the clock: a list is fed through a pipe, and
// when more of it is taken than a pipe and a reader's first block hold, the run is in
// the middle of it.

const processHeader = "name,email,website\n"

// processRows returns n rows of a list, all kept and all different, about 60 bytes each.
func processRows(from, n int) []byte {
	var b bytes.Buffer
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "Wanda %07d,wanda%07d@kelpfoods-demo.com,kelpfoods-demo.com\n", i, i)
	}
	return b.Bytes()
}

// midway is how many rows are surely more than what waits in front of the workers: 9 MB.
const midway = 150_000

// A process is the command in a directory of its own, which holds the outputs of an
// earlier run.
type process struct {
	*exec.Cmd
	t      *testing.T
	dir    string
	stderr bytes.Buffer
	before map[string]string
}

// command prepares sluice with these arguments, the words old ones included.
func command(t *testing.T, args ...string) *process {
	t.Helper()
	return commandIn(t, t.TempDir(), args...)
}

func commandIn(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("sluice", args...), t: t, dir: dir}
	p.Dir = dir
	p.Env = append(os.Environ(), "TMPDIR="+dir)
	p.Stderr = &p.stderr
	return p
}

// outputs are the flags of a run with several outputs; old are files under their names.
var outputs = []string{"screen", "-q", "-o", "kept.csv", "-r", "rejects.csv", "--decisions", "decisions.csv", "-m", "m.json"}

func (p *process) old() *process {
	for _, name := range []string{"kept.csv", "rejects.csv", "decisions.csv", "m.json"} {
		p.write(name, []byte("what "+name+" was before\n"))
	}
	p.before = p.files()
	return p
}

func (p *process) write(name string, data []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), data, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// files returns name and content of everything in the directory.
func (p *process) files() map[string]string {
	p.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(p.dir, path)
		all[name] = string(data)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// unchanged wants the directory as it was, but for the files named.
func (p *process) unchanged(but ...string) {
	p.t.Helper()
	after := p.files()
	for _, name := range but {
		delete(after, name)
	}
	for name, text := range p.before {
		if after[name] != text {
			p.t.Errorf("%s is not what it was: %d bytes, before %d", name, len(after[name]), len(text))
		}
		delete(after, name)
	}
	for name := range after {
		p.t.Errorf("the run left %s", name)
	}
}

// feed starts the process and gives it a list up to the middle. The writer that it
// returns takes the rest.
func (p *process) feed() io.WriteCloser {
	p.t.Helper()
	in, err := p.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.Process.Kill() })
	for _, part := range [][]byte{[]byte(processHeader), processRows(0, midway)} {
		if _, err := in.Write(part); err != nil {
			p.t.Fatalf("the run does not read on: %v; it says %s", err, &p.stderr)
		}
	}
	return in
}

// exit waits for the end and wants this code, and a message that holds all of words.
func (p *process) exit(code int, words ...string) {
	p.t.Helper()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d, want %d; it says %s", got, code, &p.stderr)
	}
	for _, w := range words {
		if !strings.Contains(p.stderr.String(), w) {
			p.t.Errorf("message %q does not hold %q", &p.stderr, w)
		}
	}
	if len(words) == 0 && p.stderr.Len() > 0 {
		p.t.Errorf("standard error holds %q", &p.stderr)
	}
}

// TestKilled kills a run at several moments. What was there before is there byte for
// byte, and nothing else but the locks of the dead, which the next run takes over.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"at the start", "at the header", "midway", "at the last row"} {
		t.Run(moment, func(t *testing.T) {
			p := command(t, outputs...).old()
			var in io.WriteCloser
			switch moment {
			case "midway", "at the last row":
				in = p.feed()
				if moment == "at the last row" {
					in.Write(processRows(midway, midway))
				}
			default:
				in, _ = p.StdinPipe()
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				if moment == "at the header" {
					in.Write([]byte(processHeader))
				}
			}
			p.Process.Kill()
			p.Wait()
			in.Close()
			var locks []string
			for name := range p.files() {
				if strings.HasSuffix(name, ".sluice-lock") {
					locks = append(locks, name)
				}
			}
			p.unchanged(locks...)

			next := commandIn(t, p.dir, outputs...)
			next.Stdin = strings.NewReader(processHeader + string(processRows(0, 3)))
			if err := next.Run(); err != nil {
				t.Fatalf("the next run: %v: %s", err, &next.stderr)
			}
			if n := len(next.files()); n != 5 {
				t.Errorf("%d files after the next run, want its 5 outputs: %v", n, keys(next.files()))
			}
			if got := next.files()["kept.csv"]; got != processHeader+string(processRows(0, 3)) {
				t.Errorf("the next run kept %d bytes", len(got))
			}
		})
	}
}

func keys(m map[string]string) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	return names
}

// TestSignalled interrupts and terminates a run: it ends in order, with the signal's
// code, and leaves word of it.
func TestSignalled(t *testing.T) {
	for _, test := range []struct {
		signal syscall.Signal
		code   int
		word   string
	}{{syscall.SIGINT, 130, "interrupted"}, {syscall.SIGTERM, 143, "terminated"}} {
		t.Run(test.word, func(t *testing.T) {
			p := command(t, outputs...).old()
			in := p.feed()
			defer in.Close()
			p.Process.Signal(test.signal)
			p.exit(test.code, test.word)
			if failed := p.files()["m.failed.manifest.json"]; !strings.Contains(failed, `"code": "`+test.word+`"`) {
				t.Errorf("the failed manifest does not say %s: %s", test.word, failed)
			}
			p.unchanged("m.failed.manifest.json")
		})
	}
}

// TestFileLimit lets the kept rows outgrow the size that files may have: a full disk
// to the program.
func TestFileLimit(t *testing.T) {
	p := command(t).old()
	p.write("leads.csv", append([]byte(processHeader), processRows(0, 20_000)...))
	p.before = p.files()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to set the limit")
	}
	p.Path, p.Args = sh, append([]string{"sh", "-c", `ulimit -f 200 && exec sluice "$@"`, "sh"}, append(outputs, "leads.csv")...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.exit(1, ".csv: error[output] write: file too large", "hint: make room there")
	p.unchanged("m.failed.manifest.json")
}

// TestFullStdout writes the list to a device that is always full.
func TestFullStdout(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	p := command(t, "screen", "-q", "-m", "m.json")
	p.Stdin, p.Stdout = strings.NewReader(processHeader+string(processRows(0, 10))), full
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.exit(1, "standard output: error[output] write: no space left on device")
	p.unchanged("m.failed.manifest.json")
}

// TestClosedPipe takes one line and goes, as head does: the run ends quietly, without
// a manifest.
func TestClosedPipe(t *testing.T) {
	p := command(t, "screen", "-q", "-m", "m.json", "-r", "rejects.csv", "leads.csv", "-o", "-")
	p.write("leads.csv", append([]byte(processHeader), processRows(0, midway)...))
	p.before = p.files()
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len(processHeader))); err != nil {
		t.Fatal(err)
	}
	out.Close()
	p.exit(1)
	p.unchanged("m.failed.manifest.json")
}

// TestSlowPipe feeds a list in pieces of all sizes, records cut anywhere.
func TestSlowPipe(t *testing.T) {
	list := append([]byte(processHeader), processRows(0, 300)...)
	p := command(t, "screen", "-q")
	in, _ := p.StdinPipe()
	var out bytes.Buffer
	p.Stdout = &out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for n, rest := 1, list; len(rest) > 0; n = n%97 + 1 {
		k := min(n, len(rest))
		if _, err := in.Write(rest[:k]); err != nil {
			t.Fatal(err)
		}
		rest = rest[k:]
	}
	in.Close()
	p.exit(0)
	if !bytes.Equal(out.Bytes(), list) {
		t.Errorf("%d bytes came out, want the %d that went in", out.Len(), len(list))
	}
}

// TestParquetStdin reads Parquet, which needs to be read from its end, from a file as
// standard input and from a pipe. The copy of a pipe has no name, and holds nothing
// that can be read.
func TestParquetStdin(t *testing.T) {
	list := append([]byte(processHeader), processRows(0, 3000)...)
	p := command(t, "screen", "-q", "-o", "leads.parquet")
	p.Stdin = bytes.NewReader(list)
	if err := p.Run(); err != nil {
		t.Fatalf("%v: %s", err, &p.stderr)
	}
	parquet := []byte(p.files()["leads.parquet"])
	for _, kind := range []string{"file", "pipe"} {
		t.Run(kind, func(t *testing.T) {
			p := command(t, "screen", "-q", "--to", "csv")
			var out bytes.Buffer
			p.Stdout = &out
			if kind == "file" {
				p.write("in.parquet", parquet)
				f, err := os.Open(filepath.Join(p.dir, "in.parquet"))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				p.Stdin = f
				p.before = p.files()
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
			} else {
				in, _ := p.StdinPipe()
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				in.Write(parquet[:len(parquet)-8])
				p.unchanged() // no temporary file while the copy is made
				in.Write(parquet[len(parquet)-8:])
				in.Close()
			}
			p.exit(0)
			if !bytes.Equal(out.Bytes(), list) {
				t.Errorf("%d bytes came out, want the %d that went in", out.Len(), len(list))
			}
			p.unchanged()
		})
	}
}

// TestTwoRuns starts a second run on the outputs of one that is under way: it is told
// to wait, and the first is not disturbed.
func TestTwoRuns(t *testing.T) {
	first := command(t, outputs...).old()
	in := first.feed()
	second := commandIn(t, first.dir, "screen", "-q", "-o", "other.csv", "-r", "rejects.csv", "-m", "m.json")
	second.Stdin = strings.NewReader(processHeader)
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	second.exit(6, ": error[locked]", "another run is writing it", "hint: wait")
	if _, err := os.Stat(filepath.Join(first.dir, "other.csv")); err == nil {
		t.Error("the second run wrote an output")
	}
	in.Close()
	first.exit(0)
	if got, want := len(first.files()["kept.csv"]), len(processHeader)+len(processRows(0, midway)); got != want {
		t.Errorf("the first run kept %d bytes, want %d", got, want)
	}
	if n := len(first.files()); n != 5 {
		t.Errorf("%d files, want 5: %v", n, keys(first.files()))
	}
}
