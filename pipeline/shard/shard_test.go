package shard

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sluice/pipeline"
)

func put(t *testing.T, dir string, id ID, end pipeline.Place, prints ...uint64) *Prints {
	t.Helper()
	w, err := Create(dir, id)
	if err == nil {
		err = w.Add(prints)
	}
	if err == nil {
		err = w.Publish(end)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(dir, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestBefore compares with sets what a part has to know of random parts before it.
func TestBefore(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 50 {
		dir := t.TempDir()
		seen, common, place := map[uint64]bool{}, map[uint64]bool{}, pipeline.Place{}
		var earlier []*Prints
		count := 1 + r.IntN(5)
		some := func() []uint64 {
			var prints []uint64
			for range r.IntN(40) {
				prints = append(prints, 1+r.Uint64N(60)<<r.IntN(2)*8)
			}
			slices.Sort(prints)
			return slices.Compact(prints)
		}
		for i := 1; i < count; i++ {
			prints := some()
			for _, p := range prints {
				seen[p] = true
			}
			end := pipeline.Place{Rows: int64(len(prints)), File: i / 2, FileRows: int64(len(prints)), FileLines: int64(2 * len(prints))}
			place = place.Then(end)
			earlier = append(earlier, put(t, dir, ID{Index: i, Count: count}, end, prints...))
		}
		own := some()
		for _, p := range own {
			if seen[p] {
				common[p] = true
			}
		}
		got, err := Before(put(t, dir, ID{Index: count, Count: count}, pipeline.Place{}, own...), earlier)
		if err != nil || got.Begin != place || len(got.Earlier) != len(common) || !slices.IsSorted(got.Earlier) {
			t.Fatalf("%+v, %v; want %d prints from %+v on", got, err, len(common), place)
		}
		for _, p := range got.Earlier {
			if !common[p] {
				t.Fatalf("print %d is in no part before", p)
			}
		}
	}
}

// TestDamage: a file of which any byte is another, or the end is missing, is refused.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	id := ID{Job: [32]byte{1, 2}, Index: 2, Count: 3}
	put(t, dir, id, pipeline.Place{Rows: 5}, 3, 7, 9)
	path := id.path(dir)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := slices.Clone(data)
		bad[i] ^= 1 << (i % 8)
		for _, b := range [][]byte{bad, data[:i]} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, id); !errors.Is(err, ErrDamaged) {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
}

// TestWait: the parts of other jobs do not count, nor does a file that is not complete.
func TestWait(t *testing.T) {
	dir := t.TempDir()
	id := ID{Job: [32]byte{1}, Index: 3, Count: 3}
	put(t, dir, ID{id.Job, 1, 3}, pipeline.Place{}, 1)
	put(t, dir, ID{[32]byte{2}, 2, 3}, pipeline.Place{}, 1)
	put(t, dir, ID{id.Job, 2, 4}, pipeline.Place{}, 1)
	if _, err := Create(dir, ID{id.Job, 2, 3}); err != nil { // its run was killed
		t.Fatal(err)
	}
	var missing *MissingError
	if _, err := Wait(context.Background(), dir, id, 0, nil); !errors.As(err, &missing) || !slices.Equal(missing.Parts, []int{2}) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := Wait(ctx, dir, id, time.Hour, nil); err != enough {
		t.Fatal(err)
	}
	put(t, dir, ID{id.Job, 2, 3}, pipeline.Place{}, 2)
	if all, err := Wait(context.Background(), dir, id, time.Hour, nil); err != nil || len(all) != 2 || all[1].ID.Index != 2 {
		t.Fatal(all, err)
	}
	if err := Remove(dir, id.Job); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}
