package csvio

import (
	"bytes"
	"encoding/binary"
	"errors"

	"sluice/formats/column"
)

// errNotIn1252 is a cell that an output in Windows-1252 cannot hold.
var errNotIn1252 = errors.New("has a character that Windows-1252 lacks")

// A renderer writes cells as text of one dialect: in Windows-1252 where that is the
// encoding, else as UTF-8.
type renderer struct {
	comma, quote byte
	lineEnd      string
	single       bool // rows have one cell
	narrow       bool // Windows-1252
	special      [256]bool
	words        [4]uint64 // the special bytes, eight times each
}

func newRenderer(d Dialect, width int) renderer {
	r := renderer{
		comma: d.Comma, quote: d.Quote, lineEnd: d.LineEnd,
		single: width == 1, narrow: d.Encoding == Windows1252,
	}
	for i, c := range []byte{d.Comma, d.Quote, '\r', '\n'} {
		r.special[c] = true
		r.words[i] = uint64(c) * ones
	}
	return r
}

// row appends the cells of row i and a line end.
func (r *renderer) row(dst []byte, views []column.View, i int) ([]byte, error) {
	var err error
	for k, v := range views {
		if k > 0 {
			dst = append(dst, r.comma)
		}
		if dst, err = r.cell(dst, v.At(i)); err != nil {
			return dst, err
		}
	}
	return append(dst, r.lineEnd...), nil
}

// emptyRow appends width empty cells, without a line end.
func (r *renderer) emptyRow(dst []byte, width int) []byte {
	if r.single {
		return append(dst, r.quote, r.quote)
	}
	for range width - 1 {
		dst = append(dst, r.comma)
	}
	return dst
}

// cell appends one cell, in quotes if it needs them: if it holds a delimiter, quote
// or line end, if a space at its edge might get lost, or if without them the whole
// record would be a blank line.
func (r *renderer) cell(dst, cell []byte) ([]byte, error) {
	quoted := r.needsQuotes(cell)
	if quoted {
		dst = append(dst, r.quote)
	}
	for quoted {
		k := bytes.IndexByte(cell, r.quote)
		if k < 0 {
			break
		}
		var ok bool
		if dst, ok = r.text(dst, cell[:k+1]); !ok {
			return dst, errNotIn1252
		}
		dst = append(dst, r.quote)
		cell = cell[k+1:]
	}
	dst, ok := r.text(dst, cell)
	if !ok {
		return dst, errNotIn1252
	}
	if quoted {
		dst = append(dst, r.quote)
	}
	return dst, nil
}

func (r *renderer) needsQuotes(cell []byte) bool {
	if len(cell) == 0 {
		return r.single
	}
	if edge(cell[0]) || edge(cell[len(cell)-1]) {
		return true
	}
	for ; len(cell) >= 8; cell = cell[8:] {
		word := binary.LittleEndian.Uint64(cell)
		found := uint64(0)
		for _, x := range r.words {
			x ^= word // a byte of this is zero where the special one stands
			found |= (x - ones) &^ x
		}
		if found&^lows != 0 {
			return true
		}
	}
	for _, c := range cell {
		if r.special[c] {
			return true
		}
	}
	return false
}

func edge(c byte) bool { return c == ' ' || c == '\t' }

func (r *renderer) text(dst, text []byte) ([]byte, bool) {
	if r.narrow {
		return encode1252(dst, text)
	}
	return append(dst, text...), true
}
