package keyfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"sluice/screen/address"
)

// The numbers of FORMAT.md.
const (
	magic       = "\x89SLK\r\n\x1a\n"
	version     = 1
	headerSize  = 16
	trailerSize = 40
	entrySize   = 32 // of the table of segments
	pageSize    = 4096

	lowBits     = 21              // of a print that stand beside its unit; the others are its bucket
	sampleEvery = 64              // buckets: where the first of so many begins is written down
	maxUnits    = 1 << unitBits   // of a segment
	maxBuckets  = 1 << bucketBits // of a segment
	bucketBits  = 23
	unitBits    = 20
	slack       = 8 // bytes behind a segment's entries, so that each can be read as a word
)

// Vocabulary is the version of what keys a row has: how addresses, numbers, profiles and
// domains are found in it and brought into the forms that are hashed. It is raised with
// every change after which an old file would miss a key. Files of another vocabulary are
// read, and may be too short an answer: see About.
const Vocabulary = 1

// UnitRows is how many rows of a new list make a stretch.
const UnitRows = 1 << 16

// About says what the keys in a file are.
type About struct {
	Vocabulary uint32
	Forms      address.FormSet // the forms of addresses
}

// Errors of Open, Find, FindAll and NewRenewal; what they return names the file.
var (
	ErrDamaged = errors.New("the key file is damaged")
	ErrVersion = errors.New("the key file is of a later version")
)

// A segment is a stretch of the list with its prints, sorted.
type segment struct {
	offset  int64  // in the file
	n       int    // prints
	buckets int    // that they are divided into
	first   uint32 // unit
	units   uint32 // how many, from first on
}

// width returns how many bits an entry has: the low bits of a print, and its unit.
func (s *segment) width() int { return lowBits + s.unitWidth() }

func (s *segment) unitWidth() int { return bits.Len32(s.units - 1) }

// The parts of a segment, in their order: samples, the unary counts, the entries.
func (s *segment) samples() int { return s.buckets/sampleEvery + 1 }
func (s *segment) words() int   { return (s.n + s.buckets + 63) / 64 }
func (s *segment) entries() int { return (s.n*s.width()+7)/8 + slack }

// size returns the bytes of a segment, a multiple of eight.
func (s *segment) size() int64 {
	return int64(s.samples()*4+7)&^7 + int64(s.words())*8 + int64(s.entries()+7)&^7
}

// last returns the segment's last unit.
func (s *segment) last() uint32 { return s.first + s.units - 1 }

// footer is what stands behind the segments, before the checksums of pages are added.
type footer struct {
	about    About
	segments []segment
	rows     []uint32 // of each unit
}

// append appends the footer: the table of segments, the rows of units, the checksums.
func (f *footer) append(b []byte, sums []uint64) []byte {
	le := binary.LittleEndian
	for _, s := range f.segments {
		b = le.AppendUint64(b, uint64(s.offset))
		b = le.AppendUint32(b, uint32(s.n))
		b = le.AppendUint32(b, uint32(s.buckets))
		b = le.AppendUint32(b, s.first)
		b = le.AppendUint32(b, s.units)
		b = le.AppendUint64(b, 0)
	}
	for _, n := range f.rows {
		b = le.AppendUint32(b, n)
	}
	if len(f.rows)%2 == 1 {
		b = le.AppendUint32(b, 0)
	}
	for _, sum := range sums {
		b = le.AppendUint64(b, sum)
	}
	return b
}

// trailer appends the last bytes of a file whose footer is at offset at.
func (f *footer) trailer(b []byte, at int64, data []byte) []byte {
	le, start := binary.LittleEndian, len(b)
	b = le.AppendUint64(b, uint64(at))
	b = le.AppendUint32(b, uint32(len(f.segments)))
	b = le.AppendUint32(b, uint32(len(f.rows)))
	b = le.AppendUint32(b, f.about.Vocabulary)
	b = le.AppendUint32(b, uint32(f.about.Forms))
	sum := xxhash.New()
	sum.Write(data)
	sum.Write(b[start:])
	b = le.AppendUint64(b, sum.Sum64())
	return append(b, magic...)
}

// parseFooter reads the end of a file. data is all of it.
func parseFooter(data []byte) (f footer, sums []byte, err error) {
	damaged := func(what string) (footer, []byte, error) {
		return footer{}, nil, fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	le, size := binary.LittleEndian, int64(len(data))
	if size < headerSize+trailerSize || string(data[:len(magic)]) != magic {
		return damaged("it does not begin as one")
	}
	if v := le.Uint32(data[len(magic):]); v != version {
		return footer{}, nil, fmt.Errorf("%w: %d", ErrVersion, v)
	}
	t := data[size-trailerSize:]
	if string(t[32:]) != magic {
		return damaged("its end is missing")
	}
	at, segments, units := le.Uint64(t), int64(le.Uint32(t[8:])), int64(le.Uint32(t[12:]))
	f.about = About{le.Uint32(t[16:]), address.FormSet(le.Uint32(t[20:]))}
	if at < headerSize || at%8 != 0 || int64(at) < 0 || int64(at) > size-trailerSize {
		return damaged("its footer is not in it")
	}
	body := data[at : size-trailerSize]
	sum := xxhash.New()
	sum.Write(body)
	sum.Write(t[:24])
	if sum.Sum64() != le.Uint64(t[24:]) {
		return damaged("its footer is not what was written")
	}
	pages := (int64(at) + pageSize - 1) / pageSize
	if int64(len(body)) != segments*entrySize+(units+1)/2*8+pages*8 {
		return damaged("its footer has another size than its counts say")
	}
	next := int64(headerSize)
	for ; segments > 0; segments-- {
		s := segment{int64(le.Uint64(body)), int(le.Uint32(body[8:])), int(le.Uint32(body[12:])), le.Uint32(body[16:]), le.Uint32(body[20:])}
		if s.offset != next || s.buckets < 1 || s.buckets > maxBuckets || s.units < 1 || s.units > maxUnits ||
			int64(s.first)+int64(s.units) > units || s.n > 1<<31 || s.size() > int64(at)-next {
			return damaged("its table of segments makes no sense")
		}
		next += s.size()
		f.segments = append(f.segments, s)
		body = body[entrySize:]
	}
	if next != int64(at) {
		return damaged("there is a gap before its footer")
	}
	f.rows = make([]uint32, units)
	for i := range f.rows {
		f.rows[i] = le.Uint32(body[4*i:])
	}
	return f, body[(units+1)/2*8:], nil
}
