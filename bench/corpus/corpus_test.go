package corpus

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"runtime"
	"strings"
	"testing"
)

// TestSameBytes: a list is a function of its options, whatever the processors.
func TestSameBytes(t *testing.T) {
	o := Options{Seed: 7, Rows: 20_000}
	list := func() []byte {
		var b bytes.Buffer
		if err := WriteCSV(&b, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	want := list()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(list(), want) {
		t.Error("the list differs with one processor")
	}
	if n := len(want) / int(o.Rows); n < 140 || n > 200 {
		t.Errorf("a row has %d bytes on average, want about 170", n)
	}
	o.Seed = 8
	if bytes.Equal(list(), want) {
		t.Error("another seed gives the same list")
	}
}

// TestSuppressHits: the share of a suppression list that was asked for is on the list.
func TestSuppressHits(t *testing.T) {
	list := Options{Seed: 7, Rows: 5_000}
	l, on := New(list), map[string]bool{}
	for i := range list.Rows {
		sum := sha1.Sum([]byte(l.Address(i)))
		on[hex.EncodeToString(sum[:])] = true
	}
	var b bytes.Buffer
	if err := WriteSuppress(&b, SuppressOptions{Seed: 1, Entries: 10_000, Kind: SHA1, List: list, Hits: 2_000}); err != nil {
		t.Fatal(err)
	}
	hits := 0
	lines := strings.Fields(b.String())
	for _, line := range lines {
		if on[line] {
			hits++
		}
	}
	if len(lines) != 10_000 || hits < 1_800 || hits > 2_200 {
		t.Errorf("%d of %d entries are on the list, want about 2,000 of 10,000", hits, len(lines))
	}
}

func BenchmarkWriteCSV(b *testing.B) {
	var n bytes.Buffer
	for b.Loop() {
		n.Reset()
		if err := WriteCSV(&n, Options{Seed: 1, Rows: 20_000}); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(n.Len()))
}
