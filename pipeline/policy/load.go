package policy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of policy files.
const (
	maxBytes = 4 << 20
	maxBases = 8
)

// A File is one file that a policy was read from.
type File struct {
	Name   string // as given
	SHA256 string // of its bytes
}

// A Loaded is a policy, and the files it was read from: its own first, then its base, that
// one's base and so on.
type Loaded struct {
	Policy
	Files []File

	places map[string]place
}

// A place is where a setting was made.
type place struct {
	file         string
	line, column int
}

// Place says where a setting such as lists[2].class was made: file:line. It is empty for
// one that no file makes.
func (l *Loaded) Place(at string) string {
	p, ok := l.places[at]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.file, p.line)
}

// Load reads the policy file at path, and its bases. Its error joins everything that is
// wrong with them, each as a *Problem; a file that cannot be read at all gives that error.
func Load(path string) (*Loaded, error) {
	l := &Loaded{places: map[string]place{}}
	problems, err := l.load(path, nil)
	if err != nil {
		return nil, err
	}
	if len(problems) == 0 {
		problems = l.check()
	}
	slices.SortStableFunc(problems, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var errs []error
	for _, p := range problems {
		errs = append(errs, p)
	}
	return l, errors.Join(errs...)
}

// load decodes the file at path over its base; above are the files that led to it.
func (l *Loaded) load(path string, above []string) ([]*Problem, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	l.Files = append(l.Files, File{path, hex.EncodeToString(sum[:])})
	d := &decoder{file: path, dir: filepath.Dir(path), anchors: map[string]ast.Node{}, places: map[string]ast.Node{}}
	root := d.parse(data)
	if root == nil {
		return d.problems, nil
	}
	// The base first: what this file says is decoded over it.
	var only struct{ Policy }
	scout := &decoder{file: path, dir: d.dir, anchors: map[string]ast.Node{}, places: map[string]ast.Node{}}
	scout.decode(root, "", reflect.ValueOf(&only.Policy).Elem(), "")
	if base := only.Base; !base.IsZero() {
		at, above := scout.places["base"], append(above, absolute(path))
		switch {
		case slices.Contains(above, absolute(base.String())):
			d.bad(at, "base", "", "the file is its own base")
			return d.problems, nil
		case len(above) > maxBases:
			d.bad(at, "base", "", "there are more than %d bases", maxBases)
			return d.problems, nil
		}
		problems, err := l.load(base.String(), above)
		if err != nil {
			d.bad(at, "base", "name it as seen from this file", "%v", plain(err))
			return d.problems, nil
		}
		d.problems = append(d.problems, problems...)
	}
	l.Name = ""
	d.decode(root, "", reflect.ValueOf(&l.Policy).Elem(), "")
	l.Base = Path{}
	for at, node := range d.places {
		if line, column := start(node); line > 0 {
			l.places[at] = place{path, line, column}
		}
	}
	return d.problems, nil
}

// parse returns the one document in data.
func (d *decoder) parse(data []byte) ast.Node {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		p := &Problem{File: d.file, What: err.Error()}
		var at yaml.Error
		if errors.As(err, &at) {
			p.What = at.GetMessage()
			if token := at.GetToken(); token != nil && token.Position != nil {
				p.Line, p.Column = token.Position.Line, token.Position.Column
			}
		}
		d.problems = append(d.problems, p)
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch body := doc.Body; {
		case body == nil, body.Type() == ast.CommentType:
		case root != nil:
			d.bad(body, "", "give each campaign a file of its own", "there is more than one document")
			return nil
		default:
			root = body
		}
	}
	if root == nil {
		d.problems = append(d.problems, &Problem{File: d.file, What: "the file has no settings", Hint: "sluice policy init writes one to start from"})
	}
	return root
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(f, maxBytes+1))
	if err == nil && n > maxBytes {
		err = &Problem{File: path, What: fmt.Sprintf("longer than %d bytes", maxBytes)}
	}
	return bytes.TrimPrefix(b.Bytes(), []byte("\xef\xbb\xbf")), err
}

// absolute returns path so that two names of one file are the same.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// plain returns what is wrong without the name of the file.
func plain(err error) error {
	var system *os.PathError
	if errors.As(err, &system) {
		return fmt.Errorf("%s: %w", system.Path, system.Err)
	}
	return err
}
