package manifest

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strings"

	"sluice/pipeline/merkle"
)

// VerifyOptions say what is re-checked beyond the manifest itself and its outputs.
// The zero value checks those.
type VerifyOptions struct {
	NoOutputs bool // do not look at the outputs
	Inputs    bool // also the inputs' bytes and digests
	Lists     bool // also the suppression lists' digests

	// Keys are the public keys of which one must have signed the manifest. With none, a
	// signed form beside the manifest must still hold the same bytes.
	Keys []ed25519.PublicKey

	// Rows counts the rows of an output, headers not counted. It may say that it
	// cannot with ErrUncounted. nil counts none.
	Rows func(path string, o Output) (int64, error)
	// Ledger counts the lines of a decision ledger, and makes the root over them with
	// these salts, nil for no root. If nil, it is counted as any output.
	Ledger func(path string, o Output, salts *merkle.Salts) (int64, merkle.Hash, error)
	// LedgerKey is where the secret of the salts is, if not where the manifest says.
	LedgerKey string

	// Files says where a file named in the manifest is, if not where Locate finds it.
	Files func(name string) string
}

// ErrUncounted is an output whose rows cannot be counted, an encrypted one say.
var ErrUncounted = errors.New("rows were not counted")

// A Report is what Verify found.
type Report struct {
	Manifest  string     `json:"manifest"`
	SHA256    string     `json:"sha256"` // of the manifest's bytes: what the next one's chain holds
	Statement *Statement `json:"-"`
	Checked   []string   `json:"checked"` // what was compared and is as recorded
	Skipped   []string   `json:"skipped"` // what could not be compared, and why
	Problems  []*Problem `json:"problems"`
	// Superseded are the files that a later manifest took and wrote again. They are
	// compared with what that one says.
	Superseded []string `json:"superseded,omitempty"`
	Err        error    `json:"-"` // why the file could not be read as a manifest

	data       []byte             // the manifest's bytes
	superseded map[string]string  // by file: the newest manifest that wrote it again
	earlier    map[string][]state // by output: what older manifests say of that file
}

// OK reports whether everything that was compared is as recorded.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) checked(format string, args ...any) {
	r.Checked = append(r.Checked, fmt.Sprintf(format, args...))
}
func (r *Report) skipped(format string, args ...any) {
	r.Skipped = append(r.Skipped, fmt.Sprintf(format, args...))
}
func (r *Report) problem(where, what, recorded, found string) {
	r.Problems = append(r.Problems, &Problem{where, recorded, found, what})
}

// Verify re-checks the manifest at path: its form, its sums, its content digest, and
// the files it names. The report names every field and file that is not as recorded.
// An error means that the manifest could not be read as one at all.
func Verify(path string, opt VerifyOptions) (*Report, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	r.Verify(opt)
	return r, nil
}

// Verify is the function of that name, for a manifest that OpenAll read. It is called once.
func (r *Report) Verify(opt VerifyOptions) {
	if r.Statement == nil {
		return
	}
	r.document(r.data)
	r.signature(opt.Keys)
	r.files(opt)
}

// files compares the files that the manifest names.
func (r *Report) files(opt VerifyOptions) {
	if opt.Files == nil {
		opt.Files = func(name string) string { return Locate(r.Manifest, name) }
	}
	p := &r.Statement.Predicate
	if !opt.NoOutputs {
		for _, o := range p.Outputs {
			if r.newer("output "+o.Name) == "" {
				r.file("output "+o.Name, opt.Files(o.Name), o.Bytes, o.Digest)
				r.rows(opt, o)
			}
		}
	}
	if p.Shards != nil {
		for _, m := range p.Shards.Merged {
			r.file("shard "+m.Name, opt.Files(m.Name), -1, Digest{SHA256: m.SHA256})
		}
	}
	if opt.Inputs {
		for _, in := range p.Inputs {
			if r.newer("input "+in.Name) == "" {
				r.part("input "+in.Name, opt.Files(in.Name), in)
			}
		}
	}
	if opt.Lists {
		for _, l := range p.Lists {
			switch path := opt.Files(cmp.Or(l.File, l.Name)); {
			case l.Index != "":
				r.skipped("list %s: it is compared as part of the index %s", l.Name, l.Index)
			case isDir(path):
				r.skipped("list %s: a folder", l.Name)
			default:
				r.file("list "+l.Name, path, -1, l.Digest)
			}
		}
		for _, f := range p.Index.Files {
			r.fileFrom("index "+f.Name, opt.Files(f.Name), indexHeader, f.Bytes, Digest{SHA256: f.SHA256})
		}
	}
}

// open reads the manifest at path into a report that has compared nothing yet.
func open(path string) (*Report, error) {
	data, err := readAll(path)
	if err != nil {
		return nil, err
	}
	st, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := newReport(path, data)
	r.Statement = st
	return r, nil
}

func newReport(path string, data []byte) *Report {
	sum := sha256.Sum256(data)
	return &Report{Manifest: path, SHA256: hex.EncodeToString(sum[:]), data: data,
		Checked: []string{}, Skipped: []string{}, Problems: []*Problem{}}
}

