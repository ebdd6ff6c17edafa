// Package merkle commits to the lines of a decision ledger with one hash, so that a
// single line can be proven later without showing the others.
//
// The tree is that of RFC 9162, section 2.1, with SHA-256: a leaf is the hash of a zero
// byte and its entry, a node that of a one byte and its two children. The tree is built
// as lines come, by many workers: each reduces its stretch of leaves to a few whole
// subtrees (Reduce), which a Tree joins in order. The root is that of the lines, however
// they were cut.
//
// An entry is a salt of 16 bytes and the line. Lines have next to no entropy (a number
// that can be counted, one of a few verdicts), and a proof shows the hash of the line
// beside the proven one: without a salt whoever sees the proof could try what that line
// says. Salts come from a secret (Salts); a proof holds the salt of its own line.
package merkle
