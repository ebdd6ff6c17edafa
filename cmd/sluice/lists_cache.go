package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"sluice/screen/suppress"
)

// A listCache keeps what lists given as text were compiled into, in a directory, so
// that the next run with the same lists need not compile them. Its zero value keeps
// nothing.
type listCache struct{ dir string }

// compile reads lists into an index, or opens what an earlier run made of the same ones.
// The lists are described as if they had been read now.
func (c *listCache) compile(ctx context.Context, specs []suppress.ListSpec) (*suppress.Index, []suppress.ListInfo, error) {
	path := ""
	var digests []string
	if c.dir != "" {
		path, digests = c.place(specs)
	}
	if path != "" {
		if x, err := suppress.Open(path); err == nil {
			if len(x.Lists()) == len(specs) {
				lists, err := c.recheck(x, specs)
				if err != nil {
					x.Close()
				}
				return x, lists, err
			}
			x.Close()
		}
	}
	x, err := compile(ctx, specs)
	if err != nil {
		return nil, nil, err
	}
	if path == "" {
		return x, x.Lists(), nil
	}
	for i, l := range x.Lists() {
		if len(l.Overrides) > 0 || l.SHA256 != digests[i] {
			return x, x.Lists(), nil // what was let pass this once, or has changed since
		}
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, nil, c.failed(err)
	}
	if err := x.WriteFile(ctx, path); err != nil {
		return nil, nil, c.failed(err)
	}
	return x, x.Lists(), nil
}

func (c *listCache) failed(err error) error {
	return &failure{exit: exitFailure, code: "cache", err: err, hint: "name another directory with --list-cache, or none"}
}

// recheck guards the lists of a cached index.
func (c *listCache) recheck(x *suppress.Index, specs []suppress.ListSpec) ([]suppress.ListInfo, error) {
	lists := slices.Clone(x.Lists())
	for i := range lists {
		lists[i].Path = specs[i].Path
		if err := specs[i].Recheck(&lists[i]); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// place returns where the index of these lists is kept, and the digests of their files.
// The name is a digest of all that decides what the index holds: the program's version,
// and of each list its class, name, bytes, time and canaries. It is empty for lists that
// are not plain files.
func (c *listCache) place(specs []suppress.ListSpec) (path string, digests []string) {
	h := sha256.New()
	fmt.Fprintf(h, "sluice list cache 1\n%s\n%s\n", version, commit())
	for _, s := range specs {
		info, err := os.Stat(s.Path)
		if err != nil || !info.Mode().IsRegular() {
			return "", nil
		}
		digest, err := fileDigest(s.Path)
		if err != nil {
			return "", nil
		}
		canaries, err := fileDigest(s.Path + ".canary")
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", nil
		}
		fmt.Fprintf(h, "%s %q %d %s %d %s\n", s.Class, filepath.Base(s.Path), s.Packed, digest, info.ModTime().UnixNano(), canaries)
		digests = append(digests, digest)
	}
	return filepath.Join(c.dir, hex.EncodeToString(h.Sum(nil)[:16])+".idx"), digests
}

// fileDigest returns the SHA-256 of a file in hex.
func fileDigest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