// Unreadable returns the report of a file that is no manifest any more, or cannot be
// read, for what Verify said of it.
func Unreadable(path string, err error) *Report {
	r := newReport(path, nil)
	r.SHA256, r.Err = "", err
	r.problem("manifest", strings.TrimPrefix(err.Error(), path+": "), "", "")
	return r
}

// document checks what the manifest says against itself.
func (r *Report) document(data []byte) {
	before := len(r.Problems)
	r.Problems = append(r.Problems, validate(data)...)
	if len(r.Problems) == before {
		r.checked("schema")
	}
	problems := r.Statement.problems()
	r.Problems = append(r.Problems, problems...)
	if len(problems) == 0 {
		r.checked("sums")
	}
	recorded := r.Statement.Predicate.ContentDigest
	found, err := contentDigest(data)
	switch {
	case err != nil:
		r.problem("content_digest", err.Error(), "", "")
	case found != recorded:
		r.problem("content_digest", "the manifest was altered after it was written", recorded, found)
	default:
		r.checked("content digest")
		r.self(data)
	}
}

// intact checks that nothing was altered. The digest of all but itself tells that alone, in
// half the time of document.
func (r *Report) intact() {
	if r.Statement.Predicate.Chain.Self == "" {
		r.document(r.data)
		return
	}
	r.self(r.data)
}

// self checks the bytes that the content digest leaves out: run, chain and layout.
func (r *Report) self(data []byte) {
	if !asWritten(data) {
		r.problem("layout", "the manifest was altered after it was written", "", "")
	}
	recorded := r.Statement.Predicate.Chain.Self
	if recorded == "" {
		return // of a version before there was one
	}
	found, err := selfDigest(data)
	switch {
	case err != nil:
		r.problem("chain.self_sha256", err.Error(), "", "")
	case found != recorded:
		r.problem("chain.self_sha256", "the manifest was altered after it was written", recorded, found)
	default:
		r.checked("run and chain")
	}
}

// indexHeader is how many bytes an index file starts with that its digest leaves out.
const indexHeader = 4096

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// part compares the bytes of an input that were read.
func (r *Report) part(where, path string, in Input) {
	if in.Whole == 0 {
		r.file(where, path, in.Bytes, in.Digest)
		return
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() != in.Whole {
		r.problem(where, "another size in bytes", fmt.Sprint(in.Whole), fmt.Sprint(info.Size()))
	}
	r.stretch(where, path, in.Offset, in.Offset+in.Bytes, -1, in.Digest)
}

// file compares a file's bytes with what is recorded. A size of -1 was not.
func (r *Report) file(where, path string, size int64, digest Digest) {
	r.fileFrom(where, path, 0, size, digest)
}

// fileFrom is file for a digest of what follows the first start bytes.
func (r *Report) fileFrom(where, path string, start, size int64, digest Digest) {
	r.stretch(where, path, start, math.MaxInt64, size, digest)
}

// stretch is file for a digest of the bytes from start up to end.
func (r *Report) stretch(where, path string, start, end, size int64, digest Digest) {
	if path == "-" || path == "" {
		r.skipped("%s: a standard stream", where)
		return
	}
	h, want := digest.Hash()
	kind := "sha256"
	if digest.SHA256 == "" {
		kind = "xxh64"
	}
	f, err := os.Open(path)
	if err != nil {
		what := "cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			what = "missing"
		}
		r.problem(where, what, kind+" "+want, "")
		return
	}
	defer f.Close()
	n, err := f.Seek(start, io.SeekStart)
	if start == 0 {
		n, err = 0, nil // also what cannot be positioned
	}
	if err == nil {
		var rest int64
		rest, err = io.Copy(h, io.LimitReader(f, end-start))
		n += rest
	}
	if err != nil {
		r.problem(where, "cannot be read to its end", "", "")
		return
	}
	got := hex.EncodeToString(h.Sum(nil))
	if size >= 0 && n != size {
		r.problem(where, "another size in bytes", fmt.Sprint(size), fmt.Sprint(n))
	}
	if got != want {
		r.problem(where, "another "+kind+r.restored(strings.TrimPrefix(where, "output "), got), want, got)
		return
	}
	r.checked("%s: %s", where, kind)
}

// rows compares an output's number of rows, where there is a way to count them.
func (r *Report) rows(opt VerifyOptions, o Output) {
	path := opt.Files(o.Name)
	if opt.Rows == nil || path == "-" || o.Encrypted != "" || o.Format == FormatCSVW || o.Format == FormatKeys {
		return
	}
	if o.Role == RoleDecisions && r.Statement.Predicate.Ledger != nil && opt.Ledger != nil {
		r.ledger(opt, path, o)
		return
	}
	n, err := opt.Rows(path, o)
	r.counted(o, n, err)
}

// counted compares an output's number of rows with what was found.
func (r *Report) counted(o Output, n int64, err error) {
	switch {
	case errors.Is(err, ErrUncounted):
		r.skipped("output %s: %v", o.Name, err)
	case err != nil:
		r.problem("output "+o.Name, "its rows cannot be counted", fmt.Sprint(o.Rows), "")
	case n != o.Rows:
		r.problem("output "+o.Name, "another number of rows", fmt.Sprint(o.Rows), fmt.Sprint(n))
	default:
		r.checked("output %s: rows", o.Name)
	}
}
