// Package formats states what a list format must offer: a Reader that cuts a list
// into chunks of whole rows, a Chunk that surfaces a few columns of them, and a
// Writer that renders selected rows. The pipeline knows these contracts and no
// format; a format knows nothing of screening.
//
// The life of a chunk: Next makes it (one goroutine, in order); any worker calls
// Decode, Strays and the writers' Encode; the commits run in order; Release ends it.
package formats

import (
	"fmt"
	"strings"

	"sluice/formats/column"
)

// A Kind is what the values of a field are. It lets a writer of another typed
// format give a column back its type; rules see text only.
type Kind uint8

// The kinds, and how a value is written as text in a View.
const (
	Text      Kind = iota // UTF-8 text, as it is
	Binary                // arbitrary bytes, as lower-case hex
	Bool                  // true, false
	Int                   // signed integer of Bits bits, decimal
	Uint                  // unsigned integer of Bits bits, decimal
	Float                 // IEEE 754 of Bits bits, shortest decimal that reads back the same; NaN, Inf, -Inf
	Decimal               // fixed point with Scale digits behind the point
	Date                  // 2006-01-02
	Time                  // 15:04:05.999999999, without trailing zeros of the fraction
	Timestamp             // RFC 3339 with Unit's precision ("2006-01-02T15:04:05Z"; without the Z where UTC is false)
	Nested                // lists, structs and maps, as compact JSON
)

// A Unit is the resolution of a time.
type Unit uint8

// The units, coarse to fine.
const (
	Second Unit = iota
	Milli
	Micro
	Nano
)

// A Type describes a field's values.
type Type struct {
	Kind      Kind
	Bits      int  // Int, Uint, Float
	Precision int  // Decimal: total digits
	Scale     int  // Decimal: digits behind the point
	Unit      Unit // Time, Timestamp
	UTC       bool // Timestamp: an instant, not a wall clock reading
}

// A Field is one top-level column.
type Field struct {
	Name string
	Type Type // the zero Type is text
}

// A Schema is the columns of a list, in order.
type Schema struct{ Fields []Field }

// Names returns the columns' names in order.
func (s *Schema) Names() []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

// A Position says where a row starts, for messages and reports.
type Position struct {
	File   string
	Row    int64 // from 1, headers not counted; 0 when not known
	Line   int64 // from 1; 0 when the format has no lines
	Offset int64 // bytes from the start of the (decompressed) input; -1 when not known
}

// An Error is a list that cannot be read, or a record in it: where, what, and what
// would help. It never quotes a cell.
type Error struct {
	Pos    Position
	Code   string // short, stable, for programs: "quote", "ragged", "header", "truncated", "corrupt", "limit", "encoding" …
	Column string // the column's name, if one is meant
	Err    error  // what is wrong, in words, lower case, without position
	Hint   string // what to do, naming the flag; may be empty
}

// Error returns file:line: column NAME: what, or file: row N: … where there are no lines.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Pos.File != "" {
		b.WriteString(e.Pos.File)
		if e.Pos.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Pos.Line)
		}
		b.WriteString(": ")
	}
	if e.Pos.Line == 0 && e.Pos.Row > 0 {
		fmt.Fprintf(&b, "row %d: ", e.Pos.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %s: ", e.Column)
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns what is wrong, without the position.
func (e *Error) Unwrap() error { return e.Err }

// A Fault is a row that could not be read. The rest of its chunk could.
type Fault struct {
	Row    int    // within the chunk
	Code   string // as in Error
	Detail string // what is wrong, in words, with no content of the row; the same for any chunk size
	Column int    // 1-based field the trouble is in; 0 when the whole record is meant
	Raw    []byte // the record's bytes as UTF-8 where possible, to look for addresses in; nil if they were not kept
}

// A Reader reads one list. Next is not concurrent. Chunks may be used from other
// goroutines while Next goes on.
type Reader interface {
	Schema() *Schema
	// Next returns the next rows in order, or io.EOF. A chunk holds at least one row.
	Next() (Chunk, error)
	// Info returns what is known of the input: complete after Next returned io.EOF.
	Info() Info
	Close() error
}

// Info describes an input for messages and the manifest. Every setting says how
// it was found.
type Info struct {
	Name        string
	Format      string // csv, tsv, parquet, arrow-stream, arrow-file
	Compression string // none, gzip, zstd
	Settings    []Setting
	Rows        int64
	Bytes       int64  // of the file as stored
	SHA256      string // of the file as stored, lower-case hex; empty if not computed
	XXH64       string // likewise, when asked for instead

	// Of a part of an input: where it starts, and the bytes of all of it. Bytes and
	// digests are those of the part.
	Offset, Whole int64
	Unread        bool // no part of it was to be read
}

// A Setting is one thing a reader decided about its input, such as its delimiter.
type Setting struct {
	Name  string // encoding, delimiter, quote, header, line_end, …
	Value string
	How   string // detected, default, set
}

// A Chunk is a run of whole rows of one input. All its methods but Release may be
// called by one goroutine at a time; nothing it returned is valid after Release.
type Chunk interface {
	// Len is the number of rows, faulty ones included.
	Len() int
	// Decode appends to views one View for each of cols (indexes into the
	// schema), each with Len cells of UTF-8 text. A faulty row has empty cells. It
	// may be called again with other columns; earlier views stay valid.
	Decode(views []column.View, cols []int) ([]column.View, error)
	// Faults returns the faulty rows, ascending. It is complete after the first
	// call of Decode or Strays.
	Faults() []Fault
	// Strays appends to cells every cell outside the columns skip (and outside
	// faulty rows) that holds an at sign (@, full-width ＠ U+FF20, or %40 as URLs
	// have it): text where an address may hide, nested values included. Ascending by row.
	Strays(cells []column.Cell, skip []int) ([]column.Cell, error)
	// Formulas appends to rows the non-faulty rows, ascending, in which some text
	// cell is one that a spreadsheet would run: its first byte is = + - @ tab or CR.
	Formulas(rows []int) ([]int, error)
	// Position says where row i starts. File and Offset are absolute; Row and
	// Line count from this chunk's start (first row: Row 1; Line 1 is the line after
	// the previous chunk's end), and the pipeline adds what came before in the file.
	Position(i int) Position
	// Lines is how many lines the chunk spans, header lines before it included; 0
	// when the format has none.
	Lines() int64
	// Release gives the chunk's memory back to its reader. The chunk must not be
	// used afterwards.
	Release()
}

// A Writer renders rows of any format's chunks into one output.
type Writer interface {
	// Encode renders the selected rows of c, each followed by a cell of each
	// extra column (named when the writer was made; views of c.Len() cells), and
	// returns a function that writes them. Encode may run concurrently for
	// different chunks; the functions it returns are called one at a time, in
	// source order, before c is released. A faulty row is rendered with empty
	// cells, its extra cells as given.
	Encode(c Chunk, sel column.Selection, extra []column.View) (commit func() error, err error)
	// Close writes what the format needs at the end. It does not close what lies
	// below. Without any Encode it still leaves a valid, empty list.
	Close() error
}
