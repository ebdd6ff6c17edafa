package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"sluice/pipeline/manifest"
)

// A Target is one output that a run is to have.
type Target struct {
	Role string // unique among the targets: kept, quarantine, rejects, …
	// Path is the final name; "-" is standard output. A name that is a device or a
	// pipe is written to as the run goes, like standard output.
	Path       string
	Recipients []age.Recipient // encrypts the output to them, if there are any
	Size       int64           // about how many bytes to expect, 0 if unknown: room is set aside
}

// OutputOptions are what all outputs of a run have in common.
type OutputOptions struct {
	Manifest string    // its path, which is the last to be published; "" for none
	Inputs   []string  // files that are read, which no output may be
	Stdout   io.Writer // what "-" is
	Digest   string    // of the outputs: sha256 or xxh64; sha256 if empty
	Signed   bool      // the manifest, a file, is also published in its signed form, see PublishSigned

	disk disk
}

// Errors that callers tell apart. A file that cannot be written is an *OutputError.
var (
	// ErrLocked is an output that another run is about to write.
	ErrLocked = errors.New("another run is writing it")
	// ErrClosedPipe is a reader of a stream that has gone. The run ends quietly.
	ErrClosedPipe = errors.New("the reader of the output is gone")
)

// An OutputError is an output that cannot be written.
type OutputError struct {
	Path string // as the user gave it
	Op   string
	Err  error
}

// Error names the output, the operation and the cause.
func (e *OutputError) Error() string { return e.Path + ": " + e.Op + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *OutputError) Unwrap() error { return e.Err }

// outputError wraps err, taking out the names of hidden files.
func outputError(path, op string, err error) error {
	if err == nil {
		return nil
	}
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	return &OutputError{path, op, err}
}

// Outputs are the files of one run. Until Publish returned nil none of them is
// visible under its name, and what was there before still is: they are files
// without a name where the system has those (so that a killed run leaves nothing),
// else hidden ones beside their targets. All are readable by their owner only.
//
// A run calls OpenOutputs, writes, and then Finish and Publish; or Abort at any point.
type Outputs struct {
	files    []*output
	manifest place
	envelope place // of the signed manifest, if there is to be one
	options  OutputOptions
	locks    []*lock
	finished bool // the content is complete
	done     bool
}

// OpenOutputs checks all targets, locks them against other runs, and opens them.
// Its error reports everything that is wrong with them. Nothing exists under a final
// name yet.
func OpenOutputs(targets []Target, opt OutputOptions) (*Outputs, error) {
	o := &Outputs{options: opt}
	if err := o.resolve(targets); err != nil {
		return nil, err
	}
	if err := o.open(targets); err != nil {
		o.Abort()
		return nil, err
	}
	return o, nil
}

// Writer returns the output of a role, or nil if there is none. It is not for
// concurrent use.
func (o *Outputs) Writer(role string) io.Writer {
	if f := o.file(role); f != nil {
		return f
	}
	return nil
}

func (o *Outputs) file(role string) *output {
	for _, f := range o.files {
		if f.role == role {
			return f
		}
	}
	return nil
}

// resolve finds out where the targets are and refuses those that cannot be.
func (o *Outputs) resolve(targets []Target) error {
	var errs []error
	taken := map[string]string{}
	add := func(what, path string) place {
		p, err := findPlace(path)
		if err == nil {
			err = o.collide(p)
		}
		if path == "-" && o.options.Stdout == nil {
			err = &OutputError{path, "open", errors.New("there is no standard output")}
		}
		if other, ok := taken[p.path]; ok && err == nil && p.path != os.DevNull {
			err = &OutputError{path, "open", fmt.Errorf("it is already the %s output", other)}
		}
		if err != nil {
			errs = append(errs, err)
		}
		taken[p.path] = what
		return p
	}
	for _, t := range targets {
		if o.file(t.Role) != nil {
			errs = append(errs, fmt.Errorf("two outputs are called %s", t.Role))
		}
		o.files = append(o.files, &output{role: t.Role, place: add(t.Role, t.Path), disk: &o.options.disk, hasher: newHasher(o.options.Digest)})
	}
	if o.options.Manifest != "" {
		o.manifest = add("manifest", o.options.Manifest)
	}
	if o.options.Signed {
		if o.manifest.stream || o.options.Manifest == "" {
			errs = append(errs, &OutputError{o.options.Manifest, "open", errors.New("a signed manifest must be a file")})
		} else {
			o.envelope = add("signed manifest", manifest.EnvelopeName(o.options.Manifest))
		}
	}
	return errors.Join(errs...)
}

// collide tells whether p is an input, or by another name an output.
func (o *Outputs) collide(p place) error {
	if p.info == nil || p.stream {
		return nil
	}
	for _, in := range o.options.Inputs {
		if info, err := os.Stat(in); err == nil && os.SameFile(info, p.info) {
			return &OutputError{p.given, "open", errors.New("it is one of the inputs")}
		}
	}
	for _, f := range o.files {
		if f.place.info != nil && os.SameFile(f.place.info, p.info) {
			return &OutputError{p.given, "open", fmt.Errorf("it is already the %s output", f.role)}
		}
	}
	return nil
}

