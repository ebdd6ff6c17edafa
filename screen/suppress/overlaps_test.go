package suppress

import (
	"context"
	"crypto/rand"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestOverlaps(t *testing.T) {
	var b Builder
	for i, text := range []string{
		"a@w.test\nb@w.test\nx.test\n",
		"b@w.test\nc@w.test\nsub.x.test\n", // covered by x.test, and not on its list
		"a@w.test\nb@w.test\nx.test\ny.test\n",
		"d@w.test\n",
	} {
		if _, err := b.AddReader(context.Background(), strings.NewReader(text), ListSpec{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	want := []Overlap{{1, 2, 1}, {1, 3, 3}, {2, 3, 1}}
	if got := x.Overlaps(); !reflect.DeepEqual(got, want) {
		t.Errorf("Overlaps() = %v, want %v", got, want)
	}
	if got := new(Index).Overlaps(); len(got) > 0 {
		t.Errorf("the empty index has overlaps: %v", got)
	}
}

// TestFilterRateHolds compares the rate with what foreign keys do.
func TestFilterRateHolds(t *testing.T) {
	keys := make([]Key, 200_000)
	rand.Read(bytesOf(keys))
	keys, _ = sortKeys([][]Key{keys}, 1)
	x := &Index{keys: keys, words: newFilter(keys)}
	passed := 0
	foreign := make([]Key, 400_000)
	rand.Read(bytesOf(foreign))
	for i := range foreign {
		locs := Locations(&foreign[i], uint(len(x.words)*64))
		if wrapFilter(x.words).TestLocations(locs[:]) {
			passed++
		}
	}
	measured, want := float64(passed)/float64(len(foreign)), x.FilterRate()
	if measured < want*0.9 || measured > want*1.1 {
		t.Errorf("%.4f of foreign keys pass the filter, FilterRate() = %.4f", measured, want)
	}
}
