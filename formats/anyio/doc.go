// Package anyio opens lists by name or by their first bytes and makes writers by
// format. It is the only package that knows all formats.
//
// A Source chains many inputs into one run. Inputs are opened one after the other;
// they must have the same columns in the same order. Each is hashed as it is stored,
// beside the reading and not in its way, and must not change while it is read.
//
// What a file is, its bytes tell, not its name: gzip and zstd by their magic numbers,
// then Parquet, Arrow files and streams by theirs, and CSV otherwise. Lists that need
// random access but come through a pipe or compressed are spooled to a file that has
// no name, is readable by its owner only, and is encrypted with a key that lives and
// dies with the process.
package anyio
