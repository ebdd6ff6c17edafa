package domain

import (
	"crypto/sha256"
	_ "embed" // for savedNames
	"encoding/binary"
)

// savedNames is what buildNames makes of the tables, so that a run has it by mapping its
// program: building takes ten milliseconds (BenchmarkNames), more than all else that
// a list of a few rows costs. TestSavedNames says how it is made, and holds it to the
// tables. All numbers in it are little-endian:
//
//	a state for each of tables()
//	the number of short names  4 bytes
//	each short name            8 bytes and its value, 2
//	the filter's words         8 bytes each
//	the index's mask           4 bytes
//	its tags, its slots
//
//go:embed data/names.idx
var savedNames []byte

// A state is what a table was when names were saved: of how many bytes (4), with how many
// entries (4) and which sum.
type state struct {
	size, entries int
	sum           [sha256.Size]byte
}

const stateSize = 8 + sha256.Size

// state returns the state of a table as it is.
func (t table) state() state {
	s := state{size: len(t.text), sum: sha256.Sum256([]byte(t.text))}
	eachLine(t.text, func(int, int) { s.entries++ })
	return s
}

// openSaved returns the states of the tables that saved was made of, and what follows
// them. It returns nil if a table has another size by now: it was changed since.
func openSaved(saved []byte) (states []state, rest []byte) {
	for _, t := range tables() {
		if len(saved) < stateSize {
			return nil, nil
		}
		s := state{size: int(binary.LittleEndian.Uint32(saved)), entries: int(binary.LittleEndian.Uint32(saved[4:]))}
		copy(s.sum[:], saved[8:])
		if s.size != len(t.text) {
			return nil, nil
		}
		states, saved = append(states, s), saved[stateSize:]
	}
	return states, saved
}

// loadNames returns the names of texts that were saved, or nil if those were of other
// tables.
func loadNames(texts []string, saved []byte) *names {
	states, b := openSaved(saved)
	if states == nil {
		return nil
	}
	x := &names{index: &index{texts: texts}}
	shorts := int(binary.LittleEndian.Uint32(b))
	for b = b[4:]; shorts > 0; shorts-- {
		w := binary.LittleEndian.Uint64(b)
		*x.short.slot(w) = short{w, value(binary.LittleEndian.Uint16(b[8:]))}
		b = b[10:]
	}
	for i := range x.filter {
		x.filter[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	b = b[8*filterWords:]
	x.mask = uint64(binary.LittleEndian.Uint32(b))
	size := int(x.mask) + 1
	b = b[4:]
	x.tags, x.slots = b[:size+group:size+group], b[size+group:]
	x.addLabels()
	return x
}
