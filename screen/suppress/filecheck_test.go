package suppress

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
)

// TestFilterPages asks concurrently for all keys of a file whose pages are checked when
// they are needed: each of the filter's is counted off once, and other pages are not.
func TestFilterPages(t *testing.T) {
	keys := randomKeys(40_000, rand.New(rand.NewPCG(5, 5)))
	path := filepath.Join(t.TempDir(), "lists.idx")
	built := indexOf(keys)
	built.describe([]ListInfo{{ID: 1, Name: "list", Entries: [NumKinds]int64{Digest: int64(len(keys))}}})
	if err := built.WriteFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	m, err := openMapping(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	x, err := m.index(0)
	if err != nil {
		t.Fatal(err)
	}
	want := int64(len(x.words)*8+pageSize-1) / pageSize
	if got := x.pages.filter.Load(); got != want || got < 10 {
		t.Fatalf("%d pages of the filter to check, want %d", got, want)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			var st Stats
			hits := make([]Hit, len(keys))
			x.LookupBatch(keys, hits, &st)
			for i, h := range hits {
				if h == 0 {
					t.Errorf("key %d is not found", i)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := x.pages.filter.Load(); got != 0 {
		t.Errorf("%d pages of the filter are left to check, want none", got)
	}
}
