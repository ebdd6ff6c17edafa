package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"filippo.io/age"
	"github.com/cespare/xxhash/v2"

	"sluice/pipeline/manifest"
)

// files returns what is in dir, by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		m[e.Name()] = string(data)
	}
	return m
}

// kinds are the two ways in which files stay invisible.
var kinds = map[string]func() bool{"unnamed": nil, "named": func() bool { return false }}

func TestPublish(t *testing.T) {
	for kind, unnamed := range kinds {
		for _, old := range []bool{false, true} {
			dir := t.TempDir()
			at := func(name string) string { return filepath.Join(dir, name) }
			if old {
				for _, name := range []string{"kept.csv", "m.json", "m.failed.manifest.json"} {
					os.WriteFile(at(name), []byte("old"), 0o644)
				}
			}
			o, err := OpenOutputs([]Target{{Role: "kept", Path: at("kept.csv"), Size: 1 << 20}, {Role: "rejects", Path: at("rejects.csv")}},
				OutputOptions{Manifest: at("m.json"), disk: disk{unnamed: unnamed}})
			if err != nil {
				t.Fatal(err)
			}
			big := make([]byte, 3*outputBuffer+17)
			rand.NewChaCha8([32]byte{1}).Read(big)
			for part := range slices.Chunk(big, 100_003) {
				if _, err := o.Writer("kept").Write(part); err != nil {
					t.Fatal(err)
				}
			}
			if n := files(t, dir); n["rejects.csv"] != "" || n["kept.csv"] != map[bool]string{true: "old"}[old] {
				t.Error("an output was visible before it was published")
			}
			written, err := o.Finish()
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(big)
			if w := written[0]; w.Bytes != int64(len(big)) || w.Digest.SHA256 != hex.EncodeToString(sum[:]) || w.Path != at("kept.csv") {
				t.Errorf("written %+v", w)
			}
			if err := o.Publish([]byte("new")); err != nil {
				t.Fatal(err)
			}
			o.Abort()
			got := files(t, dir)
			if len(got) != 3 || got["kept.csv"] != string(big) || got["m.json"] != "new" || got["rejects.csv"] != "" {
				t.Errorf("%s, old=%t: %d files %v", kind, old, len(got), slices.Sorted(keys(got)))
			}
			if info, _ := os.Stat(at("kept.csv")); info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
		}
	}
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// publishAll is the life of a run's outputs, with d as the disk.
func publishAll(dir string, d disk) error {
	at := func(name string) string { return filepath.Join(dir, name) }
	o, err := OpenOutputs([]Target{{Role: "kept", Path: at("kept")}, {Role: "rejects", Path: at("rejects")}, {Role: "fresh", Path: at("fresh")}},
		OutputOptions{Manifest: at("manifest.json"), disk: d})
	if err != nil {
		return err
	}
	defer o.Abort()
	for _, role := range []string{"kept", "rejects", "fresh"} {
		if _, err := o.Writer(role).Write([]byte("new " + role)); err != nil {
			return err
		}
	}
	if _, err := o.Finish(); err != nil {
		return err
	}
	return o.Publish([]byte("new manifest.json"))
}

var errStop = errors.New("stop")

// TestFailAnywhere makes every single file operation fail once. Either the run
// succeeds in spite of it, or everything is as it was.
func TestFailAnywhere(t *testing.T) {
	oldFiles := map[string]string{"kept": "old kept", "rejects": "old rejects", "manifest.json": "old manifest.json"}
	for kind, unnamed := range kinds {
		for n := 1; ; n++ {
			dir := t.TempDir()
			for name, data := range oldFiles {
				os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600)
			}
			ops, failed := 0, ""
			err := publishAll(dir, disk{unnamed: unnamed, before: func(op, path string) error {
				if ops++; ops == n {
					failed = op + " " + filepath.Base(path)
					return errStop
				}
				return nil
			}})
			if failed == "" {
				break
			}
			got := files(t, dir)
			for name := range got {
				if strings.HasPrefix(name, ".") && !strings.HasPrefix(failed, "remove .") && !strings.HasPrefix(failed, "unlock") {
					t.Errorf("%s, %s fails: %s is left", kind, failed, name)
				}
			}
			for _, name := range []string{"kept", "rejects", "manifest.json", "fresh"} {
				want := oldFiles[name]
				if err == nil {
					want = "new " + name
				}
				if got[name] != want {
					t.Errorf("%s, %s fails with %v: %s holds %q, want %q", kind, failed, err, name, got[name], want)
				}
			}
		}
	}
}

