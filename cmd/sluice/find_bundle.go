package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sluice/pipeline"
)

// bundleReport is the report in a bundle.
const bundleReport = "report.json"

// bundleName is what the lists in a bundle are called.
var bundleName = regexp.MustCompile(`^rows-[0-9]{3,}-`)

// room checks that the bundle's directory can be written, before anybody is looked for. One
// with other files in it is refused: an answer goes to one person, and so must nothing else.
func (f *finding) room() error {
	if f.output == "" {
		return nil
	}
	entries, err := os.ReadDir(f.output)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &failure{exit: exitUsage, code: "output", err: err, hint: "-o takes a directory"}
	}
	for _, e := range entries {
		if name := e.Name(); name != bundleReport && !bundleName.MatchString(name) && !strings.HasPrefix(name, ".sluice") {
			return usage(fmt.Errorf("%s holds other files", f.output), "give each answer a directory of its own with -o")
		}
	}
	return nil
}

// bundle writes the report and the rows into the directory, if one is wanted, and returns
// the report. Files of an answer that was there before are removed.
func (f *finding) bundle() ([]byte, error) {
	lists := map[string][]byte{}
	for i, held := range f.report.Held {
		if f.output == "" {
			break
		}
		if text := held.csv(); text != nil {
			base := strings.TrimSuffix(filepath.Base(held.File), filepath.Ext(held.File))
			held.Bundle = fmt.Sprintf("rows-%03d-%s.csv", i+1, base)
			lists[held.Bundle] = text
		}
	}
	data, err := f.marshal()
	if err != nil || f.output == "" {
		return data, err
	}
	if err := os.MkdirAll(f.output, 0o700); err != nil {
		return nil, err
	}
	old, err := os.ReadDir(f.output)
	if err != nil {
		return nil, err
	}
	for _, e := range old {
		if bundleName.MatchString(e.Name()) && lists[e.Name()] == nil {
			if err := os.Remove(filepath.Join(f.output, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	var targets []pipeline.Target
	for name := range lists {
		targets = append(targets, pipeline.Target{Role: name, Path: filepath.Join(f.output, name)})
	}
	out, err := pipeline.OpenOutputs(targets, pipeline.OutputOptions{Manifest: filepath.Join(f.output, bundleReport)})
	if err != nil {
		return nil, err
	}
	defer out.Abort()
	for name, text := range lists {
		if _, err := out.Writer(name).Write(text); err != nil {
			return nil, err
		}
	}
	if _, err := out.Finish(); err != nil {
		return nil, err
	}
	return data, out.Publish(data)
}

// csv returns the person's rows, nil if there are none: rows that only mention the person
// are someone else's.
func (h *foundFile) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(append([]string{"row"}, h.names...))
	n := 0
	for _, row := range h.Rows {
		if row.About != aboutPerson {
			continue
		}
		cells := []string{fmt.Sprint(row.Row)}
		for _, c := range row.Cells {
			cells = append(cells, c.Value)
		}
		w.Write(cells)
		n++
	}
	w.Flush()
	if n == 0 {
		return nil
	}
	return b.Bytes()
}

func (f *finding) marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(&f.report)
	return b.Bytes(), err
}
