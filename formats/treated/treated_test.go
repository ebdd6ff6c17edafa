package treated_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sluice/formats"
	"sluice/formats/anyio"
	"sluice/formats/column"
	"sluice/formats/csvio"
	"sluice/formats/formatstest"
	"sluice/formats/treated"
)

const list = "id,name,email,city\n" +
	"1,Jane,jane@acme.com,\"Columbus, OH\"\n" +
	"2,\"Joe \"\"J\"\"\",joe@acme.com,\n" +
	"3,Ann,ann@acme.com,Graz\n"

// upper is a Replacer.
func upper(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
	for _, run := range rows {
		for i := run.Lo; i < run.Hi; i++ {
			if !v.Null(i) {
				lo := uint32(len(data))
				data = append(data, bytes.ToUpper(v.At(i))...)
				spans[i] = column.Span{Lo: lo, Hi: uint32(len(data))}
			}
		}
	}
	return data
}

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

// randomRows returns rows whose cells need quotes now and then.
func randomRows(rng *rand.Rand, n, width int) [][]string {
	pieces := []string{"Ann", "é", ",", "\"", "\n", " ", "", "x@acme.com", "\r", "0"}
	rows := make([][]string, 1+n)
	for i := range rows {
		for c := range width {
			cell := fmt.Sprintf("name %d", c)
			for k := rng.IntN(4); i > 0 && k >= 0; k-- {
				if cell = ""; k > 0 {
					cell = pieces[rng.IntN(len(pieces))] + pieces[rng.IntN(len(pieces))]
				}
			}
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}

// TestRandom compares random columns of random rows with what is expected of their text,
// in every format and from each into each.
func TestRandom(t *testing.T) {
	dir := t.TempDir()
	texts := []string{anyio.CSV, anyio.Parquet, anyio.Arrow}
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 0))
		n, width := 1+rng.IntN(60), 1+rng.IntN(5)
		list := &formatstest.List{Rows: randomRows(rng, n, width)}
		var cols []treated.Column
		for c := range width {
			if col := (treated.Column{From: c}); rng.IntN(3) > 0 {
				if rng.IntN(3) == 0 {
					col.Replace = upper
				}
				cols = append(cols, col)
			}
		}
		if len(cols) == 0 {
			cols = []treated.Column{{From: rng.IntN(width)}}
		}
		rng.Shuffle(len(cols)*rng.IntN(2), func(i, j int) { cols[i], cols[j] = cols[j], cols[i] })
		sel, want := column.Selection(nil), make([][]string, 1)
		whole := rng.IntN(4) == 0
		for _, c := range cols {
			want[0] = append(want[0], list.Rows[0][c.From])
		}
		for i := range n {
			if !whole && rng.IntN(2) == 0 {
				continue
			}
			sel = sel.Add(i)
			var row []string
			for _, c := range cols {
				cell := list.Rows[1+i][c.From]
				if c.Replace != nil {
					cell = strings.ToUpper(cell)
				}
				row = append(row, cell)
			}
			want = append(want, row)
		}
		if sel == nil {
			sel = column.Selection{}
		}
		for _, from := range texts {
			path := filepath.Join(dir, "list."+from)
			if err := os.WriteFile(path, written(t, list, from), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, to := range texts {
				back := filepath.Join(dir, "part."+to)
				if err := os.WriteFile(back, rewrite(t, path, to, sel, cols), 0o600); err != nil {
					t.Fatal(err)
				}
				src, err := anyio.Open(context.Background(), []string{back}, anyio.Options{CSV: csvio.Options{Comma: ',', Header: csvio.HeaderYes}})
				if err != nil {
					t.Fatalf("seed %d, %s to %s: %v", seed, from, to, err)
				}
				if got := formatstest.All(t, src); !slices.EqualFunc(got, want, slices.Equal) {
					t.Errorf("seed %d, %s to %s: got %q, want %q", seed, from, to, got, want)
				}
				src.Close()
			}
		}
	}
}

// written returns a list in a format.
func written(t *testing.T, list *formatstest.List, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := anyio.NewListWriter(&out, format, list.Schema(), anyio.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	again := &formatstest.List{Rows: list.Rows, ChunkRows: len(list.Rows)}
	for {
		c, err := again.Next()
		if err != nil {
			break
		}
		commit, err := w.Encode(c, column.All(c.Len()), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := commit(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