// TestStopAnywhere pretends that the machine stops before every single file
// operation. What has a final name is whole, the old or the new; where a manifest is,
// all outputs are its own; and the next run tidies up.
func TestStopAnywhere(t *testing.T) {
	for kind, unnamed := range kinds {
		for n := 1; ; n++ {
			dir := t.TempDir()
			for _, name := range []string{"kept", "rejects", "manifest.json"} {
				os.WriteFile(filepath.Join(dir, name), []byte("old "+name), 0o600)
			}
			ops, stopped := 0, ""
			_ = publishAll(dir, disk{unnamed: unnamed, before: func(op, path string) error {
				if ops++; ops < n {
					return nil
				}
				if ops == n {
					stopped = op + " " + filepath.Base(path)
				}
				return errStop
			}})
			if stopped == "" {
				break
			}
			got := files(t, dir)
			olds, news := 0, 0
			for _, name := range []string{"kept", "rejects", "fresh"} {
				switch data, ok := got[name]; {
				case data == "old "+name:
					olds++
				case data == "new "+name:
					news++
				case ok:
					t.Errorf("%s, stopped at %s: %s holds %q", kind, stopped, name, data)
				case name != "fresh":
					t.Errorf("%s, stopped at %s: %s is gone", kind, stopped, name)
				}
			}
			if m := got["manifest.json"]; m == "new manifest.json" && news != 3 || m == "old manifest.json" && (olds != 2 || news != 0) {
				t.Errorf("%s, stopped at %s: %q with %d old and %d new outputs", kind, stopped, m, olds, news)
			}
			if unnamed == nil && strings.HasPrefix(stopped, "write kept") {
				for name := range got {
					if strings.HasSuffix(name, ".tmp") {
						t.Errorf("%s is left of a run that had not begun to publish", name)
					}
				}
			}
			if err := publishAll(dir, disk{unnamed: unnamed}); err != nil {
				t.Fatalf("the run after: %v", err)
			}
			if got := slices.Sorted(keys(files(t, dir))); !slices.Equal(got, []string{"fresh", "kept", "manifest.json", "rejects"}) {
				t.Errorf("%s, stopped at %s: after another run %q", kind, stopped, got)
			}
		}
	}
}

func TestRefusedTargets(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	os.WriteFile(at("in.csv"), []byte("x"), 0o600)
	os.WriteFile(at("one"), []byte("x"), 0o600)
	os.Link(at("one"), at("same"))
	os.Symlink("in.csv", at("link"))
	os.Symlink("nothing", at("dangling"))
	os.Mkdir(at("dir"), 0o700)
	for _, c := range []struct {
		name  string
		paths []string
		want  string
	}{
		{"directory", []string{at("dir")}, "it is a directory"},
		{"slash", []string{dir + "/x/"}, "not the name of a file"},
		{"no directory", []string{at("none/x")}, "its directory does not exist"},
		{"twice", []string{at("x"), dir + "/dir/../x"}, "it is already the r0 output"},
		{"hard link", []string{at("one"), at("same")}, "it is already the r0 output"},
		{"input", []string{at("in.csv")}, "it is one of the inputs"},
		{"input by link", []string{at("link")}, "it is one of the inputs"},
		{"dangling", []string{at("dangling")}, "it is a symbolic link to nothing"},
		{"manifest", []string{at("m.json")}, "it is already the r0 output"},
		{"stdout twice", []string{"-", "-"}, "it is already the r0 output"},
		{"all at once", []string{at("dir"), at("in.csv")}, "it is a directory\n" + at("in.csv") + ": open: it is one of the inputs"},
	} {
		var targets []Target
		for i, p := range c.paths {
			targets = append(targets, Target{Role: fmt.Sprintf("r%d", i), Path: p})
		}
		before := len(files2(t, dir))
		_, err := OpenOutputs(targets, OutputOptions{Manifest: at("m.json"), Inputs: []string{at("in.csv")}, Stdout: io.Discard})
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if after := len(files2(t, dir)); after != before {
			t.Errorf("%s: left %d files", c.name, after-before)
		}
	}
}

