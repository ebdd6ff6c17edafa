package treated_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/formats/treated"
)

const list = "id,name,email,city\n" +
	"1,Jane,jane@acme.com,\"Columbus, OH\"\n" +
	"2,\"Joe \"\"J\"\"\",joe@acme.com,\n" +
	"3,Ann,ann@acme.com,Graz\n"

func upper(dst, cell []byte) []byte { return append(dst, bytes.ToUpper(cell)...) }

// rewrite screens nothing: it writes the selected rows of the list at path, in format.
func rewrite(t *testing.T, path, format string, sel column.Selection, cols []treated.Column) []byte {
	t.Helper()
	src, err := anyio.Open(context.Background(), []string{path}, anyio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out bytes.Buffer
	w, err := anyio.NewWriter(&out, format, src, anyio.WriterOptions{Columns: cols})
	if err != nil {
		t.Fatal(err)
	}
	var c formats.Chunk
	for {
		if c, err = src.Next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		rows := sel
		if rows == nil {
			rows = column.All(c.Len())
		}
		commit, err := w.Encode(c, rows, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := commit(); err != nil {
			t.Fatal(err)
		}
		c.Release()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestFormats drops and replaces columns in every format, by way of it and back.
func TestFormats(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(source, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	sel := column.Selection{{Lo: 0, Hi: 1}, {Lo: 2, Hi: 3}}
	cols := []treated.Column{{From: 3, Replace: upper}, {From: 1}, {From: 0}}
	const want = "city,name,id\n\"COLUMBUS, OH\",Jane,1\nGRAZ,Ann,3\n"
	for _, format := range []string{anyio.CSV, anyio.Parquet, anyio.Arrow} {
		t.Run(format, func(t *testing.T) {
			whole := filepath.Join(dir, "whole."+format)
			if err := os.WriteFile(whole, rewrite(t, source, format, nil, nil), 0o600); err != nil {
				t.Fatal(err)
			}
			part := rewrite(t, whole, format, sel, cols)
			for _, gone := range []string{"Joe", "jane@", "Columbus", "Graz", "email"} {
				if bytes.Contains(part, []byte(gone)) {
					t.Errorf("%q is still in the output", gone)
				}
			}
			back := filepath.Join(dir, "part."+format)
			if err := os.WriteFile(back, part, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := string(rewrite(t, back, anyio.CSV, nil, nil)); strings.ReplaceAll(got, "\r", "") != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
