package csvio

import (
	"fmt"

	"sluice/formats"
)

// The encodings, by the names used in Options, Dialect and Info.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1252 = "windows-1252"
)

// Header says whether a list starts with the names of its columns.
type Header uint8

// HeaderAuto takes the first record for a header unless a cell of it looks like data.
const (
	HeaderAuto Header = iota
	HeaderYes
	HeaderNo
)

// Defaults of Options.
const (
	// DefaultBlockSize is how many bytes a chunk aims for. A chunk of half a mebibyte
	// stays in a core's second-level cache while one stage after the other goes through
	// it, which a mebibyte does not; below, handing chunks over starts to show.
	DefaultBlockSize = 512 << 10
	// DefaultMaxRecord leaves room for records with long notes and page texts.
	DefaultMaxRecord = 16 << 20
	// DefaultMaxCell is thirty times what a spreadsheet can hold in a cell (32767
	// characters). It is also how far an unclosed quote can reach.
	DefaultMaxCell = 1 << 20
	// DefaultMaxHeader is 16384 columns with names of 64 bytes.
	DefaultMaxHeader = 1 << 20
	// DefaultMaxColumns is what a spreadsheet can hold.
	DefaultMaxColumns = 16384

	// maxBlock keeps offsets within a block in 32 bits, with room behind the block
	// for converted cells.
	maxBlock = 1 << 29
)

// Options adjust a Reader. The zero value recognises what it can and has limits fit
// for lists of people.
type Options struct {
	Comma    byte   // cell separator; 0 recognises one of , ; tab | ^
	Quote    byte   // '"' if 0
	Header   Header // whether the first record names the columns
	Encoding string // utf-8, utf-16le, utf-16be or windows-1252; recognised if empty

	BlockSize  int // bytes a chunk aims for; DefaultBlockSize if 0
	MaxRecord  int // bytes of a record as UTF-8, line end included; DefaultMaxRecord if 0, at most 512 MiB
	MaxCell    int // bytes of a cell as it stands in the list; DefaultMaxCell if 0, at most MaxRecord
	MaxHeader  int // bytes of the header record; DefaultMaxHeader if 0
	MaxColumns int // columns of the header record; DefaultMaxColumns if 0
}

// withDefaults returns o with every zero limit replaced and all limits in range, or
// what cannot be.
func (o Options) withDefaults() (Options, error) {
	if o.Quote == 0 {
		o.Quote = '"'
	}
	for _, b := range []byte{o.Comma, o.Quote} {
		if b == '\n' || b == '\r' || b == '@' || b >= 0x80 {
			return o, fmt.Errorf("delimiter and quote must be ASCII, and neither a line end nor an at sign")
		}
	}
	if o.Comma == o.Quote {
		return o, fmt.Errorf("delimiter and quote are the same")
	}
	switch o.Encoding {
	case "", UTF8, UTF16LE, UTF16BE, Windows1252:
	default:
		return o, fmt.Errorf("encoding %q is not one of utf-8, utf-16le, utf-16be, windows-1252", o.Encoding)
	}
	def := func(p *int, value, most int) {
		if *p <= 0 {
			*p = value
		}
		*p = min(*p, most)
	}
	def(&o.BlockSize, DefaultBlockSize, maxBlock)
	def(&o.MaxRecord, DefaultMaxRecord, maxBlock)
	def(&o.MaxCell, DefaultMaxCell, o.MaxRecord)
	def(&o.MaxHeader, DefaultMaxHeader, maxBlock)
	def(&o.MaxColumns, DefaultMaxColumns, maxBlock)
	return o, nil
}

// A Dialect is how a list is written. As a Writer's setting its zero value is
// UTF-8, commas, double quotes, LF and a header.
type Dialect struct {
	Comma    byte   // ',' if 0
	Quote    byte   // '"' if 0
	LineEnd  string // "\n" or "\r\n"; "\n" if empty. Of a mixed list, that of the first record.
	Encoding string // UTF8 if empty
	BOM      bool   // whether a byte order mark comes first
	Header   Header // HeaderNo for a list without names; anything else has them
}

// WithDefaults returns d with what zero values stand for.
func (d Dialect) WithDefaults() Dialect {
	if d.Comma == 0 {
		d.Comma = ','
	}
	if d.Quote == 0 {
		d.Quote = '"'
	}
	if d.LineEnd == "" {
		d.LineEnd = "\n"
	}
	if d.Encoding == "" {
		d.Encoding = UTF8
	}
	return d
}

// bom returns the byte order mark of the encoding.
func bom(encoding string) string {
	switch encoding {
	case UTF8:
		return "\xEF\xBB\xBF"
	case UTF16LE:
		return "\xFF\xFE"
	case UTF16BE:
		return "\xFE\xFF"
	}
	return ""
}

// listError returns an error about the list as a whole, or about its header.
func listError(pos formats.Position, code, hint, format string, args ...any) *formats.Error {
	return &formats.Error{Pos: pos, Code: code, Err: fmt.Errorf(format, args...), Hint: hint}
}
