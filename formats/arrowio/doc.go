// Package arrowio reads and writes lists as Arrow IPC streams and files.
//
// What arrives is not trusted. Framing, flatbuffers, buffer bounds, sizes,
// offsets, dictionary indexes and UTF-8 are checked by this package's own code
// before any value is touched; nothing is allocated on the word of a length that
// has not been checked against the bytes at hand and the limits in Options. A
// stream must end with its end marker: the format lets a producer that died look
// like one that finished, and half a list would pass for a whole one.
//
// Rows of its own chunks are moved as Arrow: a column that keeps all its rows
// passes on as it was stored, compressed or not; one that loses rows is gathered
// into fresh buffers. Nothing of a dropped row stays behind: dictionaries and view
// buffers are rebuilt from the rows that stay, slices are copied and re-based, and
// the bytes under a null are cleared. Rows of other formats are built from their
// text by formats.Type.
//
// The schema message of an own source is handed on byte for byte, so types, field
// and file metadata stay exactly what they were. github.com/apache/arrow/go/v17
// makes new schemas (extra columns, other formats) and is the oracle of the tests;
// its reader and writer are not on the path of the data, because the reader can be
// made to allocate without limit and takes a stream without an end for complete.
//
// Layouts follow the Arrow columnar format, version 1.5:
// https://arrow.apache.org/docs/format/Columnar.html
package arrowio
