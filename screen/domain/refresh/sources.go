package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A source is one package that names mailbox domains.
type source struct {
	pkg     string
	licence string
	files   []string // within the package
	// family groups lists that copy each other, so that their agreement counts once.
	// Of tompec's list 91 % is ivolo's, and of freemail's disposable list 99.7 %.
	family     string
	disposable bool
}

var sources = []source{
	{"free-email-domains", "MIT", []string{"domains.json"}, "free-email-domains", false},
	{"freemail", "ISC", []string{"data/free.txt"}, "freemail", false},
	{"company-email-validator", "Unlicense", []string{"free_email_provider_domains.js"}, "company-email-validator", false},
	{"free-email-domains-list", "MIT", []string{"build/src/constants.js"}, "free-email-domains-list", false},
	{"disposable-email-domains", "MIT", []string{"index.json", "wildcard.json"}, "ivolo", true},
	{"disposable-domains", "MIT", []string{"index.json"}, "ivolo", true},
	{"freemail", "ISC", []string{"data/disposable.txt"}, "ivolo", true},
	{"mailchecker", "MIT", []string{"platform/node/index.js"}, "mailchecker", true},
	{"burner-email-providers", "MIT", []string{"emails.txt"}, "burner-email-providers", true},
}

// Votes are the families that name a domain, for each kind of list.
type votes map[string]*vote

type vote struct{ free, disposable map[string]bool }

// fetch puts the newest archive of every source's package into dir.
func fetch(ctx context.Context, dir string) error {
	for _, name := range packageNames() {
		cmd := exec.CommandContext(ctx, "npm", "pack", "--ignore-scripts", "--silent", name)
		cmd.Dir = dir
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("npm pack %s: %w: %s", name, err, bytes.TrimSpace(stderr.Bytes()))
		}
	}
	return nil
}

func packageNames() []string {
	names := map[string]bool{}
	for _, s := range sources {
		names[s.pkg] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// readSources reads the packages in dir. It also returns a line of provenance for each.
func readSources(dir string) (votes, []string, error) {
	v := votes{}
	seen := map[string]bool{}
	var from []string
	archives := map[string]map[string][]byte{}
	for _, name := range packageNames() {
		// The version starts with a digit; freemail-1.7.0 is not free-email-domains-1.12.6.
		paths, err := filepath.Glob(filepath.Join(dir, name+"-[0-9]*.tgz"))
		if err != nil || len(paths) != 1 {
			return nil, nil, fmt.Errorf("%s: want one archive of %s, found %d", dir, name, len(paths))
		}
		files, err := unpack(paths[0])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", paths[0], err)
		}
		archives[name] = files
	}
	for _, s := range sources {
		files := archives[s.pkg]
		var meta struct{ Version string }
		if err := json.Unmarshal(files["package.json"], &meta); err != nil {
			return nil, nil, fmt.Errorf("%s: package.json: %w", s.pkg, err)
		}
		if !seen[s.pkg] {
			from = append(from, fmt.Sprintf("%s %s (%s)", s.pkg, meta.Version, s.licence))
			seen[s.pkg] = true
		}
		for _, name := range s.files {
			text, ok := files[name]
			if !ok {
				return nil, nil, fmt.Errorf("%s %s: no file %s", s.pkg, meta.Version, name)
			}
			for d := range names(text) {
				v.add(d, s)
			}
		}
	}
	return v, from, nil
}

func (v votes) add(d string, s source) {
	e := v[d]
	if e == nil {
		e = &vote{map[string]bool{}, map[string]bool{}}
		v[d] = e
	}
	if s.disposable {
		e.disposable[s.family] = true
	} else {
		e.free[s.family] = true
	}
}

// candidate finds names that are quoted (JSON, JavaScript) or stand on a line alone.
var candidate = regexp.MustCompile("(?m)(?:^|[\"'`])([a-z0-9][a-z0-9.-]*\\.[a-z0-9-]+)\\.?[ \t\r]*(?:$|[\"'`])")

func names(text []byte) map[string]bool {
	out := map[string]bool{}
	for _, m := range candidate.FindAllSubmatch(bytes.ToLower(text), -1) {
		out[string(m[1])] = true
	}
	return out
}

// unpack returns the files of an npm archive, by path without the leading "package/".
func unpack(path string) (map[string][]byte, error) {
	const maxFile = 64 << 20
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg || h.Size > maxFile {
			continue
		}
		_, name, _ := strings.Cut(h.Name, "/")
		if files[name], err = io.ReadAll(io.LimitReader(tr, maxFile)); err != nil {
			return nil, err
		}
	}
}
