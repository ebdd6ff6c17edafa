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

// What stands before a canonical form that is not an address, so that no address
// can have the key of a number, a URL or a domain.
const (
	PhonePrefix   = "tel:"
	ProfilePrefix = "url:"
	DomainPrefix  = "dom:"
)

// AddressKey returns the key of a canonical address. A worker that hashes many
// addresses uses address.Sums, which gives the same bytes.
func AddressKey(canon []byte) Key { return sha1.Sum(canon) }

// PhoneKey returns the key of a telephone number in E.164 form ("+" and digits).
func PhoneKey(e164 []byte) Key { return prefixedKey(PhonePrefix, e164) }

// ProfileKey returns the key of a canonical profile URL.
func ProfileKey(url []byte) Key { return prefixedKey(ProfilePrefix, url) }

// DomainKey returns the key of a host in canonical form. An index knows domains by their
// names; it is prints of rows that domains are found in by keys.
func DomainKey(host []byte) Key { return prefixedKey(DomainPrefix, host) }

func prefixedKey(prefix string, canon []byte) Key {
	var buf [128]byte // longer forms allocate; a canonical profile URL seldom has more than 60 bytes
	return sha1.Sum(append(append(buf[:0], prefix...), canon...))
}
