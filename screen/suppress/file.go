package suppress

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// An index file is a page that describes it and sections that are the arrays of an
// Index, each starting on a page. FORMAT.md describes it byte by byte; what stands here
// must agree with it.

// magic starts every index file. Like that of PNG it has a byte that no text has and
// line breaks that a careless transfer changes.
const magic = "\x89SLX\r\n\x1a\n"

const (
	fileVersion = 1
	pageSize    = 4096 // what a section starts on and a checksum covers; also the size of the header
	sumOffset   = pageSize - 8
)

// A section is one array of the file.
type section uint32

// The sections, in their order in the file. Numbers are part of the format.
const (
	keySection section = iota
	keySets
	filterWordsSection
	keyBuckets
	domainSlots
	domainEnds
	domainNames
	domainSets
	domainOwn
	setEndsSection
	setMembersSection
	aboutSection
	pageSumSection
	numSections
)

// sectionNames are what messages call the sections.
var sectionNames = [numSections]string{"keys", "key sets", "filter", "prefix table", "domain slots", "domain ends", "domain names",
	"domain sets", "domain own sets", "set ends", "set members", "about", "page checksums"}

// elementSizes are the sizes of the sections' elements in bytes.
var elementSizes = [numSections]uint32{20, 2, 8, 4, 8, 4, 1, 2, 2, 4, 2, 1, 8}

// An extent is where a section lies.
type extent struct {
	offset, size int64 // in bytes
	sum          uint64
}

// A fileHeader is the first page of a file.
type fileHeader struct {
	size          int64 // of the file
	keys, domains int64
	sets, lists   int64
	set           uint16 // of all keys, if the section of their sets is empty
	digest        [32]byte
	sections      [numSections]extent
}

// Where things stand in the header.
const (
	atVersion  = 8
	atPage     = 12
	atSections = 16
	atFilterK  = 20
	atBlock    = 24
	atSet      = 28
	atSize     = 32
	atKeys     = 40
	atDomains  = 48
	atSets     = 56
	atLists    = 64
	atDigest   = 96
	atTable    = 128
	tableEntry = 32
)

// append appends the page that h is.
func (h *fileHeader) encode() []byte {
	p := make([]byte, pageSize)
	le := binary.LittleEndian
	copy(p, magic)
	le.PutUint32(p[atVersion:], fileVersion)
	le.PutUint32(p[atPage:], pageSize)
	le.PutUint32(p[atSections:], uint32(numSections))
	le.PutUint32(p[atFilterK:], filterK)
	le.PutUint32(p[atBlock:], blockBits)
	le.PutUint32(p[atSet:], uint32(h.set))
	le.PutUint64(p[atSize:], uint64(h.size))
	le.PutUint64(p[atKeys:], uint64(h.keys))
	le.PutUint64(p[atDomains:], uint64(h.domains))
	le.PutUint64(p[atSets:], uint64(h.sets))
	le.PutUint64(p[atLists:], uint64(h.lists))
	copy(p[atDigest:], h.digest[:])
	for i, s := range h.sections {
		e := p[atTable+i*tableEntry:]
		le.PutUint32(e, uint32(i))
		le.PutUint32(e[4:], elementSizes[i])
		le.PutUint64(e[8:], uint64(s.offset))
		le.PutUint64(e[16:], uint64(s.size))
		le.PutUint64(e[24:], s.sum)
	}
	le.PutUint64(p[sumOffset:], xxhash.Sum64(p[:sumOffset]))
	return p
}

// A formatError is what is wrong with an index file.
type formatError struct {
	code Code
	what string
	hint string
}

func (e *formatError) Error() string { return e.what }

func damage(format string, args ...any) error {
	return &formatError{Damaged, fmt.Sprintf(format, args...), "build the index again, or restore it"}
}

