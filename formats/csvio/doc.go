// Package csvio reads and writes lists of delimited text: CSV (RFC 4180) and what
// goes by that name.
//
// The work is split so that it is exact and parallel. The reader's goroutine looks at
// nothing but quotes: it knows which line feeds end a record, cuts the input into
// blocks of whole records, and resolves every fault of quoting on the spot, because
// that is what decides where the next record starts. A block handed to a worker is
// therefore regular, but for the faulty records listed with it (its marks): quotes,
// taken in turn, open and close cells. So the worker finds the ends of all cells, what
// is in quotes, what may hold an address and what a spreadsheet may run in one pass
// over the bytes, and everything else is arithmetic on the lists that this fills.
//
// Both passes have a vector kernel. That of the reader's goroutine only says how far a
// block is regular beyond doubt; what is at fault, and how, is decided by the walker in
// plain Go, which looks at all that is left.
//
// What a record is does not depend on the size of the blocks:
//
//   - A cell that starts with a quote runs to a quote followed by a delimiter, LF,
//     CRLF or the end of the input; a doubled quote stands for one. A CR that is the
//     last byte of the input counts as a line end.
//   - A bare quote in an unquoted cell, text after a closing quote and a quote that
//     is not closed within MaxCell bytes make the record faulty ("quote"). It then
//     ends with the line in which the quote stands, or was opened, and reading
//     resumes at the next line.
//   - A record is judged by its first MaxRecord bytes. If they hold neither its end
//     nor the end of a faulty record, it is skipped up to the first line feed behind
//     them ("limit").
//   - A blank line is a row with an empty cell in a list of one column, and nothing
//     in any other.
//
// Lists in Windows-1252 stay in their bytes and only cells asked for are converted.
// Lists in UTF-16 are converted to UTF-8 as they are read, and back when written.
package csvio
