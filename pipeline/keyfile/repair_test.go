package keyfile

import (
	"bytes"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// repaired returns data with checksums that fit, as somebody would write it who means harm;
// nothing if it is too far from a key file.
func repaired(data []byte) []byte {
	size := int64(len(data))
	if size < headerSize+trailerSize {
		return nil
	}
	data = bytes.Clone(data)
	le := binary.LittleEndian
	t := data[size-trailerSize:]
	at := int64(le.Uint64(t))
	if at < headerSize || at > size-trailerSize {
		return nil
	}
	body := data[at : size-trailerSize]
	if skip := int64(le.Uint32(t[8:]))*entrySize + (int64(le.Uint32(t[12:]))+1)/2*8; skip <= int64(len(body)) {
		sums := body[skip:]
		for page := int64(0); page*pageSize < at && page*8+8 <= int64(len(sums)); page++ {
			le.PutUint64(sums[page*8:], xxhash.Sum64(data[page*pageSize:min((page+1)*pageSize, at)]))
		}
	}
	sum := xxhash.New()
	sum.Write(body)
	sum.Write(t[:24])
	le.PutUint64(t[24:], sum.Sum64())
	return data
}
