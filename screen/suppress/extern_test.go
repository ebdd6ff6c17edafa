package suppress

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// A listFile is a list to be put on the disk.
type listFile struct {
	name  string
	class Class
	text  string
}

// overlapping returns lists that share entries with each other and with themselves.
func overlapping(n int, seed uint64) []listFile {
	rng := rand.New(rand.NewPCG(seed, 11))
	keys := adversarial(n, seed)
	lists := []listFile{{"optouts.txt", OptOut, ""}, {"erasures.txt", Erasure, ""}, {"customers.txt", Customer, ""}, {"bounces.txt", Bounce, ""}}
	for i := range lists {
		var text []byte
		for range n {
			if rng.IntN(20) == 0 {
				text = fmt.Appendf(text, "%sfirm-%d.example\n", []string{"", "eu.", "mail.eu."}[rng.IntN(3)], rng.IntN(n/20+1))
				continue
			}
			text = fmt.Appendf(text, "%x\n", keys[rng.IntN(len(keys))])
		}
		lists[i].text = string(text)
	}
	return lists
}

func writeLists(t testing.TB, lists []listFile) (specs []ListSpec) {
	dir := t.TempDir()
	for _, l := range lists {
		path := filepath.Join(dir, l.name)
		if err := os.WriteFile(path, []byte(l.text), 0o600); err != nil {
			t.Fatal(err)
		}
		specs = append(specs, ListSpec{Path: path, Class: l.class, AsOf: clock})
	}
	return specs
}

// inMemory returns the bytes of the file that a Builder makes.
func inMemory(t testing.TB, specs []ListSpec) []byte {
	var b Builder
	for _, s := range specs {
		if _, err := b.AddFile(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return fileBytes(t, written(t, x))
}

func fileBytes(t testing.TB, path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestExternalIsTheBuilder wants the same bytes of a file that was built in memory and
// in spills of any size, by any number of workers.
func TestExternalIsTheBuilder(t *testing.T) {
	for _, n := range []int{1, 50, 7_000} {
		specs := writeLists(t, overlapping(n, uint64(n)))
		want := inMemory(t, specs)
		for _, few := range []int{0, 100_000, 3_000, 400, 3} {
			if few == 3 && n > 100 {
				continue
			}
			for _, workers := range []int{1, 3} {
				e := External{few: few, Workers: workers, chunk: 4000, TempDir: t.TempDir()}
				out := filepath.Join(t.TempDir(), "lists.idx")
				built, err := e.Build(context.Background(), out, specs...)
				if err != nil {
					t.Fatal(err)
				}
				if got := fileBytes(t, out); !bytes.Equal(got, want) {
					x := opened(t, out)
					t.Fatalf("n=%d, %d entries in memory, %d workers: another file: %+v", n, few, workers, x.Lists())
				}
				if k, d := opened(t, out).Len(); int64(k) != built.Keys || int64(d) != built.Domains {
					t.Errorf("built %+v", built)
				}
			}
		}
	}
}
