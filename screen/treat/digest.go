package treat

import (
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"slices"
	"sync"

	"sluice/formats/column"
	"sluice/screen/address"
)

// Digests are made of this many cells at a time, or of cells that take this many bytes:
// enough for the kernels of package address, little enough to stay in the cache.
const (
	batchCells = 256
	batchBytes = 1 << 20
)

// A summer makes the digests of many texts. It is used by one goroutine at a time.
type summer interface {
	// hex writes the digest of text[ends[i]:ends[i+1]] in hex for every i, one after the
	// other. text has room for address.Slack bytes behind it.
	hex(dst, text []byte, ends []uint32) []byte
	// width is how many digits a digest has.
	width() int
}

// digests makes a replacer of digests.
func digests(s Shape, sums func() summer) column.Replacer {
	pool := sync.Pool{New: func() any { return &digester{shape: s, sums: sums()} }}
	return func(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
		d := pool.Get().(*digester)
		data = d.replace(data, spans, v, rows)
		d.cells.Data = nil
		pool.Put(d)
		return data
	}
}

// A digester collects cells until there are enough.
type digester struct {
	shape  Shape
	sums   summer
	parser address.Parser

	cells column.View // the cells collected
	rows  []int       // theirs
	bytes int         // in them
	infos [batchCells]address.Info
	ends  [batchCells + 1]uint32
	text  []byte
	odd   []byte
}

func (d *digester) replace(data []byte, spans []column.Span, v column.View, rows column.Selection) []byte {
	d.cells.Data = v.Data
	for _, run := range rows {
		for i := run.Lo; i < run.Hi; i++ {
			s := v.Spans[i]
			if s.Lo == s.Hi || v.Data[s.Lo] <= ' ' && blank(v.At(i)) || v.Null(i) {
				continue // the span may be any empty one
			}
			d.cells.Spans, d.rows = append(d.cells.Spans, s), append(d.rows, i)
			d.bytes += int(s.Hi - s.Lo)
			if len(d.rows) == batchCells || d.bytes >= batchBytes {
				data = d.flush(data, spans)
			}
		}
	}
	return d.flush(data, spans)
}

// flush writes the digests of the cells collected.
func (d *digester) flush(data []byte, spans []column.Span) []byte {
	n := len(d.rows)
	if n == 0 {
		return data
	}
	ends := d.ends[:n+1]
	if d.shape == Address {
		d.text = d.parser.AppendColumn(d.text[:0], ends, d.infos[:n], d.cells)
		for i := range n {
			if ends[i] == ends[i+1] { // text without an address counts as it is
				d.text = d.asIs(ends)
				break
			}
		}
	} else {
		d.text = d.text[:0]
		for i := range n {
			d.text = append(d.text, d.cells.At(i)...)
			ends[i+1] = uint32(len(d.text))
		}
	}
	d.text = slices.Grow(d.text, address.Slack)
	lo, width := uint32(len(data)), uint32(d.sums.width())
	data = d.sums.hex(data, d.text, ends)
	for _, i := range d.rows {
		spans[i] = column.Span{Lo: lo, Hi: lo + width}
		lo += width
	}
	d.cells.Spans, d.rows, d.bytes = d.cells.Spans[:0], d.rows[:0], 0
	return data
}

// asIs returns the text with the cells themselves in the place of canonical forms that
// are empty.
func (d *digester) asIs(ends []uint32) []byte {
	from, text := d.text, d.odd[:0]
	lo := ends[0]
	for i := range d.rows {
		hi := ends[i+1]
		if lo == hi {
			text = append(text, d.cells.At(i)...)
		} else {
			text = append(text, from[lo:hi]...)
		}
		lo, ends[i+1] = hi, uint32(len(text))
	}
	d.odd = from
	return text
}

// plainDigests are SHA-1, as suppression lists have them.
type plainDigests struct {
	h    *address.Hasher
	sums [batchCells][sha1.Size]byte
}

func newPlainDigests() summer { return &plainDigests{h: address.NewHasher()} }

func (p *plainDigests) width() int { return 2 * sha1.Size }

func (p *plainDigests) hex(dst, text []byte, ends []uint32) []byte {
	sums := p.sums[:len(ends)-1]
	address.Sums(p.h, sums, text, ends)
	for i := range sums {
		dst = appendHex(dst, sums[i][:])
	}
	return dst
}

// keyedDigests are HMAC-SHA-256 (RFC 2104). h remembers the states behind its key's
// blocks.
type keyedDigests struct {
	h   hash.Hash
	sum [sha256.Size]byte
}

func (k *keyedDigests) width() int { return 2 * sha256.Size }

func (k *keyedDigests) hex(dst, text []byte, ends []uint32) []byte {
	for i := range len(ends) - 1 {
		k.h.Reset()
		k.h.Write(text[ends[i]:ends[i+1]])
		dst = appendHex(dst, k.h.Sum(k.sum[:0]))
	}
	return dst
}

// pairs holds the two digits of each byte, for half the look-ups of encoding/hex.
var pairs = func() (p [256][2]byte) {
	const digits = "0123456789abcdef"
	for i := range p {
		p[i] = [2]byte{digits[i>>4], digits[i&15]}
	}
	return p
}()

func appendHex(dst, sum []byte) []byte {
	lo := len(dst)
	dst = slices.Grow(dst, 2*len(sum))[:lo+2*len(sum)]
	for i, b := range sum {
		*(*[2]byte)(dst[lo+2*i:]) = pairs[b]
	}
	return dst
}
