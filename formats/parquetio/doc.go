// Package parquetio reads and writes lists in Apache Parquet.
//
// A chunk is a row group, or of a long one a slice; slices share pages and dictionaries,
// so that what bounds memory is the chunks in flight. Screening decodes the few columns
// it needs, straight from the pages; writing back does not decode rows at all. A row
// group that keeps all its rows is copied as it is, in slices or not, one that keeps none
// is skipped, and any other is filtered page by page in its encoded form: runs of
// length-prefixed strings are copied, dictionary indices picked, levels thinned out by
// row (rewriteGroup). Nothing of a dropped row stays: dictionaries are compacted,
// statistics made anew, Bloom filters and page indexes dropped.
//
// Files come from strangers. What a file says of itself (lengths, counts, offsets)
// is checked against the file and against stated limits (Options) before it is
// believed; footers, page headers, levels and values are decoded by our own code,
// which is short, does not trust a count further than the bytes that stand for it,
// and has a recover above it all the same. The layout is that of
// apache/parquet-format 2.12.
//
// Not read, and refused by name when the file is opened: encrypted files, columns in
// other files, and the codecs LZO and LZ4 (the one before LZ4_RAW).
package parquetio

// maxPageBytes is the largest page, after decompression, that is accepted and the
// largest that is ever asked for. Writers aim at 1 MiB; DuckDB writes one page per
// column and row group, some 7 MiB for 122,880 rows of strings.
const maxPageBytes = 256 << 20
