package formatstest

import (
	"bytes"
	"io"
	"slices"

	"sluice/formats"
	"sluice/formats/column"
)

// A List is a formats.Reader over rows in memory: the plainest reader there is, for
// tests of writers and of what stands above them.
type List struct {
	Name      string
	Rows      [][]string // the header first
	ChunkRows int        // 100 if zero
	at        int
}

// Schema implements formats.Reader: all columns are text.
func (l *List) Schema() *formats.Schema {
	s := &formats.Schema{}
	for _, name := range l.Rows[0] {
		s.Fields = append(s.Fields, formats.Field{Name: name})
	}
	return s
}

// Next implements formats.Reader.
func (l *List) Next() (formats.Chunk, error) {
	rows := l.Rows[1+l.at:]
	if len(rows) == 0 {
		return nil, io.EOF
	}
	n := l.ChunkRows
	if n <= 0 {
		n = 100
	}
	rows = rows[:min(n, len(rows))]
	l.at += len(rows)
	return &listChunk{name: l.Name, rows: rows}, nil
}

// Info implements formats.Reader.
func (l *List) Info() formats.Info {
	return formats.Info{Name: l.Name, Format: "memory", Rows: int64(l.at)}
}

// Close implements formats.Reader.
func (l *List) Close() error { return nil }

type listChunk struct {
	name string
	rows [][]string
}

func (c *listChunk) Len() int                { return len(c.rows) }
func (c *listChunk) Faults() []formats.Fault { return nil }
func (c *listChunk) Lines() int64            { return 0 }
func (c *listChunk) Release()                {}

func (c *listChunk) Position(i int) formats.Position {
	return formats.Position{File: c.name, Row: int64(i) + 1, Offset: -1}
}

func (c *listChunk) Decode(views []column.View, cols []int) ([]column.View, error) {
	for _, col := range cols {
		views = append(views, View(c.rows, col))
	}
	return views, nil
}

func (c *listChunk) Strays(cells []column.Cell, skip []int) ([]column.Cell, error) {
	for i, row := range c.rows {
		for j, text := range row {
			if b := []byte(text); !slices.Contains(skip, j) && (bytes.IndexByte(b, '@') >= 0 || bytes.Contains(b, []byte("＠")) || bytes.Contains(b, []byte("%40"))) {
				cells = append(cells, column.Cell{Row: i, Col: j, Text: b})
			}
		}
	}
	return cells, nil
}

func (c *listChunk) Formulas(rows []int) ([]int, error) {
	for i, row := range c.rows {
		if slices.ContainsFunc(row, func(s string) bool { return s != "" && bytes.IndexByte([]byte("=+-@\t\r"), s[0]) >= 0 }) {
			rows = append(rows, i)
		}
	}
	return rows, nil
}

// View returns column col of rows.
func View(rows [][]string, col int) column.View {
	v := column.View{Spans: make([]column.Span, len(rows))}
	for i, row := range rows {
		lo := uint32(len(v.Data))
		v.Data = append(v.Data, row[col]...)
		v.Spans[i] = column.Span{Lo: lo, Hi: uint32(len(v.Data))}
	}
	return v
}
