// Package suppress answers one question: is this address, domain, telephone number
// or profile on a list of those that must not be contacted, and on which?
//
// A Builder reads lists as people keep them (addresses, domains, hashes, exports with
// columns, compressed or not) and compiles them into an Index. Everything but a
// domain is a Key, the SHA-1 of a canonical form, from the moment it is read: an
// address known in full and one known only by its hash after an erasure are the same
// twenty bytes, and there is one path on which both are found.
//
// An Index is a Bloom filter in front of sorted keys. The filter spares most
// look-ups; the keys decide. Both, like the rest of the index, are flat arrays
// without pointers.
//
// # Lists
//
// A list is text with one value a line, or with columns divided by commas, semicolons,
// tabs or bars. Values may be mixed: addresses (also "Name <a@b>"), domains (w.com,
// @w.com, *@w.com, *.w.com; they cover what is below them), telephone numbers with
// their country code, profile URLs, and SHA-1 digests in hex or base64, with or without
// a prefix such as sha1: or {SHA} and a count behind a colon. Or it is packed digests of
// twenty bytes in ascending order. It may be compressed with gzip or zstd, and be in
// UTF-8, UTF-16 or Windows-1252. All of this is found by looking.
//
// Blank lines and lines that start with # do not count. "# count: N" anywhere must be
// the number of the other lines, header aside; "# sha256: HEX" on a line behind the last
// entry must be the SHA-256 of the decompressed text before that line.
//
// Of columns, those count whose header is known (email, sha1, phone, linkedin and many
// more, in four languages) or, without such a header, those whose cells are values. A
// domain beside an address is where a person works, and no entry.
//
// Digests of nothing, which blank cells leave behind, are dropped and counted.
//
// # Failing closed
//
// Loading fails closed. A list that is missing, empty, stale, damaged or holds lines
// that cannot be read stops with a ListError that names the list and the lines, and
// never what stands in them.
package suppress
