// Package parquetio reads and writes lists in Apache Parquet.
//
// A chunk is a row group. Screening decodes the few columns it needs, straight
// from the pages; writing back does not decode rows at all. A row group that keeps
// all its rows is copied as it is, one that keeps none is skipped, and any other is
// filtered page by page in its encoded form: runs of length-prefixed strings are
// copied, dictionary indices picked, levels thinned out by row (rewriteGroup).
// Nothing of a dropped row stays: dictionaries are compacted, statistics made anew,
// Bloom filters and page indexes dropped.
//
// Files come from strangers. What a file says of itself (lengths, counts, offsets)
// is checked against the file and against stated limits before it is believed;
// footers, page headers and levels are decoded by our own code, and the few
// decoders of parquet-go that see a page's bytes run on the caller's goroutine with
// a recover around them. The layout is that of apache/parquet-format 2.12.
package parquetio

// maxPageBytes is the largest page, after decompression, that is accepted and the
// largest that is ever asked for. Writers aim at 1 MiB; DuckDB writes one page per
// column and row group, some 7 MiB for 122,880 rows of strings.
const maxPageBytes = 256 << 20
