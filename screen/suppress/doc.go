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
// Loading fails closed. A list that is missing, empty, stale, damaged or holds lines
// that cannot be read stops with a ListError that names the list and the lines, and
// never what stands in them.
package suppress
