package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"time"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/screen/suppress"
)

// addList adds a list that is text, an archive, a folder, Parquet or Arrow.
func addList(ctx context.Context, to *suppress.Builder, spec suppress.ListSpec) (suppress.ListInfo, error) {
	if !columnar(spec.Path) {
		return to.AddFile(ctx, spec)
	}
	source, err := anyio.Open(ctx, []string{spec.Path}, anyio.Options{Digest: "sha256"})
	if err != nil {
		return suppress.ListInfo{}, unreadable(spec, err)
	}
	defer source.Close()
	t := &table{source: source}
	if info, err := os.Stat(spec.Path); err == nil {
		t.modified = info.ModTime()
	}
	info, err := to.AddColumns(ctx, spec, t)
	if err == nil && source.Verify() != nil {
		err = &suppress.ListError{List: info.Name, Path: spec.Path, Class: spec.Class, Code: suppress.Damaged,
			What: "changed while it was read", Hint: "put lists in place by renaming them"}
	}
	return info, err
}

// unreadable says of a list what is wrong with it as a table.
func unreadable(spec suppress.ListSpec, err error) error {
	a := listArg{path: spec.Path}
	return &suppress.ListError{List: a.name(), Path: spec.Path, Class: spec.Class, Code: suppress.Damaged,
		What: "cannot be read: " + err.Error(), Hint: "fetch the list again, or export it as text", Err: err}
}

// columnar reports whether a file is one of Parquet or Arrow, by its first bytes. It
// reads nothing from a pipe.
func columnar(path string) bool {
	return startsWith(path, "PAR1", "ARROW1", "\xff\xff\xff\xff")
}

// startsWith reports whether a regular file starts with one of the magics, which have
// at most eight bytes.
func startsWith(path string, magics ...string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 8)
	n, _ := io.ReadFull(f, head)
	for _, magic := range magics {
		if bytes.HasPrefix(head[:n], []byte(magic)) {
			return true
		}
	}
	return false
}

// A table is a list in a file of columns.
type table struct {
	source   *anyio.Source
	modified time.Time
	chunk    formats.Chunk
	views    []column.View
}

// Names implements suppress.Columns.
func (t *table) Names() []string { return t.source.Schema().Names() }

// Next implements suppress.Columns.
func (t *table) Next(cols []int) ([]column.View, error) {
	if t.chunk != nil {
		t.chunk.Release()
		t.chunk = nil
	}
	c, err := t.source.Next()
	if err != nil {
		return nil, err
	}
	t.chunk = c
	t.views, err = c.Decode(t.views[:0], cols)
	return t.views, err
}

// Source implements suppress.Columns.
func (t *table) Source() suppress.ColumnsSource {
	s := suppress.ColumnsSource{Modified: t.modified}
	if infos := t.source.Infos(); len(infos) > 0 {
		s.Format, s.Compression, s.Bytes, s.SHA256 = infos[0].Format, infos[0].Compression, infos[0].Bytes, infos[0].SHA256
	}
	return s
}