// open locks all places, in one order for all runs, and makes the files.
func (o *Outputs) open(targets []Target) error {
	var places []place
	for _, f := range o.files {
		places = append(places, f.place)
	}
	places = append(places, o.manifest, o.envelope)
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.path, b.path) })
	for _, p := range places {
		if p.stream || p.path == "" {
			continue
		}
		l, err := lockPlace(p)
		if err != nil {
			return outputError(p.given, "lock", err)
		}
		o.locks = append(o.locks, l)
		o.options.disk.sweep(p)
	}
	for i, f := range o.files {
		if err := f.open(targets[i], o.options.Stdout); err != nil {
			return err
		}
	}
	return nil
}

// Written is an output whose content is complete and on disk.
type Written struct {
	Role, Path string // Path as the user gave it
	Bytes      int64
	Digest     manifest.Digest // of the bytes as stored
	Encrypted  bool
}

// Finish ends the content of every output and syncs it. It is still invisible. It is
// called once, and before Publish.
func (o *Outputs) Finish() ([]Written, error) {
	var all []Written
	for _, f := range o.files {
		w, err := f.finish()
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	o.finished = true
	return all, nil
}

// Publish gives every output its final name, and data to the manifest, last: where
// there is a manifest, its run is complete. A manifest of an earlier run is taken
// away before the first of its outputs is replaced. If anything fails, what was
// there before is put back.
func (o *Outputs) Publish(data []byte) (err error) { return o.PublishSigned(data, nil) }

// PublishSigned is Publish for a manifest that is also published in its signed form,
// envelope: beside it and just before it. Without one, that of the manifest which is
// replaced is taken away with it.
func (o *Outputs) PublishSigned(data, envelope []byte) (err error) {
	defer o.Abort()
	if !o.finished || o.done || o.options.Signed != (envelope != nil) {
		return internal("publish", "outputs that are not finished, or already published or given up, or not signed as promised")
	}
	p := publication{disk: &o.options.disk}
	defer func() { p.end(err == nil) }()
	m := o.manifest
	if m.path != "" && !m.stream {
		if err := p.stage(m, data); err != nil {
			return err
		}
		if err := p.takeAway(m); err != nil {
			return err
		}
		if err := p.takeAwayEnvelope(m); err != nil {
			return err
		}
	}
	for _, f := range o.files {
		if f.file == nil {
			continue
		}
		if err := p.publish(f); err != nil {
			return err
		}
	}
	if err := p.syncDirs(); err != nil {
		return err
	}
	if envelope != nil {
		if err := p.put(o.envelope, envelope); err != nil {
			return err
		}
	}
	switch {
	case m.path == "-":
		_, err = o.options.Stdout.Write(data)
		return outputError(m.given, "write", err)
	case m.stream:
		return outputError(m.given, "write", os.WriteFile(m.path, data, 0o600))
	case m.path != "":
		return p.seal(m)
	}
	return nil
}

// Abort gives up what was not published. It may be called at any time, also after
// Publish, when it does nothing.
func (o *Outputs) Abort() {
	if o.done {
		return
	}
	o.done = true
	for _, f := range o.files {
		f.abort()
	}
	for _, l := range o.locks {
		o.options.disk.unlock(l)
	}
}

// WriteFailure leaves word of a failed run beside the manifest that was to be, for
// whoever looks for that. It must not be called when the outputs are locked by
// another run.
func WriteFailure(manifestPath string, f manifest.Failure) error {
	if manifestPath == "" || manifestPath == "-" {
		return nil
	}
	if m, err := findPlace(manifestPath); err != nil || m.stream {
		return err
	}
	data, err := f.Marshal()
	if err != nil {
		return err
	}
	at, err := findPlace(manifest.FailureName(manifestPath))
	if err != nil {
		return err
	}
	p := publication{disk: new(disk)}
	if err = p.stage(at, data); err == nil {
		err = p.rename(p.staged, at)
	}
	p.end(err == nil)
	return err
}

// A place is where an output goes.
type place struct {
	given  string      // as the user wrote it
	path   string      // with symbolic links resolved
	stream bool        // not a regular file: written to as the run goes
	info   fs.FileInfo // of what is there now, if anything
}

func (p place) dir() string { return filepath.Dir(p.path) }

// findPlace resolves path and refuses what no output can be.
func findPlace(path string) (place, error) {
	p := place{given: path, path: path}
	if path == "-" {
		p.stream = true
		return p, nil
	}
	fail := func(err error) (place, error) { return p, outputError(path, "open", err) }
	if base := filepath.Base(path); path == "" || base == "." || base == ".." || os.IsPathSeparator(path[len(path)-1]) {
		return fail(errors.New("not the name of a file"))
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fail(errors.New("it is a directory"))
	case err == nil:
		p.info, p.stream = info, !info.Mode().IsRegular()
		if p.path, err = filepath.EvalSymlinks(path); err != nil {
			return fail(err)
		}
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(path); err == nil {
			return fail(errors.New("it is a symbolic link to nothing"))
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return fail(errors.New("its directory does not exist"))
		}
		p.path = filepath.Join(dir, filepath.Base(path))
	default:
		return fail(err)
	}
	if p.path, err = filepath.Abs(p.path); err != nil {
		return fail(err)
	}
	return p, nil
}
