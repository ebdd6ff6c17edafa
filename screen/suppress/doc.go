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
// # Index files
//
// Those arrays are the sections of an index file, which FORMAT.md describes byte by byte.
// Open maps one in milliseconds, whatever its size, and checks each page against its
// checksum before a look-up first reads it; Verify checks everything. An External builds
// files of any number of entries in bounded memory, adds lists to them, merges them and
// takes entries off lists that are not sealed. Files are replaced, never written into:
// a run keeps the version that it opened, and Index.Digest names it.
//
// # Lists
//
// A list is text with one value a line, or with columns divided by commas, semicolons,
// tabs or bars. Values may be mixed: addresses (also "Name <a@b>"), domains (w.com,
// @w.com, *@w.com, *.w.com; they cover what is below them), telephone numbers with
// their country code, profile URLs, and digests of SHA-1, MD5, SHA-256 and SHA-512 in
// hex or base64, with or without a prefix such as sha1: or {SHA} and a count behind a
// colon. Digests are taken for those of addresses: digests of telephone numbers and
// profiles are not compared with rows. Or a list is packed digests of one size in
// ascending order, or a folder of files named by the first five digits of the SHA-1
// digests in them.
//
// JSON, JSON lines and XML are lists, too, and ZIP archives of lists; what senders of
// mail export is recognised by its header or structure (testdata/lists has samples). A
// list may be compressed with gzip or zstd, and be in UTF-8, UTF-16 or Windows-1252. All
// of this is found by looking. Files of further formats come in as Columns.
//
// Rows are looked up under a Key for each algorithm that some list's digests were made
// with: Index.Algorithms. Index.Probe and ProbeText find out why an address that is
// known to be on a list is not found there.
//
// Blank lines and lines that start with # do not count, but for these:
//
//	# count: N            the number of the other lines, header aside
//	# sha256: HEX         behind the last entry: of the decompressed text before that line
//	# as-of: TIME         when the list was current, as a date or by RFC 3339
//	# scope: NAME         the tenant or campaign it belongs to
//	# canary: DIGEST      an entry that must be there; in the first 64 KiB
//
// Of columns, those count whose header is known (email, sha1, phone, linkedin and many
// more, in four languages) or, without such a header, those whose cells are values. A
// domain beside an address is where a person works, and no entry.
//
// Digests of nothing, which blank cells leave behind, are dropped and counted.
//
// # Failing closed
//
// Loading fails closed. A list that is missing, empty, stale, damaged, older or much
// smaller than before, of another scope, without its canaries, or with lines that cannot
// be read stops with a ListError that names the list and the lines, and never what
// stands in them. Some of this can be allowed, for a reason that the report repeats.
package suppress