// decodeHeader reads the first page of a file of that size. Everything that look-ups
// rely on is checked: that the sections follow one another within the file, and that
// each has the size that the counts ask for.
func decodeHeader(p []byte, size int64) (*fileHeader, error) {
	le := binary.LittleEndian
	if len(p) < len(magic) || string(p[:len(magic)]) != magic {
		return nil, &formatError{Unreadable, "is no index file", "give an index that sluice lists build made"}
	}
	if len(p) < pageSize {
		return nil, damage("ends within its header")
	}
	if le.Uint64(p[sumOffset:]) != xxhash.Sum64(p[:sumOffset]) {
		return nil, damage("its header does not have its checksum")
	}
	if v := le.Uint32(p[atVersion:]); v != fileVersion {
		return nil, &formatError{Unreadable, fmt.Sprintf("is of version %d of the format; this program reads version %d", v, fileVersion),
			"build it again with this program, or use the one that built it"}
	}
	h := &fileHeader{size: int64(le.Uint64(p[atSize:])), keys: int64(le.Uint64(p[atKeys:])), domains: int64(le.Uint64(p[atDomains:])),
		sets: int64(le.Uint64(p[atSets:])), lists: int64(le.Uint64(p[atLists:]))}
	copy(h.digest[:], p[atDigest:])
	if h.size != size {
		return nil, damage("has %d bytes; its header says %d", size, h.size)
	}
	set := le.Uint32(p[atSet:])
	h.set = uint16(set)
	switch {
	case le.Uint32(p[atPage:]) != pageSize, le.Uint32(p[atSections:]) != uint32(numSections),
		le.Uint32(p[atFilterK:]) != filterK, le.Uint32(p[atBlock:]) != blockBits, h.size%pageSize != 0,
		h.keys < 0 || h.keys > maxKeys, h.domains < 0 || h.domains > maxDomains,
		h.sets < 0 || h.sets > math.MaxUint16, h.lists < 0 || h.lists > math.MaxUint16, int64(set) > h.sets:
		return nil, damage("its header holds impossible numbers")
	}
	at := int64(pageSize)
	for i := range h.sections {
		e := p[atTable+i*tableEntry:]
		s := extent{int64(le.Uint64(e[8:])), int64(le.Uint64(e[16:])), le.Uint64(e[24:])}
		if le.Uint32(e) != uint32(i) || le.Uint32(e[4:]) != elementSizes[i] || s.offset != at || s.size < 0 || s.size > size-at {
			return nil, damage("its table of sections is broken at the %s", sectionNames[i])
		}
		at = pageUp(at + s.size)
		h.sections[i] = s
	}
	if at != size {
		return nil, damage("its sections end at byte %d of %d", at, size)
	}
	return h, h.checkSizes()
}

// checkSizes compares the sections' sizes with the counts.
func (h *fileHeader) checkSizes() error {
	n, d := h.keys, h.domains
	want := [numSections]int64{
		keySection:         20 * n,
		keySets:            2 * n,
		domainSlots:        8 * int64(numSlots(int(d))),
		domainEnds:         4 * d,
		domainNames:        h.sections[domainNames].size,
		domainSets:         2 * d,
		domainOwn:          2 * d,
		setEndsSection:     4 * (h.sets + 1),
		setMembersSection:  h.sections[setMembersSection].size,
		aboutSection:       h.sections[aboutSection].size,
		filterWordsSection: 0,
		pageSumSection:     8 * (h.sections[pageSumSection].offset/pageSize - 1),
	}
	if n > 0 {
		want[filterWordsSection] = 8 * int64(filterWords(int(n)))
		want[keyBuckets] = 4 * int64(numBuckets(int(n))+1)
	}
	if h.sections[keySets].size == 0 && (h.set != 0 || n == 0) {
		want[keySets] = 0
	}
	for s, size := range want {
		if h.sections[s].size != size {
			return damage("its section of %s has %d bytes, not the %d that its counts ask for", sectionNames[s], h.sections[s].size, size)
		}
	}
	if h.sections[domainNames].size > math.MaxUint32 || h.sections[setMembersSection].size%2 != 0 {
		return damage("its header holds impossible numbers")
	}
	return nil
}

// pageUp returns the first page boundary from n on.
func pageUp(n int64) int64 { return (n + pageSize - 1) &^ (pageSize - 1) }

// Digest returns the SHA-256 of what follows the header, in hex. The header repeats
// what stands there, so that it names the whole.
func (h *fileHeader) hexDigest() string { return hex.EncodeToString(h.digest[:]) }

// IsIndex reports whether a file that starts with head is an index file. Eight bytes
// are enough.
func IsIndex(head []byte) bool {
	return len(head) >= len(magic) && string(head[:len(magic)]) == magic
}

// littleEndian says that numbers stand in memory as they do in the file.
var littleEndian = *(*byte)(unsafe.Pointer(&[]uint16{1}[0])) == 1

type number interface{ ~uint16 | ~uint32 | ~uint64 }

// bytesOf returns the memory of a slice.
func bytesOf[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}

// sliceOf returns memory as a slice of elements that it must be aligned for.
func sliceOf[T any](b []byte) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
}

// swap turns the bytes of each number around.
func swap[T number](s []T) {
	for i, v := range s {
		s[i] = T(bits.ReverseBytes64(uint64(v)) >> (64 - 8*unsafe.Sizeof(v)))
	}
}