func files2(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestSymlinkTarget(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real")
	os.WriteFile(real, []byte("old"), 0o600)
	os.Symlink("real", filepath.Join(dir, "link"))
	o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, "link")}}, OutputOptions{})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(o.Writer("kept"), "new")
	if _, err := o.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := o.Publish(nil); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got["real"] != "new" || len(got) != 2 {
		t.Errorf("%v", got)
	}
	if target, err := os.Readlink(filepath.Join(dir, "link")); err != nil || target != "real" {
		t.Errorf("the link was replaced: %v", err)
	}
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	open := func(name, m string) (*Outputs, error) {
		return OpenOutputs([]Target{{Role: "kept", Path: at(name)}}, OutputOptions{Manifest: at(m)})
	}
	o, err := open("a", "a.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open("a", "b.json"); !errors.Is(err, ErrLocked) {
		t.Errorf("same output: %v", err)
	}
	if _, err := open("b", "a.json"); !errors.Is(err, ErrLocked) {
		t.Errorf("same manifest: %v", err)
	}
	if b, err := open("b", "b.json"); err != nil {
		t.Errorf("other outputs beside: %v", err)
	} else {
		b.Abort()
	}
	o.Abort()
	if o, err = open("a", "a.json"); err != nil {
		t.Errorf("after the other run: %v", err)
	}
	o.Abort()
	if got := files2(t, dir); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

// TestManifestStream: a manifest that is no regular file is written where it goes.
func TestManifestStream(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, "kept")}}, OutputOptions{Manifest: "-", Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := o.Publish([]byte("m")); err != nil || out.String() != "m" {
		t.Errorf("%q, %v", &out, err)
	}
	if err := WriteFailure(os.DevNull, manifest.Failure{}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(manifest.FailureName(os.DevNull)); err == nil {
		t.Error("a failure was left beside a device")
	}
}

// TestDigests: what is written in pieces of any size has the digest of the whole, under
// the name of that digest.
func TestDigests(t *testing.T) {
	data := make([]byte, 5*outputBuffer+17)
	rand.NewChaCha8([32]byte{2}).Read(data)
	for _, n := range []int{0, 1, outputBuffer, len(data)} {
		sum := sha256.Sum256(data[:n])
		for name, want := range map[string]manifest.Digest{
			"":       {SHA256: hex.EncodeToString(sum[:])},
			"sha256": {SHA256: hex.EncodeToString(sum[:])},
			"xxh64":  {XXH64: fmt.Sprintf("%016x", xxhash.Sum64(data[:n]))},
		} {
			for _, size := range []int{1, 1000, directWrite - 1, directWrite, outputBuffer + 1, len(data)} {
				if size == 1 && n > 1 {
					continue
				}
				var out bytes.Buffer
				o, err := OpenOutputs([]Target{{Role: "kept", Path: "-"}}, OutputOptions{Stdout: &out, Digest: name})
				if err != nil {
					t.Fatal(err)
				}
				for rest := data[:n]; len(rest) > 0; {
					k := min(size, len(rest))
					if _, err := o.Writer("kept").Write(slices.Clone(rest[:k])); err != nil {
						t.Fatal(err)
					}
					rest = rest[k:]
				}
				w, err := o.Finish()
				if err != nil || w[0].Digest != want || w[0].Bytes != int64(n) || !bytes.Equal(out.Bytes(), data[:n]) {
					t.Errorf("%d bytes by %d: %+v %v, want %+v", n, size, w, err, want)
				}
				o.Abort()
			}
		}
	}
}

func TestStream(t *testing.T) {
	var out bytes.Buffer
	o, err := OpenOutputs([]Target{{Role: "kept", Path: "-"}}, OutputOptions{Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(o.Writer("kept"), "data")
	w, err := o.Finish()
	if err != nil || out.String() != "data" || w[0].Bytes != 4 || len(w[0].Digest.SHA256) != 64 {
		t.Errorf("%q %+v %v", &out, w, err)
	}
	if err := o.Publish(nil); err != nil {
		t.Error(err)
	}
}

// TestClosedPipe: a reader that goes away is told apart from other trouble.
func TestClosedPipe(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, c := range []struct {
		err  error
		gone bool
	}{{&fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, true}, {syscall.ENOSPC, false}} {
		o, err := OpenOutputs([]Target{{Role: "kept", Path: "-"}}, OutputOptions{Stdout: writerFunc(func([]byte) (int, error) { return 0, c.err })})
		if err != nil {
			t.Fatal(err)
		}
		var werr error
		for range 10 * outputBuffer / 1000 {
			if _, werr = o.Writer("kept").Write(make([]byte, 1000)); werr != nil {
				break
			}
		}
		_, err = o.Finish()
		for _, err := range []error{werr, err} {
			var oe *OutputError
			if errors.Is(err, ErrClosedPipe) != c.gone || !errors.As(err, &oe) || oe.Path != "-" {
				t.Errorf("%v: %v", c.err, err)
			}
		}
		o.Abort()
	}
	noGoroutines(t, before)
}

func TestEncrypted(t *testing.T) {
	dir := t.TempDir()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "kept.csv.age")
	o, err := OpenOutputs([]Target{{Role: "kept", Path: path, Recipients: []age.Recipient{id.Recipient()}}}, OutputOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("some cells, ", 100_000)
	io.WriteString(o.Writer("kept"), text)
	w, err := o.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Publish(nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if !w[0].Encrypted || w[0].Digest.SHA256 != hex.EncodeToString(sum[:]) || w[0].Bytes != int64(len(data)) || bytes.Contains(data, []byte("some cells")) {
		t.Errorf("%+v for %d bytes", w[0], len(data))
	}
	r, err := age.Decrypt(bytes.NewReader(data), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != text {
		t.Errorf("decrypted %d bytes, %v", len(got), err)
	}
}

// TestFullDisk: the error names the output and says what is wrong.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	o, err := OpenOutputs([]Target{{Role: "kept", Path: "/dev/full"}}, OutputOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Abort()
	io.WriteString(o.Writer("kept"), "data")
	if _, err := o.Finish(); err == nil || err.Error() != "/dev/full: write: no space left on device" {
		t.Errorf("%v", err)
	}
	var ie *InternalError
	if err := o.Publish(nil); !errors.As(err, &ie) {
		t.Errorf("published what is not finished: %v", err)
	}
}

// TestKilled kills a process that is writing. It leaves nothing but the file of its
// lock, which does not keep anybody out.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("SLUICE_TEST_KILL"); dir != "" {
		o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, "kept")}}, OutputOptions{Manifest: filepath.Join(dir, "m.json")})
		if err == nil {
			_, err = o.Writer("kept").Write(make([]byte, 2*outputBuffer))
		}
		fmt.Println("written", err)
		select {}
	}
	if runtime.GOOS != "linux" {
		t.Skip("files without a name are Linux's")
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "SLUICE_TEST_KILL="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, len("written <nil>"))
	io.ReadFull(out, line)
	cmd.Process.Kill()
	cmd.Wait()
	if string(line) != "written <nil>" {
		t.Fatalf("%q", line)
	}
	for _, e := range files2(t, dir) {
		if !strings.HasSuffix(e.Name(), ".sluice-lock") {
			t.Errorf("%s is left", e.Name())
		}
	}
	o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, "kept")}}, OutputOptions{Manifest: filepath.Join(dir, "m.json")})
	if err != nil {
		t.Fatal(err)
	}
	o.Abort()
	if left := files2(t, dir); len(left) > 0 {
		t.Errorf("%v", left)
	}
}

