package suppress

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A folder is a list divided into ranges: each file is named by the first five hex
// digits of SHA-1 digests (0A1B2, 0A1B2.txt), and its lines are the other 35, with or
// without a count, as services that publish hashed lists serve them. It is read as one
// text, in the order of the names.
//
// A count of zero marks padding, which such services mix in to hide how many digests a
// range has. That a range is missing cannot be seen: guard such a list with its size.
type folder struct {
	transcoder
	dir     string
	names   []string
	starts  []int64 // how many lines come before each file
	opened  int
	padding int64
	stored  int64
}

const (
	rangeDigits = 5
	maxRange    = 64 << 20 // bytes of a file, decompressed; the largest that are known have 60 KB
)

// addFolder adds the folder at spec.Path.
func (b *Builder) addFolder(ctx context.Context, spec *ListSpec) (ListInfo, error) {
	f, modified, err := openFolder(spec)
	if err != nil {
		return ListInfo{}, err
	}
	info, err := b.add(ctx, &input{Reader: f, modified: modified, folder: f}, spec, nil)
	var e *ListError
	if errors.As(err, &e) && len(e.Lines.First) > 0 {
		file, line := f.locate(e.Lines.First[0])
		e.Path, e.Lines = filepath.Join(spec.Path, file), Lines{1, []int64{line}}
	}
	return info, err
}

// openFolder lists the files of a folder. The list is as old as the oldest of them.
func openFolder(spec *ListSpec) (*folder, time.Time, error) {
	entries, err := os.ReadDir(spec.Path)
	if err != nil {
		return nil, time.Time{}, spec.openError(err)
	}
	f := &folder{dir: spec.Path}
	f.next = f.more
	var oldest time.Time
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		if !isRangeName(name) || !entry.Type().IsRegular() {
			return nil, oldest, spec.fail(&ListError{Code: Unreadable,
				What: "is a directory, and not one of files named by the first five digits of digests",
				Hint: "name the lists in it"})
		}
		info, err := entry.Info()
		if err != nil {
			return nil, oldest, spec.openError(err)
		}
		if t := info.ModTime(); oldest.IsZero() || t.Before(oldest) {
			oldest = t
		}
		f.names = append(f.names, name)
	}
	sort.Slice(f.names, func(i, j int) bool { return strings.ToLower(f.names[i]) < strings.ToLower(f.names[j]) })
	return f, oldest, nil
}

// isRangeName reports whether a file's name is five hex digits, and perhaps an
// extension.
func isRangeName(name string) bool {
	if len(name) < rangeDigits {
		return false
	}
	_, err := hex.DecodeString(name[:rangeDigits] + "0")
	ext := strings.ToLower(name[rangeDigits:])
	return err == nil && (ext == "" || ext == ".txt" || ext == ".gz" || ext == ".txt.gz")
}

// more writes the lines of the next file.
func (f *folder) more() error {
	if f.opened == len(f.names) {
		return io.EOF
	}
	name := f.names[f.opened]
	f.opened++
	f.starts = append(f.starts, f.line)
	text, err := f.read(name)
	if err != nil {
		return err
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	for len(text) > 0 {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		f.append(name[:rangeDigits], bytes.TrimSpace(line))
	}
	return nil
}

// append writes one line of a file.
func (f *folder) append(prefix string, line []byte) {
	suffix, count, counted := bytes.Cut(line, []byte(":"))
	switch {
	case len(line) == 0 || isComment(line):
		f.out = append(f.out, line...)
	case counted && len(bytes.Trim(count, "0")) == 0 && len(count) > 0:
		f.padding++
		f.filler++
	case len(suffix) == 2*len(Key{})-rangeDigits:
		f.out = append(append(f.out, prefix...), line...)
	default:
		f.out = append(f.out, '?') // of another algorithm, or no range at all
	}
	f.out = append(f.out, '\n')
	f.line++
}

func (f *folder) read(name string) ([]byte, error) {
	path := filepath.Join(f.dir, name)
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxRange+1))
	if err != nil {
		return nil, err
	}
	f.stored += int64(len(data))
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(z, maxRange+1))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: its gzip data is damaged", name)
		}
	}
	if len(data) > maxRange {
		return nil, fmt.Errorf("%s: larger than 64 MiB, which no range is", name)
	}
	return data, nil
}

// locate returns the file and the line in it of a line of the whole.
func (f *folder) locate(line int64) (string, int64) {
	i := sort.Search(len(f.starts), func(i int) bool { return f.starts[i] >= line }) - 1
	if i < 0 {
		return "", line
	}
	return f.names[i], line - f.starts[i]
}

// sourceFolder returns the text of a folder.
func sourceFolder(f *folder, packed Algorithm) (*source, error) {
	s, err := openSource(f, packed)
	if s.Reader != nil {
		s.lines = &f.lineWriter
		if s.layout != nil || s.encoding != "utf-8" {
			err = errFormat{"no folder of text files"}
		}
	}
	return s, err
}
