package domain

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

// appendSaved appends names and the tables' states as savedNames has them.
func appendSaved(dst []byte, x *names) []byte {
	le := binary.LittleEndian
	for _, t := range tables() {
		s := t.state()
		dst = le.AppendUint32(dst, uint32(s.size))
		dst = le.AppendUint32(dst, uint32(s.entries))
		dst = append(dst, s.sum[:]...)
	}
	count := len(dst)
	dst = le.AppendUint32(dst, 0)
	for _, s := range x.short {
		if s.name != 0 {
			dst = le.AppendUint64(dst, s.name)
			dst = le.AppendUint16(dst, uint16(s.val))
			le.PutUint32(dst[count:], le.Uint32(dst[count:])+1)
		}
	}
	for _, w := range x.filter {
		dst = le.AppendUint64(dst, w)
	}
	dst = le.AppendUint32(dst, uint32(x.mask))
	dst = append(dst, x.tags...)
	return append(dst, x.slots...)
}

// TestSavedNames holds data/names.idx to the tables beside it. After a table has changed,
//
//	UPDATE_GOLDEN=1 go test ./screen/domain -run TestSavedNames
//
// makes it anew; until then a program builds the names when it starts.
func TestSavedNames(t *testing.T) {
	built := buildNames(nameTexts())
	want := appendSaved(nil, built)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile("data/names.idx", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(savedNames, want) {
		t.Error("data/names.idx is not of these tables; run: UPDATE_GOLDEN=1 go test ./screen/domain -run TestSavedNames")
	}
	x := loadNames(nameTexts(), savedNames)
	if x == nil {
		t.Fatal("the saved names are not used")
	}
	if x.filter != built.filter || !bytes.Equal(x.tags, built.tags) || !bytes.Equal(x.slots, built.slots) || x.mask != built.mask {
		t.Error("the index changes by being saved and loaded")
	}
	n := 0
	for _, s := range built.short {
		if got := *x.short.slot(s.name); s.name != 0 && got != s {
			t.Errorf("short name %x: loaded as %x, want %x", s.name, got, s)
		}
		if s.name != 0 {
			n++
		}
	}
	if n > shortSlots/2 {
		t.Errorf("%d short names fill more than half of the slots", n)
	}
}

// TestLoadNamesOfOthers: what was saved of other tables is not used.
func TestLoadNamesOfOthers(t *testing.T) {
	other := bytes.Clone(savedNames)
	other[0]++ // the size of the first table
	for name, saved := range map[string][]byte{"other": other, "none": nil, "cut": savedNames[:100]} {
		if loadNames(nameTexts(), saved) != nil {
			t.Errorf("%s: used", name)
		}
	}
}