func TestWriteFailure(t *testing.T) {
	dir := t.TempDir()
	if err := WriteFailure(filepath.Join(dir, "leads.manifest.json"), manifest.Failure{Error: "no luck", ExitStatus: 1}); err != nil {
		t.Fatal(err)
	}
	got := files(t, dir)
	if len(got) != 1 || !strings.Contains(got["leads.failed.manifest.json"], `"error": "no luck"`) {
		t.Errorf("%v", got)
	}
}

// TestLongName: a name that leaves no room for a hidden one is cut.
func TestLongName(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, strings.Repeat("n", 250)), []byte("old"), 0o600)
	o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, strings.Repeat("n", 250))}}, OutputOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Finish(); err != nil {
		t.Fatal(err)
	}
	if err := o.Publish(nil); err != nil {
		t.Fatal(err)
	}
	if got := files2(t, dir); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

func BenchmarkOutput(b *testing.B) {
	dir := b.TempDir()
	block := make([]byte, 256<<10)
	rand.NewChaCha8([32]byte{1}).Read(block)
	b.SetBytes(64 << 20)
	for b.Loop() {
		o, err := OpenOutputs([]Target{{Role: "kept", Path: filepath.Join(dir, "kept"), Size: 64 << 20}}, OutputOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for range 256 {
			o.Writer("kept").Write(block)
		}
		if _, err := o.Finish(); err != nil {
			b.Fatal(err)
		}
		o.Abort()
	}
}
