package suppress

import "crypto/sha1"

// A Key is the SHA-1 of a canonical form: of an address as it is, of "tel:" and an
// E.164 number, or of "url:" and a canonical profile URL. An address known only by its
// hash after an erasure and one known in full are the same twenty bytes.
type Key [sha1.Size]byte

// A ListID numbers the lists of an index from 1. 0 is no list.
type ListID uint16

// A Hit is what a look-up found: 0 for nothing, else a number for the set of lists
// that hold the entry; Index.Members names them.
type Hit uint16
